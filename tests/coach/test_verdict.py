"""What is said when the twin with the remedy has run, and what a remedy changes."""

from __future__ import annotations

import pytest

from dlcore import coach
from dlcore.coach import Course, Finding, Remedy
from dlcore.experiment import Experiment
from dlcore.i18n import Text, set_language
from dlcore.layers.stack import inside
from tests.coach.programs import FAULTS, base
from tests.coach.trained import course_of


def of(name: str = "wine", **training: object) -> Experiment:
    plain = base(name)
    plain["training"] |= training
    return Experiment.from_dict(plain)


@pytest.fixture(scope="module")
def slow() -> Course:
    """A run whose learning rate is far too low."""
    return course_of(of(optimizer={"name": "Adam", "lr": 1e-6}))


def test_it_was_that_where_the_twin_does_clearly_better(slow: Course) -> None:
    (finding,) = [each for each in coach.listen(slow) if each.rule == "lr-too-low"]
    twin = finding.remedied(of(optimizer={"name": "Adam", "lr": 0.01}, epochs=40))
    said = str(coach.verdict(finding, slow, course_of(twin)))
    assert said.startswith("It was that: the accuracy went from ")
    assert said.endswith(" %.")


def test_it_was_not_that_where_the_twin_does_no_better(slow: Course) -> None:
    finding = Finding("too-few-epochs", "warning", Text(""), Remedy({"training.epochs": 26}))
    twin = course_of(finding.remedied(slow.experiment))
    assert str(coach.verdict(finding, slow, twin)).startswith("It was not that: the accuracy went from ")


def test_a_rare_class_is_judged_by_the_mean_recall_that_accuracy_would_hide() -> None:
    plain = base("wine")
    FAULTS["class-imbalance"][0][0](plain)
    course = course_of(Experiment.from_dict(plain))
    (finding,) = [each for each in coach.listen(course) if each.rule == "class-imbalance"]
    twin = course_of(finding.remedied(course.experiment))
    assert str(coach.verdict(finding, course, twin)).startswith("It was that: the recall went from ")


def test_a_verdict_is_said_in_the_readers_language(slow: Course) -> None:
    finding = Finding("too-few-epochs", "warning", Text(""), Remedy({"training.epochs": 26}))
    set_language("zh_CN")
    assert str(coach.verdict(finding, slow, slow)).startswith("不是这个原因：准确率从 ")


def test_a_remedy_changes_what_it_names_and_nothing_else() -> None:
    experiment = of()
    remedy = Remedy({"training.optimizer.lr": 0.5, "dataset.scale": "minmax"}, (((1,), "replace:Tanh"),))
    twin = remedy.apply(experiment)
    plain, changed = experiment.to_dict(), twin.to_dict()
    plain["training"]["optimizer"]["lr"] = 0.5
    plain["dataset"]["scale"] = "minmax"
    plain["network"][1] = {"layer": "Tanh"}
    assert changed == plain


def test_a_remedy_reaches_layers_inside_blocks() -> None:
    plain = base("wine")
    block = {"layer": "Residual", "layers": [{"layer": "Linear", "out_features": 13}, {"layer": "Sigmoid"}]}
    plain["network"] = [block, {"layer": "Output"}]
    twin = Remedy(repairs=(((0, 1), "replace:ReLU"),)).apply(Experiment.from_dict(plain))
    assert [layer.name for _, layer in inside(twin.network)] == ["Residual", "Linear", "ReLU", "Output"]


def test_nothing_is_said_before_an_epoch_is_over() -> None:
    experiment = of()
    assert coach.listen(Course(experiment, course_of(of(epochs=1)).data)) == []
