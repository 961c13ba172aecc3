"""Labels changed by chance: what a network learns by heart of them, it gets wrong on others.

Only the training part is changed; what judges stays right. Whether a row's label is changed, and into which, is drawn
for every row of the data set from `seed + 4`: whoever trains on more of the rows finds the same mistakes in those that
taught before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.data.base import About
from dlcore.errors import ExperimentError
from dlcore.i18n import N_, Text

SEED = 4  # added to the experiment's
TASKS = ("multiclass", "binary")  # an example has one of several classes
Array = np.ndarray[Any, Any]


def check(noise: float, about: About) -> None:
    """Raises ExperimentError where there are no labels to change."""
    if noise and about.task not in TASKS:
        text = N_("must be 0 here: only where each example has one of several classes can labels be changed")
        raise ExperimentError(Text(text), "dataset.label_noise")


def with_label_noise(y: Array, noise: float, about: About, seed: int) -> Array:
    """The labels (rows,), each changed with probability `noise` into one of the other classes, all equally likely."""
    check(noise, about)
    if not noise:
        return y
    random, classes = np.random.RandomState(seed + SEED), number_of_classes(about)
    changed, by = random.rand(len(y)) < noise, random.randint(1, classes, len(y))
    noisy: Array = np.where(changed.reshape(y.shape), (y + by.reshape(y.shape)) % classes, y).astype(y.dtype)
    return noisy


def number_of_classes(about: About) -> int:
    """How many there are: two for yes or no."""
    return max(2, len(about.classes))


def source(noise: float, about: About) -> list[str]:
    """Lines of a script that do the same, once `train` holds the rows that teach."""
    if not noise:
        return []
    classes = number_of_classes(about)
    return [
        f"random = np.random.RandomState(seed + {SEED})  # some training labels are changed by chance",
        f"changed, by = random.rand(len(y)) < {noise}, random.randint(1, {classes}, len(y))",
        "wrong = train[changed[train]]",
        f"y[wrong] = (y[wrong] + by[wrong]) % {classes}",
    ]
