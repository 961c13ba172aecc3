"""Shapes and parameters through a stack, held against the counts that the field knows."""

from __future__ import annotations

import json

import pytest
import torch

import dlcore
from dlcore.data.base import About
from dlcore.declaration import Declaration
from dlcore.network import build, call, diagnose, estimate, trace
from tests.network.stacks import DENSE, GREY, IMAGES, LENET, NUMBERS, SMALL_CNN, TABLE, experiment, linear, stack


@pytest.mark.parametrize(
    ("layers", "about", "parameters"),
    [(DENSE, GREY, 407_050), (SMALL_CNN, IMAGES, 122_570), (LENET, IMAGES, 62_006)],
    ids=["784-512-10", "small CNN", "LeNet"],
)
def test_known_networks_have_the_known_number_of_parameters(
    layers: tuple[Declaration, ...], about: About, parameters: int
) -> None:
    diagnosis = diagnose(layers, about)
    assert diagnosis.error is None
    assert diagnosis.parameters == parameters


def test_each_step_receives_what_the_one_before_made() -> None:
    steps = diagnose(SMALL_CNN, IMAGES).steps
    assert steps[0].received == (3, 32, 32)
    assert [step.received for step in steps[1:]] == [step.made for step in steps[:-1]]
    assert [step.made for step in steps[:4]] == [(32, 30, 30), (32, 30, 30), (32, 15, 15), (64, 13, 13)]


def test_the_output_is_sized_by_the_task() -> None:
    assert diagnose(stack("Output"), TABLE).steps[-1].made == (3,)
    assert diagnose(stack("Output"), NUMBERS).steps[-1].made == (1,)


def test_a_step_is_plain_json_without_the_batch_axis() -> None:
    step = trace(experiment("Flatten", linear(16), "ReLU", "Output"))[1]
    assert json.loads(json.dumps(step.to_json())) == {
        "layer": "Linear",
        "received": [64],
        "made": [16],
        "parameters": 64 * 16 + 16,
        "bytes": 4 * (64 * 16 + 16),
    }


def test_the_printed_network_is_the_built_one() -> None:
    assert call(stack("Flatten", linear(8), "ReLU", "Output"), GREY).source() == (
        "nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.ReLU(), nn.Linear(8, 10))"
    )


def test_the_weights_carry_the_names_of_a_plain_sequential() -> None:
    module = build(experiment("Flatten", linear(16), "ReLU", "Output"))
    assert list(module.state_dict()) == ["1.weight", "1.bias", "3.weight", "3.bias"]


def test_equal_seeds_give_equal_weights_and_dropout_changes_none_of_them() -> None:
    plain = dlcore.build(experiment("Flatten", linear(16), "ReLU", "Output"))
    dropped = dlcore.build(experiment("Flatten", linear(16), "ReLU", "Dropout", "Output"))
    for one, other in zip(plain.parameters(), dropped.parameters(), strict=True):
        assert torch.equal(one, other)


def test_tracing_takes_nothing_from_the_random_numbers() -> None:
    torch.manual_seed(7)
    before = torch.get_rng_state()
    trace(experiment("Flatten", linear(17), "BatchNorm1d", "ReLU", "Dropout", "Output"))
    estimate(experiment("Flatten", linear(17), "BatchNorm1d", "ReLU", "Dropout", "Output"))
    assert torch.equal(torch.get_rng_state(), before)


def test_tracing_leaves_torch_on_its_own_device() -> None:
    diagnose(stack("MaxPool2d", "MaxPool2d", "MaxPool2d", "MaxPool2d", "MaxPool2d", "MaxPool2d"), IMAGES)
    assert torch.empty(1).device.type == "cpu"
