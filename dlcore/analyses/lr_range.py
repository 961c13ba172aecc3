"""The learning-rate finder: a range test on a copy of the network (Smith, 2017)."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from torch import Tensor

from dlcore.analyses.base import Analysis, Progress, number
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.probes.arrays import Arrays
from dlcore.training.clipping import clip_before_each_step
from dlcore.training.loop import Trainer

LOWEST, HIGHEST = 1e-6, 10.0
STEPS = 150  # batches, the rate multiplied by the same factor from each to the next
SMOOTHING = 0.9  # weight of what was seen before, in the running mean of the loss
BLOWN_UP = 4.0  # times the lowest smoothed loss: further there is nothing to learn
FEWEST = 12  # batches before the first point that may be suggested: the mean is still settling
BEGUN = 0.1  # share of the fall that must be behind: before it, slopes are chance
SPREAD = 4  # batches, over which slopes are evened out
CLEAR, WEAK = 0.25, 0.08  # share of its first value by which the loss must fall for a sure, an unsure suggestion


class LrRange(Analysis):
    """Asked: `epoch`, whose weights it begins with (the first).

    `lr` (n,) float32, the rate of each batch; `loss` (n,), of that batch before its step; `smooth` (n,), its running
    mean, corrected for its beginning. `suggestion`: the rate at which the smoothed loss falls most steeply over the
    logarithm of the rate, or None; `sureness`: clear, weak or none, by how far the loss fell; `fall`: by what share of
    its first value. `blown_up`: whether it ended because the loss had grown to four times its lowest. `epoch`: whose
    weights they were.
    """

    name = "lr_range"

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        epoch = run.nearest(number(asked, "epoch", 0, 10**9, run.epochs[0]))
        rates, losses = [], []
        smooth: list[float] = []
        for step, (rate, loss) in enumerate(_descent(run, epoch)):
            rates.append(rate)
            losses.append(loss)
            smooth.append(_smoothed(losses[-1], smooth, step))
            progress((step + 1) / STEPS)
            if not math.isfinite(loss) or (step >= FEWEST and smooth[-1] > BLOWN_UP * min(smooth[FEWEST - 1 :])):
                break
        found = {
            name: np.array(values, np.float32) for name, values in (("lr", rates), ("loss", losses), ("smooth", smooth))
        }
        return {"epoch": epoch, "blown_up": len(rates) < STEPS, **found, **suggestion(found["lr"], found["smooth"])}


def _descent(run: FilmedRun, epoch: int) -> Iterator[tuple[float, float]]:
    """(rate, loss before its step) of each batch, on a network of its own that nobody else has."""
    training = run.experiment.training.model_copy(update={"schedule": None, "changes": (), "device": "cpu"})
    trainer = Trainer(run.experiment.model_copy(update={"training": training, "start": None}), run.data)
    trainer.model.load_state_dict(run.weights(epoch))
    optimizer = trainer.state.optimizer
    if training.clip_norm is not None:
        clip_before_each_step(optimizer, training.clip_norm)
    trainer.state.dropout.begin()
    try:
        trainer.model.train()
        for step, (x, y) in zip(range(STEPS), _batches(trainer), strict=False):
            rate = LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1))
            for group in optimizer.param_groups:
                group["lr"] = rate
            yield rate, trainer.learn(trainer.state.augment(x), y).item()
            optimizer.step()
            optimizer.zero_grad()
    finally:
        trainer.state.dropout.leave()


def _batches(trainer: Trainer) -> Iterator[tuple[Tensor, Tensor]]:
    return itertools.chain.from_iterable(iter(trainer.state.batches.epoch, None))


def _smoothed(loss: float, before: list[float], step: int) -> float:
    """The running mean with this loss, corrected for having begun at 0."""
    raw = before[-1] * (1 - SMOOTHING**step) if before else 0.0
    return (SMOOTHING * raw + (1 - SMOOTHING) * loss) / (1 - SMOOTHING ** (step + 1))


def suggestion(lr: np.ndarray[Any, Any], smooth: np.ndarray[Any, Any]) -> dict[str, Any]:
    """`suggestion`, `sureness` and `fall` of a smoothed descent: see `LrRange`. lr, smooth (n,)."""
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
