"""Whatever is mended in a table can be said otherwise: every kind of repair has its option, and the option works."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from dlcore.cli import main
from dlcore.cli.data import add
from dlcore.cli.reading_options import as_told, with_orders, without_orders
from dlcore.data.uploads.description import UNMENDED, ColumnReading, Reading, Table, from_json, to_json
from dlcore.data.uploads.tally import OTHERWISE, SENTENCES
from tests.data.brought import kept


@dataclass(frozen=True)
class Mended:
    """A file in which something is mended, an option that says otherwise, and what is read then."""

    content: str | bytes
    option: list[str]
    rows: list[list[Any]]  # the cells, missing ones as None
    names: list[str] | None = None  # where they are others then
    file: str = "own.csv"
    first: tuple[str, ...] = ()  # options without which it is not mended


def book() -> bytes:
    made, buffer = openpyxl.Workbook(), io.BytesIO()
    made.active.title = "large"
    for row in (["a", "b"], [1, 2], [3, 4], [5, 6]):
        made.active.append(row)
    small = made.create_sheet("small")
    for row in (["c", "d"], [7, "x"], [8, "y"]):
        small.append(row)
    made.save(buffer)
    return buffer.getvalue()


SERIES = "Title,Output\nUnit,Index\nRelease date,17-01-2024\nNotes,\n1988,48.4\n1989,50.9\n1990,54.5\n1991,58.1\n"
PLAIN = "a,b,c\n1,2,x\n"
TWO = "a,b,c\n1,2,x\n3,4,y\n5,6,z\n\nd,e,f,g\n1,p,2,3\n4,q,5,6\n7,r,8,9\n"
MENDED: dict[str, Mended] = {
    "letters-broken": Mended(
        b"a,b\n1,caf\xe9\n2," + "größe é à ü ö".encode() + b"\n3,x\n", ["--encoding", "cp1252"],
        [[1, "café"], [2, "grÃ¶ÃŸe Ã© Ã\xa0 Ã¼ Ã¶"], [3, "x"]]),
    "header-two": Mended("size,weight\nmm,kg\n1.5,2\n2.5,3\n3.5,4\n", ["--header", "1"],
                         [["mm", "kg"], ["1.5", "2"], ["2.5", "3"], ["3.5", "4"]], ["size", "weight"]),
    "title": Mended(f"Everything\n{PLAIN}3,4,y\n", ["--skip", "0", "--header", "0", "--ragged", "end"],
                    [["Everything", None, None], ["a", "b", "c"], ["1", "2", "x"], ["3", "4", "y"]],
                    ["column 1", "column 2", "column 3"]),
    "comments": Mended("a,b,c\n#3,4,y\n" + "1,2,x\n" * 9, ["--no-comment"], [["#3", 4, "y"], *[["1", 2, "x"]] * 9]),
    "blank-lines": Mended(f"{PLAIN},,\n5,6,z\n", ["--as-written", "blank-lines"],
                          [[1, 2, "x"], [None, None, None], [5, 6, "z"]]),
    "rows-short": Mended(f"{PLAIN}3,y\n5,6,z\n7,8,u\n", ["--ragged", "end"],
                         [[1, "2", "x"], [3, "y", None], [5, "6", "z"], [7, "8", "u"]]),
    "rows-long": Mended("a,b\n1,2\n3,4,9\n5,6\n7,8\n", ["--ragged", "drop"], [[1, 2], [5, 6], [7, 8]]),
    "rows-joined": Mended("a,b,c\n1,x,2\n3,,y,4\n5,z,6\n7,u,8\n", ["--ragged", "end"],
                          [[1, "x", "2"], [3, None, "y"], [5, "z", "6"], [7, "u", "8"]]),
    "rows-other-delimiter": Mended(f"{PLAIN}3;4;y\n5,6,z\n7,8,u\n", ["--ragged", "end"],
                                   [["1", 2, "x"], ["3;4;y", None, None], ["5", 6, "z"], ["7", 8, "u"]]),
    "quotes-stray": Mended('a,b\n1,x\n2,"y\n3,z\n', ["--quote", "none"], [[1, "x"], [2, '"y'], [3, "z"]]),
    "header-again": Mended(f"{PLAIN}a,b,c\n5,6,z\n", ["--as-written", "header-again"],
                           [["1", "2", "x"], ["a", "b", "c"], ["5", "6", "z"]]),
    "text-after": Mended(f"{PLAIN}3,4,y\nSource: a book\n", ["--as-written", "text-after", "--ragged", "end"],
                         [["1", 2, "x"], ["3", 4, "y"], ["Source: a book", None, None]]),
    "summary-rows": Mended("a,b,c\n1,2,x\n3,4,y\n5,6,z\nTotal,12,\n", ["--as-written", "summary-rows"],
                           [["1", 2, "x"], ["3", 4, "y"], ["5", 6, "z"], ["Total", 12, None]]),
    "rows-dropped": Mended(f"{PLAIN}3\n5,6,z\n7,8,u\n", ["--ragged", "fit"],
                           [[1, 2, "x"], [3, None, None], [5, 6, "z"], [7, 8, "u"]], first=("--ragged", "drop")),
    "rows-about": Mended(SERIES, ["--as-written", "rows-about", "--header", "1"],
                         [["Unit", "Index"], ["Release date", "17-01-2024"], ["Notes", None], ["1988", "48.4"],
                          ["1989", "50.9"], ["1990", "54.5"], ["1991", "58.1"]]),
    "second-table": Mended(TWO, ["--table", "1"], [[1, 2, "x"], [3, 4, "y"], [5, 6, "z"]],
                           ["a", "b", "c"]),
    "columns-empty": Mended("a,,b\n1,,2\n3,,4\n", ["--as-written", "columns-empty"], [[1, None, 2], [3, None, 4]],
                            ["a", "column 2", "b"]),
    "index": Mended(",a,b\n1,2,x\n2,5,y\n3,4,z\n", ["--no-index"], [[1, 2, "x"], [2, 5, "y"], [3, 4, "z"]]),
    "sheets": Mended(book(), ["--sheet", "small"], [[7, "x"], [8, "y"]], ["c", "d"], file="own.xlsx"),
    "dates-impossible": Mended("day,v\n2020-02-28,1\n2020-02-30,2\n2020-03-02,3\n", ["--kind", "day=categorical"],
                               [["2020-02-28", 1], ["2020-02-30", 2], ["2020-03-02", 3]]),
    "dates-ambiguous": Mended("day,v\n03/04/2020,1\n02/05/2020,2\n09/01/2020,3\n", ["--day", "day=mdy"],
                              [["2020-03-04", 1], ["2020-02-05", 2], ["2020-09-01", 3]]),
    "numbers-ambiguous": Mended("n|v\n1.250|1.500\n2.400|2.750\n950|3.125\n", ["--decimal", ".", "--thousands", "none"],
                                [[1.25, 1.5], [2.4, 2.75], [950, 3.125]]),
    "numbers-beyond": Mended("n,v\n1e39,1\n2.5,2\n3.5,3\n", ["--kind", "n=categorical"],
                             [["1e39", 1], ["2.5", 2], ["3.5", 3]]),
    "numbers-flagged": Mended("n,v\n1.5 p,1\n2.5,2\n3.5,3\n", ["--kind", "n=categorical"],
                              [["1.5 p", 1], ["2.5", 2], ["3.5", 3]]),
    "sentinels": Mended("n,v\n-999,-999\n2,1.5\n3,-999\n-999,2.5\n7,3\n", ["--missing-in", "n=-999"],
                        [[None, -999], [2, 1.5], [3, -999], [None, 2.5], [7, 3]]),
    "cells-unfit": Mended("n,v\n1,1\nlots,2\n3,3\n", ["--kind", "n=categorical"], [["1", 1], ["lots", 2], ["3", 3]],
                          first=("--kind", "n=numeric")),
    "names-joined": Mended("y,v\nTrue,1\nTRUE,2\nfalse,3\n", ["--as-written", "names-joined"],
                           [["True", 1], ["TRUE", 2], ["false", 3]]),
    "columns-nothing": Mended("n,v\nNA,1\nNA,2\nNA,3\n", ["--value", "NA"], [["NA", 1], ["NA", 2], ["NA", 3]]),
    "columns-text": Mended("w,v\n" + "".join(f"{chr(97 + n % 26) * (n + 1)},{n}\n" for n in range(30)),
                           ["--kind", "w=categorical"], [[chr(97 + n % 26) * (n + 1), n] for n in range(30)]),
}  # fmt: skip


def read(folder: Path, case: Mended, options: Sequence[str]) -> tuple[Table, pd.DataFrame]:
    """What is read of a file with these options of `upload`, in this process."""
    told = add.make_context("upload", [case.file, *options]).params
    others = {name: value for name, value in told.items() if name not in ("files", "name", "target", "as_json")}
    wish, content = as_told(**others), case.content if isinstance(case.content, bytes) else case.content.encode()
    if without_orders(wish) != wish:
        first = kept(folder, content, case.file, without_orders(wish))[0]
        assert isinstance(first, Table)
        wish = with_orders(wish, first.reading)
    found, made = kept(folder, content, case.file, wish)
    assert isinstance(found, Table)
    assert from_json(to_json(found)) == found
    return found, pd.read_parquet(made)


def plain(frame: pd.DataFrame) -> list[list[Any]]:
    days = frame.select_dtypes("datetime").columns
    frame = frame.assign(**{name: frame[name].dt.strftime("%Y-%m-%d") for name in days})
    return [[None if pd.isna(cell) else cell for cell in row] for row in frame.to_numpy(dtype=object).tolist()]


def test_every_kind_of_repair_is_tried_and_has_fields_that_say_otherwise() -> None:
    assert [*SENTENCES] == [*OTHERWISE]
    assert set(MENDED) == set(SENTENCES)
    known = {each.name for kind in (Reading, ColumnReading) for each in fields(kind)}
    assert all(fields and set(fields) <= known for fields in OTHERWISE.values())
    assert {kind for kind, named in OTHERWISE.items() if "as_written" in named} == set(UNMENDED)


@pytest.mark.parametrize("kind", SENTENCES)
def test_what_was_mended_is_read_otherwise_where_it_is_said(kind: str, tmp_path: Path) -> None:
    case = MENDED[kind]
    first, mended = read(tmp_path, case, case.first)
    assert kind in [each.kind for each in first.repairs]
    second, frame = read(tmp_path, case, case.option)
    assert (plain(frame), list(frame)) == (case.rows, case.names or list(mended))
    if kind not in ("index", "columns-text"):
        assert plain(frame) != plain(mended) or list(frame) != list(mended)
    if kind == "columns-text":  # the same cells, which are names now
        assert [each.kind for each in second.columns] == ["categorical", "numeric"]
        assert kind not in [each.kind for each in second.repairs]
    if kind == "index":  # the same cells, of which one column is an input now
        assert (first.reading.index, second.reading.index) == ("column 1", "")


def test_what_was_said_is_kept_and_printed_with_the_reading(tmp_path: Path, home: Path, capsys: Any) -> None:
    (path := tmp_path / "own.csv").write_text(f"{PLAIN}3,y\nNA,6,z\n,,\n7,8,u\n")
    options = ["--ragged", "drop", "--as-written", "blank-lines", "--value", "NA", "--quote", "none", "--no-comment"]
    assert main(["upload", str(path), "--json", *options]) == 0
    found = json.loads(capsys.readouterr().out)
    wanted = {
        "ragged": "drop",
        "as_written": ["blank-lines"],
        "present": ["NA"],
        "quote": "",
        "comment": "",
        "table": 1,
    }
    assert {name: found["reading"][name] for name in wanted} == wanted
    assert [each["kind"] for each in found["repairs"]] == ["rows-dropped"]
    assert found["description"]["rows"] == 4


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--value", "seven"], "NA"), (["--comment", "#", "--no-comment"], "contradict"),
     (["--table", "3"], "table number 3")],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    options: list[str], words: str, tmp_path: Path, home: Path, capsys: Any
) -> None:
    (path := tmp_path / "own.csv").write_text(PLAIN)
    assert main(["upload", str(path), *options]) == 2
    assert words in capsys.readouterr().err
