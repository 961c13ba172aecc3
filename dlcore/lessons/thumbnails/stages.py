"""How the stages of a board look in a picture of 160 × 96: every stage as elements of SVG, at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dlcore.figures import colours
from dlcore.lessons.thumbnails.elements import EDGE, HEIGHT, WIDTH, Element, box, dot, line, words
from dlcore.lessons.thumbnails.moments import Moment
from dlcore.lessons.thumbnails.plane import Picture

Json = Mapping[str, Any]  # a declaration as the browser gets it
LETTER = 5.2  # units that a letter of a small text takes


def diagram(stage: Json, now: Moment) -> list[Element]:
    """Circles and lines; a line is as thick as its weight is large, its hue the weight's sign."""
    scale = min((WIDTH - 2 * EDGE) / stage["width"], (HEIGHT - 2 * EDGE) / stage["height"])
    left, top = (WIDTH - scale * stage["width"]) / 2, (HEIGHT - scale * stage["height"]) / 2

    def place(x: float, y: float) -> tuple[float, float]:
        return left + scale * x, top + scale * y

    made = []
    for part in stage["parts"]:
        if part["kind"] == "Edge":
            weight = now.number(part["weight"])
            hue = colours.QUIET if part["bare"] else stage["positive" if weight >= 0 else "negative"]
            width = 1 if part["bare"] else min(0.8 + abs(weight), 4)
            made.append(line([place(part["x1"], part["y1"]), place(part["x2"], part["y2"])], hue, width))
        elif part["kind"] == "Node":
            lit = now.number(part["lit"]) != 0
            x, y = place(part["x"], part["y"])
            made.append(dot(x, y, colours.VALIDATION if lit else colours.QUIET, 2 * scale * part["r"]))
        elif part["kind"] == "Small":
            x, y = place(part["x"], part["y"])
            made.append(box(x - 42 * scale, y - 35 * scale, 84 * scale, 70 * scale, colours.QUIET, 0.3))
    return made


def matrices(stage: Json, now: Moment) -> list[Element]:
    """Cells with a ground by sign and size, and the signs between them."""
    items = [each for each in stage["items"] if not isinstance(each, str) or len(each) < 4]
    spans = [LETTER * len(each) if isinstance(each, str) else len(each["rows"][0]) for each in items]
    columns = sum(span for each, span in zip(items, spans, strict=True) if not isinstance(each, str))
    signs = sum(span for each, span in zip(items, spans, strict=True) if isinstance(each, str))
    rows = max((len(each["rows"]) for each in items if not isinstance(each, str)), default=1)
    side = min((WIDTH - 2 * EDGE - signs - 4 * len(items)) / columns, (HEIGHT - 2 * EDGE) / rows, 26)
    made, x = [], (WIDTH - signs - 4 * len(items) - columns * side) / 2
    for item, span in zip(items, spans, strict=True):
        if isinstance(item, str):
            made.append(words(x + span / 2, HEIGHT / 2 + 3, item))
        else:
            made += list(_cells(item, now, x, side))
        x += 4 + (span if isinstance(item, str) else span * side)
    return made


def _cells(item: Json, now: Moment, x: float, side: float) -> Iterator[Element]:
    top = (HEIGHT - side * len(item["rows"])) / 2
    values = [[now.number(each) for each in row] for row in item["rows"]]
    most = max((abs(each) for row in values for each in row), default=0) or 1
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            hue = colours.POSITIVE if value >= 0 else colours.NEGATIVE
            yield box(x + j * side, top + i * side, side - 1, side - 1, hue, 0.15 + 0.7 * abs(value) / most)


def bars(stage: Json, now: Moment) -> list[Element]:
    """Bars from zero."""
    step = min((HEIGHT - 2 * EDGE) / len(stage["bars"]), 22)
    top, reach = (HEIGHT - step * len(stage["bars"])) / 2, WIDTH - 2 * EDGE
    made = []
    for n, bar in enumerate(stage["bars"]):
        ends = [(each - stage["low"]) / (stage["high"] - stage["low"]) for each in (0, now.number(bar["value"]))]
        low, high = (min(max(each, 0), 1) for each in sorted(ends))
        made.append(box(EDGE, top + n * step, reach, step * 0.7, colours.QUIET, 0.15))
        made.append(box(EDGE + low * reach, top + n * step, (high - low) * reach, step * 0.7, bar["colour"]))
    return made


def code(stage: Json, now: Moment) -> list[Element]:
    """Lines of a program, as long as they are; the one that is lit stands out."""
    step, lit = min((HEIGHT - 2 * EDGE) / len(stage["lines"]), 16), round(now.number(stage["lit"]))
    made = []
    for n, text in enumerate(stage["lines"]):
        indent, length = 2.2 * (len(text) - len(text.lstrip())), 2.2 * len(text.strip())
        hue, opacity = (colours.VALIDATION, 1.0) if n == lit else (colours.QUIET, 0.45)
        place = (EDGE + indent, EDGE + n * step, min(length, WIDTH - 2 * EDGE - indent), step * 0.6)
        made.append(box(*place, hue, opacity))
    return made


def plane(stage: Json, now: Moment) -> list[Element]:
    """Marks between two axes."""
    return Picture(stage, now).elements()


STAGES: dict[str, Callable[[Json, Moment], list[Element]]] = {
    "Plane": plane, "Diagram": diagram, "Matrices": matrices, "Bars": bars, "Code": code,
}  # fmt: skip
