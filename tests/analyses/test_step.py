"""The step microscope shows what a bare step of torch does, number by number."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import dlcore
from dlcore.analyses.step import MOST_NUMBERS, Step
from dlcore.errors import DlcoreError
from dlcore.probes import arrays
from tests.analyses.filmed import filmed_run, nothing
from tests.training.experiments import experiment

TINY = [{"layer": "Linear", "out_features": 3}, {"layer": "Tanh"}, {"layer": "Output"}]


def test_forward_loss_backward_and_update_are_those_of_a_bare_step() -> None:
    made = experiment("iris", TINY, epochs=3, optimizer={"name": "SGD", "lr": 0.3}, batch_size=4)
    run = filmed_run(made)
    found = arrays.read(arrays.write(Step.compute(run, {"epoch": 2, "batch": 5}, nothing)))
    assert (found["epoch"], found["lr"]) == (2, pytest.approx(0.3))

    data, model = dlcore.load(made), dlcore.build(made)
    model.load_state_dict(run.weights(2))
    order = torch.Generator().manual_seed(made.seed + 1)
    rows = torch.randperm(len(data.train), generator=order).split(4)[5]
    x, y = data.train.x[rows], data.train.y[rows]
    before = {name: each.detach().clone() for name, each in model.named_parameters()}
    out, outputs = x, []
    for module in model.children():
        out = module(out)
        outputs.append(out.detach().numpy())
    loss = nn.functional.cross_entropy(out, y)
    loss.backward()
    torch.optim.SGD(model.parameters(), lr=0.3).step()

    assert found["loss"] == pytest.approx(loss.item())
    assert found["input"]["numbers"] == pytest.approx(x.numpy())
    for place, expected in enumerate(outputs):
        layer = found["layers"][str(place)]
        assert layer["numbers"] == pytest.approx(expected, abs=1e-6)
        assert list(layer["shape"]) == list(expected.shape)
    for name, parameter in model.named_parameters():
        told = found["parameters"][name.replace(".", " ")]
        assert told["value"]["numbers"] == pytest.approx(before[name].numpy())
        assert told["gradient"]["numbers"] == pytest.approx(parameter.grad.numpy(), abs=1e-7)  # type: ignore[union-attr]
        assert told["change"]["numbers"] == pytest.approx((parameter.detach() - before[name]).numpy(), abs=1e-7)


def test_a_large_tensor_is_a_picture_of_its_beginning_and_its_distribution() -> None:
    found = Step.compute(filmed_run(experiment("digits", epochs=1)), {}, nothing)
    weight = found["parameters"]["1 weight"]["value"]
    assert "numbers" not in weight
    assert weight["picture"].shape == (32, 64)
    assert np.prod(weight["shape"]) > MOST_NUMBERS
    assert weight["histogram"]["low"] < 0 < weight["histogram"]["high"]


@pytest.mark.parametrize("loss", ["CrossEntropyLoss", "NLLLoss"])
def test_autograd_agrees_with_finite_differences_and_a_wrong_gradient_would_not(
    loss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = filmed_run(experiment("iris", TINY, epochs=2, loss=loss))
    found = Step.compute(run, {"check": 1}, nothing)
    assert all(told["agree"] for told in found["parameters"].values())
    right = torch.autograd.grad
    monkeypatch.setattr(torch.autograd, "grad", lambda *given, **more: [2 * each for each in right(*given, **more)])
    found = Step.compute(run, {"check": 1}, nothing)
    assert not any(told["agree"] for told in found["parameters"].values())


def test_a_batch_that_there_is_not_is_one_sentence() -> None:
    run = filmed_run(experiment("iris", epochs=1))
    for asked in ({"batch": 10_000}, {"batch": -1}, {"epoch": "last"}, {"check": 2}):
        with pytest.raises(DlcoreError) as refused:
            Step.compute(run, asked, nothing)
        assert next(iter(asked)) in str(refused.value)
