"""A document holds everything it needs, shows names as they are, and asks nobody for anything."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

from dlcore.figures import matrix
from dlcore.figures.bindings import fill
from dlcore.figures.document import Charts, Paragraph, Section, Source, Table, document

PAYLOAD = "</script><img src=x onerror=alert(1)>"


class Parsed(HTMLParser):
    """The elements of a document, and the texts of those that show any."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(written)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def made() -> str:
    chart = fill(matrix.confusion([PAYLOAD, "b"]), {"": {"confusion": {"counts": [[3, 1], [0, 4]]}}})
    blocks = [Paragraph(PAYLOAD), Table([PAYLOAD, "n"], [[PAYLOAD, "3"]]), Source(PAYLOAD), Charts([chart])]
    return document(PAYLOAD, [PAYLOAD], [Section(PAYLOAD, blocks)])


def test_names_are_text_wherever_they_stand() -> None:
    parsed = Parsed(made())
    assert not [tag for tag, _ in parsed.tags if tag == "img"]
    assert parsed.texts.count(PAYLOAD) == 8  # title, heading, line, section, paragraph, head, cell, source
    assert PAYLOAD in "".join(parsed.texts)


def test_nothing_is_fetched_from_anywhere() -> None:
    parsed = Parsed(made())
    assert not [each for _, each in parsed.tags if {"src", "href", "action"} & set(each)]
    policy = next(each["content"] for _, each in parsed.tags if each.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_a_chart_keeps_its_numbers() -> None:
    found = re.search(r'<script type="application/json" id="figure-0">(.*?)</script>', made(), re.DOTALL)
    assert found is not None
    right, wrong = json.loads(found[1])["data"]
    assert right["text"] == [["3", ""], ["", "4"]]
    assert wrong["text"] == [["", "1"], ["", ""]]
