"""What lesson 11 says of predictions is what scikit-learn says of them, whoever made them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_score, recall_score, roc_curve

from dlcore.lessons import metrics
from dlcore.lessons.course import lesson

SCORES = {"accuracy": accuracy_score, "precision": precision_score, "recall": recall_score, "f1": f1_score}
THREE = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7], [0.3, 0.5, 0.2], [0.2, 0.2, 0.6]], np.float16)
SEEN = {"answers": {"probabilities": THREE}, "samples": {"truth": np.array([0, 2, 1, 1], np.uint16)}}


@pytest.mark.parametrize("threshold", [0.02, 0.1, 0.5, 0.85])
def test_counts_and_scores_at_a_threshold_are_scikit_learns(threshold: float) -> None:
    made = metrics.eights()
    found, yes = metrics.counts(made, threshold), (made.p >= threshold).long()
    (tn, fp), (fn, tp) = confusion_matrix(made.y.long(), yes)
    assert (found["tp"], found["fp"], found["fn"], found["tn"]) == (tp, fp, fn, tn)
    assert {name: found[name] for name in SCORES} == pytest.approx({n: f(made.y, yes) for n, f in SCORES.items()})


def test_every_place_of_the_curve_lies_on_scikit_learns_roc() -> None:
    made = metrics.eights()
    found, (fpr, tpr, _) = metrics.curves(made), roc_curve(made.y, made.p, drop_intermediate=False)
    places = set(zip(fpr.round(9), tpr.round(9), strict=True))
    assert {(round(x, 9), round(y, 9)) for x, y in zip(found.fpr, found.tpr, strict=True)} <= places


def test_a_run_asks_for_its_last_class_against_all_others() -> None:
    read = metrics.of_run(SEEN)
    assert read["y"] == [0, 1, 0, 0]
    assert read["p"] == pytest.approx([0.1, 0.7, 0.2, 0.6], abs=1e-3)
    found = metrics.counts(metrics.predictions(read), 0.5)
    assert (found["tp"], found["fp"], found["fn"], found["tn"]) == (1, 1, 0, 2)


def test_a_run_that_kept_no_probabilities_is_not_read() -> None:
    with pytest.raises(KeyError):
        lesson("metrics").read({"answers": {"answer": THREE}, "samples": SEEN["samples"]})


def test_where_nothing_is_called_yes_there_is_no_precision() -> None:
    found = metrics.counts(metrics.Predictions(torch.tensor([0.2, 0.4]), torch.tensor([0.0, 1.0])), 0.9)
    assert math.isnan(found["precision"])
    assert found["recall"] == 0
