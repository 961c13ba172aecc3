"""Numbers such as -999 that may stand for no value are pointed out, kept, and missing where somebody says so."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dlcore.data.uploads.description import ColumnReading, Reading, Table, from_json, to_json
from dlcore.inference.row_cells import Cells, Row
from dlcore.inference.user_data import plain

from .brought import kept
from .table_files import column, in_lines, read_table

DRAWN = np.random.default_rng(3)
WARM = [f"{value:.1f}" for value in DRAWN.normal(12, 8, 60)]
COLD = [f"{value:.1f}" for value in DRAWN.normal(-10, 15, 60)]
AGES = [str(value) for value in DRAWN.integers(18, 90, 60)]
HEIGHTS = [str(value) for value in DRAWN.integers(0, 4000, 60)]
YEARS = [str(value) for value in DRAWN.integers(1950, 2024, 60)]
DAYS = [str(value) for value in DRAWN.integers(1, 400, 60)]


def between(cells: Sequence[str], mark: str, every: int = 7) -> list[str]:
    return [mark if n % every == 3 else cell for n, cell in enumerate(cells)]


SENTINELS = {
    "-999 among temperatures": (between(WARM, "-999"), "-999"),
    "-999.0 among temperatures": (between(COLD, "-999.0"), "-999.0"),
    "-99.9 among temperatures": (between(WARM, "-99.9"), "-99.9"),
    "-9999 among heights": (between(HEIGHTS, "-9999"), "-9999"),
    "999 among ages": (between(AGES, "999"), "999"),
    "9999 among years": (between(YEARS, "9999"), "9999"),
    "-1 among days": (between(DAYS, "-1", 4), "-1"),
    "-1 in most cells": (["-1" if n % 20 else cell for n, cell in enumerate(DAYS)], "-1"),
    "65535 among heights": (between(HEIGHTS, "65535"), "65535"),
    "-32768 among temperatures": (between(COLD, "-32768"), "-32768"),
    "1e+20 among heights": (between(HEIGHTS, "1e+20"), "1e+20"),
    "with a comma": ([cell.replace(".", ",") for cell in between(WARM, "-999.0")], "-999,0"),
    "twice": ([*WARM, "-999", "-999"], "-999"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SENTINELS)
def test_a_number_far_from_all_others_is_pointed_out_and_kept(kind: str, tmp_path: Path) -> None:
    cells, mark = SENTINELS[kind]
    table, frame = read_table(tmp_path, in_lines(cells))
    (found,) = column(table, "value").sentinels
    assert (found.marks, found.count) == ((mark,), cells.count(mark))
    assert found.rows == tuple(n + 2 for n, cell in enumerate(cells) if cell == mark)[:5]
    assert frame["value"].tolist() == pytest.approx([float(cell.replace(",", ".")) for cell in cells])
    (told,) = [each for each in table.repairs if each.kind == "sentinels"]
    assert (told.count, told.places) == (found.count, tuple(map(str, found.rows)))
    assert mark in str(told.sentence)


@pytest.mark.parametrize("kind", SENTINELS)
def test_said_to_be_missing_in_its_column_it_is_what_pandas_makes_of_it(kind: str, tmp_path: Path) -> None:
    cells, mark = SENTINELS[kind]
    text = in_lines(cells)
    read = kept(tmp_path, text.encode(), "own.csv", Reading(columns={"value": ColumnReading(missing=(mark,))}))
    table, frame = read[0], pd.read_parquet(read[1])
    assert isinstance(table, Table)
    decimal = "," if "," in mark else "."
    wanted = pd.read_csv(io.StringIO(text), sep=";", decimal=decimal, na_values={"value": [mark]})
    pd.testing.assert_series_equal(frame["value"], wanted["value"], check_dtype=False)
    found = column(table, "value")
    assert (found.missing, found.sentinels) == (cells.count(mark), ())
    assert found.mean == pytest.approx(wanted["value"].mean())
    assert table.reading.columns["value"].missing == (mark,)
    assert from_json(to_json(table)) == table


ORDINARY = {
    "two classes": ["-1", "1"] * 30,
    "moods": ["-1", "0", "1"] * 20,
    "a single outlier": [*WARM, "-999"],
    "999 among what is as large": [*HEIGHTS, "999", "999"],
    "99 among ages": [*AGES, "99", "99"],
    "-1 among temperatures": [*COLD, "-1", "-1"],
    "-9 among changes": [str(n - 12) for n in range(40)] + ["-9"],
    "names that are numbers": ["999", "8888", "77"] * 20,
    "gaps": ["", *AGES, ""],
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_an_ordinary_number_is_not_pointed_at(kind: str, tmp_path: Path) -> None:
    table, _frame = read_table(tmp_path, in_lines(ORDINARY[kind]))
    assert [each.kind for each in table.repairs if each.kind == "sentinels"] == []


def test_two_marks_and_two_spellings_are_found_beside_one_another(tmp_path: Path) -> None:
    cells = between(between(WARM, "-999"), "-999.0", 5)
    cells = between(cells, "-9999", 11)
    table, _frame = read_table(tmp_path, in_lines(cells))
    found = {each.marks: each.count for each in column(table, "value").sentinels}
    assert {frozenset(marks): count for marks, count in found.items()} == {
        frozenset({"-999", "-999.0"}): cells.count("-999") + cells.count("-999.0"),
        frozenset({"-9999"}): cells.count("-9999"),
    }


def test_a_row_that_is_asked_about_has_the_mark_missing_in_its_column_alone(tmp_path: Path) -> None:
    text = "a,b\n" + "".join(f"{x},{y}\n" for x, y in zip(between(DAYS, "-1"), between(COLD, "-1"), strict=True))
    reading = Reading(columns={"a": ColumnReading(missing=("-1",))})
    table = kept(tmp_path, text.encode(), "own.csv", reading)[0]
    assert isinstance(table, Table)
    cells = Cells({"input": {"reading": plain(table.reading), "shape": [2], "columns": ["a", "b"]}})
    row = Row({"a": "-1", "b": "-1"}, "asked.csv", 2)
    assert (cells.number(row, "a"), cells.number(row, "b")) == (None, -1.0)


def test_a_reading_of_earlier_versions_has_no_marks_of_columns() -> None:
    stored = {"header": True, "columns": {"a": {"kind": "numeric", "decimal": ","}}}
    assert Reading.from_json(stored).columns["a"] == ColumnReading("numeric", decimal=",")
    how = ColumnReading(missing=("-1",))
    assert Reading.from_json(plain(replace(Reading(), columns={"a": how}))).columns["a"] == how
