"""What a first visit costs, and a second one: bytes, and the order in which they are asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from dlcore.figures.style import plotly_javascript
from dlcore.serving import plotly_bundle
from tests.browser.conftest import Served
from tests.browser.expecting import PATIENCE_MS
from tests.browser.visits import visit
from tests.figures.test_figures import FIGURES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_BYTES = 2_000_000
ASKED_AGAIN = re.compile(r"/|/_stcore/(health|host-config)|/live/stream|/media/.*")  # what may change at any time


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.mark.parametrize("accept", ["br", "gzip"])
def test_a_first_visit_takes_little_and_asks_for_everything_with_the_page(
    context: BrowserContext, served: Served, accept: str
) -> None:
    if accept == "gzip":  # as a browser asks a server of another machine without TLS
        context.set_extra_http_headers({"Accept-Encoding": "gzip, deflate"})
    page = context.new_page()
    first = visit(page, served.address)
    assert first.bytes < MOST_BYTES
    linked = page.evaluate("() => [...document.head.querySelectorAll('link[href], script[src]')]"
                           ".map((each) => new URL(each.href ?? each.src).pathname)")  # fmt: skip
    late = [each.path for each in first.requests if each.path.endswith((".js", ".css")) and each.path not in linked]
    assert not late, "asked for only when a script run showed that they are needed"
    order = [each.path for each in first.requests]
    plotly = next(path for path in order if "/plotly-" in path)
    assert order.index(plotly) < order.index("/_stcore/health")


def test_a_browser_that_was_here_asks_for_nothing_that_it_has(context: BrowserContext, served: Served) -> None:
    visit(context.new_page(), served.address)
    again = visit(context.new_page(), served.address)
    assert not [each.path for each in again.sent if each.path.startswith("/") and not ASKED_AGAIN.fullmatch(each.path)]
    assert again.requests[0].bytes < 1_000  # «304 Not Modified», which Chromium shows as the answer that it has kept
    assert again.bytes < 50_000


# Draws each figure, with some numbers where it is empty, and with the same chance, by which plotly names its elements.
DRAW = """async (figures) => {
    const drawn = [];
    const some = (trace) => {
        if (trace.type === "heatmap") return trace.z?.length ? trace : { ...trace, z: [[0, 0.5], [1, 0.2]] };
        return trace.x?.length || trace.x?.bdata ? trace : { ...trace, x: [0, 1, 2], y: [0.3, 0.1, 0.2] };
    };
    for (const { data, layout } of figures) {
        let state = 1;
        Math.random = () => (state = (state * 16807) % 2147483647) / 2147483647;
        const place = document.createElement("div");
        document.body.replaceChildren(place);
        await Plotly.newPlot(place, data.map(some), { ...layout, width: 600, height: 400 }, { staticPlot: true });
        drawn.push([...place.querySelectorAll(".main-svg")].map((each) => each.outerHTML));
    }
    return drawn;
}"""


def test_the_reduced_plotly_draws_every_figure_as_the_whole_one_does(browser: Browser) -> None:
    whole = plotly_javascript()[1].read_text("utf-8")
    figures: list[dict[str, Any]] = [json.loads(make().to_json()) for make in FIGURES.values()]
    assert len(figures) > 10
    drawn: list[list[list[str]]] = []
    for script in (plotly_bundle.reduced(whole), whole):
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.set_content("<body></body>")
        page.add_script_tag(content=script)
        drawn.append(page.evaluate(DRAW, figures))
        page.close()
    assert all(svg for svgs in drawn[0] for svg in svgs)
    assert drawn[0] == drawn[1]
