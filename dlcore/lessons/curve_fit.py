"""A curve over a line, fitted by ReLU units: solved unit by unit, and trained, deep against wide.

A network with one hidden layer of n ReLU units is a line with n kinks, so where its kinks stand and how strong they are
can be solved; a deep network can only be trained.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import torch
from sklearn.datasets import load_sample_image
from torch import Tensor
from torch.nn import functional

from dlcore.i18n import N_
from dlcore.lessons.threads import one_thread

LOW, HIGH = -3.0, 3.0
KNOTS, PLACES = 21, 61  # heights that are drawn, and places at which a fit is held against them
MOST = 20  # units: as many as the drawn curve can have kinks, and one more for its slope
SWEEPS = 4
SEEDS, STEPS, RATE = 6, 300, 0.02
WIDTHS = ((39,), (9, 9), (8, 5, 8), (4, 5, 6, 6))  # hidden layers; each network has the same number of parameters
SKYLINE = 200  # the row of scikit-learn's photograph of a Chinese temple whose brightness is a curve

Heights = tuple[float, ...]
CURVES = {"hill": N_("hills"), "saw": N_("saw"), "skyline": N_("a row of a photograph")}


@functools.cache
def curve(name: str) -> Heights:
    """The heights of a curve to begin with, KNOTS of them."""
    knots = torch.linspace(LOW, HIGH, KNOTS, dtype=torch.float64)
    if name == "hill":
        heights = 1.2 * torch.sin(1.3 * knots) + 0.3 * knots
    elif name == "saw":
        heights = 1.5 * torch.tensor([-1, 0, 1, 0] * 5 + [-1], dtype=torch.float64)
    else:
        row = torch.tensor(load_sample_image("china.jpg")[SKYLINE], dtype=torch.float64).mean(-1)  # (640,)
        picked = row[torch.linspace(0, len(row) - 1, KNOTS).long()]
        heights = (picked - picked.mean()) / picked.std()
    return tuple(round(each, 3) for each in heights.tolist())


def places() -> Tensor:
    """Where a fit is held against the curve. Shape: (PLACES,)."""
    return torch.linspace(LOW, HIGH, PLACES, dtype=torch.float64)


def target(heights: Heights) -> Tensor:
    """The drawn curve, straight between its heights, at all places. Shape: (PLACES,)."""
    drawn = torch.tensor(heights, dtype=torch.float64)[None, None]
    return functional.interpolate(drawn, PLACES, mode="linear", align_corners=True)[0, 0]


@dataclass(frozen=True)
class Fit:
    """bias + Σ weight · ReLU(x − hinge), for each number of units from none to MOST.

    rows: the hinges' places among PLACES, (MOST + 1, MOST); weights: (MOST + 1, MOST), zero where there is no unit;
    biases: (MOST + 1,).
    """

    rows: Tensor
    weights: Tensor
    biases: Tensor

    @property
    def hinges(self) -> Tensor:
        """Where the hinges are. Shape: (counts, units)."""
        return places()[self.rows]

    def at(self, x: Tensor) -> Tensor:
        """What the fit of each number of units answers. Shapes: x (N,) -> (counts, N)."""
        units = torch.relu(x - self.hinges[..., None])  # (MOST + 1, MOST, N)
        return self.biases[:, None] + (self.weights[..., None] * units).sum(1)


@functools.lru_cache(maxsize=64)
@one_thread()
def fit(heights: Heights) -> Fit:
    """The first unit has its hinge at the left end, and gives the slope; each further one adds a kink.

    A new unit stands where it takes away most of the error, then the others may move, one at a time.
    """
    x, wanted = places(), target(heights)
    units = torch.relu(x[:, None] - x)  # (PLACES, PLACES): a column for every hinge there may be
    rows = torch.zeros(MOST + 1, MOST, dtype=torch.long)
    weights = torch.zeros(MOST + 1, MOST, dtype=torch.float64)
    biases = torch.full((MOST + 1,), wanted.mean().item(), dtype=torch.float64)
    chosen: list[int] = []
    for count in range(1, MOST + 1):
        chosen = _moved([*chosen, _best(units, chosen, wanted)], units, wanted) if chosen else [0]
        solved = torch.linalg.lstsq(_known(units, chosen), wanted[:, None]).solution[:, 0]
        rows[count, :count], biases[count], weights[count, :count] = torch.tensor(chosen), solved[0], solved[1:]
    return Fit(rows, weights, biases)


def _known(units: Tensor, chosen: list[int]) -> Tensor:
    """What can be added up: a constant, and the chosen units. Shape: (PLACES, 1 + chosen)."""
    return torch.cat([torch.ones(PLACES, 1, dtype=torch.float64), units[:, chosen]], 1)


def _moved(chosen: list[int], units: Tensor, wanted: Tensor) -> list[int]:
    """The chosen units, each but the first moved to where it is best beside the others, until none moves."""
    for _sweep in range(SWEEPS):
        before = chosen
        for number in range(1, len(chosen)):
            others = [*chosen[:number], *chosen[number + 1 :]]
            chosen = [*chosen[:number], _best(units, others, wanted), *chosen[number + 1 :]]
        if chosen == before:
            break
    return chosen


def _best(units: Tensor, chosen: list[int], wanted: Tensor) -> int:
    """The unit whose part that is new points most along what is still missing."""
    basis = torch.linalg.qr(_known(units, chosen)).Q
    missing = wanted - basis @ (basis.T @ wanted)
    new = units - basis @ (basis.T @ units)
    length = new.square().sum(0)
    gained = torch.where(length > 1e-9, (new.T @ missing).square() / length.clamp_min(1e-9), 0.0)
    return int(gained.argmax())


def parameters(widths: tuple[int, ...]) -> int:
    """How many weights and biases a network from one number to one number has.

    >>> [parameters(widths) for widths in WIDTHS]
    [118, 118, 118, 118]
    """
    return sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise((1, *widths, 1)))


@functools.lru_cache(maxsize=64)
@one_thread()
def race(heights: Heights, widths: tuple[int, ...], steps: int = STEPS) -> tuple[float, ...]:
    """The losses of SEEDS networks, trained by Adam from different first weights; all of them at once."""
    wanted = target(heights).float()[None, :, None].expand(SEEDS, -1, -1)  # (SEEDS, PLACES, 1)
    x = places().float()[None, :, None].expand(SEEDS, -1, -1)
    layers = first_weights(widths)
    optimizer = torch.optim.Adam([each for pair in layers for each in pair], lr=RATE, fused=True)
    for _step in range(steps):
        loss = functional.mse_loss(through(layers, x), wanted, reduction="none").mean((1, 2))  # (SEEDS,)
        optimizer.zero_grad()
        loss.sum().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return tuple((through(layers, x) - wanted).square().mean((1, 2)).tolist())


def first_weights(widths: tuple[int, ...]) -> list[tuple[Tensor, Tensor]]:
    """Weights (SEEDS, inputs, outputs) and biases (SEEDS, 1, outputs), drawn as torch draws a Linear's."""
    generator = torch.Generator().manual_seed(0)
    layers = []
    for inputs, outputs in itertools.pairwise((1, *widths, 1)):
        drawn = 2 * torch.rand(SEEDS, inputs + 1, outputs, generator=generator) - 1
        weight, bias = (drawn / inputs**0.5).split([inputs, 1], 1)
        layers.append((weight.contiguous().requires_grad_(), bias.contiguous().requires_grad_()))
    return layers


def through(layers: list[tuple[Tensor, Tensor]], x: Tensor) -> Tensor:
    """What all networks answer. Shapes: x (SEEDS, N, 1) -> (SEEDS, N, 1)."""
    *hidden, (last_weight, last_bias) = layers
    for weight, bias in hidden:
        x = torch.relu(torch.baddbmm(bias, x, weight))
    return torch.baddbmm(last_bias, x, last_weight)
