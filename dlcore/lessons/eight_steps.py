"""A network in eight steps: noisy points of a curve, and networks of four sizes that learn it."""

from __future__ import annotations

import functools

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore.lessons.threads import one_thread, seeded

HIDDEN = (1, 4, 16, 64)
POINTS, HELD_OUT, LOW, HIGH, NOISE = 32, 20, -3.0, 3.0, 0.4
EPOCHS, RATE = tuple(range(0, 601, 30)), 0.03
PLACES = 61  # of the drawn curve

STEPS = (
    "x = {low} + {width} * torch.rand({points}, 1, dtype=torch.float64)",
    "y = torch.sin(2 * x) + x / 2 + {noise} * torch.randn_like(x)",
    "train, held = slice({held}, None), slice({held})",
    "net = nn.Sequential(nn.Linear(1, {hidden}), nn.Tanh(), nn.Linear({hidden}, 1)).double()",
    "loss_of = nn.MSELoss()",
    "optimizer = torch.optim.Adam(net.parameters(), lr={rate})",
    "for epoch in range({epochs}):",
    "    optimizer.zero_grad(), loss_of(net(x[train]), y[train]).backward(), optimizer.step()",
    "answer = net(torch.linspace({low}, {high}, {places}, dtype=torch.float64)[:, None])",
)
NAMES = ("make data", "read data", "model", "initialize", "loss", "optimizer", "train", "predict")
LINES = (0, 2, 3, 3, 4, 5, 6, 8)  # the line of each of NAMES


def program(hidden: int, epochs: int) -> list[str]:
    """The eight steps in torch."""
    known = {"low": LOW, "high": HIGH, "width": HIGH - LOW, "points": POINTS, "noise": NOISE, "held": HELD_OUT,
             "hidden": hidden, "rate": RATE, "epochs": epochs, "places": PLACES}  # fmt: skip
    return [line.format(**known) for line in STEPS]


@functools.cache
def points() -> tuple[Tensor, Tensor]:
    """The noisy points x, y (POINTS, 1); the first HELD_OUT of them judge."""
    with seeded(0):
        x = LOW + (HIGH - LOW) * torch.rand(POINTS, 1, dtype=torch.float64)
        return x, torch.sin(2 * x) + x / 2 + NOISE * torch.randn_like(x)


@functools.cache
@one_thread()
def learned(hidden: int) -> tuple[Tensor, Tensor]:
    """-> losses (T, 2) of training and held-out points after each of EPOCHS; the curves (T, PLACES) by then."""
    x, y = points()
    places = torch.linspace(LOW, HIGH, PLACES, dtype=torch.float64)[:, None]
    losses, curves = [], []
    with seeded(1):
        net = nn.Sequential(nn.Linear(1, hidden), nn.Tanh(), nn.Linear(hidden, 1)).double()
    optimizer = torch.optim.Adam(net.parameters(), lr=RATE, fused=True)
    for epoch in range(EPOCHS[-1] + 1):
        if epoch in EPOCHS:
            with torch.no_grad():
                made = net(x)
                parts = (slice(HELD_OUT, None), slice(HELD_OUT))
                losses.append(torch.stack([functional.mse_loss(made[part], y[part]) for part in parts]))
                curves.append(net(places)[:, 0].round(decimals=4))  # they are only drawn
        loss = functional.mse_loss(net(x[HELD_OUT:]), y[HELD_OUT:])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return torch.stack(losses), torch.stack(curves)


def script(hidden: int, epochs: int) -> list[str]:
    """The program, whole, with the same random numbers."""
    data, rest = program(hidden, epochs)[:2], program(hidden, epochs)[2:]
    return ["import torch", "from torch import nn", "", "torch.manual_seed(0)", *data, "torch.manual_seed(1)", *rest,
            'print("training", loss_of(net(x[train]), y[train]).item())',
            'print("held out", loss_of(net(x[held]), y[held]).item())']  # fmt: skip
