"""What a browser asks for in a visit, how much of it comes over the wire, and when its first chart is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

# Resolves, a frame after the first chart with a point was drawn, to the milliseconds since the page was asked for.
UNTIL_FIRST_CHART = """() => new Promise((resolve) => {
    const drawn = (each) => each.querySelector(".main-svg") && (each.data ?? []).some(({ x }) => x?.length);
    const look = () => {
        if ([...document.querySelectorAll(".live-picture")].some(drawn))
            requestAnimationFrame(() => resolve(performance.now()));
        else requestAnimationFrame(look);
    };
    look();
})"""


@dataclass
class Asked:
    """One request: the path, when it was sent (seconds since the first), and what came over the wire for it."""

    path: str
    at: float
    bytes: float = 0
    from_cache: bool = False


@dataclass
class Visit:
    """One visit to a page, from its address to its first chart."""

    requests: list[Asked] = field(default_factory=list)  # in their order
    seconds: float = 0.0  # to the first chart

    @property
    def sent(self) -> list[Asked]:
        """Those that the server answered."""
        return [each for each in self.requests if not each.from_cache]

    @property
    def bytes(self) -> float:
        """What came over the wire, headers counted; the websocket left out."""
        return sum(each.bytes for each in self.sent)


def visit(page: Page, address: str) -> Visit:
    """Open an address in an empty tab, and wait for its first chart."""
    made, by_id, began = Visit(), {}, []
    talk = page.context.new_cdp_session(page)
    talk.send("Network.enable")

    def sent(event: dict[str, Any]) -> None:
        began.append(event["timestamp"])
        parts = urlsplit(event["request"]["url"])
        if parts.scheme == "http":
            by_id[event["requestId"]] = asked = Asked(parts.path, event["timestamp"] - began[0])
            made.requests.append(asked)

    def answered(event: dict[str, Any]) -> None:
        if (asked := by_id.get(event["requestId"])) is not None:
            asked.from_cache |= bool(event["response"].get("fromDiskCache"))

    def kept(event: dict[str, Any]) -> None:
        if (asked := by_id.get(event["requestId"])) is not None:
            asked.from_cache = True

    def ended(event: dict[str, Any]) -> None:
        if (asked := by_id.get(event["requestId"])) is not None:
            asked.bytes = event["encodedDataLength"]

    talk.on("Network.requestWillBeSent", sent)
    talk.on("Network.responseReceived", answered)
    talk.on("Network.requestServedFromCache", kept)
    talk.on("Network.loadingFinished", ended)
    page.goto(address, wait_until="commit")
    made.seconds = page.evaluate(UNTIL_FIRST_CHART) / 1000
    page.wait_for_load_state("load")
    return made
