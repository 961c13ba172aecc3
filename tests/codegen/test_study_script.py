"""The script of a study prints the app's own table, in a process that knows nothing of the app."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dlcore.codegen.study_script import indented, study_code
from dlcore.experiment import Experiment
from dlcore.i18n import LANGUAGES, Text, language
from dlcore.presets import PRESETS
from dlcore.studies import STUDIES, Arm, Study
from dlcore.studies.dropout_sweep import DropoutSweep
from dlcore.studies.local import train_here
from dlcore.studies.overfitting import REMEDIES
from dlcore.studies.remedies import Remedies
from dlcore.studies.results import arm_results
from dlcore.studies.sentences import headings, row
from dlcore.studies.with_without import WithWithout
from tests.runs.living import digits

BASE = PRESETS["overfit"].experiment
FEW = BASE.model_copy(update={"training": BASE.training.model_copy(update={"epochs": 6})})


def table(study: Study) -> list[list[str]]:
    """The app's table as it prints it: cells that hold something."""
    lines = arm_results(study, list(train_here(study)))
    return [[cell for cell in cells if cell] for cells in (headings(study), *map(row, lines))]


def cells_of(printed: str) -> list[list[str]]:
    """The cells of a printed table: at least two spaces lie between two."""
    return [[cell for cell in line.split("  ") if cell.strip()] for line in printed.splitlines()]


def same_cells(printed: str, study: Study) -> bool:
    return [[cell.strip() for cell in line] for line in cells_of(printed)] == table(study)


def test_in_a_fresh_process_it_prints_the_same_table_to_the_last_digit(tmp_path: Path, one_thread: None) -> None:
    remedies = tuple(REMEDIES[name].suited(FEW) for name in ("Dropout", "EarlyStopping", "LabelSmoothing", "BatchNorm"))
    study = Study.of(Remedies(remedies=remedies), FEW, 3, "fix it")
    script = tmp_path / "study.py"
    script.write_text(study_code(study, threads=1), encoding="utf-8")
    assert "dlcore" not in script.read_text("utf-8")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | {"PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, "study.py"], cwd=tmp_path, env=bare, capture_output=True, check=True)
    assert same_cells(done.stdout.decode(), study)


def regression() -> Study:
    base = PRESETS["diabetes-linear"].experiment
    base = base.model_copy(update={"training": base.training.model_copy(update={"epochs": 3})})
    return Study.of(WithWithout(field="training.batch_size", value=64), base, 2)


def diverging() -> Study:
    """An arm whose runs all fail: it is counted as such, and its word is none."""
    sgd = {"optimizer": {"name": "SGD", "lr": 0.01}}
    return Study.of(WithWithout(field="training.optimizer.lr", value=1e9), digits(epochs=2, **sgd), 2)


def validated_by_training() -> Study:
    plain = digits(epochs=2).to_dict()
    plain["dataset"]["split"] = {"method": "holdout", "test": 0.2, "validation": 0}
    return Study.of(DropoutSweep(p=(0.5,)), Experiment.from_dict(plain), 2)


def folds() -> Study:
    return Study.of(STUDIES["folds"].from_plain({"folds": 3}), digits(epochs=2), 2)


@pytest.mark.parametrize("make", [regression, diverging, validated_by_training, folds], ids=lambda make: make.__name__)
def test_whatever_is_compared_the_tables_are_the_same(
    make: Callable[[], Study], tmp_path: Path, one_thread: None, capsys: pytest.CaptureFixture[str]
) -> None:
    study, script = make(), tmp_path / "study.py"
    script.write_text(study_code(study, threads=1), encoding="utf-8")
    runpy.run_path(str(script), run_name="__main__")
    assert same_cells(capsys.readouterr().out, study)


def test_in_every_language_its_words_are_those_of_the_app() -> None:
    study = Study.of(WithWithout(), digits(), 2)
    for name in LANGUAGES:
        with language(name):
            text = study_code(study)
            assert all(repr(heading) in text for heading in headings(study))


def test_a_name_ends_no_string_of_it(tmp_path: Path) -> None:
    name = 'a"""\nraise SystemExit("\\'
    study = Study.of(WithWithout(), digits(), 2, name)
    arms = tuple(Arm(Text("{name}", name=name), arm.experiment) for arm in study.arms)
    script = tmp_path / "study.py"
    script.write_text(study_code(Study(study.kind, arms, study.seeds, study.metric, study.epoch, name)), "utf-8")
    assert [arm[0] for arm, _trains in runpy.run_path(str(script))["ARMS"]] == [name, name]


def test_what_stands_within_a_string_of_several_lines_stays_where_it_is() -> None:
    assert indented(['x = """a', "  b", 'c"""', "", "y = 1"]) == ['    x = """a', "  b", 'c"""', "", "    y = 1"]
