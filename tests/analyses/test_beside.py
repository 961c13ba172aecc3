"""Two runs side by side at one epoch: answers against torch, what changed against scikit-learn's confusion matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.metrics import confusion_matrix

from dlcore.analyses.base import ANALYSES
from dlcore.analyses.changed_answers import ChangedAnswers
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError, RunNotFound
from dlcore.figures.confusion_difference import confusion_difference
from dlcore.probes import arrays
from tests.analyses.trained import filmed, without_progress

MLP = [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 16}, {"layer": "ReLU"}, {"layer": "Output"}]
DROPPING = [*MLP[:3], {"layer": "Dropout", "p": 0.5}, MLP[3]]
FEW_DIGITS = {"name": "digits", "limit": 200}


def beside(first: FilmedRun, second: FilmedRun, **asked: Any) -> dict[str, Any]:
    first._other = {"second": second}.__getitem__
    found = ANALYSES["beside"].compute(first, {"other": "second", **asked}, without_progress)
    return arrays.read(arrays.write(found))


@pytest.fixture(scope="module")
def digits() -> tuple[FilmedRun, FilmedRun]:
    return filmed(FEW_DIGITS, MLP), filmed(FEW_DIGITS, DROPPING)


@pytest.mark.parametrize("epoch", [0, 2])
def test_both_answer_the_same_examples_with_the_weights_of_that_epoch(
    digits: tuple[FilmedRun, FilmedRun], epoch: int
) -> None:
    found = beside(*digits, epoch=epoch)
    judging = digits[0].data.judging
    assert (found["truth"] == judging.y.numpy()).all()
    for run, seen in zip(digits, (found["first"], found["second"]), strict=True):
        with torch.no_grad():
            shares = run.model(epoch)(judging.x).softmax(dim=1)
        assert seen["epoch"] == epoch
        assert (seen["answers"] == shares.argmax(dim=1).numpy()).all()
        assert seen["sure"] == pytest.approx(shares.amax(dim=1).numpy(), abs=1e-3)
        assert seen["weights"]["1"]["counts"].sum() == 16 * 64


def test_the_difference_and_who_was_rescued_or_lost_are_those_of_scikit_learn(
    digits: tuple[FilmedRun, FilmedRun],
) -> None:
    found = beside(*digits, epoch=3)
    truth, one, two = found["truth"], found["first"]["answers"], found["second"]["answers"]
    changed = ChangedAnswers(truth, one, two, 10)
    labels = range(10)
    wanted = confusion_matrix(truth, two, labels=labels) - confusion_matrix(truth, one, labels=labels)
    assert (changed.difference == wanted).all()
    assert len(changed.rescued) - len(changed.lost) == wanted.trace()
    assert set(changed.rescued) == {n for n in range(len(truth)) if one[n] != truth[n] == two[n]}
    assert set(changed.lost) == {n for n in range(len(truth)) if one[n] == truth[n] != two[n]}
    for row, column in zip(*np.nonzero(wanted), strict=True):
        inside = changed.in_cell(row, column)
        assert (truth[inside] == row).all()
        gained, gone = (two[inside] == column).sum(), (one[inside] == column).sum()
        assert gained - gone == wanted[row, column]
        assert gained + gone == len(inside)
    (cells,) = confusion_difference(found["classes"], changed.difference.tolist(), "dropout").data
    drawn = np.zeros((10, 10), int)
    for x, y, text, place in zip(cells.x, cells.y, cells.text, cells.customdata, strict=True):
        drawn[y, x] = int(text)
        assert place == f"{y},{x}"
    assert (drawn == wanted).all()


def test_the_hidden_space_lies_along_the_components_of_the_last_epoch(digits: tuple[FilmedRun, FilmedRun]) -> None:
    found = beside(*digits, epoch=1)
    x = digits[0].data.judging.x[found["places"].tolist()]

    def hidden(epoch: int) -> np.ndarray[Any, Any]:
        with torch.no_grad():
            return digits[0].model(epoch)[:3](x).double().numpy()

    fitted = PCA(2).fit(hidden(3))
    wanted, given = fitted.transform(hidden(1)), found["first"]["hidden"]["xy"].astype(float)
    for axis in (0, 1):  # of a component only its line is known, not its direction
        assert np.abs(given[:, axis]) == pytest.approx(np.abs(wanted[:, axis]), rel=2e-3, abs=2e-3)
    assert found["first"]["hidden"]["explained"] == pytest.approx(fitted.explained_variance_ratio_, rel=1e-4)


def test_values_are_compared_in_the_units_of_the_target() -> None:
    network = [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}]
    runs = filmed("diabetes", network), filmed("diabetes", network, batch_size=64)
    found = beside(*runs, epoch=3)
    learned = runs[1].data.scaling["y"]
    with torch.no_grad():
        scaled = runs[1].model(3)(runs[1].data.judging.x)[:, 0].double().numpy()
    assert found["second"]["answers"] == pytest.approx(scaled * learned["scale"][0] + learned["offset"][0], rel=1e-5)
    assert found["truth"].min() > 20  # of 25 to 346
    assert found["classes"] == []


def test_on_the_plane_each_has_its_map() -> None:
    network = [{"layer": "Linear", "out_features": 4}, {"layer": "Tanh"}, {"layer": "Output"}]
    runs = (
        filmed({"name": "moons", "samples": 100}, network),
        filmed({"name": "moons", "samples": 100}, network, batch_size=8),
    )
    found = beside(*runs, epoch=2)
    assert found["first"]["boundary"]["classes"].shape == (80, 80)
    assert {"train", "validation"} <= found["second"]["points"].keys()


def test_runs_that_judge_other_examples_are_shown_and_not_compared_and_other_tasks_refused() -> None:
    first = filmed(FEW_DIGITS, MLP)
    found = beside(first, filmed(FEW_DIGITS, MLP, seed=1), epoch=3)
    assert "truth" not in found
    assert found["first"]["hidden"]["xy"].shape == (len(found["places"]), 2)
    first._remembered.clear()
    with pytest.raises(DlcoreError, match="different tasks"):
        beside(first, filmed("diabetes", MLP[1:]), epoch=3)
    first._remembered.clear()
    first._other = None
    with pytest.raises(RunNotFound):
        ANALYSES["beside"].compute(first, {"other": "nobody's"}, without_progress)
