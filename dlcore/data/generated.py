"""Data sets that a formula makes from the seed: one function draws the examples of one class.

That function, `draw`, is all there is to know of such a data set; the exported script shows it as it stands here.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator, default_rng

from dlcore.data.base import About, Dataset, Rows
from dlcore.declaration import Shape

Array = np.ndarray[Any, np.dtype[Any]]


class Generated(Dataset):
    """Examples in classes, as many of each. Shapes: x (N, *shape), y (N,). Class 0 comes first; splitting shuffles.

    A subclass has a setting `samples`, and settings of its own that `draw` reads as `self.noise`.
    """

    abstract: ClassVar[bool] = True
    shape: ClassVar[tuple[int, ...]] = ()
    features: ClassVar[tuple[str, ...]] = ()
    target: ClassVar[str] = ""
    formula: ClassVar[tuple[Any, ...]] = ()  # functions that `draw` calls, for the exported script

    samples: int

    @property
    def names(self) -> tuple[str, ...]:
        """What the classes are called."""
        raise NotImplementedError

    def about(self) -> About:
        return About(
            "multiclass", Shape(self.shape), self.samples, self.names, self.features, self.target, generated=True
        )

    def read(self, seed: int) -> Rows:
        random, kinds = default_rng(seed), len(self.names)
        counts = [len(part) for part in np.array_split(np.arange(self.samples), kinds)]
        x = np.concatenate([self.draw(kind, count, random) for kind, count in enumerate(counts)])
        return Rows(x.astype(np.float32), np.repeat(np.arange(kinds), counts).astype(np.int64))

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        """`count` examples of one class, as (count, *shape)."""
        raise NotImplementedError
