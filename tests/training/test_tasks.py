"""Every task is learned end to end: its data, its output, its losses and its scores fit one another."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from dlcore.data.base import About, Dataset, Rows, Task
from dlcore.declaration import Shape
from dlcore.experiment import DatasetChoice, Experiment
from dlcore.registry import DATASETS, LOSSES
from dlcore.training.check import check
from dlcore.training.events import EpochEnded, RunFinished, Scores
from dlcore.training.loop import train

ROWS, LENGTH, WORDS = 240, 8, 6
DENSE = [{"layer": "Linear", "out_features": 32}, {"layer": "ReLU"}, {"layer": "Output"}]
SEQUENCE = [{"layer": "Embedding", "embedding_dim": 16}, {"layer": "GRU", "hidden_size": 32, "every_step": True},
            {"layer": "Output"}]  # fmt: skip
SCORES = {
    "multiclass": {"accuracy", "precision", "recall", "f1", "confusion"},
    "binary": {"accuracy", "precision", "recall", "f1", "confusion"},
    "multilabel": {"accuracy", "precision", "recall", "f1"},
    "regression": {"mse", "mae", "r2"},
    "next-token": {"accuracy", "perplexity"},
}
CASES = [(task, name) for name, loss in LOSSES.items() for task in loss.tasks]  # type: ignore[attr-defined]


class Toy(Dataset):
    """Rows whose answer follows from x by a simple rule, for each task."""

    REGISTRY = DATASETS  # named again, so that it is not registered
    task: ClassVar[Task] = "multiclass"
    asked: Task = "multiclass"

    def about(self) -> About:
        if self.asked == "next-token":
            return About(self.asked, Shape((LENGTH,), WORDS), ROWS, classes=tuple("abcdef"))
        classes = {"multiclass": "abc", "binary": "ny", "multilabel": "pqr", "regression": ""}[self.asked]
        return About(self.asked, Shape((2,)), ROWS, tuple(classes), features=("x₁", "x₂"))

    def read(self, seed: int) -> Rows:
        random = np.random.default_rng(seed)
        if self.asked == "next-token":  # each token is followed by the next of the alphabet
            text = (random.integers(0, WORDS, (ROWS, 1)) + np.arange(LENGTH + 1)) % WORDS
            return Rows(text[:, :-1], text[:, 1:])
        x = random.normal(size=(ROWS, 2)).astype(np.float32)
        y = {
            "multiclass": np.where(x[:, 0] > 0.5, 2, x[:, 1] > 0).astype(np.int64),
            "binary": x[:, 0] > x[:, 1],
            "multilabel": np.stack([x[:, 0] > 0, x[:, 1] > 0, x.sum(axis=1) > 0], axis=1),
            "regression": x[:, 0] - 2 * x[:, 1],
        }[self.asked]
        return Rows(x, y if self.asked == "multiclass" else y.astype(np.float32))


def asked(task: Task, loss: str) -> Experiment:
    plain = Experiment.from_dict({
        "dataset": {"name": "iris"},
        "network": SEQUENCE if task == "next-token" else DENSE,
        "training": {"loss": loss, "optimizer": {"name": "Adam", "lr": 0.02}, "batch_size": 16, "epochs": 8,
                     "device": "cpu"},
    })  # fmt: skip
    return plain.model_copy(update={"dataset": DatasetChoice(source=Toy(asked=task))})


def good(scores: Scores) -> bool:
    share = scores.accuracy if scores.accuracy is not None else scores.r2
    return share is not None and share > 0.85


@pytest.mark.parametrize(("task", "loss"), CASES)
def test_a_task_is_learned_and_told_in_its_own_scores(task: Task, loss: str) -> None:
    described = asked(task, loss)
    check(described)
    events = list(train(described))
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert good(finished.best), finished.best
    for event in events:
        if isinstance(event, EpochEnded):
            told = {name for name, value in vars(event.train).items() if value is not None} - {"loss"}
            assert told == SCORES[task]
