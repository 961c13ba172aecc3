"""What a network answers example by example: the same as torch says, the surest mistakes first."""

from __future__ import annotations

import json

import pytest
import torch

from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.export.predictions import predictions
from dlcore.export.trained import Trained
from dlcore.training.loop import Trainer


def trained(dataset: str, loss: str) -> Trained:
    experiment = Experiment.from_dict({
        "dataset": {"name": dataset},
        "network": ["Flatten", {"layer": "Linear", "out_features": 8}, "ReLU", "Output"],
        "training": {"loss": loss, "optimizer": "Adam", "epochs": 1, "device": "cpu"},
    })  # fmt: skip
    trainer = Trainer(experiment)
    for _event in trainer.run():
        pass
    return Trained(experiment, trainer.last_weights, "last", 1)


def test_wrong_answers_come_first_and_all_agree_with_torch() -> None:
    of = trained("digits", "CrossEntropyLoss")
    told = json.loads(json.dumps(predictions(of), allow_nan=False))
    data = load(of.experiment)
    with torch.no_grad():
        said = of.build()(data.validation.x).argmax(dim=1)
    assert told["wrong"] == int((said != data.validation.y).sum())
    assert told["examples"] == len(data.validation)
    flags = [each["right"] for each in told["items"]]
    assert flags == sorted(flags)
    left = [dict(each["guesses"]).get(each["truth"], 0.0) for each in told["items"] if not each["right"]]
    assert left == sorted(left) or min(left) == 0.0


def test_the_values_shown_are_those_of_the_row_before_scaling() -> None:
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    for item in predictions(trained("digits", "CrossEntropyLoss"))["items"][:20]:
        assert item["x"] == x[item["row"]].tolist()
        assert item["truth"] == str(y[item["row"]])


def test_numbers_are_in_their_own_unit_and_the_largest_errors_first() -> None:
    from sklearn.datasets import load_diabetes

    told = predictions(trained("diabetes", "MSELoss"))
    y = load_diabetes(return_X_y=True)[1]
    errors = [abs(each["said"] - each["truth"]) for each in told["items"]]
    assert errors == sorted(errors, reverse=True)
    assert [each["truth"] for each in told["items"]] == pytest.approx(
        [y[each["row"]] for each in told["items"]], rel=1e-5
    )
