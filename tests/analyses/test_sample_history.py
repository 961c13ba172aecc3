"""What is told of pinned examples over the epochs is what torch finds with the kept weights, whatever is pinned."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from tests.analyses.filmed import answered, filmed_run
from tests.training.experiments import experiment

DENSE = [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 8}, {"layer": "Tanh"}, {"layer": "Output"}]
DIGITS = experiment("digits", DENSE, epochs=3)
PINS = [["validation", 7], ["train", 11], ["validation", 0]]


def rows_of(run: FilmedRun) -> Tensor:
    """The inputs of PINS, (3, *shape)."""
    data = run.data
    return torch.stack([data.validation.x[7], data.train.x[11], data.validation.x[0]])


@torch.no_grad()
def outputs(run: FilmedRun, epoch: int) -> Tensor:
    return run.model(epoch)(rows_of(run)).double()


def test_probabilities_of_any_example_are_a_fresh_networks_at_every_epoch() -> None:
    run = filmed_run(DIGITS)
    seen = answered(run, "sample_history", pins=PINS)
    assert list(seen["epochs"]) == run.epochs
    assert (list(seen["parts"]), list(seen["rows"])) == (["validation", "train", "validation"], [7, 11, 0])
    assert seen["counts"] == {"validation": len(run.data.validation), "train": len(run.data.train)}
    assert seen["classes"].tolist() == [list(range(10))] * 3
    for frame, epoch in enumerate(run.epochs):
        assert seen["values"][frame] == pytest.approx(outputs(run, epoch).softmax(dim=1).numpy(), abs=1e-6)
    truth = [run.data.validation.y[7], run.data.train.y[11], run.data.validation.y[0]]
    assert seen["truth"].tolist() == [int(each) for each in truth]


def test_a_regression_is_told_in_the_units_of_its_target() -> None:
    run = filmed_run(experiment("diabetes", DENSE, loss="MSELoss", epochs=2))
    seen = answered(run, "sample_history", pins=PINS)
    scaling = run.data.scaling["y"]
    scale, offset = scaling["scale"][0], scaling["offset"][0]
    for frame, epoch in enumerate(run.epochs):
        assert seen["values"][frame] == pytest.approx(outputs(run, epoch).numpy() * scale + offset, rel=1e-5)
    true = torch.stack([run.data.validation.y[7], run.data.train.y[11], run.data.validation.y[0]])
    assert seen["truth"] == pytest.approx(true[:, 0].double().numpy() * scale + offset, rel=1e-5)


def test_of_several_labels_each_has_a_probability_of_its_own() -> None:
    run = filmed_run(experiment({"name": "scenes", "samples": 120}, DENSE, loss="BCEWithLogitsLoss", epochs=2))
    seen = answered(run, "sample_history", pins=PINS)
    for frame, epoch in enumerate(run.epochs):
        assert seen["values"][frame] == pytest.approx(outputs(run, epoch).sigmoid().numpy(), abs=1e-6)
    assert seen["truth"][1].tolist() == run.data.train.y[11].tolist()


REVIEWS = [{"layer": "Embedding", "embedding_dim": 4}, {"layer": "PoolOverTime"}, {"layer": "Output"}]


def test_yes_or_no_has_both_probabilities() -> None:
    run = filmed_run(experiment({"name": "reviews", "samples": 200}, REVIEWS, loss="BCEWithLogitsLoss", epochs=1))
    seen = answered(run, "sample_history", pins=PINS)
    yes = outputs(run, run.epochs[-1]).sigmoid()[:, 0].numpy()
    assert seen["values"][-1] == pytest.approx(np.stack([1 - yes, yes], axis=1), abs=1e-6)


MANUAL = experiment(
    "manual", [{"layer": "Embedding", "embedding_dim": 4}, {"layer": "LSTM", "hidden_size": 4, "every_step": True},
               {"layer": "Output"}], epochs=1,
)  # fmt: skip


def test_of_many_tokens_the_true_one_and_the_likeliest_are_told() -> None:
    run = filmed_run(MANUAL)
    seen = answered(run, "sample_history", pins=[["train", 3]])
    x, y = run.data.train.x[3:4], run.data.train.y[3]
    (told,) = seen["classes"]
    assert len(told) == 12
    assert seen["truth"].tolist() == [int(y[-1])]
    assert int(y[-1]) in told
    with torch.no_grad():
        shares = [run.model(epoch)(x)[0, -1].double().softmax(dim=0).numpy() for epoch in run.epochs]
    for frame, each in enumerate(shares):
        assert seen["values"][frame][0] == pytest.approx(each[told], abs=1e-6)
    mean = np.mean(shares, axis=0)
    others = sorted(set(told) - {int(y[-1])})
    assert mean[others].min() >= np.delete(mean, told).max() - 1e-9


def test_without_pins_examples_are_chosen_all_over_the_part_that_judges() -> None:
    run = filmed_run(DIGITS)
    seen = answered(run, "sample_history")
    assert set(seen["parts"]) == {"validation"}
    assert len(seen["rows"]) == 24
    assert (seen["rows"][0], seen["rows"][-1]) == (0, len(run.data.validation) - 1)


@pytest.mark.parametrize(
    ("pins", "sentence"),
    [
        ([["validation", 10**6]], "row must be a whole number from 0 to"),
        ([["validation", True]], "row must be a whole number"),
        ([["test", 0]], "part must be one of validation, train, but 'test' came."),
        ([["validation", 0]] * 25, "pins must be up to 24 pairs of a part and a row"),
        ("all", "pins must be up to 24 pairs"),
    ],
)
def test_what_cannot_be_pinned_is_named(pins: object, sentence: str) -> None:
    run: FilmedRun = filmed_run(SMALL)
    with pytest.raises(DlcoreError, match=sentence):
        answered(run, "sample_history", pins=pins)


SMALL: Experiment = experiment(epochs=1)
