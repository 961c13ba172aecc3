"""A table before anything is learned from it: rows, columns, how values lie, what is missing, what goes together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dlcore.data.base import About
from dlcore.data.column import Column
from dlcore.data.uploads.description import Table
from dlcore.figures import columns as charts
from dlcore.figures import matrix
from dlcore.figures.style import caption
from dlcore.i18n import N_, _, current_language, translate
from pages.components.shared import keys

ROWS_SHOWN = 200
MOST_CORRELATED = 30  # columns in one map
KINDS = {
    "numeric": N_("number"),
    "categorical": N_("category"),
    "text": N_("text"),
    "date": N_("date"),
}
VIEWS = {
    "rows": N_("Rows"),
    "columns": N_("Columns"),
    "values": N_("Distributions"),
    "missing": N_("Missing values"),
    "balance": N_("Class balance"),
    "correlation": N_("Correlations"),
    "pair": N_("Two columns"),
}
VALUES_SHOWN = 6

Meanings = Mapping[str, tuple[str, str]]  # column -> unit, description


def look(
    frame: pd.DataFrame, table: Table, about: About | None, key: str, meanings: Meanings = MappingProxyType({})
) -> None:
    """Draw one of the views, chosen by a row of buttons.

    frame: some rows, evenly spread over all. about: what is asked; None where nothing fitting is chosen.
    meanings: what is known of columns by name: unit, description.
    """
    offered = [name for name in VIEWS if name != "balance" or (about is not None and about.classes)]
    chosen = st.segmented_control(
        _("What to look at"), offered, default="rows", required=True, format_func=lambda name: _(VIEWS[name]),
        key=keys.in_language(f"{keys.DATA_VIEW}.{key}"), label_visibility="collapsed",
    )  # fmt: skip
    if chosen == "columns":
        st.dataframe(described(table.columns, meanings), hide_index=True, key=f"columns.{key}")
    elif chosen == "values":
        _values(frame, table, about, key)
    elif chosen == "missing":
        _missing(table, key)
    elif chosen == "balance":
        assert about is not None
        _balance(table, about, key)
    elif chosen == "correlation":
        _correlation(frame, table, key)
    elif chosen == "pair":
        _pair(frame, table, about, key)
    else:
        head = frame.head(ROWS_SHOWN)
        st.dataframe(head, height=240, key=f"rows.{key}", column_config=_days(head))
        st.caption(
            _("{shown} of {rows} rows, as they came.", shown=min(len(frame), ROWS_SHOWN), rows=f"{table.rows:,}")
        )


def _days(frame: pd.DataFrame) -> dict[str, Any]:
    """Dates without a time of day are shown without one."""
    times = {name: frame[name].dropna() for name in frame.select_dtypes("datetime")}
    return {name: st.column_config.DateColumn() for name, each in times.items() if (each == each.dt.normalize()).all()}


def described(columns: Sequence[Column], meanings: Meanings = MappingProxyType({})) -> pd.DataFrame:
    """One row a column: what it means where that is known, and what it holds, counted over all rows."""
    known = [meanings.get(each.name, ("", "")) for each in columns]
    told = {_("meaning"): [each[1] for each in known], _("unit"): [each[0] for each in known]} if any(meanings) else {}
    return pd.DataFrame(
        {
            _("column"): [each.name for each in columns],
            **told,
            _("type"): [_(KINDS[each.kind]) for each in columns],
            _("missing"): [each.missing for each in columns],
            _("lowest"): _bounds([each.low for each in columns]),
            _("highest"): _bounds([each.high for each in columns]),
            _("mean"): [each.mean for each in columns],
            _("standard deviation"): [each.deviation for each in columns],
            _("values"): [_values_of(each) for each in columns],
        }
    )


def _bounds(values: Sequence[float | str | None]) -> list[Any]:
    """Numbers as they are; where days stand beside them, all as text, for a column of a frame holds one kind."""
    if not any(isinstance(each, str) for each in values):
        return list(values)
    return [f"{each:.6g}" if isinstance(each, float | int) else each for each in values]


def _values_of(column: Column) -> str:
    if column.kind != "categorical" or not column.values:
        return ""
    pairs = zip(column.values[:VALUES_SHOWN], column.counts, strict=False)
    more = [_("and {count} more", count=len(column.values) - VALUES_SHOWN)] if len(column.values) > VALUES_SHOWN else []
    return ", ".join([f"{value} ({count:,})" for value, count in pairs] + more)


def _values(frame: pd.DataFrame, table: Table, about: About | None, key: str) -> None:
    known = {each.name: each for each in table.columns if each.usable}
    if not known:
        st.info(_("No column holds numbers or a few categories: there is no distribution to draw."))
        return
    name = st.selectbox(_("Column"), list(known), key=f"distribution.{key}")
    column = known[name]
    if column.kind == "categorical":
        show(charts.categories(name, dict(zip(column.values, column.counts, strict=True))), f"categories.{key}")
        return
    classes, labels = _classes(frame, about) if about is not None and name != about.target else ((), None)
    values = frame[name].to_numpy(float)
    show(charts.distribution(name, values, classes, labels), f"distribution_chart.{key}")


def _classes(frame: pd.DataFrame, about: About) -> tuple[Sequence[str], Any]:
    """(names, the class number of each row), where the target names classes that can be told by their names."""
    if about.task not in ("multiclass", "binary") or about.target not in frame or len(about.classes) > 10:
        return (), None
    target = frame[about.target]
    if pd.api.types.is_numeric_dtype(target):
        known = np.array([float(each) for each in about.classes])
        return about.classes, np.argmin(np.abs(target.to_numpy(float)[:, None] - known), axis=1)
    return about.classes, pd.Categorical(target.astype(object), categories=list(about.classes)).codes


def _missing(table: Table, key: str) -> None:
    counts = {each.name: each.missing for each in table.columns}
    if any(counts.values()):
        show(charts.missing(counts, table.rows), f"missing.{key}")
    else:
        st.success(_("No value is missing in any of the {rows} rows.", rows=f"{table.rows:,}"))


def _balance(table: Table, about: About, key: str) -> None:
    column = table.find(about.target)
    counts: Mapping[str, int] = {}
    if column is not None:
        counts = dict(zip(column.values, column.counts, strict=True))
    else:  # several columns of 0 and 1
        for name in about.classes:
            each = table.find(name)
            counts = {**counts, name: dict(zip(each.values, each.counts, strict=True)).get("1", 0) if each else 0}
    show(charts.categories(translate(about.target), counts), f"balance.{key}")


def _correlation(frame: pd.DataFrame, table: Table, key: str) -> None:
    names = [each.name for each in table.columns if each.kind == "numeric"]
    if len(names) < 2:
        st.info(_("Correlations need two columns of numbers."))
        return
    shown = names[:MOST_CORRELATED]
    values = frame[shown].corr(min_periods=3).to_numpy()
    show(matrix.correlation(shown, np.where(np.isfinite(values), values, None).tolist()), f"correlation.{key}")
    if len(names) > len(shown):
        st.caption(_("The first {shown} of {count} columns of numbers.", shown=len(shown), count=len(names)))


def _pair(frame: pd.DataFrame, table: Table, about: About | None, key: str) -> None:
    """Two columns of numbers that the learner chooses, in the colours of what is to be predicted."""
    names = [each.name for each in table.columns if each.kind == "numeric"]
    if len(names) < 2:
        st.info(_("A point needs two columns of numbers."))
        return
    target = about.target if about is not None else ""
    telling = [each.name for each in table.columns if each.name in names and _tells(each, table.rows)]
    telling = [each for each in telling if each != target] + names
    places = st.columns(2)
    x = places[0].selectbox(_("Across"), names, names.index(telling[0]), key=f"pair_x.{key}")
    y = places[1].selectbox(_("Upwards"), names, names.index(telling[1]), key=f"pair_y.{key}")
    classes, labels = _classes(frame, about) if about is not None else ((), None)
    amounts = frame[target].to_numpy(float) if about is not None and about.task == "regression" else None
    values = (frame[x].to_numpy(float), frame[y].to_numpy(float))
    show(charts.pair((x, y), values, target, classes, labels, amounts), f"pair_chart.{key}")


def _tells(column: Column, rows: int) -> bool:
    """Whether there is something to see in it: one that is always the same, or only counts the rows, says nothing."""
    if not isinstance(column.low, float | int) or not isinstance(column.high, float | int):
        return False
    counts_rows = column.whole and not column.missing and column.high - column.low == rows - 1
    return column.low != column.high and not counts_rows


def show(chart: Any, key: str) -> None:
    """A chart at rest, with the sentence that says how it was measured."""
    st.plotly_chart(chart, key=f"{key}.{current_language()}", config={"displayModeBar": False})
    st.caption(caption(chart))
