"""Where a table begins and what its columns are called: odd names, lines above, index columns, quotes, line ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcore.data.uploads.description import Table

from .table_files import read_table

Columns = dict[str, list[object]]
AB: Columns = {"a": [1, 3], "b": [2, 4]}

LAYOUTS: dict[str, tuple[str, Columns]] = {
    "years as names": ("place,2010,2011\nA,1.5,2\nB,2,4\n",
                       {"place": ["A", "B"], "2010": [1.5, 2], "2011": [2, 4]}),
    "years alone as names": ("2010,2011,2012\n1.5,2.5,3\n2,3,4\n",
                             {"2010": [1.5, 2], "2011": [2.5, 3], "2012": [3, 4]}),
    "years as names of whole numbers": ("town;1999;2000\nA;5;7\nB;6;8\n",
                                        {"town": ["A", "B"], "1999": [5, 6], "2000": [7, 8]}),
    "numbers as names": ("id,1,2,3\nu,0.5,0.25,7.5\nv,1.5,2.25,8.5\n",
                         {"id": ["u", "v"], "1": [0.5, 1.5], "2": [0.25, 2.25], "3": [7.5, 8.5]}),
    "numbers counted from 0 as names": ("0,1,2\n0.5,x,7.5\n1.5,y,8.5\n",
                                        {"0": [0.5, 1.5], "1": ["x", "y"], "2": [7.5, 8.5]}),
    "a blank line first": ("\na,b\n1,2\n3,4\n", AB),
    "three blank lines first": ("\n\n\na,b\n1,2\n3,4\n", AB),
    "lines of spaces first": ("  \n \na,b\n1,2\n3,4\n", AB),
    "lines of delimiters first": (",\n,\na,b\n1,2\n3,4\n", AB),
    "sep=;": ("sep=;\na;b\n1;2\n3;4\n", AB),
    "sep=, after a mark, CRLF": ("\ufeffsep=,\r\na,b\r\n1,2\r\n3,4\r\n", AB),
    "sep=tab": ("sep=\t\na\tb\n1\t2\n3\t4\n", AB),
    "sep=tab in quotes": ('"sep=\t"\r\na\tb\r\n1\t2\r\n3\t4\r\n', AB),
    "SEP=| quoted": ('"SEP=|"\na|b\n1|2\n3|4\n', AB),
    "comments": ("# made by a lab\n# unit: mm, kg\na,b\n1,2\n3,4\n", AB),
    "comments with delimiters": ("# x, y, z\n# 1, 2\na,b\n1,2\n3,4\n", AB),
    "comments with a per cent sign": ("% made by a lab\n% unit: mm\na,b\n1,2\n3,4\n", AB),
    "comments below": ("a,b\n1,2\n3,4\n# checked\n", AB),
    "a title": ("Results of the lab\na,b\n1,2\n3,4\n", AB),
    "a title and a blank line": ("Results of the lab\n\na,b\n1,2\n3,4\n", AB),
    "a title with a comma": ("Results, all\n\na,b,c\n1,2,x\n3,4,y\n", {**AB, "c": ["x", "y"]}),
    "a title filled up": ("Results of the lab,,\n,,\na,b,c\n1,2,x\n3,4,y\n", {**AB, "c": ["x", "y"]}),
    "a note below": ("a,b,c\n1,2,x\n3,4,y\n\nSource: the lab\n", {**AB, "c": ["x", "y"]}),
    "an empty column at the end": ("a,b,\n1,2,\n3,4,\n", AB),
    "a delimiter at the end of records": ("a,b\n1,2,\n3,4,\n", AB),
    "a delimiter at the end of some": ("a,b\n1,2,\n3,4\n", AB),
    "many delimiters at the end": ("a;b;;;\n1;2;;;\n3;4;;;\n", AB),
    "a record too short": ("a,b,c\n1,2,x\n3,4\n5,6,z\n", {"a": [1, 3, 5], "b": [2, 4, 6], "c": ["x", None, "z"]}),
    "quotes in free text": ('a,b\n1,5" pipe\n3,say "hi" now\n', {"a": [1, 3], "b": ['5" pipe', 'say "hi" now']}),
    "quotes by a backslash": ('a,b\n1,"say \\"hi\\", now"\n3,"x"\n', {"a": [1, 3], "b": ['say "hi", now', "x"]}),
    "quotes doubled": ('a,b\n1,"say ""hi"", now"\n3,"x"\n', {"a": [1, 3], "b": ['say "hi", now', "x"]}),
    "quotes after a space": ('a, b\n1, "x, y"\n3, "z"\n', {"a": [1, 3], "b": ["x, y", "z"]}),
    "quotes after a tab": ('a;\t"b"\n1;\t"x; y"\n3;\t"z"\n', {"a": [1, 3], "b": ["x; y", "z"]}),
    "apostrophes as quotes": ("'a','b'\n'1','x, y'\n'3','z'\n", {"a": [1, 3], "b": ["x, y", "z"]}),
    "apostrophes as letters": ("a,b\n1,it's\n3,'tis\n", {"a": [1, 3], "b": ["it's", "'tis"]}),
    "a line break in a cell": ('a,b\n1,"x\ny"\n3,"z"\n', {"a": [1, 3], "b": ["x\ny", "z"]}),
    "CR": ("a,b\r1,2\r3,4\r", AB),
    "CR, none at the end": ("a,b\r1,2\r3,4", AB),
    "CR in a file with quotes": ('"a","b"\r"1","x, y"\r"3","z"\r', {"a": [1, 3], "b": ["x, y", "z"]}),
    "CRLF and LF": ("a,b\r\n1,2\n3,4\r\n", AB),
    "every second line blank": ("a,b\n\n1,2\n\n3,4\n\n", AB),
    "spaces": ("a b c\n1 2 x\n3 4 y\n", {**AB, "c": ["x", "y"]}),
    "spaces, aligned to the right": ("   a   b     c\n   1   2     x\n   3   4     y\n", {**AB, "c": ["x", "y"]}),
    "spaces, of several widths": ("a    b  c\n1    2  x\n3    4  y\n", {**AB, "c": ["x", "y"]}),
    "spaces between, one inside": ("name       n\nAda Low    1.5\nBo Hill    2.5\n",
                                   {"name": ["Ada Low", "Bo Hill"], "n": [1.5, 2.5]}),
    "bars with spaces": ("a | b | c\n1 | 2 | x\n3 | 4 | y\n", {**AB, "c": ["x", "y"]}),
    "names in quotes with commas": ('"a, old","b, new"\n1,2\n3,4\n', {"a, old": [1, 3], "b, new": [2, 4]}),
    "one column": ("a\n1\n3\n", {"a": [1, 3]}),
    "one column of sentences": ("said\nyes\nno, never\nfine\nwell, well, well\nso be it\nmaybe\n",
                                {"said": ["yes", "no, never", "fine", "well, well, well", "so be it", "maybe"]}),
}  # fmt: skip


def _columns(table: Table, frame: object) -> Columns:
    return {name: [None if cell != cell else cell for cell in cells]  # a cell that is not itself is missing
            for name, cells in frame.to_dict("list").items()}  # type: ignore[attr-defined]  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_table_is_found_in_its_layout(tmp_path: Path, layout: str) -> None:
    text, wanted = LAYOUTS[layout]
    assert _columns(*read_table(tmp_path, text)) == wanted


@pytest.mark.parametrize("layout", ["comments", "a title", "a note below", "a record too short", "comments below",
                                    "a title and a blank line"])  # fmt: skip
def test_what_was_left_out_or_filled_is_said(tmp_path: Path, layout: str) -> None:
    table, _ = read_table(tmp_path, LAYOUTS[layout][0])
    assert table.repairs
    assert all(each.count > 0 and str(each.sentence) for each in table.repairs)


@pytest.mark.parametrize(
    "layout", ["years as names", "CR", "spaces", "quotes doubled", "a line break in a cell", "one column"]
)
def test_nothing_is_said_where_nothing_was_mended(tmp_path: Path, layout: str) -> None:
    table, _ = read_table(tmp_path, LAYOUTS[layout][0])
    assert table.repairs == ()


@pytest.mark.parametrize(
    "text",
    ["1,2.5,x\n3,4.5,y\n", "1.5  2.0  x\n2.5  3.0  y\n", "2020-01-01;5\n2020-01-02;6\n", "0.1\n0.2\n0.4\n",
     "-0.2,p,1e3,v\n0.7,q,-2.5,u\n", "2010,5,1.5\n2011,6,2.5\n2012,7,3.5\n"],
)  # fmt: skip
def test_a_first_line_like_all_others_names_nothing(tmp_path: Path, text: str) -> None:
    table, _ = read_table(tmp_path, text)
    assert (table.reading.header, table.rows) == (False, text.count("\n"))


@pytest.mark.parametrize(
    "text",
    ["name,town\nAda,Rome\nBo,Oslo\n", "a,b\n1,2\n", "day,n\n2020-01-01,5\n2020-01-02,6\n", "x\n1\n2\n",
     "2010,total\n5,1.5\n6,2.5\n"],
)  # fmt: skip
def test_a_first_line_unlike_the_others_names_the_columns(tmp_path: Path, text: str) -> None:
    table, _ = read_table(tmp_path, text)
    assert (table.reading.header, table.rows) == (True, text.count("\n") - 1)
    assert [each.name for each in table.columns] == text.split("\n")[0].split(",")


@pytest.mark.parametrize(
    "text",
    [",a,b\n0,1,x\n1,3,y\n2,5,z\n", '"","a","b"\n"1",1,"x"\n"2",3,"y"\n"3",5,"z"\n', "a,b\n0,1,x\n1,3,y\n2,5,z\n",
     "a b\nr1 1 x\nr2 3 y\nr3 5 z\n", ";a;b\nfirst;1;x\nsecond;3;y\nthird;5;z\n"],
)  # fmt: skip
def test_an_index_without_a_name_shifts_no_other_column(tmp_path: Path, text: str) -> None:
    _, frame = read_table(tmp_path, text)
    assert frame[["a", "b"]].to_dict("list") == {"a": [1, 3, 5], "b": ["x", "y", "z"]}


@pytest.mark.parametrize("below", ["mm,kg,", "(mm),(kg),(-)", "first,second,third"])
def test_a_second_line_of_names_makes_no_number_a_word(tmp_path: Path, below: str) -> None:
    names = ["length", "weight", "kind"]
    rows = "".join(f"{n}.5,{n * n},w{n % 2}\n" for n in range(1, 30))
    table, frame = read_table(tmp_path, f"{','.join(names)}\n{below}\n{rows}")
    assert [each.kind for each in table.columns] == ["numeric", "numeric", "categorical"]
    assert all(each.name.startswith(name) for each, name in zip(table.columns, names, strict=True))
    assert frame.iloc[:, 0].dropna().tolist() == [n + 0.5 for n in range(1, 30)]
    assert table.repairs


CODED = {
    "a census, one number": (
        "GEO_ID,NAME,B01003_001E", "Geography,Geographic Area Name,Estimate!!Total",
        ["0500000US{n},Ada,{n}.5"], ["categorical", "categorical", "numeric"]),
    "a census, quoted": (
        '"GEO.id","GEO.display-label","HD01_VD01","HD02_VD01"',
        '"Id","Geography","Estimate; Total: - Under 5 years","Margin of Error; Total: - Under 5 years"',
        ['"0500000US{n}","County {n}, Alabama","{n}","{n}.25"'], ["text", "text", "numeric", "numeric"]),
    "a questionnaire": (
        "Q1,Q2_1,Q3", "How old are you?,How tall are you (in m)?,What do you like?",
        ["{n},1.{n},reading", "{n},1.{n},music"], ["numeric", "numeric", "categorical"]),
    "sensors": ("T_OUT;RH_OUT", "Air temperature outside;Relative humidity outside", ["{n},5;{n}"],
                ["numeric", "numeric"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", CODED)
@pytest.mark.parametrize("rows", [1, 2, 40])
def test_words_below_codes_are_names_too_and_no_row(kind: str, rows: int, tmp_path: Path) -> None:
    codes, words, lines, kinds = CODED[kind]
    body = [lines[n % len(lines)].format(n=n + 11) for n in range(rows)]
    table, frame = read_table(tmp_path, "\n".join([codes, words, *body]) + "\n")
    assert (len(frame), table.reading.header) == (rows, 2)
    assert [each.kind for each in table.columns if each.kind == "numeric"] == [
        each for each in kinds if each == "numeric"
    ]
    plain = codes.replace('"', "").replace(";", ",").split(",")
    assert all(each.name.startswith(code) for each, code in zip(table.columns, plain, strict=True))
    assert "header-two" in [each.kind for each in table.repairs]


def test_a_third_row_that_only_programs_read_is_left_out_and_said(tmp_path: Path) -> None:
    names = "Q1,Q2,Q3\nHow old?,How tall?,What do you like?\nimport_q1,import_q2,import_q3\n"
    table, frame = read_table(tmp_path, names + "".join(f"{n},1.{n},{'ab'[n % 2]}\n" for n in range(10, 30)))
    assert [each.kind for each in table.columns] == ["numeric", "numeric", "categorical"]
    assert frame.iloc[:, 0].tolist() == list(range(10, 30))
    assert {each.kind: each.places for each in table.repairs}["rows-about"] == ("3",)


@pytest.mark.parametrize(
    "first", ["Ada Lovelace,unknown", "Ada Lovelace,not known", "Ada Lovelace,not yet measured", "Ada,n. d.", "Ada,"]
)
def test_a_first_row_with_a_word_for_a_missing_number_stays_a_row(first: str, tmp_path: Path) -> None:
    table, frame = read_table(tmp_path, f"name,age_1\n{first}\nBob Miller,5\nEve Adams,6\nJim Hill,7\nTom Low,9\n")
    assert (table.reading.header, len(frame)) == (1, 5)


def test_a_record_too_long_loses_no_other_and_is_said(tmp_path: Path) -> None:
    rows = [f"{n},{n / 4},w{n % 3}" for n in range(60)]
    for at in (0, 1, 30, 59):
        text = "\n".join(["a,b,c", *rows[:at], rows[at] + ",surplus", *rows[at + 1 :]])
        table, frame = read_table(tmp_path, text)
        assert [each.kind for each in table.columns][:3] == ["numeric", "numeric", "categorical"]
        assert frame["a"].tolist() == list(range(60))
        assert frame["c"].tolist() == [f"w{n % 3}" for n in range(60)]
        assert any(str(at + 2) in each.places for each in table.repairs), "the row, the line of names counted"
