"""The rows of an experiment as scikit-learn takes them: a table of numbers, of the same split and scaling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlcore.coach.references import MOST_WORDS, targets, word_counts
from dlcore.data.base import About, Data, Part
from dlcore.declaration import Shape
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text
from dlcore.training.metrics import JUDGES
from dlcore.training.scores import metrics_of

Array = np.ndarray[Any, Any]

MOST_COLUMNS = 20_000


@dataclass(frozen=True)
class Rows:
    """Some rows: x (N, columns) float64; y (N,) classes, numbers, or yes and no, or (N, labels) yes and no."""

    x: Array
    y: Array

    def __len__(self) -> int:
        return len(self.x)

    def first(self, count: int) -> Rows:
        """The first of them: those that `dataset.limit` would leave."""
        return Rows(self.x[:count], self.y[:count])


@dataclass(frozen=True)
class Table:
    """The rows that teach and those that judge. Texts are counted word by word, pictures laid flat."""

    data: Data

    def __post_init__(self) -> None:
        why = refusal(self.data.about)
        if why is not None:
            raise DlcoreError(why)

    @property
    def about(self) -> About:
        return self.data.about

    @cached_property
    def train(self) -> Rows:
        """Those that teach."""
        return _rows(self.data.train, self.about)

    @cached_property
    def judging(self) -> Rows:
        """Those that judge: the validation part, or the training part where there is none."""
        return _rows(self.data.judging, self.about)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """A name a column: the data's own, a word, or the place of a value as Python counts, `x[3, 5]`."""
        about, count = self.about, columns_of(self.about)
        if about.shape.vocabulary is not None:
            return about.words[:count] if len(about.words) >= count else tuple(map(str, range(count)))
        return about.features if len(about.features) == count else tuple(_places(about.shape))

    @property
    def metric(self) -> str:
        """The score by which models are compared: the most telling of the task."""
        return metrics_of(self.about.task)[0]

    def scores(self, answers: Array, rows: Rows) -> dict[str, float]:
        """The scores of answers to these rows, by the judge that judges networks.

        answers: (N,) classes or numbers, (N, labels) yes and no, as `rows.y`.
        """
        judge = JUDGES[self.about.task](self.about)
        judge.add(*_as_outputs(answers, rows.y, self.about))
        found = judge.scores()
        return {name: found[name] for name in metrics_of(self.about.task) if found[name] is not None}


def refusal(about: About) -> Text | None:
    """Why the models of machine learning cannot learn this; None where they can."""
    if about.task == "next-token":
        return Text(N_("The next token is asked for after every token of a text; scikit-learn's models answer "
                       "once for each row of a table."))  # fmt: skip
    if columns_of(about) > MOST_COLUMNS:
        return Text(N_("An example here is {count} numbers; as columns of a table, at most {most} are taken."),
                    count=f"{columns_of(about):,}", most=f"{MOST_COLUMNS:,}")  # fmt: skip
    return None


def columns_of(about: About) -> int:
    """How many columns an example becomes."""
    words = about.shape.vocabulary
    return prod(about.shape) if words is None else min(words, MOST_WORDS)


def _rows(part: Part, about: About) -> Rows:
    part = Part(part.x.cpu(), part.y.cpu())
    counted = about.shape.vocabulary is not None
    x = word_counts(part.x, about) if counted else part.x.reshape(len(part), -1).double().numpy()
    return Rows(x, targets(part, about))


def _places(shape: Shape) -> list[str]:
    """`x[3, 5]` for each value of an example; an axis of one size is left out."""
    sizes = [each for each in shape if each > 1] or [1]
    return [f"x[{', '.join(map(str, place))}]" for place in np.ndindex(*sizes)]


def _as_outputs(answers: Array, true: Array, about: About) -> tuple[Tensor, Tensor]:
    """Answers as a network would give them, and y as it is asked of one."""
    if about.task == "multiclass":
        votes = torch.nn.functional.one_hot(torch.from_numpy(answers.astype(np.int64)), about.outputs)
        return votes, torch.from_numpy(true.astype(np.int64))
    y = torch.from_numpy(true.astype(np.float64)).reshape(len(true), about.outputs)
    given = torch.from_numpy(answers.astype(np.float64)).reshape(len(true), about.outputs)
    return (given, y) if about.task == "regression" else (2 * given - 1, y)
