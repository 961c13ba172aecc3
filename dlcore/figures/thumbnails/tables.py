"""Rows of a table, sorted by what is to be predicted: numbers as ink, categories in colours, gaps as gaps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dlcore.figures.thumbnails.canvas import HEIGHT, MARGIN, WIDTH, hue, ink, rectangle
from dlcore.figures.thumbnails.sample import Sample, between_0_and_1, spread

ROWS = 22
MOST_CATEGORIES = 5  # columns of them: each of their cells is a rectangle of its own
TARGET = 26  # units across for what is to be predicted
APART = 6
FAINTEST = 0.06  # ink of a column's lowest number: a gap has none
INSIDE = WIDTH - 2 * MARGIN - TARGET - APART

Array = np.ndarray[Any, Any]


def draw(sample: Sample) -> list[str]:
    """Some rows, evenly taken from the lowest target to the highest; the target stands at the right."""
    y = np.asarray(sample.rows.y, float).reshape(len(sample.rows.y), -1)
    order = np.argsort(y[:, 0], kind="stable")
    rows = order[np.sort((spread(len(order), ROWS) + sample.turn) % len(order))]
    height = (HEIGHT - 2 * MARGIN) / len(rows)
    return [*_cells(_frame(sample), rows, height), *_targets(sample, y, rows, height)]


def _frame(sample: Sample) -> pd.DataFrame:
    x = sample.rows.x
    if isinstance(x, pd.DataFrame):
        categories = [name for name in x.columns if _numbers(x[name])[1]]
        return x.drop(columns=categories[MOST_CATEGORIES:])
    return pd.DataFrame(np.asarray(x, float).reshape(len(x), -1))


def _cells(frame: pd.DataFrame, rows: Array, height: float) -> list[str]:
    """Numbers in one picture of ink, categories as rectangles, a column beside the other."""
    width = INSIDE / len(frame.columns)
    shades = np.zeros((len(rows), len(frame.columns)))
    parts = []
    for place in range(len(frame.columns)):
        values, categories = _numbers(frame.iloc[:, place])
        left = MARGIN + place * width
        for row, value in enumerate(values[rows]):
            top = MARGIN + row * height
            if not np.isfinite(value):
                parts.append(rectangle(left, top + height / 2 - 0.5, width * 0.94, 1, "gap"))
            elif categories:
                parts.append(rectangle(left, top, width * 0.94, height * 0.9, hue(int(value)), 0.6))
            else:
                shades[row, place] = FAINTEST + (1 - FAINTEST) * value
    return [ink(shades, MARGIN, MARGIN, INSIDE, HEIGHT - 2 * MARGIN), *parts]


def _numbers(column: pd.Series[Any]) -> tuple[Array, bool]:
    """A column as numbers from 0 to 1, gaps as NaN; or as numbers of categories, and that it is these."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return between_0_and_1(column.astype("Float64").to_numpy(float, na_value=np.nan)), False
    if pd.api.types.is_datetime64_any_dtype(column):
        return between_0_and_1(column.astype("int64").where(column.notna()).to_numpy(float)), False
    codes, _known = pd.factorize(column, sort=True)
    return np.where(codes < 0, np.nan, codes.astype(float)), True


def _targets(sample: Sample, y: Array, rows: Array, height: float) -> list[str]:
    """The class of every row as its colour, all labels of it side by side, or its number as a bar."""
    left = WIDTH - MARGIN - TARGET
    if sample.about.task == "multilabel":
        labels = y[rows] * 0.9
        return [ink(labels, left, MARGIN, TARGET, HEIGHT - 2 * MARGIN)]
    tops = MARGIN + height * np.arange(len(rows))
    if sample.about.task == "regression":
        widths = np.maximum(between_0_and_1(y[:, 0])[rows] * TARGET, 0.5)
        return [rectangle(left, top, size, height * 0.8, hue(0)) for top, size in zip(tops, widths, strict=True)]
    classes = y[rows, 0].astype(int)
    return [
        rectangle(left, tops[classes == each][0], TARGET, height * float((classes == each).sum()) - 0.8, hue(int(each)))
        for each in np.unique(classes)
    ]


def placeholder() -> list[str]:
    """Cells of a table below a row of names."""
    parts = [rectangle(8, 10, 144, 10, opacity=0.3)]
    for row in range(5):
        parts += [rectangle(8 + 36.5 * column, 24 + 13 * row, 34.5, 11, opacity=0.1) for column in range(4)]
    return parts
