"""The learning-rate finder: a range test on a copy of the network."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor

from dlcore.analyses.base import Analysis, Progress, number
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.probes.arrays import Arrays
from dlcore.training.clipping import clip_before_each_step
from dlcore.training.loop import Trainer
from dlcore.training.range_test import measured, rates


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
        return {"epoch": epoch, **measured(_descent(run, epoch), progress)}


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
        for rate, (x, y) in zip(rates(), _batches(trainer), strict=False):
            for group in optimizer.param_groups:
                group["lr"] = rate
            yield rate, trainer.learn(trainer.state.augment(x), y).item()
            optimizer.step()
            optimizer.zero_grad()
    finally:
        trainer.state.dropout.leave()


def _batches(trainer: Trainer) -> Iterator[tuple[Tensor, Tensor]]:
    return itertools.chain.from_iterable(iter(trainer.state.batches.epoch, None))
