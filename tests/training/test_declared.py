"""Every loss and optimizer: what it builds is torch's own, with these settings, at both ends of each of them."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from dlcore.data.base import About
from dlcore.declaration import Shape, parse_declared
from dlcore.errors import ExperimentError
from dlcore.registry import LOSSES, OPTIMIZERS
from dlcore.training.devices import pick
from dlcore.training.losses import check_task

CLASSES = About("multiclass", Shape((4,)), rows=10, classes=("a", "b", "c"))
NUMBERS = About("regression", Shape((4,)), rows=10)
ABOUT = {about.task: about for about in (CLASSES, NUMBERS)}


def ends(setting: Any) -> list[Any]:
    """Both ends of what a setting may be, or a small and a large value where it has no end."""
    if setting.type is bool:
        return [False, True]
    if setting.choices:
        return list(setting.choices)
    low = setting.ge if setting.ge is not None else (setting.gt or 0) + 1e-6
    high = setting.le if setting.le is not None else setting.lt - 1e-6 if setting.lt is not None else 1e3
    return [setting.type(low), setting.type(high)]


def variants(registry: Any) -> list[Any]:
    made = []
    for declared in registry.values():
        made.append(declared())
        for name, setting in declared.settings().items():
            made += [declared(**{name: value}) for value in ends(setting)]
    return made


def parameters() -> list[nn.Parameter]:
    torch.manual_seed(0)
    weights = nn.Parameter(torch.randn(3, 3))
    weights.grad = torch.randn(3, 3)
    return [weights]


@pytest.mark.parametrize("optimizer", variants(OPTIMIZERS), ids=repr)
def test_an_optimizer_has_the_settings_it_was_declared_with(optimizer: Any) -> None:
    made = optimizer.build(parameters(), torch.device("cpu"))
    assert isinstance(made, getattr(torch.optim, optimizer.name))
    group = made.param_groups[0]
    for name in type(optimizer).model_fields:
        actual = {"beta1": lambda: group["betas"][0], "beta2": lambda: group["betas"][1]}.get(name, lambda: group[name])  # noqa: B023
        assert actual() == getattr(optimizer, name), name


@pytest.mark.parametrize("optimizer", variants(OPTIMIZERS), ids=repr)
def test_the_line_of_source_makes_the_optimizer_that_was_built(optimizer: Any) -> None:
    ours, theirs = parameters(), parameters()
    line = optimizer.source("weights", "cpu")
    written = eval(line, {"torch": torch, "weights": theirs})
    optimizer.build(ours, torch.device("cpu")).step()
    written.step()
    assert torch.equal(ours[0], theirs[0])


def test_the_line_of_source_reads_as_one_would_write_it() -> None:
    adam = parse_declared(OPTIMIZERS, "name", {"name": "Adam", "lr": 0.01})
    assert adam.source("model.parameters()", "cpu") == "torch.optim.Adam(model.parameters(), lr=0.01, fused=True)"  # type: ignore[attr-defined]
    rmsprop = parse_declared(OPTIMIZERS, "name", "RMSprop")
    assert rmsprop.source("model.parameters()", "cpu") == "torch.optim.RMSprop(model.parameters(), lr=0.001)"  # type: ignore[attr-defined]


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_an_optimizer_lowers_a_loss(optimizer: str) -> None:
    weights = nn.Parameter(torch.tensor([3.0, -2.0]))
    made = OPTIMIZERS[optimizer](lr=0.05).build([weights], torch.device("cpu"))  # type: ignore[attr-defined, call-arg]
    for _ in range(50):
        (weights**2).sum().backward()
        made.step()
        made.zero_grad()
    assert (weights**2).sum() < 13.0 / 2


@pytest.mark.parametrize("loss", variants(LOSSES), ids=repr)
def test_the_line_of_source_makes_the_loss_that_was_built(loss: Any) -> None:
    about = ABOUT[loss.tasks[0]]
    made = loss.call(about)
    written = eval(made.source(), {"nn": nn, "torch": torch})
    prediction, y = torch.randn(10, about.outputs), target(about)
    assert torch.equal(made.build()(prediction, y), written(prediction, y))


def target(about: About) -> torch.Tensor:
    return torch.randint(0, about.outputs, (10,)) if about.task == "multiclass" else torch.randn(10, 1)


def test_a_loss_for_another_task_is_refused_with_those_that_fit() -> None:
    with pytest.raises(ExperimentError, match="CrossEntropyLoss") as caught:
        check_task(LOSSES["MSELoss"](), CLASSES)  # type: ignore[arg-type]
    assert "classification" in str(caught.value)


def test_the_loss_of_guessing_is_known_where_it_follows_from_the_classes() -> None:
    assert LOSSES["CrossEntropyLoss"]().chance(CLASSES) == math.log(3)  # type: ignore[attr-defined]
    assert LOSSES["MSELoss"]().chance(NUMBERS) is None  # type: ignore[attr-defined]


def test_every_setting_explains_itself() -> None:
    for registry in (LOSSES, OPTIMIZERS):
        for declared in registry.values():
            assert declared.summary().endswith("."), declared
            for name, setting in declared.settings().items():
                assert setting.help.endswith("."), (declared, name)


def test_a_learning_rate_has_no_upper_bound_but_must_be_positive() -> None:
    assert OPTIMIZERS["SGD"](lr=1e30)  # type: ignore[call-arg]
    with pytest.raises(ExperimentError, match="above 0"):
        parse_declared(OPTIMIZERS, "name", {"name": "SGD", "lr": 0.0})


def test_a_device_that_is_not_there_is_refused_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ExperimentError, match="auto, cpu") as caught:
        pick("cuda")
    assert caught.value.field == "training.device"
    assert pick("cpu").type == "cpu"
