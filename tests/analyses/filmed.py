"""Runs that were filmed in this process, for tests of what is found out from their kept weights."""

from __future__ import annotations

from typing import Any

from dlcore.analyses.base import ANALYSES
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.experiment import Experiment
from dlcore.probes import arrays
from dlcore.probes.filming import Film
from dlcore.probes.frame import WEIGHTS, Frame
from dlcore.training.loop import Trainer


def frames_of(experiment: Experiment) -> dict[int, Frame]:
    """The frames of its film, by epoch."""
    return {each.epoch: each for each in Film(Trainer(experiment), experiment).run() if isinstance(each, Frame)}


def filmed_run(experiment: Experiment) -> FilmedRun:
    """A run of it, with the weights of its film."""
    frames = frames_of(experiment)
    epochs = sorted(epoch for epoch, frame in frames.items() if WEIGHTS in frame.parts)
    return FilmedRun(experiment, epochs, lambda epoch: frames[epoch].parts[WEIGHTS])


def answered(run: FilmedRun, name: str, **asked: Any) -> dict[str, Any]:
    """What an analysis answers, as it is sent and read."""
    return arrays.read(arrays.write(ANALYSES[name].compute(run, asked, lambda share: None)))


def nothing(_share: float) -> None:
    """Nobody wants to know how much is done."""
