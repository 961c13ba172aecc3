"""A run's place, written down: whoever puts it back goes on as if nothing had happened, bit for bit on the CPU."""

from __future__ import annotations

import dataclasses
from typing import Any

import torch
from torch import Tensor

from dlcore.training.events import Scores
from dlcore.training.state import TrainingState

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


def take(state: TrainingState) -> dict[str, Any]:
    """Tensors on the CPU and plain values: `torch.load(weights_only=True)` reads it back."""
    now = state.progress
    return {
        "model": _copied(state.model.state_dict()),
        "optimizer": _copied(state.optimizer.state_dict()),
        "order": state.batches.state(now.batch),
        "cut": state.batches.cut,
        "dropout": state.dropout.state,
        "augmentation": state.augment.chance.state,
        "rate": state.rate.state(),
        "patience": state.patience.state(),
        "seconds": state.clock.seconds,
        "losses": [loss.item() for loss in now.losses],
        "gradient_norm": _copied(now.gradient_norm),
        "scores": {name: dataclasses.asdict(scores) for name, scores in now.scores.items()},
        "kept": _copied(now.kept),
        **{name: getattr(now, name) for name in COUNTERS},
    }


def put_back(state: TrainingState, place: dict[str, Any]) -> None:
    """The run stands where the one stood that the place was taken from."""
    now = state.progress
    state.model.load_state_dict(place["model"])
    state.optimizer.load_state_dict(place["optimizer"])
    state.batches.go_on(place["order"], place.get("cut"))
    state.dropout.state = place["dropout"]
    state.augment.chance.state = place.get("augmentation")
    state.rate.go_on(place["rate"])
    state.patience.go_on(place["patience"])
    state.clock.go_on(place["seconds"])
    now.losses = [torch.tensor(loss, device=state.device) for loss in place["losses"]]
    now.gradient_norm = place["gradient_norm"]
    now.scores = {name: Scores(**scores) for name, scores in place["scores"].items()}
    now.kept = {
        name: {key: tensor.to(state.device) for key, tensor in weights.items()}
        for name, weights in place["kept"].items()
    }
    for name in COUNTERS:
        setattr(now, name, place[name])


def _copied(value: Any) -> Any:
    """The same on the CPU, sharing nothing with the run that goes on."""
    if isinstance(value, Tensor):
        return value.detach().cpu().clone()
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
