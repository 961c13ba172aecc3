"""How a lesson stands: what is set and chosen, and a network of the learner's own that is shown in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor

from dlcore.experiment import Experiment


@dataclass(frozen=True, eq=False)  # the same is the same object, so that what is made of it can be remembered
class Trained:
    """A network that the learner trained, as it was at an epoch. weights: its state_dict."""

    run: str
    experiment: Experiment
    epoch: int
    weights: Mapping[str, Tensor]


@dataclass(frozen=True)
class Now:
    """How a lesson stands: its values, what is chosen, and what the last action left to see.

    by_hand: whether nothing but a hand has moved the values since they were fresh. moved: what the hand moved.
    trained: the network of the learner's own that is shown in place of the lesson's.
    run: what `Lesson.read` read of a run of the learner's own; nothing where the lesson's own example stands.
    """

    values: Mapping[str, float]
    options: Mapping[str, Any]
    by_hand: bool = True
    moved: frozenset[str] = frozenset()
    left: Mapping[str, Any] = field(default_factory=dict)
    trained: Trained | None = None
    run: Mapping[str, Any] = field(default_factory=dict)

    def with_values(self, **values: float) -> Now:
        """The same with some other values, which a button gave."""
        return replace(self, values={**self.values, **values}, by_hand=False)
