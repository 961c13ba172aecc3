"""What a run has done so far, gathered from its events into arrays for charts, of bounded length.

A run may record a hundred thousand batches; a screen has a thousand pixels. So a curve here keeps at most a
fixed number of points: neighbours are averaged pair by pair whenever it would grow longer. Adding a point takes
the same time whatever the length, and each curve can say which of its points changed since it was last asked,
so that a watcher is sent only those.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dlcore.i18n import Text
from dlcore.training.events import (
    BatchesEnded,
    Changed,
    Diverged,
    Downloading,
    EpochEnded,
    Event,
    FilmEnded,
    Probed,
    Recorded,
    RunFailed,
    RunFinished,
    RunStarted,
    Scores,
)

BATCH_POINTS = 1000  # about one a pixel
EPOCH_POINTS = 500


class Curve:
    """A line through at most `limit` points; each is the mean of `stride` neighbours that were added.

    Values that are not finite are left out of the means; a point of only such values is None.
    """

    def __init__(self, limit: int = BATCH_POINTS) -> None:
        self.limit = limit
        self.stride = 1
        self.x: list[float] = []
        self.y: list[float | None] = []
        self._finite: list[int] = []  # how many finite values each mean is of
        self._filled = 0  # how many values the last point holds
        self._changed = 0  # the first point that `changes` has not told yet

    def add(self, x: float, y: float) -> None:
        """Append a value; x must not be smaller than the last one."""
        if not self.x or self._filled == self.stride:
            if len(self.x) == self.limit:
                self._halve()
            if not self.x or self._filled == self.stride:
                self._open(x, y)
                return
        self._widen(x, y)

    @classmethod
    def of_means(
        cls, steps: np.ndarray[Any, Any], losses: np.ndarray[Any, Any], count: int, every: int, per_epoch: int
    ) -> Curve:
        """The curve that `add` makes of `count` losses one after the other, from one of `every` stretches of them.

        steps (N,), 1-based and rising; losses (N,). Where every is 1, they are all there, and it is the same curve.
        """
        curve = cls()
        curve.stride = stride_for(count, curve.limit)
        points = -(-count // curve.stride)
        last = np.minimum(np.arange(1, points + 1) * curve.stride, count)  # the last step of each point
        first = np.arange(points) * curve.stride + 1
        finite = np.isfinite(losses)
        place = (steps[finite] - 1) // curve.stride
        seen = np.bincount(place, minlength=points)
        sums = np.bincount(place, losses[finite], minlength=points)
        curve.x = ((first + last) / 2 / per_epoch).tolist()
        curve.y = [
            total / number if number else None for total, number in zip(sums.tolist(), seen.tolist(), strict=True)
        ]
        curve._finite = np.minimum(seen * every, last - first + 1).tolist()
        curve._filled = count - (points - 1) * curve.stride
        return curve

    def _open(self, x: float, y: float) -> None:
        self._changed = min(self._changed, len(self.x))
        finite = math.isfinite(y)
        self.x.append(x)
        self.y.append(y if finite else None)
        self._finite.append(int(finite))
        self._filled = 1

    def _widen(self, x: float, y: float) -> None:
        """Take one more value into the last point's mean."""
        self._changed = min(self._changed, len(self.x) - 1)
        self.x[-1] += (x - self.x[-1]) / (self._filled + 1)
        self._filled += 1
        if math.isfinite(y):
            self._finite[-1] += 1
            mean = self.y[-1] or 0.0
            self.y[-1] = mean + (y - mean) / self._finite[-1]

    def _halve(self) -> None:
        """Join the points two by two. A last point without a partner stays, half filled."""
        pairs = range(0, len(self.x), 2)
        alone = len(self.x) % 2
        x = [_mean(self.x[n : n + 2]) for n in pairs]
        y = [_weighted(self.y[n : n + 2], self._finite[n : n + 2]) for n in pairs]
        self._finite = [sum(self._finite[n : n + 2]) for n in pairs]
        self.x, self.y = x, y
        self._filled = self._filled if alone else self._filled + self.stride
        self.stride *= 2
        self._changed = 0

    def cut(self, x: float) -> None:
        """Forget everything from x on: a resumed run starts again from its checkpoint."""
        keep = next((n for n, known in enumerate(self.x) if known >= x), len(self.x))
        if keep < len(self.x):
            del self.x[keep:], self.y[keep:], self._finite[keep:]
            self._filled = self.stride
            self._changed = min(self._changed, keep)

    def changes(self) -> tuple[int, list[float], list[float | None]]:
        """(how many points from before stay as they are, x and y of those that follow) since the last call."""
        keep, self._changed = self._changed, len(self.x)
        return keep, self.x[keep:], self.y[keep:]


def stride_for(count: int, limit: int) -> int:
    """How many neighbours each point of a curve of so many values holds: a power of two."""
    stride = 1
    while -(-count // stride) > limit:
        stride *= 2
    return stride


def stride_of_epochs(newest: int, limit: int) -> int:
    """Of how many epochs, 0 to the newest, one is kept: a power of two. The newest is always kept, too."""
    stride = 1
    while newest // stride + 1 + bool(newest % stride) > limit:
        stride *= 2
    return stride


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _weighted(values: list[float | None], counts: list[int]) -> float | None:
    total = sum(counts)
    return sum((value or 0.0) * count for value, count in zip(values, counts, strict=True)) / total if total else None


class Epochs:
    """The measured epochs, at most `limit` of them: every `stride`-th, and always the newest. None is averaged."""

    def __init__(self, limit: int = EPOCH_POINTS) -> None:
        self.limit = limit
        self.stride = 1
        self.kept: list[EpochEnded] = []
        self._changed = 0

    def add(self, event: EpochEnded) -> None:
        """Append an epoch; one that was measured again after a resume replaces what was known from there on."""
        keep = next((n for n in range(len(self.kept), 0, -1) if self.kept[n - 1].epoch < event.epoch), 0)
        if keep and self.kept[keep - 1].epoch % self.stride:
            keep -= 1  # was there only as the newest
        del self.kept[keep:]
        self._changed = min(self._changed, keep)
        self.kept.append(event)
        if len(self.kept) > self.limit:
            self.stride *= 2
            self.kept = [each for each in self.kept if each.epoch % self.stride == 0 or each is event]
            self._changed = 0

    def changes(self) -> tuple[int, list[EpochEnded]]:
        """(how many epochs from before stay as they are, those that follow) since the last call."""
        keep, self._changed = self._changed, len(self.kept)
        return keep, self.kept[keep:]


@dataclass
class History:
    """A run as charts need it. `add` its events in order; read the rest.

    The x of `batches` is counted in epochs: 2.5 is the middle of the third epoch.
    """

    started: RunStarted | None = None
    downloading: Downloading | None = None  # how far the data have come, until the run has them
    batches: Curve = field(default_factory=Curve)
    epochs: Epochs = field(default_factory=Epochs)
    step: int = 0  # batches done, through the whole run
    newest: EpochEnded | None = None
    best: EpochEnded | None = None  # lowest validation loss; without a validation part, lowest training loss
    film: dict[int, Recorded] = field(default_factory=dict)  # the frames by their epochs, in the order they were made
    film_ended: FilmEnded | None = None
    probes: dict[str, Probed] = field(default_factory=dict)  # of a run without a film: the newest of each kind
    milestones: list[Event] = field(default_factory=list)  # what a log shows: started, diverged, finished, failed
    finished: RunFinished | None = None
    first: EpochEnded | None = None  # epoch 0
    _epoch: int = 0  # that the newest batches belong to, …
    _epoch_began: int = 0  # … how many batches were done before it, …
    _batches: int = 1  # … how many it has, …
    _next_batches: int | None = None  # … and the next, where that was changed

    @classmethod
    def of(cls, events: Iterable[Event]) -> History:
        """The history that these events tell."""
        history = cls()
        for event in events:
            history.add(event)
        return history

    @classmethod
    def of_overview(
        cls, told: Iterable[Event], epoch_stride: int, batches: Sequence[Mapping[str, Any]], steps: int, every: int
    ) -> History:
        """The history of a long run, of which not all was read: as `dlcore.runs.Overview` describes it."""
        history = cls()
        history.epochs.stride = epoch_stride
        for event in told:
            history.add(event)
        if batches:
            numbers = np.array([step for each in batches for step in each["steps"]], np.int64)
            losses = np.array([loss for each in batches for loss in each["losses"]], float)  # None becomes NaN
            per_epoch = max(1, history.started.batches if history.started else 1)
            history.batches, history.step = Curve.of_means(numbers, losses, steps, every, per_epoch), steps
        return history

    def add(self, event: Event) -> None:
        """Take in what happened next."""
        match event:
            case BatchesEnded():
                self._add_batches(event)
            case EpochEnded():
                self._add_epoch(event)
            case Recorded():
                self.film[event.epoch] = event
            case FilmEnded():
                self.film_ended = event
            case Probed():
                self.probes[event.what] = event
            case Changed():
                self._next_batches = event.batches
                self.milestones.append(event)
            case Downloading():
                self.downloading = event
            case RunStarted():
                self.started, self.downloading = event, None
                self.milestones.append(event)
            case RunFinished():
                self.finished = event
                self.milestones.append(event)
            case Diverged() | RunFailed():
                self.milestones.append(event)

    def _add_batches(self, event: BatchesEnded) -> None:
        if not event.steps:
            return
        if event.epoch != self._epoch:
            self._batches = self._next_batches or max(1, self.started.batches if self.started else 1)
            follows = self._epoch == event.epoch - 1 or self._next_batches is not None
            self._epoch_began = event.steps[0] - 1 if follows else (event.epoch - 1) * self._batches
            self._epoch = event.epoch
        if event.steps[0] <= self.step:
            self.batches.cut(self._place(event.steps[0]))
        for step, loss in zip(event.steps, event.losses, strict=True):
            self.batches.add(self._place(step), loss)
        self.step = event.steps[-1]

    def _place(self, step: int) -> float:
        """Where a batch of the epoch under way is, in epochs: its end."""
        return self._epoch - 1 + (step - self._epoch_began) / self._batches

    def _add_epoch(self, event: EpochEnded) -> None:
        if event.epoch == 0:
            self.first = event
        self.epochs.add(_without_confusion(event))
        self.newest = event
        if (
            self.best is None
            or judged(event).loss < judged(self.best).loss
            or not math.isfinite(judged(self.best).loss)
        ):
            self.best = event

    def chance(self) -> dict[str, float]:
        """What a network that has learned nothing scores, by metric: only where that is known.

        Accuracy: always naming the most frequent class of the validation part. R²: always guessing the mean.
        """
        confusion = judged(self.first).confusion if self.first else None
        if confusion:
            rows = [sum(row) for row in confusion]
            return {"accuracy": max(rows) / sum(rows)} if sum(rows) else {}
        return {"r2": 0.0} if self.first and judged(self.first).r2 is not None else {}


def judged(event: EpochEnded) -> Scores:
    """The scores an epoch is judged by: the validation part's, or the training part's where there is none."""
    return event.validation or event.train


def _without_confusion(event: EpochEnded) -> EpochEnded:
    """The same without its matrices, which only the newest and the best epoch need to keep."""
    validation = replace(event.validation, confusion=None) if event.validation else None
    return replace(event, train=replace(event.train, confusion=None), validation=validation)


def failure(history: History) -> Text | None:
    """Why the run went wrong, where it did."""
    for event in reversed(history.milestones):
        if isinstance(event, RunFailed):
            return event.error
        if isinstance(event, Diverged):
            return event.reason
    return None
