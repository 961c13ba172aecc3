"""What varies between the seeds of a study, and how much of a score's variance is whose."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from scipy.stats import chi2

from dlcore.cli import commands
from dlcore.data.load import load
from dlcore.errors import ExperimentError
from dlcore.network import build
from dlcore.presets import PRESETS
from dlcore.studies import STUDIES, Study
from dlcore.studies.chance import VARIED, what_varies
from dlcore.studies.sentences import judged_by
from dlcore.studies.variance import caveat, parts, rest
from dlcore.studies.with_without import WithWithout

BASE = PRESETS["iris-softmax"].experiment
MLP = PRESETS["overfit"].experiment


@pytest.mark.parametrize("varies", VARIED[1:])
def test_between_the_seeds_of_any_comparison_one_part_alone_may_vary(varies: str, one_thread: None) -> None:
    study = Study.of(WithWithout(), MLP, 2, varies=varies)  # type: ignore[arg-type]
    first, second, *_twin = [run.experiment for run in study.runs()]
    rows = [load(each).validation.x for each in (first, second)]
    weights = [next(build(each).parameters()) for each in (first, second)]
    assert torch.equal(*rows) == (varies != "split")
    assert torch.equal(*weights) == (varies != "weights")
    assert (first.seed_of("order") == second.seed_of("order")) == (varies != "order")
    assert what_varies(first) == varies
    assert "Between seeds only" in judged_by(study)
    assert Study.from_json(json.loads(json.dumps(study.to_json()))) == study


def test_everything_varies_unless_something_else_is_asked_for() -> None:
    assert Study.of(WithWithout(), MLP, 2) == Study.of(WithWithout(), MLP, 2, varies="everything")
    assert "only" not in judged_by(Study.of(WithWithout(), MLP, 2))
    with pytest.raises(ExperimentError, match="varies: must be one of everything, split, weights, order"):
        Study.of(WithWithout(), MLP, 2, varies="luck")  # type: ignore[arg-type]


def test_the_parts_of_a_made_score_are_those_it_was_made_of() -> None:
    """A score that is the sum of three draws: numpy's variances, their intervals by chi squared, nothing left over."""
    random, seeds = np.random.default_rng(3), range(400)
    draws = {"split": random.normal(0, 0.3, 400), "weights": random.normal(0, 0.1, 400),
             "order": random.normal(0, 0.2, 400)}  # fmt: skip
    by_arm = {"everything": sum(draws.values()), **draws}
    found = parts([dict(zip(seeds, by_arm[name], strict=True)) for name in VARIED])
    for each in found:
        assert each.variance == pytest.approx(np.var(by_arm[each.name], ddof=1))
        assert each.low == pytest.approx(399 * each.variance / chi2.ppf(0.975, 399))
        assert each.low < each.variance < each.high
    assert rest(found) == pytest.approx(0, abs=0.02)
    assert [round(each.variance**0.5, 1) for each in found[1:]] == [0.3, 0.1, 0.2]


def test_what_happens_only_together_is_in_no_part_and_said() -> None:
    one, two = {0: 0.0, 1: 1.0}, {0: 0.0, 1: 3.0}
    assert "78% of the whole is in no part" in caveat(parts([two, one, {0: 0.0, 1: 0.0}, one]))
    assert "more than the whole" in caveat(parts([one, two, one, one]))
    assert [each.name for each in parts([one, {0: 1.0}, {}, one])] == ["everything", "order"]
    assert rest(parts([one, {0: 1.0}, {}, one])) is None


def test_the_command_line_tells_the_parts() -> None:
    asked = ["study", "preset:iris-softmax", "--kind", "variance", "--seeds", "2", "--json"]
    last = json.loads(CliRunner().invoke(commands, asked, catch_exceptions=False).stdout.splitlines()[-1])
    assert [each["name"] for each in last["variances"]] == list(VARIED)
    by_arm = [list(each["scores"].values()) for each in last["arms"]]
    assert [each["variance"] for each in last["variances"]] == pytest.approx(np.var(by_arm, axis=1, ddof=1).tolist())
    weights = last["variances"][2]
    assert (weights["name"], weights["seeds"]) == ("weights", 2)


def test_an_arm_draws_anew_what_it_says_and_nothing_else() -> None:
    study = Study.of(STUDIES["variance"](), BASE, 2)
    second = {run.arm: run.experiment for run in study.runs() if run.seed == 1}
    drawn = {VARIED[arm]: {part for part in VARIED[1:] if each.seed_of(part) == 1} for arm, each in second.items()}
    assert drawn == {"everything": {"split", "weights", "order"}, "split": {"split"}, "weights": {"weights"},
                     "order": {"order"}}  # fmt: skip
