"""One small network trained on digits at many learning rates at once, and the range test that foresees the best."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore.lessons.digits import digits
from dlcore.lessons.threads import one_thread, seeded
from dlcore.training.range_test import measured, rates
from dlcore.training.schedules import ConstantThenExponential, CosineAnnealingLR, Schedule, StepLR, drawn

ROWS, HELD_OUT, HIDDEN, EPOCHS = 400, 400, 32, 30
LOWEST, FINENESS = -2.5, 4  # log₁₀ of the lowest rate, and how many rates there are from one power of ten to the next
LOGS = tuple(LOWEST + n / FINENESS for n in range(13))
RATES = tuple(float(f"{10**each:.2g}") for each in LOGS)
SCHEDULES: dict[str, Schedule | None] = {
    "constant": None, "steps": StepLR(step_size=10, gamma=0.3),
    "exponential": ConstantThenExponential(constant=10, rate=0.1), "cosine": CosineAnnealingLR(),
}  # fmt: skip

Weights = tuple[Tensor, Tensor, Tensor, Tensor]  # (R, 64, H), (R, 1, H), (R, H, 10), (R, 1, 10)


@dataclass(frozen=True)
class Course:
    """Trainings at all rates, before them and after each epoch: (EPOCHS + 1, R) each.

    losses: of the training rows; held, accuracies: of held-out ones.
    """

    losses: Tensor
    held: Tensor
    accuracies: Tensor


def factors(schedule: str) -> list[float]:
    """What the learning rate is multiplied by in each epoch, as torch's scheduler does it."""
    chosen = SCHEDULES[schedule]
    return drawn(chosen, 1.0, EPOCHS, 1)[1] if chosen else [1.0] * EPOCHS


@functools.cache
@one_thread()
def train(batch_size: int, schedule: str) -> Course:
    """Train with all rates: each network begins with the same weights and sees the same batches."""
    x, y = digits()
    parameters, order = first_weights(len(RATES)), torch.Generator().manual_seed(1)
    rate = torch.tensor(RATES, dtype=torch.float64)[:, None, None]
    seen = [_look(parameters, x, y)]
    for factor in factors(schedule):
        for rows in _batches(order, batch_size):
            descend(parameters, x[rows], y[rows], rate * factor)
        seen.append(_look(parameters, x, y))
    return Course(*map(torch.stack, zip(*seen, strict=True)))


@functools.cache
@one_thread()
def range_test(batch_size: int) -> tuple[Tensor, Tensor, float | None]:
    """-> log₁₀ of the rates (n,), the smoothed loss (n,), and log₁₀ of the suggested rate."""
    found = measured(_growing(batch_size))
    suggested = found["suggestion"]
    return torch.tensor(found["lr"]).log10(), torch.tensor(found["smooth"]), suggested and math.log10(suggested)


def _growing(batch_size: int) -> Iterator[tuple[float, float]]:
    """(rate, loss before its step) of each batch, the rate growing."""
    (x, y), parameters, order = digits(), first_weights(1), torch.Generator().manual_seed(1)
    batches = itertools.chain.from_iterable(iter(lambda: _batches(order, batch_size), None))
    for rate, rows in zip(rates(), batches, strict=False):
        yield rate, descend(parameters, x[rows], y[rows], torch.tensor(rate)).item()


def _batches(order: torch.Generator, batch_size: int) -> tuple[Tensor, ...]:
    """The rows of each batch of the next epoch."""
    return torch.randperm(ROWS, generator=order).split(batch_size)  # type: ignore[no-untyped-call,no-any-return]


def first_weights(count: int) -> Weights:
    """The same network `count` times, with torch's own first weights."""
    with seeded(0):
        net = nn.Sequential(nn.Linear(64, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 10)).double()
    w1, b1, w2, b2 = (each.detach() for each in net.parameters())
    made = (w1.T, b1[None], w2.T, b2[None])
    return tuple(each.repeat(count, 1, 1).requires_grad_() for each in made)  # type: ignore[return-value]


def scores(parameters: Weights, x: Tensor) -> Tensor:
    """What all networks say. Shapes: x (N, 64) -> (R, N, 10)."""
    w1, b1, w2, b2 = parameters
    hidden = torch.relu(torch.baddbmm(b1, x.expand(len(w1), -1, -1), w1))
    return torch.baddbmm(b2, hidden, w2)


def losses(said: Tensor, y: Tensor) -> Tensor:
    """The mean loss of each network. Shapes: said (R, N, 10), y (N,) -> (R,)."""
    return functional.cross_entropy(said.transpose(1, 2), y.expand(len(said), -1), reduction="none").mean(1)


def descend(parameters: Weights, x: Tensor, y: Tensor, rate: Tensor) -> Tensor:
    """One step of SGD of each network at its rate, () or (R, 1, 1). -> the losses before it, (R,)."""
    before = losses(scores(parameters, x), y)
    slopes = torch.autograd.grad(before.sum(), parameters)
    with torch.no_grad():
        for each, slope in zip(parameters, slopes, strict=True):
            each -= rate * slope
    return before.detach()


@torch.no_grad()
def _look(parameters: Weights, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One row of each part of a course."""
    said, held_y = scores(parameters, x[-HELD_OUT:]), y[-HELD_OUT:]
    learned = losses(scores(parameters, x[:ROWS]), y[:ROWS])
    return learned, losses(said, held_y), (said.argmax(2) == held_y).double().mean(1)


def script(batch_size: int, schedule: str, rate: float) -> list[str]:
    """One of these trainings in torch alone."""
    chosen = SCHEDULES[schedule]
    return [
        "import math", "import torch", "from sklearn.datasets import load_digits", "from torch import nn", "",
        "data = load_digits()", "x, y = torch.tensor(data.data) / 16, torch.tensor(data.target)",
        "torch.manual_seed(0)",
        f"net = nn.Sequential(nn.Linear(64, {HIDDEN}), nn.ReLU(), nn.Linear({HIDDEN}, 10)).double()",
        f"optimizer = torch.optim.SGD(net.parameters(), lr={rate})",
        *([f"scheduler = {chosen.source(rate, EPOCHS, 1)}"] if chosen else []),
        "order = torch.Generator().manual_seed(1)", f"for epoch in range({EPOCHS}):",
        f"    for rows in torch.randperm({ROWS}, generator=order).split({batch_size}):",
        "        loss = nn.functional.cross_entropy(net(x[rows]), y[rows])",
        "        optimizer.zero_grad(), loss.backward(), optimizer.step()",
        *(["    scheduler.step()"] if chosen else []), f"said, held = net(x[-{HELD_OUT}:]), y[-{HELD_OUT}:]",
        'print("held-out loss", nn.functional.cross_entropy(said, held).item())',
        'print("held-out accuracy", (said.argmax(1) == held).double().mean().item())',
    ]  # fmt: skip
