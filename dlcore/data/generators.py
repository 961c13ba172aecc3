"""Data sets that a formula makes from the seed.

That formula, the method `make` or, class by class, `draw`, is all there is to know of such a data set; the exported
script shows it as it stands here.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator, default_rng

from dlcore.data.base import About, Dataset, Rows, Task
from dlcore.declaration import Shape
from dlcore.i18n import translate

Array = np.ndarray[Any, np.dtype[Any]]


class Formula(Dataset):
    """Examples that `make` draws from the seed. Shapes: x (N, *shape), y as the task asks.

    A subclass has a setting `samples`, and settings of its own that `make` reads as `self.noise`.
    """

    abstract: ClassVar[bool] = True
    task: ClassVar[Task] = "multiclass"
    features: ClassVar[tuple[str, ...]] = ()
    target: ClassVar[str] = ""

    samples: int

    @property
    def names(self) -> tuple[str, ...]:
        """What the classes are called, as msgids; empty for a number."""
        return ()

    @property
    def words(self) -> tuple[str, ...]:
        """What the tokens stand for; empty where x holds numbers."""
        return ()

    @property
    def sizes(self) -> Shape:
        """One example's shape."""
        raise NotImplementedError

    def about(self) -> About:
        names = tuple(map(translate, self.names))
        return About(
            self.task, self.sizes, self.samples, names, self.features, self.target, generated=True, words=self.words
        )

    def read(self, seed: int) -> Rows:
        x, y = self.make(default_rng(seed))
        tokens, classes = self.sizes.vocabulary is not None, self.task == "multiclass"
        return Rows(x.astype(np.int64 if tokens else np.float32), y.astype(np.int64 if classes else np.float32))

    def make(self, random: Generator) -> tuple[Array, Array]:
        """All examples: x (samples, *shape) and y."""
        raise NotImplementedError


class Generated(Formula):
    """Examples in classes, as many of each. Shapes: x (N, *shape), y (N,). Class 0 comes first; splitting shuffles."""

    abstract: ClassVar[bool] = True
    shape: ClassVar[tuple[int, ...]] = ()

    @property
    def sizes(self) -> Shape:
        return Shape(self.shape)

    def make(self, random: Generator) -> tuple[Array, Array]:
        kinds = len(self.names)
        counts = [len(part) for part in np.array_split(np.arange(self.samples), kinds)]
        x = np.concatenate([self.draw(kind, count, random) for kind, count in enumerate(counts)])
        return x, np.repeat(np.arange(kinds), counts)

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        """`count` examples of one class, as (count, *shape)."""
        raise NotImplementedError
