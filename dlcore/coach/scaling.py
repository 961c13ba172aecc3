"""What rules ask of the data: a few numbers of the training part, and how far they are from unit scale.

First weights and learning rates are made for inputs and a target of about 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcore.data.base import About, Data

FAR = 10.0  # root mean square of a column; or of the target
UNEVEN = 100.0  # times that one column is larger than another
TINY = 0.01

Array = np.ndarray[Any, Any]
Pair = tuple[float, float]


@dataclass(frozen=True)
class DataSummary:
    """What is known of a training part without its rows: plain numbers, which a page can keep."""

    rows: int
    inputs: Pair | None = None  # smallest and largest root mean square of a column; of tokens None
    scaled: bool = False  # whether the inputs were rescaled
    target: Pair | None = None  # mean and standard deviation of a number to predict
    values: int = 0  # how many different numbers are to be predicted; 0 for other tasks
    yes: float | None = None  # share of yes among the answers that are yes or no

    @classmethod
    def of(cls, data: Data) -> DataSummary:
        """That of data as they are trained on."""
        x, y = data.train.x.cpu().numpy(), data.train.y.cpu().numpy()
        return cls.of_arrays(data.about, x, y, scaled=data.scaling.get("x") is not None)

    @classmethod
    def of_arrays(cls, about: About, x: Array | None, y: Array, scaled: bool = False) -> DataSummary:
        """The same from x (N, *shape), where it is at hand, and y (N,) or (N, outputs) of the training part."""
        number = about.task == "regression" and len(y) > 1
        flat = y.astype(np.float64).ravel() if number else y
        return cls(
            rows=len(y),
            inputs=None if x is None or about.shape.vocabulary is not None else _columns(x),
            scaled=scaled,
            target=(float(flat.mean()), float(flat.std(ddof=1))) if number else None,
            values=len(np.unique(flat)) if number else 0,
            yes=float((y > 0).mean()) if about.task in ("binary", "multilabel") and len(y) else None,
        )


def _columns(x: Array) -> Pair | None:
    """(smallest, largest) root mean square of the columns, constant zeros left out; None where one is infinite."""
    if not len(x):
        return None
    flat = x.reshape(len(x), -1)
    sizes = np.sqrt(np.einsum("nc,nc->c", flat, flat, dtype=np.float64) / len(flat))
    found = sizes[sizes > 0]
    return (float(found.min()), float(found.max())) if len(found) and np.isfinite(found).all() else None


def far_inputs(summary: DataSummary, about: About) -> Pair | None:
    """(smallest, largest) root mean square of the inputs' columns, where it is far from 1; tokens have no scale."""
    if summary.inputs is None:
        return None
    low, high = summary.inputs
    uneven = len(about.shape) == 1 and high > 1 and high / low > UNEVEN and not summary.scaled
    return summary.inputs if high > FAR or high < TINY or uneven else None


def far_target(summary: DataSummary) -> Pair | None:
    """(mean, standard deviation) of a number to predict, where it is far from unit scale."""
    if summary.target is None:
        return None
    mean, deviation = summary.target
    far = abs(mean) > FAR or deviation > FAR or 0 < deviation < TINY
    return summary.target if far else None
