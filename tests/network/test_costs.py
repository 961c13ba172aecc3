"""Memory and arithmetic of training, held against counting by hand."""

from __future__ import annotations

import pytest
import torch

from dlcore.network import build, estimate, optimizer_state
from dlcore.registry import OPTIMIZERS
from tests.network.stacks import experiment, linear


def test_a_small_network_costs_what_counting_by_hand_gives() -> None:
    found = estimate(experiment("Flatten", linear(32), "ReLU", "Output", batch_size=50))
    parameters = 64 * 32 + 32 + 32 * 10 + 10
    kept = 50 * (64 + 32)  # the batch, and the ReLU's result that serves both its own and the Output's gradient
    assert found.parameters == parameters
    assert found.memory_bytes == 4 * (4 * parameters + kept)  # weights, gradients, and the two means of Adam
    first, second = 2 * 64 * 32, 2 * 32 * 10
    assert found.flops == 2 * first + 3 * second  # forward, weights' gradients, and the second layer's input's
    assert found.layers == 4


def test_memory_grows_with_the_batch_and_arithmetic_per_example_does_not() -> None:
    one, many = (
        estimate(experiment("Conv2d", "ReLU", "Flatten", "Output", batch_size=batch_size)) for batch_size in (1, 64)
    )
    assert many.memory_bytes > one.memory_bytes
    assert many.flops == one.flops


@pytest.mark.parametrize(
    ("name", "settings", "copies"), [("SGD", {}, 0), ("SGD", {"momentum": 0.9}, 1), ("Adam", {}, 2)]
)
def test_an_optimizer_remembers_what_its_formula_says(name: str, settings: dict[str, float], copies: int) -> None:
    assert optimizer_state(OPTIMIZERS[name](**settings)) == copies


def test_estimating_does_not_disturb_the_random_numbers_of_building() -> None:
    wanted = experiment("Flatten", linear(8), "ReLU", "Output")
    first = build(wanted).state_dict()
    estimate(wanted)
    assert all(
        torch.equal(one, other) for one, other in zip(first.values(), build(wanted).state_dict().values(), strict=True)
    )
