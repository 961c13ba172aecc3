"""How much worse the answers become when one column is shuffled: the same question to every model, a network too."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from dlcore.baselines.table import Array, Rows, Table
from dlcore.data.base import About
from dlcore.i18n import N_, Text

REPEATS = 5  # shuffles of each column
MOST_COLUMNS = 100
MOST_ROWS = 500  # that judge
SECONDS = 5.0  # for all columns of one model

Answers = Callable[[Array], Array]  # (N, columns) -> as y


@dataclass(frozen=True)
class Importances:
    """By column, how much the score falls when it is shuffled: mean and standard deviation over shuffles."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]


def importances(answers: Answers, table: Table, seed: int) -> Importances | Text:
    """scikit-learn's permutation importance on the rows that judge; a sentence where it would take too long."""
    if len(table.columns) > MOST_COLUMNS:
        return Text(N_("Not for {count} columns: each would have to be shuffled; at most {most} are."),
                    count=f"{len(table.columns):,}", most=MOST_COLUMNS)  # fmt: skip
    rows = table.judging.first(MOST_ROWS)
    began = time.process_time()
    answers(rows.x)
    if (time.process_time() - began) * REPEATS * len(table.columns) > SECONDS:
        return Text(N_("Not here: asking this model again for every column would take too long."))
    return _permuted(answers, rows, table, seed)


def _permuted(answers: Answers, rows: Rows, table: Table, seed: int) -> Importances:
    from sklearn.inspection import permutation_importance

    def score(_model: Any, x: Array, y: Array) -> float:
        return table.scores(answers(x), Rows(x, y))[table.metric]

    found = permutation_importance(_Fitted(), rows.x, rows.y, scoring=score, n_repeats=REPEATS, random_state=seed)
    return Importances(tuple(found.importances_mean.tolist()), tuple(found.importances_std.tolist()))


class _Fitted:
    """What scikit-learn wants to see of a model; its answers come from the score."""

    def fit(self, x: Array, y: Array) -> _Fitted:
        del x, y
        return self


def network_answers(model: nn.Module, about: About) -> Answers:
    """A network as the models answer: flat rows (N, columns) to classes, numbers, or yes and no."""

    @torch.inference_mode()
    def answers(x: Array) -> Array:
        examples = torch.from_numpy(x).float().reshape(-1, *about.shape)
        outputs = torch.cat([model(some) for some in torch.split(examples, 1024)])
        if about.task == "multiclass":
            return np.asarray(outputs.argmax(dim=1))
        found = np.asarray(outputs if about.task == "regression" else outputs > 0)
        return found if about.task == "multilabel" else found[:, 0]

    return answers
