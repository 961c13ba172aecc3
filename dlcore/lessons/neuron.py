"""One neuron on points of the plane: its answer, its loss, its gradient, its descent, and the best it can do.

The neuron answers f(w₁·x₁ + w₂·x₂ + b). Two classes, 0 and 1. With the sigmoid its answer is the probability of
class 1 and its loss is the binary cross entropy: a logistic regression. With another activation its loss is the mean
squared error to the value that stands for each class. Everything is computed by torch, in double precision.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore.data.base import Dataset
from dlcore.data.catalog.toy_2d import Gaussians, Moons, Xor
from dlcore.errors import unknown
from dlcore.i18n import N_, Text

Weights = tuple[float, float, float]  # w₁, w₂, b

START: Weights = (1.0, -1.0, 0.0)
TOO_LARGE = 1e3  # a weight beyond this: the steps were too long, and the descent is over


@dataclass(frozen=True)
class Activation:
    """One f of the neuron. The neuron says class 1 where z = w·x + b is above `border`."""

    module: type[nn.Module]
    targets: tuple[float, float]  # what it should answer for class 0 and for class 1
    border: float
    formula: str  # LaTeX of f, with %s for its argument


class Step(nn.Module):
    """The perceptron's of 1958: 1 above zero, else 0. Flat everywhere, so its gradient is zero."""

    def forward(self, z: Tensor) -> Tensor:
        return torch.relu(torch.sign(z))


ACTIVATIONS = {
    "Sigmoid": Activation(nn.Sigmoid, (0, 1), 0.0, r"\sigma(%s)"),
    "Tanh": Activation(nn.Tanh, (-1, 1), 0.0, r"\tanh(%s)"),
    "ReLU": Activation(nn.ReLU, (0, 1), 0.5, r"\max(0,\,%s)"),
    "Identity": Activation(nn.Identity, (0, 1), 0.5, r"%s"),
    "Step": Activation(Step, (0, 1), 0.0, r"\operatorname{step}(%s)"),
}


@dataclass(frozen=True)
class Points:
    """Points to tell apart: x (N, 2), each column with mean 0 and standard deviation 1; y (N,) of 0 and 1."""

    x: Tensor
    y: Tensor
    axes: tuple[str, str]  # msgids
    classes: tuple[str, str]  # msgids, of class 0 and class 1


@dataclass(frozen=True)
class Measured:
    """How good a neuron is on all points, and where its loss would fall fastest (against `gradient`)."""

    weights: Weights
    loss: float
    accuracy: float  # share of right answers, 0 to 1
    gradient: Weights  # ∂loss/∂w₁, ∂loss/∂w₂, ∂loss/∂b


@dataclass(frozen=True)
class Answer:
    """What a neuron makes of one point."""

    z: float  # w·x + b
    output: float  # f(z)
    target: float  # what the output should be
    loss: float  # of this point alone


PLANES: dict[str, Dataset] = {
    "gaussians": Gaussians(samples=120, noise=0.7),
    "moons": Moons(samples=120),
    "xor": Xor(samples=120),
}
TITLES = {
    "iris": N_("Iris petals"),
    **{name: dataset.title for name, dataset in PLANES.items()},
}


@functools.cache
def points(name: str, seed: int = 0) -> Points:
    """The points of this name, a key of `TITLES`. Raises KeyError for another."""
    if name == "iris":
        return _petals()
    dataset = PLANES[name]
    rows, about = dataset.read(seed), dataset.about()
    return _standardized(rows.x, rows.y, (about.features[0], about.features[1]), (about.classes[0], about.classes[1]))


def _petals() -> Points:
    """100 flowers that Edgar Anderson measured and R. A. Fisher published in 1936; the two species that overlap."""
    from sklearn.datasets import load_iris

    iris = load_iris()
    chosen = iris.target > 0
    axes = (N_("petal length"), N_("petal width"))
    return _standardized(iris.data[chosen][:, 2:], iris.target[chosen] - 1, axes, ("versicolor", "virginica"))


def _standardized(
    x: np.ndarray[tuple[int, ...], np.dtype[np.floating]],
    y: np.ndarray[tuple[int, ...], np.dtype[np.integer]],
    axes: tuple[str, str],
    classes: tuple[str, str],
) -> Points:
    from sklearn.preprocessing import StandardScaler

    scaled = StandardScaler().fit_transform(x.astype(np.float64))
    return Points(torch.from_numpy(scaled), torch.from_numpy(y.astype(np.int64)), axes, classes)


def activation(name: str) -> Activation:
    """The activation of this name. Raises ValueError with the nearest match for another."""
    if name not in ACTIVATIONS:
        raise ValueError(str(unknown(Text(N_("activation")), name, ACTIVATIONS)))
    return ACTIVATIONS[name]


def measure(data: Points, name: str, weights: Weights) -> Measured:
    """Loss, accuracy and gradient of this neuron over all points."""
    w = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
    z, loss = _forward(data, name, w)
    loss.backward()  # type: ignore[no-untyped-call]
    return _measured(data, name, w, z, loss)


def _forward(data: Points, name: str, w: Tensor) -> tuple[Tensor, Tensor]:
    """The sum of every point, (N,), and their mean loss, ()."""
    z = data.x @ w[:2] + w[2]
    return z, _losses(z, data.y, name).mean()


def _measured(data: Points, name: str, w: Tensor, z: Tensor, loss: Tensor) -> Measured:
    assert w.grad is not None
    right = (z > activation(name).border) == (data.y == 1)
    return Measured(_three(w.detach()), loss.item(), right.double().mean().item(), _three(w.grad))


def answer(data: Points, name: str, weights: Weights, number: int) -> Answer:
    """The neuron's sum, output and loss for the point of this number."""
    z = data.x[number : number + 1] @ torch.tensor(weights[:2], dtype=torch.float64) + weights[2]  # (1,)
    chosen, y = activation(name), data.y[number : number + 1]
    target = chosen.targets[int(y)]
    return Answer(z.item(), chosen.module()(z).item(), target, _losses(z, y, name).item())


def descend(data: Points, name: str, start: Weights, lr: float, steps: int) -> list[Measured]:
    """Gradient descent on all points at once: the start, and the neuron after each step.

    It ends early where the loss is no longer finite or a weight passes `TOO_LARGE`.
    """
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr)
    path: list[Measured] = []
    while True:
        optimizer.zero_grad()
        z, loss = _forward(data, name, w)  # forward
        loss.backward()  # type: ignore[no-untyped-call]  # backward
        measured = _measured(data, name, w, z, loss)
        if not math.isfinite(measured.loss) or max(map(abs, measured.weights)) > TOO_LARGE:
            return path
        path.append(measured)
        if len(path) > steps:
            return path
        optimizer.step()


@functools.cache
def best(dataset: str, name: str) -> Measured:
    """The neuron of lowest loss that a second-order search (LBFGS) finds from several starts.

    A step has no slope to search along: for it, the best of what the other activations found.
    """
    data = points(dataset)
    if name == "Step":
        found = (measure(data, name, best(dataset, other).weights) for other in ACTIVATIONS if other != name)
        return min(found, key=lambda each: each.loss)
    around = [(2 * math.cos(n * math.pi / 4), 2 * math.sin(n * math.pi / 4), 0.5) for n in range(8)]
    return min((_search(data, name, start) for start in around), key=lambda found: found.loss)


def _search(data: Points, name: str, start: Weights) -> Measured:
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=200, line_search_fn="strong_wolfe", tolerance_change=1e-12)

    def closure() -> Tensor:
        optimizer.zero_grad()
        _z, loss = _forward(data, name, w)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return measure(data, name, _three(w.detach()))


@functools.cache
def logistic_regression(dataset: str) -> Measured:
    """The weights that scikit-learn's LogisticRegression, without regularization, gives to the same points."""
    from sklearn.linear_model import LogisticRegression

    data = points(dataset)
    fitted = LogisticRegression(C=math.inf, tol=1e-8, max_iter=1000).fit(data.x.numpy(), data.y.numpy())
    w1, w2 = (float(each) for each in fitted.coef_[0])
    return measure(data, "Sigmoid", (w1, w2, float(fitted.intercept_[0])))


def _losses(z: Tensor, y: Tensor, name: str) -> Tensor:
    """The loss of each point, (N,): binary cross entropy for the sigmoid, squared error otherwise."""
    chosen = activation(name)
    if name == "Sigmoid":
        return functional.binary_cross_entropy_with_logits(z, y.double(), reduction="none")
    target = torch.where(y == 1, chosen.targets[1], chosen.targets[0]).double()
    return functional.mse_loss(chosen.module()(z), target, reduction="none")


def _three(values: Tensor) -> Weights:
    w1, w2, b = values.tolist()
    return (w1, w2, b)
