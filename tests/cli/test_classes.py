"""A class from the command line: made, listed, and its roster in and out."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from dlcore.access.quotas import QUOTAS
from dlcore.cli import FINE, WRONG, main
from dlcore.runs import open as open_runs
from tests.runs.living import digits


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANGUAGE", "en")


def test_a_class_is_made_and_its_students_come_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "make", "7b"]) == FINE
    code = capsys.readouterr().out.strip()
    (tmp_path / "class.csv").write_text("name\nAnn\n李雷\n", "utf-8")
    assert main(["class", "roster", code.lower(), "--add", str(tmp_path / "class.csv")]) == FINE
    head, *told = csv.reader(io.StringIO(capsys.readouterr().out))
    assert (head, [name for name, _word in told]) == (["name", "word"], ["Ann", "李雷"])
    assert all(len(word) >= 4 for _name, word in told)
    assert main(["class", "list"]) == FINE
    listed = capsys.readouterr().out
    assert code in listed
    assert "7b" in listed
    assert main(["class", "roster", code, "--out", str(tmp_path / "out.csv")]) == FINE
    head, *rows = csv.reader(io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig")))
    assert (head, [name for name, _joined in rows]) == (["name", "joined"], ["Ann", "李雷"])


def test_what_is_wrong_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "roster", "NOCLASS2"]) == WRONG
    assert "no class with the code NOCLASS2" in capsys.readouterr().err
    assert main(["class", "make", " "]) == WRONG
    main(["class", "make", "7b"])
    code = capsys.readouterr().out.strip()
    (tmp_path / "class.csv").write_text("name\nAnn\nAnn\n\n" + "x" * 201 + "\n", "utf-8")
    assert main(["class", "roster", code, "--add", str(tmp_path / "class.csv")]) == WRONG
    said = capsys.readouterr().err
    assert "Line 3: Ann stands in line 2 already." in said
    assert "Line 5:" in said
    assert main(["class", "roster", code, "--add", str(tmp_path / "none.csv")]) == WRONG


@pytest.fixture
def code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A class with Ann, Ann 2 and Bob."""
    main(["class", "make", "7b"])
    code = capsys.readouterr().out.strip()
    (tmp_path / "class.csv").write_text("name\nAnn\nAnn 2\nBob\n", "utf-8")
    main(["class", "roster", code, "--add", str(tmp_path / "class.csv")])
    capsys.readouterr()
    return code


def test_a_student_gets_a_new_word_that_opens_the_class(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "reset", code, "Ann"]) == FINE
    word = capsys.readouterr().out.strip()
    with open_runs(dispatcher=False) as runs:
        assert runs.profile(runs.sign_in(code, "Ann", word, "here")).called == "Ann"


def test_students_are_merged_removed_taken_along_and_deleted(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["class", "reset", code, "Ann 2"]) == FINE
    word = capsys.readouterr().out.strip()
    with open_runs(dispatcher=False) as runs:
        run_id = runs.submit(digits(), runs.sign_in(code, "Ann 2", word, "here"))
    assert main(["class", "merge", code, "Ann 2", "Ann"]) == FINE
    assert main(["class", "remove", code, "Bob"]) == FINE
    assert main(["class", "take", code, "Ann", "--out", str(tmp_path / "ann.zip")]) == FINE
    with zipfile.ZipFile(tmp_path / "ann.zip") as archive:
        assert f"runs/{run_id}/experiment.yaml" in archive.namelist()
    capsys.readouterr()
    assert main(["class", "delete", code, "Ann"]) == WRONG
    assert "1 run of Ann would be deleted" in capsys.readouterr().err
    assert main(["class", "delete", code, "Ann", "--yes"]) == FINE
    assert main(["class", "list", "--json"]) == FINE
    assert json.loads(capsys.readouterr().out) == [{"code": code, "name": "7b", "teacher": None, "students": 0}]


def test_a_class_allows_what_is_declared_but_for_what_was_said(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "quota", code, "student.running=1", "teacher.seconds=none", "--json"]) == FINE
    found = json.loads(capsys.readouterr().out)
    assert found["student"] == asdict(replace(QUOTAS["student"], running=1))
    assert found["teacher"] == asdict(replace(QUOTAS["teacher"], seconds=None))
    assert main(["class", "quota", code]) == FINE
    assert "none" in capsys.readouterr().out
    for wrong, said in [("student.running=0", "1 or more"), ("student.runing=1", "Did you mean running"),
                        ("pupil.running=1", "Unknown role 'pupil'"), ("running", "as student.running=1"),
                        ("student.running=-1", "as student.running=1")]:  # fmt: skip
        assert main(["class", "quota", code, wrong]) == WRONG
        assert said in capsys.readouterr().err


def test_a_name_that_is_nobodys_is_answered_with_the_nearest(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "reset", code, "Bop"]) == WRONG
    assert "Did you mean Bob?" in capsys.readouterr().err
    assert main(["class", "merge", code, "Ann", "Ann"]) == WRONG


def test_a_teacher_is_invited_by_an_address_and_signed_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "teacher", "Lee", "--at", "https://dl.example/"]) == FINE
    address, _equals, link = capsys.readouterr().out.strip().partition("=")
    assert address == "https://dl.example/teacher?code"
    with open_runs(dispatcher=False) as runs:
        lee = runs.open_invitation(link)
        assert lee is not None
        runs.make_class("8a", lee)
    assert main(["class", "list"]) == FINE
    assert "Lee" in capsys.readouterr().out
    assert main(["class", "teacher", "Lee", "--sign-out"]) == FINE
    assert main(["class", "teacher", "Bob", "--sign-out"]) == WRONG
    assert main(["class", "teacher"]) == FINE
    assert "Lee" in capsys.readouterr().out
