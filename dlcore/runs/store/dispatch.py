"""What the dispatcher reads and writes: it takes queued runs up, and settles those that lost their worker."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dlcore.i18n import Text
from dlcore.runs.queue import Waiting
from dlcore.runs.store import rows
from dlcore.runs.store.engine import give_back, reading, writing
from dlcore.runs.store.notification import QUEUE, RUNS, Listener, listening, of_run, telling
from dlcore.runs.store.schema import artifacts, runs, turns, uploads
from dlcore.runs.store.searches import has_open
from dlcore.runs.store.transition import GOES_ON, Settlement, after_interruption, failed, mine, reserve, settle, stopped
from dlcore.runs.store.usage import startable
from dlcore.runs.store.watch import Watch


@dataclass(frozen=True)
class Elsewhere:
    """A run that another home has taken up, over a database that several share."""

    id: str
    token: str
    heartbeat_at: float


@dataclass(frozen=True)
class Running:
    """A run that a dispatcher has taken up. Times are in seconds since 1970."""

    id: str
    token: str
    worker: str | None  # "host:pid", once a worker has it in hand
    command: str | None
    heartbeat_at: float
    seconds: float  # trained, up to its last epoch
    device: str | None  # once it trains on one

    @property
    def begun(self) -> bool:
        """Whether it trains, its data at hand."""
        return self.device is not None


class Dispatch:
    """The database as the dispatcher of one home uses it; `home` is that home's identity."""

    def __init__(self, engine: sa.Engine, home: str) -> None:
        self._engine = engine
        self._home = home
        # A database in the home has no other: whatever name the home had before its secret was lost, the run is ours.
        self._ours = sa.true() if engine.dialect.name == "sqlite" else runs.c.dispatcher == home
        self.watch = Watch(engine, QUEUE)

    def listening(self) -> AbstractContextManager[Listener]:
        """Hear of runs that are queued, as long as the block lasts."""
        return listening(self._engine)

    def queue(self) -> list[Waiting]:
        """The queued runs in the order in which they are served, but for those whose owners train all they may."""
        with reading(self._engine) as connection:
            return startable(connection, rows.queue(connection))

    def has_search(self) -> bool:
        """Whether a search of this home is to be gone on with."""
        return has_open(self._engine, self._home)

    def claim(self, run_id: str) -> str | None:
        """Take a queued run up: the token of the new attempt, or None where somebody else was first."""
        token = secrets.token_hex(16)
        taken = {"state": "running", "token": token, "dispatcher": self._home, "worker": None}
        with writing(self._engine) as connection:
            at = rows.now_after(connection.execute(sa.select(sa.func.max(turns.c.served_at))).scalar())
            claimed = connection.execute(
                sa.update(runs)
                .where(runs.c.id == run_id, runs.c.state == "queued")
                .values(**taken, heartbeat_at=at, attempt=runs.c.attempt + 1, command=None, commanded_at=None)
                .returning(runs.c.owner)
            ).one_or_none()
            if claimed is None:
                return None
            reserve(connection, run_id)
            rows.put(connection, turns, {"owner": claimed.owner}, {"served_at": at})
        return token

    def running(self) -> list[Running]:
        """The runs that this home has taken up."""
        names = ("id", "token", "worker", "command", "heartbeat_at", "seconds", "device")
        chosen = sa.select(*(runs.c[name] for name in names))
        with reading(self._engine) as connection:
            found = connection.execute(chosen.where(runs.c.state == "running", self._ours))
            return [Running(*row) for row in found]

    def elsewhere(self) -> list[Elsewhere]:
        """The runs that other homes have taken up."""
        chosen = sa.select(runs.c.id, runs.c.token, runs.c.heartbeat_at)
        with reading(self._engine) as connection:
            found = connection.execute(chosen.where(runs.c.state == "running", sa.not_(self._ours)))
            return [Elsewhere(*row) for row in found]

    def give_back(self, idle: bool) -> None:
        """Give the room of what was deleted back to the disk; however long it takes, where nobody waits."""
        give_back(self._engine, idle)

    def prove(self) -> None:
        """Raises Unreachable where nobody could write now: then a worker that says nothing may be well."""
        with writing(self._engine):
            pass

    def ask_to_rest(self) -> None:
        """The app is closing: ask what trains to keep a checkpoint and go back to the queue."""
        training = sa.and_(runs.c.state == "running", self._ours, runs.c.command.is_(None))
        with writing(self._engine) as connection:
            asked = sa.update(runs).where(training).values(command="rest", commanded_at=rows.now())
            connection.execute(telling(connection, asked, RUNS, of_run(runs.c.id)))

    def fail(self, run_id: str, token: str, error: Text) -> bool:
        """Settle a run that cannot go on. False where this attempt was settled already."""
        return self._settle(run_id, token, lambda row: failed(error))

    def end_killed(self, run_id: str, token: str) -> bool:
        """Settle a run that was killed as its owner wished. False where this attempt was settled already."""
        return self._settle(run_id, token, stopped)

    def end_over_time(self, run_id: str, token: str, note: Text) -> bool:
        """Settle a run that trained for as long as it may. False where this attempt was settled already."""
        return self._settle(run_id, token, lambda row: stopped(row, note))

    def interrupted(self, run_id: str, token: str, note: Text = GOES_ON) -> bool:
        """Settle a run that lost its worker through no fault of its own, as when the app ended: it goes on later.

        False where this attempt was settled already.
        """
        return self._settle(run_id, token, lambda row: after_interruption(row, note))

    def _settle(self, run_id: str, token: str, decide: Callable[[Mapping[str, Any]], Settlement]) -> bool:
        with writing(self._engine) as connection:
            chosen = sa.select(runs).where(mine(run_id, token)).with_for_update()
            found = connection.execute(chosen).mappings().one_or_none()
            if found is None:
                return False
            row = dict(found)
            settle(connection, row, decide(row))
            return True

    def upload_files(self) -> set[str]:
        """The files that hold the rows of uploads."""
        with reading(self._engine) as connection:
            return set(connection.execute(sa.select(uploads.c.file)).scalars())

    def files(self) -> set[str]:
        """The artifact files of all runs."""
        with reading(self._engine) as connection:
            return set(connection.execute(sa.select(artifacts.c.file)).scalars())
