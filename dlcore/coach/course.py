"""The course of a run as rules see it: its experiment and data, what it told so far, and what was measured inside."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

import numpy as np
import torch

from dlcore import network
from dlcore.coach.measurements import Measurement, Measurements
from dlcore.coach.outcome import Outcome
from dlcore.coach.references import References, references
from dlcore.coach.scaling import DataSummary
from dlcore.data.base import About, Data
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.training.events import Diverged, EpochEnded, Event, Scores
from dlcore.training.history import History, judged
from dlcore.training.loop import Trainer
from dlcore.training.losses import Loss
from dlcore.training.metrics import evaluation_rows
from dlcore.training.model_view import ModelView
from dlcore.training.scores import value
from dlcore.training.state import Weights

SINGLE = ("multiclass", "binary")  # tasks in which an example has one class
LASTING = 3  # epochs over which something must be so


@dataclass
class Course:
    """What a run did so far. Made by `follow`, or of the events of a run that was kept."""

    experiment: Experiment
    data: Data
    history: History = field(default_factory=History)
    inside: Measurements = field(default_factory=Measurements)

    def follow(self, trainer: Trainer, events: Iterator[Event | None] | None = None) -> Iterator[Event | None]:
        """The events of a run, noted on the way; the run itself is the same bits as without."""
        for event in self.inside.follow(trainer, trainer.run() if events is None else events):
            if event is not None:
                self.history.add(event)
            yield event

    @classmethod
    def of_run(
        cls, experiment: Experiment, events: Iterable[Event], weights: Iterable[tuple[int, Weights]] = ()
    ) -> Course:
        """The course of a run that was kept: its events, and the weights it had after some epochs, with their numbers.

        Raises DataError where its data are not here any more.
        """
        data, device = load(experiment), torch.device("cpu")
        course = cls(experiment, data, History.of(events))
        model = network.build(experiment)
        loss = cast("Loss", experiment.loss).call(data.about, data.train.y).build()
        rows = evaluation_rows(network.trace(experiment))
        if experiment.start is None:
            course.inside.add(ModelView(model, data, device, 0, rows, loss))
        for epoch, state in sorted(weights, key=lambda each: each[0]):
            model.load_state_dict(dict(state))
            course.inside.add(ModelView(model, data, device, epoch, rows, loss))
        return course

    @property
    def about(self) -> About:
        """What the network receives and is asked."""
        return self.data.about

    @cached_property
    def summary(self) -> DataSummary:
        """What is known of the training part in few numbers."""
        return DataSummary.of(self.data)

    @cached_property
    def references(self) -> References:
        """What guessing, a straight line and the nearest examples score on the same parts."""
        return references(self.data)

    @property
    def epochs(self) -> list[EpochEnded]:
        """The epochs that are known, the first of them before training."""
        return self.history.epochs.kept

    @property
    def trained(self) -> int:
        """How many epochs were completed."""
        return self.history.newest.epoch if self.history.newest else 0

    @property
    def diverged(self) -> Diverged | None:
        """That the loss went past hope, if it did."""
        return next((each for each in self.history.milestones if isinstance(each, Diverged)), None)

    @property
    def outcome(self) -> Outcome:
        """How good the network is by now: the best of its last epochs, beside what others score."""
        last = self.lasting
        return Outcome(
            metric=self.metric,
            score=_best([judged(each) for each in last], self.metric),
            train=_best([each.train for each in last], self.metric),
            references=self.references,
            epochs=self.trained,
            diverged=self.diverged is not None,
            recall=_best([judged(each) for each in last], "recall") if self.about.task in SINGLE else None,
            classes=max(2, self.about.outputs),
        )

    @property
    def metric(self) -> str:
        """What sums up a network of this task in one number, the higher the better."""
        return "r2" if self.about.task == "regression" else "accuracy"

    @property
    def lasting(self) -> list[EpochEnded]:
        """The last epochs, over which something must be so to be spoken of; epoch 0 is none of them."""
        return [each for each in self.epochs if each.epoch > 0][-LASTING:] or self.epochs[-1:]

    @property
    def losses(self) -> list[float]:
        """The training part's loss after each epoch, from before the first; those that are no numbers left out."""
        return [each.train.loss for each in self.epochs if math.isfinite(each.train.loss)]

    @property
    def judged_losses(self) -> list[float]:
        """The same of the part that judges."""
        return [judged(each).loss for each in self.epochs if math.isfinite(judged(each).loss)]

    def last(self, count: int = LASTING) -> list[Measurement]:
        """The last measurements after training began."""
        return [each for each in self.inside.taken if each.epoch > 0][-count:]

    def lasted(self, holds: Callable[[Measurement], bool]) -> list[Measurement]:
        """The measurements, up to the last, for which something holds without a break; [] where that was too short.

        It must be so over `LASTING` epochs, or in all there were.
        """
        found: list[Measurement] = []
        for each in reversed(self.inside.taken):
            if not holds(each):
                break
            found.insert(0, each)
        if not found or not found[-1].epoch:
            return []
        span = found[-1].epoch - found[0].epoch + 1
        return found if span >= min(LASTING, self.trained) else []

    @property
    def span(self) -> tuple[int, int]:
        """The epochs that the outcome is of."""
        last = self.lasting
        return (last[0].epoch, last[-1].epoch) if last else (0, 0)

    @property
    def progress(self) -> float:
        """By how much of itself the training loss has fallen since before the first epoch; negative where it rose."""
        losses = self.losses
        return (losses[0] - losses[-1]) / max(abs(losses[0]), 1e-12) if len(losses) > 1 else 0.0

    @property
    def still_falling(self) -> float:
        """Which part of the whole fall of the training loss came in the last fifth of the epochs; 0.2 where steady."""
        losses = self.losses
        if len(losses) < 2:
            return 0.0
        whole = losses[0] - min(losses)
        late = losses[-1 - max(1, (len(losses) - 1) // 5)] - losses[-1]
        return late / whole if whole > 0 else 0.0

    @property
    def restless(self) -> float:
        """How much the training loss rose an epoch in the later half, beside where it stands: 0 where it only fell."""
        losses = self.losses
        later = losses[len(losses) // 2 :] if len(losses) > 3 else losses[1:]
        steps, level = np.diff(later), max(float(np.mean(np.abs(later))) if later else 0.0, 1e-12)
        return float(steps[steps > 0].sum()) / level / max(1, len(steps))

    @property
    def steps(self) -> int:
        """How many batches were learned from."""
        return max(self.history.step, self.trained * self.batches)

    @property
    def batches(self) -> int:
        """How many batches an epoch has."""
        return self.history.started.batches if self.history.started else 1

    @property
    def learning_rate(self) -> float:
        """The mean over the epochs of the learning rate."""
        rates = [each.learning_rate for each in self.epochs if each.epoch > 0]
        return float(f"{sum(rates) / len(rates):.6g}") if rates else float(self.experiment.training.optimizer.lr)  # type: ignore[attr-defined]

    @property
    def confusion(self) -> np.ndarray[tuple[int, int], np.dtype[np.int64]] | None:
        """How often each class was taken for which in the newest epoch, (true, predicted); None where not counted."""
        scores: Scores | None = judged(self.history.newest) if self.history.newest else None
        return np.array(scores.confusion) if scores is not None and scores.confusion else None


def _best(scores: list[Scores], metric: str) -> float | None:
    found = [score for score in (value(each, metric) for each in scores) if score is not None]
    return max(found) if found else None
