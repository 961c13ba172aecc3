"""Each schedule changes the learning rate as its formula says, in the drawing as in the run."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
import torch

from dlcore.registry import SCHEDULES
from dlcore.training.events import EpochEnded
from dlcore.training.loop import train
from dlcore.training.schedules import drawn

from .experiments import experiment
from .test_declared import variants

EPOCHS, BATCHES, LR = 6, 7, 0.05


def by_hand(schedule: Any, step: int) -> float:
    """The learning rate of a step of the run, from the formula in a textbook."""
    epoch, done = step // BATCHES, step
    settings = schedule.model_dump()
    match schedule.name:
        case "StepLR":
            return LR * settings["gamma"] ** (epoch // settings["step_size"])
        case "ExponentialLR":
            return LR * settings["gamma"] ** epoch
        case "CosineAnnealingLR":
            low = settings["eta_min"]
            return low + (LR - low) * (1 + math.cos(math.pi * epoch / EPOCHS)) / 2
        case "ConstantThenExponential":
            return LR * math.exp(-settings["rate"] * max(0, epoch - settings["constant"] + 1))
        case "WarmUp":
            warm = max(1, round(settings["epochs"] * BATCHES))
            start = settings["start_factor"]
            return LR * (start + (1 - start) * min(done / warm, 1))
        case "WarmUpCosine":
            warm = min(max(1, round(settings["epochs"] * BATCHES)), EPOCHS * BATCHES)
            if done < warm:
                return LR * (done + 1) / warm
            return LR * (1 + math.cos(math.pi * (done - warm) / max(1, EPOCHS * BATCHES - warm))) / 2
        case "ReduceLROnPlateau":
            return LR  # of a loss that always falls
    raise AssertionError(schedule.name)


@pytest.mark.parametrize("schedule", [each for each in variants(SCHEDULES) if each.name != "OneCycleLR"], ids=repr)
def test_a_schedule_follows_its_formula(schedule: Any) -> None:
    places, rates = drawn(schedule, LR, EPOCHS, BATCHES)
    steps = [round(place * BATCHES) for place in places]
    assert rates == pytest.approx([by_hand(schedule, step) for step in steps], rel=1e-6, abs=1e-12)


def test_one_cycle_climbs_to_the_learning_rate_and_falls_far_below_where_it_began() -> None:
    _, rates = drawn(SCHEDULES["OneCycleLR"](), LR, EPOCHS, BATCHES)
    top = rates.index(max(rates))
    assert rates[0] == pytest.approx(LR / 25)
    assert max(rates) == pytest.approx(LR, rel=1e-3)
    assert top == round(0.3 * (len(rates) - 1))
    assert rates == sorted(rates[: top + 1]) + sorted(rates[top + 1 :], reverse=True)
    assert rates[-1] < rates[0] / 100


@pytest.mark.parametrize("schedule", variants(SCHEDULES), ids=repr)
def test_the_line_of_source_makes_the_schedule_that_was_built(schedule: Any) -> None:
    def rates(make: Any) -> list[float]:
        optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=LR)
        scheduler, seen = make(optimizer), []
        for step in range(EPOCHS * BATCHES):
            seen.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if schedule.every == "batch" or step % BATCHES == BATCHES - 1:
                scheduler.step(*([1.0] if schedule.watches_loss else []))
        return seen

    line = schedule.source(LR, EPOCHS, BATCHES)
    built = rates(lambda optimizer: schedule.call(optimizer, LR, EPOCHS, BATCHES).build())
    assert built == rates(lambda optimizer: eval(line, {"torch": torch, "math": math, "optimizer": optimizer}))


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_a_run_learns_with_the_rates_that_were_drawn(name: str) -> None:
    described = experiment(epochs=5, batch_size=25, schedule=name, optimizer={"name": "Adam", "lr": LR})
    ended = [event for event in train(described) if isinstance(event, EpochEnded)]
    _, rates = drawn(SCHEDULES[name](), LR, 5, 5)
    each = len(rates) // 5
    assert [event.learning_rate for event in ended[1:]] == pytest.approx(rates[each - 1 :: each])
    assert ended[0].learning_rate == rates[0]


def test_a_plateau_lowers_the_rate_after_its_patience() -> None:
    stuck = experiment(epochs=8, batch_size=200, optimizer={"name": "SGD", "lr": 1e-6},
                       schedule={"name": "ReduceLROnPlateau", "factor": 0.5, "patience": 1})  # fmt: skip
    rates = [event.learning_rate for event in train(stuck) if isinstance(event, EpochEnded)][1:]
    assert rates[0] == 1e-6
    assert rates[-1] < rates[0]
    assert all(after in (before, before / 2) for before, after in pairwise(rates))


def test_a_long_schedule_is_drawn_with_few_points() -> None:
    places, rates = drawn(SCHEDULES["OneCycleLR"](), LR, 100, 10_000)
    assert len(places) == len(rates) <= 1000
    assert places == sorted(places)
    assert max(rates) == pytest.approx(LR, rel=1e-3)
