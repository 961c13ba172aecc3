"""What probes of layers see: numpy's histogram and quantiles, autograd's gradients, two state_dicts' difference."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies
from torch.nn import functional

import dlcore
from dlcore.probes.activations import Activations, saturated, silent
from dlcore.probes.gradients import Gradients
from dlcore.probes.histogram import BINS, QUANTILES, histogram
from dlcore.probes.weights import Weights
from dlcore.training.events import EpochEnded
from dlcore.training.loop import Trainer
from dlcore.training.model_view import FEW_EXAMPLES
from tests.probes.learned import Learned, learned
from tests.sampling import examples
from tests.training.experiments import MLP, WITH_BATCH_NORM, WITH_DROPOUT, experiment

BLOCK = {"layer": "Residual", "layers": [{"layer": "Linear", "out_features": 32}, {"layer": "ReLU"}]}
USUAL = st.floats(-1e6, 1e6, width=32).filter(lambda each: each == 0 or abs(each) > 1e-3)
FINITE = numpy_strategies.arrays(np.float32, st.integers(1, 300), elements=USUAL)


def check(seen: Any, values: torch.Tensor | np.ndarray) -> None:
    """That a histogram is numpy's of these values."""
    flat = np.asarray(values, np.float32).ravel()
    assert seen["low"] == pytest.approx(float(flat.min()))
    assert seen["high"] == pytest.approx(float(flat.max()))
    assert seen["counts"].sum() == len(flat)
    assert seen["unfinite"] == 0
    order = np.quantile(flat, QUANTILES, method="closest_observation")
    near = np.sort(flat)
    for share, quantile, other in zip(QUANTILES, seen["quantiles"], order, strict=True):
        place = share * (len(near) - 1)
        assert near[int(np.floor(place))] <= quantile <= near[int(np.ceil(place))] or quantile == other
    if seen["low"] < seen["high"]:
        counts, _edges = np.histogram(flat, BINS)
        moved = np.abs(seen["counts"].astype(int) - counts).sum()
        assert moved <= max(4, 0.02 * len(flat))  # a value on the edge of its bin may fall over


@settings(max_examples=examples(80), deadline=None)
@given(FINITE)
def test_counts_and_quantiles_of_any_values_are_numpys(values: np.ndarray) -> None:
    seen = histogram(torch.from_numpy(values))
    assert seen["counts"].sum() == len(values)
    ordered = np.sort(values)
    assert seen["quantiles"].tolist() == [ordered[round(share * (len(values) - 1))] for share in QUANTILES]
    assert (seen["low"], seen["high"]) == (ordered[0], ordered[-1])


def test_counts_are_those_of_numpy() -> None:
    check(
        histogram(torch.from_numpy(np.random.default_rng(0).normal(size=(40, 50)))),
        np.random.default_rng(0).normal(size=2000),
    )


def test_a_large_layer_is_sampled_evenly() -> None:
    seen = histogram(torch.arange(100_000.0))
    assert 8_000 <= seen["counts"].sum() < 16_000
    assert seen["quantiles"] == pytest.approx([100_000 * share for share in QUANTILES], rel=0.01)
    assert np.ptp(seen["counts"].astype(int)) <= 2


def test_what_is_not_finite_is_counted_as_such_and_never_as_zero() -> None:
    seen = histogram(torch.tensor([1.0, 2.0, torch.nan, torch.inf]))
    assert (seen["low"], seen["high"], seen["unfinite"]) == (1.0, 2.0, 0.5)
    assert seen["counts"].sum() == 2
    nothing = histogram(torch.full((3,), torch.nan))
    assert (nothing["low"], nothing["high"], nothing["unfinite"]) == (None, None, 1.0)
    assert nothing["counts"].tolist() == [0] * BINS
    assert np.isnan(nothing["quantiles"]).all()
    assert Weights.series({"0": nothing}) == {f"0.q{n}": None for n in (5, 25, 50, 75, 95)} | {"0.unfinite": 1.0}


@pytest.fixture(scope="module")
def run() -> Learned:
    return learned(experiment(network=WITH_DROPOUT, epochs=2))


def test_every_weight_of_a_layer_is_counted_and_no_bias(run: Learned) -> None:
    seen = Weights.measure(run.view)
    assert list(seen) == ["1", "4"]
    for place in seen:
        check(seen[place], run.model[int(place)].weight.detach())  # type: ignore[index]


def test_what_each_layer_gives_is_what_it_gives_in_eval_mode(run: Learned) -> None:
    seen = Activations.measure(run.view)
    assert list(seen) == [str(place) for place in range(len(WITH_DROPOUT))]
    made = run.data.validation.x
    assert len(made) < FEW_EXAMPLES
    with torch.no_grad():
        for place, module in enumerate(run.model.children()):
            made = module(made)
            check(seen[str(place)], made)
            zeros = [all(row[unit] == 0 for row in made.flatten(1).tolist()) for unit in range(made[0].numel())]
            assert seen[str(place)]["silent"] == pytest.approx(sum(zeros) / len(zeros))


def test_a_unit_that_never_speaks_is_silent() -> None:
    assert silent(torch.tensor([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]])) == 0.5


@pytest.mark.parametrize("layer", ["Sigmoid", "Tanh"])
def test_units_at_the_ends_of_their_range_are_saturated(layer: str) -> None:
    run = learned(experiment(network=[MLP[0], {"layer": layer}, MLP[3]], epochs=1))
    seen = Activations.measure(run.view)["1"]
    made = torch.sigmoid(run.data.validation.x) if layer == "Sigmoid" else torch.tanh(run.data.validation.x)
    low, high = (0.01, 0.99) if layer == "Sigmoid" else (-0.98, 0.98)
    assert seen["saturated"] == pytest.approx(float(((made < low) | (made > high)).float().mean()))
    assert Activations.series({"1": seen})["1.saturated"] == seen["saturated"]


def test_saturation_is_a_share_of_all_outputs() -> None:
    made = torch.tensor([[0.0, 0.5, 0.995, 0.02], [1.0, 0.3, 0.001, 0.98]])
    assert saturated(made, 0.0, 1.0) == 0.5


def test_blocks_are_looked_at_as_one_layer() -> None:
    view = Trainer(experiment(network=[*MLP[:2], BLOCK, MLP[3]])).view()
    assert list(Weights.measure(view)) == ["1", "2", "3"]
    assert list(Activations.measure(view)) == ["0", "1", "2", "3"]


def by_autograd(run: Learned) -> dict[str, torch.Tensor]:
    """The gradients of the mean loss over the same training rows, in a module that never saw a probe."""
    model = dlcore.build(run.trainer.experiment)
    model.load_state_dict(run.trainer.last_weights)
    model.eval()
    rows = np.linspace(0, len(run.data.train) - 1, min(FEW_EXAMPLES, len(run.data.train))).round().astype(int)
    functional.cross_entropy(model(run.data.train.x[rows]), run.data.train.y[rows]).backward()
    return {name: each.grad for name, each in model.named_parameters() if each.grad is not None}


@pytest.mark.parametrize("network", [WITH_DROPOUT, WITH_BATCH_NORM, [*MLP[:2], BLOCK, MLP[3]]],
                         ids=["dropout", "batch norm", "a block"])  # fmt: skip
def test_gradients_are_those_of_plain_autograd(network: Any) -> None:
    run = learned(experiment({"name": "digits", "limit": 300}, network, epochs=1))
    expected, seen = by_autograd(run), Gradients.measure(run.view)
    assert seen
    for place, found in seen.items():
        named = [each.flatten() for name, each in expected.items()
                 if name.startswith(f"{place}.") and not name.endswith("bias")]  # fmt: skip
        together = torch.cat(named)
        assert found["norm"] == pytest.approx(together.norm().item(), rel=1e-4)
        assert found["low"] == pytest.approx(together.min().item(), rel=1e-3, abs=1e-8)
        assert found["high"] == pytest.approx(together.max().item(), rel=1e-3, abs=1e-8)


def test_looking_at_gradients_leaves_those_of_the_run_alone(run: Learned) -> None:
    for each in run.view.model.parameters():
        each.grad = torch.full_like(each, 3.0)
    run.view.model.train()
    fresh = dataclasses.replace(run.view)
    assert Gradients.measure(fresh)
    assert all((each.grad == 3.0).all() for each in run.view.model.parameters())
    assert run.view.model.training


def test_how_far_a_layer_moved_is_the_difference_of_two_states() -> None:
    trainer = Trainer(experiment(network=WITH_DROPOUT, epochs=3))
    states, seen = [], []
    for event in trainer.run():
        if isinstance(event, EpochEnded):
            states.append({name: each.clone() for name, each in trainer.model.state_dict().items()})
            seen.append(Gradients.measure(trainer.view()))
    assert [layer["moved"] for layer in seen[0].values()] == [None, None]
    for epoch in (1, 2, 3):
        for place in ("1", "4"):
            before, after = (states[number][f"{place}.weight"].double() for number in (epoch - 1, epoch))
            assert seen[epoch][place]["moved"] == pytest.approx(
                ((after - before).norm() / before.norm()).item(), rel=1e-5
            )
            assert seen[epoch][place]["size"] == pytest.approx(after.norm().item(), rel=1e-5)


def test_numbers_of_a_broken_network_are_none_and_not_zero() -> None:
    trainer = Trainer(experiment(epochs=1))
    with torch.no_grad():
        next(trainer.model.parameters())[0, 0] = torch.nan
    view = trainer.view()
    gradients, activations, weights = (probe.measure(view) for probe in (Gradients, Activations, Weights))
    assert gradients["1"]["norm"] is None
    assert gradients["1"]["size"] is None
    assert 0 < weights["1"]["unfinite"] < 0.02
    assert activations["3"]["unfinite"] == 1.0
    assert activations["3"]["low"] is None
    assert Gradients.series(gradients)["1.norm"] is None
