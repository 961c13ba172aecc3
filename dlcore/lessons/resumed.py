"""A training that is saved and gone on with from the file, beside the same one that was never interrupted."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore.lessons.digits import digits
from dlcore.lessons.threads import one_thread, seeded

ROWS, HELD_OUT, HIDDEN, STEPS = 400, 400, 32, 60
SAVED = tuple(range(0, STEPS, 5))  # after how many steps it can be saved

OPTIMIZERS: dict[str, Callable[[Any], torch.optim.Optimizer]] = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.5),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01),
}
CALLS = {"sgd": "SGD(net.parameters(), lr=0.5)", "momentum": "SGD(net.parameters(), lr=0.05, momentum=0.9)",
         "adam": "Adam(net.parameters(), lr=0.01)"}  # fmt: skip


def fresh(optimizer: str) -> tuple[nn.Sequential, torch.optim.Optimizer]:
    """The network with its first weights, and an optimizer that remembers nothing."""
    with seeded(0):
        net = nn.Sequential(nn.Linear(64, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 10)).double()
    return net, OPTIMIZERS[optimizer](net.parameters())


def saved(net: nn.Module, optimizer: torch.optim.Optimizer, whole: bool) -> bytes:
    """What is written into the file: the state_dict of the network, and the optimizer's where it is `whole`."""
    file = io.BytesIO()
    states = {"net": net.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(states if whole else states["net"], file)
    return file.getvalue()


def opened(file: bytes, optimizer: str, whole: bool) -> tuple[nn.Sequential, torch.optim.Optimizer]:
    """A new network with what the file holds."""
    states = torch.load(io.BytesIO(file))
    net, made = fresh(optimizer)
    net.load_state_dict(states["net"] if whole else states)
    if whole:
        made.load_state_dict(states["optimizer"])
    return net, made


@functools.cache
@one_thread()
def continued(optimizer: str, whole: bool) -> tuple[Tensor, Tensor, Tensor]:
    """-> losses (STEPS + 1,) of held-out rows without interruption; the same (S, STEPS + 1) where it was saved after
    each of SAVED and gone on with; sizes (S,) of the files in bytes.
    """
    x, y = digits()
    plain, files = [], []
    net, made = fresh(optimizer)
    for step in range(STEPS + 1):
        plain.append(held_out(net, x, y))
        if step in SAVED:
            files.append(saved(net, made, whole))
        advance(net, made, x, y)
    rows = []
    for place, file in enumerate(files):
        net, made = opened(file, optimizer, whole)
        row = plain[: SAVED[place]]
        for _step in range(SAVED[place], STEPS + 1):
            row = [*row, held_out(net, x, y)]
            advance(net, made, x, y)
        rows.append(torch.stack(row))
    return torch.stack(plain), torch.stack(rows), torch.tensor([len(file) for file in files])


def advance(net: nn.Module, optimizer: torch.optim.Optimizer, x: Tensor, y: Tensor) -> None:
    """One step on all training rows of x (N, 64), y (N,)."""
    loss = functional.cross_entropy(net(x[:ROWS]), y[:ROWS])
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


@torch.no_grad()
def held_out(net: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    """The loss of the last rows of x (N, 64), y (N,), which teach nothing. -> ()."""
    return functional.cross_entropy(net(x[-HELD_OUT:]), y[-HELD_OUT:])


def script(optimizer: str, whole: bool, steps: int) -> list[str]:
    """The same in torch alone."""
    keep = '{"net": net.state_dict(), "optimizer": optimizer.state_dict()}' if whole else "net.state_dict()"
    put = ('net.load_state_dict(saved["net"]), optimizer.load_state_dict(saved["optimizer"])' if whole
           else "net.load_state_dict(saved)")  # fmt: skip
    loss = f"nn.functional.cross_entropy(net(x[:{ROWS}]), y[:{ROWS}])"
    return [
        "import io", "import torch", "from sklearn.datasets import load_digits", "from torch import nn", "",
        "data = load_digits()", "x, y = torch.tensor(data.data) / 16, torch.tensor(data.target)", "def fresh():",
        "    torch.manual_seed(0)",
        f"    net = nn.Sequential(nn.Linear(64, {HIDDEN}), nn.ReLU(), nn.Linear({HIDDEN}, 10)).double()",
        f"    return net, torch.optim.{CALLS[optimizer]}", "def train(net, optimizer, steps):",
        "    for step in range(steps):",
        f"        optimizer.zero_grad(), {loss}.backward(), optimizer.step()",
        f"    return nn.functional.cross_entropy(net(x[-{HELD_OUT}:]), y[-{HELD_OUT}:]).item()",
        f'print("uninterrupted", train(*fresh(), {STEPS}))', "net, optimizer = fresh()",
        f"train(net, optimizer, {steps}), torch.save({keep}, file := io.BytesIO())",
        "saved, (net, optimizer) = torch.load(io.BytesIO(file.getvalue())), fresh()", put,
        f'print("continued", train(net, optimizer, {STEPS - steps}))',
    ]  # fmt: skip
