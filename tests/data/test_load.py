"""Data sets and how they are divided and scaled, held against scikit-learn called by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sklearn.datasets
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import dlcore
from dlcore.data.base import Dataset
from dlcore.data.split import divide
from dlcore.errors import DataError
from dlcore.experiment import Experiment, Split
from dlcore.registry import DATASETS
from tests.sampling import examples

REAL = {"digits": "load_digits", "iris": "load_iris", "wine": "load_wine", "breast_cancer": "load_breast_cancer",
        "diabetes": "load_diabetes"}  # fmt: skip
PLANE = ["moons", "circles", "spirals", "xor", "gaussians"]


def experiment(name: str, seed: int = 0, **choice: Any) -> Experiment:
    loss = "MSELoss" if name == "diabetes" else "CrossEntropyLoss"
    return Experiment.from_dict({
        "dataset": {"name": name, **choice},
        "network": [{"layer": "Flatten"}, {"layer": "Output"}],
        "training": {"loss": loss, "optimizer": "Adam"},
        "seed": seed,
    })  # fmt: skip


def by_hand(name: str, seed: int) -> tuple[list[Any], list[Any]]:
    """(x of the three parts, y of the three parts) as one would split with scikit-learn."""
    x, y = getattr(sklearn.datasets, REAL[name])(return_X_y=True)
    stratify = None if name == "diabetes" else y
    x_rest, x_test, y_rest, y_test = train_test_split(x, y, test_size=0.2, random_state=seed, stratify=stratify)
    stratify = None if name == "diabetes" else y_rest
    x_train, x_val, y_train, y_val = train_test_split(
        x_rest, y_rest, test_size=0.1 / 0.8, random_state=seed, stratify=stratify
    )
    return [x_train, x_val, x_test], [y_train, y_val, y_test]


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("name", list(REAL))
def test_the_parts_are_scikit_learns_and_scaled_by_the_training_part_alone(name: str, seed: int) -> None:
    xs, ys = by_hand(name, seed)
    scaler = StandardScaler().fit(xs[0])
    data = dlcore.load(experiment(name, seed))
    for part, x, y in zip((data.train, data.validation, data.test), xs, ys, strict=True):
        assert np.allclose(part.x.reshape(len(part), -1), scaler.transform(x), atol=1e-5)
        if name == "diabetes":
            y = (y - ys[0].mean()) / ys[0].std()
        assert np.allclose(part.y.flatten(), y, atol=1e-5)


def test_minmax_scaling_is_scikit_learns() -> None:
    xs, _ = by_hand("wine", 0)
    data = dlcore.load(experiment("wine", scale="minmax"))
    assert np.allclose(data.validation.x, MinMaxScaler().fit(xs[0]).transform(xs[1]), atol=1e-6)


def test_unscaled_data_keeps_its_units() -> None:
    data = dlcore.load(experiment("digits", scale="none"))
    assert (data.train.x.min(), data.train.x.max()) == (0, 16)
    target = dlcore.load(experiment("diabetes", scale_target="none")).train.y
    assert target.min() >= 25
    assert target.max() <= 346


@pytest.mark.parametrize("name", [*REAL, *PLANE])
def test_what_is_said_beforehand_is_what_is_loaded(name: str) -> None:
    source: Dataset = DATASETS[name]()  # type: ignore[assignment]
    about = source.about()
    rows = source.read(0)
    assert rows.x.shape == (about.rows, *about.shape)
    assert rows.x.dtype == np.float32
    if about.task == "multiclass":
        assert sorted(set(rows.y.tolist())) == list(range(about.outputs))
    data = dlcore.load(experiment(name))
    assert sum(map(len, (data.train, data.validation, data.test))) == about.rows
    assert data.train.x.dtype == torch.float32
    assert data.train.y.shape == ((len(data.train), 1) if about.task == "regression" else (len(data.train),))


@pytest.mark.parametrize("name", list(REAL))
def test_the_names_of_columns_and_classes_are_scikit_learns_in_number(name: str) -> None:
    about = DATASETS[name]().about()  # type: ignore[attr-defined]
    bunch = getattr(sklearn.datasets, REAL[name])()
    assert not about.features or len(about.features) == len(bunch.feature_names)
    assert len(about.classes) == (0 if name == "diabetes" else len(bunch.target_names))


@pytest.mark.parametrize("name", ["digits", "moons"])
def test_the_same_seed_gives_the_same_data_and_another_seed_other_data(name: str) -> None:
    first, again, other = (dlcore.load(experiment(name, seed)).train.x for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_limit_keeps_the_first_training_rows_and_leaves_the_other_parts() -> None:
    whole, limited = dlcore.load(experiment("digits", scale="none")), dlcore.load(
        experiment("digits", scale="none", limit=100))  # fmt: skip
    assert torch.equal(limited.train.x, whole.train.x[:100])
    assert torch.equal(limited.validation.x, whole.validation.x)
    assert set(limited.train.y.tolist()) == set(range(10))


def test_parts_may_be_empty() -> None:
    data = dlcore.load(experiment("iris", split={"test": 0, "validation": 0}))
    assert (len(data.train), len(data.validation), len(data.test)) == (150, 0, 0)
    assert data.train.y[:20].unique().numel() > 1, "rows are shuffled even so"


def test_classes_keep_their_shares_in_every_part() -> None:
    data = dlcore.load(experiment("breast_cancer"))
    shares = [part.y.float().mean().item() for part in (data.train, data.validation, data.test)]
    assert max(shares) - min(shares) < 0.02


def test_too_few_rows_of_a_class_are_answered_with_a_sentence() -> None:
    y = np.array([0] * 50 + [1])
    about = DATASETS["moons"]().about()  # type: ignore[attr-defined]
    with pytest.raises(DataError, match="rarest class has 1"):
        divide(y, Split(), about, 0)


@settings(max_examples=examples(60), deadline=None)
@given(
    rows=st.integers(60, 400), test=st.floats(0, 0.4), validation=st.floats(0, 0.4), seed=st.integers(0, 2**31 - 10),
)  # fmt: skip
def test_the_parts_are_disjoint_and_hold_every_row(rows: int, test: float, validation: float, seed: int) -> None:
    y = np.arange(rows) % 2
    about = DATASETS["moons"]().about()  # type: ignore[attr-defined]
    try:
        parts = divide(y, Split(test=test, validation=validation), about, seed)
    except DataError:
        return  # a share so small that it cannot hold every class
    assert sorted(np.concatenate(parts)) == list(range(rows))


@pytest.mark.parametrize(("name", "straight"), [("moons", False), ("circles", False), ("spirals", False),
                                                ("xor", False), ("gaussians", True)])  # fmt: skip
def test_a_straight_line_parts_only_the_clouds(name: str, straight: bool) -> None:
    source = DATASETS[name](noise=0.1)  # type: ignore[call-arg]
    rows = source.read(0)  # type: ignore[attr-defined]
    accuracy = LogisticRegression().fit(rows.x, rows.y).score(rows.x, rows.y)
    assert (accuracy > 0.95) == straight


@pytest.mark.parametrize("name", PLANE)
def test_samples_are_shared_evenly_among_the_classes(name: str) -> None:
    counts = np.bincount(DATASETS[name](samples=101).read(0).y)  # type: ignore[call-arg, attr-defined]
    assert counts.sum() == 101
    assert counts.max() - counts.min() <= 1
