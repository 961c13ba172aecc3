"""Dates as people write them: day or month first told by the column, years of two digits, offsets, names of months."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from .table_files import column, days, in_lines, read_table, told

STYLES: dict[str, tuple[list[str], list[str]]] = {
    "ISO": (["2021-03-05", "2020-02-29", "1999-12-31"], ["2021-03-05", "2020-02-29", "1999-12-31"]),
    "ISO with slashes": (["2021/03/05", "2021/3/6", "2021/12/31"], ["2021-03-05", "2021-03-06", "2021-12-31"]),
    "ISO with points": (["2021.03.05", "2021.03.06", "2021.12.31"], ["2021-03-05", "2021-03-06", "2021-12-31"]),
    "ISO with Z": (["1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z"], ["1999-12-31", "2000-01-01"]),
    "ISO with an offset": (["2021-03-05T12:00:00+02:00", "2021-03-06T12:00:00+02:00"], ["2021-03-05", "2021-03-06"]),
    "ISO with an offset and no colon": (["2021-03-05T12:00:00-0500", "2021-03-06T12:00:00-0500"],
                                        ["2021-03-05", "2021-03-06"]),
    "ISO with fractions": (["2021-03-05T12:00:00.250", "2021-03-06T12:00:00.500"], ["2021-03-05", "2021-03-06"]),
    "ISO with fractions and Z": (["2021-03-05T12:00:00.250123Z", "2021-03-06T12:00:00.5Z"],
                                 ["2021-03-05", "2021-03-06"]),
    "ISO to the minute": (["2021-03-05T14:30", "2021-03-06T15:45"], ["2021-03-05", "2021-03-06"]),
    "with a time after a space": (["2021-03-05 14:30:00", "2021-03-06 00:00:00"], ["2021-03-05", "2021-03-06"]),
    "day first": (["05/03/2021", "31/12/2021", "01/02/2021"], ["2021-03-05", "2021-12-31", "2021-02-01"]),
    "month first": (["03/05/2021", "12/31/2021", "02/01/2021"], ["2021-03-05", "2021-12-31", "2021-02-01"]),
    "day first, not filled up": (["5/3/2021", "31/12/2021", "1/2/2021"], ["2021-03-05", "2021-12-31", "2021-02-01"]),
    "day first with points": (["05.03.2021", "31.12.2021"], ["2021-03-05", "2021-12-31"]),
    "day first with points, not filled up": (["5.3.2021", "1.12.2021"], ["2021-03-05", "2021-12-01"]),
    "day first with hyphens": (["05-03-2021", "31-12-2021"], ["2021-03-05", "2021-12-31"]),
    "day first, two digits": (["31/12/99", "01/01/00", "15/02/98"], ["1999-12-31", "2000-01-01", "1998-02-15"]),
    "month first, two digits": (["12/31/99", "1/1/00", "2/15/98"], ["1999-12-31", "2000-01-01", "1998-02-15"]),
    "two digits with points": (["31.12.99", "01.01.00"], ["1999-12-31", "2000-01-01"]),
    "two digits at the pivot": (["31/12/68", "31/12/69", "31/12/17"], ["2068-12-31", "1969-12-31", "2017-12-31"]),
    "day first, with a time": (["05/03/2021 14:30", "31/12/2021 00:00"], ["2021-03-05", "2021-12-31"]),
    "month first, with half days": (["3/5/2021 2:30 PM", "12/31/2021 12:05 AM"], ["2021-03-05", "2021-12-31"]),
    "month named, in front": (["Mar 5, 2021", "Dec 31, 2021"], ["2021-03-05", "2021-12-31"]),
    "month named, no comma": (["Jan 1 2000", "Feb 10 2000"], ["2000-01-01", "2000-02-10"]),
    "month named in full": (["March 5, 2021", "December 31, 2021"], ["2021-03-05", "2021-12-31"]),
    "month named in the middle": (["5 Mar 2021", "31 Dec 2021"], ["2021-03-05", "2021-12-31"]),
    "month named, full, in the middle": (["5 March 2021", "31 December 2021"], ["2021-03-05", "2021-12-31"]),
    "month named, hyphens": (["05-Mar-2021", "31-Dec-2021"], ["2021-03-05", "2021-12-31"]),
    "month named, two digits": (["05-Mar-21", "31-Dec-99"], ["2021-03-05", "1999-12-31"]),
    "month named in small letters": (["5 mar 2021", "31 DEC 2021"], ["2021-03-05", "2021-12-31"]),
    "day of the week in front": (["Fri, 05 Mar 2021", "Fri, 31 Dec 2021"], ["2021-03-05", "2021-12-31"]),
    "year and month": (["2021-03", "2021-04", "2021-12"], ["2021-03-01", "2021-04-01", "2021-12-01"]),
    "month and year named": (["Mar 2021", "Dec 2021"], ["2021-03-01", "2021-12-01"]),
    "Chinese": (["2021年3月5日", "2021年12月31日"], ["2021-03-05", "2021-12-31"]),
    "missing among them": (["2021-03-05", "2021-03-06", "2021-03-07"], ["2021-03-05", "2021-03-06", "2021-03-07"]),
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("gap", [None, "", "NA"])
def test_dates_are_read_in_the_style_of_their_column(tmp_path: Path, style: str, gap: str | None) -> None:
    cells, wanted = STYLES[style]
    extra = [] if gap is None else [gap]
    table, frame = read_table(tmp_path, in_lines([*cells, *extra]))
    found = column(table, "value")
    assert (found.kind, found.low, found.high) == ("date", min(wanted), max(wanted))
    assert found.missing == len(extra)
    assert days(frame["value"]) == [*wanted, *(None for _ in extra)]


def test_times_are_kept_to_the_second(tmp_path: Path) -> None:
    for cells, gap in (
        (["2021-03-05T12:00:00Z", "2021-03-05T13:30:15Z"], 5415),
        (["2021-03-05T12:00:00+02:00", "2021-03-05T12:00:00+01:00"], 3600),
        (["05/03/2021 12:00", "31/03/2021 12:30"], 26 * 86400 + 1800),
        (["3/31/2021 11:30 AM", "3/31/2021 1:30 PM"], 7200),
        (["2021-03-05T12:00:00.250", "2021-03-05T12:00:01.750"], 1.5),
    ):
        _, frame = read_table(tmp_path, in_lines(cells))
        assert (frame["value"][1] - frame["value"][0]).total_seconds() == gap, cells


@pytest.mark.parametrize("month_first", [True, False])
def test_one_late_row_decides_for_the_whole_column(tmp_path: Path, month_first: bool) -> None:
    dates = [datetime(2023, n % 12 + 1, n % 12 + 1) for n in range(3000)]
    dates += [datetime(2023, 2, n % 12 + 1) for n in range(300)] + [datetime(2023, 1, 28)]
    cells = [each.strftime("%m/%d/%Y" if month_first else "%d/%m/%Y") for each in dates]
    table, frame = read_table(tmp_path, in_lines(cells))
    assert frame["value"].tolist() == dates
    assert not told(table, "value"), "nothing is ambiguous"


def test_what_could_be_day_or_month_is_read_one_way_and_said(tmp_path: Path) -> None:
    table, frame = read_table(tmp_path, in_lines(["01/02/2023", "03/04/2023", "05/06/2023", "11/12/2023"]))
    day_first = ["2023-02-01", "2023-04-03", "2023-06-05", "2023-12-11"]
    month_first = ["2023-01-02", "2023-03-04", "2023-05-06", "2023-11-12"]
    assert column(table, "value").kind == "date"
    assert days(frame["value"]) in (day_first, month_first)
    assert told(table, "value")


def test_two_columns_may_differ(tmp_path: Path) -> None:
    _, frame = read_table(tmp_path, "a;b\n13/02/2023;02/13/2023\n01/02/2023;01/02/2023\n")
    assert days(frame["a"]) == ["2023-02-13", "2023-02-01"]
    assert days(frame["b"]) == ["2023-02-13", "2023-01-02"]


@pytest.mark.parametrize(
    ("cells", "bad"),
    [
        (["2020-02-28", "2020-02-30", "2020-03-02"], 1),
        (["2021-02-28", "2021-02-29", "2021-03-02"], 1),
        (["30.04.2021", "31.04.2021", "01.05.2021"], 1),
        (["12/30/2021", "11/31/2021", "01/13/2022"], 1),
        (["2021-12-01", "2021-13-01", "2022-01-01"], 1),
        (["2021-01-01", "0000-00-00", "2021-01-03"], 1),
        (["28 Feb 2021", "30 Feb 2021", "1 Mar 2021"], 1),
        (["2021-01-31T10:00:00", "2021-01-32T10:00:00", "2021-02-01T10:00:00"], 1),
    ],
)
def test_a_day_that_there_is_not_becomes_no_other_day(tmp_path: Path, cells: list[str], bad: int) -> None:
    many = cells * 20
    table, frame = read_table(tmp_path, in_lines(many))
    found = column(table, "value")
    if found.kind != "date":
        assert frame["value"].tolist() == many
        return
    assert found.missing == 20
    assert frame["value"].isna().tolist() == [n % 3 == bad for n in range(60)]
    assert table.repairs, "cells were left out, and that is said"


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (["20210305", "20210306", "20211231"], ["2021-03-05", "2021-03-06", "2021-12-31"]),
        (["2021Q1", "2021Q2", "2021Q4"], ["2021-01-01", "2021-04-01", "2021-10-01"]),
        (["2021-03-05 23:00", "2021-03-05 24:00", "2021-03-06 01:00"], ["2021-03-05", "2021-03-06", "2021-03-06"]),
        (["2021-W01", "2021-W02", "2021-W03"], ["2021-01-04", "2021-01-11", "2021-01-18"]),
        (["5. März 2021", "6. März 2021", "31. Dezember 2021"], ["2021-03-05", "2021-03-06", "2021-12-31"]),
    ],
)
def test_a_rare_style_is_read_right_or_left_as_it_stands(tmp_path: Path, cells: list[str], wanted: list[str]) -> None:
    table, frame = read_table(tmp_path, in_lines(cells))
    kind = column(table, "value").kind
    if kind == "date":
        read = days(frame["value"])
        assert all(day in (None, right) for day, right in zip(read, wanted, strict=True))
        assert None not in read or table.repairs
    elif kind == "numeric":
        assert [str(int(cell)) for cell in frame["value"]] == cells
    else:
        assert frame["value"].tolist() == cells


@pytest.mark.parametrize(
    "cells",
    [["1999", "2000", "2001"], ["1.5", "2.25", "3.1"], ["10.11", "12.03", "1.12"], ["1", "12", "31"]],
)
def test_numbers_are_no_dates(tmp_path: Path, cells: list[str]) -> None:
    table, frame = read_table(tmp_path, in_lines(cells))
    assert column(table, "value").kind == "numeric"
    assert frame["value"].tolist() == pytest.approx([float(cell) for cell in cells])


@pytest.mark.parametrize(
    "cells",
    [
        ["Mon", "Tue", "Wed"],
        ["March", "May", "June"],
        ["may be", "mar", "dec"],
        ["v1-2-3", "v1-2-4", "v2-0-0"],
        ["3 May Street", "5 Mar Road", "7 Jan Lane"],
    ],
)
def test_words_are_no_dates(tmp_path: Path, cells: list[str]) -> None:
    table, frame = read_table(tmp_path, in_lines(cells))
    assert column(table, "value").kind in ("categorical", "text")
    assert frame["value"].tolist() == cells


def test_no_date_is_before_the_year_1000(tmp_path: Path) -> None:
    for cells in (["12/30/99", "1/1/00"], ["17-03-05", "17-03-28"], ["05.03.17", "28.03.17"], ["1/2/3", "4/5/6"]):
        table, _ = read_table(tmp_path, in_lines(cells))
        found = column(table, "value")
        assert found.kind != "date" or str(found.low) >= "1000", cells


def test_dates_are_the_same_from_text_workbook_and_parquet(tmp_path: Path) -> None:
    hours = [datetime(2024, 2, 28) + timedelta(hours=7 * n) for n in range(24)]
    frame = pd.DataFrame({"when": hours, "v": [n / 2 for n in range(24)]})
    (tmp_path / "in").mkdir()
    frame.to_excel(tmp_path / "in" / "a.xlsx", index=False)
    frame.to_parquet(tmp_path / "in" / "a.parquet")
    frame.assign(when=frame["when"].dt.tz_localize("UTC")).to_parquet(tmp_path / "in" / "zone.parquet")
    frame.to_csv(tmp_path / "in" / "a.csv", index=False)
    for name in ("a.xlsx", "a.parquet", "zone.parquet", "a.csv"):
        table, read = read_table(tmp_path, (tmp_path / "in" / name).read_bytes(), name)
        found = column(table, "when")
        assert (found.kind, found.low, found.high) == ("date", "2024-02-28", "2024-03-05"), name
        assert read["when"].tolist() == hours, name
