"""A run that is over, as probes see it, beside its network built anew from the weights: the oracle of what they see."""

from __future__ import annotations

from typing import NamedTuple

from torch import nn

import dlcore
from dlcore.data.base import Data
from dlcore.experiment import Experiment
from dlcore.training.loop import Trainer
from dlcore.training.model_view import ModelView


class Learned(NamedTuple):
    """`model` shares nothing with the run, and is in eval mode."""

    view: ModelView
    model: nn.Module
    data: Data
    trainer: Trainer


def learned(experiment: Experiment) -> Learned:
    """Trained to its end."""
    trainer = Trainer(experiment)
    for _event in trainer.run():
        pass
    model = dlcore.build(experiment)
    model.load_state_dict(trainer.last_weights)
    return Learned(trainer.view(), model.eval(), dlcore.load(experiment), trainer)
