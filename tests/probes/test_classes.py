"""What probes of classes see is what scikit-learn and torch find with the same weights."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    multilabel_confusion_matrix,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)
from torch.nn import functional

from dlcore.data.base import Part
from dlcore.experiment import DatasetChoice
from dlcore.probes.answers import MOST_VALUES, Answers
from dlcore.probes.calibration import Calibration, calibration
from dlcore.probes.confusion import Confusion
from dlcore.probes.labels import Labels
from dlcore.probes.thresholds import MOST_POINTS, Thresholds, thresholds
from tests.probes.learned import Learned, learned
from tests.sampling import examples
from tests.training.experiments import WITH_DROPOUT, experiment
from tests.training.test_tasks import Toy

DENSE = [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Dropout", "p": 0.4}, {"layer": "Output"}]
SCENES = experiment({"name": "scenes", "samples": 200}, [{"layer": "Flatten"}, {"layer": "Output"}],
                    loss="BCEWithLogitsLoss")  # fmt: skip


@pytest.fixture(scope="module")
def classes() -> Learned:
    return learned(experiment("iris", WITH_DROPOUT, epochs=2))


@pytest.fixture(scope="module")
def binary() -> Learned:
    plain = experiment("iris", DENSE, loss="BCEWithLogitsLoss", epochs=1)
    return learned(plain.model_copy(update={"dataset": DatasetChoice(source=Toy(asked="binary"))}))


def probabilities(run: Learned) -> np.ndarray:
    """(N, classes) of the part that judges, by torch."""
    with torch.no_grad():
        outputs = run.model(run.data.judging.x).double()
    if run.data.about.task == "binary":
        yes = outputs.sigmoid().numpy()
        return np.concatenate([1 - yes, yes], axis=1)
    return outputs.softmax(dim=1).numpy()


def truth(run: Learned) -> np.ndarray:
    return run.data.judging.y.long().ravel().numpy()


@pytest.fixture(params=["classes", "binary"])
def run(request: pytest.FixtureRequest) -> Learned:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.mark.parametrize("measured", [True, False], ids=["with the scores of the epoch", "computed anew"])
def test_the_matrix_counts_what_scikit_learn_counts(run: Learned, measured: bool) -> None:
    view = run.view if measured else dataclasses.replace(run.view, scores=None, measured=None)
    expected = confusion_matrix(truth(run), probabilities(run).argmax(axis=1))
    assert Confusion.measure(view)["counts"].tolist() == expected.tolist()


def test_answers_are_those_of_the_network_with_their_probabilities_and_losses(run: Learned) -> None:
    seen, shares, true = Answers.measure(run.view), probabilities(run), truth(run)
    rows = np.arange(len(true))
    assert seen["answer"].tolist() == shares.argmax(axis=1).tolist()
    assert seen["confidence"] == pytest.approx(shares.max(axis=1), abs=1e-3)
    assert seen["of_true"] == pytest.approx(shares[rows, true], abs=1e-3)
    assert seen["probabilities"] == pytest.approx(shares, abs=1e-3)
    assert seen["loss"] == pytest.approx(-np.log(shares[rows, true]), rel=1e-4)
    with torch.no_grad():
        outputs, y = run.model(run.data.judging.x), run.data.judging.y
    by_torch = (functional.cross_entropy(outputs, y, reduction="none") if y.dtype == torch.int64 else
                functional.binary_cross_entropy_with_logits(outputs, y, reduction="none"))  # fmt: skip
    assert seen["loss"] == pytest.approx(by_torch.ravel().numpy(), rel=1e-4)


def test_a_loss_is_exact_also_where_the_probability_of_the_truth_is_none(classes: Learned) -> None:
    sure = torch.tensor([[1000.0, 0.0, 0.0]]).repeat(len(classes.data.judging), 1)
    seen = Answers.measure(dataclasses.replace(classes.view, measured=sure))
    assert seen["loss"].tolist() == [0.0 if true == 0 else 1000.0 for true in truth(classes)]


def test_of_very_many_probabilities_only_two_an_example_are_kept() -> None:
    wide = learned(experiment({"name": "digits", "limit": 60}, epochs=1))
    rows = MOST_VALUES // 10 + 10
    data = dataclasses.replace(wide.data, validation=Part(torch.rand(rows, 1, 8, 8), torch.zeros(rows).long()))
    view = dataclasses.replace(wide.view, data=data, measured=None, scores=None)
    assert len(Answers.measure(view)["answer"]) == 20_000
    assert "probabilities" in Answers.measure(view)
    more = dataclasses.replace(view, measured=torch.rand(rows, 11))
    assert "probabilities" not in Answers.measure(more)


def test_calibration_is_what_counting_by_hand_finds(run: Learned) -> None:
    shares, true = probabilities(run), truth(run)
    check_calibration(Calibration.measure(run.view), shares.max(axis=1), shares.argmax(axis=1) == true)


def check_calibration(seen: Any, confidence: np.ndarray, right: np.ndarray) -> None:
    gap = 0.0
    for number in range(10):
        low, high = number / 10, (number + 1) / 10
        inside = [place for place, each in enumerate(confidence)
                  if (low <= each < high) or (number == 9 and each >= high)]  # fmt: skip
        assert seen["examples"][number] == len(inside)
        if not inside:
            assert np.isnan(seen["confidence"][number])
            assert np.isnan(seen["right"][number])
            continue
        mean, share = sum(confidence[inside]) / len(inside), sum(right[inside]) / len(inside)
        assert seen["confidence"][number] == pytest.approx(mean, abs=1e-6)
        assert seen["right"][number] == pytest.approx(share, abs=1e-6)
        gap += len(inside) * abs(share - mean) / len(confidence)
    assert seen["error"] == pytest.approx(gap, abs=1e-6)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 1).filter(lambda each: abs(10 * each - round(10 * each)) > 1e-5),
                          st.booleans()), min_size=1, max_size=60))  # fmt: skip
def test_any_confidences_are_counted_as_by_hand(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = (np.array(each) for each in zip(*pairs, strict=True))
    check_calibration(calibration(confidence, right), confidence, right)


def test_full_confidence_is_in_the_last_bin_and_what_is_no_number_in_none() -> None:
    seen = calibration(np.array([1.0, 1.0, np.nan]), np.array([True, False, True]))
    assert seen["examples"].tolist() == [0] * 9 + [2]
    assert seen["error"] == pytest.approx(0.5)
    nothing = calibration(np.full(3, np.nan), np.ones(3, bool))
    assert nothing["error"] == 0.0
    assert nothing["examples"].sum() == 0


def test_the_curves_of_yes_and_no_are_those_of_scikit_learn(binary: Learned) -> None:
    check_curves(Thresholds.measure(binary.view), probabilities(binary)[:, 1].astype(np.float32), truth(binary))


def check_curves(seen: Any, scores: np.ndarray, true: np.ndarray) -> None:
    fpr, tpr, _ = roc_curve(true, scores, drop_intermediate=False)
    assert seen["fpr"] == pytest.approx(fpr, abs=1e-6)
    assert seen["tpr"] == pytest.approx(tpr, abs=1e-6)
    precision, recall, _ = precision_recall_curve(true, scores)
    assert seen["precision"] == pytest.approx(precision[:-1][::-1], abs=1e-6)  # from the strictest threshold on
    assert seen["recall"] == pytest.approx(recall[:-1][::-1], abs=1e-6)
    assert seen["auc"] == pytest.approx(roc_auc_score(true, scores))
    assert seen["ap"] == pytest.approx(average_precision_score(true, scores))
    assert seen["positives"] == pytest.approx(true.mean())


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]), st.integers(0, 1)), min_size=2,
                max_size=40).filter(lambda pairs: len({truth for _, truth in pairs}) == 2))  # fmt: skip
def test_scores_with_ties_have_the_curves_of_scikit_learn(pairs: list[tuple[float, int]]) -> None:
    scores, true = (np.array(each) for each in zip(*pairs, strict=True))
    check_curves(thresholds(scores, true), scores, true)


def test_areas_are_of_the_whole_curve_also_where_it_is_drawn_with_fewer_points() -> None:
    random = np.random.default_rng(0)
    scores, true = random.random(5_000), random.integers(0, 2, 5_000)
    seen = thresholds(scores, true)
    assert len(seen["fpr"]) == len(seen["recall"]) == MOST_POINTS
    assert (seen["fpr"][0], seen["tpr"][0], seen["fpr"][-1], seen["tpr"][-1]) == (0, 0, 1, 1)
    assert seen["auc"] == pytest.approx(roc_auc_score(true, scores))
    assert seen["ap"] == pytest.approx(average_precision_score(true, scores))


@pytest.mark.parametrize("true", [[1, 1, 1], [0, 0, 0]])
def test_where_one_of_the_classes_is_missing_there_is_no_area(true: list[int]) -> None:
    seen = thresholds(np.array([0.1, 0.5, np.nan]), np.array(true))
    assert (seen["auc"], seen["ap"]) == (None, None)
    assert seen["positives"] == true[0]


def test_scores_that_are_no_numbers_are_left_out_of_the_curves() -> None:
    scores, true = np.array([0.1, np.nan, 0.7, 0.4, np.inf]), np.array([0, 1, 1, 0, 0])
    check_curves(thresholds(scores, true), scores[[0, 2, 3]], true[[0, 2, 3]])
    assert thresholds(np.full(2, np.nan), np.array([0, 1]))["auc"] is None


def test_each_label_is_counted_as_scikit_learn_counts_it() -> None:
    run = learned(SCENES)
    with torch.no_grad():
        said = (run.model(run.data.validation.x) > 0).long().numpy()
    tables = multilabel_confusion_matrix(run.data.validation.y.long().numpy(), said)  # (labels, 2, 2): [true][said]
    expected = [[int(each[1].sum()), int(each[:, 1].sum()), int(each[1, 1])] for each in tables]
    assert Labels.measure(run.view)["counts"].tolist() == expected


@settings(max_examples=examples(30), deadline=None)
@given(numpy_strategies.arrays(bool, (7, 3)), numpy_strategies.arrays(bool, (7, 3)))
def test_labels_of_any_answers_are_counted_so(true: np.ndarray, said: np.ndarray) -> None:
    run = BASE_OF_LABELS
    part = Part(torch.zeros(7, 3, 24, 24), torch.from_numpy(true).float())
    view = dataclasses.replace(run.view, data=dataclasses.replace(run.data, validation=part),
                               measured=torch.from_numpy(said).float() - 0.5)  # fmt: skip
    tables = multilabel_confusion_matrix(true, said)
    assert Labels.measure(view)["counts"][:, 2].tolist() == [int(each[1, 1]) for each in tables]


BASE_OF_LABELS = learned(SCENES)
