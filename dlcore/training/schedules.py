"""How the learning rate changes while a run goes on: torch's own schedulers, drawn by running them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dlcore.declaration import Call, Declaration, setting
from dlcore.i18n import N_
from dlcore.registry import SCHEDULES
from dlcore.training.choice import Choice, Expression

if TYPE_CHECKING:
    from torch.optim import Optimizer as TorchOptimizer

MODULE = "torch.optim.lr_scheduler"
DRAWN_STEPS = 1000  # points of a drawn schedule, at most


class Schedule(Choice):
    """A change of the learning rate over the run, by torch's own name where torch has it."""

    REGISTRY = SCHEDULES
    abstract: ClassVar[bool] = True
    every: ClassVar[Literal["epoch", "batch"]] = "epoch"  # when its step() is called
    watches_loss: ClassVar[bool] = False  # whether step() is given the loss that judges the epoch

    def call(self, optimizer: Any, lr: float, epochs: int, batches: int) -> Call:
        """The torch call, for a run of so many epochs of so many batches with this optimizer and learning rate."""
        return Call(self.name, optimizer, module=MODULE, **self.arguments(lr, epochs, batches))

    def arguments(self, lr: float, epochs: int, batches: int) -> dict[str, Any]:
        """What torch is given beside the optimizer."""
        return {name: getattr(self, name) for name in type(self).settings()}

    def source(self, lr: float, epochs: int, batches: int) -> str:
        """The line of Python that makes it; it needs `optimizer`, and `math` where it says so."""
        return self.call(Expression("optimizer"), lr, epochs, batches).source()


class StepLR(Schedule):
    """Multiplies the learning rate by gamma every few epochs, like going down stairs.

    Source: torch.optim.lr_scheduler.StepLR.
    """

    step_size: int = setting(10, ge=1, le=100_000, main=True, help=N_("How many epochs between two steps down."))
    gamma: float = setting(0.1, gt=0, le=1, main=True, help=N_("What the learning rate is multiplied by."))


class ExponentialLR(Schedule):
    """Multiplies the learning rate by gamma after every epoch.

    Source: torch.optim.lr_scheduler.ExponentialLR.
    """

    gamma: float = setting(0.95, gt=0, le=1, main=True, help=N_("What the learning rate is multiplied by."))


class CosineAnnealingLR(Schedule):
    """Lowers the learning rate along half a cosine: slowly at first, faster in the middle, slowly at the end.

    Source: torch.optim.lr_scheduler.CosineAnnealingLR; Loshchilov and Hutter, 2016.
    """

    eta_min: float = setting(0.0, ge=0, le=1, advanced=True, help=N_("The learning rate at the end."))

    def arguments(self, lr: float, epochs: int, batches: int) -> dict[str, Any]:
        return {"T_max": epochs, **self.changed()}


class OneCycleLR(Schedule):
    """Climbs from a small learning rate to the one you chose, then falls far below it, within the one run.

    Source: torch.optim.lr_scheduler.OneCycleLR; Smith and Topin, 2017.
    """

    every = "batch"

    pct_start: float = setting(0.3, gt=0, lt=1, main=True, help=N_("Share of the run in which the rate climbs."))
    div_factor: float = setting(
        25.0, gt=1, le=1e6, advanced=True, help=N_("How many times smaller the first rate is than the highest.")
    )

    def arguments(self, lr: float, epochs: int, batches: int) -> dict[str, Any]:
        return {"max_lr": lr, "total_steps": epochs * batches, **self.changed(), "cycle_momentum": False}


class ReduceLROnPlateau(Schedule):
    """Multiplies the learning rate by a factor when the validation loss has stopped falling.

    Source: torch.optim.lr_scheduler.ReduceLROnPlateau.
    """

    watches_loss = True

    factor: float = setting(0.1, gt=0, lt=1, main=True, help=N_("What the learning rate is multiplied by."))
    patience: int = setting(
        5, ge=0, le=100_000, main=True, help=N_("How many epochs without a better loss are waited for.")
    )


class WarmUp(Schedule):
    """Starts with a small learning rate that grows batch by batch to the one you chose, and stays there.

    Source: torch.optim.lr_scheduler.LinearLR.
    """

    every = "batch"

    epochs: float = setting(1.0, gt=0, le=100_000, main=True, help=N_("How many epochs the warm-up takes."))
    start_factor: float = setting(
        0.1, gt=0, le=1, advanced=True, help=N_("The first rate, as a share of the one you chose.")
    )

    def call(self, optimizer: Any, lr: float, epochs: int, batches: int) -> Call:
        steps = max(1, round(self.epochs * batches))
        return Call("LinearLR", optimizer, module=MODULE, start_factor=self.start_factor, total_iters=steps)


class WarmUpCosine(Schedule):
    """Warms up to the learning rate you chose, then lowers it along half a cosine to zero: what transformers get.

    Source: torch.optim.lr_scheduler.LambdaLR.
    """

    every = "batch"

    epochs: float = setting(1.0, gt=0, le=100_000, main=True, help=N_("How many epochs the warm-up takes."))

    def call(self, optimizer: Any, lr: float, epochs: int, batches: int) -> Call:
        total = epochs * batches
        warm = min(max(1, round(self.epochs * batches)), total)
        source = (
            f"lambda step: min((step + 1) / {warm}, "
            f"0.5 + 0.5 * math.cos(math.pi * max(0, step - {warm}) / {max(1, total - warm)}))"
        )
        factor = functools.partial(warm_up_cosine, warm=warm, rest=max(1, total - warm))
        return Call("LambdaLR", optimizer, Written(factor, source), module=MODULE)


class ConstantThenExponential(Schedule):
    """Keeps the learning rate for some epochs, then multiplies it by e^(−rate) after each one.

    Source: torch.optim.lr_scheduler.LambdaLR.
    """

    constant: int = setting(10, ge=0, le=100_000, main=True, help=N_("How many epochs the rate stays as it is."))
    rate: float = setting(0.1, ge=0, le=10, main=True, help=N_("How fast it falls then: each epoch times e^(−rate)."))

    def call(self, optimizer: Any, lr: float, epochs: int, batches: int) -> Call:
        source = f"lambda epoch: math.exp(-{self.rate!r} * max(0, epoch + 1 - {self.constant}))"
        factor = functools.partial(constant_then_exponential, constant=self.constant, rate=self.rate)
        return Call("LambdaLR", optimizer, Written(factor, source), module=MODULE)


def warm_up_cosine(step: int, warm: int, rest: int) -> float:
    """The factor at a step, counted from 0: up in a line over `warm` steps, down in half a cosine over `rest`."""
    return min((step + 1) / warm, 0.5 + 0.5 * math.cos(math.pi * max(0, step - warm) / rest))


def constant_then_exponential(epoch: int, constant: int, rate: float) -> float:
    """The factor of an epoch, counted from 0."""
    return math.exp(-rate * max(0, epoch + 1 - constant))


class Written(Call):
    """A function as a value, and as it would be written. A contract test holds the two together."""

    def __init__(self, function: Callable[..., float], source: str) -> None:
        super().__init__("function", Expression(source))
        self.function = function

    def build(self) -> Any:
        return self.function

    def source(self) -> str:
        return str(self.arguments[0])


class LearningRate:
    """The learning rate of a run: what the loop tells after each batch and each epoch."""

    def __init__(self, schedule: Schedule | None, optimizer: TorchOptimizer, epochs: int, batches: int) -> None:
        self.schedule, self.optimizer = schedule, optimizer
        lr = optimizer.param_groups[0]["lr"]
        self.scheduler: Any = schedule and schedule.call(optimizer, lr, epochs, batches).build()

    @property
    def now(self) -> float:
        """What the next step is taken with."""
        return float(self.optimizer.param_groups[0]["lr"])

    def after_batch(self) -> None:
        if self.schedule is not None and self.schedule.every == "batch":
            self.scheduler.step()

    def after_epoch(self, loss: float) -> None:
        """`loss` is the one that judges the epoch: the validation part's where there is one."""
        if self.schedule is not None and self.schedule.every == "epoch":
            self.scheduler.step(*([loss] if self.schedule.watches_loss else []))

    def state(self) -> dict[str, Any] | None:
        return self.scheduler.state_dict() if self.scheduler is not None else None

    def go_on(self, state: dict[str, Any] | None) -> None:
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state)


def drawn(schedule: Declaration, lr: float, epochs: int, batches: int) -> tuple[list[float], list[float]]:
    """(epochs done, learning rate then) through a run, by running torch's scheduler on nothing, for a chart.

    A schedule that watches the loss is drawn as if the loss always fell. Long runs are drawn with fewer batches.
    """
    import torch

    assert isinstance(schedule, Schedule)
    steps = 1 if schedule.every == "epoch" else max(1, min(batches, DRAWN_STEPS // epochs))
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    rate = LearningRate(schedule, optimizer, epochs, steps)
    places, rates = [], []
    for step in range(epochs * steps):
        places.append(step / steps)
        rates.append(rate.now)
        optimizer.step()
        rate.after_batch()
        if (step + 1) % steps == 0:
            rate.after_epoch(-float(step))
    every = math.ceil(len(places) / DRAWN_STEPS)
    return places[::every], rates[::every]
