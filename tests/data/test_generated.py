"""Coloured shapes: what a network could cheat with is the same in every class."""

from __future__ import annotations

import numpy as np
import pytest

from dlcore.data.shapes import Shapes
from dlcore.training.events import RunFinished


def test_pixels_are_colours_and_classes_are_even() -> None:
    rows = Shapes(samples=500).read(0)
    assert rows.x.shape == (500, 3, 32, 32)
    assert rows.x.min() >= 0
    assert rows.x.max() <= 1
    assert set(np.bincount(rows.y)) == {50}


def test_no_class_is_told_by_its_mean_colour() -> None:
    rows = Shapes(samples=4000, noise=0).read(1)
    corner = rows.x[:, :, 0, 0]  # the ground, which no shape ever reaches
    means = np.array([corner[rows.y == kind].mean() for kind in range(10)])
    assert means.std() < 0.02


def test_a_shape_covers_some_of_the_image_and_not_all_of_it() -> None:
    rows = Shapes(samples=1000, noise=0).read(2)
    covered = (np.abs(rows.x - rows.x[:, :, :1, :1]) > 1e-6).any(axis=1).mean(axis=(1, 2))
    assert covered.min() > 0.01
    assert covered.max() < 0.5


@pytest.mark.slow
def test_a_cnn_beats_an_mlp_of_as_many_parameters_by_fifteen_points() -> None:
    import dlcore
    from dlcore.presets import PRESETS

    found = {}
    for name in ("shapes-cnn", "shapes-mlp"):
        experiment = PRESETS[name].experiment
        *_, last = dlcore.train(experiment)
        assert isinstance(last, RunFinished)
        found[name] = last.best.accuracy, sum(step.parameters for step in dlcore.trace(experiment))
    assert found["shapes-cnn"][0] - found["shapes-mlp"][0] >= 0.15
    assert abs(found["shapes-cnn"][1] - found["shapes-mlp"][1]) < 0.01 * found["shapes-cnn"][1]
