"""Surfaces to go down: two made ones, and two real losses of two numbers. Each for torch, and as an expression."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dlcore.i18n import N_
from dlcore.lessons import neuron

STEPS = 100
GONE = 1e6  # a loss beyond this: the steps were too long, and it has left
OPTIMIZERS = {
    "SGD": "SGD([w], lr={lr})",
    "Momentum": "SGD([w], lr={lr}, momentum=0.9)",
    "RMSprop": "RMSprop([w], lr={lr})",
    "Adam": "Adam([w], lr={lr})",
    "AdamW": "AdamW([w], lr={lr}, weight_decay=0.1)",
}
SETTINGS: dict[str, dict[str, Any]] = {
    "SGD": {},
    "Momentum": {"momentum": 0.9},
    "RMSprop": {},
    "Adam": {},
    "AdamW": {"weight_decay": 0.1},
}


@dataclass(frozen=True)
class Surface:
    """A height over the plane. `lines` define it in a plain script, as `surface(w)`; `low` is its lowest place."""

    title: str
    height: Callable[[Tensor, Tensor], Tensor]
    expression: str
    lines: tuple[str, ...]
    start: tuple[float, float]
    axes: tuple[str, str] = ("x", "y")
    best: tuple[float, float] | None = (0.0, 0.0)


@functools.cache
def _flowers() -> tuple[Tensor, Tensor]:
    """Some of the irises: standardized petals (N, 2), and a sign for their species (N,)."""
    data = neuron.points("iris")
    return data.x[::7].round(decimals=3), (2 * data.y[::7] - 1).double()


def _flowers_height(x: Tensor, y: Tensor) -> Tensor:
    rows, signs = _flowers()
    z = x[..., None] * rows[:, 0] + y[..., None] * rows[:, 1]
    return functional.softplus(-signs * z).mean(-1)


@functools.cache
def _line() -> tuple[Tensor, Tensor]:
    """The body mass index of the diabetes data, and the progression of the disease: both standardized, (442,)."""
    from sklearn.datasets import load_diabetes

    data = load_diabetes()
    x, t = torch.from_numpy(data.data[:, 2]), torch.from_numpy(data.target)
    return (x - x.mean()) / x.std(), (t - t.mean()) / t.std()


def _line_height(x: Tensor, y: Tensor) -> Tensor:
    inputs, targets = _line()
    return ((x[..., None] * inputs + y[..., None] - targets) ** 2).mean(-1)


def closed_form() -> tuple[float, float]:
    """Weight and bias of least squares, solved at once."""
    inputs, targets = _line()
    solved = torch.linalg.lstsq(torch.stack([inputs, torch.ones_like(inputs)], 1), targets[:, None]).solution
    return solved[0].item(), solved[1].item()


def _flowers_expression() -> str:
    rows, signs = _flowers()
    terms = [f"log1p(exp({-s:g} * ({a:g} * x + {b:g} * y)))"
             for (a, b), s in zip(rows.tolist(), signs.tolist(), strict=True)]  # fmt: skip
    return f"({' + '.join(terms)}) / {len(terms)}"


def _line_expression() -> str:
    """The mean of squares, multiplied out: its coefficients are means over the data."""
    a, t = _line()
    means = [float(each.mean()) for each in (a * a, a, a * t, t, t * t)]
    aa, one, at, mean, tt = means
    return f"x * x * {aa!r} + y * y + 2 * x * y * ({one!r}) - 2 * x * ({at!r}) - 2 * y * ({mean!r}) + {tt!r}"


@functools.cache
def surfaces() -> dict[str, Surface]:
    """The surfaces by their names."""
    rows, signs = _flowers()
    return {
        "ravine": Surface(N_("ravine"), lambda x, y: 0.1 * x**2 + 2 * y**2, "0.1 * x ** 2 + 2 * y ** 2",
                          ("def surface(w):", "    return 0.1 * w[0] ** 2 + 2 * w[1] ** 2"), (-4.0, 1.5)),
        "saddle": Surface(N_("saddle"), lambda x, y: 0.25 * x**2 - 0.5 * y**2 + 0.05 * y**4 + 1.25,
                          "0.25 * x ** 2 - 0.5 * y ** 2 + 0.05 * y ** 4 + 1.25",
                          ("def surface(w):", "    x, y = w",
                           "    return 0.25 * x**2 - 0.5 * y**2 + 0.05 * y**4 + 1.25"), (-4.0, 0.01),
                          best=(0.0, math.sqrt(5))),
        "flowers": Surface(N_("a neuron on irises"), _flowers_height, _flowers_expression(),
                           (f"flowers = torch.tensor({rows.tolist()}).double()",
                            f"sign = torch.tensor({signs.tolist()}).double()",
                            "def surface(w):", "    return torch.nn.functional.softplus(-sign * (flowers @ w)).mean()"),
                           (-3.0, -3.0), ("w₁", "w₂"), None),
        "line": Surface(N_("linear regression"), _line_height, _line_expression(),
                        ("from sklearn.datasets import load_diabetes", "data = load_diabetes()",
                         "a, t = (torch.from_numpy(each) for each in (data.data[:, 2], data.target))",
                         "a, t = (a - a.mean()) / a.std(), (t - t.mean()) / t.std()",
                         "def surface(w):", "    return ((w[0] * a + w[1] - t) ** 2).mean()"),
                        (-3.0, 3.0), ("w", "b"), closed_form()),
    }  # fmt: skip


@functools.lru_cache(maxsize=256)
def race(surface: str, lr: float, x: float, y: float) -> dict[str, list[tuple[float, float, float]]]:
    """Name of an optimizer -> (x, y, height) before each step of torch's own, and after the last."""
    return {name: _descend(surfaces()[surface], name, lr, (x, y)) for name in OPTIMIZERS}


def _descend(surface: Surface, name: str, lr: float, start: tuple[float, float]) -> list[tuple[float, float, float]]:
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    made = {"Momentum": torch.optim.SGD}.get(name) or getattr(torch.optim, name)
    optimizer = made([w], lr=lr, **SETTINGS[name])
    path: list[tuple[float, float, float]] = []
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        height = surface.height(w[0], w[1])
        path.append((w[0].item(), w[1].item(), height.item()))
        if height.item() > GONE or step == STEPS:
            break
        height.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return path + [path[-1]] * (STEPS + 1 - len(path))
