"""What one click does: a layer is offered to be taken away only where the network without it decides the same."""

from __future__ import annotations

from typing import Any, cast

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from dlcore.data.base import About
from dlcore.declaration import Declaration, Shape
from dlcore.layers import LAYERS
from dlcore.layers.activation import Activation
from dlcore.layers.base import Layer, Path
from dlcore.layers.stack import inside
from dlcore.network import apply_repair, call, diagnose
from tests.network.stacks import FLAG, LABELS, TABLE, layer, linear, mistake, residual, stack
from tests.sampling import examples

ACTIVATIONS = [name for name, each in LAYERS.items() if issubclass(each, Activation)]
EXAMPLES, STEPS = 24, 6

activation = st.sampled_from(ACTIVATIONS).map(layer)
plain = st.one_of(activation, activation, st.sampled_from([*map(linear, (1, 2, 3, 5)), *map(layer, PLAIN := ["Dropout",
                  "Flatten", "BatchNorm1d", "LayerNorm"])]))  # fmt: skip
block = st.lists(plain, min_size=1, max_size=3).map(lambda layers: residual(*layers))
stacks = st.lists(st.one_of(plain, plain, plain, block), max_size=5).map(lambda layers: stack(*layers, "Output"))


def learned(layers: tuple[Declaration, ...], about: About) -> tuple[nn.Module, Tensor]:
    """The network after a few steps on noise, in eval mode, and the inputs it learned from."""
    torch.manual_seed(0)
    x = torch.randn(EXAMPLES, *about.shape) * 3
    model: nn.Module = call(layers, about).build()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _step in range(STEPS):
        scores = model(x)
        if about.task == "multiclass":
            loss = cross_entropy(scores, torch.arange(EXAMPLES) % about.outputs)
        else:
            loss = binary_cross_entropy_with_logits(scores, (x[:, : about.outputs] > 0).float())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return model.eval(), x


def with_state(model: nn.Module) -> list[nn.Module]:
    """The modules that hold numbers of their own, in the order of the network."""
    return [each for each in model.modules() if [*each.parameters(recurse=False), *each.buffers(recurse=False)]]


def without(layers: tuple[Declaration, ...], path: Path, model: nn.Module, about: About) -> nn.Module:
    """The network without the layer at `path`, with every weight that the other has left."""
    after: nn.Module = call(apply_repair(layers, path, "remove"), about).build()
    left = with_state(model)
    removed = dict(inside(layers))[path]
    if removed.name == "PReLU":
        earlier = sum(each.name == "PReLU" for place, each in inside(layers) if place < path)
        left.remove([each for each in left if isinstance(each, nn.PReLU)][earlier])
    for theirs, ours in zip(with_state(after), left, strict=True):
        theirs.load_state_dict(ours.state_dict())
    return after.eval()


def decision(scores: Tensor, about: About) -> Tensor:
    return scores.argmax(dim=1) if about.task == "multiclass" else scores > 0


@settings(max_examples=examples(250), deadline=None)
@given(stacks, st.sampled_from([TABLE, FLAG, LABELS]))
def test_a_layer_offered_to_be_removed_changes_nothing_of_what_a_network_has_learned(
    layers: tuple[Declaration, ...], about: About
) -> None:
    diagnosis = diagnose(layers, about)
    removable = [each.path for each in diagnosis.warnings if each.repair == "remove"]
    if diagnosis.error is not None or not removable:
        return
    model, x = learned(layers, about)
    with torch.no_grad():
        before = model(x)
        for path in removable:
            after = without(layers, path, model, about)(x)
            assert torch.equal(decision(after, about), decision(before, about))
            torch.testing.assert_close(after, before, equal_nan=True)


@pytest.mark.parametrize("second", ACTIVATIONS)
@pytest.mark.parametrize("first", ACTIVATIONS)
def test_of_two_activations_the_second_is_removable_exactly_where_it_changes_no_value_of_the_first(
    first: str, second: str
) -> None:
    x = torch.cat([torch.linspace(-200, 200, 4001), torch.linspace(-8, 8, 4001)]).reshape(-1, 2)
    about = About("multiclass", Shape((2,)), 9, ("a", "b"))
    one, two = (call(stack(linear(2), name, "Output"), about).arguments[1].build() for name in (first, second))
    with torch.no_grad():
        same = torch.equal(two(one(x)), one(x))
    layers = (LAYERS[first](), LAYERS[second]())
    repeats = cast("Any", layers[1]).repeats(layers[0])
    assert same if repeats else not same or (first, second) in LUCKY


# The shares of shares are the same shares, but for rounding: it is not offered.
LUCKY = {("LogSoftmax", "LogSoftmax")}


def test_the_sigmoid_that_a_network_on_circles_cannot_do_without_is_not_offered_to_be_removed() -> None:
    circles = About("multiclass", Shape((2,)), 500, ("inner", "outer"))
    (warning,) = diagnose(stack(linear(2), "Sigmoid", "Output"), circles).warnings
    assert warning.repair is None
    assert "not needed" not in str(warning.text)


AFTER_OUTPUT = [("Softmax", TABLE), ("LogSoftmax", TABLE), ("Sigmoid", TABLE), ("Sigmoid", FLAG), ("Sigmoid", LABELS)]


@pytest.mark.parametrize(("name", "about"), AFTER_OUTPUT, ids=lambda each: getattr(each, "task", each))
def test_what_the_loss_applies_itself_is_taken_away_after_output_and_the_decision_stays(
    name: str, about: About
) -> None:
    layers = stack(linear(8), "ReLU", "Output", name)
    error = mistake(layers, about)
    assert (error.path, error.repair) == ((3,), "remove")
    assert f"Layer 4 ({name}) is not needed:" in str(error)
    repaired = apply_repair(layers, error.path, error.repair or "")
    assert diagnose(repaired, about).error is None
    model, x = learned(repaired, about)
    with torch.no_grad():
        scores = model(x)
        turned = getattr(nn, name)(**({} if name == "Sigmoid" else {"dim": 1}))(scores)
    if about.task == "multiclass":
        assert torch.equal(turned.argmax(dim=1), scores.argmax(dim=1))
    else:
        assert torch.equal(turned > 0.5, scores > 0)


def test_what_decides_otherwise_is_told_but_not_removed_by_a_click() -> None:
    error = mistake(stack(linear(8), "ReLU", "Output", "Softmax"), LABELS)
    assert "BCEWithLogitsLoss applies sigmoid" in str(error)
    assert error.repair is None
    moved = mistake(stack(linear(8), "Output", "ReLU"), TABLE)
    assert (moved.path, moved.repair) == ((1,), "move:end")


WORDS = About("multiclass", Shape((12,), vocabulary=50), rows=100, classes=("bad", "good"))
NEXT = About("next-token", Shape((12,), vocabulary=50), rows=100, classes=tuple(map(str, range(50))))
FLAT_TOO_EARLY: list[tuple[list[Any], About, str]] = [
    (["Embedding", "LSTM", "LSTM", "Output"], WORDS, "Layer 2 (LSTM)"),
    (["Embedding", "GRU", "Dropout", "ReLU", "RNN", "Output"], WORDS, "Layer 2 (GRU)"),
    (["Embedding", "LSTM", "PoolOverTime", "Output"], WORDS, "Layer 2 (LSTM)"),
    (["Embedding", "LSTM", "TransformerEncoderLayer", "PoolOverTime", "Output"], WORDS, "Layer 2 (LSTM)"),
    (["Embedding", layer("Branches", branches=[["LSTM"], ["GRU"]]), "LSTM", "Output"], WORDS, "Layer 2.2.1 (GRU)"),
    (["Embedding", "LSTM", residual("LSTM"), "PoolOverTime", "Output"], WORDS, "Layer 2 (LSTM)"),
    (["Embedding", "LSTM", "Output"], NEXT, ""),
]


@pytest.mark.parametrize(("layers", "about", "maker"), FLAT_TOO_EARLY)
def test_layers_that_read_a_sequence_one_after_another_want_every_step_and_one_click_sets_it(
    layers: list[Any], about: About, maker: str
) -> None:
    error = mistake(stack(*layers), about)
    assert error.repair is not None
    assert error.repair.startswith("set@1")
    assert not maker or f"Set every_step of {maker} to true" in str(error)
    assert "Flatten" not in str(error)
    repaired = apply_repair(stack(*layers), error.path, error.repair)
    again = diagnose(repaired, about).error
    assert again is None or again.path != error.path or again.repair != error.repair


def test_a_stacked_lstm_works_after_its_one_click() -> None:
    layers = stack("Embedding", "LSTM", "LSTM", "Output")
    error = mistake(layers, WORDS)
    diagnosis = diagnose(apply_repair(layers, error.path, error.repair or ""), WORDS)
    assert diagnosis.error is None
    assert [tuple(step.made) for step in diagnosis.steps] == [(12, 32), (12, 64), (64,), (2,)]


@pytest.mark.parametrize(
    ("layers", "about", "words"),
    [
        (["LSTM", "Output"], TABLE, "The data are flat"),
        (["Conv2d", "Output"], TABLE, "The data are flat"),
        ([residual("Conv2d"), "Output"], TABLE, "The data are flat"),
        (["Embedding", layer("LSTM", every_step=True), "Flatten", "LSTM", "Output"], WORDS, "layer before Flatten"),
        (["Embedding", "PoolOverTime", "LSTM", "Output"], WORDS, "put this layer before PoolOverTime"),
    ],
)  # fmt: skip
def test_what_made_a_vector_flat_is_named_where_it_stands_and_nothing_where_nothing_did(
    layers: list[Any], about: About, words: str
) -> None:
    error = mistake(stack(*layers), about)
    assert words in str(error)
    assert error.repair is None


def test_a_repair_reaches_a_layer_inside_a_block() -> None:
    layers = stack(linear(4), residual(linear(4), "ReLU"), "Output")
    repaired = cast("tuple[Layer, ...]", apply_repair(layers, (2,), "set@1.0:out_features=7"))
    ((_, within),) = repaired[1].stacks()
    assert [each.to_dict()["out_features"] for each in within if each.name == "Linear"] == [7]
    assert repaired[2] == layers[2]
