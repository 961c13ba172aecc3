"""The learning-rate finder suggests what works, says when it cannot, and leaves everything as it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import dlcore
from dlcore.analyses.lr_range import LrRange
from dlcore.figures.bindings import fill
from dlcore.figures.rate_finder import rate_finder
from dlcore.probes import arrays
from dlcore.training.events import EpochEnded
from dlcore.training.range_test import FEWEST, STEPS, evened, suggestion
from tests.analyses.filmed import filmed_run, nothing
from tests.training.experiments import WITH_DROPOUT, experiment


def test_the_suggested_rate_learns_and_one_a_thousandth_of_it_does_not() -> None:
    made = experiment("digits", WITH_DROPOUT, epochs=2, optimizer={"name": "SGD", "lr": 0.1})
    found = LrRange.compute(filmed_run(made), {}, nothing)
    assert found["sureness"] == "clear"
    losses = {}
    for factor in (1.0, 0.001):
        optimizer = {"name": "SGD", "lr": found["suggestion"] * factor}
        ended = [e for e in dlcore.train(experiment("digits", WITH_DROPOUT, epochs=2, optimizer=optimizer))
                 if isinstance(e, EpochEnded)]  # fmt: skip
        losses[factor] = ended[-1].train.loss / ended[0].train.loss
    assert losses[1.0] < 0.6
    assert losses[0.001] > 0.9


def test_the_first_losses_are_those_of_a_bare_loop_with_the_same_rates() -> None:
    made = experiment("iris", optimizer={"name": "SGD", "lr": 0.1}, epochs=1)
    found = LrRange.compute(filmed_run(made), {}, nothing)
    data, model = dlcore.load(made), dlcore.build(made)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    order = torch.Generator().manual_seed(made.seed + 1)
    losses = []
    for rows in torch.randperm(len(data.train), generator=order).split(made.training.batch_size):
        for group in optimizer.param_groups:
            group["lr"] = float(found["lr"][len(losses)])
        loss = torch.nn.functional.cross_entropy(model(data.train.x[rows]), data.train.y[rows])
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    assert found["loss"][: len(losses)] == pytest.approx(losses, rel=1e-4)


def test_the_rates_grow_by_one_factor_and_the_test_ends_when_the_loss_blows_up() -> None:
    found = LrRange.compute(filmed_run(experiment("digits", epochs=1)), {}, nothing)
    factors = found["lr"][1:] / found["lr"][:-1]
    assert factors == pytest.approx(np.full(len(factors), factors[0]), rel=1e-4)
    assert found["blown_up"] == (len(found["lr"]) < STEPS)
    assert found["blown_up"]
    assert found["smooth"][-1] > 4 * found["smooth"][FEWEST - 1 :].min()


def test_where_nothing_is_learned_nothing_is_suggested() -> None:
    rates = np.geomspace(1e-6, 10, STEPS)
    flat = np.random.default_rng(0).normal(2.3, 0.01, STEPS)
    assert suggestion(rates, flat) == {"suggestion": None, "sureness": "none", "fall": pytest.approx(0, abs=0.05)}
    assert suggestion(rates[:5], flat[:5])["suggestion"] is None
    assert suggestion(rates, np.full(STEPS, np.nan))["suggestion"] is None
    falling = 2.3 - 1.5 / (1 + np.exp(-3 * (np.log10(rates) + 2)))  # steepest at 0.01
    found = suggestion(rates, falling)
    assert found["sureness"] == "clear"
    assert found["suggestion"] == pytest.approx(0.01, rel=0.3)


def test_the_chart_shows_what_was_found_and_its_line_stands_at_the_suggestion() -> None:
    found = LrRange.compute(filmed_run(experiment("digits", WITH_DROPOUT, epochs=1)), {}, nothing)
    chart = fill(rate_finder("r"), {"r": {"lr_range": arrays.read(arrays.write(found))}})
    raw, smooth, line = chart.data
    assert list(raw.y) == pytest.approx(found["loss"], nan_ok=True)
    assert list(smooth.x) == pytest.approx(found["lr"])
    assert list(line.x) == [found["suggestion"]] * 2
    assert list(line.y) == pytest.approx([found["smooth"].min(), found["smooth"].max()])


def test_evening_out_keeps_a_straight_line_and_the_number_of_points() -> None:
    line = np.linspace(0, 1, 50)
    assert evened(line)[20:30] == pytest.approx(line[20:30])
    assert len(evened(line)) == 50


def test_a_run_that_was_looked_at_is_the_same_bits_as_before() -> None:
    run = filmed_run(experiment("iris", WITH_DROPOUT, epochs=2))
    before, random = {epoch: run.weights(epoch) for epoch in run.epochs}, torch.get_rng_state()
    x = run.data.train.x.clone()
    LrRange.compute(run, {"epoch": 1}, nothing)
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.equal(run.data.train.x, x)
    for epoch, weights in before.items():
        assert all(torch.equal(run.weights(epoch)[name], each) for name, each in weights.items())
