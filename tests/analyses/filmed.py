"""Filmed runs that were trained in this process, for tests of what is found out about them."""

from __future__ import annotations

from dlcore.analyses.filmed_run import FilmedRun
from dlcore.experiment import Experiment
from dlcore.probes.filming import Film
from dlcore.probes.frame import WEIGHTS, Frame
from dlcore.training.loop import Trainer


def filmed(experiment: Experiment) -> FilmedRun:
    """The run of this experiment, trained to its end, with the weights of its recorded epochs."""
    trainer = Trainer(experiment)
    frames = {event.epoch: event for event in Film(trainer, experiment).run() if isinstance(event, Frame)}
    kept = {epoch: frame.parts[WEIGHTS] for epoch, frame in frames.items() if WEIGHTS in frame.parts}
    return FilmedRun(experiment, sorted(kept), kept.__getitem__)


def nothing(_share: float) -> None:
    """Nobody wants to know how much is done."""
