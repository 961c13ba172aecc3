"""Every rule of the coach, whatever it looks for."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest

from dlcore import coach, network
from dlcore.coach import RULES, DataSummary, Finding, Remedy
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.training.check import check
from tests.coach.programs import FAULTS, base
from tests.coach.trained import course_of, findings_of

NAMES = {
    "no-activation", "wrong-output-activation", "wrong-loss", "lr-too-high", "lr-too-low", "dead-units",
    "saturated-units", "vanishing-gradient", "exploding-gradient", "diverged", "unscaled-inputs", "unscaled-target",
    "too-few-epochs", "batch-too-small", "batch-too-large", "underfitting", "overfitting", "bad-initialization",
    "class-imbalance", "dropout-too-strong", "regularization-too-strong", "shuffled-labels",
}  # fmt: skip
# Where each fault is tried here: a data set on which it trains in a moment.
PLACES = {"overfitting": "diabetes", "unscaled-target": "diabetes", "class-imbalance": "wine", "underfitting": "moons",
          "unscaled-inputs": "file_classes", "too-few-epochs": "digits"}  # fmt: skip


def planted(rule: str, prefer: str = "wine") -> Experiment:
    """A fault of this rule, as the first way of planting it has it."""
    fault, suited = FAULTS[rule][0]
    name = PLACES.get(rule, prefer if prefer in suited else suited[0])
    plain = base(name)
    fault(plain)
    return Experiment.from_dict(plain)


@pytest.fixture(scope="module")
def spoken() -> dict[str, tuple[Experiment, Finding]]:
    """What each rule says of its own fault: {rule: (experiment, finding)}; each is trained once."""
    found = {}
    for rule in NAMES:
        experiment = planted(rule)
        own = [each for each in findings_of(experiment)[0] if each.rule == rule]
        if own:
            found[rule] = (experiment, own[0])
    return found


def test_the_rules_have_their_names_and_a_file_each() -> None:
    assert set(RULES) == NAMES
    files = {Path(inspect.getfile(rule)).stem.replace("_", "-") for rule in RULES.values()}
    assert files == NAMES


@pytest.mark.parametrize("rule", sorted(NAMES))
def test_a_planted_fault_is_found_by_its_own_rule(rule: str, spoken: dict[str, tuple[Experiment, Finding]]) -> None:
    assert rule in spoken


@pytest.mark.parametrize("rule", sorted(NAMES))
def test_a_finding_quotes_its_numbers_and_is_plain_json(
    rule: str, spoken: dict[str, tuple[Experiment, Finding]]
) -> None:
    experiment, finding = spoken[rule]
    plain = json.loads(json.dumps(finding.to_json(), allow_nan=False))
    assert list(plain) == ["rule", "severity", "layer", "measured", "epochs", "sentence", "remedy"]
    assert plain["severity"] in coach.SEVERITIES
    assert "{" not in plain["sentence"]
    assert plain["sentence"].endswith(".")
    if finding.epochs is not None:
        first, last = finding.epochs
        assert 0 <= first <= last <= experiment.training.epochs
        assert re.search(r"\d", plain["sentence"])
        assert finding.measured
    if finding.layer is not None:
        assert finding.layer[0] < len(experiment.network)


@pytest.mark.parametrize("rule", sorted(NAMES))
def test_a_remedy_makes_a_twin_that_can_be_trained_and_differs(
    rule: str, spoken: dict[str, tuple[Experiment, Finding]]
) -> None:
    experiment, finding = spoken[rule]
    twin = finding.remedied(experiment)
    assert twin != experiment
    check(twin)
    assert twin.seed == experiment.seed
    again = Remedy.from_json(json.loads(json.dumps(finding.remedy.to_json())))
    assert again.apply(experiment) == twin


@pytest.mark.parametrize("rule", sorted(NAMES))
def test_a_rule_is_silent_before_training_on_a_healthy_network(rule: str) -> None:
    for name in ("digits", "diabetes", "penguins"):
        experiment = Experiment.from_dict(base(name))
        found = RULES[rule]().examine(experiment, network.about_of(experiment), DataSummary.of(load(experiment)))
        assert list(found) == []


def test_what_yields_yields_to_rules_that_are_there() -> None:
    assert all(set(rule.yields_to) <= NAMES - {rule.name} for rule in RULES.values())


# What is true of the data, or of a network that does as well without, no change of the experiment mends.
MENDS_NOTHING = {"no-activation", "shuffled-labels", "overfitting"}


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("rule", sorted(NAMES - MENDS_NOTHING))
def test_the_twin_with_the_remedy_shows_that_it_was_that(rule: str) -> None:
    experiment = planted(rule, prefer="digits")  # harder than wine, where some faults do no harm
    findings, course = findings_of(experiment)
    (finding,) = [each for each in findings if each.rule == rule]
    twin = course_of(finding.remedied(experiment))
    if course is None:
        assert not twin.outcome.bad
    else:
        assert str(coach.verdict(finding, course, twin)).startswith("It was that: ")
