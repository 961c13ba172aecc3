"""What a worker reads and writes about the one run it trains.

Every access carries the token of the worker's attempt. When another attempt took the run over, or the run was
deleted, it raises `Overtaken` and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dlcore.runs.artifacts import Artifact
from dlcore.runs.status import State
from dlcore.runs.store import rows
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.notification import of_run
from dlcore.runs.store.orders import Order, Taken, note, waiting
from dlcore.runs.store.schema import artifacts, events, runs, speeds, study_runs
from dlcore.runs.store.transition import Settlement, mine, settle
from dlcore.runs.store.usage import quota
from dlcore.runs.store.watch import Watch

Kept = tuple[Artifact, int]  # a file, and the epoch it is of
RECORDED = "Recorded"  # the kind of events that tell of a frame of the film
FILM = "film-"  # how the names of the files of a film begin


class Overtaken(Exception):  # noqa: N818 (a signal to the worker, not an error anybody sees)
    """This attempt is no longer the one that trains the run."""


def exists(engine: sa.Engine, run_id: str) -> bool:
    """Whether the run was not deleted."""
    with reading(engine) as connection:
        return connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id)).first() is not None


def save_speed(engine: sa.Engine, machine: str, device: str, body: Mapping[str, Any]) -> None:
    """Keep how fast a machine was measured to be."""
    with writing(engine) as connection:
        key = {"machine": machine, "device": device}
        rows.put(connection, speeds, key, {"body": dict(body), "measured_at": rows.now()})


@dataclass(frozen=True)
class Task:
    """What a worker needs to begin, or to go on where an earlier attempt came to."""

    experiment: dict[str, Any]
    owner: str  # whose uploads it may learn from
    begun: bool  # RunStarted was told
    epoch: int | None  # last epoch told; None before epoch 0
    step: int  # last batch told
    seconds: float
    best_epoch: int | None
    best_loss: float | None
    checkpoint: Artifact | None
    recorded: Mapping[int, frozenset[str]] = field(default_factory=dict)  # parts that are in the film, by epoch
    film_bytes: int = 0  # that it takes
    most_seconds: float | None = None  # that its owner may train it, by their classes
    filmed: bool = True  # whether it is a run whose probes are recorded


@dataclass
class Progress:
    """What happened since the last time: events, columns of the run that changed, artifacts that were written."""

    events: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, Any] = field(default_factory=dict)
    artifacts: dict[str, Kept] = field(default_factory=dict)  # by name: best, last, checkpoint, film-…
    taken: list[Taken] = field(default_factory=list)  # commands


class Work:
    """The database as the worker of one attempt uses it."""

    def __init__(self, engine: sa.Engine, run_id: str, token: str) -> None:
        self._engine = engine
        self.run_id, self._token = run_id, token
        self._worker: str | None = None  # once it has the run in hand
        self.watch = Watch(engine, of_run(run_id))  # what is asked of it is read over this, by one thread at a time

    def begin(self, worker: str) -> Task:
        """Take the run in hand. `worker` is this process, as "host:pid"."""
        at = rows.now()
        with writing(self._engine) as connection:
            row = self._row(connection)
            started_at = row["started_at"] or at
            beat = rows.now_after(row["heartbeat_at"])
            rows.change(connection, self.run_id, {"worker": worker, "heartbeat_at": beat, "started_at": started_at})
            kept = sa.select(artifacts.c.file, artifacts.c.bytes, artifacts.c.sha256)
            checkpoint = connection.execute(
                kept.where(artifacts.c.run_id == self.run_id, artifacts.c.name == "checkpoint")
            ).one_or_none()
            film = _film(connection, self.run_id)
            most_seconds = quota(connection, row["owner"]).seconds
            filmed = sa.select(study_runs.c.filmed).where(study_runs.c.run_id == self.run_id)
            unfilmed = connection.execute(filmed).scalar() is False
        self._worker = worker
        measured = row["last"] is not None
        return Task(
            experiment=row["experiment"],
            owner=row["owner"],
            begun=row["device"] is not None,
            epoch=row["epoch"] if measured else None,
            step=row["step"],
            seconds=row["seconds"],
            best_epoch=row["best_epoch"],
            best_loss=row["best"]["loss"] if measured else None,
            checkpoint=None if checkpoint is None else Artifact(*checkpoint),
            recorded=film[0],
            film_bytes=film[1],
            most_seconds=most_seconds,
            filmed=not unfilmed,
        )

    @property
    def _mine(self) -> sa.ColumnElement[bool]:
        """The run, as long as this worker has it in hand.

        A scheduler elsewhere gives the task of a worker that leaves to another one, and with it the token: who began
        last trains it.
        """
        this = mine(self.run_id, self._token)
        return this if self._worker is None else sa.and_(this, runs.c.worker == self._worker)

    def command(self) -> str | None:
        """What is wished of the run now. Raises Overtaken where another attempt goes on with it."""
        with self.watch.reading() as connection:
            row = connection.execute(sa.select(runs.c.command).where(self._mine)).one_or_none()
        if row is None:
            raise Overtaken
        command: str | None = row.command
        return command

    def orders(self, after: int) -> list[Order]:
        """The commands with something in them that nobody has taken, from the one after this id on."""
        with self.watch.reading() as connection:
            return waiting(connection, self.run_id, after)

    def others_wait(self) -> bool:
        """Whether somebody's run waits for a free place."""
        with reading(self._engine) as connection:
            return connection.execute(sa.select(runs.c.id).where(runs.c.state == "queued").limit(1)).first() is not None

    def tell(self, progress: Progress) -> tuple[str | None, list[str]]:
        """Write what happened, all of it or nothing; also the heartbeat.

        Returns what is wished now, and the artifact files that were replaced.
        """
        with writing(self._engine) as connection:
            row = self._row(connection)
            cursor = rows.append(connection, self.run_id, row["cursor"], progress.events)
            beat = rows.now_after(row["heartbeat_at"])
            news = {**progress.columns, "cursor": cursor} if cursor != row["cursor"] else progress.columns
            rows.change(connection, self.run_id, {"heartbeat_at": beat, **news})
            replaced = self._keep(connection, progress)
        command: str | None = row["command"]
        return command, replaced

    def conclude(self, state: State, progress: Progress, *, keep_checkpoint: bool, rested: bool = False) -> list[str]:
        """The last word: write what happened and give the run out of hand. Returns files no longer needed.

        rested: it is paused because nobody said how to go on, not because its owner asked for it.
        """
        with writing(self._engine) as connection:
            row = self._row(connection)
            if state == "paused" and row["command"] != "pause" and not rested:
                state = "queued"  # its owner resumed it before it had come to rest
            settle(connection, row, Settlement(state, progress.events, progress.columns))
            unneeded = self._keep(connection, progress)
            if not keep_checkpoint:
                unneeded += self._drop_checkpoint(connection)
        return unneeded

    def _row(self, connection: sa.Connection) -> Mapping[str, Any]:
        chosen = sa.select(runs).where(self._mine).with_for_update()
        row = connection.execute(chosen).mappings().one_or_none()
        if row is None:
            raise Overtaken
        return dict(row)

    def _keep(self, connection: sa.Connection, progress: Progress) -> list[str]:
        """Note the commands that were taken, and register the artifacts; returns the files that these replace."""
        note(connection, progress.taken)
        return [file for name, kept in progress.artifacts.items() if (file := self._put(connection, name, *kept))]

    def _put(self, connection: sa.Connection, name: str, artifact: Artifact, epoch: int) -> str | None:
        """Register an artifact; returns the file it replaces."""
        key = {"run_id": self.run_id, "name": name}
        chosen = sa.select(artifacts.c.file).where(artifacts.c.run_id == self.run_id, artifacts.c.name == name)
        before: str | None = connection.execute(chosen).scalar()
        values = {"file": artifact.file, "bytes": artifact.bytes, "sha256": artifact.sha256, "epoch": epoch}
        rows.put(connection, artifacts, key, {**values, "created_at": rows.now()})
        return before

    def _drop_checkpoint(self, connection: sa.Connection) -> list[str]:
        condition = sa.and_(artifacts.c.run_id == self.run_id, artifacts.c.name == "checkpoint")
        files = list(connection.execute(sa.select(artifacts.c.file).where(condition)).scalars())
        connection.execute(sa.delete(artifacts).where(condition))
        return files


def _film(connection: sa.Connection, run_id: str) -> tuple[dict[int, frozenset[str]], int]:
    """(by their epochs, the names of the parts that earlier attempts recorded; how many bytes they take)."""
    told = sa.select(events.c.body).where(events.c.run_id == run_id, events.c.kind == RECORDED)
    told = told.order_by(events.c.number)
    taken = sa.select(sa.func.coalesce(sa.func.sum(artifacts.c.bytes), 0)).where(
        artifacts.c.run_id == run_id, artifacts.c.name.startswith(FILM)
    )
    recorded = {body["epoch"]: frozenset(body["parts"]) for body in connection.execute(told).scalars()}
    return recorded, int(connection.execute(taken).scalar_one())
