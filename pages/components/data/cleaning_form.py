"""The recipe of a table: its steps in order, what each changes, and how to add, move, remove, undo and redo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dlcore.data.cleaning.effects import Effect, effects
from dlcore.data.cleaning.steps import Step
from dlcore.data.column import Column
from dlcore.data.uploads import Table, UserDataset, choice
from dlcore.errors import DlcoreError
from dlcore.figures.columns import before_and_after
from dlcore.i18n import N_, _, translate
from dlcore.registry import CLEANING
from pages.components.data import upload_options
from pages.components.data.table_summary import show
from pages.components.shared import forms
from pages.components.shared.forms import escape

NAMES = {
    "columns": N_("Columns"),
    "strategy": N_("Fill with"),
    "value": N_("Own value"),
    "method": N_("How far is measured"),
    "limit": N_("Limit"),
    "low": N_("Lowest"),
    "high": N_("Highest"),
    "action": N_("What happens to it"),
    "to": N_("Numbers"),
    "k": N_("How many are kept"),
    "score": N_("Measured by"),
}
# Values of these settings, as the form shows them.
VALUES = (
    N_("median"), N_("mean"), N_("most_frequent"), N_("constant"), N_("zscore"), N_("iqr"), N_("range"), N_("clip"),
    N_("drop"), N_("keep"), N_("onehot"), N_("ordinal"), N_("f"), N_("mutual_info"), N_("variance"),
)  # fmt: skip


def draw(dataset: str, source: UserDataset, table: Table, frame: pd.DataFrame) -> None:
    """Draw the recipe of a data set. frame: some of its rows, evenly spread, on which effects are shown."""
    steps = source.recipe
    inputs = choice.inputs_of(source, table)
    _head(dataset)
    try:
        seen: list[Effect | None] = [*_effects(source, table, frame, inputs)]
    except (DlcoreError, ValueError) as error:
        st.error(escape(str(error)) if isinstance(error, DlcoreError) else _("These steps leave nothing to look at."))
        seen = [None] * len(steps)
    for number, (step, effect) in enumerate(zip(steps, seen, strict=True)):
        _step(dataset, steps, number, step, effect, inputs)
    _add(dataset)
    st.caption(
        _(
            "Seen on {rows} rows, evenly spread over all, as if they were the training part. In a run every number "
            "is learned from the training part alone, kept with the run, and applied again to whatever it predicts.",
            rows=f"{len(frame):,}",
        )
    )


def _head(dataset: str) -> None:
    past = upload_options.history(dataset)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(_("Cleaning, step by step"), anchor=False)
        st.button(
            _("Undo"), icon=":material/undo:", key=f"undo.{dataset}", on_click=upload_options.undo, args=(dataset,),
            disabled=not past["past"], type="tertiary",
        )  # fmt: skip
        st.button(
            _("Redo"), icon=":material/redo:", key=f"redo.{dataset}", on_click=upload_options.redo, args=(dataset,),
            disabled=not past["future"], type="tertiary",
        )  # fmt: skip


def _effects(source: UserDataset, table: Table, frame: pd.DataFrame, inputs: Sequence[Column]) -> list[Effect]:
    if not source.recipe:
        return []
    targets = [each.name for each in choice.targets_of(source, table)]
    names = list(dict.fromkeys([*(each.name for each in inputs), *targets]))
    return effects(source.recipe, frame[names].dropna(subset=targets), inputs)


def _step(
    dataset: str, steps: Sequence[Step], number: int, step: Step, effect: Effect | None, inputs: Sequence[Column]
) -> None:
    key = f"{dataset}.{number}.{step.name}"
    with st.container(border=True, gap="small", key=f"step.{number}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{number + 1} · {step.name}**", width="stretch", help=translate(type(step).summary()))
            _buttons(dataset, steps, number)
        if effect is not None:
            st.markdown(f":small[{effect_sentence(effect)}]")
        _settings(dataset, steps, number, step, inputs, key)
        if effect is not None and effect.column is not None:
            with st.popover(_("Before and after"), icon=":material/compare:", type="tertiary", key=f"compare.{key}"):
                show(before_and_after(effect.column, *effect.values), f"effect.{key}")
        refused = upload_options.problem(key)
        if refused is not None:
            st.error(escape(str(refused)))


def effect_sentence(effect: Effect) -> str:
    """«rows 500 → 480 · gaps 23 → 0 · 7 values changed»: only what did change."""
    pairs = {_("rows"): effect.rows, _("gaps"): effect.gaps, _("numbers a row"): effect.numbers}
    parts = [f"{name} {before:,} → **{after:,}**" for name, (before, after) in pairs.items() if before != after]
    if effect.moved:
        parts.append(_("values changed: {count}", count=f"**{effect.moved:,}**"))
    return " · ".join(parts) if parts else _("Changes nothing in these rows.")


def _buttons(dataset: str, steps: Sequence[Step], number: int) -> None:
    def reordered(order: list[int]) -> dict[str, Any]:
        return {"recipe": [steps[each].to_dict() for each in order]}

    everything = list(range(len(steps)))
    moved_up = [
        *everything[: max(number - 1, 0)],
        number,
        *(n for n in everything[max(number - 1, 0) :] if n != number),
    ]
    moved_down = [*everything[:number], *everything[number + 1 : number + 2], number, *everything[number + 2 :]]
    without = [each for each in everything if each != number]
    for icon, text, order, off in (
        ("arrow_upward", _("Move up"), moved_up, number == 0),
        ("arrow_downward", _("Move down"), moved_down, number == len(steps) - 1),
        ("delete", _("Remove"), without, False),
    ):
        st.button(
            "", icon=f":material/{icon}:", help=text, key=f"{icon}.{dataset}.{number}", disabled=off, type="tertiary",
            on_click=upload_options.try_to_change, args=(f"{dataset}.add", dataset), kwargs=reordered(order),
        )  # fmt: skip


def _settings(dataset: str, steps: Sequence[Step], number: int, step: Step, inputs: Sequence[Column], key: str) -> None:
    def change(name: str, value: Any) -> None:
        plain = [each.to_dict() for each in steps]
        plain[number] = {**plain[number], name: value}
        upload_options.change(dataset, recipe=plain)

    shown = [each for each in step.settings().values() if each.name not in step.idle()]
    forms.draw(shown, step.model_dump(), f"step.{key}", change, columns=4, labels=NAMES)
    fitting = [each.name for each in inputs if step.fits(each)]
    if fitting and step.kinds:
        chosen = [step.columns] if isinstance(step.columns, str) else list(step.columns or ())
        forms.hold(f"columns.{key}", chosen, every_time=False)
        st.multiselect(
            _(NAMES["columns"]), [*fitting, *(each for each in chosen if each not in fitting)], chosen,
            placeholder=_("all that fit"), key=f"columns.{key}", help=translate(step.settings()["columns"].help),
            on_change=_took, args=(f"columns.{key}", dataset, steps, number, "columns", key),
        )  # fmt: skip
    texts = [each for each in shown if each.type is str and not each.choices]
    for each in texts:
        if each.name != "columns":
            forms.hold(f"{each.name}.{key}", getattr(step, each.name), every_time=False)
            st.text_input(
                _(NAMES.get(each.name, each.name)), getattr(step, each.name), key=f"{each.name}.{key}",
                help=translate(each.help),
                on_change=_took, args=(f"{each.name}.{key}", dataset, steps, number, each.name, key),
            )  # fmt: skip


def _took(widget: str, dataset: str, steps: Sequence[Step], number: int, name: str, place: str) -> None:
    plain = [each.to_dict() for each in steps]
    plain[number] = {**plain[number], name: st.session_state[widget] or None}
    if plain[number][name] is None:
        del plain[number][name]
    upload_options.try_to_change(place, dataset, recipe=plain)


def _add(dataset: str) -> None:
    place = f"{dataset}.add"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = st.selectbox(
            _("Next step"), list(CLEANING), key=f"next.{dataset}", help=_("Steps are carried out from top to bottom.")
        )
        st.button(
            _("Add step"), icon=":material/add:", key=f"add.{dataset}", on_click=_added, args=(place, dataset)
        )  # fmt: skip
    st.markdown(f":small[{escape(translate(CLEANING[chosen].summary()))}]")
    refused = upload_options.problem(place)
    if refused is not None:
        st.error(escape(str(refused)))


def _added(place: str, dataset: str) -> None:
    """Add the step that is chosen when the button is pressed, whatever the page last drew."""
    recipe = upload_options.current(dataset).get("recipe", [])
    step = {"step": st.session_state[f"next.{dataset}"]}
    upload_options.try_to_change(place, dataset, recipe=[*recipe, step])
