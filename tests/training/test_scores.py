"""A metric is declared once, and everybody reads it there: names, digits, which way is better."""

from __future__ import annotations

import dataclasses
import io
import math

import pytest
import torch

from dlcore.data.base import About, Task
from dlcore.export.bundle.metrics import metrics_csv
from dlcore.i18n import _, language
from dlcore.inference.file_names import stem
from dlcore.presets import PRESETS
from dlcore.training.events import EpochEnded
from dlcore.training.metrics import JUDGES
from dlcore.training.scores import METRICS, Scores, headline, headlines, metrics_of, value
from dlcore.training.summary import scores_line

TARGETS: dict[Task, tuple[int, ...]] = {  # shapes of what ten examples should give
    "multiclass": (10,),
    "binary": (10, 1),
    "multilabel": (10, 3),
    "regression": (10, 1),
    "next-token": (10, 4),
}


def judged(task: Task, right: bool) -> Scores:
    """What a task's judge says of answers that are all right, or all wrong."""
    generator = torch.Generator().manual_seed(0)
    target = TARGETS[task]
    about = About(task, (2,), 10, classes=("a", "b", "c") if task != "binary" else ("no", "yes"))
    judge = JUDGES[task](about)
    if task == "regression":
        y = torch.randn(target, generator=generator)
        prediction = y if right else -5 * y
    elif task in ("binary", "multilabel"):
        y = torch.randint(2, target, generator=generator).float()
        prediction = (2 * y - 1) * (9 if right else -9)
    else:
        y = torch.randint(3, target, generator=generator)
        prediction = torch.nn.functional.one_hot(y if right else (y + 1) % 3, 3).float() * 9
    judge.add(prediction, y)
    return Scores(loss=0.0 if right else 9.0, **judge.scores())


@pytest.mark.parametrize("task", TARGETS)
def test_a_task_is_judged_by_the_metrics_that_are_declared_for_it(task: Task) -> None:
    found = {name for name in METRICS if getattr(judged(task, True), name) is not None}
    assert found == {"loss", *metrics_of(task)}


@pytest.mark.parametrize("task", TARGETS)
def test_right_answers_score_better_than_wrong_ones_the_way_each_metric_says(task: Task) -> None:
    good, bad = judged(task, True), judged(task, False)
    for name in ("loss", *metrics_of(task)):
        one, other = value(good, name), value(bad, name)
        assert one is not None
        assert other is not None
        assert (one < other) is METRICS[name].lower, name
        for measured in (one, other):
            low, high = METRICS[name].bounds
            assert low is None or measured >= low, name
            assert high is None or measured <= high, name
        if METRICS[name].share:
            assert METRICS[name].bounds == (0, 1)


def test_every_score_is_a_declared_metric_but_for_the_matrix() -> None:
    assert [each.name for each in dataclasses.fields(Scores) if each.name != "confusion"] == list(METRICS)


def test_a_metric_is_called_by_its_name_in_chinese() -> None:
    with language("zh_CN"):
        for metric in METRICS.values():
            assert not [text for text in (metric.title, metric.axis, *metric.titles.values()) if _(text) == text]


@pytest.mark.parametrize(
    ("scores", "name", "said", "file"),
    [
        (Scores(0.25, accuracy=0.97531, f1=0.9), "accuracy", "loss 0.2500, accuracy 0.975", "_accuracy-0.975"),
        (Scores(0.25, r2=-0.5, mse=2.0), "r2", "loss 0.2500, R² -0.500", "_r2--0.500"),
        (Scores(0.25, accuracy=0.5, perplexity=9.0), "accuracy", "loss 0.2500, accuracy 0.500", "_accuracy-0.500"),
        (Scores(0.25), "loss", "loss 0.2500", "_loss-0.2500"),
        (Scores(math.nan, r2=None, mse=1.0), "loss", "loss nan", ""),
    ],
)  # fmt: skip
def test_one_number_sums_up_a_network_wherever_there_is_room_for_one(
    scores: Scores, name: str, said: str, file: str
) -> None:
    assert headline(scores) == name
    assert scores_line(scores) == said
    assert stem("r", "best", 3, scores) == f"r_best-epoch-3{file}"


def test_headlines_can_be_compared_between_runs_of_one_kind() -> None:
    assert headlines() == ("accuracy", "r2")
    assert not any(METRICS[name].lower for name in headlines())


@pytest.mark.parametrize("name", PRESETS)
def test_what_a_preset_promises_is_a_floor_where_high_is_good_and_a_ceiling_where_low_is(name: str) -> None:
    floor = PRESETS[name].floor
    assert floor.at_most is METRICS[floor.score].lower


def test_a_table_of_epochs_has_a_column_for_each_metric_that_was_measured() -> None:
    scores = Scores(0.5, perplexity=7.0, accuracy=0.25)
    trained = type("Trained", (), {"name": "r", "events": [EpochEnded(0, scores, None, 0.1, None, 1.0, 0.0)]})()
    header = io.StringIO(metrics_csv(trained)).readline().strip().split(",")
    assert header == ["run", "epoch", "train_loss", "train_accuracy", "train_perplexity", "learning_rate", "seconds"]
