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
    """The frames of one run, as it goes. Epochs that an earlier attempt recorded are not looked at again."""

    def __init__(
        self,
        trainer: Filmed,
        experiment: Experiment,
        recorded: Collection[int] = (),
        room: int = DEFAULT_ROOM,
    ) -> None:
        view = trainer.view()
        self.trainer = trainer
        self.probes = suitable(view.about, network.trace(experiment))
        self.recorded = set(recorded)
        size = sum(each.numel() * each.element_size() for each in view.model.state_dict().values())
        self.weights_dense = grid.densest_for(size, experiment.training.epochs, int(room * WEIGHTS_SHARE))

    def run(self) -> Iterator[Event | Frame | None]:
        """The trainer's stream, each recorded epoch followed by its frame; before the end, the best and the last."""
        for event in self.trainer.run():
            if isinstance(event, RunFinished):
                yield from self.ending()
            yield event
            if isinstance(event, EpochEnded):
                yield from self._frame(event.epoch)

    def ending(self) -> Iterator[Frame]:
        """The frames of the best and of the last epoch, where they do not stand in the grid."""
        now = self.trainer.progress
        for kept, epoch in (("best", now.best_epoch), ("last", now.epoch)):
            if now.scores and epoch not in self.recorded:
                self.recorded.add(epoch)
                yield self._taken(self.trainer.view_of(kept), self._moving, weights=self.weights_dense > 0)

    @property
    def _moving(self) -> dict[str, type[Probe]]:
        return {name: probe for name, probe in self.probes.items() if not probe.once}

    def _frame(self, epoch: int) -> Iterator[Frame]:
        if epoch in self.recorded:
            return
        due = {name: probe for name, probe in self.probes.items() if _is_due(probe, epoch)}
        weights = grid.is_recorded(epoch, self.weights_dense)
        if due or weights:
            self.recorded.add(epoch)
            yield self._taken(self.trainer.view(), due, weights)

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
