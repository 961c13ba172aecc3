"""Memory and arithmetic of training, held against counting by hand."""

from __future__ import annotations

import pytest
import torch

from dlcore.declaration import Call, Shape
from dlcore.layers.cost import cost
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
    assert found.products == 2 * first + 3 * second  # forward, weights' gradients, and the second layer's input's
    assert found.convolutions == 0
    assert found.values == 32 + 32  # that ReLU reads and makes
    assert found.kernels == 3  # Flatten looks at the same memory in another way


def test_what_a_convolution_multiplies_is_counted_by_itself() -> None:
    found = estimate(experiment("Conv2d", "MaxPool2d", "Flatten", "Output", batch_size=50))
    assert found.convolutions == 2 * 2 * 16 * 9 * 6 * 6  # forward, weights' gradient; channels, window, places
    assert found.products == 3 * 2 * 16 * 3 * 3 * 10
    assert found.values == 16 * 6 * 6 + 2 * 16 * 3 * 3  # the pooled ones are made with their places


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_a_recurrent_layer_calls_as_many_kernels_however_long_the_sequence(name: str) -> None:
    short, long = (cost(Call(name, 6, 5, batch_first=True), Shape((steps, 6), axes="LF"), 4) for steps in (10, 100))
    assert short.kernels == long.kernels
    assert long.products == pytest.approx(10 * short.products, rel=0.05)


def test_memory_grows_with_the_batch_and_arithmetic_per_example_does_not() -> None:
    one, many = (
        estimate(experiment("Conv2d", "ReLU", "Flatten", "Output", batch_size=batch_size)) for batch_size in (1, 64)
    )
    assert many.memory_bytes > one.memory_bytes
    assert (many.products, many.convolutions, many.values) == (one.products, one.convolutions, one.values)
    assert many.kernels == one.kernels


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
