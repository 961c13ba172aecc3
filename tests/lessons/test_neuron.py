"""The numbers of the neuron lesson are real: held against hand arithmetic and scikit-learn."""

from __future__ import annotations

import math

import pytest
import torch
from sklearn.metrics import accuracy_score, log_loss

from dlcore.figures.neuron import line
from dlcore.lessons import neuron
from dlcore.lessons.neuron import Neuron


def test_a_neuron_is_a_weighted_sum_and_an_activation() -> None:
    x = torch.tensor([[1.0, -1.0], [0.0, 0.0]])
    assert Neuron(1.0, -2.0, 1.0).answer(x).tolist() == pytest.approx(
        [1 / (1 + math.exp(-4)), 1 / (1 + math.exp(-1))], rel=1e-6)  # fmt: skip


def test_the_judgement_is_scikit_learns() -> None:
    x, y = neuron.points()
    given = Neuron(0.7, -0.3, 0.2)
    z = x[:, 0] * 0.7 - x[:, 1] * 0.3 + 0.2
    judged = neuron.judge(given)
    assert judged.accuracy == pytest.approx(accuracy_score(y, z > 0))
    assert judged.loss == pytest.approx(log_loss(y, torch.sigmoid(z.double())), rel=1e-5)


def test_no_descent_goes_below_the_best() -> None:
    fitted, most = neuron.best()
    far = neuron.descend(Neuron(0.0, 0.0, 0.0), 3000, 2.0)[-1]
    reached = neuron.judge(far)
    assert reached.loss >= most.loss - 1e-6
    assert reached.loss == pytest.approx(most.loss, abs=2e-3)
    assert far.w1 == pytest.approx(fitted.w1, rel=0.1)


def test_a_step_of_descent_goes_against_the_gradient() -> None:
    x, y = neuron.points()
    before, after = neuron.descend(Neuron(0.5, 0.5, 0.0), 1, 0.1)
    miss = torch.sigmoid(x @ torch.tensor([0.5, 0.5])) - y  # the gradient of the loss by z, by hand
    assert after.w1 == pytest.approx(before.w1 - 0.1 * (miss * x[:, 0]).mean().item(), abs=1e-6)
    assert after.b == pytest.approx(before.b - 0.1 * miss.mean().item(), abs=1e-6)


def test_the_goal_of_the_task_can_be_reached() -> None:
    assert neuron.best()[1].accuracy >= 0.95


@pytest.mark.parametrize(("numbers", "ends"), [
    ((1.0, 0.0, 0.0), ([0.0, 0.0], [-2.0, 2.0])),
    ((0.0, 2.0, -2.0), ([-2.0, 2.0], [1.0, 1.0])),
    ((1.0, 1.0, 0.0), ([-2.0, 2.0], [2.0, -2.0])),
    ((0.0, 0.0, 1.0), ([], [])),
    ((1.0, 0.0, 9.0), ([], [])),
])  # fmt: skip
def test_the_line_ends_at_the_edge_of_the_plane(numbers: tuple[float, float, float], ends: object) -> None:
    assert line(*numbers, -2.0, 2.0) == ends
