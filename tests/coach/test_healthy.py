"""The coach does not cry wolf: what it says of healthy programs, and what it finds of planted faults, in counts."""

from __future__ import annotations

from typing import Any

import pytest

from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from tests.coach.programs import FAULTS, HELD_OUT, faulty, healthy
from tests.coach.trained import findings_of

QUICK = ("iris-softmax", "diabetes-linear", "penguins", "moons", "circles", "xor", "clouds")
IN_SECONDS = [name for name, preset in PRESETS.items() if preset.duration == "seconds"]
SEEDS = range(5)
MOST_ALARMS = 0.02  # of the healthy runs
RECALL = 0.6  # of the planted faults of a rule, some of which do no harm where they are planted


def alarms(plain: Any, seed: int) -> list[str]:
    """The rules that speak of an error or a warning."""
    findings = findings_of(Experiment.from_dict({**plain, "seed": seed}))[0]
    return [each.rule for each in findings if each.severity != "remark"]


@pytest.mark.parametrize("name", QUICK)
def test_a_starting_point_raises_no_alarm(name: str) -> None:
    assert alarms(PRESETS[name].at_hand.to_dict(), seed=2) == []


@pytest.mark.parametrize(("choice", "name", "plain"), healthy(("penguins",)), ids=lambda each: str(each)[:20])
def test_an_ordinary_choice_raises_no_alarm(choice: str, name: str, plain: Any) -> None:
    assert alarms(plain, seed=1) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", IN_SECONDS)
def test_no_seed_of_a_starting_point_raises_an_alarm(name: str) -> None:
    assert {seed: found for seed in SEEDS if (found := alarms(PRESETS[name].at_hand.to_dict(), seed))} == {}


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_hardly_any_ordinary_network_on_data_that_no_threshold_has_seen_raises_an_alarm() -> None:
    programs = [(plain, seed) for _, _, plain in healthy(HELD_OUT) for seed in SEEDS[:2]]
    alarmed = sum(bool(alarms(plain, seed)) for plain, seed in programs)
    assert alarmed <= MOST_ALARMS * len(programs)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_is_found_on_data_that_no_threshold_has_seen(rule: str) -> None:
    programs = [plain for planted, _, plain in faulty(HELD_OUT) if planted == rule]
    found = sum(any(each.rule == rule for each in findings_of(Experiment.from_dict(plain))[0]) for plain in programs)
    assert found >= RECALL * len(programs)
