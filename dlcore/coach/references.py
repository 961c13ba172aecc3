"""What others would answer from the same training part: guessing, a straight line, and the nearest examples.

They say how much can be learned from the data without a network, and so whether a network does badly. Each takes the
rows that the network takes, whatever their scale, and at most some thousands of them: a second, at most a few.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from dlcore.data.base import About, Data, Part

Array = np.ndarray[Any, Any]

MOST_ROWS = 2_000  # that teach; and as many that judge
MOST_WORDS = 5_000  # a larger vocabulary is not counted word by word
WIDE = 128  # numbers an example; of more, as many main directions are taken
DIRECTIONS = 64
NEIGHBOURS = 5


@dataclass(frozen=True)
class References:
    """The score of others on the part that judges: accuracy, or R² for regression. None where it was not measured."""

    chance: float  # always naming the most frequent answer; always guessing the mean
    linear: float | None = None
    neighbours: float | None = None
    rows: int = 0  # that judge

    @property
    def best(self) -> float:
        """The best of them."""
        return max(each for each in (self.chance, self.linear, self.neighbours) if each is not None)


def references(data: Data) -> References:
    """What the others score on the part that judges, having learned from the training part."""
    teaching, judging = _some(data.train), _some(data.judging)
    if data.about.task == "next-token":
        return _of_tokens(teaching, judging, data.about)
    y, true = targets(teaching, data.about), targets(judging, data.about)
    chance = 0.0 if data.about.task == "regression" else _most_frequent(true)
    if len(y) < 2 or not len(true) or len(np.unique(y, axis=0)) < 2:
        return References(chance, rows=len(true))
    x, asked = features(teaching, judging, data.about)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a few more steps would have found a little more
        found = [_scored(model, x, y, asked, true) for model in _models(data.about, len(y))]
    linear, neighbours = found
    return References(chance, linear, neighbours, rows=len(true))


def _some(part: Part) -> Part:
    """An even sample of the rows."""
    stride = max(1, -(-len(part) // MOST_ROWS))
    return Part(part.x[::stride].cpu(), part.y[::stride].cpu())


def targets(part: Part, about: About) -> Array:
    """(N,) classes, yes or no, or numbers; (N, labels) for several labels."""
    y: Array = part.y.numpy()
    if about.task == "multilabel":
        return y > 0
    flat = y.reshape(len(y), -1)[:, 0] if about.task in ("binary", "regression") else y
    return flat > 0 if about.task == "binary" else flat


def _most_frequent(y: Array) -> float:
    counts = np.unique(y, axis=0, return_counts=True)[1]
    return float(counts.max() / counts.sum()) if len(y) else 0.0


def features(teaching: Part, judging: Part, about: About) -> tuple[Array, Array]:
    """Both parts' rows as the references take them: (N, columns) and (M, columns), of mean 0 and deviation 1.

    Tokens become counts of words; a wide example becomes its main directions.
    """
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    one, other = (word_counts(part.x, about) if about.shape.vocabulary is not None else _flat(part.x)
                  for part in (teaching, judging))  # fmt: skip
    with np.errstate(all="ignore"):
        scaler = StandardScaler().fit(one)
        one, other = scaler.transform(one), scaler.transform(other)
    if one.shape[1] > WIDE and len(one) > DIRECTIONS and about.shape.vocabulary is None:
        directions = PCA(DIRECTIONS, svd_solver="randomized", random_state=0).fit(one)
        one, other = directions.transform(one), directions.transform(other)
    return one, other


def _flat(x: Tensor) -> Array:
    flat: Array = x.reshape(len(x), -1).double().numpy()
    return np.nan_to_num(flat)


def word_counts(x: Tensor, about: About) -> Array:
    """How often each word stands in each example, (N, words)."""
    words = min(about.shape.vocabulary or 0, MOST_WORDS)
    flat = x.reshape(len(x), -1).clamp(0, max(0, words - 1)).numpy()
    counts = np.zeros((len(flat), words))
    np.add.at(counts, (np.arange(len(flat))[:, None], flat), 1)
    return counts


def _models(about: About, rows: int) -> tuple[Any, Any]:
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    near = min(NEIGHBOURS, rows)
    if about.task == "regression":
        return Ridge(), KNeighborsRegressor(near)
    line = LogisticRegression(max_iter=200)
    return OneVsRestClassifier(line) if about.task == "multilabel" else line, KNeighborsClassifier(near)


def _scored(model: Any, x: Array, y: Array, asked: Array, true: Array) -> float | None:
    try:
        score = float(model.fit(x, y).score(asked, true))
    except ValueError:  # a part of one class, or numbers that are none
        return None
    return score if np.isfinite(score) else None


def _of_tokens(teaching: Part, judging: Part, about: About) -> References:
    """Always naming the most frequent token; and the one that most often follows the one before."""
    words = about.outputs
    before, after = teaching.x.numpy().ravel(), teaching.y.numpy().ravel()
    pairs = np.zeros((words, words), np.int64)
    np.add.at(pairs, (np.clip(before, 0, words - 1), after), 1)
    asked, true = np.clip(judging.x.numpy().ravel(), 0, words - 1), judging.y.numpy().ravel()
    likeliest = pairs.argmax(axis=1)
    return References(_most_frequent(true), linear=float((likeliest[asked] == true).mean()), rows=len(true))
