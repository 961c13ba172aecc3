"""What a run tells, records and learns where nobody disturbs it: trained in this process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.probes.filming import Film
from dlcore.probes.frame import Frame
from dlcore.training.loop import Trainer
from tests.runs.living import numbers_told


@dataclass(frozen=True)
class Undisturbed:
    """Scores and losses in their order, the bytes of every part of the film by epoch, and the weights."""

    numbers: list[tuple[object, ...]]
    film: dict[int, dict[str, bytes]]
    weights: dict[str, dict[str, Tensor]]  # "best" and "last"


def undisturbed(experiment: Experiment) -> Undisturbed:
    """Trained once for all tests that ask."""
    return _trained(experiment.to_yaml())


@cache
def _trained(described: str) -> Undisturbed:
    experiment = Experiment.from_yaml_text(described)
    trainer = Trainer(experiment)
    happened = list(Film(trainer, experiment).run())
    film = {each.epoch: dict(each.parts) for each in happened if isinstance(each, Frame)}
    numbers = numbers_told(each for each in happened if each is not None and not isinstance(each, Frame))
    return Undisturbed(numbers, film, {"best": trainer.best_weights, "last": trainer.last_weights})
