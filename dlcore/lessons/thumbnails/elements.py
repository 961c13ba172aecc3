"""What a picture of a lesson is drawn of: elements of SVG on 160 × 96 units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlcore.figures import colours

WIDTH, HEIGHT = 160, 96
EDGE = 6  # left free around what is drawn


@dataclass(frozen=True)
class Element:
    """An element of SVG."""

    tag: str
    attributes: Mapping[str, Any]
    text: str = ""


def number(value: float) -> str:
    """A coordinate in as few letters as a tenth of a unit needs, cut off far outside."""
    return f"{min(max(value, -300), 500):.1f}".removesuffix(".0")


def line(places: list[tuple[float, float]], colour: str, width: float = 1.5, **further: Any) -> Element:
    """A line through places of the picture."""
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in places)
    look = {"fill": "none", "stroke": colour, "stroke-width": f"{width:.1f}", "stroke-linecap": "round"}
    return Element("path", {"d": path, **look, **further})


def box(x: float, y: float, width: float, height: float, colour: str, opacity: float = 1) -> Element:
    """A filled rectangle."""
    path = f"M{number(x)} {number(y)}h{number(max(width, 0))}v{number(height)}h{number(-max(width, 0))}z"
    return Element("path", {"d": path, "fill": colour, "opacity": f"{opacity:.2f}"})


def dot(x: float, y: float, colour: str, size: float) -> Element:
    """A round dot."""
    return line([(x, y), (x, y)], colour, size)


def words(x: float, y: float, text: str, size: int = 9) -> Element:
    """A few words around a place."""
    look = {"fill": colours.INK, "font-size": size, "font-family": "sans-serif", "text-anchor": "middle"}
    return Element("text", {"x": number(x), "y": number(y), **look}, text)
