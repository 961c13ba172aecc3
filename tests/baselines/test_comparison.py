"""Models of machine learning beside a network, held against scikit-learn fitted by hand on the tensors of `load`."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.base import BaseEstimator
from sklearn.inspection import permutation_importance
from sklearn.metrics import accuracy_score, f1_score, mean_absolute_error, r2_score
from sklearn.tree import export_text

from dlcore.baselines import BASELINES, compare, fitting, refusal
from dlcore.baselines.baseline import in_order
from dlcore.baselines.comparison import BaselineResult, of_network, result
from dlcore.baselines.importances import Importances, importances
from dlcore.baselines.table import Table
from dlcore.baselines.tree import node_from_json, read, text
from dlcore.data.base import About, Data
from dlcore.data.load import divided, load
from dlcore.declaration import Shape
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.network import about_of, build
from dlcore.presets import PRESETS

MODULES = ("dummy", "linear_model", "neighbors", "tree", "ensemble", "svm", "multioutput")


def preset(name: str, **dataset: Any) -> Experiment:
    plain = PRESETS[name].experiment.to_dict()
    return Experiment.from_dict({**plain, "dataset": {**plain["dataset"], **dataset}})


def by_hand(source: str) -> Any:
    """The estimator that a line of Python makes, with scikit-learn's names alone."""
    names: dict[str, Any] = {}
    for module in MODULES:
        names |= vars(importlib.import_module(f"sklearn.{module}"))
    return eval(source, names)


def arrays(data: Data) -> list[Any]:
    """x and y of the training part, and of the one that judges, as scikit-learn takes them."""
    found = [np.asarray(each.reshape(len(each), -1), np.float64) for part in (data.train, data.validation)
             for each in (part.x, part.y)]  # fmt: skip
    several = data.about.task == "multilabel"
    return [each if several or number % 2 == 0 else each[:, 0] for number, each in enumerate(found)]


def hold_against_scikit_learn(found: BaselineResult, data: Data) -> None:
    x, y, asked, true = arrays(data)
    assert found.scores is not None
    answers = by_hand(found.source).fit(x[: found.rows], y[: found.rows]).predict(asked)
    if data.about.task == "regression":
        assert found.scores["r2"] == pytest.approx(r2_score(true, answers), abs=1e-6)
        assert found.scores["mae"] == pytest.approx(mean_absolute_error(true, answers))
    else:
        assert found.scores["accuracy"] == pytest.approx(accuracy_score(true, answers))
        assert found.scores["f1"] == pytest.approx(f1_score(true, answers, average="macro", zero_division=0))


@pytest.mark.parametrize("name", ["iris-softmax", "cars"])
def test_every_model_scores_what_scikit_learn_scores_on_the_same_tensors(name: str) -> None:
    data = load(preset(name))
    found = compare(preset(name), data)
    assert [each.name for each in found] == ["Dummy", "Linear", "NearestNeighbours", "DecisionTree", "RandomForest",
                                             "GradientBoosting", "SupportVectors"]  # fmt: skip
    for each in found:
        hold_against_scikit_learn(each, data)


@pytest.mark.parametrize("name", ["Dummy", "Linear", "DecisionTree", "SupportVectors"])
def test_several_labels_are_answered_each_by_itself(name: str) -> None:
    table = Table(load(preset("scenes", limit=60)))
    hold_against_scikit_learn(result(BASELINES[name](), table, 0), table.data)


def test_yes_and_no_of_texts_is_learned_from_how_often_each_word_stands_there() -> None:
    experiment = preset("sentiment-lstm", limit=200)
    data = load(experiment)
    counts = [torch.stack([(part.x == word).sum(dim=1) for word in range(59)], 1).numpy()
              for part in (data.train, data.validation)]  # fmt: skip
    model = by_hand("LogisticRegression(C=1.0, max_iter=1000)").fit(counts[0], data.train.y.numpy()[:, 0])
    found = result(BASELINES["Linear"](), Table(data), 0)
    assert found.scores is not None
    assert found.scores["accuracy"] == pytest.approx(model.score(counts[1], data.validation.y.numpy()[:, 0]))


def test_a_point_of_the_curve_is_the_model_of_the_first_rows_judged_by_the_same_part() -> None:
    experiment = preset("iris-softmax", scale="none")
    curve = result(BASELINES["Linear"](), Table(load(experiment)), 0).curve
    assert [each.rows for each in curve] == [11, 22, 45, 90]
    some = load(preset("iris-softmax", scale="none", limit=22))
    model = by_hand("LogisticRegression(C=1.0, max_iter=1000)").fit(some.train.x, some.train.y)
    assert curve[1].train == pytest.approx(model.score(some.train.x, some.train.y))
    assert curve[1].judging == pytest.approx(model.score(some.validation.x, some.validation.y))


@pytest.mark.parametrize(("name", "scoring"), [("iris-softmax", "accuracy"), ("cars", "r2")])
def test_what_a_column_is_worth_is_scikit_learns_permutation_importance(name: str, scoring: str) -> None:
    table = Table(load(preset(name)))
    fitted = fitting.fit(BASELINES["DecisionTree"](), table, 0)
    found = importances(fitted.answers, table, 3)
    judging = table.judging
    wanted = permutation_importance(fitted.model, judging.x, judging.y, scoring=scoring, n_repeats=5, random_state=3)
    assert isinstance(found, Importances)
    assert found.mean == pytest.approx(wanted.importances_mean.tolist())
    assert found.deviation == pytest.approx(wanted.importances_std.tolist())


class _Network(BaseEstimator):  # type: ignore[misc]
    def __init__(self, model: Any) -> None:
        self.model = model

    def fit(self, x: Any, y: Any) -> None: ...

    def predict(self, x: Any) -> Any:
        with torch.no_grad():
            return self.model(torch.tensor(x, dtype=torch.float32)).argmax(dim=1).numpy()


def test_a_network_is_asked_the_same_way() -> None:
    experiment = preset("iris-softmax")
    table, model = Table(load(experiment)), build(experiment).eval()
    found = of_network(model, table, 1).importances
    wanted = permutation_importance(_Network(model), table.judging.x, table.judging.y, scoring="accuracy", n_repeats=5,
                                    random_state=1)  # fmt: skip
    assert isinstance(found, Importances)
    assert found.mean == pytest.approx(wanted.importances_mean.tolist())


def test_a_tree_is_read_in_the_units_of_the_data() -> None:
    """Scaling moves no threshold past a row: on the rows as they came, scikit-learn grows the same tree."""
    experiment = preset("iris-softmax")
    rows, table = divided(experiment), Table(load(experiment))
    grown = by_hand("DecisionTreeClassifier(max_depth=3, random_state=0)").fit(rows.x[0], rows.y[0])
    lines = export_text(grown, feature_names=list(rows.about.features), decimals=2).splitlines()
    wanted = [(float(line.split()[-1])) for line in lines if "<=" in line]
    tree = read(fitting.fit(BASELINES["DecisionTree"](max_depth=3), table, 0).model, table)
    read_lines = list(text(tree))
    assert [float(line.split()[-1]) for line in read_lines if "≤" in line] == pytest.approx(wanted, abs=0.006)
    assert [line.split("|--- ")[-1].split(" <=")[0] for line in lines if "<=" in line] == [
        line.split("│  ")[-1].split(" ≤")[0] for line in read_lines if "≤" in line
    ]
    assert node_from_json(tree.to_json()) == tree


def test_a_tree_of_numbers_answers_in_the_units_of_the_target() -> None:
    experiment = preset("cars")
    rows, table = divided(experiment), Table(load(experiment))
    root = read(fitting.fit(BASELINES["DecisionTree"](), table, 0).model, table, deepest=1)
    assert float(root.answer) == pytest.approx(rows.y[0].mean(), rel=1e-3)
    assert root.left is not None
    assert root.left.hidden > 0


def test_what_learns_from_some_rows_alone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert BASELINES["SupportVectors"]().affordable(50_000, 4) == 3_000
    assert BASELINES["Linear"]().affordable(50_000, 1_000) == 2_000
    monkeypatch.setattr(fitting, "SECONDS", 0.0)
    found = result(BASELINES["Linear"](), Table(load(preset("iris-softmax"))), 0)
    assert (found.rows, found.of_rows, found.partial) == (11, 90, True)


def test_what_no_model_can_learn_is_refused_in_a_sentence() -> None:
    with pytest.raises(DlcoreError, match="scikit-learn's models answer once for each row of a table"):
        compare(preset("manual-lstm"))
    assert "at most 20,000" in str(refusal(About("multiclass", Shape((3, 100, 100)), 10)))
    table = Table(load(preset("scenes", limit=40)))
    assert "Not for 576 columns" in str(importances(lambda x: x, table, 0))


def test_rows_of_one_class_teach_nothing_but_the_guess() -> None:
    experiment = preset("iris-softmax", limit=1)
    found = compare(experiment)
    assert found[0].refusal is None
    refused = {each.name for each in found if each.refusal is not None}
    assert "Linear" in refused
    assert all(each.to_json()["scores"] is None for each in found if each.name in refused)


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_preset_is_taken_or_refused(name: str) -> None:
    about = about_of(PRESETS[name].experiment)
    assert (refusal(about) is None) == (about.task != "next-token")


def test_every_model_has_a_place_and_says_what_it_is() -> None:
    models = in_order()
    assert len({each.place for each in models}) == len(models) == len(BASELINES)
    assert all(each.title and each.summary().endswith(".") for each in models)
