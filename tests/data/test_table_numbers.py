"""Numbers as people write them: with marks for thousands, currencies, per cent, a minus behind; told by column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dlcore.data.uploads import csv_blocks

from .table_files import column, in_lines, read_table, told

STYLES: dict[str, tuple[list[str], list[float | None]]] = {
    "thousands by comma": (["1,250", "2,400", "950", "12,000"], [1250, 2400, 950, 12000]),
    "thousands by comma, with decimals": (["1,250.50", "950.25", "12,000.75"], [1250.5, 950.25, 12000.75]),
    "millions by comma": (["1,234,567", "12,000", "3"], [1234567, 12000, 3]),
    "thousands by point, with decimals": (["1.355,90", "12,50", "-3.100,00"], [1355.9, 12.5, -3100]),
    "millions by point": (["1.355", "12.000", "2.345.678"], [1355, 12000, 2345678]),
    "thousands by space": (["1 355,90", "12,50", "12 400,00"], [1355.9, 12.5, 12400]),
    "thousands by hard space": (["1\xa0355,90", "12,50", "1\xa0200\xa0400,00"], [1355.9, 12.5, 1200400]),
    "thousands by narrow hard space": (["1\u202f355,90", "12,50", "-7\u202f400,25"], [1355.9, 12.5, -7400.25]),
    "thousands by space, whole": (["1 355", "12", "12 400"], [1355, 12, 12400]),
    "thousands by apostrophe": (["12'000", "1'250.50", "7"], [12000, 1250.5, 7]),
    "thousands by curved apostrophe": (["12’000", "1’250’000", "7"], [12000, 1250000, 7]),
    "lakhs": (["12,34,567", "1,00,000", "950"], [1234567, 100000, 950]),
    "decimal comma": (["0,5", "1,25", "-2,125"], [0.5, 1.25, -2.125]),
    "decimal comma, once of three digits": (["1,5", "1,250", "2,75"], [1.5, 1.25, 2.75]),
    "decimal comma after nought": (["0,125", "0,250", "0,375"], [0.125, 0.25, 0.375]),
    "negative in parentheses": (["(1,250.00)", "300.00", "(0.50)"], [-1250, 300, -0.5]),
    "minus behind": (["1250-", "300.5", "12.25-"], [-1250, 300.5, -12.25]),
    "minus as printed": (["−3.5", "2.5", "−0.25"], [-3.5, 2.5, -0.25]),
    "plus": (["+3.5", "-2.5", "+0"], [3.5, -2.5, 0]),
    "dollars": (["$1,250.00", "$3.50", "-$2.00"], [1250, 3.5, -2]),
    "dollars in parentheses": (["$1,250.00", "($3.50)", "$2.00"], [1250, -3.5, 2]),
    "pounds": (["£1,250.00", "£3.50", "£0.99"], [1250, 3.5, 0.99]),
    "euros behind": (["1.250,50 €", "3,50 €", "-2,00 €"], [1250.5, 3.5, -2]),
    "euros in front": (["€ 1.250,50", "€ 3,50", "€ -2,00"], [1250.5, 3.5, -2]),
    "yen": (["¥1,200", "¥98,000", "¥50"], [1200, 98000, 50]),
    "a currency as letters in front": (["EUR 12.50", "EUR 3.25", "EUR 100.00"], [12.5, 3.25, 100]),
    "a currency as letters behind": (["12.50 USD", "3.25 USD", "100.00 USD"], [12.5, 3.25, 100]),
    "per cent": (["12%", "7.5%", "-3%"], [12, 7.5, -3]),
    "per cent after a space": (["12 %", "7.5 %", "100 %"], [12, 7.5, 100]),
    "per cent with a decimal comma": (["12,5%", "3,0%", "100%"], [12.5, 3, 100]),
    "scientific": (["1.5e3", "2.5E-02", "-1e+1"], [1500, 0.025, -10]),
    "scientific with a decimal comma": (["1,5e3", "2,5E-02", "-1,25E+01"], [1500, 0.025, -12.5]),
    "nothing before the point": ([".5", "-.25", "1."], [0.5, -0.25, 1]),
    "missing marks among thousands": (["1,250", "n/a", "-", "950"], [1250, None, None, 950]),
    "missing marks among per cent": (["12%", "", "NA", "4%"], [12, None, None, 4]),
    "a sentinel that is a number": (["-9999", "1.5", "2.5"], [-9999, 1.5, 2.5]),
}


@pytest.mark.parametrize("style", STYLES)
def test_numbers_are_read_in_the_style_of_their_column(tmp_path: Path, style: str) -> None:
    cells, numbers = STYLES[style]
    table, frame = read_table(tmp_path, in_lines(cells))
    present = [number for number in numbers if number is not None]
    found = column(table, "value")
    assert found.kind == "numeric"
    assert (found.low, found.high) == (pytest.approx(min(present)), pytest.approx(max(present)))
    assert found.mean == pytest.approx(np.mean(present))
    assert found.missing == len(numbers) - len(present)
    read = [None if np.isnan(cell) else float(cell) for cell in frame["value"]]
    assert read == [None if number is None else pytest.approx(number, rel=1e-6) for number in numbers]


@pytest.mark.parametrize("style", ["thousands by comma", "dollars", "decimal comma", "per cent with a decimal comma",
                                   "lakhs", "thousands by point, with decimals"])  # fmt: skip
def test_quoted_among_commas_they_are_the_same(tmp_path: Path, style: str) -> None:
    cells, numbers = STYLES[style]
    table, frame = read_table(tmp_path, in_lines([f'"{cell}"' for cell in cells], delimiter=","))
    assert column(table, "value").kind == "numeric"
    assert frame["value"].tolist() == pytest.approx(numbers)


def test_columns_of_one_file_may_differ_in_style(tmp_path: Path) -> None:
    lines = ["a\tb\tc", "1,250\t0,5\t1.5", "2,400\t1,25\t2.25", "12,000,000\t2,5\t3"]
    table, frame = read_table(tmp_path, "\n".join(lines), "own.tsv")
    assert [each.kind for each in table.columns] == ["numeric"] * 3
    assert frame.to_dict("list") == {"a": [1250, 2400, 12_000_000], "b": [0.5, 1.25, 2.5], "c": [1.5, 2.25, 3]}


def test_the_style_is_told_by_the_whole_column_not_by_its_beginning(tmp_path: Path) -> None:
    table, frame = read_table(tmp_path, in_lines([*["1.250"] * 5000, "1.250.000"]))
    assert column(table, "value").high == 1_250_000
    assert frame["value"][0] == 1250
    table, frame = read_table(tmp_path, in_lines([*["1.250"] * 5000, "12.5"]))
    assert column(table, "value").high == 12.5
    assert frame["value"][0] == 1.25


@pytest.mark.parametrize(
    "cells",
    [
        ["192.168.0.1", "10.0.0.7", "172.16.0.2"],
        ["1.2.3", "1.10.0", "2.0.1"],
        ["555-1234", "555-9876", "555-4321"],
        ["12-5", "3-4", "9-1"],
        ["1/2", "3/4", "7/8"],
        ["1,2,3", "4,5", "6"],
        ["12 34 56", "1 2", "3 4 5"],
        ["12:30", "08:15", "23:59"],
        ["A1", "B2", "C3"],
        ["%", "$", "€"],
    ],
)
def test_what_only_looks_like_numbers_is_none(tmp_path: Path, cells: list[str]) -> None:
    table, frame = read_table(tmp_path, in_lines(cells))
    assert column(table, "value").kind in ("categorical", "text")
    assert frame["value"].tolist() == cells


@pytest.mark.parametrize("large", ["1e39", "-1e39", "3.5e38", "-1.7976931348623157e308", "1e309", "9" * 400])
def test_a_number_beyond_float32_is_told_and_harms_no_other(tmp_path: Path, large: str) -> None:
    table, frame = read_table(tmp_path, in_lines(["1.5", large, "2.5", "3.5"]))
    found = column(table, "value")
    assert found.kind == "numeric"
    assert frame["value"].drop(1).tolist() == [1.5, 2.5, 3.5]
    assert np.isnan(frame["value"][1]) or frame["value"][1] == float(large)
    assert np.isfinite(found.mean or 0)
    assert told(table, "value")


def test_arithmetic_that_decides_is_done_in_float64(tmp_path: Path) -> None:
    numbers = [1_700_000_000 + n / 8 for n in range(400)]
    table, _ = read_table(tmp_path, in_lines([f"{number:.3f}" for number in numbers]))
    found = column(table, "value")
    assert found.mean == pytest.approx(np.mean(numbers), rel=1e-12)
    assert found.deviation == pytest.approx(np.std(numbers), rel=1e-6)


def test_codes_that_begin_with_zeros_stay_what_they_are(tmp_path: Path) -> None:
    table, frame = read_table(tmp_path, "place;code;month\nA;01234;01\nB;20001;11\nC;00120;02\n")
    assert column(table, "code").kind == "categorical"
    assert frame["code"].tolist() == ["01234", "20001", "00120"]
    assert column(table, "month").kind == "numeric", "two digits are a month, or a day"


def test_a_column_whose_style_shows_late_is_measured_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_blocks, "MAX_RECORD_BYTES", 4096)
    cells = [f"{n % 900}" for n in range(3000)] + ["12,500"] * 10
    found = column(read_table(tmp_path, in_lines(cells))[0], "value")
    numbers = [float(cell.replace(",", "")) for cell in cells]
    assert (found.low, found.high) == (0, 12500)
    assert found.mean == pytest.approx(np.mean(numbers))
    assert found.deviation == pytest.approx(np.std(numbers))
