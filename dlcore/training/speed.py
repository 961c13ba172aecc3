"""How fast this machine trains: measured once in a moment, so that the Studio can say how long an epoch will take.

A training step takes a fixed time, some for each layer that is called, some for each weight that is moved, and the
time of the arithmetic; scoring takes a fixed time an epoch. Each is measured with real steps on the device, of the same
parts that the loop has, none is taken from a data sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from time import perf_counter

import torch
from torch import nn

from dlcore.data.base import About, Part
from dlcore.declaration import Shape
from dlcore.network import Estimate
from dlcore.training import devices
from dlcore.training.batches import Batches
from dlcore.training.learning import Learning
from dlcore.training.metrics import measure
from dlcore.training.optimizers import Adam

REPEATS = 5
STEPS = 8  # in a row
MEASURING_SHARE = 1 / 3  # scoring runs forward only; a training step is about one forward and two backward
NARROW, FEW = 64, 32  # features and rows of the network whose time is nearly all waiting
WIDE, ROWS = 256, 256  # … of the network whose time is nearly all arithmetic
MANY_WEIGHTS = 300_000


@dataclass(frozen=True)
class Speed:
    """What a training step on a device is made of."""

    device: str  # cpu, cuda, mps
    device_name: str
    step_seconds: float  # of a step, whatever the network
    layer_seconds: float  # for each layer, forward and backward
    weight_seconds: float  # for each weight, in the optimizer
    flops_per_second: float
    epoch_seconds: float = 0.0  # of scoring both parts, without the arithmetic; was not measured in early versions


def calibrate(device: str = "auto") -> Speed:
    """Measure a device, in less than a second on a laptop. Draws no random number of the caller's."""
    chosen = devices.pick(device)
    with torch.random.fork_rng(devices=[]):
        shallow, deep = _seconds([NARROW] * 3, FEW, chosen), _seconds([NARROW] * 11, FEW, chosen)
        arithmetic = _seconds([WIDE] * 3, ROWS, chosen) - shallow
        scoring = _seconds_to_score(chosen)
    layer = max(0.0, deep - shallow) / 8
    flops = 3 * 2 * 2 * WIDE * WIDE * ROWS  # two layers; forward and backward are three products; each 2·n·m·k
    return Speed(
        device=chosen.type,
        device_name=devices.name_of(chosen),
        step_seconds=max(0.0, shallow - 2 * layer),
        layer_seconds=layer,
        weight_seconds=_seconds_to_move(chosen) / MANY_WEIGHTS,
        flops_per_second=flops / max(arithmetic, 1e-9),
        epoch_seconds=2 * scoring,
    )


def seconds_per_epoch(estimate: Estimate, rows: int, batch_size: int, speed: Speed, validation_rows: int = 0) -> float:
    """About how long an epoch takes: its training steps, then scoring both parts."""
    steps = -(-rows // batch_size)
    overhead = speed.step_seconds + estimate.layers * speed.layer_seconds + estimate.parameters * speed.weight_seconds
    arithmetic = estimate.flops / speed.flops_per_second  # of one example
    scoring = speed.epoch_seconds + (rows + validation_rows) * arithmetic * MEASURING_SHARE
    return steps * overhead + rows * arithmetic + scoring


def _seconds(widths: list[int], rows: int, device: torch.device) -> float:
    """Of a training step of Linear layers of these widths."""
    model = _linear(widths, device)
    optimizer = Adam().build(model.parameters(), device)
    learn = Learning(model, model, lambda prediction, _: prediction.mean(), enough=1)  # as in a run of some length
    x = torch.ones(STEPS * rows, widths[0], device=device)
    batches = Batches(Part(x, x), rows, 0, device)

    def steps() -> None:
        for x, y in batches.epoch():
            learn(x, y)
            optimizer.step()
            optimizer.zero_grad()

    return _median_seconds(steps, device) / STEPS


def _seconds_to_score(device: torch.device) -> float:
    """Of a part so small that its arithmetic takes no time."""
    about = About("multiclass", Shape((4,)), rows=4, classes=("0", "1", "2", "3"))
    model, part = _linear([4, 4, 4], device), Part(torch.ones(4, 4, device=device), torch.arange(4, device=device))
    return _median_seconds(lambda: measure(model, nn.functional.cross_entropy, part, about), device)


def _linear(widths: list[int], device: torch.device) -> nn.Module:
    return nn.Sequential(*(nn.Linear(inputs, outputs) for inputs, outputs in pairwise(widths))).to(device)


def _seconds_to_move(device: torch.device) -> float:
    """Of an Adam step over `MANY_WEIGHTS`."""
    weights = nn.Parameter(torch.zeros(MANY_WEIGHTS, device=device))
    weights.grad = torch.ones_like(weights)
    return _median_seconds(torch.optim.Adam([weights], fused=True).step, device)


def _median_seconds(work: Callable[[], object], device: torch.device) -> float:
    times = []
    for _ in range(1 + REPEATS):
        started = perf_counter()
        work()
        _wait_for(device)
        times.append(perf_counter() - started)
    return median(times[1:])  # the first one warms up


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
