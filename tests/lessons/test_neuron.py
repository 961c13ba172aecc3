"""The numbers of the neuron lesson are real: held against hand arithmetic, numpy and scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score, log_loss

from dlcore.lessons import neuron
from dlcore.lessons.neuron import ACTIVATIONS, PLANES, START, TITLES, Weights

BY_HAND = {
    "Sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "Tanh": np.tanh,
    "ReLU": lambda z: np.maximum(0, z),
    "Identity": lambda z: z,
    "Step": lambda z: (z > 0).astype(float),
}


def arrays(name: str) -> tuple[np.ndarray, np.ndarray]:
    data = neuron.points(name)
    return data.x.numpy(), data.y.numpy()


def loss_by_hand(name: str, activation: str, weights: Weights) -> float:
    x, y = arrays(name)
    output = BY_HAND[activation](x @ np.array(weights[:2]) + weights[2])
    if activation == "Sigmoid":
        return log_loss(y, output)
    low, high = ACTIVATIONS[activation].targets
    return float(np.mean((output - np.where(y == 1, high, low)) ** 2))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", TITLES)
def test_loss_and_gradient_are_those_of_hand_arithmetic(name: str, activation: str) -> None:
    weights = (0.7, -0.3, 0.2)
    measured = neuron.measure(neuron.points(name), activation, weights)
    assert measured.loss == pytest.approx(loss_by_hand(name, activation, weights), rel=1e-9)
    small = 1e-6
    for place, slope in enumerate(measured.gradient):
        ends = [tuple(w + sign * small * (n == place) for n, w in enumerate(weights)) for sign in (1, -1)]
        up, down = (loss_by_hand(name, activation, end) for end in ends)  # type: ignore[arg-type]
        if activation != "Step":  # the step's loss jumps where a point changes sides; its slope is zero
            assert slope == pytest.approx((up - down) / (2 * small), abs=1e-5)


def test_accuracy_counts_the_points_on_the_right_side_of_the_line() -> None:
    x, y = arrays("iris")
    measured = neuron.measure(neuron.points("iris"), "Sigmoid", START)
    assert measured.accuracy == pytest.approx(accuracy_score(y, x[:, 0] - x[:, 1] > 0))


def test_a_step_answers_0_where_its_sum_is_exactly_0() -> None:
    assert neuron.measure(neuron.points("iris"), "Step", (0.0, 0.0, 0.0)).loss == 0.5  # half are of class 1


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_answer_for_a_point_is_its_weighted_sum_bent(activation: str) -> None:
    x, y = arrays("moons")
    for number in (0, 60, 119):
        said = neuron.answer(neuron.points("moons"), activation, (1.5, -2.0, 0.25), number)
        z = 1.5 * x[number, 0] - 2.0 * x[number, 1] + 0.25
        assert said.z == pytest.approx(z)
        assert said.output == pytest.approx(float(BY_HAND[activation](z)))
        assert said.target == ACTIVATIONS[activation].targets[y[number]]


def test_the_mean_of_the_points_losses_is_the_loss() -> None:
    data = neuron.points("iris")
    each = [neuron.answer(data, "Sigmoid", START, number).loss for number in range(100)]
    assert math.fsum(each) / 100 == pytest.approx(neuron.measure(data, "Sigmoid", START).loss)


@pytest.mark.parametrize("name", TITLES)
def test_the_best_sigmoid_neuron_is_scikit_learns_logistic_regression(name: str) -> None:
    best, fitted = neuron.best(name, "Sigmoid"), neuron.logistic_regression(name)
    assert best.loss == pytest.approx(fitted.loss, abs=1e-6)
    assert best.weights == pytest.approx(fitted.weights, abs=0.02)


def test_the_best_neuron_without_activation_is_linear_regression() -> None:
    x, y = arrays("gaussians")
    fitted = LinearRegression().fit(x, y)
    assert neuron.best("gaussians", "Identity").weights == pytest.approx([*fitted.coef_, fitted.intercept_], abs=1e-4)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("name", TITLES)
def test_no_descent_goes_below_the_best(name: str, activation: str) -> None:
    path = neuron.descend(neuron.points(name), activation, START, lr=0.3, steps=100)
    assert path[-1].loss >= neuron.best(name, activation).loss - 1e-9


def test_a_step_goes_against_the_gradient_as_far_as_the_rate_says() -> None:
    before, after = neuron.descend(neuron.points("iris"), "Sigmoid", START, lr=0.5, steps=1)
    wanted = [w - 0.5 * slope for w, slope in zip(before.weights, before.gradient, strict=True)]
    assert after.weights == pytest.approx(wanted)


def test_descent_reaches_the_best_from_the_start_of_the_lesson() -> None:
    end = neuron.descend(neuron.points("iris"), "Sigmoid", START, lr=10.0, steps=200)[-1]
    assert end.loss == pytest.approx(neuron.best("iris", "Sigmoid").loss, abs=1e-4)


def test_a_step_function_gives_descent_nothing_to_follow() -> None:
    path = neuron.descend(neuron.points("iris"), "Step", START, lr=1.0, steps=5)
    assert {each.weights for each in path} == {START}


def test_steps_too_long_end_the_descent_while_its_numbers_are_still_numbers() -> None:
    path = neuron.descend(neuron.points("iris"), "Identity", START, lr=10.0, steps=200)
    assert len(path) < 200
    assert path[-1].loss > path[0].loss
    assert all(math.isfinite(each.loss) for each in path)


def test_doubling_all_three_keeps_the_line_and_the_accuracy() -> None:
    data = neuron.points("iris")
    once, twice = (neuron.measure(data, "Sigmoid", (1.0 * k, 2.0 * k, -0.5 * k)) for k in (1, 2))
    assert once.accuracy == twice.accuracy


def test_the_task_of_the_hand_can_be_done_with_numbers_on_the_sliders() -> None:
    best = neuron.best("iris", "Sigmoid")
    assert neuron.measure(neuron.points("iris"), "Sigmoid", (4.0, 4.0, 0.5)).loss <= 1.5 * best.loss


def test_no_line_does_exclusive_or() -> None:
    assert neuron.best("xor", "Sigmoid").accuracy < 0.65


def test_points_have_mean_zero_and_standard_deviation_one() -> None:
    for name in TITLES:
        x, y = arrays(name)
        assert np.abs(x.mean(axis=0)).max() < 1e-6
        assert x.std(axis=0) == pytest.approx([1, 1])
        assert set(y) == {0, 1}


def test_an_unknown_activation_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="Did you mean Sigmoid"):
        neuron.activation("Sigmod")


def test_the_studio_can_make_the_same_points() -> None:
    for name, dataset in PLANES.items():
        assert dataset.name == name
        assert dataset.about().shape == (2,)
