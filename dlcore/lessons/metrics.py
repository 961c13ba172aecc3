"""What becomes of predictions: the counts, rates and costs of every threshold; folds; and the scores of numbers."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor
from torch.nn import functional

from dlcore.lessons.digits import digits

LOOKED_FOR, TAUGHT = 8, 1200  # the digit, and how many of the digits teach
STEPS = 100  # thresholds between 0 and 1
MOST = 600  # predictions of a run that are drawn
PENGUINS = Path(__file__).parents[2] / "datasets/penguins.csv"
MEASURED = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]


@dataclass(frozen=True)
class Predictions:
    """Probabilities of a yes (N,), and whether it is one (N,), 0 or 1."""

    p: Tensor
    y: Tensor


@functools.cache
def eights() -> Predictions:
    """Which of the last digits is an 8? Asked of a single neuron that has learned from the others."""
    x, labels = digits()
    y = (labels == LOOKED_FOR).double()
    w, b = torch.zeros(64, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    optimizer = torch.optim.Adam([w.requires_grad_(), b.requires_grad_()], lr=0.1)
    for _step in range(60):
        optimizer.zero_grad()
        functional.binary_cross_entropy_with_logits(x[:TAUGHT] @ w + b, y[:TAUGHT]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return Predictions(torch.sigmoid(x[TAUGHT:] @ w + b).detach(), y[TAUGHT:])


def of_run(seen: Mapping[str, Any]) -> dict[str, Any]:
    """The predictions of a run's validation part, of its last class against all others; `p` and `y`, (N,) as lists.

    Raises KeyError where the run did not keep them.
    """
    p, truth = seen["answers"]["probabilities"], seen["samples"]["truth"]
    last = p.shape[1] - 1
    few = np.unique(np.linspace(0, len(truth) - 1, min(len(truth), MOST)).round().astype(int))
    return {"p": [round(float(each), 4) for each in p[few, last]], "y": (truth[few] == last).astype(float).tolist()}


def predictions(run: Mapping[str, Any]) -> Predictions:
    """Those of a run, as `of_run` read them, or else the eights."""
    if not run:
        return eights()
    return Predictions(torch.tensor(run["p"], dtype=torch.float64), torch.tensor(run["y"], dtype=torch.float64))


def counts(made: Predictions, threshold: float) -> dict[str, float]:
    """True and false, positives and negatives, at a threshold; and the scores that follow of them."""
    yes = (made.p >= threshold).double()
    tp, fp = float((yes * made.y).sum()), float((yes * (1 - made.y)).sum())
    fn, tn = float(made.y.sum()) - tp, float((1 - made.y).sum()) - fp
    return {
        "tp": tp, "fp": fp, "fn": fn, "tn": tn, "accuracy": (tp + tn) / len(yes),
        "precision": tp / (tp + fp) if tp + fp else float("nan"), "recall": tp / (tp + fn) if tp + fn else float("nan"),
        "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else float("nan"),
    }  # fmt: skip


def thresholds() -> list[float]:
    """From 0 to a little above 1, where nothing is a yes."""
    return [n / STEPS for n in range(STEPS + 2)]


@dataclass(frozen=True)
class Curves:
    """For each of `thresholds`, misses and false alarms, and both as rates; for each rate of alarms, a threshold."""

    misses: list[float]
    alarms: list[float]
    fpr: list[float]
    tpr: list[float]
    threshold_of: list[float]  # of a false positive rate of 0, 0.01, …, 1


def curves(made: Predictions) -> Curves:
    """The ROC curve and what a cost is made of."""
    found = [counts(made, t) for t in thresholds()]
    yes, no = max(1.0, float(made.y.sum())), max(1.0, float((1 - made.y).sum()))
    fpr, tpr = [each["fp"] / no for each in found], [each["tp"] / yes for each in found]
    of = [next(t for t, rate in zip(thresholds(), fpr, strict=True) if rate <= n / STEPS) for n in range(STEPS + 1)]
    return Curves([each["fn"] for each in found], [each["fp"] for each in found], fpr, tpr, of)


@functools.cache
def penguins() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Measurements (342, 4) and species (342,) of the penguins in the order of their file: species after species."""
    rows = pd.read_csv(PENGUINS).dropna(subset=MEASURED)
    return rows[MEASURED].to_numpy(), rows["species"].astype("category").cat.codes.to_numpy()


@functools.lru_cache(maxsize=64)
def folds(k: int, shuffle: bool) -> tuple[list[list[float]], list[float]]:
    """Which rows each fold judges, (k, 342) of 0 and 1, and the accuracy of the five nearest neighbours on them."""
    x, y = penguins()
    lanes, scores = [], []
    for teach, judge in KFold(k, shuffle=shuffle, random_state=0 if shuffle else None).split(x):
        model = make_pipeline(StandardScaler(), KNeighborsClassifier()).fit(x[teach], y[teach])
        lanes.append([float(each) for each in np.isin(np.arange(len(y)), judge)])
        scores.append(float(model.score(x[judge], y[judge])))
    return lanes, scores


@functools.cache
def cars() -> tuple[list[float], list[float]]:
    """How far cars go on a gallon, and what a straight line through their weight says."""
    rows = pd.read_csv(PENGUINS.with_name("cars.csv")).dropna(subset=["mpg"])
    slope, start = np.polyfit(rows["weight"], rows["mpg"], 1)
    return rows["mpg"].tolist(), (slope * rows["weight"] + start).tolist()
