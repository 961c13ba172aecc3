"""The estimate of an epoch is measured on this machine, disturbs nobody and grows with what there is to do."""

from __future__ import annotations

from dataclasses import asdict

import torch

from dlcore.network import estimate
from dlcore.training.speed import Speed, calibrate, seconds_per_epoch

from .experiments import experiment

KNOWN = Speed("cpu", "x", step_seconds=1e-4, kernel_seconds=1e-5, weight_seconds=1e-9, product_seconds=1e-9,
              convolution_seconds=2e-9, value_seconds=3e-9, epoch_seconds=3e-3)  # fmt: skip


def test_what_is_measured_is_positive_and_of_this_machine() -> None:
    speed = calibrate("cpu")
    assert speed.device == "cpu"
    assert 0 <= speed.step_seconds < 0.1
    assert 0 <= speed.kernel_seconds < 0.1
    assert 0 < speed.weight_seconds < 1e-5
    assert 0 < speed.product_seconds < 1e-6
    assert 0 < speed.convolution_seconds < 1e-6
    assert 0 < speed.value_seconds < 1e-5
    assert 0 < speed.epoch_seconds < 1


def test_measuring_draws_none_of_the_callers_random_numbers() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    calibrate("cpu")
    assert torch.equal(torch.rand(3), expected)


def test_an_epoch_is_its_steps_its_arithmetic_and_its_scoring() -> None:
    described = estimate(experiment("digits", batch_size=10, network=["Conv2d", "ReLU", "Flatten", "Output"]))
    convolutions = 2 * 2 * 16 * 9 * 6 * 6  # forward and for the weights; multiply and add, channels, window, places
    products = 3 * 2 * 576 * 10
    values = 2 * 576  # ReLU reads and makes them
    assert (described.convolutions, described.products, described.values) == (convolutions, products, values)
    steps, rows = 11, 105
    computing = products * 1e-9 + convolutions * 2e-9 + values * 3e-9
    waiting = 1e-4 + 3 * 1e-5 + described.parameters * 1e-9
    expected = 3e-3 + steps * waiting + (rows + (rows + 15) / 3) * computing
    assert abs(seconds_per_epoch(described, rows, 10, KNOWN, 15) - expected) < 1e-9 * expected


def test_more_rows_take_longer_and_larger_batches_less_long() -> None:
    described = estimate(experiment("digits"))
    assert seconds_per_epoch(described, 2000, 32, KNOWN) > seconds_per_epoch(described, 1000, 32, KNOWN)
    assert seconds_per_epoch(described, 1000, 128, KNOWN) < seconds_per_epoch(described, 1000, 32, KNOWN)


def test_what_an_earlier_version_measured_is_no_speed() -> None:
    assert Speed.kept(asdict(KNOWN)) == KNOWN
    earlier = {name: value for name, value in asdict(KNOWN).items() if name != "value_seconds"}
    assert Speed.kept(earlier) is None
    assert Speed.kept({**earlier, "flops_per_second": 1e9}) is None
