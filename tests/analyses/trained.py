"""Runs of a moment whose weights were kept after every epoch, as a film keeps them."""

from __future__ import annotations

from typing import Any

import safetensors.torch
import torch

from dlcore.analyses.filmed_run import FilmedRun
from dlcore.experiment import Experiment
from dlcore.training.events import EpochEnded
from dlcore.training.loop import Trainer


def filmed(dataset: Any, network: list[dict[str, Any]], seed: int = 0, **training: Any) -> FilmedRun:
    """A run of three epochs (or as said) of Adam, trained here; its weights by epoch, 0 among them."""
    experiment = Experiment.from_dict(
        {
            "dataset": {"name": dataset} if isinstance(dataset, str) else dataset,
            "network": network,
            "training": {"optimizer": {"name": "Adam", "lr": 0.01}, "batch_size": 32, "epochs": 3, "device": "cpu"}
            | training,
            "seed": seed,
        }
    )
    trainer, kept = Trainer(experiment), {}
    for event in trainer.run():
        if isinstance(event, EpochEnded):
            state = {name: each.clone() for name, each in trainer.model.state_dict().items()}
            kept[event.epoch] = safetensors.torch.save(state)
    return FilmedRun(experiment, sorted(kept), kept.__getitem__)


def without_progress(share: float) -> None:
    """For whoever does not look."""
    assert 0 <= share <= 1


def state_of(run: FilmedRun, epoch: int) -> dict[str, torch.Tensor]:
    """The parameters of an epoch alone, by name: without the running means of batch norm."""
    return {name: each.detach() for name, each in run.model(epoch).named_parameters()}
