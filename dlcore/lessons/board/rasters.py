"""Grids of coloured cells: pictures, feature maps, attention matrices; what the pointer is over can be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dlcore.figures import colours
from dlcore.lessons.board.marks import Expression


@dataclass(frozen=True)
class Window:
    """A frame around cells: its first row and column, and how many of each. Beyond the grid it is cut off."""

    row: Expression
    column: Expression
    rows: Expression = 1
    columns: Expression = 1
    colour: str = colours.VALIDATION


@dataclass(frozen=True)
class Raster:
    """Cells row by row, coloured by their numbers, from `low` to `high`.

    values: a column of rows · columns numbers, or three for red, green and blue.
    scheme: "grey" from black to white; "signed" two hues about zero; "hue" from nothing to one hue.
    set: what values get when a cell is pointed at or clicked; `px` is its column and `py` its row. Rounded.
    at: row and column of the cell that is chosen, from which the arrow keys go on; without it no keys.
    names: of rows and columns, by their numbers, written beside them.
    """

    title: str
    values: tuple[Expression, ...]
    rows: int
    columns: int
    low: Expression = 0
    high: Expression = 1
    scheme: Literal["grey", "signed", "hue"] = "grey"
    windows: tuple[Window, ...] = ()
    set: Mapping[str, Expression] = field(default_factory=dict)
    at: tuple[Expression, Expression] | None = None
    row_names: Mapping[int, str] = field(default_factory=dict)
    column_names: Mapping[int, str] = field(default_factory=dict)
    width: int = 220  # CSS pixels, at most


@dataclass(frozen=True)
class Rasters:
    """Rasters and the signs between them, in a line: `(Raster, "→", Raster)`."""

    title: str
    items: tuple[Any, ...]
    caption: str = ""
