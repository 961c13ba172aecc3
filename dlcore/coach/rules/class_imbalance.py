"""A class so rare that naming it does not pay."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.references import features
from dlcore.coach.rule import Rule
from dlcore.coach.settings import plain_loss
from dlcore.data.base import Part
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

RARE = 0.5  # of an even share of the examples
FOUND = 0.5  # of its examples, by a linear model for which all classes count alike
MISSED = 0.35  # of its examples that the network finds, at most
AHEAD = 0.3  # by which the linear model finds more
ENOUGH = 4  # examples that judge


class ClassImbalance(Rule):
    """A rare class is hardly ever named, and the accuracy hides it."""

    name = "class-imbalance"
    judged_by = "recall"

    def listen(self, course: Course) -> Iterator[Finding]:
        confusion, about = course.confusion, course.about
        if confusion is None or course.trained < 1 or course.diverged or about.task not in ("multiclass", "binary"):
            return
        true, right = confusion.sum(axis=1), confusion.diagonal()
        shares = _shares(course)
        even = 1 / max(2, len(true))
        seldom = [each for each in range(len(true)) if shares[each] < RARE * even and true[each] >= ENOUGH]
        rare = [each for each in seldom if right[each] / true[each] <= MISSED]
        if not rare or _weighted(course.experiment):
            return
        missed = min(rare, key=lambda each: right[each] / true[each])
        recall = _balanced_recall(course)
        if recall is None or recall[missed] < max(FOUND, right[missed] / true[missed] + AHEAD):
            return
        name = about.classes[missed] if missed < len(about.classes) else str(missed)
        text = Text(
            N_("{name} is {share} of the training part; of {count} examples of it, {found} were found, and the "
               "accuracy of {accuracy} hides it. A linear model for which all classes count alike finds {others} of "
               "them."),
            count=int(true[missed]), name=name, share=f"{shares[missed]:.1%}".replace("%", " %"),
            found=int(right[missed]), accuracy=f"{right.sum() / true.sum():.0%}".replace("%", " %"),
            others=f"{recall[missed]:.0%}".replace("%", " %"),
        )  # fmt: skip
        measured = {**course.outcome.measured, "class": name, "share": round(float(shares[missed]), 4),
                    "recall": round(float(right[missed] / true[missed]), 4),
                    "recall_balanced": round(float(recall[missed]), 4)}  # fmt: skip
        remedy = _remedy(course, shares)
        yield Finding(self.name, "warning", text, remedy, None, measured, course.span)


def _weighted(experiment: Experiment) -> bool:
    loss = experiment.training.loss
    return getattr(loss, "class_weights", "none") != "none" or getattr(loss, "pos_weight", None) is not None


def _shares(course: Course) -> np.ndarray[Any, Any]:
    """Each class's share of the training part, (classes,)."""
    classes = max(2, course.about.outputs)
    counts = np.bincount(course.data.train.y.cpu().numpy().astype(int).ravel(), minlength=classes)
    return np.asarray(counts / max(1, counts.sum()))


def _balanced_recall(course: Course) -> np.ndarray[Any, Any] | None:
    """Which share of each class a linear model finds for which all classes count alike, (classes,)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import recall_score

    teaching, judging = (
        Part(part.x[:4000].cpu(), part.y[:4000].cpu()) for part in (course.data.train, course.data.judging)
    )
    x, asked = features(teaching, judging, course.about)
    y, true = (part.y.numpy().astype(int).ravel() for part in (teaching, judging))
    if len(np.unique(y)) < 2:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answers = LogisticRegression(max_iter=200, class_weight="balanced").fit(x, y).predict(asked)
        labels = list(range(max(2, course.about.outputs)))
        return np.asarray(recall_score(true, answers, average=None, labels=labels, zero_division=0))


def _remedy(course: Course, shares: np.ndarray[Any, Any]) -> Remedy:
    loss = course.experiment.loss
    if "class_weights" in type(loss).model_fields:
        return Remedy({"training.loss": plain_loss(loss, class_weights="balanced")})
    return Remedy({"training.loss": plain_loss(loss, pos_weight=round(float(shares[0] / max(shares[1], 1e-6)), 2))})
