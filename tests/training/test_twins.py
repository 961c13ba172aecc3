"""Twins differ in dropout alone, and what differs between experiments is found, layers matched up first."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import dlcore
from dlcore.experiment import Experiment
from dlcore.training.events import EpochEnded
from dlcore.training.twins import differences, dropout_twins, has_dropout, twins, with_dropout, without_dropout
from tests.training.experiments import MLP, WITH_DROPOUT, experiment

DEEP = [*MLP[:3], {"layer": "Linear", "out_features": 16}, {"layer": "Tanh"}, {"layer": "Output"}]


def names(made: Experiment) -> list[str]:
    return [layer.name for layer in made.network]


def found(*experiments: Experiment) -> list[tuple[str, tuple[Any, ...]]]:
    return [(each.field, tuple(map(str, each.values))) for each in differences(experiments)]


def test_dropout_is_added_after_each_hidden_activation() -> None:
    assert names(with_dropout(experiment(network=DEEP))) == [
        "Flatten", "Linear", "ReLU", "Dropout", "Linear", "Tanh", "Dropout", "Output",
    ]  # fmt: skip


def test_dropout_that_is_there_is_not_doubled() -> None:
    assert with_dropout(experiment(network=WITH_DROPOUT)) == experiment(network=WITH_DROPOUT)


def test_twins_of_a_network_with_dropout_are_itself_and_itself_without() -> None:
    dropping, plain = twins(experiment(network=WITH_DROPOUT))
    assert dropping == experiment(network=WITH_DROPOUT)
    assert names(plain) == names(experiment(network=MLP))


def test_dropout_is_taken_out_of_blocks_too() -> None:
    block = {"layer": "Residual", "layers": [{"layer": "Linear", "out_features": 32}, {"layer": "Dropout"}]}
    made = experiment(network=[*MLP[:2], block, {"layer": "Output"}])
    assert has_dropout(made)
    assert not has_dropout(without_dropout(made))
    assert names(without_dropout(made)) == names(made)


def test_twins_start_from_the_same_weights_and_the_same_scores() -> None:
    pair = twins(experiment(network=DEEP, epochs=1))
    weights = [list(dlcore.build(each).parameters()) for each in pair]
    assert all(torch.equal(one, other) for one, other in zip(*weights, strict=True))
    first, second = (next(e for e in dlcore.train(each) if isinstance(e, EpochEnded)) for each in pair)
    assert first.validation == second.validation


def test_an_inserted_layer_is_one_difference_and_shifts_no_other() -> None:
    assert found(*twins(experiment(network=DEEP))) == [
        ("network.+4", ("p=0.3", "None")),
        ("network.+7", ("p=0.3", "None")),
    ]


def test_only_what_differs_is_listed_and_in_the_order_of_the_file() -> None:
    one = experiment(epochs=3)
    other = experiment(network=[*MLP[:1], {"layer": "Linear", "out_features": 8}, *MLP[2:]], epochs=5, seed=7)
    assert found(one, other) == [
        ("network.2.out_features", ("32", "8")),
        ("training.epochs", ("3", "5")),
        ("seed", ("0", "7")),
    ]


def test_settings_of_different_optimizers_stand_beside_a_blank() -> None:
    adam, sgd = experiment(), experiment(optimizer={"name": "SGD", "lr": 0.1, "momentum": 0.9})
    fields = dict(found(adam, sgd))
    assert fields["training.optimizer.name"] == ("Adam", "SGD")
    assert fields["training.optimizer.momentum"] == ("None", "0.9")


def test_three_runs_are_matched_in_one_table() -> None:
    dropping, plain = twins(experiment(network=DEEP))
    wide = experiment(network=[*DEEP[:1], {"layer": "Linear", "out_features": 99}, *DEEP[2:]])
    assert found(plain, dropping, wide) == [
        ("network.2.out_features", ("32", "32", "99")),
        ("network.+4", ("None", "p=0.3", "None")),
        ("network.+7", ("None", "p=0.3", "None")),
    ]


def test_a_loss_that_was_left_out_differs_only_from_one_that_is_not_the_usual() -> None:
    chosen = experiment()
    left_out = chosen.model_copy(update={"training": chosen.training.model_copy(update={"loss": None})})
    assert differences([chosen, left_out]) == []
    assert found(left_out, experiment(loss="NLLLoss")) == [("training.loss", ("CrossEntropyLoss", "NLLLoss"))]


def test_equal_experiments_do_not_differ() -> None:
    assert differences([experiment(), experiment()]) == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_dropout_twins_are_recognized_in_either_order(order: tuple[int, int]) -> None:
    pair = twins(experiment(network=DEEP))
    assert dropout_twins([pair[place] for place in order]) == order


def test_runs_that_differ_in_more_are_no_dropout_twins() -> None:
    dropping, plain = twins(experiment(network=DEEP))
    assert dropout_twins([dropping, plain.model_copy(update={"seed": 5})]) is None
    assert dropout_twins([plain, plain]) is None
    assert dropout_twins([dropping]) is None
