"""Our Adam and AdamW are torch's, to the last bit, whatever happens between two steps."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import Optimizer

from dlcore.training.clipping import clip_before_each_step
from dlcore.training.step import fused_adam

Between = Callable[[int, nn.Module, Optimizer], None]

KINDS = {
    "Adam": ("Adam", {}),
    "Adam with L2": ("Adam", {"lr": 0.1, "weight_decay": 0.3}),
    "Adam with other betas": ("Adam", {"betas": (0.0, 0.5)}),
    "AdamW": ("AdamW", {}),
    "AdamW that decays much": ("AdamW", {"lr": 0.01, "weight_decay": 5.0}),
}


def nothing(step: int, model: nn.Module, optimizer: Optimizer) -> None:
    pass


def another_rate(step: int, model: nn.Module, optimizer: Optimizer) -> None:
    optimizer.param_groups[0]["lr"] = 0.01 / (1 + step)


def a_missing_gradient(step: int, model: nn.Module, optimizer: Optimizer) -> None:
    if step in (0, 3, 4):
        model[2].bias.grad = None  # type: ignore[index]


def put_away_and_taken_up(step: int, model: nn.Module, optimizer: Optimizer) -> None:
    if step in (2, 4):
        optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))


EVENTS: dict[str, Between] = {each.__name__: each for each in (nothing, another_rate, a_missing_gradient,
                                                               put_away_and_taken_up)}  # fmt: skip


def trained(made: type[Optimizer], settings: dict[str, Any], between: Between, frozen: bool = False) -> Any:
    """(the state_dict of a small network after eight steps, that of the optimizer)"""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    model[0].weight.requires_grad_(not frozen)
    optimizer = made(model.parameters(), fused=True, **settings)  # type: ignore[call-arg]
    for step in range(8):
        model(torch.randn(5, 3)).square().mean().backward()
        between(step, model, optimizer)
        optimizer.step()
        optimizer.zero_grad()
    return model.state_dict(), optimizer.state_dict()


def equal(ours: Any, theirs: Any) -> None:
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0)


@pytest.mark.parametrize("between", EVENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_weights_and_state_are_those_of_torch(kind: str, between: str) -> None:
    name, settings = KINDS[kind]
    ours = trained(getattr(fused_adam, name), settings, EVENTS[between])
    theirs = trained(getattr(torch.optim, name), settings, EVENTS[between])
    equal(ours[0], theirs[0])
    equal(ours[1]["state"], theirs[1]["state"])


def test_what_is_frozen_stays() -> None:
    ours, theirs = (trained(made, {}, nothing, frozen=True) for made in (fused_adam.Adam, torch.optim.Adam))
    equal(ours[0], theirs[0])
    assert 0 not in ours[1]["state"]


def test_either_reads_the_state_that_the_other_wrote() -> None:
    weights = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(2))
    gradients = torch.tensor([1.0, -2.0, 3.0]), torch.tensor([0.5, 0.0])

    def steps(*makers: type[torch.optim.Adam]) -> list[torch.Tensor]:
        moved = [nn.Parameter(each.detach().clone()) for each in weights]
        state = None
        for made in makers:
            optimizer = made(moved, lr=0.1, fused=True)
            if state is not None:
                optimizer.load_state_dict(state)
            for _ in range(3):
                for each, gradient in zip(moved, gradients, strict=True):
                    each.grad = gradient.clone()
                optimizer.step()
            state = copy.deepcopy(optimizer.state_dict())
        return moved

    by_torch = steps(torch.optim.Adam, torch.optim.Adam)
    equal(steps(fused_adam.Adam, torch.optim.Adam), by_torch)
    equal(steps(torch.optim.Adam, fused_adam.Adam), by_torch)


@pytest.mark.parametrize("first_seen", [torch.optim.Adam, fused_adam.Adam])
def test_a_gradient_is_clipped_once_a_step(first_seen: type[torch.optim.Adam]) -> None:
    first_seen([nn.Parameter(torch.ones(1))], fused=True)  # torch puts its hooks around `step` when one is made
    weight = nn.Parameter(torch.ones(2))
    optimizer = fused_adam.Adam([weight], fused=True)
    clip_before_each_step(optimizer, 1.0)
    called = []
    optimizer.register_step_pre_hook(lambda *_: called.append(weight.grad.norm().item()))  # type: ignore[union-attr]
    for step in range(1, 4):
        weight.grad = torch.tensor([30.0, 40.0])
        optimizer.step()
        assert called == [pytest.approx(1.0)] * step


def test_a_copy_counts_its_steps_once() -> None:
    weights = [nn.Parameter(torch.ones(2)) for _ in range(2)]
    optimizer = fused_adam.Adam(weights, fused=True)
    for taken in range(1, 5):
        if taken == 3:
            optimizer = copy.deepcopy(optimizer)
            weights = optimizer.param_groups[0]["params"]
        for weight in weights:
            weight.grad = torch.ones(2)
        optimizer.step()
        assert [state["step"].item() for state in optimizer.state_dict()["state"].values()] == [taken, taken]
