"""What others score from the same rows, against scikit-learn used directly."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier

from dlcore.coach.outcome import Outcome
from dlcore.coach.references import References, references
from dlcore.data.load import load
from dlcore.experiment import Experiment
from tests.coach.programs import base


def of(name: str, **dataset: object) -> Experiment:
    plain = base(name)
    plain["dataset"].update(dataset)
    return Experiment.from_dict(plain)


def test_classes_are_referred_to_the_most_frequent_a_line_and_the_nearest() -> None:
    data = load(of("wine"))
    found = references(data)
    x, y, asked, true = (each.numpy() for each in (data.train.x, data.train.y, data.validation.x, data.validation.y))
    assert found.chance == pytest.approx(np.bincount(true).max() / len(true))
    assert found.linear == pytest.approx(LogisticRegression(max_iter=1000).fit(x, y).score(asked, true), abs=0.03)
    assert found.neighbours == pytest.approx(KNeighborsClassifier(5).fit(x, y).score(asked, true), abs=0.03)
    assert found.rows == len(true)


def test_scale_means_nothing_to_the_references() -> None:
    plain, scaled = references(load(of("wine", scale="none"))), references(load(of("wine")))
    assert plain.linear == pytest.approx(scaled.linear)
    assert plain.neighbours == pytest.approx(scaled.neighbours)


def test_a_number_to_predict_is_referred_to_its_mean_and_a_ridge() -> None:
    data = load(of("diabetes"))
    found = references(data)
    x, asked = data.train.x.numpy(), data.validation.x.numpy()
    ridge = Ridge().fit(x, data.train.y.numpy().ravel())
    assert found.chance == 0.0
    assert found.linear == pytest.approx(ridge.score(asked, data.validation.y.numpy().ravel()), abs=0.02)


@pytest.mark.parametrize("dataset", [{"name": "reviews", "samples": 600}, {"name": "films", "samples": 2000},
                                     {"name": "scenes", "samples": 200}, {"name": "manual", "characters": 20_000},
                                     {"name": "digits"}])  # fmt: skip
def test_every_kind_of_data_has_references(dataset: dict[str, object]) -> None:
    network = [{"layer": "Flatten"}, {"layer": "Output"}]
    training = {"optimizer": "Adam", "epochs": 1}
    found = references(load(Experiment.from_dict({"dataset": dataset, "network": network, "training": training})))
    assert found.linear is not None
    assert found.best > found.chance


def outcome(score: float, chance: float = 0.5, linear: float = 0.9, **more: object) -> Outcome:
    return Outcome("accuracy", score, score, References(chance, linear, None, 200), 5, **more)  # type: ignore[arg-type]


def test_a_run_went_badly_where_it_guesses_or_is_clearly_behind_a_line() -> None:
    assert outcome(0.5).guessing
    assert outcome(0.8).bad and not outcome(0.8).guessing  # noqa: PT018
    assert not outcome(0.88).bad
    assert outcome(0.95, diverged=True).bad


def test_of_a_rare_class_accuracy_alone_is_no_sign_of_guessing() -> None:
    assert outcome(0.95, chance=0.95, linear=0.95, recall=0.5, classes=2).guessing
    assert not outcome(0.95, chance=0.95, linear=0.95, recall=0.75, classes=2).bad


def test_the_sentence_quotes_the_runs_own_numbers() -> None:
    assert str(outcome(0.5).text) == "After 5 epochs the accuracy is 50 %; guessing without looking gets 50 %."
    assert str(outcome(0.8).text) == "After 5 epochs the accuracy is 80 %; a linear model gets 90 % from the same rows."
