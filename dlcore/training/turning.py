"""Changing a setting of a run while it trains: of the optimizer, a dropout layer, the loss, or how batches are cut.

What is written here is written into exported scripts, too: they make the same change before the same batch.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from dlcore.training.batches import Batches

BETAS = ("beta1", "beta2")


def turn(
    name: str,
    value: Any,
    model: nn.Module,
    loss_function: nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: Any,
    batches: Batches,
) -> None:
    """Give a setting (`dlcore.experiment.changes`) this value, from the next batch on.

    `schedule`: torch's scheduler, or None. The batch size counts from the next epoch on. Raises KeyError for a name
    that is none of a knob.
    """
    if name == "epochs":
        return  # whoever counts them knows
    group, _, rest = name.partition(".")
    if name == "batch_size":
        batches.size = value
    elif name == "optimizer.lr":
        set_learning_rate(optimizer, schedule, value)
    elif group == "optimizer" and rest in BETAS:
        set_beta(optimizer, BETAS.index(rest), value)
    elif group == "optimizer":
        set_in_groups(optimizer, rest, value)
    elif group == "loss":
        setattr(loss_function, rest, value)
    elif group == "network":
        place, _, setting = rest.partition(".")
        setattr(model[int(place)], setting, value)  # type: ignore[index]
    else:
        raise KeyError(name)


def set_learning_rate(optimizer: torch.optim.Optimizer, schedule: Any, lr: float) -> None:
    """The next step is taken with this rate; a schedule goes on from it, as many times larger or smaller."""
    for group in optimizer.param_groups:
        factor = lr / group["lr"] if group["lr"] else 1.0
        group["lr"] = lr
        for name in ("initial_lr", "max_lr", "min_lr"):
            if name in group:
                group[name] *= factor
    if hasattr(schedule, "base_lrs"):
        schedule.base_lrs = [each * factor for each in schedule.base_lrs]


def set_beta(optimizer: torch.optim.Optimizer, place: int, value: float) -> None:
    """The first (0) or second (1) of an optimizer's betas."""
    for group in optimizer.param_groups:
        betas = list(group["betas"])
        betas[place] = value
        group["betas"] = tuple(betas)


def set_in_groups(optimizer: torch.optim.Optimizer, name: str, value: float) -> None:
    """A setting of an optimizer, by torch's name."""
    for group in optimizer.param_groups:
        group[name] = value
        for each in group["params"]:
            if name == "momentum" and "step" in optimizer.state[each]:  # RMSprop, which makes none later
                optimizer.state[each].setdefault("momentum_buffer", torch.zeros_like(each))
