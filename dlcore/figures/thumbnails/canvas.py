"""What every thumbnail is drawn on: 160 × 96 units of SVG, colours by name, pixels as an image inside."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
from PIL import Image

from dlcore.figures import colours

WIDTH, HEIGHT = 160, 96
MARGIN = 4
PHOTO_QUALITY = 72  # of WebP, for pictures with colours
SHADES = 16  # of ink: more cannot be told apart at this size

Array = np.ndarray[Any, Any]
Theme = Literal["light", "dark"]

_LIGHT = {"ink": "#1b2330", "gap": colours.TROUBLE} | {f"c{n}": hue for n, hue in enumerate(colours.HUES)}
_DARK = {name: colours.DARK.get(colour, "#e4e8ef") for name, colour in _LIGHT.items()}


def _style(palette: dict[str, str]) -> str:
    """The colours by name: `i` is ink, `g` a gap, `c0` … the classes; `l` makes a line of what would be filled."""
    fills = "".join(f".{name}{{color:{colour}}}" for name, colour in palette.items())
    return f"<style>{fills}path,rect,text{{fill:currentColor}}.l{{fill:none;stroke:currentColor}}</style>"


THEMES: dict[Theme, str] = {"light": _style(_LIGHT), "dark": _style(_DARK)}


def themed(svg: str, theme: Theme) -> str:
    """The picture in the colours of a light or a dark page; files hold the one for light pages."""
    return svg.replace(THEMES["light"], THEMES[theme], 1)


def document(parts: Iterable[str]) -> str:
    """The whole SVG, for a light page."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    return f"{head}{THEMES['light']}{''.join(parts)}</svg>\n"


def hue(number: int) -> str:
    """The name of the colour of a class by its number."""
    return f"c{number % len(colours.HUES)}"


def number(value: float) -> str:
    """A coordinate in as few letters as a tenth of a unit needs.

    >>> number(12.04), number(-0.5), number(3.0)
    ('12', '-.5', '3')
    """
    text = f"{value:.1f}".removesuffix(".0")
    text = text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
    return "0" if text in ("-0", "") else text


def rectangle(x: float, y: float, width: float, height: float, colour: str = "ink", opacity: float = 1) -> str:
    """A filled rectangle."""
    shown = "" if opacity == 1 else f' opacity="{opacity:g}"'
    sides = (number(each) for each in (x, y, width, height))
    return '<rect class="{}" x="{}" y="{}" width="{}" height="{}"{}/>'.format(colour, *sides, shown)


def line(points: Iterable[tuple[float, float]], colour: str, width: float = 1.5) -> str:
    """A line through points."""
    path = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f'<path class="{colour} l" stroke-width="{width:g}" stroke-linejoin="round" d="{path}"/>'


def dots(points: Iterable[tuple[float, float]], colour: str, size: float = 4, opacity: float = 0.8) -> str:
    """Round dots of one colour, all in one path."""
    path = "".join(f"M{number(x)} {number(y)}h0" for x, y in points)
    return f'<path class="{colour} l" stroke-width="{size:g}" stroke-linecap="round" opacity="{opacity:g}" d="{path}"/>'


def ink(shades: Array, x: float, y: float, width: float, height: float) -> str:
    """Numbers from 0 to 1 as so much ink. shades (rows, columns), laid on this rectangle without blur."""
    pixels = (np.clip(shades, 0, 1) * (SHADES - 1)).round() * (255 / (SHADES - 1))
    data = _encoded(Image.fromarray(pixels.round().astype(np.uint8)), "PNG", optimize=True)
    name = f"m{number(x)}-{number(y)}"
    inside = _image(data, "png", x, y, width, height)
    return f'<mask id="{name}">{inside}</mask><g mask="url(#{name})">{rectangle(x, y, width, height)}</g>'


def photo(colours_: Array, x: float, y: float, width: float, height: float) -> str:
    """Red, green, blue, opacity from 0 to 1. colours_ (rows, columns, 4), laid on this rectangle."""
    pixels = (np.clip(colours_, 0, 1) * 255).round().astype(np.uint8)
    data = _encoded(Image.fromarray(pixels), "WEBP", quality=PHOTO_QUALITY, method=6)
    return _image(data, "webp", x, y, width, height)


def _encoded(image: Image.Image, form: str, **options: Any) -> str:
    file = io.BytesIO()
    image.save(file, form, **options)
    return base64.b64encode(file.getvalue()).decode()


def _image(data: str, form: str, x: float, y: float, width: float, height: float) -> str:
    sides = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    return (
        f'<image {sides} preserveAspectRatio="none" style="image-rendering:pixelated" '
        f'href="data:image/{form};base64,{data}"/>'
    )
