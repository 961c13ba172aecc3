"""Where a run stands, as one value: what the loop moves on, and what a checkpoint writes down and puts back."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from dlcore.training.augmentation import Augmenter
from dlcore.training.batches import Batches
from dlcore.training.clock import Clock
from dlcore.training.events import Scores
from dlcore.training.patience import Patience
from dlcore.training.randomness import RandomStream
from dlcore.training.schedules import LearningRate

Weights = dict[str, Tensor]


@dataclass(slots=True)
class TrainingProgress:
    """How far a run has come."""

    started: bool = False  # told of
    epoch: int = 0  # completed
    batch: int = 0  # completed in the epoch under way
    step: int = 0  # completed in all
    epoch_began: float = 0.0  # on the clock, in seconds
    losses: list[Tensor] = field(default_factory=list)  # of batches not told of yet
    gradient_norm: Tensor | None = None  # at the last batch of an epoch, before any clipping
    learning_rate: float = 0.0  # at the last batch of an epoch
    hopeless: float = float("inf")  # a loss beyond this will not come back
    broken: int | None = None  # the step whose loss was so
    best_epoch: int = 0
    scores: dict[str, Scores] = field(default_factory=dict)  # "best" and "last", of the part that judges
    kept: dict[str, Weights] = field(default_factory=dict)  # "best" and "last", on the device
    outputs: list[Tensor] = field(default_factory=list)  # for the part that judges, at the end of the last epoch
    before: Weights | None = None  # what was kept as "last" one epoch earlier; None until there is such


@dataclass(frozen=True, slots=True)
class TrainingState:
    """All that decides how a run goes on: the parts that remember something, and how far it has come."""

    device: torch.device
    model: nn.Module
    optimizer: Optimizer
    batches: Batches
    rate: LearningRate
    patience: Patience
    dropout: RandomStream
    augment: Augmenter
    clock: Clock
    progress: TrainingProgress
