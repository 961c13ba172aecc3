"""The same promises on PostgreSQL: the tests of the store, of owners and of training, on a real server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import dlcore
from dlcore.access import FIRST_TEACHER, ME, OPERATOR, student
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from dlcore.runs.backup import backup, restore
from dlcore.runs.store import orders, overview, schema
from dlcore.runs.store.engine import writing
from dlcore.runs.store.identities import Identity
from dlcore.training.events import EpochEnded
from tests.access.conftest import ann, seventh  # noqa: F401 (fixtures)
from tests.access.test_class_changes import *  # noqa: F403
from tests.runs import server as postgresql
from tests.runs.living import digits, until_epoch, until_state, wait_until
from tests.runs.test_notification import *  # noqa: F403
from tests.runs.test_notification import served
from tests.runs.test_overview import events as events_of_a_run
from tests.runs.test_overview import tell_run
from tests.runs.test_owners import *  # noqa: F403
from tests.runs.test_store import *  # noqa: F403
from tests.runs.test_watch import *  # noqa: F403

# of SQLite alone
del test_a_network_file_system_is_refused_with_what_to_do  # noqa: F821
del test_a_database_address_that_is_not_postgresql_is_refused  # noqa: F821
del test_the_file_system_of_a_path_is_that_of_the_mount_it_lies_on  # noqa: F821
del test_a_watch_goes_on_when_the_database_answers_again  # noqa: F821
del test_the_journal_is_one_that_this_sqlite_keeps_safely  # noqa: F821
del test_the_pipe_is_its_owners_alone_and_goes_with_who_reads_it  # noqa: F821
del test_who_ends_late_leaves_the_pipe_of_who_serves_by_now  # noqa: F821
del test_the_pipe_of_a_dispatcher_that_was_killed_is_no_hindrance  # noqa: F821
del test_a_pipe_that_is_full_has_told_enough  # noqa: F821
del test_nothing_is_written_into_what_is_no_pipe  # noqa: F821
del test_where_no_pipe_can_be_made_the_database_is_looked_at_all_the_time  # noqa: F821


@pytest.fixture
def settings(home: Path, server: postgresql.Server) -> Settings:
    return Settings(home=home, database_url=server.new_database(), workers=1, checkpoint_seconds=0.2)


def test_the_migrated_tables_are_those_of_the_schema(store: Runs) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_of_many_that_come_at_once_by_one_identity_all_are_one_student(store: Runs) -> None:
    school_class, hers = store.make_class("7b", FIRST_TEACHER), Identity("https://school.example", "4711")
    with ThreadPoolExecutor(4) as threads:
        came = list(threads.map(lambda _: store.join_by_identity(hers, "Ann", school_class.code, "here"), range(12)))
    assert [student(each.name) for each in store.members(school_class.id, FIRST_TEACHER)] == list(set(came))
    assert store.identity_viewer(hers) == came[0]


def test_the_password_of_the_server_is_not_shown(settings: Settings) -> None:
    url = "postgresql://postgres:hunter2@/nowhere?host=/nonexistent"
    with pytest.raises(dlcore.DlcoreError, match="does not answer") as error:
        Runs(settings.model_copy(update={"database_url": url}))
    assert "hunter2" not in str(error.value)


def test_the_dispatcher_of_another_home_is_told_too(store: Runs, settings: Settings, tmp_path: Path) -> None:
    with Runs(settings.model_copy(update={"home": tmp_path / "other"})) as other, served(other) as hands:
        store.submit(digits(1), ME)
        wait_until(lambda: hands.given)


@pytest.mark.slow
def test_the_overview_of_forty_thousand_epochs_is_that_of_sqlite_and_as_quick(store: Runs, tmp_path: Path) -> None:
    told = events_of_a_run(40_000, 10)
    overviews, read = [], []
    with Runs(Settings(home=tmp_path / "sqlite")) as plain:
        for runs in (store, plain):
            run_id, seconds = tell_run(runs, told), []
            for _try in range(3):
                with counted_rows() as rows:
                    began = time.process_time()  # of this process: others may want the cores
                    overviews.append(runs.overview(run_id, student("ada")))
                    seconds.append(time.process_time() - began)
                read.append(sum(rows))
            assert min(seconds) < 1.0
    first, *others = overviews
    assert all(replace(each, status=first.status) == first for each in others)
    assert first.every > 1
    assert set(read) == {read[0]}
    assert read[0] < len(told) / 2


def test_a_home_moves_to_a_server_and_back_by_its_backup(
    settings: Settings, server: postgresql.Server, tmp_path: Path
) -> None:
    plain = Settings(home=tmp_path / "sqlite")
    with Runs(plain) as runs:
        run_id = tell_run(runs, events_of_a_run(30, 10))
        with writing(runs._engine) as connection:
            orders.give(connection, run_id, "hold", {})
        runs.submit(digits(2), student("ada"))
        before = runs.overview(run_id, OPERATOR)
    backup(plain, tmp_path / "all.zip")
    restore(settings, tmp_path / "all.zip")
    with Runs(settings) as runs:
        after = runs.overview(run_id, OPERATOR)
        assert (after.events, after.batches) == (before.events, before.batches)
        with writing(runs._engine) as connection:  # what the server numbers itself goes on after what came
            orders.give(connection, run_id, "hold", {})
    backup(settings, tmp_path / "back.zip")
    restore(Settings(home=tmp_path / "again"), tmp_path / "back.zip")
    with Runs(Settings(home=tmp_path / "again")) as runs:
        assert runs.overview(run_id, OPERATOR) == after
        assert len(runs.list(OPERATOR)) == 2


@contextmanager
def counted_rows() -> Iterator[list[int]]:
    """How many rows each statement answers with, bodies of events alone: they are what takes time."""
    rows: list[int] = []
    bodies = overview._bodies

    def counting(*given: Any) -> Any:
        answer = bodies(*given)
        rows.append(len(answer))
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overview, "_bodies", counting)
        yield rows


@pytest.mark.slow
def test_who_rests_is_told_again_after_a_restart_of_the_server(store: Runs, server: postgresql.Server) -> None:
    with served(store) as hands:
        server.stop()
        server.start()
        wait_until(lambda: len(_listening(store)) == 1)
        store.submit(digits(1), ME)
        wait_until(lambda: hands.given)


def _listening(store: Runs) -> list[int]:
    with store._engine.connect() as connection:
        asked = "SELECT pid FROM pg_stat_activity WHERE left(query, 6) = 'LISTEN' AND datname = current_database()"
        return list(connection.exec_driver_sql(asked).scalars())


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_run_trains_and_survives_a_restart_of_the_server(settings: Settings, server: postgresql.Server) -> None:
    experiment = digits(epochs=400)
    with open_runs(settings) as runs:
        run_id = runs.submit(experiment, ME)
        until_epoch(runs, run_id, 2)
        server.stop()
        server.start()
        status = until_state(runs, run_id, "finished", "failed")
        assert (status.state, status.error, status.attempt) == ("finished", None, 1)
        told = [event for event in runs.events(run_id, OPERATOR) if isinstance(event, EpochEnded)]
        here = [event for event in dlcore.train(experiment) if isinstance(event, EpochEnded)]
        assert [event.validation for event in told] == [event.validation for event in here]
        assert runs.weights(run_id, OPERATOR)
