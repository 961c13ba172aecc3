"""What a learner says of how a table is to be read: marks, names, and a column's kind and order of day and month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dlcore.data.column import Column
from dlcore.data.uploads.day_order import ORDERS, day_of, order_of, ordered
from dlcore.data.uploads.description import DECIMALS, DELIMITERS, ENCODINGS, THOUSANDS, ColumnReading, Reading, Table
from dlcore.i18n import N_, _
from pages.components.data.table_summary import KINDS
from pages.components.shared import forms, keys

MARKS = {
    ",": N_("comma ,"), ";": N_("semicolon ;"), "\t": N_("tab ⇥"), "|": N_("bar |"), ".": N_("point ."),
    ":": N_("colon :"), " ": N_("space"), r"\s+": N_("white space"), r"\s{2,}": N_("two spaces or more"),
    "'": N_("apostrophe '"), "": N_("none"),
}  # fmt: skip
HEADERS = {0: N_("no row"), 1: N_("one row"), 2: N_("two rows")}
DAYS = {"ymd": N_("year, month, day"), "dmy": N_("day, month, year"), "mdy": N_("month, day, year")}
MOST_SKIPPED = 1000
MARKS_UNSAID = {"thousands": "", "decimal": "."}  # what stands for a mark that nobody found
NO_COLUMN = ""  # nothing is said of any column


def draw(table: Table, at: str) -> None:
    """The fields, holding what was found; `wish` makes a reading of them. `at` begins their keys."""
    found = table.reading
    st.caption(_("For when the columns, the letters or the numbers came out wrong. What is set now is what was found."))
    left, right = st.columns(2)
    with left:
        if table.format in ("csv", "tsv"):
            _choice("delimiter", _("Delimiter"), _with(DELIMITERS, found.delimiter), found.delimiter, at)
            _choice("encoding", _("Encoding"), _with(ENCODINGS, found.encoding), found.encoding, at)
        sheets = _sheets(table)
        if len(sheets) > 1:
            _choice("sheet", _("Sheet"), sheets, found.sheet, at)
        _choice("decimal", _("Decimal mark"), DECIMALS, found.decimal or ".", at)
    with right:
        _choice("thousands", _("Between thousands"), THOUSANDS, found.thousands or "", at)
        if table.format != "parquet":
            _choice("header", _("Rows that name the columns"), [*HEADERS], found.header, at, HEADERS)
            st.session_state.setdefault(f"{at}.skip", found.skip or 0)
            st.number_input(_("Rows above them"), 0, MOST_SKIPPED, step=1, key=f"{at}.skip")
    st.session_state.setdefault(f"{at}.missing", list(found.missing))
    st.multiselect(_("Cells that say that there is no value, besides the usual ones"), list(found.missing),
                   accept_new_options=True, key=f"{at}.missing", placeholder=_("for example -999"))  # fmt: skip
    _column(table, at)


def _column(table: Table, at: str) -> None:
    """One column, what it holds, and of dates what comes first."""
    names = [NO_COLUMN, *(each.name for each in table.columns)]
    _choice("column", _("Read a column otherwise"), names, NO_COLUMN, at, {NO_COLUMN: N_("none")})
    column = table.find(st.session_state[keys.in_language(f"{at}.column")])
    if column is None:
        return
    kind, order = st.columns(2)
    place = f"{at}.{column.name}"
    with kind:
        _choice("kind", _("It holds"), [*KINDS], column.kind, place, KINDS)
    if st.session_state[keys.in_language(f"{place}.kind")] == "date":
        with order:
            _choice("day", _("Written as"), [*ORDERS], _order(table, column), place, DAYS)


def _order(table: Table, column: Column) -> str:
    form = day_of(table.reading, column.name)
    found = "" if form is None else order_of(form)
    return found if found in ORDERS else "ymd"


def _choice(
    name: str, label: str, options: Sequence[Any], found: Any, at: str, said: Mapping[Any, str] = MARKS
) -> None:  # fmt: skip
    key = keys.in_language(f"{at}.{name}")
    held = st.session_state.get(key)
    forms.hold(key, held if held in options else found if found in options else options[0], every_time=True)
    st.selectbox(label, options, key=key, format_func=_named(said))


def _named(said: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda each: _(said[each]) if each in said else str(each)


def _with(options: Sequence[str], found: str | None) -> list[str]:
    """The options, and what was found where that is none of the usual ones."""
    return [*options, *([] if found is None or found in options else [found])]


def _sheets(table: Table) -> list[str]:
    """The sheets of an Excel file, the one that was read first."""
    others = [place for each in table.repairs if each.kind == "sheets" for place in each.places]
    return [*dict.fromkeys([table.reading.sheet, *others])] if table.reading.sheet else []


def wish(table: Table, at: str) -> Reading:
    """The reading that is asked for. Columns stay as they were read, unless a mark of the whole file is another now."""
    found = table.reading
    told: dict[str, Any] = {}
    for name in ("delimiter", "encoding", "sheet", "decimal", "thousands", "header"):
        key = keys.in_language(f"{at}.{name}")
        if key in st.session_state:
            told[name] = st.session_state[key]
    marks = {name: value for name, value in told.items() if name != "header"}
    another = any(value != (getattr(found, name) or MARKS_UNSAID.get(name)) for name, value in marks.items())
    if told.get("thousands") == (found.thousands or ""):
        told.pop("thousands", None)
    skip = st.session_state.get(f"{at}.skip")
    if skip is not None and (skip != (found.skip or 0) or not another):
        told["skip"] = int(skip)
    columns = {} if another else dict(found.columns)
    name = st.session_state.get(keys.in_language(f"{at}.column"), NO_COLUMN)
    if (column := table.find(name)) is not None:
        columns[name] = _of_column(table, column, f"{at}.{name}")
    return Reading(
        **told,
        comment=None if another else found.comment,
        quote=None if another else found.quote,
        index=None if another else found.index,
        missing=tuple(st.session_state.get(f"{at}.missing", found.missing)),
        columns=columns,
    )


def _of_column(table: Table, column: Column, place: str) -> ColumnReading:
    """How one column is to be read. Where what it holds is said anew, its marks are found anew."""
    kind = st.session_state.get(keys.in_language(f"{place}.kind"), column.kind)
    before = table.reading.columns.get(column.name, ColumnReading())
    if kind == "date":
        order = st.session_state.get(keys.in_language(f"{place}.day"), _order(table, column))
        return ColumnReading("date", day=ordered(before.day, order))
    return replace(before, kind=kind) if kind == column.kind else ColumnReading(kind)
