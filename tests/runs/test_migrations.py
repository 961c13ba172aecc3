"""The migrations make the tables that the code expects."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from dlcore.access import student
from dlcore.errors import RunError
from dlcore.runs import Runs, Settings
from dlcore.runs.store import engine, schema
from tests.runs.living import digits


def _migrations() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(engine.MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    assert _migrations().get_heads() == [schema.REVISION]


def test_the_migrated_tables_are_those_of_the_schema(store: Runs) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_database_of_the_first_version_is_brought_up_to_date_with_its_runs(settings: Settings) -> None:
    with Runs(settings) as runs:
        run_id = runs.submit(digits(), student("ann"))
        with runs._engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE runs DROP COLUMN test_opened_at"))
            connection.execute(sa.text("ALTER TABLE runs RENAME COLUMN command TO wish"))
            connection.execute(sa.text("ALTER TABLE runs RENAME COLUMN commanded_at TO wished_at"))
            for table in (
                "identities",
                "shown_runs",
                "sittings",
                "commands",
                "last_words",
                "submissions",
                "extensions",
                "assignments",
                "study_runs",
                "searches",
                "studies",
                "members",
                "classes",
                "wrong_codes",
                "teachers",
            ):
                connection.execute(sa.text(f"DROP TABLE {table}"))
            connection.execute(sa.text("DROP INDEX ix_runs_assignment"))
            for column in ("resting_at", "parent", "parent_epoch", "assignment"):
                connection.execute(sa.text(f"ALTER TABLE runs DROP COLUMN {column}"))
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    with Runs(settings) as runs:
        assert runs.status(run_id, student("ann")).test_opened_at is None
        runs.open_test_part(run_id, student("ann"))
        opened_at = runs.status(run_id, student("ann")).test_opened_at
        runs.open_test_part(run_id, student("ann"))
        assert opened_at is not None
        assert runs.status(run_id, student("ann")).test_opened_at == opened_at


def test_a_database_of_a_newer_version_is_refused_and_left_alone(settings: Settings) -> None:
    with Runs(settings) as runs, runs._engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RunError, match="newer version"):
        Runs(settings)
