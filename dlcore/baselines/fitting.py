"""Fitting one model on more and more rows: its learning curve, whose last point is the model itself."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcore.baselines.baseline import Baseline
from dlcore.baselines.table import Rows, Table

SECONDS = 6.0  # of computing: a fit that would take longer is not begun
HALVINGS = 5  # of the rows, from all of them to those of the first point …
FEWEST = 10  # … which are no fewer than these
GROWTH = 1.5  # seconds grow about as this power of the rows


@dataclass(frozen=True)
class Fitted:
    """A model that has learned from the first `rows` training rows, and the seconds of computing that this took."""

    model: Any
    rows: int
    seconds: float

    def answers(self, x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """What it says of (N, columns): (N,) classes or numbers, (N, labels) yes and no."""
        found: np.ndarray[Any, Any] = np.asarray(self.model.predict(x))
        return found


@dataclass(frozen=True)
class CurvePoint:
    """The score with so many rows, on the rows it learned from and on those that judge."""

    rows: int
    train: float
    judging: float


def fit(baseline: Baseline, table: Table, seed: int, rows: int | None = None) -> Fitted:
    """The model fitted on the first training rows, as many as it affords. Raises ValueError where they do not suffice.

    ValueError: scikit-learn's, as for rows of one class alone.
    """
    taken = table.train.first(rows or baseline.affordable(len(table.train), len(table.columns)))
    model = baseline.call(table.about.task, len(taken), seed).build()
    began = time.process_time()  # what else runs has no say in what is shown
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a few more steps would have found a little more
        model.fit(taken.x, taken.y)
    return Fitted(model, len(taken), time.process_time() - began)


def climb(baseline: Baseline, table: Table, seed: int) -> Iterator[Fitted]:
    """The model on more and more rows, as long as the next is likely done in time.

    The first rows may be too few, as when all are of one class: they are left out.
    """
    last: Fitted | None = None
    for rows in numbers_of_rows(baseline.affordable(len(table.train), len(table.columns))):
        if last is not None and last.seconds * (rows / last.rows) ** GROWTH > SECONDS:
            return
        try:
            last = fit(baseline, table, seed, rows)
        except ValueError:
            continue
        yield last


def numbers_of_rows(most: int) -> list[int]:
    """How many rows are learned from, one after the other; the most at the end."""
    halved = [most // 2**times for times in range(HALVINGS, 0, -1)]
    return [*(each for each in halved if each >= FEWEST), most]


def point(fitted: Fitted, table: Table) -> CurvePoint:
    """Its place on the learning curve. NaN where a score cannot be had."""
    return CurvePoint(fitted.rows, *(_score(fitted, table, part) for part in
                                     (table.train.first(fitted.rows), table.judging)))  # fmt: skip


def _score(fitted: Fitted, table: Table, rows: Rows) -> float:
    return table.scores(fitted.answers(rows.x), rows).get(table.metric, float("nan"))
