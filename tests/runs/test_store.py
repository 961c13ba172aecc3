"""The database by itself: what is asked of a run that no worker has in hand."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dlcore.access import ME, OPERATOR, student
from dlcore.errors import NetworkError, RunError, RunNotFound
from dlcore.experiment import Experiment
from dlcore.runs import WELCOME, Runs, Settings
from dlcore.runs.store import engine
from dlcore.runs.welcome import welcome_study
from dlcore.studies.local import train_here
from dlcore.studies.results import arm_results
from tests.runs.living import digits


def test_a_submitted_run_is_queued_with_its_experiment(store: Runs) -> None:
    run_id = store.submit(digits(epochs=7), student("ann"), name="My first", group="g")
    status = store.status(run_id, OPERATOR)
    assert (status.state, status.owner, status.name, status.group) == ("queued", "ann", "My first", "g")
    assert (status.epoch, status.epochs, status.position, status.attempt, status.cursor) == (0, 7, 1, 0, 0)
    assert store.experiment(run_id, OPERATOR) == digits(epochs=7)
    assert store.events(run_id, OPERATOR) == []


def test_runs_without_a_name_are_counted_for_their_owner(store: Runs) -> None:
    ids = [store.submit(digits(), student(owner)) for owner in ("ann", "ann", "bob")]
    assert [store.status(run_id, OPERATOR).name for run_id in ids] == ["digits 1", "digits 2", "digits 1"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_is_empty_or_endless_is_refused(store: Runs, name: str) -> None:
    run_id = store.submit(digits(), ME)
    with pytest.raises(RunError, match="1 to 120 characters"):
        store.rename(run_id, name, OPERATOR)
    assert store.status(run_id, OPERATOR).name == "digits 1"


def test_a_name_keeps_to_one_line_whatever_is_typed(store: Runs) -> None:
    run_id = store.submit(digits(), ME, name="a\x00b\n <b>c</b>\u202e")
    assert store.status(run_id, OPERATOR).name == "a b <b>c</b>"


def test_a_network_that_cannot_work_is_refused_before_anything_is_queued(store: Runs) -> None:
    broken = digits().to_dict()
    broken["network"].insert(0, {"layer": "Conv2d"})
    del broken["network"][1]
    with pytest.raises(NetworkError):
        store.submit(Experiment.from_dict(broken), ME)
    assert store.is_empty()


def test_the_newest_run_is_listed_first_and_states_and_groups_choose(store: Runs) -> None:
    first, second, third = (store.submit(digits(), ME, group=group) for group in ("a", "b", "b"))
    store.stop(second, OPERATOR)
    assert [status.id for status in store.list(OPERATOR)] == [third, second, first]
    assert [status.id for status in store.list(OPERATOR, states=["stopped"])] == [second]
    assert [status.id for status in store.list(OPERATOR, group="b")] == [third, second]
    assert [status.id for status in store.list(OPERATOR, limit=1)] == [third]


def test_a_queued_run_pauses_resumes_and_stops_at_once(store: Runs) -> None:
    run_id = store.submit(digits(), ME)
    store.pause(run_id, OPERATOR)
    assert (store.status(run_id, OPERATOR).state, store.status(run_id, OPERATOR).resumable) == ("paused", True)
    store.resume(run_id, OPERATOR)
    assert store.status(run_id, OPERATOR).state == "queued"
    store.stop(run_id, OPERATOR)
    status = store.status(run_id, OPERATOR)
    assert status.state == "stopped"
    assert status.finished_at is not None
    store.stop(run_id, OPERATOR)  # and once more: nothing happens
    store.pause(run_id, OPERATOR)
    assert store.status(run_id, OPERATOR) == status
    with pytest.raises(RunError, match="no checkpoint"):
        store.resume(run_id, OPERATOR)


def test_a_deleted_run_is_gone_with_its_files(store: Runs) -> None:
    run_id = store.submit(digits(), ME)
    folder = store.settings.home / "artifacts" / "runs" / run_id
    folder.mkdir(parents=True)
    (folder / "best").write_bytes(b"x")
    store.delete(run_id, OPERATOR)
    assert not folder.exists()
    with pytest.raises(RunNotFound):
        store.status(run_id, OPERATOR)


def test_what_was_saved_is_there_when_the_home_is_opened_again(settings: Settings) -> None:
    with Runs(settings) as runs:
        run_id = runs.submit(digits(), student("ann"))
        runs.save_draft(student("ann"), {"seed": 1})
        runs.save_draft(student("ann"), {"seed": 2, "é": "中"})
        runs.save_preference(student("ann"), "language", "zh_CN")
        token = runs.token(run_id, OPERATOR)
    with Runs(settings) as runs:
        assert runs.status(run_id, OPERATOR).owner == "ann"
        assert runs.draft(student("ann")) == {"seed": 2, "é": "中"}
        assert runs.draft(student("bob")) is None
        assert runs.preference(student("ann"), "language") == "zh_CN"
        assert runs.preference(student("bob"), "language", "en") == "en"
        assert runs.check_token(run_id, token)


def test_a_token_opens_its_own_run_only(store: Runs) -> None:
    one, other = store.submit(digits(), ME), store.submit(digits(), ME)
    assert store.check_token(one, store.token(one, OPERATOR))
    assert not store.check_token(other, store.token(one, OPERATOR))
    assert not store.check_token(one, "")
    assert not store.check_token(one, "é" * 64)


def test_only_their_owner_reads_the_home_and_its_secret(settings: Settings) -> None:
    with Runs(settings):
        home = settings.home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert len((home / "secret").read_bytes()) == 32


def test_processes_that_come_at_once_agree_on_one_secret(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _n: Runs(settings), range(8)))
    assert len({runs._secret for runs in opened}) == 1
    for runs in opened:
        runs.close()


def test_a_welcome_study_is_offered_once_to_be_read_by_all_and_changed_by_nobody(store: Runs) -> None:
    welcomed = store.welcome()
    assert store.welcome() == []
    (kept,) = store.stored_studies(student("ann"))
    study = store.study(kept.id, student("ann"))
    assert len(welcomed) == len(study) == 12
    first, second = (status.id for status in store.list(student("ann")))  # of its twelve runs, the filmed ones
    assert (first, second) == (welcomed[0], welcomed[6])
    assert store.status(first, student("ann")).owner == kept.owner == WELCOME
    without, with_dropout = (store.experiment(run_id, student("ann")).to_dict() for run_id in (first, second))
    assert [layer for layer in with_dropout["network"] if layer["layer"] != "Dropout"] == without["network"]
    assert {**with_dropout, "network": 0} == {**without, "network": 0}
    for change in (store.stop, store.kill, store.pause, store.resume, store.delete):
        for owner in ("ann", WELCOME):
            with pytest.raises(RunNotFound):
                change(first, student(owner))
    for change in (store.stop_study, store.resume_study, store.delete_study):
        for owner in ("ann", WELCOME):
            with pytest.raises(RunNotFound):
                change(kept.id, student(owner))
    with pytest.raises(RunNotFound):
        store.study(kept.id, student(""))


@pytest.mark.slow
def test_what_welcomes_a_newcomer_is_unmistakable(one_thread: None) -> None:
    study = welcome_study()
    verdict = arm_results(study, list(train_here(study)))[1].verdict
    assert verdict is not None
    assert (verdict.word, verdict.better, verdict.n) == ("helped", 6, 6)


def test_nobody_submits_in_the_name_of_the_welcome(store: Runs) -> None:
    for owner in (WELCOME, ""):
        with pytest.raises(RunError):
            store.submit(digits(), student(owner))


def test_a_hundred_submissions_at_once_are_all_taken_and_each_has_its_place(store: Runs) -> None:
    experiment = digits()
    with ThreadPoolExecutor(25) as pool:
        ids = list(pool.map(lambda n: store.submit(experiment, student(f"pupil {n % 30}")), range(100)))
    assert sorted(status.position or 0 for status in store.list(OPERATOR)) == list(range(1, 101))
    assert len(set(ids)) == 100


def test_a_reader_is_not_kept_waiting_by_a_hundred_writers(store: Runs) -> None:
    run_id = store.submit(digits(), ME)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            store.save_preference(student("ann"), "key", time.time())

    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(write)
        for _ in range(50):
            assert store.news(run_id, OPERATOR).status.state == "queued"
        stop.set()


def test_the_journal_is_one_that_this_sqlite_keeps_safely(store: Runs) -> None:
    with sqlite3.connect(store.settings.home / "dlcore.db") as connection:
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    assert mode == ("wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "delete")


def test_a_network_file_system_is_refused_with_what_to_do(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "file_system_of", lambda path: "nfs4")
    with pytest.raises(RunError, match=r"network file system \(nfs4\).*DLCORE_DATABASE_URL"):
        Runs(settings)


def test_the_file_system_of_a_path_is_that_of_the_mount_it_lies_on() -> None:
    if not os.path.ismount("/dev/shm"):
        pytest.skip("there is no /dev/shm here")
    assert engine.file_system_of(engine.Path("/dev/shm/anything")) == "tmpfs"


def test_a_database_address_that_is_not_postgresql_is_refused(home: object) -> None:
    with pytest.raises(RunError, match="must be a PostgreSQL address"):
        Runs(Settings(database_url="mysql://localhost/x"))
