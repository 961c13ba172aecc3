"""Kinds of studies and remedies: each is held to the same contract, whatever it compares."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dlcore.errors import DlcoreError, ExperimentError
from dlcore.experiment import Experiment
from dlcore.network import build
from dlcore.presets import PRESETS
from dlcore.studies import STUDIES, Study
from dlcore.studies.dropout_sweep import DropoutSweep
from dlcore.studies.overfitting import REMEDIES, Remedy
from dlcore.studies.overfitting.weight_decay import SHRINKING
from dlcore.studies.remedies import Remedies
from dlcore.studies.with_without import WithWithout
from dlcore.training.check import check
from dlcore.training.twins import differences, has_dropout

BASE = PRESETS["overfit"].experiment
TABLE = PRESETS["diabetes-linear"].experiment


def changed(study: Study) -> list[set[str]]:
    return [{each.field for each in differences([study.base, arm.experiment])} for arm in study.arms[1:]]


@pytest.mark.parametrize("name", list(STUDIES))
def test_a_study_is_plain_data_and_back(name: str) -> None:
    seeds = STUDIES[name].only_seeds or 3
    study = Study.of(STUDIES[name].suited(BASE), BASE, seeds, "try")
    stored = json.loads(json.dumps(study.to_json()))
    assert Study.from_json(stored) == study
    runs = list(study.runs())
    assert len(runs) == len(study) == len(study.arms) * seeds
    drawn = [each.seed for each in runs[:seeds]]
    assert drawn == list(range(seeds)) == [each.experiment.seed for each in runs[:seeds]]
    for each in {run.arm: run for run in runs}.values():
        check(each.experiment)


@pytest.mark.parametrize("name", list(REMEDIES))
def test_a_remedy_changes_what_it_says_and_nothing_else(name: str) -> None:
    remedy = REMEDIES[name].suited(BASE)
    assert remedy.refusal(BASE) is None
    twin = remedy.applied(BASE)
    assert twin != BASE
    assert twin.seed == BASE.seed
    check(twin)
    fields = {each.field.split(".")[0] for each in differences([BASE, twin])}
    assert len(fields) == 1
    assert str(remedy.called)


@pytest.mark.parametrize("name", list(REMEDIES))
@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_remedy_suits_an_experiment_or_says_why_not(name: str, preset: str) -> None:
    base = PRESETS[preset].at_hand
    remedy: Remedy = REMEDIES[name].suited(base)
    why = remedy.refusal(base)
    if why is None:
        check(remedy.applied(base))
    else:
        assert str(why).endswith(".")


def test_pictures_alone_are_shifted_and_held_back_rows_alone_can_be_given() -> None:
    def reason(name: str, base: Experiment) -> str:
        return str(REMEDIES[name].suited(base).refusal(base))

    assert "changes pictures" in reason("Augmentation", TABLE)
    assert "All rows teach already" in reason("MoreData", TABLE)
    assert "MSELoss knows no label smoothing" in reason("LabelSmoothing", TABLE)
    assert {type(each).__name__ for each in Remedies.suited(TABLE).remedies} & {"WeightDecay", "EarlyStopping"}


def test_weight_decay_makes_adamw_of_adam_with_the_same_step_apart_from_the_decay() -> None:
    twin = REMEDIES["WeightDecay"].suited(BASE).applied(BASE)
    optimizer: Any = twin.training.optimizer
    assert optimizer.name == "AdamW"
    assert optimizer.lr * optimizer.weight_decay == pytest.approx(SHRINKING)
    assert (optimizer.lr, optimizer.beta1, optimizer.beta2) == (0.01, 0.9, 0.999)


def test_a_smaller_network_has_fewer_weights() -> None:
    twin = REMEDIES["SmallerNetwork"].suited(BASE).applied(BASE)
    count = [sum(each.numel() for each in build(one).parameters()) for one in (BASE, twin)]
    assert count[1] < count[0] / 8


def test_an_arm_with_another_loss_is_judged_by_the_score_of_the_task() -> None:
    study = Study.of(Remedies.suited(BASE), BASE)
    metrics = {str(arm.name): study.metric_of(arm) for arm in study.arms}
    assert metrics.pop("Label smoothing 0.1") == "accuracy"
    assert set(metrics.values()) == {"loss"}
    assert study.epoch == "last"


def test_with_and_without_any_layer_or_setting() -> None:
    def of(**settings: Any) -> Study:
        return Study.of(WithWithout(**settings), BASE)

    assert changed(of(layer="3")) == [{"network.+3"}]
    assert changed(of(field="training.batch_size", value=8)) == [{"training.batch_size"}]
    assert has_dropout(of().arms[1].experiment)
    for settings, said in [
        ({"layer": "9"}, r"layer: must be the number of a layer, one of 1, 2, 3, 4, 5, but '9' came"),
        ({"field": "training.lr", "value": 1}, "lr"),
        ({"field": "seed", "value": 1}, "must begin with"),
        ({"field": "training.batch_size", "value": 25}, "is 25 already"),
        ({"field": "training.batch_size", "value": 0}, "whole number from 1 to"),
        ({"layer": "6"}, "one of 1, 2, 3, 4, 5, but '6' came"),
    ]:
        with pytest.raises(DlcoreError, match=said):
            of(**settings)


def test_a_sweep_begins_without_dropout_and_drops_more_and_more() -> None:
    study = Study.of(DropoutSweep(p=(0.5, 0.2)), PRESETS["digits-mlp-dropout"].experiment)
    assert [arm.at for arm in study.arms] == [0.0, 0.2, 0.5]
    assert not has_dropout(study.base)
    with pytest.raises(ExperimentError, match="p: must be 1 to 20 numbers"):
        Study.of(DropoutSweep(p=(1.5,)), BASE)


@pytest.mark.parametrize("seeds", [0, 31])
def test_a_study_has_one_to_thirty_seeds(seeds: int) -> None:
    with pytest.raises(ExperimentError, match=f"seeds: must be a whole number from 1 to 30, but {seeds} came"):
        Study.of(Remedies.suited(BASE), BASE, seeds)
    with pytest.raises(ExperimentError, match="choose at least one remedy"):
        Study.of(Remedies(), BASE)
