"""Sequences of tokens and of vectors: what fits what, and what to do where it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dlcore.data.base import About
from dlcore.declaration import Shape
from dlcore.network import apply_repair, diagnose
from tests.network.stacks import GREY, layer, linear, mistake, stack

WORDS = About("multiclass", Shape((12,), vocabulary=50), rows=100, classes=("good", "bad"))
WAVES = About("multiclass", Shape((1, 64), axes="CL"), rows=100, classes=("sine", "square"))
ROWS = About("multiclass", Shape((28, 28)), rows=100, classes=("a", "b"))


@pytest.mark.parametrize(
    ("layers", "about"),
    [
        (["Embedding", "LSTM", "Output"], WORDS),
        (["Embedding", layer("GRU", every_step=True, bidirectional=True), layer("RNN"), "Output"], WORDS),
        (["Embedding", "LearnedPositionalEncoding", "TransformerEncoderLayer", "PoolOverTime", "Output"], WORDS),
        (["Embedding", "SinusoidalPositionalEncoding", "MultiheadAttention", "PoolOverTime", "Output"], WORDS),
        (["Embedding", "Permute", "Conv1d", "ReLU", "GlobalMaxPool", "Output"], WORDS),
        (["Embedding", "Flatten", "Output"], WORDS),
        (["Conv1d", "ReLU", "MaxPool1d", "Conv1d", "BatchNorm1d", "ReLU", "GlobalAvgPool", "Output"], WAVES),
        (["Conv1d", "ReLU", "Permute", "LSTM", "Output"], WAVES),
        ([layer("Reshape", sizes=[28, 28]), "LSTM", "Output"], GREY),
        ([layer("Conv2d", kernel_size=4, stride=4), "ReLU", layer("Reshape", sizes=[16, -1]), "Permute",
          "LearnedPositionalEncoding", "TransformerEncoderLayer", "PoolOverTime", "Output"], GREY),
        (["GRU", "Output"], ROWS),
        (["Conv1d", "ReLU", "Flatten", "Output"], ROWS),
    ],
)  # fmt: skip
def test_a_sound_network_for_sequences_is_left_in_peace(layers: list[Any], about: About) -> None:
    diagnosis = diagnose(stack(*layers), about)
    assert diagnosis.error is None, str(diagnosis.error)
    assert diagnosis.warnings == ()


def test_a_network_that_writes_says_something_at_every_step() -> None:
    text = replace(WORDS, task="next-token", classes=tuple(map(str, range(50))))
    gpt = ["Embedding", "LearnedPositionalEncoding", layer("TransformerEncoderLayer", causal=True), "Output"]
    diagnosis = diagnose(stack(*gpt), text)
    assert diagnosis.error is None
    assert diagnosis.steps[-1].made == (12, 50)
    error = mistake(stack("Embedding", "LSTM", "Output"), text)
    assert str(error) == (
        "Layer 3 (Output) must say something at every step but receives only a flat vector (64). "
        "Let the recurrent layers give every step, and do not pool over time."
    )


MISTAKES: list[tuple[list[Any], About, tuple[int, ...], str | None, str]] = [
    (
        ["LSTM", "Output"],
        WORDS,
        (0,),
        "insert:Embedding",
        "Layer 1 (LSTM) expects a sequence of vectors but receives a sequence of tokens (12). "
        "Insert Embedding before it: it turns each token into a vector.",
    ),
    (
        ["ReLU", "Output"],
        WORDS,
        (0,),
        "insert:Embedding",
        "Layer 1 (ReLU) expects numbers but receives a sequence of tokens (12). "
        "Insert Embedding before it: it turns each token into a vector.",
    ),
    (
        ["Embedding", "Conv1d", "Flatten", "Output"],
        WORDS,
        (1,),
        "insert:Permute",
        "Layer 2 (Conv1d) expects a sequence with channels but receives a sequence of vectors (12, 32). "
        "Insert Permute before it: it swaps the two axes.",
    ),
    (
        ["Conv1d", "GRU", "Output"],
        WAVES,
        (1,),
        "insert:Permute",
        "Layer 2 (GRU) expects a sequence of vectors but receives a sequence with channels (16, 62). "
        "Insert Permute before it: it swaps the two axes.",
    ),
    (
        ["Embedding", "TransformerEncoderLayer", "Output"],
        WORDS,
        (2,),
        "insert:PoolOverTime",
        "Layer 3 (Output) expects a flat vector but receives a sequence of vectors (12, 32). "
        "Insert PoolOverTime before it: it makes one vector of all.",
    ),
    (
        ["Embedding", layer("MultiheadAttention", num_heads=5), "PoolOverTime", "Output"],
        WORDS,
        (1,),
        "set:num_heads=4",
        "Layer 2 (MultiheadAttention) divides vectors of 32 values among 5 heads, which does not come out even. "
        "Set num_heads to 4, for example.",
    ),
    (
        ["Linear", "Output"],
        WAVES,
        (0,),
        "insert:Flatten",
        "Layer 1 (Linear) expects a flat vector but receives a sequence with channels (1, 64). "
        "Insert Flatten before it.",
    ),
    (
        ["Conv2d", "Flatten", "Output"],
        WAVES,
        (0,),
        "replace:Conv1d",
        "Layer 1 (Conv2d) expects an image but receives a sequence with channels (1, 64). Use Conv1d here.",
    ),
    (
        [linear(8), "Embedding", "Output"],
        GREY,
        (0,),
        "insert:Flatten",
        "Layer 1 (Linear) expects a flat vector but receives an image (1, 28, 28). Insert Flatten before it.",
    ),
    (
        ["Embedding", "Flatten", "Output"],
        GREY,
        (0,),
        "remove",
        "Layer 1 (Embedding) expects a sequence of tokens but receives an image (1, 28, 28). "
        "These are numbers already: no Embedding is needed.",
    ),
    (
        [layer("Reshape", sizes=[5, -1]), "Flatten", "Output"],
        GREY,
        (0,),
        None,
        "Layer 1 (Reshape) cannot arrange the 784 values of an image (1, 28, 28) as (5, -1). "
        "The sizes must multiply to 784.",
    ),
    (
        [layer("Reshape", sizes=[-1, -1]), "Flatten", "Output"],
        GREY,
        (0,),
        "set:sizes=[1, -1]",
        "Layer 1 (Reshape) needs sizes of 1 or more, at most one of them -1. Set them to [1, -1], for example.",
    ),
    (
        ["Permute", "Flatten", "Output"],
        GREY,
        (0,),
        "set:dims=[3, 2, 1]",
        "Layer 1 (Permute) must name each axis of an image (1, 28, 28) once. They are 1, 2, 3, in the order you like.",
    ),
]


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case[4][:50])
def test_a_mistake_with_sequences_is_told_with_what_to_do(
    case: tuple[list[Any], About, tuple[int, ...], str | None, str],
) -> None:
    layers, about, path, repair, sentence = case
    error = mistake(stack(*layers), about)
    assert str(error) == sentence
    assert (error.path, error.repair) == (path, repair)
    if repair is not None:
        after = diagnose(apply_repair(stack(*layers), path, repair), about)
        assert after.error is None or after.error.path != path
