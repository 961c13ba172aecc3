"""Files of rows that went wrong, each with its right values. Their neighbours are in the test_table_* files beside."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dlcore.data.uploads.description import Table

from .table_files import CASES, column, days, read_case, told

Check = Callable[[Table, pd.DataFrame], None]
CHECKS: dict[str, Check] = {}


def right(name: str) -> Callable[[Check], Check]:
    """What is right about the case of this name."""

    def remember(check: Check) -> Check:
        CHECKS[name] = check
        return check

    return remember


def test_every_case_of_rows_is_held() -> None:
    ends = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")
    assert set(CHECKS) == {path.name for path in CASES.iterdir() if path.suffix in ends}


@pytest.mark.parametrize("name", CHECKS)
def test_a_case_has_its_right_values(tmp_path: Path, name: str) -> None:
    CHECKS[name](*read_case(tmp_path, name))


def _plain(name: str, encoding: str) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO((CASES / name).read_bytes().decode(encoding)))
    return header, rows


def _names(table: Table) -> list[str]:
    return [each.name for each in table.columns]


@right("asked_gbk.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    header, rows = _plain("asked_gbk.csv", "gbk")
    assert table.reading.encoding == "gbk"
    assert (list(frame), len(frame)) == (header, len(rows))
    for at, name in enumerate(header):
        wanted = [row[at] for row in rows]
        same = (
            frame[name].tolist() == wanted if not wanted[0].isdigit() else frame[name].tolist() == [*map(int, wanted)]
        )
        assert same, name


@right("asked_indexcol.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    _, rows = _plain("asked_indexcol.csv", "utf-8")
    assert [name for name in frame if name in ("a", "b", "label")] == ["a", "b", "label"]
    assert frame["a"].tolist() == pytest.approx([float(row[1]) for row in rows])
    assert frame["label"].tolist() == [row[3] for row in rows]


@right("asked_nohead.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    first, rows = _plain("asked_nohead.csv", "utf-8")
    assert not table.reading.header
    assert [each.kind for each in table.columns] == ["numeric", "categorical", "numeric", "categorical"]
    assert frame.iloc[:, 0].tolist() == pytest.approx([float(row[0]) for row in [first, *rows]])


@right("beyond_float32.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert len(frame) == 60
    assert frame["b"].tolist() == list(range(60))
    if column(table, "a").kind == "numeric":
        numbers = frame["a"].dropna().astype(np.float32)
        assert np.isfinite(numbers).all(), "what is kept can be learned from"
        assert told(table, "a"), "and what was left out is said"


@right("blank_first_line.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert [each.kind for each in table.columns] == ["numeric", "numeric"]
    assert frame.to_dict("list") == {"a": [1, 3, 5], "b": [2, 4, 6]}


@right("comment_lines.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert frame.to_dict("list") == {"a": [1, 4], "b": [2, 5], "c": [3, 6]}
    assert table.repairs, "the comments were left out, and that is said"


@right("cr_line_ends.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert (table.rows, _names(table)) == (2600, ["a", "b", "c"])
    assert frame["a"].tolist() == list(range(2600))
    assert frame["b"].tolist() == list(range(0, 5200, 2))
    assert column(table, "c").values == ("0", "1", "2")


@right("flag.parquet")
def _(table: Table, frame: pd.DataFrame) -> None:
    flag = pd.read_parquet(CASES / "flag.parquet")["flag"]
    assert column(table, "flag").kind == "categorical"
    assert sorted(column(table, "flag").counts) == sorted(flag.value_counts())
    assert [cell.casefold() == "true" for cell in frame["flag"]] == flag.tolist()


@right("flag_asked.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    flag = pd.read_csv(CASES / "flag_asked.csv")["flag"]
    assert column(table, "flag").kind == "categorical"
    assert [cell.casefold() == "true" for cell in frame["flag"]] == flag.tolist()


def test_truth_values_have_the_same_names_in_every_format(tmp_path: Path) -> None:
    columnar, _ = read_case(tmp_path, "flag.parquet")
    text, _ = read_case(tmp_path, "flag_asked.csv")
    assert column(columnar, "flag").values == column(text, "flag").values


@right("groesse_cp1252.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert table.reading.encoding == "cp1252"
    assert frame.to_dict("list") == {"Größe": [1.5, 2.5], "Gewicht": [2.5, 3.5]}


@right("hourly_with_midnight.xlsx")
def _(table: Table, frame: pd.DataFrame) -> None:
    when = column(table, "when")
    assert (when.kind, when.low, when.high, when.missing) == ("date", "2024-03-01", "2024-03-02", 0)
    assert frame["when"].tolist() == [datetime(2024, 3, 1) + timedelta(hours=n) for n in range(30)]
    assert frame["v"].tolist() == [1.5 * n for n in range(30)]


@right("huge_number.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert column(table, "a").kind == "numeric"
    assert frame["a"].tolist()[1:] == [2, 3]
    assert pd.isna(frame["a"][0]) or frame["a"][0] == -1.7976931348623157e308, "missing, or itself"
    assert told(table, "a")


@right("impossible_day.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    day = column(table, "day")
    assert frame["v"].tolist() == [1, 2, 3]
    if day.kind == "date":
        assert days(frame["day"]) == ["2020-02-28", None, "2020-03-02"]
        assert (day.low, day.high, day.missing) == ("2020-02-28", "2020-03-02", 1)
        assert told(table, "day") or told(table, "3")
    else:
        assert frame["day"].tolist() == ["2020-02-28", "2020-02-30", "2020-03-02"]


@right("large_target.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert frame["y"].tolist() == pd.read_csv(CASES / "large_target.csv")["y"].tolist()
    assert column(table, "y").low == 1_700_000_000


@right("mixed_case_bool.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    plain = [row[1].casefold() for row in _plain("mixed_case_bool.csv", "utf-8")[1]]
    answers = column(table, "y")
    assert sorted(value.casefold() for value in answers.values) == ["false", "true"]
    assert dict(zip([value.casefold() for value in answers.values], answers.counts, strict=True)) == {
        value: plain.count(value) for value in ("true", "false")
    }
    assert [cell.casefold() for cell in frame["y"]] == plain


@right("percent.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    share = column(table, "share")
    assert (share.kind, share.low, share.high, share.mean) == ("numeric", 7.5, 45, pytest.approx(23.625))
    assert frame["share"].tolist() == [12, 30, 45, 7.5]


@right("readme_sheet_first.xlsx")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert table.reading.sheet == "data"
    assert frame.to_dict("list") == {"a": [1, 2], "y": ["u", "v"]}
    assert told(table, "README")


@right("sep_line.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert table.reading.delimiter == ";"
    assert frame.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


@right("space_before_quote.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert frame.to_dict("list") == {"a": [1, 3], "b": [2, 4], "c": ["x, y", "z"]}


@right("spaces.txt")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert not table.reading.header
    assert frame.to_numpy().tolist() == [[1.5, 2, "x"], [2.5, 3, "y"], [3.5, 4, "x"]]


@right("text_beside_id.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    header, rows = _plain("text_beside_id.csv", "utf-8")
    assert [(each.name, each.kind) for each in table.columns] == [
        (header[0], "numeric"), ("text", "text"), ("label", "categorical"),
    ]  # fmt: skip
    assert frame["text"].tolist() == [row[1] for row in rows]


@right("thousands_de.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    day, amount = table.columns
    assert (day.kind, day.low, day.high) == ("date", "2023-02-01", "2023-02-15")
    assert (amount.kind, amount.low, amount.high) == ("numeric", -3100, pytest.approx(1355.9))
    assert amount.mean == pytest.approx((1355.9 + 12.5 - 3100) / 3)
    assert frame["Betrag"].tolist() == pytest.approx([1355.9, 12.5, -3100])


@right("thousands_us.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    price = column(table, "price")
    assert (price.kind, price.low, price.high, price.mean) == ("numeric", 950, 12000, 4150)
    assert frame["price"].tolist() == [1250, 2400, 950, 12000]
    assert frame["sold"].tolist() == [3, 4, 5, 6]


@right("time_split_names.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    when = column(table, "when")
    assert (when.kind, when.low, when.high) == ("date", "2000-01-01", "2003-12-01")
    assert days(frame["when"]) == [f"{2000 + n // 12}-{n % 12 + 1:02}-01" for n in range(48)]


@right("time_split_two_digits.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    written = [row[0] for row in _plain("time_split_two_digits.csv", "utf-8")[1]]
    assert days(frame["when"]) == [datetime.strptime(cell, "%m/%d/%y").date().isoformat() for cell in written]
    assert (column(table, "when").low, column(table, "when").high) == ("1999-12-10", "2000-01-18")


@right("title_row.xlsx")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert frame.to_dict("list") == {"a": [1, 3, 5], "b": [2, 4, 6], "y": ["u", "v", "u"]}
    assert table.repairs, "a title was left out, and that is said"


@right("trailing_delimiter.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert list(frame)[:3] == ["a", "b", "c"]
    assert frame[["a", "b", "c"]].to_numpy().tolist() == [[1, 2, 3], [4, 5, 6]]
    assert frame.iloc[:, 3:].isna().all(axis=None)


@right("two_digit_years.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    day = column(table, "day")
    assert (day.kind, day.low, day.high) == ("date", "1999-12-30", "2000-01-02")
    assert days(frame["day"]) == ["1999-12-30", "1999-12-31", "2000-01-01", "2000-01-02"]


@right("unclosed_quote.tsv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert frame["label"].tolist() == ["ham", "spam", "ham", "spam", "ham"]
    assert frame["text"][1].strip('"') == "win now"
    assert frame["text"].drop(1).tolist() == ["all fine", "see you", 'buy "x" now', "ok"]


@right("unix_seconds.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    written = pd.read_csv(CASES / "unix_seconds.csv")["time"]
    time = column(table, "time")
    assert frame["time"].tolist() == written.tolist()
    assert (time.low, time.high) == (written.min(), written.max())
    assert time.mean == pytest.approx(written.mean(), rel=1e-12)
    assert time.deviation == pytest.approx(written.std(ddof=0), rel=1e-9)


@right("us_dates_asked.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert days(frame["when"]) == [(date(2023, 1, 1) + timedelta(days=n)).isoformat() for n in range(200)]
    assert (column(table, "when").low, column(table, "when").high) == ("2023-01-01", "2023-07-19")


@right("year_headers.csv")
def _(table: Table, frame: pd.DataFrame) -> None:
    assert _names(table) == ["place", "2010", "2011", "2012"]
    assert column(table, "2010").mean == 2.5
    assert frame["place"].tolist() == ["A", "B", "C"]
