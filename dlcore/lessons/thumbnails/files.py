"""The pictures that ship, a file a lesson, so that nobody who looks at the course waits for torch.

A file holds the picture in the colours of a light page and its movement; `still` and `themed` make the others of it.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from dlcore.figures import colours
from dlcore.lessons.course import NAMES
from dlcore.lessons.thumbnails.elements import HEIGHT, WIDTH

FOLDER = Path(__file__).parent / "files"
# What stands for a lesson that has no picture yet: a neuron.
PLACEHOLDER = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    f'<g fill="none" stroke="{colours.QUIET}" stroke-width="2"><circle cx="100" cy="48" r="13"/>'
    '<path d="M40 24L88 43M40 48h47M40 72L88 53M113 48h24"/></g></svg>\n'
)


def path_of(name: str) -> Path:
    """Where the picture of a lesson lies, whether there is one or not."""
    return FOLDER / f"{name}.svg"


@functools.cache
def shipped() -> dict[str, str]:
    """Lesson -> the SVG that was there at the first look, or what stands in for one."""
    return {name: path_of(name).read_text("utf-8") if path_of(name).is_file() else PLACEHOLDER for name in NAMES}


def still(svg: str) -> str:
    """The picture without its movement."""
    return re.sub(r"<animate [^>]*/>", "", svg)


def themed(svg: str, theme: str) -> str:
    """The picture in the colours of a light or a dark page."""
    if theme != "dark":
        return svg
    return re.sub(r"#[0-9a-f]{6}", lambda found: colours.DARK.get(found[0], found[0]), svg)
