"""The very file that was trained on is answered, in every format and encoding, as the network answers its own rows.

What was learned from is written as a Parquet file here, by hand, with the reading that a file was read by; the file
itself is asked about: predict.py, in a process of its own, and the app must both say what the network says.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib
import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import dlcore
from dlcore import network
from dlcore.data.column import Column
from dlcore.data.load import divided
from dlcore.data.uploads import upload_access
from dlcore.data.uploads.description import ColumnReading, Reading, Table
from dlcore.errors import ExportError
from dlcore.experiment import Experiment
from dlcore.export.bundle import pack, write
from dlcore.export.bundle.replay import replay
from dlcore.i18n import Text
from dlcore.inference import row_cells, row_inputs, user_data
from dlcore.inference.input_form import form
from dlcore.inference.postprocess import meant, outputs
from dlcore.inference.predict import predict
from dlcore.inference.question import Question
from dlcore.inference.trained import Trained
from dlcore.training.loop import Trainer
from tests.data.brought import ANY, lay_out
from tests.export import scripts
from tests.sampling import examples

ROWS = 40
CASES = Path(__file__).parents[1] / "cases"
READ = Reading(",", "utf-8", ".", 1, '"', skip=0, sheet=None, index="")
NAMES = ["size", "share", "when", "leaf", "kind"]


@pytest.fixture(autouse=True)
def _no_picture_of_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlcore.export.bundle.writing.curves_png", lambda _: b"")


def table(leaves: tuple[str, str] = ("round", "long")) -> pd.DataFrame:
    """Numbers with gaps, shares, days on which day and month can be mistaken, names, and what is to be predicted."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame({
        "size": (random.normal(4_000, 2_500, ROWS)).round(2).astype("float32"),
        "share": random.integers(0, 100, ROWS).astype("float32"),
        "when": (pd.Timestamp("1999-11-02") + pd.to_timedelta(random.integers(0, 90, ROWS), "D")
                 ).astype("datetime64[ms]"),
        "leaf": [leaves[n % 3 % 2] for n in range(ROWS)],
        "kind": ["fern" if n % 4 else "moss" for n in range(ROWS)],
    })  # fmt: skip
    frame.loc[5, "size"] = np.nan
    return frame


def lay(folder: Path, frame: pd.DataFrame, reading: Reading, format: str = "csv") -> None:
    """The frame as the rows of an upload that was read so."""
    columns = []
    for name, values in frame.items():
        kind: Any = {"f": "numeric", "M": "date"}.get(values.dtype.kind, "categorical")
        names = tuple(sorted(values.unique())) if kind == "categorical" else ()
        columns.append(Column(str(name), kind, int(values.isna().sum()), names, (1,) * len(names)))
    made = folder / "kept.parquet"
    parquet.write_table(pa.Table.from_pandas(frame, preserve_index=False), made)
    lay_out(Table(format, len(frame), tuple(columns), reading), made)


def learned(target: str, columns: list[str], loss: str = "BCEWithLogitsLoss", epochs: int = 0) -> Trained:
    """A network for these columns; without epochs, with the weights it would begin with."""
    chosen = Experiment.from_dict({
        "dataset": {"name": f"upload:{ANY}", "target": target, "columns": columns},
        "network": [{"layer": "Linear", "out_features": 8}, {"layer": "Tanh"}, {"layer": "Output"}],
        "training": {"loss": loss, "optimizer": {"name": "Adam", "lr": 0.02}, "epochs": epochs or 1, "device": "cpu"},
    })  # fmt: skip
    if not epochs:
        return Trained(chosen, network.build(chosen).state_dict(), "last", 0)
    trainer = Trainer(chosen)
    for _event in trainer.run():
        pass
    return Trained(trainer.experiment, trainer.last_weights, "last", epochs)


def own_answers(of: Trained) -> np.ndarray[Any, Any]:
    """What the network says of the rows it was given, in their order. (N, classes or 1)"""
    data, parts = dlcore.load(of.experiment), divided(of.experiment).parts
    held = [(numbers, part.x) for numbers, part in zip(parts, (data.train, data.validation, data.test), strict=True)
            if len(part)]  # fmt: skip
    said = [meant(outputs(of.build(), x), data.about.task, data.scaling["y"]) for _numbers, x in held]
    made = np.zeros((sum(map(len, parts)), said[0].shape[1]))
    for (numbers, _x), each in zip(held, said, strict=True):
        made[numbers] = each
    return made


def predicted(of: Trained, folder: Path, *files: Path) -> tuple[list[dict[str, Any]], str]:
    """What predict.py says of these files, one after another, and what it says besides."""
    folder.mkdir(exist_ok=True)
    write(of, folder)
    done = scripts.run(folder, "predict.py", *files)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def alike(expected: np.ndarray[Any, Any]) -> Any:
    """The same to the sixth decimal, which is what is written, or to what float32 leaves of a large number.

    Which of two sums is rounded up is for the processor to say.
    """
    return pytest.approx(expected, abs=1.01e-6, rel=2e-7)


def numbers(said: list[dict[str, Any]]) -> np.ndarray[Any, Any]:
    """(N, classes by name) of what predict.py said, or (N, 1)."""
    if "probabilities" not in said[0]:
        return np.array([list(each.values()) for each in said])
    return np.array([[each["probabilities"][name] for name in sorted(each["probabilities"])] for each in said])


@dataclass(frozen=True)
class Style:
    """A way of writing the table, and what reading it found out."""

    write: Callable[[pd.DataFrame], bytes]
    reading: Reading
    name: str = "plants.csv"
    frame: Callable[[], pd.DataFrame] = table
    columns: tuple[str, ...] = ("size", "share", "when", "leaf")


def german(value: float) -> str:
    whole, _, cents = f"{value:,.2f}".partition(".")
    return "" if np.isnan(value) else f"{whole.replace(',', '.')},{cents}"


def lines(
    frame: pd.DataFrame, mark: str = ",", size: Callable[[float], str] = lambda v: "" if np.isnan(v) else f"{v:.2f}",
    share: str = "{:.0f}", day: str = "%Y-%m-%d", head: bool = True, quote: bool = False, end: str = "\n",
) -> str:  # fmt: skip
    """The rows of the table, each cell in its style."""
    rows = [
        [size(row["size"]), share.format(row["share"]), row["when"].strftime(day), row["leaf"], row["kind"]]
        for row in frame.to_dict("records")
    ]
    if quote:
        rows = [[f'"{cell}"' for cell in row] for row in rows]
    return end.join(mark.join(row) for row in ([NAMES] if head else []) + rows) + end


def book(frame: pd.DataFrame, notes: bool = False) -> bytes:
    made, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    if notes:
        sheet.append(["see the second sheet"])
        sheet = made.create_sheet("data")
        sheet.append(["a title"])
        sheet.append([])
    sheet.append(NAMES)
    for row in frame.to_dict("records"):
        size = None if np.isnan(row["size"]) else float(row["size"])
        sheet.append([size, row["share"], row["when"].to_pydatetime(), row["leaf"], row["kind"]])
    made.save(buffer)
    return buffer.getvalue()


def columnar(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def days(form: str, **others: Any) -> dict[str, ColumnReading]:
    return {"when": ColumnReading("date", day=form), **others}


def numbered(frame: pd.DataFrame) -> pd.DataFrame:
    made = frame.copy()
    made.insert(0, "column 1", np.arange(len(frame), dtype="float32"))
    return made


def renamed() -> pd.DataFrame:
    return table().set_axis([f"column {n}" for n in range(1, 6)], axis=1)


def two_rows() -> pd.DataFrame:
    return table().set_axis(["plant size", "plant share", "plant when", "shape leaf", "class kind"], axis=1)


EURO = ColumnReading("numeric", ",", ".", "€")
ISO = days("%Y-%m-%d")
STYLES = {
    "gbk": Style(lambda f: lines(f, ";").encode("gb18030"), replace(READ, delimiter=";", encoding="gbk", columns=ISO),
                 frame=lambda: table(("圆形", "长的"))),
    "big5": Style(lambda f: lines(f).encode("big5"), replace(READ, encoding="big5", columns=ISO),
                  frame=lambda: table(("圓形", "長的"))),
    "cp1252": Style(lambda f: lines(f).encode("cp1252"), replace(READ, encoding="cp1252", columns=ISO),
                    frame=lambda: table(("größer", "länglich"))),
    "utf-16 with tabs": Style(lambda f: lines(f, "\t").encode("utf-16"),
                              replace(READ, delimiter="\t", encoding="utf-16", columns=ISO), "plants.tsv"),
    "utf-8 with its mark": Style(lambda f: lines(f, end="\r\n").encode("utf-8-sig"),
                                 replace(READ, encoding="utf-8-sig", columns=ISO)),
    "carriage returns": Style(lambda f: lines(f, end="\r").encode(), replace(READ, columns=ISO)),
    "day first": Style(lambda f: lines(f, day="%d/%m/%Y").encode(), replace(READ, columns=days("%d/%m/%Y"))),
    "month first": Style(lambda f: lines(f, day="%m/%d/%Y").encode(), replace(READ, columns=days("%m/%d/%Y"))),
    "two digits": Style(lambda f: lines(f, day="%d.%m.%y").encode(), replace(READ, columns=days("%d.%m.%y"))),
    "months as words": Style(lambda f: lines(f, day="%d %B %Y").encode(), replace(READ, columns=days("%d %b %Y"))),
    "times": Style(lambda f: lines(f, day="%m/%d/%Y 12:00 am").encode(), replace(READ, columns=days("%m/%d/%Y"))),
    "money and shares": Style(
        lambda f: lines(f, ";", lambda v: f"{german(v)} €" if german(v) else "n.a.", "{:.0f} %").encode("cp1252"),
        replace(READ, delimiter=";", encoding="cp1252", decimal=",",
                columns=days("%Y-%m-%d", size=EURO, share=ColumnReading("numeric", unit="%")))),
    "american thousands": Style(
        lambda f: lines(f, ",", lambda v: "" if np.isnan(v) else f"${v:,.2f}", quote=True).encode(),
        replace(READ, columns=days("%Y-%m-%d", size=ColumnReading("numeric", ".", ",", "$")))),
    "bars below notes": Style(lambda f: ("A list of plants\n\n# counted\n" + lines(f, " | ")).encode(),
                              replace(READ, delimiter="|", skip=1, comment="#", columns=ISO)),
    "white space": Style(lambda f: lines(f, "   ", lambda v: "NA" if np.isnan(v) else f"{v:.2f}").encode(),
                         replace(READ, delimiter=r"\s+", columns=ISO), "plants.txt"),
    "as Excel says": Style(lambda f: ("sep=;\n" + lines(f, ";")).encode(), replace(READ, delimiter=";", columns=ISO)),
    "marks of its own": Style(lambda f: lines(f, size=lambda v: "-999" if np.isnan(v) else f"{v:.2f}").encode(),
                              replace(READ, missing=("-999",), columns=ISO)),
    "a column without a name": Style(
        lambda f: "\n".join(f"{n},{line}" if n != "" else f",{line}"
                            for n, line in zip(["", *range(ROWS)], lines(f.iloc[:, 1:]).splitlines(), strict=True)
                            ).encode(),
        replace(READ, index="column 1", columns=ISO), frame=lambda: numbered(table())),
    "no names": Style(lambda f: lines(f.set_axis(NAMES, axis=1), head=False).encode(),
                      replace(READ, header=0, columns={"column 3": ISO["when"]}), frame=renamed,
                      columns=("column 1", "column 2", "column 3", "column 4")),
    "two rows of names": Style(
        lambda f: ("plant,plant,plant,shape,class\nsize,share,when,leaf,kind\n"
            + lines(f.set_axis(NAMES, axis=1), head=False)).encode(),
        replace(READ, header=2, columns={"plant when": ISO["when"]}), frame=two_rows,
        columns=("plant size", "plant share", "plant when", "shape leaf")),
    "excel": Style(lambda f: book(f, notes=True), replace(READ, sheet="data", skip=1, columns=ISO), "plants.xlsx"),
    "parquet": Style(columnar, replace(READ, delimiter=None, encoding=None, columns=ISO), "plants.parquet"),
}  # fmt: skip


@pytest.fixture(params=STYLES)
def style(request: pytest.FixtureRequest) -> Style:
    return STYLES[request.param]


def trained_on(style: Style, folder: Path) -> tuple[Trained, Path]:
    """The network, and the file as it was brought."""
    frame = style.frame()
    lay(folder, frame, style.reading, style.name.rpartition(".")[2].replace("txt", "csv"))
    (file := folder / style.name).write_bytes(style.write(frame))
    return learned(str(frame.columns[-1]), list(style.columns)), file


def test_predict_and_the_app_answer_the_very_file_that_was_trained_on(style: Style, tmp_path: Path) -> None:
    of, file = trained_on(style, tmp_path)
    own = own_answers(of)
    said, besides = predicted(of, tmp_path / "bundle", file)
    assert numbers(said) == alike(own)
    assert besides == ""
    told = predict(of, Question("table", file.read_bytes(), file.name), form(of.experiment))
    assert np.array(told["answers"]) == alike(own)
    assert told["notes"] == []


# The same rows in another file


OTHERWISE: dict[str, Callable[[pd.DataFrame], tuple[str, bytes]]] = {
    "another delimiter and encoding": lambda f: ("o.csv", lines(f, ";").encode("utf-16")),
    "no target": lambda f: ("o.csv", f.drop(columns="kind").to_csv(index=False).encode()),
    "inputs alone, without names": lambda f: ("o.csv", "\n".join(lines(f, head=False).replace(",fern", "").replace(
        ",moss", "").splitlines()).encode()),
    "no names": lambda f: ("o.tsv", lines(f, "\t", head=False).encode()),
    "other columns besides": lambda f: ("o.csv", f.assign(more="x")[["leaf", "more", "when", "share", "size"]].to_csv(
        index=False).encode()),
    "in Excel": lambda f: ("o.xlsx", book(f)),
    "as Parquet": lambda f: ("o.parquet", columnar(f)),
}  # fmt: skip


def test_the_same_rows_in_another_file_are_answered_alike(tmp_path: Path) -> None:
    of, _file = trained_on(STYLES["cp1252"], tmp_path)
    own, known = own_answers(of), form(of.experiment)
    files = {name: write_(table(("größer", "länglich"))) for name, write_ in OTHERWISE.items()}
    for number, (name, content) in enumerate(files.values()):
        (tmp_path / f"{number}{name}").write_bytes(content)
    said, _besides = predicted(of, tmp_path / "bundle", *(tmp_path / f"{n}{name}" for n, (name, _) in
                                                          enumerate(files.values())))  # fmt: skip
    for number, (way, (name, content)) in enumerate(files.items()):
        theirs = numbers(said[number * ROWS : (number + 1) * ROWS])
        assert theirs == alike(own), way
        told = predict(of, Question("table", content, name), known)["answers"]
        assert np.array(told) == alike(own), way


def test_a_number_from_excel_is_what_it_is_however_training_wrote_it(tmp_path: Path) -> None:
    of, file = trained_on(STYLES["money and shares"], tmp_path)
    (other := tmp_path / "o.xlsx").write_bytes(book(table()))  # 1234.5 in a cell is no «1.2345»
    said, _besides = predicted(of, tmp_path / "bundle", other)
    assert numbers(said) == alike(own_answers(of))
    told = predict(of, Question("table", other.read_bytes(), "o.xlsx"), form(of.experiment))
    assert np.array(told["answers"]) == alike(own_answers(of))
    assert file.exists()


def test_typed_cells_are_read_as_the_columns_of_training(tmp_path: Path) -> None:
    of, _file = trained_on(STYLES["money and shares"], tmp_path)
    own, frame = own_answers(of), table()
    for number in (0, 7, 5):
        row = frame.iloc[number]
        cells = {"size": german(row["size"]), "share": f"{row['share']:.0f}%", "leaf": row["leaf"],
                 "when": f"{row['when']:%Y-%m-%d}"}  # fmt: skip
        told = predict(of, Question.of_row(cells), form(of.experiment))
        assert told["answers"][0] == alike(own[number])


def test_a_number_from_a_field_of_the_form_is_written_as_its_column_is_read(tmp_path: Path) -> None:
    of, _file = trained_on(STYLES["money and shares"], tmp_path)
    known = form(of.experiment)["preprocessing"]
    for value in (1.355, 1355.9, -0.5, 12.0, 1e20):
        cell = row_inputs.number_cell(value, "size", known)
        assert row_cells.Cells(known).number(row_cells.Row({"size": cell}), "size") == value


def test_a_bundle_of_an_earlier_version_answers_as_it_did(tmp_path: Path) -> None:
    of, _file = trained_on(STYLES["utf-8 with its mark"], tmp_path)
    (folder := tmp_path / "bundle").mkdir()
    write(of, folder)
    known = json.loads((folder / "preprocessing.json").read_text("utf-8"))
    for name in ("reading", "file", "double", "gaps"):  # which it did not know
        del known["input"][name]
    content = (json.dumps(known) + "\n").encode()
    (folder / "preprocessing.json").write_bytes(content)
    manifest = json.loads((folder / "bundle.json").read_text("utf-8"))
    manifest["files"]["preprocessing.json"] = hashlib.sha256(content).hexdigest()
    (folder / "bundle.json").write_text(json.dumps(manifest), "utf-8")
    (tmp_path / "b.zip").write_bytes(pack(folder))
    assert replay(tmp_path / "b.zip").agrees
    rows = table().head(6).drop(columns="kind").to_csv(index=False)
    told = predict(of, Question("table", rows.encode(), "new.csv"), {**form(of.experiment), "preprocessing": known})
    assert np.array(told["answers"]) == alike(own_answers(of)[:6])


def test_what_reads_the_training_file_is_among_the_requirements(tmp_path: Path) -> None:
    for name, needed in (("excel", "openpyxl"), ("parquet", "pyarrow")):
        of, _file = trained_on(STYLES[name], tmp_path)
        write(of, tmp_path)
        assert f"{needed}==" in (tmp_path / "requirements.txt").read_text()


def test_what_is_mended_in_a_file_that_is_asked_about_is_told(tmp_path: Path) -> None:
    of, file = trained_on(STYLES["day first"], tmp_path)
    first, second, third, *others = file.read_text().splitlines()
    file.write_text("\n".join([first, ",".join(second.split(",")[:4]), f"{third},x,y", *others, "", "Source: a book"]))
    said, besides = predicted(of, tmp_path / "bundle", file)
    assert numbers(said) == alike(own_answers(of))
    for words in ("fewer cells than there are columns; what they lack is missing: 1 (row 2)",
                  "more cells than there are columns; what found no place was cut off: 1 (row 3)",
                  f"notes below the table: 1 (row {ROWS + 3})"):  # fmt: skip
        assert words in besides
    told = predict(of, Question("table", file.read_bytes(), file.name), form(of.experiment))
    assert [f"{file}: {Text.from_json(each)}" for each in told["notes"]] == besides.splitlines()


def test_days_that_never_were_and_numbers_beyond_measure_count_as_gaps(tmp_path: Path) -> None:
    of, _file = trained_on(STYLES["day first"], tmp_path)
    rows = "size,share,when,leaf\n,5,,round\n1e39,5,30/02/2000,round\n-1.8e308,5,31.04.1999,round\n"
    (file := tmp_path / "o.csv").write_text(rows.replace("31.04.1999", "31/04/1999"))
    told = predict(of, Question("table", file.read_bytes(), "o.csv"), form(of.experiment))["answers"]
    assert told[0] == told[1] == told[2]
    assert numbers(predicted(of, tmp_path / "bundle", file)[0]) == alike(np.array(told))
    with pytest.raises(ExportError, match=r"row 2, column when: 'at noon' is no date"):
        predict(of, Question("table", b"size,share,when,leaf\n1,5,at noon,round\n", "o.csv"), form(of.experiment))


# The cases themselves


@pytest.mark.parametrize(
    ("name", "again"),
    [("asked_gbk.csv", "gb18030"), ("asked_gbk.csv", "utf-16"), ("asked_indexcol.csv", "utf-8"),
     ("asked_nohead.csv", "utf-8")],
)  # fmt: skip
def test_a_case_is_answered_as_it_was_learned_whatever_it_is_written_in(name: str, again: str, tmp_path: Path) -> None:
    content = (CASES / name).read_bytes().decode("gb18030").encode(again)
    (tmp_path / name).write_bytes(content)
    upload_access.allow_files(tmp_path)
    loss = "MSELoss" if "gbk" in name else "BCEWithLogitsLoss"
    chosen = Experiment.from_dict({
        "dataset": {"name": f"file:{name}"}, "network": ["Output"],
        "training": {"loss": loss, "optimizer": "Adam", "device": "cpu"},
    })  # fmt: skip
    of = Trained(chosen, network.build(chosen).state_dict(), "last", 0)
    said, besides = predicted(of, tmp_path / "bundle", tmp_path / name)
    assert numbers(said) == alike(own_answers(of))
    assert besides == ""
    told = predict(of, Question("table", content, name), form(of.experiment))
    assert np.array(told["answers"]) == alike(own_answers(of))


def test_a_truth_value_is_the_same_in_any_spelling(tmp_path: Path) -> None:
    frame = pd.read_parquet(CASES / "flag.parquet")
    kept = frame.astype({"a": "float32", "y": "float32"}).assign(flag=frame["flag"].map({True: "true", False: "false"}))
    lay(tmp_path, kept, replace(READ, delimiter=None, encoding=None), "parquet")
    of = learned("y", ["a", "flag"], "MSELoss", epochs=80)
    said, _besides = predicted(of, tmp_path / "bundle", CASES / "flag.parquet", CASES / "flag_asked.csv")
    told = predict(
        of, Question("table", (CASES / "flag_asked.csv").read_bytes(), "flag_asked.csv"), form(of.experiment)
    )
    own = own_answers(of)
    for each in (numbers(said[: len(frame)]), numbers(said[len(frame) :]), np.array(told["answers"])):
        assert each == pytest.approx(own, abs=1e-5)
        assert each[:, 0] == pytest.approx(frame["flag"] * 2, abs=0.5)
    assert told["notes"] == []


def test_a_day_is_the_day_that_training_took_it_for(tmp_path: Path) -> None:
    frame = pd.read_csv(CASES / "us_dates_asked.csv", dtype={"y": "float32"})
    frame["when"] = pd.to_datetime(frame["when"], format="%m/%d/%Y").astype("datetime64[ms]")
    lay(tmp_path, frame, replace(READ, columns=days("%m/%d/%Y")))
    of = learned("y", ["when"], "MSELoss", epochs=300)
    (asked := tmp_path / "asked.csv").write_text("when\n03/04/2023\n06/01/2023\n")
    said, _besides = predicted(of, tmp_path / "bundle", asked, CASES / "us_dates_asked.csv")
    assert numbers(said[2:]) == pytest.approx(own_answers(of), abs=1e-4)
    assert [each["y"] for each in said[:2]] == pytest.approx([62, 151], abs=8)
    told = predict(of, Question("table", asked.read_bytes(), "asked.csv"), form(of.experiment))
    assert [each[0] for each in told["answers"]] == pytest.approx([each["y"] for each in said[:2]], abs=1e-4)


# What is read here is read there, cell by cell


CELLS = st.one_of(
    st.sampled_from(["1.355,90", "1,355.90", "12 %", "$5", "(3)", "5-", "1e999", "-1.8e308", "1'000", "1 000", "soon",
                     "NA", "", " ", "true", "TRUE", "yes", "round", "03/04/2023", "3.4.23", "2023-03-04T05:06:07Z",
                     "30/02/2020", "4 März 2021", "Sep 3rd, 2020", "12/31/1999 11:59 pm", "24:00", "1999-02-30"]),
    st.floats(-1e6, 1e6).map(str), st.integers(-10**9, 10**9).map("{:,}".format),
    st.text("0123456789.,/-: ", max_size=12),
    st.datetimes(dt.datetime(1800, 1, 1), dt.datetime(2200, 1, 1)).flatmap(
        lambda when: st.sampled_from(["%d/%m/%Y", "%m/%d/%Y %H:%M", "%y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d %b %Y"]).map(
            when.strftime)),
)  # fmt: skip
HOW = st.builds(
    ColumnReading, st.none(), st.sampled_from([".", ","]), st.sampled_from(["", " ", "'"]), st.just(""),
    st.sampled_from([None, "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%y", "%Y-%m-%d", "%d %b %Y"]),
    st.dictionaries(st.sampled_from(["TRUE", "true", "round", "Round"]), st.sampled_from(["true", "round"])),
)  # fmt: skip
KINDS = {
    "number": [["fill", 3.5]],
    "date": [["fill", 19_000.25]],
    "category": [["fill", "round"], ["onehot", ["long", "round", "true"]]],
    "code": [["fill", "2"], ["ordinal", ["1", "2", "5"]]],
}


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """predict.py as a module of this process; what it knows is set by each test."""
    folder = tmp_path_factory.mktemp("script")
    lay(folder, table(), replace(READ, columns=ISO))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dlcore.export.bundle.writing.curves_png", lambda _: b"")
        patch.syspath_prepend(str(folder))
        write(learned("kind", ["size", "share", "when", "leaf"]), folder)
        yield importlib.import_module("predict")
    for path in folder.glob("*.py"):
        sys.modules.pop(path.stem, None)


@settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from([*KINDS]), how=HOW, cell=CELLS, double=st.booleans(), gaps=st.booleans())
def test_a_cell_is_the_same_number_in_the_app_and_in_predict(
    script: Any, kind: str, how: ColumnReading, cell: str, double: bool, gaps: bool
) -> None:
    reading = replace(READ, missing=("soon",) if gaps else (), columns={"c": how})
    incoming: dict[str, Any] = {
        "shape": [1],
        "columns": ["c"],
        "reading": user_data.plain(reading),
        "double": ["c"] if double else [],
        "file": {"format": "csv", "columns": ["c", "y"]},
    }
    if gaps or kind != "number":
        incoming["recipe"] = {"columns": [{"name": "c", "kind": kind, "steps": KINDS[kind]}]}
    known = {"input": incoming, "target": "y", "task": "regression"}
    try:
        ours = row_inputs.numbers([row_cells.Row({"c": cell}, "f.csv", 2)], known)[0].reshape(-1).tolist()
    except ExportError as error:
        ours = str(error)
    cells, row = script.Cells(known), script.Row({"c": cell}, "f.csv", 2)
    with mock.patch.object(script, "KNOWN", known):
        try:
            theirs = script._encoded(row, cells) if "recipe" in incoming else [cells.full(row, "c")]
        except script.DlcoreError as error:
            theirs = str(error)
    assert ours == (theirs if isinstance(theirs, str) else pytest.approx(theirs, rel=1e-15))
