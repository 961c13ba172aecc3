"""What a network that cannot work is told, where, and what one click would do about it."""

from __future__ import annotations

from typing import Any

import pytest

from dlcore.data.base import About
from dlcore.errors import NetworkError
from dlcore.i18n import language
from dlcore.network import apply_repair, check, diagnose, trace
from dlcore.registry import LAYERS
from tests.network.stacks import GREY, IMAGES, TABLE, conv, experiment, layer, linear, mistake, stack

Case = tuple[list[Any], About, tuple[int, ...], str | None, str]  # layers, data, place, repair, sentence

MISTAKES: list[Case] = [
    (
        [conv(16), "MaxPool2d", linear(8), "Output"],
        IMAGES,
        (2,),
        "insert:Flatten",
        "Layer 3 (Linear) expects a flat vector but receives an image (16, 15, 15). Insert Flatten before it.",
    ),
    (
        ["Flatten", conv(8), "Output"],
        IMAGES,
        (1,),
        None,
        "Layer 2 (Conv2d) expects an image but receives a flat vector (3072). "
        "A flat vector has lost its rows and columns: put this layer before Flatten.",
    ),
    (
        ["MaxPool2d", "MaxPool2d", "MaxPool2d", "MaxPool2d", conv(8), "Flatten", "Output"],
        IMAGES,
        (4,),
        "set:kernel_size=2",
        "Layer 5 (Conv2d) has a window 3 wide but receives an image (3, 2, 2): it does not fit in. "
        "Make kernel_size at most 2.",
    ),
    (
        [conv(8), "BatchNorm1d", "Flatten", "Output"],
        IMAGES,
        (1,),
        "replace:BatchNorm2d",
        "Layer 2 (BatchNorm1d) expects a flat vector or a sequence with channels but receives an image (8, 30, 30). "
        "Use BatchNorm2d here.",
    ),
    (
        ["Flatten", "BatchNorm2d", "Output"],
        GREY,
        (1,),
        "replace:BatchNorm1d",
        "Layer 2 (BatchNorm2d) expects an image but receives a flat vector (784). Use BatchNorm1d here.",
    ),
    (
        [layer("MaxPool2d", kernel_size=40), "Flatten", "Output"],
        GREY,
        (0,),
        "set:kernel_size=28",
        "Layer 1 (MaxPool2d) has a window 40 wide but receives an image (1, 28, 28): it does not fit in. "
        "Make kernel_size at most 28.",
    ),
    (
        [layer("MaxPool2d", kernel_size=3, padding=2), "Flatten", "Output"],
        GREY,
        (0,),
        "set:padding=1",
        "Layer 1 (MaxPool2d) has padding 2, more than half its window of 3. Make padding at most 1.",
    ),
    (
        [layer("Conv2d", out_channels=6, groups=2), "Flatten", "Output"],
        IMAGES,
        (0,),
        "set:groups=1",
        "Layer 1 (Conv2d) splits channels into 2 groups, but 3 → 6 do not divide evenly. Set groups to 1, for example.",
    ),
    (
        ["Output"],
        GREY,
        (0,),
        "insert:Flatten",
        "Layer 1 (Output) expects a flat vector but receives an image (1, 28, 28). Insert Flatten before it.",
    ),
    ([], GREY, (), "append:Output", "The network is empty. Add an Output layer to begin with."),
    (
        ["Flatten", "ReLU"],
        GREY,
        (),
        "append:Output",
        "The network has no Output layer. Its last layer must be Output.",
    ),
    (["Output", "ReLU"], TABLE, (0,), "move:end", "Layer 1 (Output) must be the last layer. Move it to the end."),
    (
        ["Output", "ReLU", "Output"],
        TABLE,
        (0,),
        "remove",
        "Layer 1 (Output) stands before the end, and there is another Output. Remove this one.",
    ),
]


def first_words(case: Case) -> str:
    return case[4][:60]


@pytest.mark.parametrize("case", MISTAKES, ids=first_words)
def test_a_mistake_is_told_on_its_layer(case: Case) -> None:
    layers, about, path, repair, sentence = case
    error = mistake(stack(*layers), about)
    assert str(error) == sentence
    assert (error.path, error.repair) == (path, repair)


@pytest.mark.parametrize("case", [case for case in MISTAKES if case[3]], ids=first_words)
def test_the_repair_mends_what_it_was_offered_for(case: Case) -> None:
    layers, about, path, repair, _ = case
    assert repair is not None
    before = stack(*layers)
    after = diagnose(apply_repair(before, path, repair), about)
    assert after.error is None or after.error.path != path
    assert before == stack(*layers)


def test_a_layer_keeps_the_settings_that_its_replacement_allows() -> None:
    (replaced,) = apply_repair(stack(layer("Conv2d", out_channels=5, stride=2, padding=31)), (0,), "replace:Conv3d")
    assert replaced.to_dict() == LAYERS["Conv3d"](out_channels=5, stride=2).to_dict()


def test_the_steps_before_a_mistake_are_kept() -> None:
    diagnosis = diagnose(stack(conv(16), "MaxPool2d", linear(8), "Output"), IMAGES)
    assert [step.layer for step in diagnosis.steps] == ["Conv2d", "MaxPool2d"]
    assert diagnosis.steps[-1].made == (16, 15, 15)


def test_tracing_raises_what_diagnosing_reports() -> None:
    with pytest.raises(NetworkError, match=r"Layer 1 \(Linear\) expects a flat vector"):
        trace(experiment("Linear", "Output"))


def test_what_torch_alone_refuses_still_becomes_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlcore.layers.convolution import Conv2d

    monkeypatch.setattr(Conv2d, "check", lambda self, received: None)
    error = mistake(stack(layer("Conv2d", kernel_size=63), "Flatten", "Output"))
    assert str(error).startswith("Layer 1 (Conv2d) cannot work on an image (3, 32, 32): ")


def test_a_mistake_is_told_in_the_language_of_its_reader() -> None:
    error = mistake(stack(linear(8), "Output"), GREY)
    with language("zh_CN"):
        assert "第 1 层（Linear）" in str(error)
        assert "Flatten" in str(error)


def test_a_layer_of_a_million_by_a_million_is_refused_without_allocating() -> None:
    huge = experiment("Flatten", linear(10**6), "ReLU", linear(10**6), "Output")
    with pytest.raises(NetworkError, match=r"Layer 4 \(Linear\).*GB") as caught:
        check(huge)
    assert caught.value.path == (3,)
    diagnosis = diagnose(huge.network, GREY)
    assert diagnosis.error is not None
    assert len(diagnosis.steps) == 3


def test_the_limit_of_memory_is_held_with_gradients_optimizer_and_batch() -> None:
    fits = experiment("Flatten", linear(1000), "ReLU", "Output", batch_size=1000)
    weights = 4 * (64 * 1000 + 1000 + 1000 * 10 + 10)
    kept = 4 * 1000 * (64 + 1000)  # the batch, and the ReLU's result
    check(fits, memory_limit=4 * weights + kept)
    with pytest.raises(NetworkError, match="GB"):
        check(fits, memory_limit=4 * weights + kept - 1)


def test_batch_normalization_of_single_examples_is_refused_before_training() -> None:
    with pytest.raises(NetworkError, match=r"Layer 2 \(BatchNorm1d\) needs more than one value") as caught:
        check(experiment("Flatten", "BatchNorm1d", "Output", batch_size=1))
    assert caught.value.path == (1,)
    check(experiment("BatchNorm2d", "Flatten", "Output", batch_size=1))
