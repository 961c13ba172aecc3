"""The film of a run: what the probes saw, and the weights, at one grid of epochs.

It wraps the stream of events; the loop knows nothing of it. The weights of a run are the same bits with and without.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

import safetensors.torch

from dlcore import network
from dlcore.experiment import Experiment
from dlcore.probes import arrays, grid
from dlcore.probes.base import Probe, suitable
from dlcore.probes.frame import WEIGHTS, Frame
from dlcore.training.events import EpochEnded, Event, RunFinished
from dlcore.training.model_view import ModelView
from dlcore.training.state import TrainingProgress

WEIGHTS_SHARE = 0.75  # of the room of a film, that weights may take
DEFAULT_ROOM = 64_000_000  # bytes

log = logging.getLogger(__name__)


class Filmed(Protocol):
    """What can be filmed: a stream of events, and a view of the network between any two of them."""

    @property
    def progress(self) -> TrainingProgress: ...
    def run(self) -> Iterator[Event | None]: ...
    def view(self) -> ModelView: ...
    def view_of(self, kept: str) -> ModelView: ...


class Film:
    """The frames of one run, as it goes. What an earlier attempt recorded is not looked at again.

    recorded: by their epochs, the names of the parts that stand in the film already.
    """

    def __init__(
        self,
        trainer: Filmed,
        experiment: Experiment,
        recorded: Mapping[int, Collection[str]] | None = None,
        room: int = DEFAULT_ROOM,
    ) -> None:
        view = trainer.view()
        self.trainer = trainer
        self.probes = suitable(view.about, network.trace(experiment))
        self.recorded = {epoch: set(parts) for epoch, parts in (recorded or {}).items()}
        size = sum(each.numel() * each.element_size() for each in view.model.state_dict().values())
        self.weights_dense = grid.densest_for(size, experiment.training.epochs, int(room * WEIGHTS_SHARE))

    def run(self) -> Iterator[Event | Frame | None]:
        """The trainer's stream, each recorded epoch after its frame; before the end, the best and the last.

        The frame comes first, so that whoever stops at an epoch, or writes a checkpoint of it, has its frame.
        """
        for event in self.trainer.run():
            if isinstance(event, RunFinished):
                yield from self.ending()
            if isinstance(event, EpochEnded):
                yield from self._frame(event.epoch)
            yield event

    def ending(self) -> Iterator[Frame]:
        """The frames of the best and of the last epoch, whole: also where the grid holds a part of them."""
        now = self.trainer.progress
        if not now.scores:
            return
        for kept, epoch in (("best", now.best_epoch), ("last", now.epoch)):
            due = {name: probe for name, probe in self.probes.items() if epoch == 0 or not probe.once}
            if self._is_new(epoch, due, weights := self.weights_dense > 0):
                yield self._taken(self.trainer.view_of(kept), due, weights)

    def _frame(self, epoch: int) -> Iterator[Frame]:
        due = {name: probe for name, probe in self.probes.items() if _is_due(probe, epoch)}
        if self._is_new(epoch, due, weights := grid.is_recorded(epoch, self.weights_dense)):
            yield self._taken(self.trainer.view(), due, weights)

    def _is_new(self, epoch: int, due: Collection[str], weights: bool) -> bool:
        """Whether something of this is not recorded yet; from now on it is."""
        wanted = {*due, WEIGHTS} if weights else {*due}
        known = self.recorded.get(epoch, set())
        if wanted <= known:
            return False
        self.recorded[epoch] = known | wanted
        return True

    def _taken(self, view: ModelView, due: Mapping[str, type[Probe]], weights: bool) -> Frame:
        parts: dict[str, bytes] = {}
        numbers: dict[str, float | None] = {}
        for name, probe in due.items():
            try:
                seen = probe.measure(view)
                parts[name] = arrays.write(seen)
                numbers |= {f"{name}.{each}": number for each, number in probe.series(seen).items()}
            except Exception:  # whatever a network does that a probe cannot look at, it can be trained
                log.exception("the probe %s is left out", name)
                del self.probes[name]
        if weights:
            state = {name: tensor.detach().cpu().clone() for name, tensor in view.model.state_dict().items()}
            parts[WEIGHTS] = safetensors.torch.save(state)
        return Frame(view.epoch, parts, numbers)


def _is_due(probe: type[Probe], epoch: int) -> bool:
    return epoch == 0 if probe.once else grid.is_recorded(epoch, probe.dense)
