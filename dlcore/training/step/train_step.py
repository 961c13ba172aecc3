"""Forward and backward of a batch: as the textbook has them, and without waiting.

With some thousand weights a batch waits for Python and for autograd's bookkeeping far longer than for arithmetic, and
for the same ones every time. So a run that has learned from enough batches of one shape records which kernels they
call, and has them called from then on. Losses, gradients, running means and random numbers are the same to the last
bit: a recording is compared before it is used, and where it differs, or cannot be made, nothing changes.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from dlcore.training.metrics import LossFunction
from dlcore.training.step import shortcuts
from dlcore.training.step.recorded import Made, Recording, record, state_of

ENOUGH = 100  # batches of one shape: about as many more, and the time that recording takes has come back
MOST_WEIGHTS = 2_000_000  # with more it is arithmetic that takes time, and comparing holds the gradients twice
TRIALS = 2

log = logging.getLogger(__name__)

Kind = tuple[Any, ...]  # of a batch: its shapes and strides


class Moment(NamedTuple):
    """Where training stands: the values of `state_of` the model, and torch's random numbers."""

    state: list[Tensor]
    random: Tensor


def learn(model: Callable[[Tensor], Tensor], loss_function: LossFunction, x: Tensor, y: Tensor) -> Tensor:
    """Forward and backward: the loss, without its graph. Gradients are added to the `.grad` of each parameter.

    Shapes: x (N, *shape), y (N, *) as the task asks -> ().
    """
    prediction = model(x)  # forward
    loss = loss_function(prediction, y)
    loss.backward()  # type: ignore[no-untyped-call]  # backward
    return loss.detach()


class Learning:
    """`learn` of one model in train mode. Gradients must be None before each call, as `zero_grad` leaves them."""

    def __init__(
        self,
        model: nn.Module,
        forward: Callable[[Tensor], Tensor],
        loss_function: LossFunction,
        enough: int = ENOUGH,
    ) -> None:
        """`forward` is the model, or stands for it; only of the model itself, on the CPU, anything is recorded."""
        self.model, self.forward, self.loss_function = model, forward, loss_function
        self._enough = enough
        self.parameters = [each for each in model.parameters() if each.requires_grad]
        self._state = [each.detach() for each in state_of(model).values()]  # the same memory
        weights = sum(each.numel() for each in self.parameters)
        on_cpu = all(each.device.type == "cpu" for each in self._state)
        self._worth_it = forward is model and on_cpu and weights <= MOST_WEIGHTS and shortcuts.allowed()
        self._seen: Counter[Kind] = Counter()
        self._recordings: dict[Kind, Recording] = {}

    def __call__(self, x: Tensor, y: Tensor) -> Tensor:
        kind = (x.shape, y.shape, x.stride(), y.stride())
        recording = self._recordings.get(kind)
        if recording is None:
            return self._learn(kind, x, y)
        loss, *gradients = recording(x, y, self._state)
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.grad = gradient
        return loss  # type: ignore[return-value]  # of what is made, only gradients can be None

    def forget(self) -> None:
        """What was recorded holds no longer: a setting of the model or the loss has changed."""
        self._recordings.clear()
        self._seen.clear()

    def _learn(self, kind: Kind, x: Tensor, y: Tensor) -> Tensor:
        self._seen[kind] += 1
        if self._seen[kind] != self._enough or not self._worth_it:
            return learn(self.forward, self.loss_function, x, y)
        before = self._moment()
        loss = learn(self.model, self.loss_function, x, y)
        after, made = self._moment(), (loss, *(each.grad for each in self.parameters))
        try:
            recording = record(self.model, self.loss_function, x, y)
            if recording is not None and all(repeats(recording, x, y, before, after, made) for _ in range(TRIALS)):
                self._recordings[kind] = recording
        except Exception as error:  # whatever a network does that torch cannot record, it can be trained
            log.info("this network cannot be recorded: %s", error)
        finally:
            torch.set_rng_state(after.random)
        return loss

    def _moment(self) -> Moment:
        return Moment([each.clone() for each in self._state], torch.get_rng_state())


def repeats(recording: Recording, x: Tensor, y: Tensor, before: Moment, after: Moment, made: Made) -> bool:
    """Whether a recording, at the moment before a batch, makes of it what was made, and leaves the moment after it.

    Shapes: x (N, *shape), y (N, *).
    """
    state = [each.clone() for each in before.state]
    torch.set_rng_state(before.random)
    again = recording(x, y, state)
    return (
        all(same(*each) for each in zip(again, made, strict=True))
        and all(same(*each) for each in zip(state, after.state, strict=True))
        and same(torch.get_rng_state(), after.random)
        and apart([each for each in (*again, *state) if each is not None])
    )


def same(one: Tensor | None, other: Tensor | None) -> bool:
    """Whether two tensors are equal to the last bit, and lie in memory in the same way. Of any shape (*)."""
    if one is None or other is None:
        return one is other
    return torch.equal(one, other) and one.stride() == other.stride()


def apart(tensors: Sequence[Tensor]) -> bool:
    """Whether each, of any shape (*), has its own memory: a gradient clipped in place must not be another one too."""
    return len({each.untyped_storage().data_ptr() for each in tensors}) == len(tensors)
