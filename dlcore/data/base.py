"""What a data set is: a declaration that can say what it holds without loading it, and load it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dlcore.declaration import Declaration, Shape
from dlcore.errors import DataError
from dlcore.i18n import N_, Text
from dlcore.registry import DATASETS

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

# What is asked of the network, and so what y holds: the class (N,) int64; yes or no (N, 1) float32; several of them
# (N, classes) float32; a number (N, 1) float32; the token that follows each one (N, L) int64.
Task = Literal["multiclass", "binary", "multilabel", "regression", "next-token"]


@dataclass(frozen=True)
class About:
    """What is known of a data set before it is loaded: enough to trace a network through it.

    `shape` is one example's, without the batch axis; its `vocabulary` says that x holds tokens, whole numbers that
    stand for words. `outputs` is how many values the network must give: one a class, one for yes or no, or one a
    predicted number.
    """

    task: Task
    shape: Shape
    rows: int
    classes: tuple[str, ...] = ()  # names, in the order of their numbers; no, yes for binary; empty for regression
    features: tuple[str, ...] = ()  # names of the columns, for tables
    target: str = ""  # what is predicted, with its unit
    generated: bool = False  # made by a formula, not observed
    words: tuple[str, ...] = ()  # what each token stands for, where x holds tokens

    @property
    def outputs(self) -> int:
        return 1 if self.task == "binary" else len(self.classes) or 1

    @property
    def on_a_plane(self) -> bool:
        """Whether an example is a point of the plane: then a map can show what the network answers where."""
        return len(self.shape) == 1 and self.shape[0] == 2 and self.shape.vocabulary is None


@dataclass(frozen=True)
class Rows:
    """A data set as it was read: x as (N, *shape) float32, or int64 tokens; y as the task asks, values as (N,).

    Where `prepare` must make numbers of x first, x is what it wants: a pandas frame of a learner's table.
    """

    x: Any
    y: np.ndarray[Any, Any]


@dataclass(frozen=True)
class Prepared:
    """x of each part as numbers or tokens, and what had to be learned from the training part to make it so."""

    parts: Sequence[np.ndarray[Any, Any]]
    words: tuple[str, ...] = ()  # what each token stands for, where that was learned
    learned: dict[str, Any] | None = None  # whatever else was learned for it, as plain JSON
    double: tuple[str, ...] = ()  # columns whose numbers are as precise as float64


class Dataset(Declaration):
    """A data set by name. A subclass says `about()` at once, and reads or makes the rows in `read()`.

    Its settings (noise, number of samples) are fields. `card` names source, licence and units for the learner.
    """

    REGISTRY = DATASETS
    abstract: ClassVar[bool] = True
    title: ClassVar[str] = ""  # msgid
    card: ClassVar[str] = ""  # msgid: where the data comes from, its licence, its units
    portable: ClassVar[bool] = False  # `read` needs only Python, numpy and scikit-learn: a script can hold its source

    def about(self) -> About:
        """What this data set holds, without loading it."""
        raise NotImplementedError

    def read(self, seed: int) -> Rows:
        """All rows. Generated data sets draw them from the seed; the others ignore it."""
        raise NotImplementedError

    def missing(self) -> int:
        """How many bytes must be fetched before `read`; 0 for all that is here."""
        return 0

    @property
    def called(self) -> str:
        """What it is called where runs are listed and files are named."""
        return self.name

    def knobs(self) -> tuple[str, ...]:
        """Names of the settings that a form beside the data offers: all of them, unless it says otherwise."""
        return tuple(type(self).model_fields)

    def beside(self, folder: Path) -> Dataset:
        """The same for an experiment whose file lies in this folder: for what is found relative to it."""
        return self

    def check_rows(self) -> None:
        """Raise DataError where the rows that `about` speaks of are not there any more."""

    def column(self, name: str, in_time: bool = False) -> np.ndarray[Any, Any]:
        """A value a row (rows,), by which rows may be kept together or, `in_time`, follow one another.

        Raises DataError where there is none, and for names where rows are to follow one another.
        """
        raise DataError(Text(N_("dataset.split: this data set has no column {column} to divide it by."), column=name))

    def usual_split(self) -> Mapping[str, Any] | None:
        """How its rows are divided where nobody said how, as plain data; None where some are simply held out."""
        return None

    @property
    def edition(self) -> str:
        """Tells one state of its rows from another, for what is remembered of them; empty where they never change."""
        return ""

    def part_sizes(self) -> tuple[int, ...] | None:
        """How many rows, in their order, are of the training, validation and test part that the data came in.

        None where they came undivided. Raises DataError where that cannot be known.
        """
        return None

    @property
    def leaves_out_of_training(self) -> bool:
        """Whether `kept_in_training` leaves out any."""
        return False

    def kept_in_training(self, rows: Rows, train: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Of the training rows, by number (N,), those that may teach: outliers may be left out of this part alone.

        `rows` need not hold x: who does not have it is not made to read all of it.
        """
        return train

    def prepare(self, rows: Rows, parts: Sequence[np.ndarray[Any, Any]]) -> Prepared:
        """x of each part, (N, *shape); parts are row numbers (N,).

        The first of them teaches whatever must be learned for that.
        """
        return Prepared([rows.x[part] for part in parts])


@dataclass(frozen=True)
class Part:
    """Training, validation or test: x (N, *shape) and y (N, ...) as tensors, after scaling."""

    x: Tensor
    y: Tensor

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True)
class Data:
    """The three parts of a data set, ready to train on, and how they came to be."""

    about: About
    train: Part
    validation: Part
    test: Part
    scaling: dict[str, Any] = field(default_factory=dict)  # what was learned from the training part, as plain lists

    @property
    def judging(self) -> Part:
        """The part that judges: validation, or training where there is no validation."""
        return self.validation if len(self.validation) else self.train
