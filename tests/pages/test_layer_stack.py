"""What can be done to a stack of layers, and what its rows then say. The browser's side is in tests/browser."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.network import about_of, diagnose
from dlcore.presets import PRESETS
from dlcore.registry import LAYERS
from pages.components import draft
from pages.components.layer_stack.mount import after
from pages.components.layer_stack.operations import OPERATIONS, apply
from pages.components.layer_stack.rows import menu, repair_label, rows


def desk(*layers: Any) -> draft.Draft:
    """A draft on digits with these layers."""
    plain = PRESETS["digits-mlp"].experiment.to_dict()
    network = [{"layer": each} if isinstance(each, str) else each for each in layers]
    made = {"experiment": {**plain, "network": network}, "ids": list(range(1, len(layers) + 1)), "selected": None}
    return draft.draft_of(draft.experiment_of(made))


def names(made: draft.Draft) -> list[str]:
    return [layer["layer"] for layer in made["experiment"]["network"]]


def shown(made: draft.Draft) -> list[dict[str, Any]]:
    experiment = draft.experiment_of(made)
    return rows(made, diagnose(experiment.network, about_of(experiment), experiment.training.loss))


MLP = ("Flatten", "Linear", "ReLU", "Output")


def test_a_layer_is_added_after_the_chosen_row_and_selected() -> None:
    before = desk(*MLP)
    made = apply(before, {"do": "add", "layer": "Dropout", "after": before["ids"][1]})
    assert names(made) == ["Flatten", "Linear", "Dropout", "ReLU", "Output"]
    assert made["selected"] == made["ids"][2]


@pytest.mark.parametrize("after_row", [4, None, 99])
def test_nothing_is_added_behind_the_output(after_row: int | None) -> None:
    assert names(apply(desk(*MLP), {"do": "add", "layer": "Tanh", "after": after_row})) == [*MLP[:-1], "Tanh", "Output"]


def test_a_removed_row_hands_the_selection_on() -> None:
    before = {**desk(*MLP), "selected": 2}
    made = apply(before, {"do": "remove", "id": 2})
    assert names(made) == ["Flatten", "ReLU", "Output"]
    assert made["ids"] == [1, 3, 4]
    assert made["selected"] == 3


def test_a_duplicate_has_the_same_settings_and_another_id() -> None:
    before = desk("Flatten", {"layer": "Linear", "out_features": 33}, "Output")
    made = apply(before, {"do": "duplicate", "id": 2})
    layers = made["experiment"]["network"]
    assert layers[1] == layers[2]
    assert len(set(made["ids"])) == 4


@pytest.mark.parametrize(("to", "expected"), [
    (0, ["ReLU", "Flatten", "Linear", "Output"]),
    (1, ["Flatten", "ReLU", "Linear", "Output"]),
    (3, ["Flatten", "Linear", "ReLU", "Output"]),
    (-5, ["ReLU", "Flatten", "Linear", "Output"]),
])  # fmt: skip
def test_a_row_moves_to_its_place_but_never_behind_the_output(to: int, expected: list[str]) -> None:
    made = apply(desk(*MLP), {"do": "move", "id": 3, "to": to})
    assert names(made) == expected
    assert made["ids"][names(made).index("ReLU")] == 3, "a row keeps its id wherever it goes"


@pytest.mark.parametrize("do", ["remove", "duplicate", "move"])
def test_the_output_stays(do: str) -> None:
    before = desk(*MLP)
    assert apply(before, {"do": do, "id": 4, "to": 0}) == before


@pytest.mark.parametrize("operation", [
    {}, {"do": "explode"}, {"do": "add"}, {"do": "add", "layer": "Linar"}, {"do": "add", "layer": ["Linear"]},
    {"do": "remove", "id": 77}, {"do": "move", "id": 1}, {"do": "move", "id": 1, "to": "x"}, {"do": "select", "id": -1},
    {"do": "repair", "path": [0], "repair": "explode"}, {"do": "repair", "path": "ab", "repair": "remove"},
    {"do": "repair", "path": [0], "repair": "insert:Nothing"},
])  # fmt: skip
def test_what_makes_no_sense_leaves_the_draft_as_it_is(operation: dict[str, Any]) -> None:
    before = desk(*MLP)
    kept = copy.deepcopy(before)
    assert apply(before, operation) == kept
    assert before == kept


OPERATION = st.fixed_dictionaries({
    "do": st.sampled_from(sorted(OPERATIONS)),
    "id": st.integers(0, 8),
    "to": st.integers(-2, 9),
    "after": st.none() | st.integers(0, 8),
    "layer": st.sampled_from(["Linear", "ReLU", "Dropout", "Conv2d", "Flatten"]),
    "path": st.lists(st.integers(0, 5), max_size=1),
    "repair": st.sampled_from(["insert:Flatten", "remove", "move:end", "append:Output", "replace:ReLU"]),
})  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(st.lists(OPERATION, max_size=10))
def test_whatever_is_done_ids_stay_distinct_and_match_the_layers(operations: list[dict[str, Any]]) -> None:
    made = desk(*MLP)
    for operation in operations:
        made = apply(made, operation)
        assert len(made["ids"]) == len(set(made["ids"])) == len(made["experiment"]["network"])
        assert made["selected"] in made["ids"] or not made["ids"]
        draft.experiment_of(made)
        assert len(shown(made)) == len(made["ids"])


def test_undo_takes_back_an_operation_of_the_stack() -> None:
    before = draft.begun(desk(*MLP))
    history = after(before, {"do": "remove", "id": 2})
    assert after(history, {"do": "undo"})["present"] == before["present"]
    assert after(after(history, {"do": "undo"}), {"do": "redo"}) == history


# Rows


def test_rows_say_what_each_layer_makes_of_what() -> None:
    made = shown(desk("Flatten", {"layer": "Linear", "out_features": 128}, "ReLU", "Output"))
    assert [row["shapes"] for row in made] == ["1 × 8 × 8 → 64", "64 → 128", "128 → 128", "128 → 10"]
    assert [row["parameters"] for row in made] == ["", "8,320", "", "1,290"]
    assert made[1]["main"] == "128"
    assert [row["locked"] for row in made] == [False, False, False, True]
    assert {row["state"] for row in made} == {"works"}


def test_a_mistake_is_told_on_its_row_with_its_repair_and_the_rows_behind_are_unreached() -> None:
    made = shown(desk("Conv2d", "Linear", "ReLU", "Output"))
    assert [row["state"] for row in made] == ["works", "wrong", "unreached", "unreached"]
    assert "Layer 2 (Linear) expects a flat vector but receives an image (16, 6, 6)" in made[1]["message"]
    assert made[1]["repair"] == {"path": [1], "repair": "insert:Flatten", "label": "Insert Flatten"}


def test_one_click_on_the_repair_makes_the_network_work() -> None:
    before = desk("Conv2d", "Linear", "ReLU", "Output")
    repair = shown(before)[1]["repair"]
    made = apply(before, {"do": "repair", **repair})
    assert names(made) == ["Conv2d", "Flatten", "Linear", "ReLU", "Output"]
    assert made["ids"][2:] == before["ids"][1:], "rows that stay keep their ids"
    assert {row["state"] for row in shown(made)} <= {"works", "warned"}


def test_a_repair_that_changes_a_layer_in_its_place_keeps_its_id() -> None:
    before = desk("Flatten", "Linear", "Sigmoid", "Output")
    made = apply(before, {"do": "repair", "path": [2], "repair": "replace:ReLU"})
    assert names(made) == ["Flatten", "Linear", "ReLU", "Output"]
    assert made["ids"] == before["ids"]


def test_a_softmax_before_the_loss_is_warned_of_and_removed_with_one_click() -> None:
    before = desk("Flatten", "Linear", "Softmax", "Output")
    made = shown(before)
    assert [row["state"] for row in made] == ["works", "works", "warned", "works"]
    assert "CrossEntropyLoss applies softmax" in made[2]["message"]
    assert names(apply(before, {"do": "repair", **made[2]["repair"]})) == ["Flatten", "Linear", "Output"]


def test_a_network_without_output_says_so_on_its_last_row() -> None:
    before = desk("Flatten", "Linear")
    made = shown(before)
    assert [row["state"] for row in made] == ["works", "wrong"]
    assert names(apply(before, {"do": "repair", **made[1]["repair"]})) == ["Flatten", "Linear", "Output"]


def test_the_menu_offers_every_layer_but_outputs_and_blocks_once_with_its_sentence() -> None:
    offered = [each for group in menu() for each in group["layers"]]
    expected = {name for name, each in LAYERS.items() if each.kind not in ("output", "block")}  # type: ignore[attr-defined]
    assert {each["layer"] for each in offered} == expected
    assert len(offered) == len(expected)
    assert all(each["summary"].endswith((".", "?", ")")) for each in offered)


@pytest.mark.parametrize(("repair", "label"), [
    ("insert:Flatten", "Insert Flatten"), ("append:Output", "Add Output"), ("replace:ReLU", "Use ReLU instead"),
    ("remove", "Remove this layer"), ("move:end", "Move to the end"), ("set:padding=1", "Set padding to 1"),
])  # fmt: skip
def test_a_repair_says_what_it_does(repair: str, label: str) -> None:
    assert str(repair_label(repair)) == label
