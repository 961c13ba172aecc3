"""A run's place, written down: whoever puts it back goes on as if nothing had happened, bit for bit on the CPU."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from dlcore.training.clock import Clock
from dlcore.training.events import Scores

if TYPE_CHECKING:
    from dlcore.training.loop import Trainer

COUNTERS = (
    "started",
    "epoch",
    "batch",
    "step",
    "epoch_began",
    "learning_rate",
    "hopeless",
    "broken",
    "best_epoch",
)


def take(trainer: Trainer) -> dict[str, Any]:
    """Tensors on the CPU and plain values: `torch.load(weights_only=True)` reads it back."""
    return {
        "model": _copied(trainer.model.state_dict()),
        "optimizer": _copied(trainer.optimizer.state_dict()),
        "order": trainer.batches.state(trainer.batch),
        "dropout": trainer.dropout.state,
        "augmentation": trainer.augment.chance.state,
        "rate": trainer.rate.state(),
        "patience": trainer.patience.state(),
        "seconds": trainer.clock.seconds,
        "losses": [loss.item() for loss in trainer.losses],
        "gradient_norm": _copied(trainer.gradient_norm),
        "scores": {name: dataclasses.asdict(scores) for name, scores in trainer.scores.items()},
        "kept": _copied(trainer.kept),
        **{name: getattr(trainer, name) for name in COUNTERS},
    }


def put_back(trainer: Trainer, place: dict[str, Any]) -> None:
    """The trainer stands where the one stood that the place was taken from."""
    trainer.model.load_state_dict(place["model"])
    trainer.optimizer.load_state_dict(place["optimizer"])
    trainer.batches.go_on(place["order"])
    trainer.dropout.state = place["dropout"]
    trainer.augment.chance.state = place.get("augmentation")
    trainer.rate.go_on(place["rate"])
    trainer.patience.go_on(place["patience"])
    trainer.clock = Clock(place["seconds"])
    trainer.losses = [torch.tensor(loss, device=trainer.device) for loss in place["losses"]]
    trainer.gradient_norm = place["gradient_norm"]
    trainer.scores = {name: Scores(**scores) for name, scores in place["scores"].items()}
    trainer.kept = {
        name: {key: tensor.to(trainer.device) for key, tensor in weights.items()}
        for name, weights in place["kept"].items()
    }
    for name in COUNTERS:
        setattr(trainer, name, place[name])


def _copied(value: Any) -> Any:
    """The same on the CPU, sharing nothing with the run that goes on."""
    if isinstance(value, Tensor):
        return value.detach().cpu().clone()
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
