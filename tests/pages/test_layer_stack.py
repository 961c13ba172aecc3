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
from pages.components.shared import draft
from pages.components.shared.remedies import repair_label
from pages.components.web.layer_stack.mount import after
from pages.components.web.layer_stack.operations import OPERATIONS, apply
from pages.components.web.layer_stack.rows import menu, rows
from tests.sampling import examples


def desk(*layers: Any) -> draft.Draft:
    """A draft on digits with these layers."""
    plain = PRESETS["digits-mlp"].experiment.to_dict()
    network = [{"layer": each} if isinstance(each, str) else each for each in layers]
    made = {"experiment": {**plain, "network": network}, "ids": list(range(1, len(layers) + 1)), "selected": None}
    return draft.draft_of(draft.experiment_of(made))


RESIDUAL = {"layer": "Residual", "layers": [{"layer": "Linear", "out_features": 64}, {"layer": "ReLU"}]}
BRANCHES = {"layer": "Branches", "branches": [[{"layer": "Linear", "out_features": 8}], [RESIDUAL], []]}


def names(made: draft.Draft) -> list[str]:
    return [layer["layer"] for layer in made["experiment"]["network"]]


def flat(layers: list[dict[str, Any]]) -> list[str]:
    """Names of all layers, those inside a block after it; an oracle that knows nothing of ids and paths."""
    found = []
    for layer in layers:
        found.append(layer["layer"])
        for stack in [layer["layers"]] if "layers" in layer else layer.get("branches", []):
            found += flat(stack)
    return found


def within(made: draft.Draft, *path: int | str) -> list[str]:
    """Names of the layers in the stack at this place of the plain data."""
    found: Any = made["experiment"]["network"]
    for step in path:
        found = found[step]
    return [layer["layer"] for layer in found]


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
    "id": st.integers(0, 14),
    "within": st.none() | st.integers(0, 14),
    "stack": st.integers(-1, 3),
    "to": st.integers(-2, 9),
    "after": st.none() | st.integers(0, 8),
    "layer": st.sampled_from(["Linear", "ReLU", "Dropout", "Conv2d", "Residual", "Branches"]),
    "path": st.lists(st.integers(0, 5), max_size=4),
    "repair": st.sampled_from(["insert:Flatten", "remove", "move:end", "append:Output", "replace:ReLU"]),
})  # fmt: skip


@settings(deadline=None, max_examples=examples(30))
@given(st.lists(OPERATION, max_size=10))
def test_whatever_is_done_ids_stay_distinct_and_match_the_layers(operations: list[dict[str, Any]]) -> None:
    made = desk("Flatten", RESIDUAL, BRANCHES, "Output")
    for operation in operations:
        made = apply(made, operation)
        assert len(made["ids"]) == len(set(made["ids"])) == len(flat(made["experiment"]["network"]))
        assert made["selected"] in made["ids"] or not made["ids"]
        draft.experiment_of(made)
        assert [row["id"] for row in shown(made)] == made["ids"]


def test_undo_takes_back_an_operation_of_the_stack() -> None:
    before = draft.begun(desk(*MLP))
    history = after(before, {"do": "remove", "id": 2})
    assert after(history, {"do": "undo"})["present"] == before["present"]
    assert after(after(history, {"do": "undo"}), {"do": "redo"}) == history


# Blocks: Flatten 1, Residual 2 (Linear 3, ReLU 4), Branches 5 (Linear 6 | Residual 7 (Linear 8, ReLU 9) | ), Output 10


@pytest.fixture
def nested() -> draft.Draft:
    """A network with a block in a block."""
    return desk("Flatten", RESIDUAL, BRANCHES, "Output")


def test_a_layer_is_added_at_the_end_of_a_stack_inside_a_block(nested: draft.Draft) -> None:
    made = apply(nested, {"do": "add", "layer": "Tanh", "within": 5, "stack": 2})
    assert within(made, 2, "branches", 2) == ["Tanh"]
    assert made["selected"] == made["ids"][-2]
    deeper = apply(made, {"do": "add", "layer": "GELU", "within": 7, "stack": 0})
    assert within(deeper, 2, "branches", 1, 0, "layers") == ["Linear", "ReLU", "GELU"]


def test_a_layer_is_added_after_a_row_inside_a_block(nested: draft.Draft) -> None:
    assert within(apply(nested, {"do": "add", "layer": "Tanh", "after": 3}), 1, "layers") == ["Linear", "Tanh", "ReLU"]


def test_a_row_moves_out_of_a_block_into_another_and_keeps_its_id(nested: draft.Draft) -> None:
    made = apply(nested, {"do": "move", "id": 4, "within": 5, "stack": 0, "to": 1})
    assert within(made, 1, "layers") == ["Linear"]
    assert within(made, 2, "branches", 0) == ["Linear", "ReLU"]
    assert made["ids"] == [1, 2, 3, 5, 6, 4, 7, 8, 9, 10]
    assert names(apply(made, {"do": "move", "id": 4, "to": 0}))[:2] == ["ReLU", "Flatten"]


def test_a_block_moves_with_all_that_is_in_it_but_never_into_itself(nested: draft.Draft) -> None:
    made = apply(nested, {"do": "move", "id": 2, "within": 5, "stack": 2, "to": 0})
    assert made["ids"] == [1, 5, 6, 7, 8, 9, 2, 3, 4, 10]
    assert within(made, 1, "branches", 2, 0, "layers") == ["Linear", "ReLU"]
    for block in (5, 7):
        assert apply(nested, {"do": "move", "id": 5, "within": block, "stack": 0, "to": 0}) == nested


def test_a_duplicated_block_is_a_copy_in_which_every_row_has_an_id_of_its_own(nested: draft.Draft) -> None:
    made = apply(nested, {"do": "duplicate", "id": 5})
    network = made["experiment"]["network"]
    assert network[2] == network[3]
    assert made["ids"] == [*range(1, 10), *range(11, 16), 10]
    assert made["selected"] == 11


def test_a_removed_block_takes_what_is_in_it_along(nested: draft.Draft) -> None:
    made = apply({**nested, "selected": 8}, {"do": "remove", "id": 5})
    assert names(made) == ["Flatten", "Residual", "Output"]
    assert made["ids"] == [1, 2, 3, 4, 10]
    assert made["selected"] == 10


def test_branches_come_and_go(nested: draft.Draft) -> None:
    made = apply(nested, {"do": "branch", "id": 5})
    assert len(made["experiment"]["network"][2]["branches"]) == 4
    made = apply(made, {"do": "prune", "id": 5, "stack": 1})
    assert [len(stack) for stack in made["experiment"]["network"][2]["branches"]] == [1, 0, 0]
    assert made["ids"] == [1, 2, 3, 4, 5, 6, 10]
    assert made["selected"] == 5


@pytest.mark.parametrize("operation", [
    {"do": "branch", "id": 2}, {"do": "prune", "id": 2, "stack": 0}, {"do": "prune", "id": 5, "stack": 3},
    {"do": "prune", "id": 5, "stack": -1}, {"do": "add", "layer": "ReLU", "within": 1, "stack": 0},
    {"do": "move", "id": 3, "within": 99, "stack": 0, "to": 0}, {"do": "move", "id": 3, "within": 5, "to": "x"},
])  # fmt: skip
def test_what_a_block_does_not_allow_leaves_the_draft_as_it_is(nested: draft.Draft, operation: dict[str, Any]) -> None:
    assert apply(nested, operation) == nested


def test_inner_rows_say_their_block_their_branch_and_their_shapes(nested: draft.Draft) -> None:
    made = {row["id"]: row for row in shown(nested)}
    assert [made[each]["within"] for each in range(1, 11)] == [None, None, 2, 2, None, 5, 5, 7, 7, None]
    assert [made[each]["stack"] for each in (6, 7, 8)] == [0, 1, 0]
    assert [made[each]["shapes"] for each in (3, 6, 8)] == ["64 → 64", "64 → 8", "64 → 64"]
    assert made[5]["shapes"] == "64 → 136"  # 8 + 64 + 64
    assert made[5]["stacks"] == 3
    assert made[10]["locked"]


def test_a_mistake_inside_a_block_is_told_and_repaired_on_its_inner_row(nested: draft.Draft) -> None:
    wrong = apply(nested, {"do": "add", "layer": "Conv2d", "after": 8})
    rows_before = {row["id"]: row for row in shown(wrong)}
    assert "Layer 3.2.1.2 (Conv2d) expects an image" in rows_before[11]["message"]
    states = {each: rows_before[each]["state"] for each in (3, 5, 6, 8, 11, 9, 10)}
    assert states == {3: "works", 5: "works", 6: "works", 8: "works", 11: "wrong", 9: "unreached", 10: "unreached"}
    assert rows_before[8]["shapes"] == "64 → 64"
    image = desk({"layer": "Residual", "layers": [{"layer": "Linear"}]}, "Output")
    repair = next(row["repair"] for row in shown(image) if row["repair"])
    made = apply(image, {"do": "repair", **repair})
    assert within(made, 0, "layers") == ["Flatten", "Linear"]
    assert made["ids"] == [1, 4, 2, 3], "the rows that stay keep their ids"


def test_a_setting_of_an_inner_row_is_written_where_it_stands(nested: draft.Draft) -> None:
    path = draft.path_of_selected({**nested, "selected": 8})
    assert path == (2, 1, 0, 0)
    assert draft.layer_at(nested, path).name == "Linear"
    made = draft.with_value(nested, (*draft.written_at(nested, path), "out_features"), 33)
    layers = made["experiment"]["network"][2]["branches"][1][0]["layers"]
    assert layers[0]["out_features"] == 33


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


def test_a_softmax_before_output_is_warned_of_and_as_the_network_may_need_it_no_click_removes_it() -> None:
    before = desk("Flatten", "Linear", "Softmax", "Output")
    made = shown(before)
    assert [row["state"] for row in made] == ["works", "works", "warned", "works"]
    assert "CrossEntropyLoss applies softmax" in made[2]["message"]
    assert made[2]["repair"] is None


def test_a_softmax_after_output_is_removed_with_one_click() -> None:
    before = desk("Flatten", "Linear", "Output", "Softmax")
    made = shown(before)
    assert made[3]["state"] == "wrong"
    assert "CrossEntropyLoss applies softmax" in made[3]["message"]
    assert names(apply(before, {"do": "repair", **made[3]["repair"]})) == ["Flatten", "Linear", "Output"]


def test_a_repair_of_another_layer_says_what_it_sets_and_keeps_every_id() -> None:
    before = desk("Flatten", "Linear", "ReLU", "Output")
    made = apply(before, {"do": "repair", "path": [2], "repair": "set@1:out_features=9"})
    assert made["experiment"]["network"][1] == {"layer": "Linear", "out_features": 9, "bias": True}
    assert made["ids"] == before["ids"]
    assert str(repair_label("set@1:out_features=9")) == "Set out_features to 9"


def test_a_network_without_output_says_so_on_its_last_row() -> None:
    before = desk("Flatten", "Linear")
    made = shown(before)
    assert [row["state"] for row in made] == ["works", "wrong"]
    assert names(apply(before, {"do": "repair", **made[1]["repair"]})) == ["Flatten", "Linear", "Output"]


def test_the_menu_offers_every_layer_but_outputs_once_with_its_sentence() -> None:
    offered = [each for group in menu() for each in group["layers"]]
    expected = {name for name, each in LAYERS.items() if each.kind != "output"}  # type: ignore[attr-defined]
    assert {each["layer"] for each in offered} == expected
    assert len(offered) == len(expected)
    assert all(each["summary"].endswith((".", "?", ")")) for each in offered)


@pytest.mark.parametrize(("repair", "label"), [
    ("insert:Flatten", "Insert Flatten"), ("append:Output", "Add Output"), ("replace:ReLU", "Use ReLU instead"),
    ("remove", "Remove this layer"), ("move:end", "Move to the end"), ("set:padding=1", "Set padding to 1"),
])  # fmt: skip
def test_a_repair_says_what_it_does(repair: str, label: str) -> None:
    assert str(repair_label(repair)) == label
