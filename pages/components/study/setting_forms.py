"""The forms of a grid and of a search: which settings are varied, over which values, within which ranges."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text, _
from dlcore.studies.assignment import Value
from dlcore.studies.grid import Grid
from dlcore.studies.search import USUAL, Range, Search
from dlcore.studies.variables import Variable, variables
from pages.components.shared import keys

NOTHING = ""  # in place of a second setting


def grid_form(base: Experiment, form: str) -> Grid:
    """One or two settings, each with the list of its values; at first capacity × rows."""
    known = {each.field: each for each in variables(base)}
    usual = Grid.suited(base)
    x = _choice(_("Along the map"), list(known), usual.x, known, f"{form}.grid.x")
    y = _choice(_("Up the map"), [NOTHING, *(each for each in known if each != x)],
                usual.y if usual.y and usual.y != x else NOTHING, known, f"{form}.grid.y")  # fmt: skip
    x_values = _values(known[x], f"{form}.grid.{x}")
    if y == NOTHING:
        return Grid(x=x, x_values=x_values)
    return Grid(x=x, x_values=x_values, y=y, y_values=_values(known[y], f"{form}.grid.{y}"))


def _choice(label: str, fields: list[str], usual: str, known: Mapping[str, Variable], key: str) -> str:
    """A setting by its title."""
    named = {field: str(known[field].title) if field else _("nothing: a line in place of a map") for field in fields}
    found = st.selectbox(label, fields, index=fields.index(usual), format_func=lambda each: named.get(each, each),
                         key=keys.in_language(key), width=360)  # fmt: skip
    return str(found)


def _values(variable: Variable, key: str) -> tuple[Value, ...]:
    """The values of a setting, as they are typed: `0.25, 0.5, 1`. Raises ExperimentError."""
    usual = ", ".join(map(_written, variable.grid))
    typed = st.text_input(_("Values of {setting}", setting=variable.title), usual, key=key, width=360,
                          help=_("With commas between them."))  # fmt: skip
    return tuple(_read(each) for each in typed.replace("，", ",").split(",") if each.strip())


def _written(value: Value) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _read(typed: str) -> Value:
    try:
        return cast("Value", json.loads(typed))
    except ValueError:
        return typed.strip()


def search_form(base: Experiment, form: str) -> Search:
    """The settings that are searched, each with its range, how many trials, and whether hopeless ones are stopped."""
    known = {each.field: each for each in variables(base) if each.span or len(each.grid) > 1}
    usual = [field for field in USUAL if field in known]
    fields = st.multiselect(_("Settings to search"), list(known), default=usual, key=keys.in_language(f"{form}.search"),
                            format_func=lambda field: str(known[field].title) if field in known else field)  # fmt: skip
    ranges = [_range(known[field], f"{form}.search.{field}") for field in fields]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        trials = st.number_input(_("Trials at most"), 2, 200, 30, key=f"{form}.search.trials", width=160)
        prune = st.checkbox(_("Stop hopeless trials early"), True, key=f"{form}.search.prune")
    return Search(ranges=tuple(ranges), trials=int(trials), prune=prune)


def _range(variable: Variable, key: str) -> Range:
    """The ends of a range, or the choices, of one setting. Raises ExperimentError."""
    usual = Range.of(variable)
    if usual.choices:
        chosen = st.multiselect(str(variable.title), list(usual.choices), default=list(usual.choices),
                                key=keys.in_language(key))  # fmt: skip
        return usual.model_copy(update={"choices": tuple(chosen)})
    ends: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, label in (("low", N_("{setting}: from")), ("high", N_("to"))):
            typed = st.text_input(
                _(label, setting=variable.title), f"{getattr(usual, name):g}", key=f"{key}.{name}", width=260
            )
            ends[name] = _number(typed, variable, name)
    return usual.model_copy(update=ends)


def _number(typed: str, variable: Variable, name: str) -> float:
    try:
        return float(typed)
    except ValueError:
        text = N_("must be a number, but {received} came")
        raise ExperimentError(Text(text, received=repr(typed)), f"{variable.field}.{name}") from None
