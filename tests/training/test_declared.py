"""Every loss and optimizer: what it builds is torch's own, with these settings, at both ends of each of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch import nn

from dlcore.data.base import About
from dlcore.declaration import Shape, parse_declared
from dlcore.errors import ExperimentError
from dlcore.layers import modules
from dlcore.registry import LOSSES, OPTIMIZERS, SCHEDULES
from dlcore.training.devices import pick
from dlcore.training.losses import check_task

ROWS, LENGTH = 12, 5
NAMES = ("a", "b", "c")
ABOUTS = {
    "multiclass": About("multiclass", Shape((4,)), rows=ROWS, classes=NAMES),
    "binary": About("binary", Shape((4,)), rows=ROWS, classes=NAMES[:2]),
    "multilabel": About("multilabel", Shape((4,)), rows=ROWS, classes=NAMES),
    "regression": About("regression", Shape((4,)), rows=ROWS),
    "next-token": About("next-token", Shape((LENGTH,), 3), rows=ROWS, classes=NAMES),
}
CLASSES, NUMBERS = ABOUTS["multiclass"], ABOUTS["regression"]


def ends(setting: Any) -> list[Any]:
    """Both ends of what a setting may be, or a small and a large value where it has no end."""
    if setting.type is bool:
        return [False, True]
    if setting.choices:
        return list(setting.choices)
    low = setting.ge if setting.ge is not None else (setting.gt or 0) + 1e-6
    high = setting.le if setting.le is not None else setting.lt - 1e-6 if setting.lt is not None else 1e3
    return [setting.type(low), setting.type(high), *([None] if setting.optional else [])]


def variants(registry: Any) -> list[Any]:
    made = []
    for declared in registry.values():
        made.append(declared())
        for name, setting in declared.settings().items():
            others = {"momentum": 0.9} if name == "nesterov" else {}
            made += [declared(**{name: value}, **others) for value in ends(setting)]
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
    assert (weights**2).sum() < 13.0 * 0.7


JUDGING = [(loss, task) for loss in variants(LOSSES) for task in loss.tasks]


@pytest.mark.parametrize(("loss", "task"), JUDGING, ids=repr)
def test_the_line_of_source_makes_the_loss_that_was_built(loss: Any, task: str) -> None:
    prediction, y = answered(task)
    made = loss.call(ABOUTS[task], y)
    written = eval(made.source(), {"nn": nn, "torch": torch, "y_train": y, **vars(modules)})
    assert torch.equal(made.build()(prediction, y), written(prediction, y))


@pytest.mark.parametrize("task", list(ABOUTS))
def test_every_task_has_a_loss_whose_source_needs_no_data(task: str) -> None:
    fitting = [each for each in LOSSES.values() if task in each.tasks]  # type: ignore[attr-defined]
    assert fitting
    for each in fitting:
        assert "y_train" not in each().call(ABOUTS[task]).source()  # type: ignore[attr-defined]


def answered(task: str) -> tuple[torch.Tensor, torch.Tensor]:
    """A prediction and a target as this task has them."""
    random = torch.Generator().manual_seed(0)
    about = ABOUTS[task]
    if task == "next-token":
        shape: tuple[int, ...] = (ROWS, LENGTH)
        return torch.randn(*shape, 3, generator=random), torch.randint(0, 3, shape, generator=random)
    prediction = torch.randn(ROWS, about.outputs, generator=random)
    if task == "multiclass":
        return prediction, torch.randint(0, 3, (ROWS,), generator=random)
    if task == "regression":
        return prediction, torch.randn(ROWS, 1, generator=random)
    return prediction, torch.randint(0, 2, prediction.shape, generator=random).float()


def test_nll_of_raw_scores_is_cross_entropy() -> None:
    for task in ("multiclass", "next-token"):
        prediction, y = answered(task)
        ours = [LOSSES[name]().call(ABOUTS[task]).build()(prediction, y) for name in ("NLLLoss", "CrossEntropyLoss")]  # type: ignore[attr-defined]
        assert torch.allclose(*ours)


def test_the_loss_of_every_token_is_the_mean_over_all_positions() -> None:
    prediction, y = answered("next-token")
    ours = LOSSES["CrossEntropyLoss"]().call(ABOUTS["next-token"]).build()(prediction, y)  # type: ignore[attr-defined]
    assert torch.allclose(ours, nn.functional.cross_entropy(prediction.reshape(-1, 3), y.reshape(-1)))


def test_balanced_class_weights_are_those_of_scikit_learn() -> None:
    y = torch.tensor([0, 0, 0, 0, 1, 1, 2])
    made = LOSSES["CrossEntropyLoss"](class_weights="balanced").call(CLASSES, y).build()  # type: ignore[attr-defined, call-arg]
    expected = compute_class_weight("balanced", classes=np.arange(3), y=y.numpy())
    assert made.weight.tolist() == pytest.approx(expected.tolist())


def test_nesterov_without_momentum_is_refused() -> None:
    with pytest.raises(ExperimentError, match="momentum") as caught:
        parse_declared(OPTIMIZERS, "name", {"name": "SGD", "nesterov": True}, "training.optimizer")
    assert caught.value.field == "training.optimizer.nesterov"


@pytest.mark.parametrize("registry", [LOSSES, OPTIMIZERS, SCHEDULES], ids=lambda registry: registry.kind)
def test_what_was_left_alone_is_not_written_down_and_what_was_changed_comes_back(registry: Any) -> None:
    for declared in variants(registry):
        plain = declared.to_dict()
        assert parse_declared(registry, "name", plain) == declared
        short = {name for name, setting in type(declared).settings().items() if setting.main}
        assert set(type(declared)().to_dict()) == {"name"} | short


def test_a_loss_for_another_task_is_refused_with_those_that_fit() -> None:
    with pytest.raises(ExperimentError, match="CrossEntropyLoss") as caught:
        check_task(LOSSES["MSELoss"](), CLASSES)  # type: ignore[arg-type]
    assert "classification" in str(caught.value)


def test_the_loss_of_guessing_is_known_where_it_follows_from_the_classes() -> None:
    assert LOSSES["CrossEntropyLoss"]().chance(CLASSES) == math.log(3)  # type: ignore[attr-defined]
    assert LOSSES["MSELoss"]().chance(NUMBERS) is None  # type: ignore[attr-defined]


def test_every_setting_explains_itself() -> None:
    for registry in (LOSSES, OPTIMIZERS, SCHEDULES):
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
