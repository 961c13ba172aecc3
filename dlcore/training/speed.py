"""How fast this machine trains: measured once in a moment, so that the Studio can say how long an epoch will take.

A training step takes a fixed time, some for each kernel that is called, some for each weight that is moved, and the
time of the arithmetic: of matrix products, of convolutions, and of all that only reads and makes numbers. Scoring takes
a fixed time an epoch. Each is measured with real steps on the device, of the same parts that the loop has, none is
taken from a data sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from time import perf_counter
from typing import Any

import torch
from torch import nn

from dlcore.data.base import About, Part
from dlcore.declaration import Call, Shape
from dlcore.layers.cost import cost
from dlcore.network import Estimate
from dlcore.training import devices
from dlcore.training.batches import Batches
from dlcore.training.metrics import measure
from dlcore.training.optimizers import Adam
from dlcore.training.step.train_step import Learning

REPEATS = 5
STEPS = 8  # in a row
MEASURING_SHARE = 1 / 3  # scoring runs forward only; a training step is about one forward and two backward
ROWS = 32  # of a batch, as many as most have
MANY_WEIGHTS = 300_000


@dataclass(frozen=True)
class Speed:
    """What a training step on a device is made of."""

    device: str  # cpu, cuda, mps
    device_name: str
    step_seconds: float  # of a step, whatever the network
    kernel_seconds: float  # for each kernel that is called, forward and backward
    weight_seconds: float  # for each weight, in the optimizer
    product_seconds: float  # for each operation of a matrix product
    convolution_seconds: float  # … of a convolution
    value_seconds: float  # for each number that another kernel reads or makes, forward and backward
    epoch_seconds: float  # of scoring both parts, without the arithmetic

    @classmethod
    def kept(cls, body: Mapping[str, Any]) -> Speed | None:
        """What was stored as a dict; None where another version measured other things."""
        return cls(**body) if body.keys() == {each.name for each in fields(cls)} else None


def calibrate(device: str = "auto") -> Speed:
    """Measure a device, in a second or two. Draws no random number of the caller's."""
    chosen = devices.pick(device)
    with torch.random.fork_rng(devices=[]):
        few, many = (_Sample(_dense(8, pairs), (8,), chosen) for pairs in (2, 10))
        kernel = max(0.0, many.seconds - few.seconds) / (many.cost.kernels - few.cost.kernels)
        step = max(0.0, few.seconds - few.cost.kernels * kernel)
        products = _Sample(_dense(128, 4), (128,), chosen)
        windows = _Sample(CONVOLVING, (8, 16, 16), chosen)
        values = _Sample(SWEEPING, (16, 32, 32), chosen)
        return Speed(
            device=chosen.type,
            device_name=devices.name_of(chosen),
            step_seconds=step,
            kernel_seconds=kernel,
            weight_seconds=_seconds_to_move(chosen) / MANY_WEIGHTS,
            product_seconds=products.computing(step, kernel) / products.cost.products,
            convolution_seconds=windows.computing(step, kernel) / windows.cost.convolutions,
            value_seconds=values.computing(step, kernel) / values.cost.values,
            epoch_seconds=2 * _seconds_to_score(chosen),
        )


def seconds_per_epoch(estimate: Estimate, rows: int, batch_size: int, speed: Speed, validation_rows: int = 0) -> float:
    """About how long an epoch takes: its training steps, then scoring both parts."""
    steps = -(-rows // batch_size)
    waiting = speed.step_seconds + estimate.kernels * speed.kernel_seconds + estimate.parameters * speed.weight_seconds
    computing = (  # for one example
        estimate.products * speed.product_seconds
        + estimate.convolutions * speed.convolution_seconds
        + estimate.values * speed.value_seconds
    )
    scoring = speed.epoch_seconds + (rows + validation_rows) * computing * MEASURING_SHARE
    return steps * waiting + rows * computing + scoring


def _dense(width: int, pairs: int) -> Call:
    """So many Linear layers, each with its activation."""
    return Call("Sequential", *[Call("Linear", width, width), Call("ReLU")] * pairs)


CONVOLVING = Call("Sequential", Call("Conv2d", 8, 16, 3, padding=1), Call("Conv2d", 16, 16, 3, padding=1))
SWEEPING = Call("Sequential", Call("BatchNorm2d", 16), Call("ReLU"), Call("MaxPool2d", 2), Call("GELU"))


class _Sample:
    """A small network that is measured: the seconds of a training step, and what it costs besides time."""

    def __init__(self, network: Call, shape: tuple[int, ...], device: torch.device) -> None:
        self.cost = cost(network, Shape(shape), ROWS)
        model: nn.Module = network.build().to(device)
        optimizer = Adam().build(model.parameters(), device)
        learn = Learning(model, model, lambda prediction, _: prediction.mean(), enough=1)  # as in a run of some length
        x = torch.rand(STEPS * ROWS, *shape, device=device)
        batches = Batches(Part(x, x), ROWS, 0, device)

        def steps() -> None:
            for x, y in batches.epoch():
                learn(x, y)
                optimizer.step()
                optimizer.zero_grad()

        self.seconds = _least_seconds(steps, device) / STEPS

    def computing(self, step: float, kernel: float) -> float:
        """Seconds of a step that are left when all waiting is taken out."""
        return max(1e-9, self.seconds - step - self.cost.kernels * kernel)


def _seconds_to_score(device: torch.device) -> float:
    """Of a part so small that its arithmetic takes no time."""
    about = About("multiclass", Shape((4,)), rows=4, classes=("0", "1", "2", "3"))
    model = _dense(4, 2).build().to(device)
    part = Part(torch.ones(4, 4, device=device), torch.arange(4, device=device))
    return _least_seconds(lambda: measure(model, nn.functional.cross_entropy, part, about), device)


def _seconds_to_move(device: torch.device) -> float:
    """Of an Adam step over `MANY_WEIGHTS`."""
    weights = nn.Parameter(torch.zeros(MANY_WEIGHTS, device=device))
    weights.grad = torch.ones_like(weights)
    return _least_seconds(torch.optim.Adam([weights], fused=True).step, device)


def _least_seconds(work: Callable[[], object], device: torch.device) -> float:
    times = []
    for _ in range(1 + REPEATS):
        started = perf_counter()
        work()
        _wait_for(device)
        times.append(perf_counter() - started)
    return min(times[1:])  # the first one warms up; what else the machine does only adds


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
