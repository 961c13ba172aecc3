"""The range test of the learning rate (Smith, 2017): a batch at each rate, the rate growing by one factor."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

LOWEST, HIGHEST = 1e-6, 10.0
STEPS = 150  # batches, the rate multiplied by the same factor from each to the next
SMOOTHING = 0.9  # weight of what was seen before, in the running mean of the loss
BLOWN_UP = 4.0  # times the lowest smoothed loss: further there is nothing to learn
FEWEST = 12  # batches before the first point that may be suggested: the mean is still settling
BEGUN = 0.1  # share of the fall that must be behind: before it, slopes are chance
SPREAD = 4  # batches, over which slopes are evened out
CLEAR, WEAK = 0.25, 0.08  # share of its first value by which the loss must fall for a sure, an unsure suggestion


def rates() -> list[float]:
    """The rate of each batch, STEPS of them."""
    return [LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1)) for step in range(STEPS)]


def measured(
    descent: Iterable[tuple[float, float]], progress: Callable[[float], None] = lambda share: None
) -> dict[str, Any]:
    """`lr`, `loss` and `smooth` (n,) float32 of a descent of (rate, loss before its step), up to where it blows up.

    `blown_up`: whether it was cut short there; beside these, what `suggestion` says of them. progress: is told the
    share that is done.
    """
    known: list[float] = []
    losses, smooth = [], list[float]()
    for step, (rate, loss) in enumerate(descent):
        known.append(rate)
        losses.append(loss)
        smooth.append(_smoothed(loss, smooth, step))
        progress((step + 1) / STEPS)
        if not math.isfinite(loss) or (step >= FEWEST and smooth[-1] > BLOWN_UP * min(smooth[FEWEST - 1 :])):
            break
    found = {
        name: np.array(values, np.float32) for name, values in (("lr", known), ("loss", losses), ("smooth", smooth))
    }
    return {"blown_up": len(known) < STEPS, **found, **suggestion(found["lr"], found["smooth"])}


def _smoothed(loss: float, before: list[float], step: int) -> float:
    """The running mean with this loss, corrected for having begun at 0."""
    raw = before[-1] * (1 - SMOOTHING**step) if before else 0.0
    return (SMOOTHING * raw + (1 - SMOOTHING) * loss) / (1 - SMOOTHING ** (step + 1))


def suggestion(lr: np.ndarray[Any, Any], smooth: np.ndarray[Any, Any]) -> dict[str, Any]:
    """`suggestion`: the rate at which the smoothed loss falls most steeply over the logarithm of the rate, or None.

    `sureness`: clear, weak or none, by how far the loss fell; `fall`: by what share of its first value.
    lr, smooth (n,)."""
    known = np.isfinite(smooth)
    lr, smooth = lr[known].astype(float), smooth[known].astype(float)
    nothing = {"suggestion": None, "sureness": "none", "fall": 0.0}
    if len(lr) <= FEWEST + 2:
        return nothing
    lowest = FEWEST + int(np.argmin(smooth[FEWEST:]))
    first = float(np.median(smooth[: FEWEST + 1]))
    fall = (first - smooth[lowest]) / abs(first) if first else 0.0
    if lowest <= FEWEST or fall < WEAK:
        return nothing | {"fall": max(0.0, fall)}
    begun = np.flatnonzero(smooth[: lowest + 1] > first - BEGUN * (first - smooth[lowest]))  # it has not fallen yet
    start = max(FEWEST, int(begun[-1]) if len(begun) else FEWEST)
    slopes = np.gradient(evened(smooth), np.log(lr))[start : lowest + 1]
    steepest = start + int(np.argmin(slopes))
    return {"suggestion": float(lr[steepest]), "sureness": "clear" if fall >= CLEAR else "weak", "fall": fall}


def evened(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(n,) the same, each a mean of its neighbours with the weights of a normal distribution; ends are repeated."""
    reach = 4 * SPREAD
    weights = np.exp(-((np.arange(-reach, reach + 1) / SPREAD) ** 2) / 2)
    return np.convolve(np.pad(values, reach, mode="edge"), weights / weights.sum(), mode="valid")
