"""Studies in the database: what each compares, and which run is which arm of it with which seed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dlcore.errors import study_not_found
from dlcore.runs import status
from dlcore.runs.status import State, Status
from dlcore.runs.store import rows
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.learner import end_of_queue, queue_again
from dlcore.runs.store.notification import notify
from dlcore.runs.store.schema import runs, studies, study_runs

GAP = 1e-6  # seconds between two runs of a study in the queue: they keep their order


@dataclass(frozen=True)
class NewRun:
    """A run of a study that is to be queued; the experiment as plain data."""

    arm: int
    seed: int
    filmed: bool
    name: str
    experiment: dict[str, Any]


@dataclass(frozen=True)
class StoredStudy:
    """A study as it is kept: `body` is what `Study.to_json` wrote."""

    id: str
    owner: str
    name: str
    body: dict[str, Any]
    created_at: datetime | None


class StudyStore:
    """The studies in the database. Every function filters by owner; None is a trusted local caller."""

    _engine: sa.Engine

    def _submit_study(self, body: dict[str, Any], owner: str, name: str, new: Sequence[NewRun]) -> str:
        """Write a study and queue all of its runs, in one transaction. Returns its id."""
        study_id = secrets.token_hex(8)
        ids = [secrets.token_hex(8) for _ in new]
        with writing(self._engine) as connection:
            at, first = rows.now(), end_of_queue(connection)
            kept = {"id": study_id, "owner": owner, "name": name, "body": body, "created_at": at}
            connection.execute(sa.insert(studies).values(kept))
            times = ({"created_at": at, "queued_at": first + GAP * place} for place in range(len(new)))
            queued = [
                {"id": run_id, **rows.queued(each.experiment, owner, each.name, study_id), **when}
                for run_id, each, when in zip(ids, new, times, strict=True)
            ]
            connection.execute(sa.insert(runs), queued)
            members = [
                {"run_id": run_id, "study_id": study_id, "arm": each.arm, "seed": each.seed, "filmed": each.filmed}
                for run_id, each in zip(ids, new, strict=True)
            ]
            connection.execute(sa.insert(study_runs), members)
        notify(self._engine)
        return study_id

    def stored_studies(self, owner: str | None = None, limit: int = 50) -> list[StoredStudy]:
        """The studies of this owner, the newest first."""
        chosen = sa.select(studies).where(_owned(owner)).order_by(studies.c.created_at.desc(), studies.c.id)
        with reading(self._engine) as connection:
            return [_stored(row) for row in connection.execute(chosen.limit(limit)).mappings()]

    def stored_study(self, study_id: str, owner: str | None = None) -> StoredStudy:
        """One study. Raises RunNotFound, also for somebody else's."""
        with reading(self._engine) as connection:
            return _stored(_row(connection, study_id, owner))

    def study_statuses(self, study_id: str, owner: str | None = None) -> list[tuple[int, int, Status]]:
        """(arm, seed, status) of the runs of a study that are still there. Raises RunNotFound."""
        chosen = rows.RUNS.add_columns(study_runs.c.arm, study_runs.c.seed)
        chosen = chosen.join(study_runs, study_runs.c.run_id == runs.c.id).where(study_runs.c.study_id == study_id)
        with reading(self._engine) as connection:
            _row(connection, study_id, owner)
            found = connection.execute(chosen.order_by(study_runs.c.arm, study_runs.c.seed)).all()
            statuses = rows.statuses_of(connection, found)
        return [(row.arm, row.seed, each) for row, each in zip(found, statuses, strict=True)]

    def stop_study(self, study_id: str, owner: str | None = None) -> None:
        """Let all its runs rest: what is done stays done, what trains keeps a checkpoint. Raises RunNotFound."""
        with writing(self._engine) as connection:
            _row(connection, study_id, owner)
            waiting = _of(study_id, "queued")
            connection.execute(sa.update(runs).where(waiting).values(state="paused"))
            training = sa.and_(_of(study_id, "running"), runs.c.command.is_(None))
            connection.execute(sa.update(runs).where(training).values(command="pause", commanded_at=rows.now()))

    def resume_study(self, study_id: str, owner: str | None = None) -> None:
        """Queue again what rests of it. Raises RunNotFound."""
        with writing(self._engine) as connection:
            _row(connection, study_id, owner)
            resting = sa.select(runs.c.id).join(study_runs, study_runs.c.run_id == runs.c.id)
            resting = resting.where(_of(study_id, "paused")).order_by(study_runs.c.arm, study_runs.c.seed)
            for run_id in list(connection.execute(resting).scalars()):
                queue_again(connection, run_id)
            stopping = sa.and_(_of(study_id, "running"), runs.c.command == "pause")
            connection.execute(sa.update(runs).where(stopping).values(command=None, commanded_at=None))
        notify(self._engine)

    def _forget_study(self, study_id: str, owner: str | None) -> None:
        with writing(self._engine) as connection:
            _row(connection, study_id, owner)
            connection.execute(sa.delete(studies).where(studies.c.id == study_id))


def _of(study_id: str, state: State) -> sa.ColumnElement[bool]:
    mine = sa.select(study_runs.c.run_id).where(study_runs.c.study_id == study_id)
    return sa.and_(runs.c.state == state, runs.c.id.in_(mine))


def _owned(owner: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if owner is None else studies.c.owner == owner


def _row(connection: sa.Connection, study_id: str, owner: str | None) -> Any:
    chosen = sa.select(studies).where(studies.c.id == study_id, _owned(owner))
    found = connection.execute(chosen).mappings().one_or_none()
    if found is None:
        raise study_not_found(study_id)
    return found


def _stored(row: Any) -> StoredStudy:
    return StoredStudy(row["id"], row["owner"], row["name"], row["body"], status.moment(row["created_at"]))
