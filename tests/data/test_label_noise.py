"""Wrong labels by chance: in the training part alone, as many as asked for, and the same whoever trains on more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from dlcore.data.base import About
from dlcore.data.label_noise import with_label_noise
from dlcore.data.load import load
from dlcore.declaration import Shape
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.training.check import check

SPLIT = {"method": "holdout", "test": 0.2, "validation": 0.2}


def digits(noise: float = 0.0, seed: int = 0, name: str = "digits", **dataset: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": name, "split": SPLIT, "label_noise": noise, **dataset},
            "network": [{"layer": "Flatten"}, {"layer": "Output"}],
            "training": {"optimizer": "Adam"},
            "seed": seed,
        }
    )


@pytest.mark.parametrize("noise", [0.1, 0.4])
def test_so_many_training_labels_are_wrong_and_no_other(noise: float) -> None:
    clean, noisy = load(digits()), load(digits(noise))
    share = (clean.train.y != noisy.train.y).double().mean().item()
    assert share == pytest.approx(noise, abs=4 * (noise * (1 - noise) / len(clean.train)) ** 0.5)
    for part in ("validation", "test"):
        assert torch.equal(getattr(clean, part).y, getattr(noisy, part).y)
    assert torch.equal(clean.train.x, noisy.train.x)


def test_wrong_labels_are_any_of_the_other_classes() -> None:
    clean, noisy = load(digits()), load(digits(0.4))
    shift = (noisy.train.y - clean.train.y)[clean.train.y != noisy.train.y] % 10
    counts = np.bincount(shift.numpy(), minlength=10)
    assert counts[0] == 0
    assert counts[1:].min() > 0.5 * counts[1:].mean()


def test_whoever_trains_on_more_rows_finds_the_same_mistakes_in_the_first_ones() -> None:
    few, many = load(digits(0.3, limit=100)), load(digits(0.3, limit=500))
    assert torch.equal(few.train.y, many.train.y[:100])
    assert not torch.equal(few.train.y, load(digits(0.3, limit=100, seed=1)).train.y)


def test_yes_becomes_no() -> None:
    about = About("binary", Shape((3,)), rows=2000, classes=("no", "yes"))
    y = np.repeat(np.array([0, 1], dtype=np.float32), 1000)
    noisy = with_label_noise(y, 0.4, about, seed=3)
    changed = y != noisy
    assert 0.35 < changed.mean() < 0.45
    assert np.array_equal(noisy, np.where(changed, 1 - y, y))
    assert noisy.dtype == y.dtype


def test_a_number_is_no_label() -> None:
    with pytest.raises(ExperimentError, match=r"dataset.label_noise: must be 0 here"):
        check(digits(0.1, name="diabetes"))
    with pytest.raises(ExperimentError, match=r"dataset.label_noise: must be .*0.4.*0.5"):
        digits(0.5)


def test_it_stands_in_the_experiment_file_where_there_is_any() -> None:
    assert "label_noise" not in digits().to_yaml()
    assert "label_noise: 0.3" in digits(0.3).to_yaml()
    assert Experiment.from_dict(digits(0.3).to_dict()) == digits(0.3)
