"""What a lesson is declared with: one class in one file of `dlcore/lessons/course`, found by that file.

Its texts are Markdown, `pages/lessons/<language>/<name>.md`; what moves in it is a board; what it asks and grades
stands here. Numbers come from torch: `numbers` are those on the board, `snippet` prints the same in plain torch, and
`truth` holds every expression of the board against torch on a grid of values.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.lessons.board.board import Board
from dlcore.lessons.now import Now, Trained
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask
from dlcore.studies.kind import StudyKind


@dataclass(frozen=True)
class Choice:
    """What is chosen beside the board: `options` by what is said of them. Another choice begins afresh.

    only_with: another choice, and what must be chosen there for this one to be shown.
    """

    name: str
    label: str  # msgid
    options: Mapping[Any, str]  # value -> msgid
    default: Any
    scale: bool = False  # a slider of stops; choosing another leaves everything where it is
    only_with: tuple[str, tuple[Any, ...]] | None = None
    keeps: bool = False  # buttons, of which choosing another leaves everything where it is, too


@dataclass(frozen=True)
class Action:
    """A button beside the board."""

    name: str
    label: str  # msgid
    do: Callable[[Now], Now]
    icon: str = ""
    primary: bool = False


@dataclass(frozen=True)
class See:
    """A button that makes happen what a question asked: begins afresh with `options`, sets `values`, then does `do`.

    options: None leaves the lesson as it stands.
    """

    label: str  # msgid
    options: Mapping[str, Any] | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    do: Callable[[Now], Now] = lambda now: now

    def __call__(self, lesson: Lesson, now: Now) -> Now:
        """How the lesson stands once it was pressed."""
        stands = now if self.options is None else lesson.fresh(self.options)
        return self.do(stands.with_values(**self.values) if self.values else stands)


@dataclass(frozen=True)
class Question:
    """A section that asks, before it reveals. `right` is the place of the right answer; `see` makes it happen."""

    section: str
    right: int
    see: See | None = None


@dataclass(frozen=True)
class Block:
    """A piece of what stands under the board, live: Markdown, LaTeX, a caption or a warning."""

    kind: Literal["markdown", "latex", "caption", "warning"]
    text: str


Blocks = tuple[Block, ...]


class Lesson(ABC):
    """One lesson. Everything about it stands in its class; what it shares with others is here."""

    choices: ClassVar[tuple[Choice, ...]] = ()
    actions: ClassVar[tuple[Action, ...]] = ()
    questions: ClassVar[tuple[Question, ...]] = ()
    tasks: ClassVar[tuple[Task | TypedTask | TrainingTask, ...]] = ()
    geometry: ClassVar[frozenset[str]] = frozenset()  # definitions that only say where something is drawn
    grid: ClassVar[tuple[float, ...]] = (-1.7, -0.4, 0.3, 1.9)  # what tests give the values, one after another

    @abstractmethod
    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        """The values with which it begins, for what is chosen."""

    @abstractmethod
    def board(self, now: Now) -> Board:
        """What is drawn."""

    @abstractmethod
    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """What torch makes of the board's definitions. Shapes: values of `at` are () or, of `x` and `y`, (N,)."""

    @abstractmethod
    def snippet(self, now: Now) -> str:
        """Plain torch, 5 to 20 lines, that prints `numbers` of what is set now, a number a line, in their order."""

    @abstractmethod
    def experiment(self, now: Now) -> Experiment:
        """What the Studio opens."""

    def study(self, now: Now) -> tuple[StudyKind, Experiment] | None:
        """A study that can be begun from the lesson, and what it is of; None where there is none."""
        return None

    def suits(self, experiment: Experiment) -> bool:
        """Whether a network that the learner trained so can be shown in place of the lesson's."""
        return False

    def with_trained(self, now: Now, trained: Trained | None) -> Now:
        """How it stands once such a network is chosen, or the lesson's own again."""
        return replace(now, trained=trained)

    def numbers(self, now: Now) -> dict[str, float]:
        """The numbers that the board shows, by the names of its readouts, as torch has them."""
        at = {name: torch.tensor(value, dtype=torch.float64) for name, value in now.values.items()}
        truth = self.truth(now, at)
        return {name: truth[name].item() for name in self.shown}

    shown: ClassVar[tuple[str, ...]] = ()  # definitions that `numbers` gives and the snippet prints

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        """The formula with live values, left and right under the board."""
        return (), ()

    def reads(self, experiment: Experiment) -> bool:
        """Whether a finished run of this experiment can stand on the board instead of the lesson's own example."""
        return False

    def read(self, seen: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the board needs of what the probes of a run saw (`Runs.seen`), as plain values.

        Raises KeyError where that was not kept.
        """
        raise KeyError("probes")

    def fresh(self, options: Mapping[str, Any] | None = None) -> Now:
        """How it begins: with each choice at its default, or with `options`."""
        chosen = {each.name: each.default for each in self.choices} | dict(options or {})
        return Now(self.start(chosen), chosen)


def studio(
    data: str | dict[str, Any], *network: str | int | dict[str, Any], optimizer: tuple[str, float] | dict[str, Any],
    **training: Any,
) -> Experiment:  # fmt: skip
    """What the Studio opens: a network on a data set of which three in ten rows are for validation.

    data: its name, or its settings. network: names of layers, a number for a Linear of so many units, or a layer with
    its settings; the Output follows. optimizer: its name and learning rate, or its settings.
    """
    chosen = {"name": data} if isinstance(data, str) else data
    moved_by = optimizer if isinstance(optimizer, dict) else {"name": optimizer[0], "lr": optimizer[1]}
    return Experiment.from_dict({
        "dataset": {"split": {"method": "holdout", "test": 0.0, "validation": 0.3}, **chosen},
        "network": [*map(_layer, network), {"layer": "Output"}],
        "training": {"optimizer": moved_by, **training},
    })  # fmt: skip


def _layer(said: str | int | dict[str, Any]) -> dict[str, Any]:
    if isinstance(said, int):
        return {"layer": "Linear", "out_features": said}
    return {"layer": said} if isinstance(said, str) else said


def under(symbol: str, value: float, digits: int = 2) -> str:
    """A symbol with its value beneath, in LaTeX."""
    return f"\\underset{{\\color{{gray}}{value:.{digits}f}}}{{{symbol}}}"
