"""Curves fitted by ReLU units: solved ones against scikit-learn, raced ones against networks trained one by one."""

from __future__ import annotations

import itertools

import pytest
import torch
from sklearn.linear_model import LinearRegression
from torch import nn

from dlcore.lessons import curve_fit
from dlcore.lessons.course import lesson
from dlcore.lessons.curve_fit import CURVES, KNOTS, MOST, WIDTHS


@pytest.mark.parametrize("name", CURVES)
def test_with_a_unit_for_every_kink_nothing_of_the_error_is_left(name: str) -> None:
    heights = curve_fit.curve(name)
    fit, wanted = curve_fit.fit(heights), curve_fit.target(heights)
    losses = (fit.at(curve_fit.places()) - wanted).square().mean(1)
    assert losses[MOST] < 1e-3 < losses[1]
    assert (losses[1:] <= losses[:-1] + 1e-9).all(), "another unit cannot make it worse"


def test_the_weights_are_those_of_scikit_learns_least_squares() -> None:
    heights, units = curve_fit.curve("skyline"), 5
    fit, x = curve_fit.fit(heights), curve_fit.places()
    hidden = torch.relu(x[:, None] - fit.hinges[units, :units])
    solved = LinearRegression().fit(hidden, curve_fit.target(heights))
    assert fit.weights[units, :units].tolist() == pytest.approx(solved.coef_.tolist(), rel=1e-6)
    assert fit.biases[units].item() == pytest.approx(solved.intercept_, rel=1e-6)


def test_a_line_with_two_kinks_takes_three_units_whose_hinges_stand_at_the_kinks() -> None:
    heights = tuple(float(abs(n - 5) - abs(n - 15)) / 5 for n in range(KNOTS))  # kinks at -1.5 and 1.5
    fit = curve_fit.fit(heights)
    assert sorted(fit.hinges[3, :3].tolist()) == pytest.approx([-3.0, -1.5, 1.5])
    losses = (fit.at(curve_fit.places()) - curve_fit.target(heights)).square().mean(1)
    assert losses[3] < 1e-20 < 0.05 < losses[2]


@pytest.mark.parametrize("widths", WIDTHS)
def test_a_raced_network_is_what_training_it_alone_makes_of_it(widths: tuple[int, ...]) -> None:
    heights, seed, steps = curve_fit.curve("hill"), 3, 40
    modules: list[nn.Module] = []
    for inputs, outputs in itertools.pairwise((1, *widths, 1)):
        modules += [nn.Linear(inputs, outputs), nn.ReLU()]
    alone = nn.Sequential(*modules[:-1])
    assert sum(each.numel() for each in alone.parameters()) == curve_fit.parameters(widths)
    linears = [each for each in alone if isinstance(each, nn.Linear)]
    with torch.no_grad():
        for linear, (weight, bias) in zip(linears, curve_fit.first_weights(widths), strict=True):
            linear.weight[:], linear.bias[:] = weight[seed].T, bias[seed, 0]
    x, wanted = curve_fit.places().float()[:, None], curve_fit.target(heights).float()[:, None]
    optimizer = torch.optim.Adam(alone.parameters(), lr=curve_fit.RATE)
    for _step in range(steps):
        loss = nn.functional.mse_loss(alone(x), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    raced = curve_fit.race(heights, widths, steps)[seed]
    assert nn.functional.mse_loss(alone(x), wanted).item() == pytest.approx(raced, rel=1e-3)


def test_a_drawn_zigzag_of_few_kinks_does_the_task_and_a_straight_line_does_not() -> None:
    declared = lesson("width")
    (task, *_others) = declared.tasks
    roof = {f"y{n}": 1.5 - abs(n - 10) / 4 for n in range(KNOTS)}
    straight = {f"y{n}": n / 10 - 1 for n in range(KNOTS)}
    for drawn, wanted in ((roof, True), (straight, False)):
        now = declared.fresh()
        made = type(now)({**now.values, **drawn}, now.options, moved=frozenset(drawn))
        assert task.grade(made) is wanted  # type: ignore[union-attr, call-arg]
