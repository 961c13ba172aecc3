"""One neuron on points of the plane: what it answers, how wrong it is, and how gradient descent turns it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from dlcore.data.plane import Gaussians

ACTIVATIONS = {"Sigmoid": torch.sigmoid, "Tanh": torch.tanh, "ReLU": torch.relu, "Step": lambda z: (z > 0).float()}
SAMPLES = 160
NOISE = 0.5
SEED = 0
SIDE = 60  # points along each side of the map
REACH = 2.6  # the plane shown: from −REACH to REACH on both axes


@dataclass(frozen=True)
class Neuron:
    """Two weights and a bias; the activation by the name of its torch module (`Step` is the 1958 perceptron's)."""

    w1: float
    w2: float
    b: float
    activation: str = "Sigmoid"

    def sum(self, x: Tensor) -> Tensor:
        """The weighted sum z = w₁x₁ + w₂x₂ + b. Shapes: (N, 2) -> (N,)."""
        linear = nn.Linear(2, 1)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor([[self.w1, self.w2]]))
            linear.bias.copy_(torch.tensor([self.b]))
            return linear(x).squeeze(1)

    def answer(self, x: Tensor) -> Tensor:
        """The activation of the weighted sum. Shapes: (N, 2) -> (N,)."""
        return ACTIVATIONS[self.activation](self.sum(x))


@dataclass(frozen=True)
class Judgement:
    """How good a neuron is. `loss` is the binary cross entropy of sigmoid(z), whatever the activation shown."""

    accuracy: float
    loss: float


@cache
def points() -> tuple[Tensor, Tensor]:
    """The lesson's examples: x (N, 2) and y (N,) of 0 and 1."""
    rows = Gaussians(samples=SAMPLES, noise=NOISE, classes=2).read(SEED)
    return torch.from_numpy(rows.x), torch.from_numpy(rows.y)


def judge(neuron: Neuron) -> Judgement:
    """Accuracy (class 1 where z > 0) and mean binary cross entropy on the lesson's examples."""
    x, y = points()
    z = neuron.sum(x)
    loss = nn.functional.binary_cross_entropy_with_logits(z, y.float())
    return Judgement(((z > 0) == (y == 1)).float().mean().item(), loss.item())


@cache
def best() -> tuple[Neuron, Judgement]:
    """What scikit-learn's LogisticRegression finds without a penalty: no neuron has a lower loss."""
    from sklearn.linear_model import LogisticRegression

    x, y = points()
    fitted = LogisticRegression(C=float("inf"), tol=1e-8, max_iter=1000).fit(x.double().numpy(), y.numpy())
    (w1, w2), (b,) = fitted.coef_[0], fitted.intercept_
    neuron = Neuron(float(w1), float(w2), float(b))
    return neuron, judge(neuron)


def descend(neuron: Neuron, steps: int, lr: float) -> list[Neuron]:
    """The neuron before and after each step of plain gradient descent on all examples, by torch's SGD."""
    x, y = points()
    linear = nn.Linear(2, 1)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor([[neuron.w1, neuron.w2]]))
        linear.bias.copy_(torch.tensor([neuron.b]))
    optimizer = torch.optim.SGD(linear.parameters(), lr=lr)
    loss_function = nn.BCEWithLogitsLoss()
    path = [neuron]
    for _ in range(steps):
        loss = loss_function(linear(x).squeeze(1), y.float())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        (w1, w2), (b,) = linear.weight.tolist()[0], linear.bias.tolist()
        path.append(Neuron(w1, w2, b, neuron.activation))
    return path


def plane(neuron: Neuron) -> dict[str, Any]:
    """The neuron's answers over the plane, as the figure of the decision boundary takes them."""
    line = torch.linspace(-REACH, REACH, SIDE)
    grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), dim=-1).reshape(-1, 2)  # (side², 2)
    z, shown = neuron.sum(grid), neuron.answer(grid)
    sure = _strength(shown, neuron.activation)
    return {"x": [-REACH, REACH], "y": [-REACH, REACH], "size": SIDE,
            "classes": _bytes((z > 0).float()), "values": _bytes(sure * 255)}  # fmt: skip


def _strength(shown: Tensor, activation: str) -> Tensor:
    """How strongly a place is coloured, 0 to 1: for sigmoid how sure it is, for the others how large the answer."""
    if activation == "Sigmoid":
        return torch.maximum(shown, 1 - shown) * 2 - 1
    if activation == "Step":
        return torch.full_like(shown, 0.7)
    return (shown.abs() / max(1.0, float(shown.abs().max()))).clamp(0, 1)


def _bytes(values: Tensor) -> str:
    return base64.b64encode(values.round().to(torch.uint8).numpy().tobytes()).decode()
