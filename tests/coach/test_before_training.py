"""What the coach says before anything was trained: of the layers, the settings, and the numbers of the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlcore import coach, network
from dlcore.coach import DataSummary, Finding
from dlcore.coach.scaling import far_inputs, far_target
from dlcore.data.base import About
from dlcore.data.load import load
from dlcore.declaration import Shape
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from tests.coach.programs import base

LINEAR, RELU, OUTPUT = {"layer": "Linear", "out_features": 16}, {"layer": "ReLU"}, {"layer": "Output"}
TABLE = About("regression", Shape((3,)), 100)


def said(*layers: Any, name: str = "wine", **training: Any) -> dict[str, Finding]:
    """By rule, what is said of these layers and settings."""
    plain = base(name)
    plain["training"] |= training
    plain["network"] = [{"layer": each} if isinstance(each, str) else each for each in layers] or plain["network"]
    experiment = Experiment.from_dict(plain)
    about = network.about_of(experiment)
    return {each.rule: each for each in coach.examine(experiment, about, DataSummary.of(load(experiment)))}


@pytest.mark.parametrize("name", PRESETS)
def test_of_no_starting_point_an_error_or_a_warning_is_said(name: str) -> None:
    experiment = PRESETS[name].at_hand
    summary = DataSummary.of(load(experiment))
    found = coach.examine(experiment, network.about_of(experiment), summary)
    assert [(each.rule, str(each.sentence)) for each in found if each.severity != "remark"] == []
    assert len(found) <= 1


@pytest.mark.parametrize("behind", ["Dropout", "BatchNorm1d", "Softmax"])
def test_what_stands_behind_output_is_an_error_and_is_removed(behind: str) -> None:
    finding = said(LINEAR, "ReLU", "Output", behind)["wrong-output-activation"]
    assert (finding.severity, finding.layer) == ("error", (3,))
    layers = [LINEAR, RELU, OUTPUT, {"layer": behind}]
    mended = finding.remedied(Experiment.from_dict({**base("wine"), "network": layers}))
    assert [layer.name for layer in mended.network] == ["Linear", "ReLU", "Output"]


def test_a_dropout_before_a_batch_normalization_is_moved_behind_it() -> None:
    layers = [LINEAR, {"layer": "Dropout", "p": 0.3}, RELU, {"layer": "BatchNorm1d"}, OUTPUT]
    finding = said(*layers)["dropout-too-strong"]
    assert (finding.severity, finding.layer, finding.measured) == ("remark", (1,), {"p": 0.3})
    mended = finding.remedied(Experiment.from_dict({**base("wine"), "network": layers}))
    assert [layer.name for layer in mended.network] == ["Linear", "ReLU", "BatchNorm1d", "Dropout", "Output"]
    assert mended.network[3].p == 0.3  # type: ignore[attr-defined]


def test_a_dropout_behind_a_batch_normalization_or_before_a_layer_that_learns_is_left_in_peace() -> None:
    assert "dropout-too-strong" not in said(LINEAR, "BatchNorm1d", "ReLU", "Dropout", "Output")
    assert "dropout-too-strong" not in said(LINEAR, "ReLU", "Dropout", LINEAR, "BatchNorm1d", "ReLU", "Output")


def test_much_dropped_of_the_inputs_themselves_is_remarked_and_little_is_not() -> None:
    finding = said({"layer": "Dropout", "p": 0.5}, LINEAR, "ReLU", "Output")["dropout-too-strong"]
    assert "50 % of the inputs" in str(finding.sentence)
    assert "dropout-too-strong" not in said({"layer": "Dropout", "p": 0.2}, LINEAR, "ReLU", "Output")


def test_batch_normalization_over_one_example_is_an_error_only_where_it_is_refused() -> None:
    picture = [{"layer": "Conv2d", "out_channels": 4}, {"layer": "BatchNorm2d"}, RELU, {"layer": "Flatten"}, OUTPUT]
    assert said(LINEAR, "BatchNorm1d", "ReLU", "Output", batch_size=1)["batch-too-small"].severity == "error"
    assert said(*picture, name="digits", batch_size=1)["batch-too-small"].severity == "warning"


def test_the_numbers_of_the_data_are_those_of_numpy() -> None:
    data = load(Experiment.from_dict(base("diabetes")))
    summary, x, y = DataSummary.of(data), data.train.x.numpy().astype(np.float64), data.train.y.numpy()
    sizes = np.sqrt((x**2).mean(axis=0))
    assert summary.inputs == pytest.approx((sizes.min(), sizes.max()))
    assert summary.target == pytest.approx((y.mean(), y.std(ddof=1)), abs=1e-5)
    assert (summary.rows, summary.values, summary.yes) == (len(y), len(np.unique(y)), None)
    flags = DataSummary.of_arrays(About("binary", Shape((1,)), 4), None, np.array([0, 1, 1, 1]))
    assert (flags.yes, flags.inputs, flags.target) == (0.75, None, None)


@pytest.mark.parametrize(("column", "far"), [([1.0, -1.0], False), ([50.0, 40.0], True), ([1e-4, 1e-3], True)])
def test_inputs_and_targets_far_from_unit_scale_are_seen(column: list[float], far: bool) -> None:
    x, y = np.array(column)[:, None].repeat(3, axis=1), np.array(column)
    summary = DataSummary.of_arrays(TABLE, x, y)
    assert (far_inputs(summary, TABLE) is not None) == far
    assert (far_target(summary) is not None) == far


def test_columns_of_uneven_size_are_far_unless_they_were_scaled() -> None:
    x = np.array([[1.0, 0.001, 2.0], [3.0, 0.002, 1.0]])
    y = np.zeros(2)
    assert far_inputs(DataSummary.of_arrays(TABLE, x, y), TABLE) is not None
    assert far_inputs(DataSummary.of_arrays(TABLE, x, y, scaled=True), TABLE) is None
