"""Against machine learning as a study, and as an analysis of a run: the same models on the splits of its seeds."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from dlcore.baselines import compare
from dlcore.baselines.report import scores_by_seed
from dlcore.cli import commands
from dlcore.data.load import load
from dlcore.errors import ExperimentError
from dlcore.presets import PRESETS
from dlcore.studies import STUDIES, Study
from dlcore.training.metrics import measure
from tests.analyses.filmed import answered, filmed_run

IRIS = PRESETS["iris-softmax"].experiment
SHORT = IRIS.model_copy(update={"training": IRIS.training.model_copy(update={"epochs": 3})})


def test_a_run_is_told_how_models_do_on_its_rows_and_on_further_splits() -> None:
    run = filmed_run(SHORT)
    found = answered(run, "baselines", seeds=2)["found"]
    network, guessing, *_others = found["models"]
    own = measure(run.model(3), run.loss_function, load(SHORT).validation, load(SHORT).about)
    assert (network["model"], network["scores"]["accuracy"]) == ("network", pytest.approx(own.accuracy))
    assert guessing["scores"]["accuracy"] == pytest.approx(1 / 3)
    assert list(found["by_seed"]) == ["0", "1"]
    for each in found["models"][1:]:
        assert found["by_seed"]["0"][each["model"]] == pytest.approx(each["scores"]["accuracy"])
    assert len(network["importances"]["mean"]) == len(found["columns"]) == 4
    assert found["models"][4]["tree"]["column"] in found["columns"]


def test_another_seed_divides_the_rows_anew() -> None:
    (_own, _scores), (_seed, other) = scores_by_seed(SHORT, [0, 5], compare(SHORT))
    again = compare(SHORT.model_copy(update={"seed": 5}))
    assert other == pytest.approx({each.name: each.scores["accuracy"] for each in again if each.scores})


def test_the_command_line_tells_it_as_json() -> None:
    asked = ["study", "preset:iris-softmax", "--kind", "baselines", "--seeds", "1", "--json"]
    answer = CliRunner().invoke(commands, asked, catch_exceptions=False)
    last = json.loads(answer.stdout.splitlines()[-1])
    assert last["verdicts"] == []
    assert [each["arm"] for each in last["arms"]] == ["Network"]
    assert {"network", "Dummy", "RandomForest"} <= {each["model"] for each in last["models"]}


def test_a_study_of_what_no_model_can_learn_is_refused() -> None:
    base = PRESETS["manual-lstm"].experiment
    with pytest.raises(ExperimentError, match="once for each row of a table"):
        Study.of(STUDIES["baselines"](), base)
