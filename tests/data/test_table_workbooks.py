"""Workbooks and Parquet: the sheet with the table, titles above it, hours and days, truth values."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from .table_files import column, days, read_table, told

ROWS: list[list[Any]] = [["a", "b", "y"], [1, 2.5, "u"], [3, 4.5, "v"], [5, 6.5, "u"]]
WANTED = {"a": [1, 3, 5], "b": [2.5, 4.5, 6.5], "y": ["u", "v", "u"]}


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of these sheets, in this order."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


LAYOUTS: dict[str, list[list[Any]]] = {
    "alone": ROWS,
    "below a title": [["Results of the lab"], *ROWS],
    "below a title and a blank row": [["Results of the lab"], [], *ROWS],
    "below three rows": [["Results"], ["Made by", "the lab"], ["on", datetime(2024, 3, 1)], [], *ROWS],
    "below blank rows": [[], [], *ROWS],
    "right of a blank column": [[None, *row] for row in ROWS],
    "below and right of blanks": [[], [], *([None, None, *row] for row in ROWS)],
    "above a note": [*ROWS, [], ["Source: the lab"]],
    "with a blank row inside": [*ROWS[:2], [], *ROWS[2:]],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_table_is_found_on_its_sheet(tmp_path: Path, layout: str) -> None:
    table, frame = read_table(tmp_path, workbook(Sheet=LAYOUTS[layout]), "own.xlsx")
    assert frame.to_dict("list") == WANTED
    assert [each.kind for each in table.columns] == ["numeric", "numeric", "categorical"]
    assert bool(table.repairs) or "title" not in layout, "what stood above is said"


@pytest.mark.parametrize(
    ("sheets", "taken", "left"),
    [
        ({"README": [["About this file"], ["See the next sheet"]], "data": ROWS}, "data", "README"),
        ({"Notes": [["Made by the lab"], [], ["unit", "mm"]], "Values": ROWS}, "Values", "Notes"),
        ({"empty": [], "values": ROWS}, "values", None),
        ({"values": ROWS, "more": [["k", "v"], ["x", 1]]}, "values", "more"),
        ({"cover": [["Report 2024"]], "values": ROWS, "legend": [["u", "up"], ["v", "down"]]}, "values", "cover"),
    ],
)
def test_the_sheet_that_holds_a_table_is_taken_and_the_others_are_named(
    tmp_path: Path, sheets: dict[str, list[list[Any]]], taken: str, left: str | None
) -> None:
    table, frame = read_table(tmp_path, workbook(**sheets), "own.xlsx")
    assert table.reading.sheet == taken
    assert frame.to_dict("list") == WANTED
    assert left is None or told(table, left)


def test_a_record_that_is_too_long_or_short_loses_no_other(tmp_path: Path) -> None:
    rows = [[n, n / 2, f"w{n % 3}"] for n in range(40)]
    rows[7] = [*rows[7], "surplus"]
    rows[20] = rows[20][:2]
    table, frame = read_table(tmp_path, workbook(Sheet=[["a", "b", "c"], *rows]), "own.xlsx")
    assert frame["a"].tolist() == list(range(40))
    assert [cell for n, cell in enumerate(frame["c"]) if n != 20] == [f"w{n % 3}" for n in range(40) if n != 20]
    assert told(table, "9")


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(minutes=7), timedelta(days=1), timedelta(seconds=1)])
def test_cells_of_time_are_a_date_at_every_step(tmp_path: Path, step: timedelta) -> None:
    times = [datetime(2024, 2, 28, 22) + n * step for n in range(60)]
    for content in ([[when, n / 2] for n, when in enumerate(times)], [[when.isoformat(" "), 0.5] for when in times]):
        table, frame = read_table(tmp_path, workbook(Sheet=[["when", "v"], *content]), "own.xlsx")
        when = column(table, "when")
        assert (when.kind, when.low, when.high) == ("date", "2024-02-28", times[-1].date().isoformat())
        assert frame["when"].tolist() == times


def test_days_alone_and_days_at_midnight_are_the_same(tmp_path: Path) -> None:
    dates = [date(2024, 2, 27) + timedelta(days=n) for n in range(10)]
    mixed = [datetime.combine(day, time()) if n % 2 else day for n, day in enumerate(dates)]
    _, frame = read_table(tmp_path, workbook(Sheet=[["day", "v"], *([day, 1.5] for day in mixed)]), "own.xlsx")
    assert days(frame["day"]) == [day.isoformat() for day in dates]


def test_years_and_numbers_name_columns_of_a_sheet(tmp_path: Path) -> None:
    rows = [["place", 2010, 2011], ["A", 1.5, 2], ["B", 2, 4]]
    _, frame = read_table(tmp_path, workbook(Sheet=rows), "own.xlsx")
    assert frame.to_dict("list") == {"place": ["A", "B"], "2010": [1.5, 2], "2011": [2, 4]}


def test_truth_values_are_named_alike_everywhere(tmp_path: Path) -> None:
    flags = [n % 3 == 0 for n in range(12)]
    frame = pd.DataFrame({"flag": flags, "v": np.arange(12.0)})
    columnar = io.BytesIO()
    frame.to_parquet(columnar)
    texts = [frame.assign(flag=[form[not flag] for flag in flags]).to_csv(index=False).encode()
             for form in (("True", "False"), ("TRUE", "FALSE"), ("true", "false"))]  # fmt: skip
    mixed = frame.assign(flag=[("True", "TRUE", "true")[n % 3] if flag else ("False", "FALSE")[n % 2]
                               for n, flag in enumerate(flags)]).to_csv(index=False).encode()  # fmt: skip
    sheet = workbook(Sheet=[["flag", "v"], *frame.to_numpy().tolist()])
    files = [(columnar.getvalue(), "a.parquet"), (sheet, "a.xlsx"), *((text, "a.csv") for text in (*texts, mixed))]
    found = [column(read_table(tmp_path, content, name)[0], "flag") for content, name in files]
    assert {(each.kind, each.values, each.counts) for each in found} == {("categorical", found[0].values, (8, 4))}


def test_words_that_differ_in_case_alone_stay_apart_where_they_are_no_truth_values(tmp_path: Path) -> None:
    table, _ = read_table(tmp_path, "v,w\n1,a\n2,A\n3,b\n4,B\n")
    assert column(table, "w").values == ("A", "B", "a", "b")


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        (pa.array([date(2021, 3, 5), None, date(2021, 3, 7)]), "2021-03-05", "2021-03-07"),
        (pa.array([datetime(2021, 3, 5, 12), datetime(2021, 3, 6), None], pa.timestamp("ns")), "2021-03-05",
         "2021-03-06"),
        (pa.array([datetime(2021, 3, 5, 12), None, datetime(2021, 3, 6)], pa.timestamp("us", "UTC")), "2021-03-05",
         "2021-03-06"),
        (pa.array(["2021-03-05", "2021-03-06", None]), "2021-03-05", "2021-03-06"),
        (pa.array(["05.03.21", None, "31.12.99"]), "1999-12-31", "2021-03-05"),
        (pa.array([1.5, None, 2.5]), 1.5, 2.5),
        (pa.array([Decimal("1.50"), Decimal("2.50"), None]), 1.5, 2.5),
        (pa.array([1_700_000_000, 1_700_000_001, None]), 1_700_000_000, 1_700_000_001),
        (pa.array(["1,250.50", None, "3.25"]), 3.25, 1250.5),
    ],
)  # fmt: skip
def test_columns_of_parquet_are_what_they_hold(tmp_path: Path, values: pa.Array, low: object, high: object) -> None:
    made = io.BytesIO()
    parquet.write_table(pa.table({"value": values, "n": [0.5, 1.5, 2.5]}), made)
    table, _ = read_table(tmp_path, made.getvalue(), "own.parquet")
    found = column(table, "value")
    assert found.kind == ("date" if isinstance(low, str) else "numeric")
    assert (found.low, found.high, found.missing) == (low, high, 1)
