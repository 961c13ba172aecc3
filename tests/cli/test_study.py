"""`study`: variants of an experiment with several seeds, and the verdicts as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from dlcore.cli import WRONG, main
from tests.runs.living import digits


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "digits.yaml"
    path.write_text(digits(epochs=1).to_yaml(), encoding="utf-8")
    return str(path)


def test_it_prints_a_line_a_run_and_the_verdicts(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", file, "--kind", "with_without", "--seeds", "2", "--json"]) == 0
    *runs, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["run"]["seed"], each["run"]["state"]) for each in runs] == [(0, "finished"), (1, "finished")] * 2
    (verdict,) = last["verdicts"]
    assert {"arm", "metric", "n", "difference", "low", "high", "signs", "word"} <= verdict.keys()
    assert (verdict["arm"], verdict["metric"], verdict["n"]) == ("Without dropout", "accuracy", 2)
    scores = [each["run"]["score"] for each in runs]
    wanted = (scores[2] - scores[0] + scores[3] - scores[1]) / 2
    assert verdict["difference"] == pytest.approx(wanted)


def test_a_table_and_a_closing_sentence_are_for_people(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["study", file, "--kind", "with_without", "--seeds", "1", "--set", "layer=4"]) == 0
    out = capsys.readouterr().out
    assert "With one seed there is no verdict" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kind", "nope"], "--kind: Unknown kind of study 'nope'"),
        (["--seeds", "0"], "seeds: must be a whole number from 1 to 30, but 0 came"),
        (["--set", "p"], "--set: must be NAME=VALUE, but 'p' came"),
        (["--kind", "dropout_sweep", "--set", "p=[2]"], "p: must be 1 to 20 numbers"),
    ],
)
def test_a_wrong_call_is_told_in_a_sentence(
    file: str, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", file, *arguments]) == WRONG
    assert said in capsys.readouterr().err


def test_its_runs_are_written_as_a_table_and_as_a_script_and_nothing_trains_for_a_file_that_cannot_be(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, script, report = (tmp_path / name for name in ("runs.csv", "study.py", "report.html"))
    arguments = ["study", file, "--kind", "with_without", "--seeds", "2", "--json"]
    assert main([*arguments, "--csv", str(table), "--script", str(script), "--report", str(report)]) == 0
    runs = [json.loads(line)["run"] for line in capsys.readouterr().out.splitlines()[:-1]]
    rows = pd.read_csv(table)
    assert len(rows) == 2 * 2 * 2  # arms, seeds, epochs 0 and 1
    best = rows.loc[rows.groupby(["arm", "seed"], sort=False).validation_loss.idxmin()]
    assert list(best.validation_accuracy) == [each["score"] for each in runs]
    assert list(zip(best.arm, best.seed, best.state, strict=True)) == [
        (each["arm"], each["seed"], "finished") for each in runs
    ]
    compile(script.read_text("utf-8"), "study.py", "exec")
    assert "Without dropout" in report.read_text("utf-8")
    assert main([*arguments, "--csv", str(tmp_path / "runs.txt")]) == WRONG
    out = capsys.readouterr()
    assert "--csv: the name of the file must end in one of .csv" in out.err
    assert not out.out
