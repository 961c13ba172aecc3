"""A run whose weights were kept at several epochs: its network as it was at any of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, TypeVar, cast

import safetensors.torch
import torch
from torch import Tensor, nn

from dlcore import network
from dlcore.data.base import Data
from dlcore.data.load import load
from dlcore.errors import DlcoreError, run_not_found
from dlcore.experiment import Experiment, usual_loss
from dlcore.i18n import N_, Text
from dlcore.layers.base import Step
from dlcore.training.events import Event
from dlcore.training.losses import Loss
from dlcore.training.metrics import LossFunction, evaluation_rows
from dlcore.training.model_view import ModelView

MOST_REMEMBERED = 16

Value = TypeVar("Value")


class FilmedRun:
    """The experiment of a run, its data, and its weights by epoch.

    epochs: those whose weights were kept, the lowest first. read: the safetensors file of one of them. events: what
    it told. other: another run of its owner, by its id.
    Raises DlcoreError where none were kept.
    """

    def __init__(
        self,
        experiment: Experiment,
        epochs: Sequence[int],
        read: Callable[[int], bytes],
        events: Callable[[], Iterable[Event]] = tuple,
        other: Callable[[str], FilmedRun] | None = None,
    ) -> None:
        if not epochs:
            raise DlcoreError(Text(N_("No weights were kept of this run's epochs: nothing can be computed from them.")))
        self.experiment, self.epochs, self._read = experiment, list(epochs), read
        self.events, self._other = events, other
        self._remembered: OrderedDict[tuple[str, int], Any] = OrderedDict()

    def other(self, run_id: str) -> FilmedRun:
        """Another run of the same owner. Raises RunNotFound where there is no such."""
        if self._other is None:
            raise run_not_found(run_id)
        return self._other(run_id)

    def remembered(self, what: str, epoch: int, make: Callable[[], Value]) -> Value:
        """What `make` gives of an epoch, or gave before: for a process that is asked about one run many times.

        The newest of all kinds are kept, 16 in all.
        """
        key = (what, epoch)
        if key not in self._remembered:
            self._remembered[key] = make()
        self._remembered.move_to_end(key)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return cast("Value", self._remembered[key])

    @cached_property
    def data(self) -> Data:
        """The data it learned from, scaled as for it. Raises DataError where they are gone."""
        return load(self.experiment)

    @cached_property
    def steps(self) -> list[Step]:
        """One a layer of the stack."""
        return network.trace(self.experiment)

    def nearest(self, epoch: int) -> int:
        """The epoch with kept weights that is nearest; the earlier of two."""
        return min(self.epochs, key=lambda each: (abs(each - epoch), each))

    def weights(self, epoch: int) -> dict[str, Tensor]:
        """The state_dict at an epoch of `epochs`, on the CPU."""
        return safetensors.torch.load(self._read(epoch))

    def model(self, epoch: int) -> nn.Module:
        """The network at an epoch of `epochs`, in eval mode, a new one each time."""
        model = network.build(self.experiment)
        model.load_state_dict(self.weights(epoch))
        return model.eval()

    @cached_property
    def loss_function(self) -> LossFunction:
        """The loss it was trained with, over a batch: its mean."""
        about = self.data.about
        loss = cast("Loss", self.experiment.training.loss or usual_loss(about.task))
        return loss.call(about, self.data.train.y).build()  # type: ignore[no-any-return]

    def view(self, epoch: int) -> ModelView:
        """What probes see of an epoch of `epochs`."""
        rows = evaluation_rows(self.steps)
        return ModelView(self.model(epoch), self.data, torch.device("cpu"), epoch, rows, self.loss_function)
