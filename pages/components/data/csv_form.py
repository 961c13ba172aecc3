"""What a learner says of how a table is to be read: marks, names, and a column's kind and order of day and month."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dlcore.data.column import Column
from dlcore.data.uploads.day_order import ORDERS, day_of, order_of, ordered
from dlcore.data.uploads.description import (
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    PARTS,
    QUOTES,
    RAGGED,
    THOUSANDS,
    UNMENDED,
    Arrays,
    ColumnReading,
    Images,
    Reading,
    Repair,
    Table,
)
from dlcore.data.uploads.parsing import MISSING
from dlcore.i18n import N_, _
from pages.components.data.table_summary import KINDS
from pages.components.shared import forms, keys

MARKS = {
    ",": N_("comma ,"), ";": N_("semicolon ;"), "\t": N_("tab ⇥"), "|": N_("bar |"), ".": N_("point ."),
    ":": N_("colon :"), " ": N_("space"), r"\s+": N_("white space"), r"\s{2,}": N_("two spaces or more"),
    "'": N_("apostrophe '"), "": N_("none"), '"': N_('quotation mark "'),
}  # fmt: skip
ROWS = {"fit": N_("laid on the columns"), "end": N_("filled up or cut off at their end"), "drop": N_("left out")}
LEFT = {
    "rows-about": N_("notes between names and rows"), "blank-lines": N_("empty rows"),
    "header-again": N_("rows that repeat the names"), "text-after": N_("notes below the table"),
    "summary-rows": N_("balances and sums of the rows"),
    "columns-empty": N_("columns without name and value"), "names-joined": N_("spellings of truth values"),
}  # fmt: skip
ROWS_FITTED = ("rows-short", "rows-long", "rows-joined", "rows-other-delimiter", "rows-dropped")
PARTED = ("folders-are-parts", "arrays-are-parts")  # repairs that can be said otherwise
PARTS_SAID = {
    "apart": N_("parts: one teaches, one is the sealed test part"), "together": N_("one data set"),
    "classes": N_("classes"),
}  # fmt: skip
HEADERS = {0: N_("no row"), 1: N_("one row"), 2: N_("two rows")}
DAYS = {"ymd": N_("year, month, day"), "dmy": N_("day, month, year"), "mdy": N_("month, day, year")}
MOST_SKIPPED = 1000
UNSAID = {"decimal": ".", "quote": '"', "table": 1}  # what stands for what nobody found; for all else, nothing
FIELDS = (
    "delimiter", "encoding", "quote", "sheet", "table", "decimal", "thousands", "header", "ragged", "index",
)  # fmt: skip
WHOLE = ("delimiter", "encoding", "sheet", "table", "decimal", "thousands", "quote")  # another one: all is found anew
UNLESS_SAID = ("quote", "comment", "index", "table")  # of what is found anew then, what was not said otherwise
SEVERAL = ("missing", "present", "as_written")
NO_COLUMN = ""  # nothing is said of any column


def draw(table: Table, at: str) -> None:
    """The fields, holding what was found; `wish` makes a reading of them. `at` begins their keys."""
    found = table.reading
    st.caption(_("For when the columns, the letters or the numbers came out wrong. What is set now is what was found."))
    left, right = st.columns(2)
    with left:
        if table.format in ("csv", "tsv"):
            _choice("delimiter", _("Delimiter"), _with(DELIMITERS, found.delimiter), found.delimiter, at)
            _choice("quote", _("Quotation mark"), QUOTES, found.quote, at)
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
        if table.format in ("csv", "tsv"):
            st.session_state.setdefault(f"{at}.comment", found.comment or "")
            st.text_input(_("Comments begin with"), max_chars=10, key=f"{at}.comment", placeholder=_("none"))
    if table.format != "parquet":
        _of_rows(table, at)
    st.session_state.setdefault(f"{at}.missing", list(found.missing))
    st.multiselect(_("Cells that say that there is no value, besides the usual ones"), list(found.missing),
                   accept_new_options=True, key=f"{at}.missing", placeholder=_("for example -999"))  # fmt: skip
    st.session_state.setdefault(f"{at}.present", list(found.present))
    st.multiselect(_("Of the usual ones, those that are values here"), [each for each in MISSING if each],
                   key=f"{at}.present", placeholder=_("for example NA"))  # fmt: skip
    names = ["", *(each.name for each in table.columns)]
    _choice("index", _("Column that only numbers the rows"), names, found.index or "", at, {"": N_("none")})
    _column(table, at)


def draw_parts(description: Images | Arrays, divided: Repair, at: str) -> None:
    """What folders or arrays that are called train and test are; `wish_parts` makes a reading of it."""
    offered = PARTS if isinstance(description, Images) else PARTS[:2]
    now = "apart" if description.parts else "together"
    if set(divided.places) & set(description.classes):
        now = "classes"
    _choice("parts", _("What is called train and test"), offered, now, at, PARTS_SAID)


def wish_parts(at: str) -> Reading:
    """The reading that is asked for."""
    return Reading(parts=st.session_state[keys.in_language(f"{at}.parts")])


def _of_rows(table: Table, at: str) -> None:
    """What was mended or left out, read as it is written: offered where it was done."""
    found, kinds = table.reading, {each.kind for each in table.repairs}
    if (others := next((each for each in table.repairs if each.kind == "second-table"), None)) is not None:
        numbers = range(1, max(found.table or 1, len(others.places) + 1) + 1)
        _choice("table", _("Table, counted from above"), [*numbers], found.table or 1, at)
    if kinds & {*ROWS_FITTED} or found.ragged not in (None, RAGGED[0]):
        label = _("Rows with too few or too many cells")
        _choice("ragged", label, RAGGED, found.ragged or RAGGED[0], at, ROWS)
    left = [each for each in UNMENDED if each in kinds or each in found.as_written]
    if left:
        st.session_state.setdefault(f"{at}.as_written", list(found.as_written))
        label = _("Leave as it is written")
        st.multiselect(label, left, key=f"{at}.as_written", format_func=_named(LEFT), placeholder=_("nothing"))


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
    found = table.reading.columns.get(column.name, ColumnReading()).missing
    offered = [*found, *(mark for each in column.sentinels for mark in each.marks)]
    st.session_state.setdefault(f"{place}.missing", list(found))
    st.multiselect(_("Cells of this column that say that there is no value"), offered, accept_new_options=True,
                   key=f"{place}.missing", placeholder=_("for example -999"))  # fmt: skip


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
    for name in (
        "delimiter",
        "encoding",
        "quote",
        "sheet",
        "table",
        "decimal",
        "thousands",
        "header",
        "ragged",
        "index",
    ):
        key = keys.in_language(f"{at}.{name}")
        if key in st.session_state:
            told[name] = st.session_state[key]
    if f"{at}.comment" in st.session_state:
        told["comment"] = st.session_state[f"{at}.comment"].strip()
    another = any(told[name] != _was(found, name) for name in WHOLE if name in told)
    for name in ("thousands", *(UNLESS_SAID if another else ())):
        if told.get(name) == _was(found, name):
            told.pop(name, None)
    skip = st.session_state.get(f"{at}.skip")
    if skip is not None and (skip != (found.skip or 0) or not another):
        told["skip"] = int(skip)
    columns = _marks_alone(found) if another else dict(found.columns)
    name = st.session_state.get(keys.in_language(f"{at}.column"), NO_COLUMN)
    if (column := table.find(name)) is not None:
        columns[name] = _of_column(table, column, f"{at}.{name}")
    several = {each: tuple(st.session_state.get(f"{at}.{each}", getattr(found, each))) for each in SEVERAL}
    return Reading(**told, **several, columns=columns)


def _was(found: Reading, name: str) -> Any:
    """What was found; of what an earlier version did not keep, what is usual."""
    value = getattr(found, name)
    return UNSAID.get(name, "") if value is None else value


def _of_column(table: Table, column: Column, place: str) -> ColumnReading:
    """How one column is to be read. Where what it holds is said anew, its marks are found anew."""
    kind = st.session_state.get(keys.in_language(f"{place}.kind"), column.kind)
    before = table.reading.columns.get(column.name, ColumnReading())
    missing = tuple(st.session_state.get(f"{place}.missing", before.missing))
    if kind == "date":
        order = st.session_state.get(keys.in_language(f"{place}.day"), _order(table, column))
        return ColumnReading("date", day=ordered(before.day, order), missing=missing)
    return replace(before if kind == column.kind else ColumnReading(), kind=kind, missing=missing)


def _marks_alone(found: Reading) -> dict[str, ColumnReading]:
    """Of each column, what somebody said that is true however the file is read."""
    return {name: ColumnReading(missing=how.missing) for name, how in found.columns.items() if how.missing}


def without_sentinels(table: Table, names: Sequence[str]) -> Reading:
    """The reading as it was found, but that the numbers pointed out in these columns count as missing."""
    columns = dict(table.reading.columns)
    for column in filter(None, map(table.find, names)):
        how = columns.get(column.name, ColumnReading())
        marks = (mark for each in column.sentinels for mark in each.marks)
        columns[column.name] = replace(how, missing=(*how.missing, *marks))
    return replace(table.reading, thousands=None, columns=columns)
