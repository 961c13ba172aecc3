"""What a network answers example by example: the same as torch says, the surest mistakes first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
import torch

from dlcore.data.load import load
from dlcore.errors import ExportError
from dlcore.experiment import Experiment
from dlcore.inference.predictions import predictions
from dlcore.inference.trained import Trained
from dlcore.training.loop import Trainer

DENSE = ["Flatten", {"layer": "Linear", "out_features": 8}, "ReLU", "Output"]


def trained(dataset: str | dict[str, Any], loss: str, network: Sequence[Any] = DENSE) -> Trained:
    experiment = Experiment.from_dict({
        "dataset": {"name": dataset} if isinstance(dataset, str) else dataset,
        "network": list(network),
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

    told = predictions(trained("diabetes", "MSELoss"), "test")
    y = load_diabetes(return_X_y=True)[1]
    errors = [abs(each["predicted"] - each["truth"]) for each in told["items"]]
    assert errors == sorted(errors, reverse=True)
    assert [each["truth"] for each in told["items"]] == pytest.approx(
        [y[each["row"]] for each in told["items"]], rel=1e-5
    )


def test_each_part_is_told_apart_and_an_empty_one_is_refused_with_a_sentence() -> None:
    of = trained("digits", "CrossEntropyLoss")
    data = load(of.experiment)
    told = {part: predictions(of, part) for part in ("training", "validation", "test")}
    assert [each["examples"] for each in told.values()] == [len(data.train), len(data.validation), len(data.test)]
    with torch.no_grad():
        said = of.build()(data.test.x).argmax(dim=1)
    assert told["test"]["wrong"] == int((said != data.test.y).sum())
    assert not {each["row"] for each in told["test"]["items"]} & {each["row"] for each in told["training"]["items"]}
    split = {"method": "holdout", "test": 0, "validation": 0.2}
    with pytest.raises(ExportError, match="empty"):
        predictions(trained({"name": "iris", "split": split}, "CrossEntropyLoss"), "test")


def test_labels_are_right_where_all_of_them_are() -> None:
    of = trained({"name": "scenes", "limit": 100}, "BCEWithLogitsLoss")
    told = predictions(of)
    data = load(of.experiment)
    with torch.no_grad():
        said = of.build()(data.validation.x) > 0
    assert told["wrong"] == int((said != data.validation.y.bool()).any(dim=1).sum())
    for item in told["items"]:
        assert set(item["predicted"]) == {name for name, share in item["guesses"] if share > 0.5}


def test_a_text_is_judged_by_what_follows_its_last_token() -> None:
    network = [{"layer": "Embedding", "embedding_dim": 8}, {"layer": "GRU", "hidden_size": 8, "every_step": True}]
    of = trained({"name": "manual", "length": 16, "characters": 20_000, "limit": 40}, "CrossEntropyLoss",
                 [*network, "Output"])  # fmt: skip
    told = predictions(of)
    data = load(of.experiment)
    with torch.no_grad():
        said = of.build()(data.validation.x)[:, -1].argmax(dim=1)
    assert told["wrong"] == int((said != data.validation.y[:, -1]).sum())
