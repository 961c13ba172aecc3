"""The draft: every edit makes a new one, undo leads back, and what is saved can be read again."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.registry import DATASETS
from pages.components.shared import draft


@pytest.fixture
def desk() -> draft.Draft:
    """The draft that a newcomer finds."""
    return draft.draft_of(PRESETS[draft.FIRST_PRESET].experiment)


def test_a_draft_holds_the_experiment_it_was_made_of() -> None:
    for preset in PRESETS.values():
        assert draft.experiment_of(draft.draft_of(preset.experiment)) == preset.experiment


def test_a_new_draft_shows_the_settings_of_its_first_layer_that_has_some(desk: draft.Draft) -> None:
    place = desk["ids"].index(desk["selected"])
    assert desk["experiment"]["network"][place]["layer"] == "Linear"


def test_a_changed_setting_leaves_the_draft_before_as_it_was(desk: draft.Draft) -> None:
    before = copy.deepcopy(desk)
    after = draft.with_value(desk, ("training", "optimizer", "lr"), 0.5)
    assert desk == before
    assert draft.experiment_of(after).training.optimizer.lr == 0.5  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("network", 1, "out_features"), 0, "network.1.out_features"),
        (("training", "batch_size"), "many", "training.batch_size"),
        (("training", "optimizer", "lr"), float("inf"), "training.optimizer.lr"),
        (("seed",), -1, "seed"),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name(
    desk: draft.Draft, path: tuple[str | int, ...], value: Any, field: str
) -> None:
    with pytest.raises(ExperimentError) as refused:
        draft.with_value(desk, path, value)
    assert refused.value.field == field


@pytest.mark.parametrize("name", list(DATASETS))
def test_another_data_set_keeps_the_layers_and_brings_a_loss_that_fits(desk: draft.Draft, name: str) -> None:
    after = draft.with_dataset(desk, name)
    assert after["experiment"]["network"] == desk["experiment"]["network"]
    assert after["ids"] == desk["ids"]
    experiment = draft.experiment_of(after)
    about = experiment.dataset.source.about()  # type: ignore[attr-defined]
    assert experiment.training.loss.name in draft.losses_for(about)


def test_a_data_set_and_back_changes_nothing(desk: draft.Draft) -> None:
    there = draft.with_dataset(desk, "diabetes")
    assert draft.with_dataset(there, "digits") == desk


def test_undo_and_redo_lead_back_and_forth(desk: draft.Draft) -> None:
    one = draft.with_value(desk, ("seed",), 1)
    two = draft.with_value(one, ("seed",), 2)
    history = draft.changed(draft.changed(draft.begun(desk), one), two)
    back = draft.undone(draft.undone(history))
    assert back["present"] == desk
    assert draft.redone(draft.redone(back)) == history
    assert draft.undone(back) == back, "there is nothing before the beginning"
    assert draft.redone(history) == history, "there is nothing after the end"


def test_an_edit_after_undo_forgets_what_was_undone(desk: draft.Draft) -> None:
    history = draft.changed(draft.begun(desk), draft.with_value(desk, ("seed",), 5))
    edited = draft.changed(draft.undone(history), draft.with_value(desk, ("seed",), 6))
    assert edited["future"] == []
    assert draft.undone(edited)["present"] == desk


def test_selecting_a_row_is_no_step_of_undo(desk: draft.Draft) -> None:
    history = draft.changed(draft.begun(desk), {**desk, "selected": desk["ids"][-1]})
    assert history["past"] == []
    assert history["present"]["selected"] == desk["ids"][-1]


def test_a_history_does_not_grow_for_ever(desk: draft.Draft) -> None:
    history = draft.begun(desk)
    for seed in range(draft.STEPS_KEPT + 20):
        history = draft.changed(history, draft.with_value(desk, ("seed",), seed + 1))
    assert len(history["past"]) == draft.STEPS_KEPT


@settings(deadline=None)
@given(st.lists(st.sampled_from(["edit", "undo", "redo"]), max_size=40))
def test_undo_always_leads_to_a_state_that_was_there(steps: list[str]) -> None:
    """Against a plain list with a cursor, the textbook model of undo."""
    first = {"experiment": {"seed": 0}, "ids": [], "selected": None}
    history, states, cursor = draft.begun(first), [first], 0
    for number, step in enumerate(steps):
        if step == "edit":
            edited = {**first, "experiment": {"seed": number + 1}}
            history = draft.changed(history, edited)
            states, cursor = [*states[: cursor + 1], edited], cursor + 1
        elif step == "undo":
            history, cursor = draft.undone(history), max(0, cursor - 1)
        else:
            history, cursor = draft.redone(history), min(len(states) - 1, cursor + 1)
        assert history["present"] == states[cursor]


@pytest.mark.parametrize(
    ("name", "loss"), [("digits", "CrossEntropyLoss"), ("diabetes", "MSELoss"), ("reviews", "BCEWithLogitsLoss")]
)
def test_a_loss_that_was_left_out_stands_in_the_draft_where_the_form_can_show_it(name: str, loss: str) -> None:
    plain = PRESETS[draft.FIRST_PRESET].experiment.to_dict()
    del plain["training"]["loss"]
    made = draft.draft_of(Experiment.from_dict({**plain, "dataset": {"name": name}}))
    assert made["experiment"]["training"]["loss"] == loss
    changed = draft.with_dataset(made, "scenes")
    assert changed["experiment"]["training"]["loss"] == "BCEWithLogitsLoss"


def test_a_loss_that_was_left_out_waits_for_data_that_are_not_here(desk: draft.Draft) -> None:
    plain = copy.deepcopy(desk["experiment"])
    del plain["training"]["loss"]
    made = draft.draft_of(Experiment.from_dict({**plain, "dataset": {"name": "upload:0123"}}))
    assert "loss" not in made["experiment"]["training"]
    assert draft.with_dataset(made, "iris")["experiment"]["training"]["loss"] == "CrossEntropyLoss"
