"""The form «Read it otherwise» has a field for every kind of repair, and what is set in it is what is wished for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dlcore.data.column import Column
from dlcore.data.uploads.description import ColumnReading, Reading, Table
from dlcore.data.uploads.tally import OTHERWISE
from pages.components.data import csv_form
from pages.components.shared import keys

DAYS = {"day": ColumnReading("date", day="%d/%m/%Y")}
FOUND = Reading(",", "utf-8", ".", 1, '"', "", 0, "#", "", "n", table=1, ragged="fit", columns=DAYS)
TABLE = Table("csv", 3, (Column("n", "numeric"), Column("day", "date")), FOUND)
FIELDS = {*csv_form.FIELDS, *csv_form.SEVERAL, "skip", "comment", "kind", "day"}


@pytest.mark.parametrize("kind", OTHERWISE)
def test_every_kind_of_repair_has_its_field(kind: str) -> None:
    assert set(OTHERWISE[kind]) <= FIELDS


def wished(monkeypatch: pytest.MonkeyPatch, **fields: Any) -> Reading:
    """The wish where these fields were set, and all others hold what was found."""
    held = {name: getattr(FOUND, name) for name in ("delimiter", "encoding", "quote", "decimal", "thousands", "header",
                                                    "ragged", "index", "table")} | fields  # fmt: skip
    plain = ("skip", "comment", *csv_form.SEVERAL)
    state = {f"at.{name}" if name in plain else keys.in_language(f"at.{name}"): value for name, value in held.items()}
    state.setdefault("at.comment", FOUND.comment)
    monkeypatch.setattr(csv_form.st, "session_state", state)
    return csv_form.wish(TABLE, "at")


@pytest.mark.parametrize(
    ("field", "value"),
    [("quote", ""), ("table", 2), ("ragged", "drop"), ("index", ""), ("comment", ""), ("present", ("NA",)),
     ("as_written", ("text-after",)), ("missing", ("-999",)), ("header", 2), ("encoding", "cp1252")],
)  # fmt: skip
def test_what_is_set_is_wished_for(field: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert getattr(wished(monkeypatch, **{field: value}), field) == value


def test_what_is_not_set_stays_unless_the_whole_file_is_read_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    same, another = wished(monkeypatch, ragged="end"), wished(monkeypatch, table=2)
    assert (same.index, same.comment, same.quote, dict(same.columns)) == ("n", "#", '"', dict(FOUND.columns))
    assert (another.index, another.comment, another.quote, dict(another.columns)) == (None, None, None, {})


def test_the_marks_of_one_column_are_wished_for_and_outlast_another_delimiter(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {keys.in_language("at.column"): "n", "at.n.missing": ["-999"]}
    monkeypatch.setattr(csv_form.st, "session_state", state)
    assert csv_form.wish(TABLE, "at").columns == {**DAYS, "n": ColumnReading("numeric", missing=("-999",))}
    marked = replace(TABLE, reading=replace(FOUND, columns={"n": ColumnReading("numeric", missing=("-999",))}))
    state = {keys.in_language("at.delimiter"): ";"}
    monkeypatch.setattr(csv_form.st, "session_state", state)
    assert csv_form.wish(marked, "at").columns == {"n": ColumnReading(missing=("-999",))}
