"""The handwritten digits of scikit-learn, drawn larger: they stand in for MNIST where nothing can be downloaded."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from dlcore.data.base import About, Dataset, Rows
from dlcore.data.catalog.scikit_learn import Digits
from dlcore.declaration import Shape, setting
from dlcore.i18n import N_

Array = np.ndarray[Any, np.dtype[Any]]


def _enlarge(images: Array, side: int) -> Array:
    """Images drawn larger, linear between the middles of their pixels. Shapes: (N, 8, 8) -> (N, side, side)."""
    middle = (np.arange(side) + 0.5) * 8 / side - 0.5  # of each new pixel, counted in old ones
    weights = np.maximum(0, 1 - abs(middle[:, None] - np.arange(8)))  # (side, 8)
    weights /= weights.sum(axis=1, keepdims=True)
    larger: Array = weights @ images @ weights.T
    return larger


class EnlargedDigits(Dataset):
    """The 1,797 handwritten digits drawn larger, as big as MNIST's if you like: which of the ten is it?

    Nothing is added by that but pixels. Shapes: x (N, 1, side, side), ink from 0 to 16; y (N,).
    """

    name = "digits_enlarged"
    title = N_("Handwritten digits, enlarged")
    card = Digits.card
    portable = True

    side: Literal[16, 28] = setting(16, help=N_("How many pixels each side has: 16, or 28 as in MNIST."))

    def about(self) -> About:
        digits = Digits().about()
        return About(digits.task, Shape((1, self.side, self.side)), digits.rows, digits.classes, target=digits.target)

    def read(self, seed: int) -> Rows:
        from sklearn.datasets import load_digits  # only who reads data waits for it

        x, y = load_digits(return_X_y=True)
        images = _enlarge(x.reshape(-1, 8, 8), self.side)
        return Rows(images.reshape(-1, 1, self.side, self.side).astype("float32"), y.astype("int64"))
