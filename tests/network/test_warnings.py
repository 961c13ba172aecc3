"""Which networks that work are still worth a word, and which are left in peace."""

from __future__ import annotations

from typing import Any

import pytest

from dlcore.data.base import About
from dlcore.network import apply_repair, diagnose
from dlcore.registry import LOSSES
from tests.network.stacks import (
    DENSE,
    FLAG,
    GREY,
    IMAGES,
    LABELS,
    LENET,
    NUMBERS,
    SMALL_CNN,
    TABLE,
    conv,
    linear,
    residual,
    stack,
)

Case = tuple[list[Any], About, tuple[int, ...], str | None, str]  # layers, data, place, repair, first words

UNWISE: list[Case] = [
    (
        ["Flatten", linear(10), "Softmax", "Output"],
        GREY,
        (2,),
        None,
        "Layer 3 (Softmax) squeezes what Output receives, and CrossEntropyLoss applies softmax",
    ),
    (
        ["Flatten", linear(10), "ReLU", linear(10), "Softmax", "Dropout", "Output"],
        GREY,
        (4,),
        None,
        "Layer 5 (Softmax)",
    ),
    ([linear(3), "Sigmoid", "Output"], TABLE, (1,), None, "Layer 2 (Sigmoid) squeezes"),
    ([linear(3), "LogSoftmax", "BatchNorm1d", "Output"], TABLE, (1,), None, "Layer 2 (LogSoftmax) squeezes"),
    (
        [linear(3), residual("ReLU", linear(3), "Softmax"), "Output"],
        TABLE,
        (1, 2),
        None,
        "Layer 2.3 (Softmax) squeezes",
    ),
    ([linear(3), "Softmax", "Dropout", "LayerNorm", "Output"], TABLE, (1,), None, "Layer 2 (Softmax) squeezes"),
    ([linear(1), "Sigmoid", "Output"], FLAG, (1,), None, "Layer 2 (Sigmoid) squeezes what Output receives, and BCE"),
    ([linear(8), "Softmax", "Output"], FLAG, (1,), None, "Layer 2 (Softmax) squeezes what Output receives, and BCE"),
    ([linear(2), "Sigmoid", "Output"], LABELS, (1,), None, "Layer 2 (Sigmoid) squeezes"),
    ([linear(8), "ReLU", "Sigmoid", "Output"], TABLE, (2,), None, "Layer 3 (Sigmoid) follows another activation"),
    ([linear(8), "Softplus", "PReLU", "Output"], TABLE, (2,), "remove", "Layer 3 (PReLU) follows another activation"),
    (
        [linear(8), linear(8), "ReLU", "Output"],
        TABLE,
        (1,),
        "insert:ReLU",
        "Between Layer 1 (Linear) and Layer 2 (Linear)",
    ),
    ([linear(8), "Dropout", "Output"], TABLE, (2,), "insert:ReLU", "Between Layer 1 (Linear) and Layer 3 (Output)"),
    (
        [conv(4), "AvgPool2d", conv(4), "ReLU", "Flatten", "Output"],
        IMAGES,
        (2,),
        "insert:ReLU",
        "Between Layer 1 (Conv2d)",
    ),
    ([linear(8), "ReLU", "ReLU", "Output"], TABLE, (2,), "remove", "Layer 3 (ReLU) follows another activation"),
    (["Flatten", "Flatten", "Output"], GREY, (1,), "remove", "Layer 2 (Flatten) changes nothing here"),
    (
        [linear(8), "Sigmoid", linear(9), "Sigmoid", linear(8), "Sigmoid", linear(9), "Sigmoid", "Output"],
        TABLE,
        (1,),
        "replace:ReLU",
        "The gradient passes 4 sigmoids",
    ),
]


def first_words(case: Case) -> str:
    return case[4]


@pytest.mark.parametrize("case", UNWISE, ids=first_words)
def test_an_unwise_network_gets_one_warning_on_the_layer(case: Case) -> None:
    layers, about, path, repair, words = case
    diagnosis = diagnose(stack(*layers), about)
    assert diagnosis.error is None
    (warning,) = diagnosis.warnings
    assert str(warning.text).startswith(words)
    assert (warning.path, warning.repair) == (path, repair)


@pytest.mark.parametrize("case", [case for case in UNWISE if case[3] is not None], ids=first_words)
def test_a_warning_goes_away_with_its_repair(case: Case) -> None:
    layers, about, path, repair, _ = case
    assert repair is not None
    after = diagnose(apply_repair(stack(*layers), path, repair), about)
    assert after.error is None
    assert path not in [warning.path for warning in after.warnings if warning.repair == repair]


@pytest.mark.parametrize(
    ("layers", "about"),
    [
        (DENSE, GREY),
        (SMALL_CNN, IMAGES),
        (LENET, IMAGES),
        (stack("Output"), TABLE),
        (stack("Flatten", linear(64), "ReLU", "Dropout", "Output"), GREY),
        (stack(linear(8), "Sigmoid", "Output"), TABLE),
        (stack(linear(8), "BatchNorm1d", "ReLU", "Output"), TABLE),
        (stack(conv(8), "MaxPool2d", conv(8), "MaxPool2d", "Flatten", "Output"), IMAGES),
        (stack(linear(8), "Softmax", "Output"), NUMBERS),
        (stack(linear(8), "Sigmoid", "Output"), FLAG),
        (stack(linear(8), "Softmax", linear(8), "ReLU", "Output"), TABLE),
    ],
)
def test_a_sound_network_is_left_in_peace(layers: Any, about: About) -> None:
    assert diagnose(layers, about).warnings == ()


def test_the_softmax_is_only_spoken_of_where_the_loss_applies_one_itself() -> None:
    layers = stack(linear(8), "Softmax", "Output")
    assert diagnose(layers, TABLE, LOSSES["CrossEntropyLoss"]()).warnings
    assert not diagnose(layers, TABLE, LOSSES["MSELoss"]()).warnings


def test_a_softmax_is_spoken_of_though_nothing_but_weighted_sums_stand_between_it_and_output() -> None:
    said = [str(each.text) for each in diagnose(stack(linear(8), "Softmax", linear(8), "Output"), TABLE).warnings]
    assert any(text.startswith("Layer 2 (Softmax) squeezes") for text in said)


def test_a_network_that_breaks_is_still_warned_about() -> None:
    diagnosis = diagnose(stack(linear(8), linear(8), "Conv2d", "Output"), TABLE)
    assert diagnosis.error is not None
    assert diagnosis.error.path == (2,)
    assert [warning.path for warning in diagnosis.warnings] == [(1,), (2,), (3,)]
