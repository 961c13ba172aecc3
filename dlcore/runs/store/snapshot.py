"""All rows of one moment, taken from one database into another: an SQLite file, or a PostgreSQL server."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from dlcore.runs.settings import Settings
from dlcore.runs.store import schema, soundness
from dlcore.runs.store.engine import connect, reading, writing
from dlcore.runs.store.schema import artifacts, last_words, runs, submissions, uploads
from dlcore.runs.store.transition import after_interruption, settle

ROWS_AT_ONCE = 1_000


def take(engine: sa.Engine, home: Path) -> sa.Engine:
    """The present rows in a new SQLite file under `home`, an empty folder. Nobody else has to wait for it long."""
    if engine.dialect.name == "sqlite":
        with (
            closing(sqlite3.connect(str(engine.url.database))) as source,
            closing(sqlite3.connect(home / soundness.FILE)) as target,
        ):
            source.backup(target)
        return connect(Settings(home=home, database_url=None))
    taken = connect(Settings(home=home, database_url=None))
    copy_rows(engine, taken)
    return taken


def copy_rows(source: sa.Engine, target: sa.Engine) -> None:
    """Copy all rows into an empty database, in one transaction: nobody trains there what was in a worker's hands.

    The room for last words is no row to be kept.
    """
    with reading(source) as given, writing(target) as taken:
        for table in schema.metadata.sorted_tables:
            if table is last_words:
                continue
            found = given.execution_options(yield_per=ROWS_AT_ONCE).execute(sa.select(table)).mappings()
            for some in found.partitions():
                taken.execute(sa.insert(table), [dict(row) for row in some])
        for row in taken.execute(sa.select(runs).where(runs.c.state == "running")).mappings().all():
            settle(taken, dict(row), after_interruption(dict(row)))
        if target.dialect.name == "postgresql":
            _count_on(taken)


def _count_on(connection: sa.Connection) -> None:
    """Let PostgreSQL number new commands after those that came with their numbers."""
    number = sa.func.pg_get_serial_sequence("commands", "id")
    newest = sa.select(sa.func.coalesce(sa.func.max(schema.commands.c.id), 0) + 1).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(number, newest, False)))


def is_empty(engine: sa.Engine) -> bool:
    """Whether a database holds no run and no data set."""
    return counts(engine) == (0, 0)


def counts(engine: sa.Engine) -> tuple[int, int]:
    """How many runs there are, and how many data sets."""
    with reading(engine) as connection:
        found = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() for table in (runs, uploads)
        ]
    return found[0] or 0, found[1] or 0


def files(engine: sa.Engine) -> dict[str, str]:
    """The name of every artifact, every data set and all that was handed in, with the fingerprint of its content."""
    with reading(engine) as connection:
        return {
            row.file: row.sha256
            for table in (artifacts, uploads, submissions)
            for row in connection.execute(sa.select(table.c.file, table.c.sha256))
        }


def forget_files(engine: sa.Engine, gone: Collection[str]) -> None:
    """Remove the rows of artifacts and data sets that are not there any more."""
    with writing(engine) as connection:
        for table in (artifacts, uploads):
            for file in gone:
                connection.execute(sa.delete(table).where(table.c.file == file))
