"""How a text file was read, found by looking at it; and the same file read otherwise, where that was wrong."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from typing import Any

import streamlit as st

from dlcore.data.uploads.day_order import spoken
from dlcore.data.uploads.description import Arrays, Description, Images, Reading, Table
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text, _
from dlcore.runs import Upload
from dlcore.serving.store import runs
from pages.components.data import csv_form
from pages.components.shared import keys, language
from pages.components.shared.forms import escape
from pages.components.shared.uploading import Kept, file_uploader, files_at, let_go
from pages.components.shared.visitor import viewer

TEXT_FORMATS = ("csv", "tsv", "xlsx", "parquet")  # whose cells can be read otherwise
PARTED_FORMATS = ("zip", "npz")  # one file each, whose parts can be taken otherwise
MOST_MEGABYTES = 500  # of a file that comes through a browser; the command line takes more
MOST_SENTINELS = 6  # columns with a button of their own
MOST_STRAYS = 5  # columns with cells that are no numbers, told by name
MOST_BYTES = 20_000_000  # of a file that is kept at hand while its page is open
FOUND = {
    "delimiter": N_("delimiter"),
    "encoding": N_("encoding"),
    "decimal": N_("decimal mark"),
    "thousands": N_("thousands mark"),
    "sheet": N_("sheet"),
    "comment": N_("comments begin with"),
    "index": N_("column of row numbers"),
}
MARKS_SHOWN = {"\t": "⇥", " ": "␣", r"\s+": "␣", r"\s{2,}": "␣␣"}
MOST_REPAIRS = 4  # that are told without a click
MOST_DATES = 3  # columns whose format of days is told in the line


def refusal_kept(name: str) -> AbstractContextManager[None]:
    """While a file is read, the page says so. Called before the page begins, where no language was chosen yet."""
    language.apply()
    return st.spinner(_("Reading {file} …", file=escape(name)))


def remember(upload: Upload, files: Sequence[Any]) -> None:
    """Keep the file at hand that this data set was read from, if it is text and not large; only the last one."""
    file, found = files[0], upload.description
    kept = found.format in (*TEXT_FORMATS, *PARTED_FORMATS) and file.size <= MOST_BYTES
    _keep_at_hand(upload, file if kept else None)


def _keep_at_hand(upload: Upload, file: Any) -> None:
    """Keep a file on disk as long as this session reads it otherwise; where there is no room, it is brought again."""
    st.session_state[keys.DATA_SENT] = None
    if file is not None:
        with suppress(OSError):
            st.session_state[keys.DATA_SENT] = (upload.id, Kept(file.name, file))


def how_it_was_read(upload: Upload, table: Table, open_: Callable[[str], None]) -> None:
    """«Read as csv · delimiter ; · encoding gbk · decimal mark ,», and the way to say otherwise."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[{_line(table)}]", width="content")
        if table.format in TEXT_FORMATS:
            with st.popover(_("Read it otherwise"), icon=":material/tune:", type="tertiary"):
                at = _read_at(upload)
                csv_form.draw(table, at)
                _form(upload, open_, functools.partial(csv_form.wish, table, at))


def how_it_was_divided(upload: Upload, description: Images | Arrays, open_: Callable[[str], None]) -> None:
    """Where folders or arrays were taken for parts, the way to say otherwise."""
    divided = next((each for each in description.repairs if each.kind in csv_form.PARTED), None)
    if divided is None or description.format not in PARTED_FORMATS:
        return
    with st.popover(_("Read it otherwise"), icon=":material/tune:", type="tertiary"):
        csv_form.draw_parts(description, divided, _read_at(upload))
        _form(upload, open_, functools.partial(csv_form.wish_parts, _read_at(upload)))


def repairs(description: Description) -> None:
    """What was mended or left out, a sentence each: never in silence."""
    sentences = [f"- :small[{escape(str(each.sentence))}]" for each in description.repairs]
    if len(sentences) > MOST_REPAIRS:
        with st.expander(_("Mended or left out while it was read ({count})", count=len(sentences))):
            st.markdown("\n".join(sentences))
    elif sentences:
        st.markdown("\n".join(sentences))


def strays(table: Table) -> None:
    """Columns that would be numbers but for a few cells: which cells, so that they can be mended in the file."""
    found = [(each.name, each.stray) for each in table.columns if each.stray is not None]
    for name, stray in found[:MOST_STRAYS]:
        said = _(
            "{column} is read as names: in row {row} stands «{cell}», which is no number ({count} of {rows} "
            "cells). If it is meant to be numbers, leave such cells empty in the file and bring it again.",
            column=name,
            row=f"{stray.row:,}",
            cell=stray.cell,
            count=f"{stray.count:,}",
            rows=f"{table.rows:,}",
        )
        st.warning(escape(said), icon=":material/rule:")


def sentinels(upload: Upload, table: Table, open_: Callable[[str], None]) -> None:
    """Numbers that may stand for no value, a button each: one click counts them as missing in their column."""
    found = [each for each in table.columns if each.sentinels]
    if not found:
        return
    if not _is_at_hand(upload):
        st.caption(_("To count such numbers as missing, choose their column in «Read it otherwise»."))
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":small[{_('Count as missing:')}]", width="content")
        for column in found[:MOST_SENTINELS]:
            marks = ", ".join(each.marks[0] for each in column.sentinels)
            _sentinel_button(upload, table, open_, [column.name], escape(f"{column.name}: {marks}"))
        if len(found) > 1:
            _sentinel_button(upload, table, open_, [each.name for each in found], _("all of them"))
    problem = st.session_state.get(keys.PROBLEM)
    if problem is not None and problem[0] == _sentinels_at(upload):
        st.error(escape(str(problem[1])))


def _sentinel_button(
    upload: Upload, table: Table, open_: Callable[[str], None], names: list[str], label: str
) -> None:  # fmt: skip
    key = f"{_sentinels_at(upload)}.{len(names)}.{names[0]}"
    wish = functools.partial(csv_form.without_sentinels, table, names)
    st.button(label, key=key, on_click=_read_again, args=(upload, _sentinels_at(upload), open_, wish))


def _sentinels_at(upload: Upload) -> str:
    return f"sentinels.{upload.id}"


def _line(table: Table) -> str:
    reading = table.reading
    found = [
        f"{_(said)} `{MARKS_SHOWN.get(value, value)}`"
        for name, said in FOUND.items()
        if (value := getattr(reading, name))
    ]
    if reading.header == 0:
        found.append(_("no row of names"))
    elif reading.header == 2:
        found.append(_("two rows of names"))
    if reading.skip:
        found.append(_("{count} rows above the names left out", count=reading.skip))
    dates = [(name, how.day) for name, how in reading.columns.items() if how.day is not None]
    found += [f"{escape(name)} `{spoken(form)}`" for name, form in dates[:MOST_DATES]]
    return " · ".join([_("Read as {format}", format=table.format), *found])


def _read_at(upload: Upload) -> str:
    return f"read.{upload.id}"


def _form(upload: Upload, open_: Callable[[str], None], wish: Callable[[], Reading]) -> None:
    """The file once more where it is not at hand, and the button that reads it as it is wished for."""
    at = _read_at(upload)
    if not _is_at_hand(upload):
        file_uploader(_("The same file once more"), key=f"{at}.file", megabytes=MOST_MEGABYTES)
    st.button(_("Read it so"), type="primary", key=f"{at}.go", on_click=_read_again, args=(upload, at, open_, wish))
    problem = st.session_state.get(keys.PROBLEM)
    if problem is not None and problem[0] == at:
        st.error(escape(str(problem[1])))


def _is_at_hand(upload: Upload) -> bool:
    """Whether the file that a data set was read from is here still, or once more."""
    sent = st.session_state.get(keys.DATA_SENT)
    return (sent is not None and sent[0] == upload.id) or bool(files_at(f"read.{upload.id}.file"))


def _at_hand(upload: Upload) -> io.BytesIO | None:
    sent = st.session_state.get(keys.DATA_SENT)
    if sent is not None and sent[0] == upload.id:
        kept: io.BytesIO = sent[1].open()
        return kept
    return next(iter(files_at(f"read.{upload.id}.file")), None)


def _read_again(upload: Upload, at: str, open_: Callable[[str], None], wish: Callable[[], Reading]) -> None:
    """Keep the file as it is read now, under the same name; the first reading goes, unless a run learned from it.

    wish: how it shall be read. Why it cannot be is kept for the place `at`.
    """
    st.session_state[keys.PROBLEM] = None
    file = _at_hand(upload)
    if file is None:
        st.session_state[keys.PROBLEM] = (at, Text(N_("Choose the file first.")))
        return
    try:
        with refusal_kept(file.name):
            made = runs().upload(file, viewer(), upload.name, reading=wish())
    except DlcoreError as error:
        st.session_state[keys.PROBLEM] = (at, error.text)
        return
    if not runs().runs_of_upload(upload.id, viewer()):
        runs().delete_upload(upload.id, viewer())
    _keep_at_hand(made, file if file.seek(0, io.SEEK_END) <= MOST_BYTES else None)
    let_go(f"read.{upload.id}.file", files_at(f"read.{upload.id}.file"))
    open_(made.dataset)
