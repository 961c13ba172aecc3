"""Fans, and the curves of dead and saturated units, hold what numpy finds in the kept weights, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from dlcore import network
from dlcore.experiment import Experiment
from dlcore.figures import fans, layer_curves
from dlcore.figures.bindings import fill
from dlcore.network import about_of
from dlcore.probes.activations import Activations, _units
from dlcore.probes.frame import WEIGHTS, Frame
from dlcore.probes.weights import Weights
from dlcore.training.arrays import series
from dlcore.training.events import Recorded
from tests.analyses.filmed import filmed_run, frames_of
from tests.javascript import JavaScript, address
from tests.training.experiments import experiment

LAYERS = [
    {"layer": "Linear", "out_features": 8},
    {"layer": "ReLU"},
    {"layer": "Linear", "out_features": 8},
    {"layer": "Tanh"},
    {"layer": "Output"},
]
EXPERIMENT = experiment("iris", LAYERS, optimizer={"name": "SGD", "lr": 0.5}, epochs=3)


@pytest.fixture(scope="module")
def frames() -> dict[int, Frame]:
    return frames_of(EXPERIMENT)


@pytest.fixture(scope="module")
def browser() -> Iterator[JavaScript]:
    source = f"""
import {{ filling }} from {address("bindings.js")!r};
const calls = {{ fill: (metas, runs) => metas.map((meta) => filling(meta, (run) => runs[run])) }};
"""
    with JavaScript(source) as found:
        yield found


def arrays(frames: dict[int, Frame]) -> dict[str, Any]:
    return {"series": series([Recorded(each.epoch, "", {}, dict(each.numbers)) for each in frames.values()])}


def charts(probe: Any, made: Experiment = EXPERIMENT) -> list[Any]:
    return list(probe.charts(made, about_of(made), network.trace(made), "r"))


def fans_of(found: list[Any]) -> list[Any]:
    return [each for each in found if "choice" in each.layout.meta]


def test_the_bands_are_numpys_quantiles_of_the_kept_weights(frames: dict[int, Frame]) -> None:
    for chart, place in zip(fans_of(charts(Weights)), (0, 2, 4), strict=True):
        filled = fill(chart, {"r": arrays(frames)})
        lines = {trace.meta["series"]: trace for trace in filled.data}
        for number, frame in enumerate(frames.values()):
            weights = safetensors.torch.load(frame.parts[WEIGHTS])[f"{place}.weight"].numpy()
            for percent in (5, 25, 50, 75, 95):
                line = lines[f"{percent} %"]
                assert line.x[number] == frame.epoch
                wanted = np.quantile(weights, percent / 100, method="nearest")
                assert abs(line.y[number] - wanted) <= gap(weights, wanted), (place, percent)


def gap(values: np.ndarray, around: float) -> float:
    """How far the next of the values lies: which of two is the quantile, is a matter of rounding."""
    ordered = np.sort(values.ravel())
    at = int(np.searchsorted(ordered, around))
    return float(max(np.diff(ordered[max(0, at - 1) : at + 2]), default=0.0)) + 1e-6


def test_the_fan_of_each_layer_can_be_chosen_by_its_name() -> None:
    named = [each.layout.meta["choice"]["label"] for each in fans_of(charts(Activations))]
    assert named == ["1 Linear", "2 ReLU", "3 Linear", "4 Tanh", "5 Output"]


def test_dead_and_saturated_units_are_counted_layer_by_layer(frames: dict[int, Frame]) -> None:
    silent, saturated = (fill(each, {"r": arrays(frames)}) for each in charts(Activations)[-2:])
    assert [trace.name for trace in silent.data] == ["2 ReLU"]
    assert [trace.name for trace in saturated.data] == ["4 Tanh"]
    run = filmed_run(EXPERIMENT)
    for number, epoch in enumerate(run.epochs):
        model, x = run.model(epoch), run.data.validation.x[:128]
        with torch.no_grad():
            relu, tanh = model[:2](x).numpy(), model[:4](x).numpy()  # type: ignore[index]
        assert silent.data[0].y[number] == pytest.approx(np.mean([not column.any() for column in relu.T]))
        assert saturated.data[0].y[number] == pytest.approx(np.mean(np.abs(tanh) > 0.98), abs=1e-6)


def test_a_network_without_such_layers_has_no_such_charts() -> None:
    made = experiment("iris", [{"layer": "Linear", "out_features": 4}, {"layer": "GELU"}, {"layer": "Output"}])
    assert len(charts(Activations, made)) == 1 + len(fans_of(charts(Activations, made)))


def test_of_what_is_not_finite_no_unit_is_called_alive() -> None:
    made = torch.tensor([[0.0, float("nan")], [0.0, 1.0]])
    assert _units(torch.nn.ReLU(), made) == {"silent": None}
    assert _units(torch.nn.Tanh(), made) == {"silent": None, "saturated": None}
    assert _units(torch.nn.ReLU(), torch.tensor([[0.0, 1.0], [0.0, 1.0]])) == {"silent": 0.5}


def test_a_cross_stands_where_numbers_were_not_finite(browser: JavaScript) -> None:
    (chart,) = fans.fans("weights", [(0, "Linear", "dense")], "r")
    layer = {f"q{percent}": [0.1, None] for percent in (5, 25, 50, 75, 95)} | {"unfinite": [0.0, 0.25]}
    known = {"r": {"series": {"epoch": [0, 1], "weights": {"0": layer}}}}
    cross = next(trace for trace in fill(chart, known).data if trace.meta["series"] == "unfinite")
    assert np.isnan(cross.y[0])
    assert cross.y[1] == 0
    meta = next(trace.meta for trace in chart.data if trace.meta["series"] == "unfinite")
    assert browser("fill", [meta], known) == [{"x": [0, 1], "y": [None, 0], "customdata": [0.0, 0.25]}]


@pytest.mark.parametrize("probe", [Weights, Activations])
def test_both_languages_fill_the_charts_with_the_same_numbers(
    browser: JavaScript, frames: dict[int, Frame], probe: Any
) -> None:
    known = {"r": arrays(frames)}
    for chart in [*fans_of(charts(probe)), layer_curves.shares("activations.silent", [(1, "ReLU", "activation")], "r")]:
        metas = [trace.meta for trace in chart.data]
        for trace, filled in zip(fill(chart, known).data, browser("fill", metas, known), strict=True):
            for name in ("x", "y"):
                there = np.array(filled[name], float)
                assert np.array_equal(np.array(trace[name], float), there, equal_nan=True)
                assert there.size
