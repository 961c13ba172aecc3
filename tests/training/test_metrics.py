"""Scores are scikit-learn's, whatever is predicted, and means are weighted by examples."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle
from torch import nn

from dlcore.data.base import About, Part
from dlcore.declaration import Shape
from dlcore.registry import LOSSES
from dlcore.training.metrics import from_confusion, measure, measuring
from tests.sampling import examples

labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=60)


class Parrot(nn.Module):
    """Answers with what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def classes(count: int) -> About:
    return About("multiclass", Shape((count,)), rows=0, classes=tuple(map(str, range(count))))


@settings(deadline=None)
@given(labels)
def test_classification_scores_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    y, predicted = np.array(pairs).T
    part = Part(nn.functional.one_hot(torch.tensor(predicted), 5).float(), torch.tensor(y))
    scores = measure(Parrot(), nn.CrossEntropyLoss(), part, classes(5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = {
            "accuracy": oracle.accuracy_score(y, predicted),
            "precision": oracle.precision_score(y, predicted, average="macro", zero_division=0),
            "recall": oracle.recall_score(y, predicted, average="macro", zero_division=0),
            "f1": oracle.f1_score(y, predicted, average="macro", zero_division=0),
        }
        confusion = oracle.confusion_matrix(y, predicted, labels=range(5))
    for name, value in expected.items():
        assert getattr(scores, name) == pytest.approx(value, abs=1e-12), name
    assert scores.confusion == tuple(map(tuple, confusion.tolist()))


@settings(max_examples=examples(50), deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 40), st.integers(1, 3))
def test_regression_scores_are_those_of_scikit_learn(seed: int, rows: int, outputs: int) -> None:
    random = np.random.default_rng(seed)
    y, predicted = random.normal(3, 2, (rows, outputs)), random.normal(3, 2, (rows, outputs))
    part = Part(torch.tensor(predicted, dtype=torch.float32), torch.tensor(y, dtype=torch.float32))
    scores = measure(Parrot(), nn.MSELoss(), part, About("regression", Shape((outputs,)), rows=rows))
    y, predicted = part.y.numpy().astype(float), part.x.numpy().astype(float)
    assert scores.mse == pytest.approx(oracle.mean_squared_error(y, predicted), rel=1e-9)
    assert scores.mae == pytest.approx(oracle.mean_absolute_error(y, predicted), rel=1e-9)
    assert scores.r2 == pytest.approx(oracle.r2_score(y, predicted), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("predicted", [[2.0, 2.0], [2.0, 3.0]])
def test_a_target_that_never_varies_gets_the_r2_of_scikit_learn(predicted: list[float]) -> None:
    part = Part(torch.tensor(predicted)[:, None], torch.tensor([[2.0], [2.0]]))
    scores = measure(Parrot(), nn.MSELoss(), part, About("regression", Shape((1,)), rows=2))
    assert scores.r2 == oracle.r2_score([2.0, 2.0], predicted)


def test_r2_of_a_single_example_is_left_out() -> None:
    part = Part(torch.tensor([[1.0]]), torch.tensor([[2.0]]))
    assert measure(Parrot(), nn.MSELoss(), part, About("regression", Shape((1,)), rows=1)).r2 is None


def test_a_class_nobody_has_and_nobody_answers_does_not_count() -> None:
    scores = from_confusion(torch.tensor([[5, 0, 0], [0, 5, 0], [0, 0, 0]]))
    assert scores["precision"] == scores["recall"] == scores["f1"] == 1.0


def test_a_matrix_too_large_to_read_is_left_out_but_its_scores_are_not() -> None:
    scores = from_confusion(torch.eye(300, dtype=torch.int64))
    assert scores["confusion"] is None
    assert scores["f1"] == 1.0


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_scores_of_yes_or_no_are_those_of_scikit_learn(pairs: list[tuple[bool, bool]]) -> None:
    y, predicted = np.array(pairs, dtype=int).T
    part = Part(torch.tensor(predicted)[:, None] * 2.0 - 1, torch.tensor(y, dtype=torch.float32)[:, None])
    about = About("binary", Shape((1,)), rows=len(y), classes=("no", "yes"))
    scores = measure(Parrot(), nn.BCEWithLogitsLoss(), part, about)
    assert scores.accuracy == pytest.approx(oracle.accuracy_score(y, predicted))
    assert scores.f1 == pytest.approx(oracle.f1_score(y, predicted, average="macro", zero_division=0))
    assert scores.confusion == tuple(map(tuple, oracle.confusion_matrix(y, predicted, labels=[0, 1]).tolist()))


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(2, 5))
def test_scores_of_several_labels_are_those_of_scikit_learn(seed: int, rows: int, labels: int) -> None:
    random = np.random.default_rng(seed)
    y, predicted = random.integers(0, 2, (rows, labels)), random.integers(0, 2, (rows, labels))
    part = Part(torch.tensor(predicted) * 2.0 - 1, torch.tensor(y, dtype=torch.float32))
    about = About("multilabel", Shape((labels,)), rows=rows, classes=tuple(map(str, range(labels))))
    scores = measure(Parrot(), nn.BCEWithLogitsLoss(), part, about)
    assert scores.accuracy == pytest.approx(oracle.accuracy_score(y, predicted))
    for name in ("precision", "recall", "f1"):
        expected = getattr(oracle, f"{name}_score")(y, predicted, average="macro", zero_division=0)
        assert getattr(scores, name) == pytest.approx(expected), name
    assert scores.confusion is None


def test_the_next_token_is_judged_at_every_position() -> None:
    torch.manual_seed(0)
    part = Part(torch.randn(7, 6, 9), torch.randint(0, 9, (7, 6)))  # (N, L, tokens), (N, L)
    about = About("next-token", Shape((6,), 9), rows=7, classes=tuple("abcdefghi"))
    loss = LOSSES["CrossEntropyLoss"]().call(about).build()  # type: ignore[attr-defined]
    scores = measure(Parrot(), loss, part, about)
    assert scores.accuracy == pytest.approx(oracle.accuracy_score(part.y.flatten(), part.x.argmax(-1).flatten()))
    surprise = oracle.log_loss(part.y.flatten(), part.x.double().softmax(-1).flatten(0, 1), labels=range(9))
    assert scores.perplexity == pytest.approx(np.exp(surprise), rel=1e-5)
    assert scores.loss == pytest.approx(np.log(scores.perplexity), rel=1e-5)


@pytest.mark.parametrize("rows", [1, 3, 7, 100])
def test_the_mean_loss_weighs_examples_however_they_are_cut_into_pieces(rows: int) -> None:
    torch.manual_seed(0)
    part = Part(torch.randn(20, 4), torch.randint(0, 4, (20,)))
    stream = measuring(Parrot(), nn.CrossEntropyLoss(), part, classes(4), rows, torch.device("cpu"))
    scores = returned(stream)
    assert scores.loss == pytest.approx(nn.functional.cross_entropy(part.x, part.y).item(), rel=1e-6)


def returned(stream: Any) -> Any:
    while True:
        try:
            next(stream)
        except StopIteration as end:
            return end.value


def test_measuring_turns_dropout_off_and_leaves_no_gradients() -> None:
    model = nn.Sequential(nn.Dropout(0.9), nn.Linear(4, 4))
    part = Part(torch.randn(50, 4), torch.randint(0, 4, (50,)))
    first, second = (measure(model, nn.CrossEntropyLoss(), part, classes(4)) for _ in range(2))
    assert first == second
    assert model.training
    assert all(each.grad is None for each in model.parameters())
