"""Studies in the database: what each compares, and which run is which arm of it with which seed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from dlcore.access import Action, Viewer, student
from dlcore.errors import study_not_found
from dlcore.i18n import Text
from dlcore.runs import status
from dlcore.runs.status import State, Status
from dlcore.runs.store import rows
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.learner import end_of_queue, queue_again
from dlcore.runs.store.notification import QUEUE, RUNS, notify, of_run, telling
from dlcore.runs.store.permission import allowed
from dlcore.runs.store.schema import events, runs, searches, studies, study_runs
from dlcore.runs.store.usage import check_new_runs
from dlcore.training.events import EpochEnded, Scores, scores_from_json

TrainingScores = dict[tuple[int, int], Scores]  # by arm and seed
Epoch = Literal["best", "last"]

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
    assignment: str | None = None  # the task of a class for which it was submitted


@dataclass(frozen=True)
class StoredSearch:
    """How far a search is (open, resting, done), which settings matter, and why it ended early, where it did."""

    state: str
    importances: dict[str, float] | None
    note: Text | None


class StudyStore:
    """The studies in the database. Every function asks what its viewer may."""

    _engine: sa.Engine

    def _submit_study(
        self,
        body: dict[str, Any],
        owner: str,
        name: str,
        new: Sequence[NewRun],
        searching: str | None = None,
        assignment: str | None = None,
    ) -> str:
        """Write a study and queue all of its runs, in one transaction. Returns its id.

        The first run is the newest: in a list, where the newest stand first, they are in their order. searching: the
        home that is to go on adding runs, where the study is one to which they are added. assignment: the task of a
        class for which all of them are.
        """
        study_id = secrets.token_hex(8)
        ids = [secrets.token_hex(8) for _ in new]
        with writing(self._engine) as connection:
            check_new_runs(connection, owner, len(new))
            at, first = rows.now(), end_of_queue(connection)
            kept = {"id": study_id, "owner": owner, "name": name, "body": body, "created_at": at,
                    "assignment": assignment}  # fmt: skip
            connection.execute(sa.insert(studies).values(kept))
            times = ({"created_at": at - GAP * place, "queued_at": first + GAP * place} for place in range(len(new)))
            queued = [
                {"id": run_id, **rows.queued(each.experiment, owner, each.name, study_id, assignment), **when}
                for run_id, each, when in zip(ids, new, times, strict=True)
            ]
            connection.execute(sa.insert(runs), queued)
            members = [
                {"run_id": run_id, "study_id": study_id, "arm": each.arm, "seed": each.seed, "filmed": each.filmed}
                for run_id, each in zip(ids, new, strict=True)
            ]
            connection.execute(sa.insert(study_runs), members)
            if searching is not None:
                connection.execute(sa.insert(searches).values(study_id=study_id, home=searching, state="open"))
        notify(self._engine)
        return study_id

    def stored_studies(self, viewer: Viewer, limit: int = 50, own: bool = False) -> list[StoredStudy]:
        """The studies this viewer may see, the newest first. own: without those of the students of one's classes."""
        seen = _may(student(viewer.name) if own else viewer, "see")
        chosen = sa.select(studies).where(seen).order_by(studies.c.created_at.desc(), studies.c.id)
        with reading(self._engine) as connection:
            return [_stored(row) for row in connection.execute(chosen.limit(limit)).mappings()]

    def stored_study(self, study_id: str, viewer: Viewer) -> StoredStudy:
        """One study. Raises RunNotFound, also for somebody else's."""
        with reading(self._engine) as connection:
            return _stored(_row(connection, study_id, _may(viewer, "see")))

    def study_states(self, study_ids: Collection[str], viewer: Viewer) -> dict[str, dict[State, int]]:
        """By the id of each of these studies that is found, how many of its runs are in which state: one small read."""
        chosen = sa.select(study_runs.c.study_id, runs.c.state, sa.func.count())
        chosen = chosen.join(runs, study_runs.c.run_id == runs.c.id).join(
            studies, studies.c.id == study_runs.c.study_id
        )
        chosen = chosen.where(studies.c.id.in_(list(study_ids)), _may(viewer, "see"))
        found: dict[str, dict[State, int]] = {}
        with reading(self._engine) as connection:
            for study_id, state, count in connection.execute(chosen.group_by(study_runs.c.study_id, runs.c.state)):
                found.setdefault(study_id, {})[state] = count
        return found

    def study_statuses(self, study_id: str, viewer: Viewer) -> list[tuple[int, int, Status]]:
        """(arm, seed, status) of the runs of a study that are still there. Raises RunNotFound."""
        chosen = rows.RUNS.add_columns(study_runs.c.arm, study_runs.c.seed)
        chosen = chosen.join(study_runs, study_runs.c.run_id == runs.c.id).where(study_runs.c.study_id == study_id)
        with reading(self._engine) as connection:
            _row(connection, study_id, _may(viewer, "see"))
            found = connection.execute(chosen.order_by(study_runs.c.arm, study_runs.c.seed)).all()
            statuses = rows.statuses_of(connection, found)
        return [(row.arm, row.seed, each) for row, each in zip(found, statuses, strict=True)]

    def study_training_scores(self, study_id: str, epoch: Epoch, viewer: Viewer) -> TrainingScores:
        """By (arm, seed), the scores on the training part at the best or the last epoch of its runs.

        Raises RunNotFound.
        """
        wanted = runs.c.best_epoch if epoch == "best" else runs.c.epoch
        chosen = sa.select(study_runs.c.arm, study_runs.c.seed, events.c.body)
        chosen = chosen.join(runs, study_runs.c.run_id == runs.c.id).join(events, events.c.run_id == runs.c.id)
        chosen = chosen.where(study_runs.c.study_id == study_id, events.c.kind == EpochEnded.__name__)
        chosen = chosen.where(events.c.body["epoch"].as_integer() == wanted)
        with reading(self._engine) as connection:
            _row(connection, study_id, _may(viewer, "see"))
            found = connection.execute(chosen).all()
        return {(arm, seed): scores_from_json(body["train"]) for arm, seed, body in found}

    def search(self, study_id: str, viewer: Viewer) -> StoredSearch | None:
        """How far a search is; None for a study of another kind. Raises RunNotFound."""
        with reading(self._engine) as connection:
            _row(connection, study_id, _may(viewer, "see"))
            chosen = sa.select(searches.c.state, searches.c.importances, searches.c.note)
            found = connection.execute(chosen.where(searches.c.study_id == study_id)).one_or_none()
        return None if found is None else StoredSearch(found[0], found[1], status.sentence(found[2]))

    def stop_study(self, study_id: str, viewer: Viewer) -> None:
        """Let all its runs rest: what is done stays done, what trains keeps a checkpoint. Raises RunNotFound."""
        with writing(self._engine) as connection:
            _row(connection, study_id, _may(viewer, "stop"))
            waiting = _of(study_id, "queued")
            paused = sa.update(runs).where(waiting).values(state="paused")
            connection.execute(telling(connection, paused, RUNS, QUEUE))
            training = sa.and_(_of(study_id, "running"), runs.c.command.is_(None))
            asked = sa.update(runs).where(training).values(command="pause", commanded_at=rows.now())
            connection.execute(telling(connection, asked, RUNS, of_run(runs.c.id)))
            _turn(connection, study_id, "open", "resting")

    def resume_study(self, study_id: str, viewer: Viewer) -> None:
        """Queue again what rests of it. Raises RunNotFound."""
        with writing(self._engine) as connection:
            _row(connection, study_id, _may(viewer, "change"))
            resting = sa.select(runs.c.id).join(study_runs, study_runs.c.run_id == runs.c.id)
            resting = resting.where(_of(study_id, "paused")).order_by(study_runs.c.arm, study_runs.c.seed)
            for run_id in list(connection.execute(resting).scalars()):
                queue_again(connection, run_id)
            stopping = sa.and_(_of(study_id, "running"), runs.c.command == "pause")
            asked = sa.update(runs).where(stopping).values(command=None, commanded_at=None)
            connection.execute(telling(connection, asked, RUNS, of_run(runs.c.id)))
            _turn(connection, study_id, "resting", "open")
        notify(self._engine)

    def _forget_study(self, study_id: str, viewer: Viewer) -> None:
        with writing(self._engine) as connection:
            _row(connection, study_id, _may(viewer, "change"))
            connection.execute(sa.delete(searches).where(searches.c.study_id == study_id))
            connection.execute(sa.delete(studies).where(studies.c.id == study_id))


def _turn(connection: sa.Connection, study_id: str, before: str, after: str) -> None:
    """Let a search rest, or go on."""
    mine = sa.and_(searches.c.study_id == study_id, searches.c.state == before)
    connection.execute(sa.update(searches).where(mine).values(state=after))


def _of(study_id: str, state: State) -> sa.ColumnElement[bool]:
    mine = sa.select(study_runs.c.run_id).where(study_runs.c.study_id == study_id)
    return sa.and_(runs.c.state == state, runs.c.id.in_(mine))


def _may(viewer: Viewer, action: Action) -> sa.ColumnElement[bool]:
    return allowed(viewer, action, studies.c.owner)


def _row(connection: sa.Connection, study_id: str, allowed: sa.ColumnElement[bool]) -> Any:
    chosen = sa.select(studies).where(studies.c.id == study_id, allowed)
    found = connection.execute(chosen).mappings().one_or_none()
    if found is None:
        raise study_not_found(study_id)
    return found


def _stored(row: Any) -> StoredStudy:
    return StoredStudy(row["id"], row["owner"], row["name"], row["body"], status.moment(row["created_at"]),
                       row["assignment"])  # fmt: skip
