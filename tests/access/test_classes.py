"""A class: joined by its code, a name and a word; looked after by its teacher, and by nobody else."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcore.access import OPERATOR, Viewer, student, words
from dlcore.access.roster import read_roster, write_roster
from dlcore.errors import ClassError, ClassNotFound, RunNotFound
from dlcore.experiment import Start
from dlcore.runs import Runs, weights
from dlcore.runs.store import rows
from dlcore.runs.store.classes import SchoolClass
from tests.access.walk import TIA
from tests.runs.living import digits


def test_a_student_joins_and_comes_back_with_a_name_and_a_word(store: Runs, seventh: SchoolClass) -> None:
    ann = store.join_class(f" {seventh.code[:4].lower()}-{seventh.code[4:]} ", "Ann", "blue sky", "here")
    assert ann.role == "student"
    assert store.sign_in(seventh.code, "Ann", "blue sky", "there") == ann
    (member,) = store.members(seventh.id, TIA)
    assert (member.name, member.called) == (ann.name, "Ann")


def test_a_word_is_kept_as_a_hash_only(store: Runs, seventh: SchoolClass) -> None:
    store.join_class(seventh.code, "Ann", "blue sky", "here")
    kept = (store.settings.home / "dlcore.db").read_bytes()
    assert b"blue sky" not in kept
    assert words.hashed("blue sky") != words.hashed("blue sky")


def test_two_of_one_name_are_told_apart(store: Runs, seventh: SchoolClass) -> None:
    first = store.join_class(seventh.code, "Ann", "one word", "a")
    second = store.join_class(seventh.code, "Ann", "one word", "b")
    assert first != second
    assert [each.called for each in store.members(seventh.id, TIA)] == ["Ann", "Ann 2"]
    assert store.sign_in(seventh.code, "Ann 2", "one word", "c") == second


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "🦊🦊", "שלום", "x" * 200, "=1+1", "O'Brien; DROP TABLE"]
)
def test_any_name_stays_as_it_was_written(store: Runs, seventh: SchoolClass, name: str) -> None:
    ann = store.join_class(seventh.code, name, "blue sky", "here")
    assert [each.called for each in store.members(seventh.id, TIA)] == [name]
    assert store.sign_in(seventh.code, name, "blue sky", "here") == ann


def _said(store: Runs, code: str, called: str, word: str, source: str) -> str:
    with pytest.raises(ClassError) as refused:
        store.sign_in(code, called, word, source)
    return str(refused.value)


def test_whatever_is_wrong_is_answered_with_one_sentence(store: Runs, seventh: SchoolClass) -> None:
    store.join_class(seventh.code, "Ann", "blue sky", "here")
    said = {
        _said(store, "NOCLASS2", "Ann", "blue sky", "1"),
        _said(store, seventh.code, "Bob", "blue sky", "2"),
        _said(store, seventh.code, "Ann", "red sky", "3"),
    }
    with pytest.raises(ClassError) as refused:
        store.join_class("NOCLASS2", "Ann", "blue sky", "4")
    assert said == {str(refused.value)}


def test_after_five_wrong_tries_each_has_to_wait_longer(
    store: Runs, seventh: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000_000.0
    monkeypatch.setattr(rows, "now", lambda: now)
    store.join_class(seventh.code, "Ann", "blue sky", "elsewhere")
    waited = []
    for _try in range(16):
        assert "do not belong together" in _said(store, "NOCLASS2", "Ann", "blue sky", "here")
        before = now
        while True:
            try:
                store._check_tries("here")
                break
            except ClassError:
                now += 1
        waited.append(now - before)
    assert waited[:5] == [0, 0, 0, 0, 1]
    assert waited[5:8] == [2, 4, 8]
    assert max(waited) == 300
    _said(store, "NOCLASS2", "Ann", "blue sky", "here")
    assert "try again in" in _said(store, seventh.code, "Ann", "blue sky", "here")  # the right one, too: no hint
    assert store.sign_in(seventh.code, "Ann", "blue sky", "elsewhere")  # others need not wait


def test_who_comes_in_as_oneself_between_tries_at_anothers_word_waits_all_the_same(
    store: Runs, seventh: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "now", lambda: 1_000_000.0)
    for name in ("Ann", "Bob"):
        store.join_class(seventh.code, name, f"word of {name}", "here")
    said = []
    for _try in range(6):
        said.append(_said(store, seventh.code, "Ann", "a guess", "here"))
        store.sign_in(seventh.code, "Bob", "word of Bob", "here")
    assert ["do not belong together" in each for each in said] == [True] * 5 + [False]
    assert store.sign_in(seventh.code, "Ann", "word of Ann", "elsewhere")


def test_a_word_that_is_reset_replaces_the_old_one(store: Runs, seventh: SchoolClass) -> None:
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    word = store.reset_word(seventh.id, ann.name, TIA)
    assert store.sign_in(seventh.code, "Ann", word, "here") == ann
    _said(store, seventh.code, "Ann", "blue sky", "here")


def test_a_second_identity_is_merged_with_all_it_has(store: Runs, seventh: SchoolClass, tmp_path: Path) -> None:
    ann, again = (store.join_class(seventh.code, "Ann", "blue sky", "here") for _time in range(2))
    start = Start(weights=weights.keep(store._artifacts, again.name, b"weights"), origin="hers")
    run_id = store._submit(digits().model_copy(update={"start": start}).to_dict(), again.name, "hers", None)
    store.save_draft(again, {"newer": 1})
    store.save_preference(again, "liked", "second")
    store.save_preference(ann, "liked", "first")
    (tmp_path / "cats.csv").write_text("length,cat\n" + "\n".join(f"{n},{n % 2}" for n in range(20)))
    upload = store.upload(tmp_path / "cats.csv", again)
    store.merge_members(seventh.id, again.name, ann.name, TIA)
    assert store.status(run_id, ann).name == "hers"
    assert store.find_upload(upload.id, ann).name == "cats"
    assert (store.draft(ann), store.preference(ann, "liked")) == ({"newer": 1}, "first")
    assert weights.kept(store._artifacts, ann.name, start) == b"weights"
    assert [each.name for each in store.members(seventh.id, TIA)] == [ann.name]
    with pytest.raises(RunNotFound):
        store.status(run_id, again)


def test_only_the_teacher_of_a_class_merges_and_only_its_students(store: Runs, seventh: SchoolClass) -> None:
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    stranger = store.submit(digits(), student("stranger"))
    with pytest.raises(ClassNotFound):
        store.merge_members(seventh.id, "stranger", ann.name, TIA)
    for other in (ann, student("bob"), Viewer("bob", "teacher")):
        with pytest.raises(ClassNotFound):
            store.merge_members(seventh.id, ann.name, ann.name, other)
    assert store.status(stranger, student("stranger")).owner == "stranger"
    for other in (ann, OPERATOR, student(""), Viewer("", "teacher")):
        with pytest.raises(ClassError, match="Only a teacher"):
            store.make_class("mine", other)


def test_a_students_work_is_taken_along_whole_and_deleted_whole(
    store: Runs, seventh: SchoolClass, tmp_path: Path
) -> None:
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    run_id = store.submit(digits(), ann, name="hers")
    theirs = store.submit(digits(), student("bob"))
    assert store.take_work(ann.name, tmp_path / "work.zip", ann) == 1
    with zipfile.ZipFile(tmp_path / "work.zip") as archive:
        assert {f"runs/{run_id}/experiment.yaml", f"runs/{run_id}/events.jsonl", "draft.json"} <= {*archive.namelist()}
        assert archive.read(f"runs/{run_id}/experiment.yaml").decode() == store.experiment(run_id, ann).to_yaml()
    with pytest.raises(ClassNotFound):
        store.delete_work(ann.name, TIA)
    assert store.delete_work(ann.name, ann) == 1
    assert store.list(ann) == []
    assert store.members(seventh.id, TIA) == []
    assert store.status(theirs, student("bob")).owner == "bob"


def test_a_roster_goes_in_and_out(store: Runs, seventh: SchoolClass) -> None:
    store.join_class(seventh.code, "Zoe", "zoe's word", "here")
    added = store.import_roster(seventh.id, "name;word\nAnn;blue sky\n\n李雷;\n".encode("utf-8-sig"), TIA)
    assert [each.called for each in added] == ["Ann", "李雷"]
    for each in added:
        assert store.sign_in(seventh.code, each.called, each.word, "here")
    assert [each.called for each in store.members(seventh.id, TIA)] == ["Ann", "Zoe", "李雷"]


def test_every_wrong_line_is_named_and_nothing_is_imported(store: Runs, seventh: SchoolClass) -> None:
    store.join_class(seventh.code, "Zoe", "zoe's word", "here")
    raw = f"name,word\nAnn,blue sky\n,none\nBob,abc\nZOE,another\n{'x' * 201},a word\nAnn,again\n".encode()
    with pytest.raises(ClassError) as refused:
        store.import_roster(seventh.id, raw, TIA)
    said = str(refused.value)
    assert [f"Line {n}:" in said for n in range(2, 8)] == [False, True, True, True, True, True]
    assert [each.called for each in store.members(seventh.id, TIA)] == ["Zoe"]


@pytest.mark.parametrize("raw", [b"", b"nom\nAnn\n", b"\xff\xfe", b"name,marks\nAnn,3\n", b"x" * 1_000_001,
                                 b"name\n" + b"Ann\n" * 1_001])  # fmt: skip
def test_what_is_no_roster_is_refused_with_a_sentence(raw: bytes) -> None:
    with pytest.raises(ClassError):
        read_roster(raw, [])


@given(st.binary(max_size=300))
def test_no_file_does_more_than_be_refused(raw: bytes) -> None:
    with suppress(ClassError):
        assert all(each.called and each.word for each in read_roster(b"name,word\n" + raw, []))


def test_no_spreadsheet_computes_an_exported_name() -> None:
    raw = write_roster([("=1+1", "x"), ('Ann "A", B', "y")]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(raw))) == [["name", "word"], ["'=1+1", "x"], ['Ann "A", B', "y"]]
