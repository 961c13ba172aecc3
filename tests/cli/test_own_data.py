"""A learner's own data from the terminal: beside an experiment file, or kept and named by its id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dlcore.cli import main, reading_options
from dlcore.data.uploads.description import DELIMITERS, THOUSANDS

NETWORK = "network: [{layer: Linear, out_features: 8}, {layer: ReLU}, {layer: Output}]\n"
TRAINING = "training: {loss: BCEWithLogitsLoss, optimizer: {name: Adam, lr: 0.02}, epochs: 8, device: cpu}\n"


@pytest.fixture
def cats(tmp_path: Path, home: Path) -> Path:
    """A table whose last column says whether a cat is long."""
    path = tmp_path / "cats.csv"
    path.write_text("length;who;kind\n" + "\n".join(f"{n % 9},5;[red];{'ab'[n % 9 > 4]}" for n in range(90)))
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(each) for each in arguments]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(each) for each in arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    return captured.err


def test_an_experiment_trains_on_the_file_that_lies_beside_it(cats: Path, capsys: Any) -> None:
    described = cats.with_name("experiment.yaml")
    described.write_text(f"dataset: {{name: 'file:{cats.name}', target: kind}}\n{NETWORK}{TRAINING}")
    lines = said(capsys, "train", described, "--json").splitlines()
    assert json.loads(lines[-1])["best"]["accuracy"] > 0.8
    described.write_text(f"dataset: {{name: 'file:dogs.csv'}}\n{NETWORK}{TRAINING}")
    assert "dogs.csv: cannot be read" in refused(capsys, "train", described)


@pytest.mark.parametrize("command", [("data", "add"), ("upload",)])
def test_a_data_set_is_brought_listed_shown_trained_on_and_removed(
    cats: Path, capsys: Any, command: tuple[str, ...]
) -> None:
    dataset = said(capsys, *command, cats, "--name", "My cats", "--target", "kind").strip()
    assert "My cats" in said(capsys, "data", "list")
    shown = said(capsys, "data", "show", dataset)
    for words in ("90 rows, 3 columns", "delimiter ';'", "decimal mark ','", "numeric", "a (50), b (40)", "[red] (90)"):
        assert words in shown
    described = json.loads(said(capsys, "data", "show", dataset.removeprefix("upload:"), "--json"))
    assert described["description"]["rows"] == 90
    experiment = cats.with_name("experiment.yaml")
    experiment.write_text(f"dataset: {{name: '{dataset}'}}\n{NETWORK}{TRAINING}")
    said(capsys, "train", experiment, "--json")
    assert said(capsys, "data", "remove", dataset) == ""
    assert json.loads(said(capsys, "data", "list", "--json")) == []
    for arguments in (("data", "show", dataset), ("data", "remove", dataset), ("train", experiment)):
        assert "There is no data set upload:" in refused(capsys, *arguments)


def test_what_cannot_be_brought_is_one_sentence(cats: Path, capsys: Any) -> None:
    cats.write_text("")
    assert "cats.csv is empty." in refused(capsys, "data", "add", cats)
    assert "no such file" in refused(capsys, "data", "add", "gone.csv")


# How a file is read, and otherwise


def brought(capsys: Any, path: Path, content: str, *options: str) -> dict[str, Any]:
    path.write_text(content, encoding="utf-8")
    found: dict[str, Any] = json.loads(said(capsys, "upload", path, "--json", *options))
    return found


def column(found: dict[str, Any], name: str) -> dict[str, Any]:
    described: dict[str, Any] = next(each for each in found["description"]["columns"] if each["name"] == name)
    return described


DAYS = "when,day,a\n" + "".join(
    f"0{1 + n % 9}/0{1 + n % 7}/2023,0{1 + n % 5}.0{1 + n % 9}.21,{n % 4}\n" for n in range(30)
)


def test_how_a_file_was_read_and_what_was_mended_is_printed_and_keys_of_earlier_versions_stay(
    cats: Path, capsys: Any
) -> None:
    cats.write_text("a,b\n1,2\n3\n4,5\n")
    assert main(["upload", str(cats)]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("upload:")
    assert len(printed.out.splitlines()) == 1
    assert "Rows with fewer cells than there are columns; what they lack is missing: 1 (row 3)" in printed.err
    found = brought(capsys, cats, "a;b\n1,5;2\n3\n4,5;5\n")
    keys = {"id", "name", "target", "file_name", "bytes", "sha256", "dataset", "created_at", "description"}
    assert set(found) == {*keys, "reading", "repairs"}
    detected = {"delimiter": ";", "encoding": "utf-8", "decimal": ",", "header": True, "sheet": ""}
    assert found["description"]["detected"] == detected
    assert (found["reading"]["delimiter"], found["reading"]["decimal"], found["reading"]["header"]) == (";", ",", 1)
    (mended,) = found["repairs"]
    assert (mended["kind"], mended["count"], mended["places"]) == ("rows-short", 1, ["3"])
    assert isinstance(mended["sentence"], str)
    assert mended["sentence"] in said(capsys, "data", "show", found["id"])


def test_day_and_month_are_told_by_their_order_or_a_format(cats: Path, capsys: Any) -> None:
    for options, low in (
        (["--day", "when=mdy"], "2023-01-01"), (["--day", "when=dmy"], "2023-01-01"),
        (["--day", "when=%m/%d/%Y"], "2023-01-01"),
    ):  # fmt: skip
        found = brought(capsys, cats, DAYS, *options)
        assert column(found, "when")["kind"] == "date"
        assert column(found, "when")["low"] == low
    both = brought(capsys, cats, DAYS, "--day", "when=dmy", "--day", "day=mdy")
    forms = {name: how["day"] for name, how in both["reading"]["columns"].items()}
    assert forms == {"when": "%d/%m/%Y", "day": "%m.%d.%y"}
    assert len(json.loads(said(capsys, "data", "list", "--json"))) == 4  # the first look at it is not kept
    assert "when: %d/%m/%Y" in said(capsys, "data", "show", both["id"])


OTHERWISE: list[tuple[str, list[str], dict[str, Any]]] = [
    ("1 2\n3 4\n5 6\n", ["--delimiter", "space", "--no-header"], {"header": 0}),
    ("a:b\n1:2\n3:4\n", ["--delimiter", "colon"], {"delimiter": ":"}),
    ("a|b\n1.250|2\n3.500|4\n", ["--thousands", "point", "--decimal", ","], {"thousands": "."}),
    ("notes\na,b\n1,2\n3,4\n", ["--skip", "1", "--header", "1"], {"skip": 1, "header": 1}),
    ("a,b\n-999,2\nnone at all,4\n3,6\n", ["--missing", "-999", "--missing", "none at all"],
     {"missing": ["-999", "none at all"]}),
    ("n,b\n1,2\n2,5\n3,4\n", ["--index", "n"], {"index": "n"}),
    (",b\n1,2\n2,5\n3,4\n", ["--no-index"], {"index": ""}),
]  # fmt: skip


@pytest.mark.parametrize(("content", "options", "reading"), OTHERWISE, ids=[" ".join(each[1]) for each in OTHERWISE])
def test_what_is_said_of_a_file_is_how_it_is_read(
    content: str, options: list[str], reading: dict[str, Any], cats: Path, capsys: Any
) -> None:
    found = brought(capsys, cats, content, *options)
    assert {name: found["reading"][name] for name in reading} == reading
    assert all(each["kind"] == "numeric" for each in found["description"]["columns"])


def test_a_column_holds_what_is_said(cats: Path, capsys: Any) -> None:
    found = brought(capsys, cats, "code,b\n1,2\n2,5\n1,4\n", "--kind", "code=categorical")
    assert column(found, "code")["kind"] == "categorical"
    assert column(found, "code")["values"] == ["1", "2"]


WRONG = {
    "--kind code=number": "Did you mean numeric?",
    "--kind code": "COLUMN=VALUE is allowed",
    "--day code=%d": "a format of %Y or %y",
    "--day code=dmy --kind code=text": "contradict each other",
    "--header 1 --no-header": "contradict each other",
    "--index code --no-index": "contradict each other",
    "--header 3": "--header is wrong",
    "--delimiter dash": "--delimiter is wrong",
}


@pytest.mark.parametrize("options", WRONG)
def test_what_cannot_be_meant_is_one_sentence_that_names_the_option(options: str, cats: Path, capsys: Any) -> None:
    assert WRONG[options].casefold() in refused(capsys, "upload", cats, *options.split()).casefold()


def test_every_mark_that_can_be_read_by_has_a_name_here() -> None:
    assert set(reading_options.DIVIDERS.values()) <= set(DELIMITERS)
    assert set(reading_options.GROUPS.values()) == set(THOUSANDS)
