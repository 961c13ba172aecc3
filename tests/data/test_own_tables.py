"""Tables that learners bring: what is detected, what is kept, what is refused and in which words."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import assume, settings
from hypothesis import given as chosen
from hypothesis import strategies as st
from pyarrow import parquet

from dlcore.data.column import Column, Stray
from dlcore.data.uploads import csv_blocks, limits, rows, text_plan
from dlcore.data.uploads.description import Reading, Table, from_json, to_json
from dlcore.errors import UploadError
from tests.sampling import examples

from .brought import kept


def table(folder: Path, text: str | bytes, name: str = "cats.csv") -> Table:
    content = text.encode() if isinstance(text, str) else text
    found, _ = kept(folder, content, name)
    assert isinstance(found, Table)
    assert from_json(to_json(found)) == found
    return found


def refusal(folder: Path, content: bytes, name: str = "cats.csv") -> str:
    with pytest.raises(UploadError) as caught:
        kept(folder, content, name)
    sentence = str(caught.value)
    assert name in sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(("encoding", "named"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gbk", "gbk"),
                                                 ("utf-16", "utf-16"), ("gb18030", "gbk")])  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_and_encoding_are_found(tmp_path: Path, encoding: str, named: str, delimiter: str) -> None:
    lines = [["名字", "体重", "颜色"], ["小花", "3.5", "橘色"], ["大黄", "4.25", "黑白"], ["咪咪", "", "橘色"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    found = table(tmp_path, text.encode(encoding))
    read = found.reading
    assert (read.delimiter, read.encoding, read.decimal, read.header) == (delimiter, named, ".", 1)
    assert [each.name for each in found.columns] == ["名字", "体重", "颜色"]
    assert found.columns[1].missing == 1
    assert found.columns[2].values == ("橘色", "黑白")


def test_accents_of_the_west_are_not_taken_for_chinese(tmp_path: Path) -> None:
    found = table(tmp_path, "naïve,café\n1,Zoë\n2,Noël\n".encode("cp1252"))
    assert found.reading.encoding == "cp1252"
    assert [each.name for each in found.columns] == ["naïve", "café"]


def test_a_decimal_comma_is_found_and_read(tmp_path: Path) -> None:
    found, made = kept(tmp_path, b"a;b\n1,5;x\n-2,25;y\n3;x\n", "cats.csv")
    assert isinstance(found, Table)
    assert found.reading.decimal == ","
    assert rows.frame(made.open("rb"))["a"].tolist() == [1.5, -2.25, 3.0]
    quoted = table(tmp_path, 'a,b\n"1,5",x\n"2,5",y\n')
    assert (quoted.reading.delimiter, quoted.reading.decimal) == (",", ",")


def test_a_file_without_a_row_of_names_gets_names(tmp_path: Path) -> None:
    found = table(tmp_path, "1,2.5,x\n3,4.5,y\n")
    assert not found.reading.header
    assert [each.name for each in found.columns] == ["column 1", "column 2", "column 3"]
    assert found.rows == 2


def test_a_wrong_guess_can_be_said_otherwise(tmp_path: Path) -> None:
    told = Reading(delimiter=";", encoding="gbk", header=False)
    table, made = kept(tmp_path, b"3;1,5\n7;2,5\n", "own.csv", told)
    assert isinstance(table, Table)
    assert (table.reading.delimiter, table.reading.decimal, table.rows) == (";", ",", 2)
    assert pd.read_parquet(made).to_numpy().tolist() == [[3, 1.5], [7, 2.5]]
    points, _ = kept(tmp_path, b"3;1,5\n7;2,5\n", "own.csv", replace(told, decimal="."))
    assert isinstance(points, Table)
    assert [column.kind for column in points.columns] == ["numeric", "categorical"]


def test_a_header_that_looks_like_data_is_one_when_it_is_said_to_be(tmp_path: Path) -> None:
    table, _ = kept(tmp_path, b"2019,2020\n1,2\n3,4\n", "years.csv", Reading(header=True))
    assert isinstance(table, Table)
    assert ([column.name for column in table.columns], table.rows) == (["2019", "2020"], 2)


@pytest.mark.parametrize(
    ("reading", "name", "words"),
    [
        (Reading(delimiter="x"), "a.csv", "delimiter: 'x' is not allowed"),
        (Reading(encoding="rot13"), "a.csv", "encoding: 'rot13' is not allowed. Allowed: 'utf-8'"),
        (Reading(encoding="utf-8"), "a.csv", "a.csv is not written in utf-8"),
        (Reading(decimal=","), "a.npz", "a.npz is no text file"),
    ],
)
def test_what_cannot_be_meant_is_said_in_a_sentence(tmp_path: Path, reading: Reading, name: str, words: str) -> None:
    with pytest.raises(UploadError, match=re.escape(words)):
        kept(tmp_path, "甲,1\n乙,2\n".encode("gbk"), name, reading)


def test_names_of_columns_can_be_told_apart(tmp_path: Path) -> None:
    assert [each.name for each in table(tmp_path, 'a,a,,"a\nb"\nx,y,z,1\n').columns] == [
        "a",
        "a (2)",
        "column 3",
        "a b",
    ]


def test_columns_are_what_they_hold(tmp_path: Path) -> None:
    frame = pd.DataFrame({
        "number": np.linspace(-1, 1, 60), "whole": np.arange(60) % 7, "large": np.arange(60) * 10**9,
        "name": [f"n{n % 3}" for n in range(60)], "day": pd.date_range("2024-02-27", periods=60).strftime("%Y/%m/%d"),
        "said": [f"it was a rather long day number {n}" for n in range(60)], "key": [f"k{n}" for n in range(60)],
    })  # fmt: skip
    frame.loc[3, ["number", "name"]] = None
    found, made = kept(tmp_path, frame.to_csv(index=False).encode(), "cats.csv")
    assert isinstance(found, Table)
    kinds = {each.name: each.kind for each in found.columns}
    assert kinds == {"number": "numeric", "whole": "numeric", "large": "numeric", "name": "categorical",
                     "day": "date", "said": "text", "key": "text"}  # fmt: skip
    number = found.columns[0]
    assert (number.low, number.high) == (-1, 1)
    assert number.mean == pytest.approx(frame["number"].mean())
    assert number.deviation == pytest.approx(frame["number"].std(ddof=0))
    assert found.columns[1].values == tuple(map(str, range(7)))
    assert found.columns[2].values == ()
    read = rows.frame(made.open("rb"))
    assert read["large"].tolist() == frame["large"].tolist(), "large whole numbers stay what they are"
    assert read["number"].tolist() == pytest.approx(frame["number"].tolist(), nan_ok=True, rel=1e-15)
    assert read["day"].dt.strftime("%Y/%m/%d").tolist() == frame["day"].tolist()


@settings(max_examples=examples(40), deadline=None)
@chosen(
    cells=st.lists(st.tuples(st.floats(width=32, allow_nan=False, allow_infinity=False) | st.none(),
                             st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), max_size=8)),
                   min_size=2, max_size=30),
)  # fmt: skip
def test_what_pandas_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, cells: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("given")
    frame = pd.DataFrame(cells, columns=["number", "text"])
    frame = frame[frame["number"].notna() | (frame["text"] != "")]  # a row in which nothing stands is none
    assume(len(frame) > 1)
    found, made = kept(folder, frame.to_csv(index=False, float_format="%.9g").encode(), "cats.csv")
    assert isinstance(found, Table)
    read = rows.frame(made.open("rb"), len(cells))
    numbers = frame["number"].astype(np.float64)
    assert found.columns[0].missing == numbers.isna().sum()
    if numbers.notna().any():
        assert np.array_equal(read["number"].to_numpy(np.float32), numbers.to_numpy(np.float32), equal_nan=True)


def test_statistics_of_many_blocks_are_those_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame(np.random.default_rng(0).normal(5, 2, (3000, 3)), columns=list("abc"))
    content = frame.to_csv(index=False).encode()
    whole = table(tmp_path, content)
    monkeypatch.setattr(csv_blocks, "MAX_RECORD_BYTES", 4096)
    in_blocks = table(tmp_path, content)
    for one, other in zip(whole.columns, in_blocks.columns, strict=True):
        assert one.mean == pytest.approx(other.mean)
        assert one.deviation == pytest.approx(other.deviation)


def test_excel_and_parquet_say_what_csv_says(tmp_path: Path) -> None:
    frame = pd.DataFrame({
        "a": [1.5, None, 3.25] * 8, "b": ["x", "y", "z"] * 8, "c": [True, False, True] * 8,
        "d": pd.date_range("2024-01-01", periods=24), "n": np.arange(24),
    })  # fmt: skip
    excel, columnar = io.BytesIO(), io.BytesIO()
    frame.to_excel(excel, index=False, sheet_name="Cats")
    frame.to_parquet(columnar)
    text = frame.assign(c=frame["c"].map({True: "true", False: "false"})).to_csv(index=False).encode()
    found = [table(tmp_path, content, name) for content, name in
             ((text, "c.csv"), (excel.getvalue(), "c.xlsx"), (columnar.getvalue(), "c.parquet"))]  # fmt: skip
    assert found[0].columns == found[1].columns == found[2].columns
    assert found[1].reading.sheet == "Cats"
    assert [each.kind for each in found[0].columns] == ["numeric", "categorical", "categorical", "date", "numeric"]


def test_a_row_of_another_length_is_laid_on_the_columns_and_told(tmp_path: Path) -> None:
    found, made = kept(tmp_path, b"a,b\n1,2\n3,4,5\n6,7\n8\n9,10\n", "cats.csv")
    assert rows.frame(made.open("rb"))["a"].tolist() == [1, 3, 6, 8, 9]
    told = {each.kind: (each.count, each.places) for each in found.repairs}
    assert told == {"rows-long": (1, ("3",)), "rows-short": (1, ("5",))}


def test_a_line_that_never_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (csv_blocks, text_plan):
        monkeypatch.setattr(module, "MAX_RECORD_BYTES", 10_000)
    monkeypatch.setattr(text_plan, "LOOK_CHARACTERS", 50_000)
    assert "first row" in refusal(tmp_path, b"a" * 200_000)
    assert "longer than 10,000 bytes" in refusal(tmp_path, b"a,b\n" + b"1,2\n" * 20_000 + b"x" * 40_000 + b",3\n")


def test_a_quotation_that_never_ends_loses_no_row(tmp_path: Path) -> None:
    found, made = kept(tmp_path, b'a,b\n1,2\n3,"4\n' + b"5,6\n" * 2000, "cats.csv")
    assert len(rows.frame(made.open("rb"), 9999)) == 2002
    assert [(each.kind, each.places) for each in found.repairs] == [("quotes-stray", ("3",))]


def test_too_many_columns_rows_and_characters_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = b",".join(b"c%d" % n for n in range(limits.MAX_COLUMNS + 1)) + b"\n"
    assert "5,001 columns; at most 5,000" in refusal(tmp_path, many * 2)
    monkeypatch.setattr("dlcore.data.uploads.table.MAX_CELLS", 100)
    assert "more than 50 rows" in refusal(tmp_path, b"a,b\n" + b"1,x\n" * 51)
    assert table(tmp_path, b"a,b\n" + b"1,x\n" * 50).rows == 50
    assert table(tmp_path, b"a,b\n" + b"1,x\n" * 50 + b"\n" * 60).rows == 50  # lines without anything are none
    monkeypatch.setattr("dlcore.data.uploads.table.MAX_CELL_CHARACTERS", 10)
    sentence = refusal(tmp_path, "a,b\n1,x\n2,é{}\n".format("é" * 10).encode())
    assert "row 3, column b" in sentence
    assert "11 characters" in sentence


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "cats.csv", "is empty"),
        (b"\n\n", "cats.csv", "no rows"),
        (b"a,b\n", "cats.csv", "no rows"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "cats.csv", "zero bytes"),
        (b"PK\3\4 not really", "cats.xlsx", "not a zip"),
        (b"PAR1 not really", "cats.parquet", "damaged"),
        (b"x", "cats.exe", "Allowed: CSV"),
        (b"x", "cats", "Allowed: CSV"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(tmp_path: Path, content: bytes, name: str, words: str) -> None:
    assert words in refusal(tmp_path, content, name)


def test_columns_of_lists_in_parquet_are_refused_by_name(tmp_path: Path) -> None:
    parquet.write_table(pa.table({"a": [1, 2], "inside": [[1], [2]]}), tmp_path / "nested")
    assert "column inside" in refusal(tmp_path, (tmp_path / "nested").read_bytes(), "cats.parquet")


def test_a_text_that_stands_in_parquet_once_and_is_meant_a_million_times_is_not_multiplied(tmp_path: Path) -> None:
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, np.int32)), pa.array(["x" * 200_000]))
    parquet.write_table(pa.table({"a": words}), tmp_path / "bomb")
    content = (tmp_path / "bomb").read_bytes()
    assert len(content) < 50_000
    assert "column a: a cell has 200,000 characters" in refusal(tmp_path, content, "cats.parquet")


def test_a_frame_is_bounded_and_evenly_spread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlcore.data.uploads.table.CELLS_A_GROUP", 2000)
    _, made = kept(tmp_path, b"a,b\n" + b"".join(b"%d,%d\n" % (n, n % 2) for n in range(5000)), "cats.csv")
    assert rows.frame(made.open("rb"), 3)["a"].tolist() == [0, 1, 2]
    spread = rows.frame(made.open("rb"), 5, ["a"], spread=True)
    assert spread["a"].tolist() == spread.index.tolist() == [0, 1000, 2000, 3000, 4000]
    assert list(spread) == ["a"]
    monkeypatch.setattr("dlcore.data.uploads.rows.MAX_PREVIEW_CELLS", 20)
    assert len(rows.frame(made.open("rb"), 10**9)) == 10


def test_cells_that_say_nothing_are_missing(tmp_path: Path) -> None:
    found = table(tmp_path, "a,b\n1,x\nNA, NaN \n?,-\n inf ,null\n2,y\n")
    assert [each.missing for each in found.columns] == [3, 3]
    assert (found.columns[0].low, found.columns[0].high) == (1, 2)


def test_columns_forget_their_values_where_all_together_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlcore.data.uploads.table.MAX_VALUES_TOGETHER", 5)
    found = table(tmp_path, "a,b\n" + "".join(f"x{n % 9},y{n % 3}\n" for n in range(90)))
    assert [len(each.values) for each in found.columns] == [0, 3]


def test_a_column_says_whether_a_network_can_take_it() -> None:
    assert Column("a", "numeric").usable
    assert Column("a", "categorical", values=("x",)).usable
    assert not Column("a", "categorical").usable
    assert not Column("a", "text").usable


def test_a_slip_in_a_column_of_numbers_is_told_with_its_row(tmp_path: Path) -> None:
    cells = [f"{n / 10}" for n in range(50)]
    cells[17] = cells[30] = "about 3"
    found = table(
        tmp_path, "age,colour\n" + "".join(f"{cell},{'red' if n % 2 else '7'}\n" for n, cell in enumerate(cells))
    )
    age, colour = found.columns
    assert age.kind == "text"
    assert age.stray == Stray("about 3", 19, 2), "the row of names is row 1"
    assert colour.stray is None, "half of them are no numbers: it is meant so"


def test_the_row_of_a_slip_is_right_far_into_a_long_file(tmp_path: Path) -> None:
    rows = [f"{n},{n}.5" for n in range(150_000)]
    rows[140_000] = "140000,x" + 60 * "y"
    found = table(tmp_path, "n,value\n" + "\n".join(rows))
    assert found.columns[1].stray == Stray("x" + 39 * "y" + "…", 140_002, 1)


@pytest.mark.parametrize("value", ["1,5", "-3", "+2", "1e-3", "-1,2E+4"])
def test_whatever_is_read_as_a_number_is_no_slip(tmp_path: Path, value: str) -> None:
    found = table(tmp_path, "a;b\n" + f"{value};7\n" * 20 + "x;7\n")
    assert found.columns[0].stray == Stray("x", 22, 1)
    assert table(tmp_path, "a;b\n" + f"{value};7\n" * 20).columns[0].kind == "numeric"
