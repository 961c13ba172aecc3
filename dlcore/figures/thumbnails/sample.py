"""What a thumbnail is drawn of: a data set's description and its rows, and which of them are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcore.data.base import About, Dataset, Rows

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Sample:
    """Rows of a data set. `turn` says how many examples of each class are passed over, so that pictures differ."""

    about: About
    rows: Rows
    turn: int = 0

    @classmethod
    def of(cls, source: Dataset, turn: int = 0, seed: int = 0) -> Sample:
        """All rows of a data set. Raises DataError where they cannot be read."""
        return cls(source.about(), source.read(seed), turn)

    @property
    def in_classes(self) -> bool:
        """Whether every example is of one class."""
        return self.about.task in ("multiclass", "binary")

    def of_each_class(self, times: int) -> Array:
        """Row numbers: so many of each class, class after class; without classes, so many in their order.

        Shape: (N,).
        """
        y = self.rows.y
        if not self.in_classes:
            return (np.arange(times) + self.turn * times) % len(y)
        order = [np.flatnonzero(y.reshape(-1) == number) for number in range(len(self.about.classes))]
        return np.concatenate([np.roll(each, -self.turn * times)[:times] for each in order])

    def in_turns(self, count: int) -> Array:
        """Row numbers: so many examples, one of each class after another. Shape: (count,)."""
        if not self.in_classes:
            return self.of_each_class(count)
        classes = len(self.about.classes)
        times = -(-count // classes)
        chosen = self.of_each_class(times)
        each = [chosen[self.rows.y[chosen].reshape(-1) == number] for number in range(classes)]
        return np.array([rows[turn] for turn in range(times) for rows in each if turn < len(rows)], dtype=int)[:count]

    def class_of(self, row: int) -> int:
        """The number of an example's class; 0 where there is none."""
        return int(self.rows.y[row].flat[0]) if self.in_classes else 0


def spread(count: int, most: int) -> Array:
    """At most so many of 0 … count − 1, evenly. Shape: (N,)."""
    return np.arange(count) if count <= most else np.linspace(0, count - 1, most).round().astype(int)


def between_0_and_1(values: Array) -> Array:
    """The same numbers moved and scaled so that the lowest is 0 and the highest 1; gaps (NaN) stay.

    Shapes: (*) -> (*).
    """
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    return (values - low) / ((high - low) or 1.0)
