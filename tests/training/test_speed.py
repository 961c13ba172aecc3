"""The estimate of an epoch is measured on this machine, disturbs nobody and grows with what there is to do."""

from __future__ import annotations

import torch

from dlcore.network import estimate
from dlcore.training.speed import Speed, calibrate, seconds_per_epoch

from .experiments import experiment

KNOWN = Speed("cpu", "x", step_seconds=1e-4, layer_seconds=1e-5, weight_seconds=1e-9, flops_per_second=1e9,
              epoch_seconds=3e-3)  # fmt: skip


def test_what_is_measured_is_positive_and_of_this_machine() -> None:
    speed = calibrate("cpu")
    assert speed.device == "cpu"
    assert speed.flops_per_second > 1e6
    assert 0 <= speed.layer_seconds < 0.1
    assert 0 < speed.weight_seconds < 1e-5


def test_measuring_draws_none_of_the_callers_random_numbers() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    calibrate("cpu")
    assert torch.equal(torch.rand(3), expected)


def test_an_epoch_is_its_steps_its_arithmetic_and_its_scoring() -> None:
    described = estimate(experiment("iris", batch_size=10))
    steps, rows = 11, 105
    arithmetic = (rows + (rows + 15) / 3) * described.flops / 1e9
    expected = 3e-3 + steps * (1e-4 + 4e-5 + described.parameters * 1e-9) + arithmetic
    assert abs(seconds_per_epoch(described, rows, 10, KNOWN, 15) - expected) < 1e-12


def test_more_rows_take_longer_and_larger_batches_less_long() -> None:
    described = estimate(experiment("digits"))
    assert seconds_per_epoch(described, 2000, 32, KNOWN) > seconds_per_epoch(described, 1000, 32, KNOWN)
    assert seconds_per_epoch(described, 1000, 128, KNOWN) < seconds_per_epoch(described, 1000, 32, KNOWN)
