"""How an installation fares, in a few numbers: for who looks after it, whatever its learners are called."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dlcore.runs.store import rows
from dlcore.runs.store.engine import reading
from dlcore.runs.store.schema import artifacts, runs, uploads


@dataclass(frozen=True)
class Census:
    """runs: how many are in each state. oldest_wait: seconds that the run waits which has waited longest; 0 if none."""

    runs: Mapping[str, int]
    oldest_wait: float


@dataclass(frozen=True)
class Footprint:
    """What everything takes. database: what it is, with its version. Bytes of the database and of all files."""

    database: str
    database_bytes: int
    files_bytes: int


def footprint(engine: sa.Engine) -> Footprint:
    """Measure it now."""
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            kind = f"SQLite {sqlite3.sqlite_version}"
            pages = connection.exec_driver_sql("SELECT * FROM pragma_page_count, pragma_page_size").one()
            size = pages[0] * pages[1]
        else:
            kind = "PostgreSQL " + connection.exec_driver_sql("SHOW server_version").scalar_one().split()[0]
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        files = [sa.select(sa.func.coalesce(sa.func.sum(each.c.bytes), 0)) for each in (artifacts, uploads)]
        return Footprint(kind, int(size), sum(int(connection.execute(each).scalar_one()) for each in files))


def census(engine: sa.Engine) -> Census:
    """Count what is there now."""
    with reading(engine) as connection:
        counted = connection.execute(
            sa.select(runs.c.state, sa.func.count().label("number")).group_by(runs.c.state)
        ).all()
        since = connection.execute(sa.select(sa.func.min(runs.c.queued_at)).where(runs.c.state == "queued")).scalar()
    return Census({each.state: each.number for each in counted}, max(0.0, rows.now() - since) if since else 0.0)
