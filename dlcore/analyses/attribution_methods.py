"""How much each number of an input counts for a score: captum's methods, over inputs or over the vectors of tokens."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

STEPS = (64, 256, 1024)  # of integrated gradients: more where its sum misses the difference
CLOSE = 0.01  # share of the difference that its sum may miss
PATCHES = 8  # along the shorter side of an image, each of which is covered in turn
MOST_WINDOWS = 512  # along any other axis


@dataclass(frozen=True)
class Question:
    """What is explained: the score of one example.

    score: (n, *shape) float32 -> (n,). x and baseline: (1, *shape), the example and what stands for «nothing is
    there». axes: one letter an axis of the shape, as in `dlcore.layers.base.AXES`. rows: examples at a time.
    """

    score: Callable[[Tensor], Tensor]
    x: Tensor
    baseline: Tensor
    axes: str
    rows: int


@dataclass(frozen=True)
class Attributed:
    """values: (1, *shape), what each number of the input counts for, and what else there is to say of them."""

    values: Tensor
    told: dict[str, Any]  # plain numbers and lists


def saliency(question: Question) -> Attributed:
    """The gradient of the score at the input. Source: Simonyan et al. 2013; its sign is kept."""
    from captum.attr import Saliency

    x = question.x.clone().requires_grad_()
    return Attributed(Saliency(question.score).attribute(x, abs=False), {})


def integrated_gradients(question: Question) -> Attributed:
    """The mean gradient on the way from the baseline to the input, times that way. Source: Sundararajan et al. 2017.

    Its numbers add up to the difference of the two scores; with more `steps` the closer. `delta` is what they miss.
    """
    from captum.attr import IntegratedGradients

    with torch.no_grad():
        score, before = (question.score(each).item() for each in (question.x, question.baseline))
    explained = IntegratedGradients(question.score)
    for steps in STEPS:
        values, missed = explained.attribute(
            question.x, question.baseline, n_steps=steps, return_convergence_delta=True,
            internal_batch_size=min(question.rows, steps),
        )  # fmt: skip
        delta = missed.item()
        if not abs(delta) > CLOSE * abs(score - before):  # nor where one of them is no number
            break
    told = {"score": score, "baseline_score": before, "total": values.sum().item(), "delta": delta, "steps": steps}
    return Attributed(values, told)


def occlusion(question: Question) -> Attributed:
    """By how much the score falls when a part of the input is covered. Source: Zeiler and Fergus 2014.

    `window` says how large the part is: it slides, and of those that cover a place the mean is taken.
    """
    from captum.attr import Occlusion

    window, strides = windows(question.axes, question.x.shape[1:])
    with torch.no_grad():
        values = Occlusion(question.score).attribute(
            question.x, window, strides, question.baseline, perturbations_per_eval=question.rows
        )
    return Attributed(values, {"window": list(window)})


METHODS: dict[str, Callable[[Question], Attributed]] = {
    "integrated_gradients": integrated_gradients,
    "saliency": saliency,
    "occlusion": occlusion,
}


def windows(axes: str, shape: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(sides of what is covered, steps by which it slides): all channels of a patch, one feature, one token."""
    across = [size for axis, size in zip(axes, shape, strict=True) if axis in "HW"]
    sides = tuple(_side(axis, size, across, axes) for axis, size in zip(axes, shape, strict=True))
    channels = channel_axis(axes)
    return sides, tuple(side if n == channels else max(1, side // 2) for n, side in enumerate(sides))


def _side(axis: str, size: int, across: Sequence[int], axes: str) -> int:
    if axis in "HW":
        return min(size, max(2, round(min(across) / PATCHES)))
    if axis == "C" or (axis == "F" and len(axes) > 1):
        return size
    return max(1, math.ceil(size / MOST_WINDOWS))


def channel_axis(axes: str) -> int | None:
    """Which axis of an example holds its channels, or the values of a step; None for a flat vector."""
    return None if len(axes) < 2 else axes.index("F" if axes == "LF" else "C")


def condensed(values: Tensor, axes: str, *, sizes: bool = False) -> Tensor:
    """(1, *shape) -> the map without the axis of channels: their sum with its sign; their length, for `sizes`."""
    channels = channel_axis(axes)
    example = values[0].detach()
    if channels is None:
        return example
    return example.norm(dim=channels) if sizes else example.sum(dim=channels)


def similarity(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> float | None:
    """Spearman's rank correlation of two maps (*); None where one is the same everywhere, or not finite."""
    flat = np.stack([one.ravel(), other.ravel()]).astype(np.float64)
    if not np.isfinite(flat).all():
        return None
    ranks = np.stack([_ranks(each) for each in flat])
    centred = ranks - ranks.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1)
    return float(centred[0] @ centred[1] / lengths.prod()) if lengths.all() else None


def _ranks(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(n,) the place of each in their order; equal ones share the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    means: np.ndarray[Any, Any] = np.cumsum(counts) - (counts - 1) / 2
    return means[places]
