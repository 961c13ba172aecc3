"""Two networks that answered the same examples: in which the one is right and the other wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ChangedAnswers:
    """True classes and the answers of a first and a second network, (N,) each, of numbers below `classes`."""

    truth: Numbers
    first: Numbers
    second: Numbers
    classes: int

    @property
    def difference(self) -> Numbers:
        """(classes, classes) int64: the second's confusion matrix less the first's, by true class and answer."""
        counts = [np.bincount(self._cells(each), minlength=self.classes**2) for each in (self.first, self.second)]
        return (counts[1] - counts[0]).reshape(self.classes, self.classes)

    @property
    def rescued(self) -> Numbers:
        """(n,) int64: places of the examples that the second alone answers rightly."""
        return np.flatnonzero((self.first != self.truth) & (self.second == self.truth))

    @property
    def lost(self) -> Numbers:
        """(n,) int64: places of those that the first alone answers rightly."""
        return np.flatnonzero((self.first == self.truth) & (self.second != self.truth))

    def in_cell(self, true: int, answer: int) -> Numbers:
        """(n,) int64: places of the examples of a class that exactly one of the two gives this answer."""
        given = (self.first == answer) != (self.second == answer)
        return np.flatnonzero((self.truth == true) & given)

    def _cells(self, answers: Numbers) -> Numbers:
        return self.truth.astype(np.int64) * self.classes + answers.astype(np.int64)
