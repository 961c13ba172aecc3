"""An optimizer race: the same first weights and batches for all, and their ways on the real loss."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch

from dlcore.analyses.base import ANALYSES
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError, ExperimentError
from dlcore.experiment import Experiment
from dlcore.figures.race import Lane, lanes, ways
from dlcore.presets import PRESETS
from dlcore.studies import Study
from dlcore.studies.race import Race
from dlcore.training.loop import Trainer
from dlcore.training.model_view import spread
from dlcore.training.twins import differences
from tests.analyses.filmed import filmed_run, nothing

MOONS = PRESETS["moons"].experiment


def short(base: Experiment) -> Experiment:
    training = base.training.model_copy(update={"epochs": 3})
    return base.model_copy(update={"training": training, "dataset": base.dataset.model_copy(update={"limit": 60})})


def test_arms_differ_in_the_optimizer_alone_and_none_runs_twice() -> None:
    study = Study.of(Race.suited(MOONS), MOONS, 1)
    fields = {each.field.split(".")[1] for arm in study.arms[1:] for each in differences([study.base, arm.experiment])}
    assert fields == {"optimizer"}
    optimizers = [arm.experiment.training.optimizer for arm in study.arms]
    assert all(one != other for one, other in itertools.combinations(optimizers, 2))
    assert Study.from_json(json.loads(json.dumps(study.to_json()))) == study


def test_all_begin_with_the_same_weights_and_see_the_same_batches(one_thread: None) -> None:
    study = Study.of(Race.suited(MOONS), short(MOONS), 1)
    trainers = [Trainer(run.experiment) for run in study.runs()]
    first, *others = [[*each.model.parameters()] for each in trainers]
    assert all(all(map(torch.equal, first, other)) for other in others)
    order, *orders = [next(iter(each.state.batches.epoch()))[0] for each in trainers]
    assert all(torch.equal(order, other) for other in orders)


def test_each_may_race_with_three_rates() -> None:
    kind = Race.parse({"optimizers": [{"name": "RMSprop", "lr": 0.01}], "rates": "three"})
    rates = [arm.experiment.training.optimizer.lr for arm in Study.of(kind, MOONS, 1).arms[1:]]  # type: ignore[attr-defined]
    assert rates == pytest.approx([0.002, 0.01, 0.05])
    with pytest.raises(ExperimentError, match="choose at least one optimizer"):
        Study.of(Race(), MOONS, 1)
    with pytest.raises(ExperimentError, match="optimizers"):
        Race.parse({"optimizers": ["Adamm"]})


def raced(base: Experiment, names: list[str]) -> Mapping[str, Any]:
    arms = Study.of(Race.parse({"optimizers": names}), base, 1).arms
    run, *others = [filmed_run(arm.experiment) for arm in arms]
    by_id = {str(number): each for number, each in enumerate(others)}
    run._other = by_id.__getitem__
    return ANALYSES["race"].compute(run, {"others": list(by_id)}, nothing)


def test_with_two_parameters_the_map_is_the_loss_itself(one_thread: None) -> None:
    """Fuel by weight alone, a slope and an offset: torch's loss at a corner of the map, by hand."""
    plain = PRESETS["cars"].experiment.to_dict()
    base = Experiment.from_dict({**plain, "dataset": {**plain["dataset"], "columns": ["weight"], "recipe": []},
                                 "network": [{"layer": "Output"}],
                                 "training": {**plain["training"], "epochs": 3}})  # fmt: skip
    found = raced(base, ["SGD", "RMSprop"])
    assert len(found["axes"]) == 2
    starts = [(path["x"][0], path["y"][0]) for path in found["paths"]]
    assert all(start == pytest.approx(starts[0]) for start in starts)
    assert (found["paths"][0]["x"][-1], found["paths"][0]["y"][-1]) == (0, 0)
    run = filmed_run(base)
    weights = run.weights(run.epochs[-1])
    flat = torch.cat([weights[name].flatten() for name, _parameter in run.model(run.epochs[-1]).named_parameters()])
    corner = flat + torch.tensor([found["x"][0], found["y"][0]])
    taken = spread(len(run.data.train), found["rows"])  # as many rows as there was time for
    assert found["loss"][0][0] == pytest.approx(loss_of(run, corner, taken), rel=1e-4)


def loss_of(run: FilmedRun, flat: torch.Tensor, rows: torch.Tensor) -> float:
    model, at = run.model(run.epochs[-1]), 0
    with torch.no_grad():
        for each in model.parameters():
            each.copy_(flat[at : at + each.numel()].reshape(each.shape))
            at += each.numel()
        return float(run.loss_function(model(run.data.train.x[rows]), run.data.train.y[rows]))


def test_the_ways_of_any_network_lie_on_the_slice_in_which_they_differ_most(one_thread: None) -> None:
    found = raced(short(MOONS), ["SGD"])
    assert found["axes"] == []
    assert 0 < sum(found["shares"]) <= 1 + 1e-6
    assert [len(path["epoch"]) for path in found["paths"]] == [4, 4]
    first, second = (np.array([path["x"][0], path["y"][0]]) for path in found["paths"])
    assert first == pytest.approx(second, abs=1e-5)
    with pytest.raises(DlcoreError, match="others must be a list"):
        ANALYSES["race"].compute(filmed_run(short(MOONS)), {"others": 3}, nothing)
    chart = ways(found, [(0, "one"), (1, "two")])
    assert list(chart.data[1].x) == found["paths"][0]["x"]


def test_a_lane_is_drawn_along_epochs_and_along_seconds() -> None:
    lane = Lane("Adam", 1, [0, 1], [0.1, 0.3], [2.0, 1.0])
    assert list(lanes("epochs", [lane]).data[0].x) == [0, 1]
    assert list(lanes("seconds", [lane]).data[0].x) == [0.1, 0.3]
    assert lanes("seconds", [lane]).layout.yaxis.type == "log"
