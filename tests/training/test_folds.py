"""k runs of one experiment: every row judges once, and what they say together is their mean and spread."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from sklearn import model_selection

import dlcore
from dlcore.data.split import divide
from dlcore.errors import DataError, ExperimentError
from dlcore.experiment import Experiment
from dlcore.training.events import RunFinished, Scores
from dlcore.training.folds import folds, together
from dlcore.training.loop import train

from .experiments import experiment


def parts(described: Experiment) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    source = described.dataset.source
    y = source.read(described.seed).y  # type: ignore[attr-defined]
    return divide(y, described.dataset.split, source.about(), described.seed)  # type: ignore[attr-defined]


@pytest.mark.parametrize("dataset", ["iris", "diabetes"])
@pytest.mark.parametrize("shuffle", [True, False])
def test_every_row_that_is_not_sealed_judges_exactly_once(dataset: str, shuffle: bool) -> None:
    split = {"method": "kfold", "folds": 4, "shuffle": shuffle}
    divided = [parts(each) for each in folds(experiment({"name": dataset, "split": split}))]
    sealed = {tuple(sorted(test)) for _, _, test in divided}
    assert len(sealed) == 1
    judged = np.concatenate([validation for _, validation, _ in divided])
    total = len(divided[0][0]) + len(divided[0][1]) + len(divided[0][2])
    assert sorted([*judged, *next(iter(sealed))]) == list(range(total))
    for learned, validation, test in divided:
        assert not set(learned) & set(validation)
        assert len(learned) + len(validation) + len(test) == total


def test_folds_are_those_of_scikit_learn() -> None:
    described = folds(experiment({"name": "iris", "split": {"method": "kfold", "folds": 3, "test": 0.0}}, seed=7))
    y = described[0].dataset.source.read(7).y  # type: ignore[attr-defined]
    oracle = model_selection.StratifiedKFold(3, shuffle=True, random_state=7).split(y, y)
    for each, (_, validation) in zip(described, oracle, strict=True):
        assert parts(each)[1].tolist() == validation.tolist()


def test_without_shuffling_and_strata_a_sorted_file_is_judged_on_classes_never_seen() -> None:
    split = {"method": "kfold", "folds": 3, "shuffle": False, "stratify": False, "test": 0.0}
    described = folds(experiment({"name": "iris", "split": split}))[0]
    y = described.dataset.source.read(0).y  # type: ignore[attr-defined]
    learned, validation, _ = parts(described)
    assert not set(y[learned]) & set(y[validation])


def test_an_experiment_that_holds_out_can_be_turned_into_folds() -> None:
    described = folds(experiment(), count=3)
    assert [each.dataset.split.fold for each in described] == [1, 2, 3]  # type: ignore[union-attr]
    assert {each.dataset.split.test for each in described} == {0.2}
    assert {each.training for each in described} == {experiment().training}


def test_folds_survive_a_file() -> None:
    described = folds(experiment(), count=3)[1]
    assert Experiment.from_yaml_text(described.to_yaml()) == described
    assert yaml.safe_load(described.to_yaml())["dataset"]["split"]["method"] == "kfold"


def test_the_runs_together_tell_mean_and_spread() -> None:
    finished = [list(train(each))[-1] for each in folds(experiment(epochs=2), count=3)]
    said = together([each for each in finished if isinstance(each, RunFinished)])
    accuracies = [each.best.accuracy for each in finished]  # type: ignore[attr-defined]
    assert said["accuracy"] == (pytest.approx(np.mean(accuracies)), pytest.approx(np.std(accuracies)))
    assert "confusion" not in said
    assert "mse" not in said


def test_scores_are_told_only_where_every_run_has_them() -> None:
    runs = [RunFinished("finished", 1, 1, Scores(0.5, r2=r2), Scores(0.5), 1.0) for r2 in (0.5, None)]
    assert set(together(runs)) == {"loss"}


@pytest.mark.parametrize(
    ("split", "field", "words"),
    [
        ({"method": "kfold", "folds": 1}, "dataset.split.folds", "2 to 20"),
        ({"method": "kfold", "folds": 3, "fold": 4}, "dataset.split.fold", "at most folds, 3"),
        ({"method": "kfold", "validation": 0.1}, "dataset.split.validation", "Unknown setting"),
        ({"method": "kflod"}, "dataset.split.method", "Did you mean kfold?"),
        ({"method": ["kfold"]}, "dataset.split.method", "kfold"),
    ],
)
def test_a_wrong_split_is_named_with_what_is_allowed(split: object, field: str, words: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        experiment({"name": "iris", "split": split})
    assert caught.value.field == field
    assert words in str(caught.value)


def test_more_folds_than_rows_of_a_class_are_refused() -> None:
    described = experiment({"name": "iris", "split": {"method": "kfold", "folds": 20, "test": 0.8}})
    with pytest.raises(DataError, match="at most 10"):
        dlcore.load(described)
