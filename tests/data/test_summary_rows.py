"""A balance, a sum or a mean below a table, or above its first row, is none of its rows; a firm called Total is."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dlcore.data.uploads import asked
from dlcore.data.uploads.description import Table

from .table_files import read_table

ROWS = [("2023-01-02", "rent", "-500.00", "700.00"), ("2023-01-03", "pay", "1000.00", "1700.00"),
        ("2023-01-05", "food", "-465.44", "1234.56"), ("2023-01-09", "books", "-34.56", "1200.00")]  # fmt: skip
NAMES = ("day", "what", "amount", "balance")

LAST = {
    "a closing balance": "Closing balance,,,1200.00",
    "a closing balance with its day": "2023-01-09,Closing balance,,1200.00",
    "a balance carried forward": ",Balance carried forward,,1200.00",
    "a total": "Total,,0.00,",
    "a total with a colon": "TOTAL:,,0.00,",
    "a total that was abbreviated to its number": "Total,0.00",
    "a German balance": "Saldo per 31.01.2023,,,1200.00",
    "a German sum": "Summe,,0.00,",
    "a French balance": "Solde final,,,1200.00",
    "a Spanish balance": "Saldo final,,,1200.00",
    "a Chinese sum": "合计,,0.00,",
    "a Chinese balance": "期末余额:,,,1200.00",
    "a sentence below full columns": "Account closed,,,",
    "sums of what came and went": "Total debits,,-1000.00,\nTotal credits,,1000.00,\nClosing balance,,,1200.00",
    "a sum below an empty row": "\nTotal,,0.00,",
    "a sum and a note": "Total,,0.00,\nAll amounts in EUR",
    "a sum, an empty row and a sum": "Subtotal,,0.00,\n\nGrand total,,0.00,",
}


def file(*lines: str, names: tuple[str, ...] = NAMES, rows: list[tuple[str, ...]] = ROWS) -> str:
    return "\n".join([",".join(names), *(",".join(row) for row in rows), *lines]) + "\n"


def plain() -> pd.DataFrame:
    """The rows as pandas reads them, where nothing stands below."""
    return pd.read_csv(io.StringIO(file()), parse_dates=["day"])


def aside(table: Table) -> dict[str, tuple[int, tuple[str, ...]]]:
    return {each.kind: (each.count, each.places) for each in table.repairs}


def assert_rows(table: Table, frame: pd.DataFrame, expected: pd.DataFrame | None = None) -> None:
    assert [each.kind for each in table.columns] == ["date", "categorical", "numeric", "numeric"]
    pd.testing.assert_frame_equal(frame, plain() if expected is None else expected, check_dtype=False)


@pytest.mark.parametrize("last", LAST)
def test_what_sums_a_table_up_is_no_row_of_it_and_is_said(last: str, tmp_path: Path) -> None:
    table, frame = read_table(tmp_path, file(LAST[last]))
    assert_rows(table, frame)
    written = [number for number, line in enumerate(LAST[last].split("\n"), start=6) if line]
    told = aside(table)
    assert sum(count for kind, (count, _places) in told.items() if kind != "blank-lines") == len(written)
    assert {place for _count, places in told.values() for place in places} == set(map(str, written))


@pytest.mark.parametrize("first", [",Opening balance,,1200.00", "Opening balance,,,1200.00", "Anfangssaldo,,,1200.00",
                                   "2023-01-01,Balance brought forward,,1200.00"])  # fmt: skip
def test_the_balance_of_the_time_before_is_no_row_either(first: str, tmp_path: Path) -> None:
    names, *rows = file().splitlines()
    table, frame = read_table(tmp_path, "\n".join([names, first, *rows, "Closing balance,,,1200.00"]) + "\n")
    assert_rows(table, frame)
    assert aside(table)["summary-rows"] == (2, ("2", "7"))


def sales(*last: str, rows: int = 40) -> str:
    lines = [f"{chr(97 + n % 9)},{n},{n * n / 4}" for n in range(1, rows + 1)]
    return "\n".join(["name,sold,earned", *lines, *last]) + "\n"


def test_a_full_row_is_a_sum_where_its_numbers_are_sums(tmp_path: Path) -> None:
    sold, earned = sum(range(1, 41)), sum(n * n / 4 for n in range(1, 41))
    table, frame = read_table(tmp_path, sales(f"Total,{sold},{earned}"))
    assert (table.rows, aside(table)) == (40, {"summary-rows": (1, ("42",))})
    assert frame["sold"].sum() == sold
    table, frame = read_table(tmp_path, sales(f"Total,{sold},{earned}", f"Average,{sold / 40},{earned / 40:.1f}"))
    assert (table.rows, aside(table)) == (40, {"summary-rows": (2, ("42", "43"))})
    text = "name;sold;earned\nA;1.200;3,50\nB;950;2,25\nC;12.000;1,00\nTotal;14.150;6,75\n"
    table, frame = read_table(tmp_path, text)
    assert frame["sold"].tolist() == [1200, 950, 12000]


@pytest.mark.parametrize(
    "text",
    [
        sales("Total,7,1.5"),  # the firm
        sales("Total,,1.5").replace("name", "Total").replace("\nb,", "\nTotal,"),  # a name that stands twice
        "region,sex,n\nA,male,5\nA,female,6\nA,total,11\nB,male,5\nB,female,7\nB,total,12\n",
        "what,n\nTotal phosphorus,5\nTotal nitrogen,7\nTotal carbon,9\n",
        "name,n,m\na,1,2\nb,,3\nc,3,\nd,4,\n",
        "a,b\n1,2\nTotal,2\n",  # there would be hardly a table left
        "stat,x,y\nmean,4,5\nmax,7,8\nmin,1,2\n",
    ],
    ids=["a firm", "twice", "a category", "a beginning of names", "gaps", "one row", "words of statistics"],
)
def test_a_row_that_fits_is_kept_whatever_its_name(text: str, tmp_path: Path) -> None:
    table, frame = read_table(tmp_path, text)
    pd.testing.assert_frame_equal(frame, pd.read_csv(io.StringIO(text)), check_dtype=False)
    assert aside(table).keys() & {"summary-rows", "text-after"} == set()


def test_in_a_large_file_the_last_row_is_found_too(tmp_path: Path) -> None:
    rows = [f"{n},a{n % 7},{n / 8}" for n in range(150_000)]
    table, frame = read_table(tmp_path, "\n".join(["id,word,x", *rows, "Total,,1406240625"]) + "\n")
    assert (table.rows, aside(table)) == (150_000, {"summary-rows": (1, ("150,002",))})
    assert frame["x"].sum() == 150_000 * 149_999 / 16


def test_a_sheet_is_read_alike(tmp_path: Path) -> None:
    book, made = openpyxl.Workbook(), io.BytesIO()
    for row in [("what", "n", "m"), ("a", 1, 5), ("b", 2, 6), ("c", 3, 7), ("Total", 6, None)]:
        book.active.append(row)
    book.save(made)
    table, frame = read_table(tmp_path, made.getvalue(), "own.xlsx")
    assert (frame["n"].tolist(), aside(table)) == ([1, 2, 3], {"summary-rows": (1, ("5",))})


def test_a_file_that_is_asked_about_is_read_as_the_one_of_training(tmp_path: Path) -> None:
    table, _frame = read_table(tmp_path, file("Closing balance,,,1200.00"))
    (path := tmp_path / "again.csv").write_text(file("Closing balance,,,1200.00"))
    found = asked.rows_of(path, path.name, table.reading, NAMES)
    assert [tuple(cells) for _line, cells in found.rows] == ROWS
    assert [each.kind for each in found.tally.repairs()] == ["summary-rows"]
