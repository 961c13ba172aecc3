"""A plane with its marks in a picture of 160 × 96, at one moment."""

from __future__ import annotations

import base64
import io
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from PIL import Image

from dlcore.figures import colours
from dlcore.lessons.thumbnails.elements import EDGE, HEIGHT, WIDTH, Element, dot, line
from dlcore.lessons.thumbnails.moments import Moment

Json = Mapping[str, Any]
Array = np.ndarray[Any, Any]
WIDEST = 1.45  # a square plane is drawn so much wider
SAMPLES = 25  # places along a curve
MOST_POINTS, MOST_OF_TRAIL = 90, 22
CELLS = 24, 15  # of a coloured plane


class Picture:
    """Where places of the axes stand in the picture, and the marks on it."""

    def __init__(self, stage: Json, now: Moment) -> None:
        self.stage, self.now = stage, now
        self.height = HEIGHT - 2 * EDGE
        self.width = min(WIDTH - 2 * EDGE, self.height * max(stage["aspect"], WIDEST))
        self.left = (WIDTH - self.width) / 2

    def elements(self) -> list[Element]:
        """Every mark that is known here, in its order."""
        drawers = {"Heat": self.heat, "Curve": self.curve, "Straight": self.straight, "Segment": self.segment,
                   "Points": self.points, "Trail": self.trail, "Handle": self.handle}  # fmt: skip
        marks = (mark for mark in self.stage["marks"] if mark["kind"] in drawers)
        return [each for mark in marks for each in drawers[mark["kind"]](mark)]

    def spot(self, x: float, y: float) -> tuple[float, float]:
        """A place of the axes in the picture."""
        across, up = self.stage["x"], self.stage["y"]
        right = (x - across["low"]) / (across["high"] - across["low"])
        above = (y - up["low"]) / (up["high"] - up["low"])
        right, above = (float(np.clip(np.nan_to_num(each), -3, 4)) for each in (right, above))
        return self.left + self.width * right, HEIGHT - EDGE - self.height * above

    def curve(self, mark: Json) -> Iterator[Element]:
        x = np.linspace(self.stage["x"]["low"], self.stage["x"]["high"], SAMPLES)
        y = np.broadcast_to(np.asarray(self.now.of(mark["y"], x=x), dtype=float), x.shape)
        dashes = {"stroke-dasharray": "4 3"} if mark["dashed"] else {}
        yield line([self.spot(*each) for each in zip(x, y, strict=True)], mark["colour"], 2, **dashes)

    def straight(self, mark: Json) -> Iterator[Element]:
        a, b, c = (self.now.number(mark[name]) for name in "abc")
        steep = a * a + b * b or 1e-9
        foot, along = np.array([a * c / steep, b * c / steep]), np.array([-b, a]) / steep**0.5
        yield line([self.spot(*(foot + far * along)) for far in (-20, 20)], colours.INK, 1.5)

    def segment(self, mark: Json) -> Iterator[Element]:
        ends = [(self.now.number(mark[f"x{n}"]), self.now.number(mark[f"y{n}"])) for n in (1, 2)]
        yield line([self.spot(*each) for each in ends], mark["colour"], 2 if mark["arrow"] else 1)

    def points(self, mark: Json) -> Iterator[Element]:
        rows = self.now.rows(mark["x"], mark["y"])
        x, y, group = (self.now.column(mark[name], rows) for name in ("x", "y", "group"))
        chosen = np.unique(np.linspace(0, rows - 1, min(rows, MOST_POINTS)).round().astype(int))
        for n, hue in enumerate(mark["colours"]):
            places = [self.spot(x[row], y[row]) for row in chosen if round(group[row]) % len(mark["colours"]) == n]
            path = "".join(f"M{a:.0f} {b:.0f}h0" for a, b in places)
            look = {"fill": "none", "stroke": hue, "stroke-width": 4, "stroke-linecap": "round", "opacity": 0.75}
            yield Element("path", {"d": path, **look})

    def trail(self, mark: Json) -> Iterator[Element]:
        rows = self.now.rows(mark["x"], mark["y"])
        x, y = (self.now.column(mark[name], rows) for name in "xy")
        last = int(np.clip(self.now.number(mark["upto"]), 0, rows - 1))
        lengths = mark.get("lengths") or [rows]
        each_most = MOST_OF_TRAIL if len(lengths) == 1 else 6
        for end, length in zip(itertools.accumulate(lengths), lengths, strict=True):
            chosen = np.linspace(end - length, end - 1, min(length, each_most)).round().astype(int)
            places = [self.spot(x[min(row, last)], y[min(row, last)]) for row in chosen]
            yield line(places, mark["colour"], min(mark["width"], 2))

    def handle(self, mark: Json) -> Iterator[Element]:
        if mark["shape"] != "none":
            yield dot(*self.spot(self.now.number(mark["x"]), self.now.number(mark["y"])), mark["colour"], 7)

    def heat(self, mark: Json) -> Iterator[Element]:
        """As it is at this moment, without movement: an image weighs too much to send it seven times."""
        across, up = self.stage["x"], self.stage["y"]
        x, y = np.meshgrid(np.linspace(across["low"], across["high"], CELLS[0]),
                           np.linspace(up["high"], up["low"], CELLS[1]))  # fmt: skip
        value = np.broadcast_to(np.asarray(self.now.of(mark["value"], x=x.ravel(), y=y.ravel())), x.size)
        share = np.clip((np.nan_to_num(value) - mark["low"]) / (mark["high"] - mark["low"]), 0, 1).reshape(x.shape)
        place = {"x": f"{self.left:.0f}", "y": EDGE, "width": f"{self.width:.0f}", "height": self.height}
        yield Element("image", {**place, "preserveAspectRatio": "none", "href": image(share, mark)})


def image(share: Array, mark: Json) -> str:
    """Shares from 0 to 1, (rows, columns), in the hues of a heat map, as the address of a PNG."""
    low, high = ([int(hue[n : n + 2], 16) for n in (1, 3, 5)] for hue in mark["colours"])
    opacity = share if mark["one_hue"] else np.abs(2 * share - 1)
    hues = np.where((share > 0.5)[..., None] & (not mark["one_hue"]), high, low)
    pixels = np.concatenate([hues, (opacity * 8).round()[..., None] * 16], axis=-1)  # a few shades weigh little
    file = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8), "RGBA").save(file, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
