"""A file and its card are a data set: they appear, change and go while the program runs, and a bad card is told of."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

import dlcore
from dlcore.access import ME
from dlcore.cli import main
from dlcore.codegen import source_code
from dlcore.codegen.data_source import rows_file
from dlcore.data import dataset_cards
from dlcore.data.dataset_cards import conversion
from dlcore.data.load import divided, load
from dlcore.data.uploads import Table, convert
from dlcore.errors import DataError, DlcoreError, ExperimentError
from dlcore.experiment import Experiment
from dlcore.export.link import decode, encode
from dlcore.i18n import language, translate
from dlcore.registry import DATASETS
from dlcore.runs import Runs
from dlcore.training.events import EpochEnded

ROOT = Path(__file__).parents[2]
CARD = """
title: {en: Rivers, zh_CN: 河流}
description: {en: Twelve rivers., zh_CN: 十二条河。}
source: Measured by a class.
licence: CC0.
target: depth
columns:
  km: {type: numeric, unit: km, description: length}
  bank: {type: categorical}
"""
ROWS = "day,km,bank,depth\n" + "".join(
    f"2024-01-{day:02},{'' if day == 3 else day * 10},{'ab'[day % 2]},{day / 2}\n" for day in range(1, 13)
)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a teacher, with nothing in it yet."""
    folder = tmp_path / "teacher"
    folder.mkdir()
    monkeypatch.setenv("DLCORE_DATASETS", str(folder))
    return folder


def put(folder: Path, name: str = "rivers", card: str = CARD, rows: str | None = ROWS, ending: str = ".csv") -> None:
    if rows is not None:
        (folder / f"{name}{ending}").write_text(rows, "utf-8")
    (folder / f"{name}.yaml").write_text(card, "utf-8")


def experiment(name: str, **changes: Any) -> Experiment:
    plain: dict[str, Any] = {
        "dataset": {"name": name, **changes},
        "network": [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}],
        "training": {"optimizer": {"name": "Adam", "lr": 0.01}, "epochs": 2, "device": "cpu"},
    }
    return Experiment.from_dict(plain)


def about(name: str, **chosen: Any) -> Any:
    return experiment(name, **chosen).dataset.source.about()  # type: ignore[attr-defined]


def problem() -> str:
    (found,) = dataset_cards.problems()
    return str(found)


# A file and its card


def test_two_files_are_a_data_set_without_any_program_being_started_again(shelf: Path) -> None:
    assert "rivers" not in DATASETS
    put(shelf)
    assert list(DATASETS)[-1] == "rivers"
    found = about("rivers")
    assert (found.task, found.target, found.features) == ("regression", "depth", ("km", "bank: a", "bank: b"))
    (shelf / "rivers.yaml").unlink()
    assert "rivers" not in DATASETS
    with pytest.raises(ExperimentError, match="Unknown data set 'rivers'"):
        experiment("rivers")


def test_a_card_that_is_changed_is_read_again_and_so_is_its_file(shelf: Path) -> None:
    put(shelf)
    assert about("rivers").rows == 12
    put(shelf, card=CARD.replace("target: depth", "target: bank"), rows=ROWS + "2024-01-13,5,c,1\n")
    found = about("rivers")
    assert (found.task, found.target, found.rows, found.classes) == ("multiclass", "bank", 13, ("a", "b", "c"))


def test_what_a_card_says_is_said_in_the_language_of_the_reader(shelf: Path) -> None:
    put(shelf)
    declared: Any = DATASETS["rivers"]
    with language("zh_CN"):
        assert translate(declared.title) == "河流"
        assert translate(declared.summary()) == "十二条河。"
        assert translate(declared.card) == "Measured by a class. CC0."
    assert translate(declared.title) == "Rivers"


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".xlsx", ".parquet"])
def test_any_table_may_lie_beside_a_card(shelf: Path, tmp_path: Path, ending: str) -> None:
    (tmp_path / "plain.csv").write_text(ROWS)
    frame = pd.read_csv(tmp_path / "plain.csv")
    put(shelf, rows=None)
    place = shelf / f"rivers{ending}"
    if ending == ".tsv":
        frame.to_csv(place, index=False, sep="\t")
    elif ending == ".csv":
        frame.to_csv(place, index=False)
    else:
        getattr(frame, {".xlsx": "to_excel", ".parquet": "to_parquet"}[ending])(place, index=False)
    found = about("rivers")
    assert (found.rows, found.target, len(found.features)) == (12, "depth", 3)


def test_a_card_may_name_its_file_and_say_how_it_is_read(shelf: Path) -> None:
    german = "km;tief;art\n1,5;7;x\n2,5;8;y\nweg;9;x\n" * 5
    card = CARD.partition("target")[0] + (
        "file: Flüsse.csv\ntarget: art\nreading: {delimiter: ';', decimal: ',', header: 1, missing: [weg]}\n"
        "inputs: [km]\ncolumns: {km: {type: numeric}}\n"
    )
    put(shelf, card=card, rows=None)
    (shelf / "Flüsse.csv").write_text(german, "utf-8")
    description: Any = DATASETS["rivers"]().description()  # type: ignore[attr-defined]
    km = description.find("km")
    assert (km.kind, km.missing, km.low, km.high) == ("numeric", 5, 1.5, 2.5)
    assert about("rivers").features == ("km",)


def test_whoever_chooses_otherwise_is_not_held_to_the_card(shelf: Path) -> None:
    put(shelf, card=CARD + "task: regression\ninputs: [km, bank]\n")
    assert about("rivers").features == ("km", "bank: a", "bank: b")
    other = about("rivers", target="bank")
    assert (other.task, other.features) == ("binary", ("km",))
    assert about("rivers", columns=["day"]).features == ("day",)


def test_a_suggested_split_is_what_follows_where_none_is_named(shelf: Path) -> None:
    put(shelf, card=CARD + "split: {method: time, column: day, test: 0.25, validation: 0.25}\n")
    made = experiment("rivers")
    assert made.dataset.to_dict()["split"] == {"method": "time", "column": "day", "test": 0.25, "validation": 0.25}
    data = load(made)
    offset, scale = data.scaling["y"]["offset"][0], data.scaling["y"]["scale"][0]
    parts = [sorted((part.y[:, 0] * scale + offset).tolist()) for part in (data.train, data.validation, data.test)]
    assert parts[1] == pytest.approx([3.5, 4, 4.5])
    assert parts[2] == pytest.approx([5, 5.5, 6])
    assert experiment("rivers", split={"method": "holdout"}).dataset.split.method == "holdout"


def test_the_name_alone_is_written_and_shared(shelf: Path) -> None:
    put(shelf)
    made = experiment("rivers", recipe=[{"step": "FillMissing", "columns": "km", "strategy": "mean"}])
    assert made.to_dict()["dataset"]["name"] == "rivers"
    assert "target" not in made.to_dict()["dataset"]
    assert Experiment.from_yaml_text(made.to_yaml()) == made
    assert decode(encode(made)).experiment == made


# Cards that are wrong

HEAD = "title: t\ndescription: d\nsource: s\nlicence: l\n"
BAD = [
    ("title: t\n", "rivers.yaml: description: is missing; here may stand a text"),
    (HEAD + "licence: 4\n", "Line 5 is not plain YAML"),
    (HEAD.replace("t\n", "4\n", 1), "title: must be a text, or one in each of en, zh_CN"),
    (HEAD.replace("t\n", "{de: t}\n", 1), "title: must be a text, or one in each of en, zh_CN"),
    (HEAD.replace("t\n", f"{'t' * 2001}\n", 1), "title: may have at most 2,000 characters, but 2,001 came"),
    (HEAD + "license: CC0\n", "license: Unknown setting 'license'. Did you mean licence?"),
    (HEAD + "task: guessing\n", "task: must be one of binary, multiclass, multilabel, regression, but 'guessing' came"),
    (HEAD + "columns: [km]\n", "columns: must be names with values"),
    (HEAD + "columns: {km: {type: number}}\n", "columns.km.type: must be one of numeric, categorical, text, date"),
    (HEAD + "columns: {7: {type: number}}\n", "columns.'7'.type: must be one of numeric"),
    (HEAD + "columns: {km: {units: m}}\n", "columns.km.units: Unknown setting 'units'"),
    (HEAD + "columns: {km: numeric}\n", "columns.km: must be names with values"),
    (HEAD + "flaws: none\n", "flaws: must be a list of at most 50 entries, but 'none' came"),
    (HEAD + "flaws: [a, 3]\n", "flaws, flaw 2: must be a text"),
    (HEAD + "split: {method: tiem}\n", "split.method: Unknown method 'tiem'. Did you mean time?"),
    (HEAD + "split: {method: holdout, test: 2}\n", "split.test: must be a number from 0 to 0.9, but 2 came"),
    (HEAD + "split: half\n", "split: must be names with values"),
    (HEAD + "target: {a: b}\n", "target: must be a text"),
    (HEAD + "target: km\ninputs: [km]\n", "inputs: km is the target: it cannot be an input, too"),
    (HEAD + "file: ../rivers.csv\n", "file: must be the name of a file beside the card"),
    (HEAD + "file: /etc/passwd\n", "file: must be the name of a file beside the card"),
    (HEAD + "file: rivers.zip\n", "which ends in one of .csv, .tsv, .txt, .xlsx, .parquet, but 'rivers.zip' came"),
    (HEAD + "file: other.csv\n", "there is no file other.csv beside it."),
    (HEAD + "reading: {delimiter: x}\n", "reading.delimiter: must be one of ,, ;, \t, |, but 'x' came"),
    (HEAD + "reading: {header: 3}\n", "reading.header: must be a whole number from 0 to 2, but 3 came"),
    ("- a\n", "must be names with values"),
    ("", "must be names with values"),
    ("title: !!python/object/apply:os.system [id]\n", "Line 1 is not plain YAML: tags such as"),
    ("title: &a t\ndescription: *a\n", "anchors and aliases are not allowed"),
    ("title: " + "[" * 200, "not plain YAML"),
    ("title: x" + "x" * 1_000_001, "at most 1,000,000 bytes"),
    ("\0", "not plain YAML"),
]


@pytest.mark.parametrize(("card", "sentence"), BAD, ids=[sentence[:40] for _, sentence in BAD])
def test_a_bad_card_is_told_of_in_one_sentence_and_all_others_are_there(shelf: Path, card: str, sentence: str) -> None:
    put(shelf, card=card)
    put(shelf, "lakes")
    assert "rivers" not in DATASETS
    assert {"lakes", "penguins", "iris"} <= set(DATASETS)
    assert sentence in problem()
    assert problem().startswith("rivers.yaml: ")
    assert "\n" not in problem()
    put(shelf)
    assert not dataset_cards.problems()
    assert "rivers" in DATASETS


@pytest.mark.parametrize("name", ["iris", "penguins"])
def test_a_name_that_is_taken_is_refused(shelf: Path, name: str) -> None:
    before = DATASETS[name]
    put(shelf, name)
    assert f"there is another data set called {name}" in problem()
    assert DATASETS[name] is before


@pytest.mark.parametrize("name", ["upload:x", "two words", "-x", "a" * 61])
def test_a_name_that_no_experiment_could_write_is_refused(shelf: Path, name: str) -> None:
    put(shelf, name)
    assert "letters, digits, - and _" in problem()


def test_a_name_in_another_script_is_one(shelf: Path) -> None:
    put(shelf, "河流")
    assert about("河流").rows == 12


def test_a_card_without_a_file_waits_for_it(shelf: Path) -> None:
    put(shelf, rows=None)
    assert "there is no file rivers.csv" in problem()
    put(shelf)
    assert not dataset_cards.problems()


def test_a_folder_that_is_not_there_is_told_of_and_what_ships_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLCORE_DATASETS", str(tmp_path / "nowhere"))
    assert problem().startswith("DLCORE_DATASETS: ")
    assert "penguins" in DATASETS


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable for root")
def test_a_card_that_may_not_be_read_is_told_of(shelf: Path) -> None:
    put(shelf)
    (shelf / "rivers.yaml").chmod(0)
    assert "cannot be read" in problem()


def test_a_folder_that_is_called_as_a_card_is_told_of(shelf: Path) -> None:
    (shelf / "rivers.yaml").mkdir()
    assert "cannot be read" in problem()


@pytest.mark.parametrize(
    ("card", "field"),
    [
        (CARD.replace("km:", "kn:"), "columns"), (CARD.replace("depth", "dept"), "target"),
        (CARD + "inputs: [kn]\n", "inputs"), (CARD + "split: {method: time, column: dai}\n", "split.column"),
    ],
)  # fmt: skip
def test_a_card_that_speaks_of_other_columns_than_the_file_has_says_so(shelf: Path, card: str, field: str) -> None:
    put(shelf, card=card)
    with pytest.raises(DataError, match=rf"^rivers.yaml: {field}: Unknown column '\w+'. Did you mean \w+\?"):
        about("rivers")


@pytest.mark.parametrize("rows", ["", "day\n", "\0\0\0"])
def test_a_file_that_is_no_table_is_refused_when_it_is_read_and_not_before(shelf: Path, rows: str) -> None:
    put(shelf, rows=rows)
    assert not dataset_cards.problems()
    with pytest.raises(DlcoreError, match="rivers"):
        about("rivers")


def test_a_file_that_goes_while_it_is_used_is_told_of(shelf: Path) -> None:
    put(shelf)
    made = experiment("rivers")
    (shelf / "rivers.csv").unlink()
    with pytest.raises(DataError, match=r"rivers.csv: cannot be read"):
        load(made)


def test_cells_that_are_not_of_the_type_that_the_card_says_are_counted(shelf: Path) -> None:
    put(shelf, rows=ROWS.replace(",20,", ",long,"))
    description: Any = DATASETS["rivers"]().description()  # type: ignore[attr-defined]
    assert description.find("km").missing == 2
    assert [(each.kind.partition(":")[0], each.count) for each in description.repairs] == [("cells-unfit", 1)]


# What is stored outlives a card


def test_a_run_whose_data_set_was_taken_away_is_still_read_and_comes_back_with_it(shelf: Path, store: Runs) -> None:
    put(shelf)
    made = experiment("rivers", recipe=[{"step": "DropMissing"}])
    run = store.submit(made, ME)
    (shelf / "rivers.yaml").unlink()
    found = store.experiment(run, ME)
    source: Any = found.dataset.source
    assert source.called == "rivers"
    assert found.network == made.network
    assert Experiment.from_stored(found.to_dict()).to_dict() == found.to_dict()
    assert source.about() == made.dataset.source.about()  # type: ignore[attr-defined]
    with pytest.raises(DataError, match="There is no data set rivers here any more"):
        source.check_rows()
    with pytest.raises(DlcoreError, match="no data set rivers"):
        store.submit(found, ME)
    put(shelf)
    assert store.experiment(run, ME) == made
    assert Experiment.from_stored(found.to_dict()).dataset.source == made.dataset.source


# The machinery of a learner's own table


def test_a_file_is_converted_once_for_all_processes(shelf: Path, home: Path) -> None:
    put(shelf)
    about("rivers")
    (kept,) = (home / "datasets/catalog/rivers").glob("*.parquet")
    changed = kept.stat().st_mtime_ns
    code = "from dlcore.registry import DATASETS; print(DATASETS['rivers']().about().rows)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "12"
    assert kept.stat().st_mtime_ns == changed
    put(shelf, rows=ROWS + "2024-01-13,5,c,1\n")
    assert about("rivers").rows == 13
    (now,) = (home / "datasets/catalog/rivers").glob("*.parquet")
    assert now != kept


def test_a_home_that_cannot_be_written_is_no_hindrance(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shelf)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path / "file"))
    assert about("rivers").rows == 12


def test_a_large_file_is_read_by_a_process_that_is_thrown_away(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(conversion, "SMALL_BYTES", 10)
    monkeypatch.setattr(convert, "convert", lambda files, made, reading, real=convert.convert: asked.append(files)
                        or real(files, made, reading))  # fmt: skip
    put(shelf)
    assert about("rivers").rows == 12
    assert len(asked) == 1


@pytest.mark.parametrize("name", ["penguins", "cars", "sunspots", "bird_strikes"])
def test_a_data_set_that_ships_is_read_divided_and_scaled_within_the_bounds_of_its_file(name: str) -> None:
    data = load(experiment(name))
    assert all(len(part) for part in (data.train, data.validation, data.test))
    for part in (data.train, data.validation, data.test):
        assert torch.isfinite(part.x).all()
        assert torch.isfinite(part.y.float()).all()
    about_: Any = about(name)
    assert len(data.train) + len(data.validation) + len(data.test) == about_.rows


def test_gaps_of_the_cars_are_filled_by_the_training_part_as_scikit_learn_fills_them() -> None:
    numbers = ["displacement", "horsepower", "weight"]
    made = experiment("cars", columns=numbers, recipe=[{"step": "FillMissing", "strategy": "median"}])
    data = load(made)
    frame = pd.read_csv(ROOT / "datasets/cars.csv").dropna(subset="mpg")
    parts = divided(made).parts
    train = frame[numbers].iloc[parts[0]]
    filled = SimpleImputer(strategy="median").fit(train)
    scaled = StandardScaler().fit(filled.transform(train))
    for part, rows in zip((data.train, data.validation, data.test), parts, strict=True):
        expected = scaled.transform(filled.transform(frame[numbers].iloc[rows]))
        np.testing.assert_allclose(part.x.numpy(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("penguins", {}), ("cars", {"recipe": [{"step": "FillMissing", "columns": "horsepower"}]}), ("sunspots", {}),
        ("bird_strikes", {"recipe": [{"step": "DropDuplicates"}, {"step": "Outliers", "action": "drop"}]}),
        ("penguins", {"split": {"method": "kfold", "folds": 4, "fold": 2}}),
    ],
)  # fmt: skip
def test_its_script_says_what_the_app_says(
    name: str, chosen: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_thread: None
) -> None:
    made = experiment(name, **chosen)
    monkeypatch.chdir(tmp_path)
    Path("data.npz").write_bytes(rows_file(made))
    Path("train.py").write_text(source_code(made), encoding="utf-8")
    told = [event for event in dlcore.train(made) if isinstance(event, EpochEnded)]
    expected = [(each.train.loss, each.validation.loss) for each in told]  # type: ignore[union-attr]
    assert runpy.run_path("train.py")["history"] == expected


# The command line, from any folder


def command(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, "-m", "dlcore", *words], cwd=cwd, env=known, capture_output=True, text=True, check=False
    )


def test_the_command_line_lists_them_and_says_which_cards_are_wrong(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(shelf)
    put(shelf, "broken", card="title: t\n")
    assert main(["datasets", "--json"]) == 0
    listed = capsys.readouterr()
    names = {each["name"]: each["summary"] for each in json.loads(listed.out)}
    assert names["rivers"] == "Twelve rivers."
    assert {"penguins", "cars", "sunspots", "bird_strikes"} <= set(names)
    assert listed.err.startswith("broken.yaml: description: is missing")


def test_the_command_line_writes_the_rows_that_the_script_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("e.yaml").write_text(experiment("penguins").to_yaml())
    assert main(["code", "e.yaml", "--rows", "data.npz"]) == 0
    assert capsys.readouterr().err == ""
    with np.load("data.npz") as rows:
        assert rows["x"].shape == (344, 10)
        assert np.bincount(rows["y"]).tolist() == [152, 68, 124]
    assert main(["code", "e.yaml"]) == 0
    assert "data.npz, which must lie beside it: --rows data.npz" in capsys.readouterr().err
    assert main(["code", "e.yaml", "--model"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["code", "e.yaml", "--rows", "data.csv"]) == 2
    assert "must end in one of .npz" in capsys.readouterr().err


def test_a_bundle_made_from_any_folder_is_verified_and_answers_a_new_row_without_the_app(tmp_path: Path) -> None:
    (tmp_path / "e.yaml").write_text(experiment("penguins").to_yaml())
    done = command("train", "e.yaml", "--bundle", "p.zip", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "bundle"
    zipfile.ZipFile(tmp_path / "p.zip").extractall(folder)
    (folder / "rows.csv").write_text(
        "island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\nBiscoe,,15.0,220,,male,2008\n"
    )
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("DLCORE_", "PYTHON"))}
    said = {}
    for script in (["verify.py"], ["predict.py", "rows.csv"]):
        done = subprocess.run([sys.executable, *script], cwd=folder, env=alone, capture_output=True, text=True,
                              check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        said[script[0]] = done.stdout
    assert "difference" in said["verify.py"]
    assert any(species in said["predict.py"] for species in ("Adelie", "Chinstrap", "Gentoo"))


def test_a_table_is_one_to_pages() -> None:
    source: Any = DATASETS["sunspots"]()
    assert isinstance(source.description(), Table)
    assert source.column("month", in_time=True).dtype.kind == "M"
