"""How far inputs and target are from the scale that first weights are drawn for: about 1."""

from __future__ import annotations

import torch

from dlcore.data.base import Data

FAR = 10.0  # root mean square of a column; or of the target
UNEVEN = 100.0  # times that one column is larger than another
TINY = 0.01


def scales(data: Data) -> torch.Tensor:
    """The root mean square of each input column in the training part, (columns,); of constant zeros none."""
    flat = data.train.x.reshape(len(data.train), -1).double()
    found = flat.square().mean(dim=0).sqrt()
    return found[found > 0]


def far_inputs(data: Data) -> tuple[float, float] | None:
    """(smallest, largest) root mean square of the inputs' columns, where it is far from 1; tokens have no scale."""
    if data.about.shape.vocabulary is not None or not len(data.train):
        return None
    found = scales(data)
    if not len(found) or not bool(found.isfinite().all()):
        return None
    low, high = float(found.min()), float(found.max())
    table = len(data.about.shape) == 1
    far = high > FAR or high < TINY or (table and high > 1 and high / low > UNEVEN and data.scaling.get("x") is None)
    return (low, high) if far else None


def far_target(data: Data) -> tuple[float, float] | None:
    """(mean, standard deviation) of a number to predict, where it is far from unit scale."""
    if data.about.task != "regression" or len(data.train) < 2:
        return None
    y = data.train.y.double()
    mean, deviation = float(y.mean()), float(y.std())
    far = abs(mean) > FAR or deviation > FAR or 0 < deviation < TINY
    return (mean, deviation) if far else None
