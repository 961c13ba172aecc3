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
from dlcore.studies.kind import StudyKind
from dlcore.training.events import Scores


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
class Question:
    """A section that asks, before it reveals. `right` is the place of the right answer; `see` makes it happen."""

    section: str
    right: int
    see: tuple[str, Callable[[Now], Now]] | None = None  # msgid of its button


@dataclass(frozen=True)
class Task:
    """A section that sets a task: done when `grade` says so of how the board was left."""

    section: str
    grade: Callable[[Now], bool]


@dataclass(frozen=True)
class TypedTask:
    """A task that asks for a number, which torch knows: right within `within` of it."""

    section: str
    answer: Callable[[Now], float]
    within: float = 0.005

    def grade(self, now: Now, typed: float) -> bool:
        """Whether a number is right for the board as it stands."""
        return abs(typed - self.answer(now)) <= self.within


@dataclass(frozen=True)
class TrainingTask:
    """A task that is done by a finished run of the learner's own. `best`: its scores at its best epoch."""

    section: str
    grade: Callable[[Experiment, Scores], bool]


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


def under(symbol: str, value: float, digits: int = 2) -> str:
    """A symbol with its value beneath, in LaTeX."""
    return f"\\underset{{\\color{{gray}}{value:.{digits}f}}}{{{symbol}}}"
