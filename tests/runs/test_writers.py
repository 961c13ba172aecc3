"""Many threads write into one database: each gets its turn, a class that submits at once shares a few commits."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import sqlalchemy as sa

from dlcore.access import OPERATOR, student
from dlcore.errors import RunError
from dlcore.runs import Runs, Settings
from dlcore.runs.store.engine import Unreachable, connect, writing
from dlcore.runs.store.group_commit import GroupCommit
from dlcore.runs.store.schema import preferences
from dlcore.runs.store.turns import Turns
from tests.runs.living import digits, wait_until


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turns, order = Turns(), []
    with turns.turn(1) as came:
        assert came
        threads = []
        for number in range(8):

            def take(number: int = number) -> None:
                with turns.turn(60) as came:
                    assert came
                    order.append(number)

            threads.append(threading.Thread(target=take))
            threads[-1].start()
            wait_until(lambda number=number: len(turns._waiting) == number + 1)  # type: ignore[misc]
        with turns.turn(0.05) as came:
            assert not came
    for thread in threads:
        thread.join()
    assert order == list(range(8))
    with turns.turn(0) as came:
        assert came


def test_a_turn_is_given_back_by_who_breaks() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn(1):
        raise ZeroDivisionError
    with turns.turn(0) as came:
        assert came


def test_who_waits_too_long_for_its_turn_is_told_that_the_database_does_not_answer(settings: Settings) -> None:
    Runs(settings).close()
    patient, impatient = connect(settings), connect(settings, busy_seconds=0.05)
    with writing(patient), pytest.raises(Unreachable), writing(impatient):
        pass
    with writing(impatient):
        pass


def test_submissions_at_once_are_written_in_few_commits(store: Runs) -> None:
    commits = []
    sa.event.listen(store._engine, "commit", lambda _connection: commits.append(1))
    with closing(sqlite3.connect(store.settings.home / "dlcore.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # until all are here
        with ThreadPoolExecutor(30) as pool:
            submitted = [pool.submit(store.submit, digits(1), student(f"pupil {n % 10}")) for n in range(30)]
            wait_until(lambda: len(store._submissions._waiting) == 29)
            other.execute("ROLLBACK")
            ids = [each.result() for each in submitted]
    assert len(commits) == 2
    assert sorted(store.status(run_id, OPERATOR).position or 0 for run_id in ids) == list(range(1, 31))
    names = [store.status(run_id, OPERATOR).name for run_id in ids[::10]]
    assert sorted(names) == ["digits 1", "digits 2", "digits 3"]


def test_one_that_cannot_be_written_does_not_keep_the_others_from_it(store: Runs) -> None:
    together = GroupCommit(store._engine)
    writers, results = threading.Barrier(3), []

    def write(number: int) -> None:
        def insert(connection: sa.Connection) -> int:
            if number == 1:
                raise RunError(sa.text("no"))  # type: ignore[arg-type]
            connection.execute(sa.insert(preferences).values(owner="ann", key=str(number), value=number))
            return number

        writers.wait()
        try:
            results.append(together.write(insert))
        except RunError:
            results.append(-1)

    with together._turn:
        threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(together._waiting) == 3)
    for thread in threads:
        thread.join()
    assert sorted(results) == [-1, 0, 2]
    assert [store.preference(student("ann"), str(number)) for number in range(3)] == [0, None, 2]


def test_while_the_database_is_held_all_who_wait_are_told_at_once(settings: Settings) -> None:
    Runs(settings).close()
    together = GroupCommit(connect(settings, busy_seconds=0.3))
    with closing(sqlite3.connect(settings.home / "dlcore.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with ThreadPoolExecutor(10) as pool:
            told = [pool.submit(together.write, lambda _connection: None) for _each in range(10)]
            assert all(isinstance(each.exception(), Unreachable) for each in told)
        assert time.monotonic() - begun < 10 * 0.3
        other.execute("ROLLBACK")
    together.write(lambda _connection: None)
