"""Tasks of classes in the database: who gives which, and until when. Every function asks what its viewer may."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from dlcore.access import Action, Viewer
from dlcore.access.words import clean_name
from dlcore.errors import ClassError, ClassNotFound, RunError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.runs import status
from dlcore.runs.store import rows
from dlcore.runs.store.classes import nobody
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.permission import allowed_in_class
from dlcore.runs.store.schema import assignments, classes, extensions, members, submissions

if TYPE_CHECKING:
    from dlcore.runs.store.classes import SchoolClass

MOST_ATTEMPTS = 1_000
PLAIN = ("id", "class_id", "teacher", "title", "experiment", "task", "attempts")


@dataclass(frozen=True)
class ClassAssignment:
    """A task of a class. `due_at` is as it holds for whoever asked: a student's own where theirs was extended."""

    id: str
    class_id: str
    class_name: str
    teacher: str  # the name of a viewer
    title: str
    experiment: dict[str, Any]  # where it begins
    task: dict[str, Any]  # as `Assignment.requirements` writes it
    attempts: int | None  # how often one may hand in; None: as often as one likes
    due_at: datetime | None
    extended: bool
    created_at: datetime | None


class AssignmentStore:
    """The tasks in the database."""

    _engine: sa.Engine

    if TYPE_CHECKING:

        def find_class(self, class_id: str, viewer: Viewer) -> SchoolClass: ...

    def _make_assignment(
        self,
        class_id: str,
        title: str,
        plain: Mapping[str, Any],
        asked: Mapping[str, Any],
        due_at: datetime | None,
        attempts: int | None,
        viewer: Viewer,
    ) -> str:
        called = clean_name(title)
        if attempts is not None and not 1 <= attempts <= MOST_ATTEMPTS:
            text = N_("attempts must be from 1 to {most}, not {received}.")
            raise ClassError(Text(text, most=f"{MOST_ATTEMPTS:,}", received=attempts))
        self.find_class(class_id, viewer)
        assignment_id = secrets.token_hex(8)
        made = {"id": assignment_id, "class_id": class_id, "title": called, "experiment": dict(plain)}
        limits = {"task": dict(asked), "attempts": attempts, "due_at": _seconds(due_at), "created_at": rows.now()}
        with writing(self._engine) as connection:
            connection.execute(sa.insert(assignments).values(**made, **limits))
        return assignment_id

    def class_assignments(self, class_id: str, viewer: Viewer) -> list[ClassAssignment]:
        """The tasks of a class that this viewer looks after, the newest first. Raises ClassNotFound."""
        self.find_class(class_id, viewer)
        return self._chosen(viewer.name, assignments.c.class_id == class_id)

    def assignments(self, viewer: Viewer) -> list[ClassAssignment]:
        """The tasks of the classes that this viewer has joined, the newest first."""
        return self._chosen(viewer.name, _may(viewer, "learn"))

    def find_assignment(self, assignment_id: str, viewer: Viewer) -> ClassAssignment:
        """One that this viewer is to do, or gives. Raises ClassNotFound, also for one of somebody else's class."""
        may = sa.or_(_may(viewer, "learn"), _may(viewer, "teach"))
        found = self._chosen(viewer.name, sa.and_(assignments.c.id == assignment_id, may))
        if not found:
            raise _not_found(assignment_id)
        return found[0]

    def set_due(self, assignment_id: str, due_at: datetime | None, viewer: Viewer) -> None:
        """Another date until which all have time; None: no date. Raises ClassNotFound."""
        with writing(self._engine) as connection:
            _row(connection, assignment_id, _may(viewer, "teach"))
            chosen = sa.update(assignments).where(assignments.c.id == assignment_id)
            connection.execute(chosen.values(due_at=_seconds(due_at)))

    def extend(self, assignment_id: str, member: str, due_at: datetime | None, viewer: Viewer) -> None:
        """A date of their own for one student; None: the same as all have. Raises ClassNotFound."""
        key = {"assignment_id": assignment_id, "owner": member}
        with writing(self._engine) as connection:
            class_id = _row(connection, assignment_id, _may(viewer, "teach"))["class_id"]
            theirs = sa.select(members.c.name).where(members.c.class_id == class_id, members.c.name == member)
            if connection.execute(theirs).first() is None:
                raise nobody(member)
            if due_at is None:
                connection.execute(sa.delete(extensions).filter_by(**key))
            else:
                rows.put(connection, extensions, key, {"due_at": _seconds(due_at)})

    def extensions(self, assignment_id: str, viewer: Viewer) -> dict[str, datetime]:
        """By the names of the students who have a date of their own, that date. Raises ClassNotFound."""
        chosen = sa.select(extensions.c.owner, extensions.c.due_at).where(extensions.c.assignment_id == assignment_id)
        with reading(self._engine) as connection:
            _row(connection, assignment_id, _may(viewer, "teach"))
            found = {owner: status.moment(due_at) for owner, due_at in connection.execute(chosen)}
        return {owner: due_at for owner, due_at in found.items() if due_at is not None}

    def _delete_assignment(self, assignment_id: str, viewer: Viewer) -> list[str]:
        """Returns the ids of what was handed in, whose files are now nobody's."""
        of_it = submissions.c.assignment_id == assignment_id
        with writing(self._engine) as connection:
            _row(connection, assignment_id, _may(viewer, "teach"))
            gone = list(connection.execute(sa.select(submissions.c.id).where(of_it)).scalars())
            for column in (submissions.c.assignment_id, extensions.c.assignment_id, assignments.c.id):
                connection.execute(sa.delete(column.table).where(column == assignment_id))
        return gone

    def _chosen(self, asks: str, condition: sa.ColumnElement[bool]) -> list[ClassAssignment]:
        own = sa.and_(extensions.c.assignment_id == assignments.c.id, extensions.c.owner == asks)
        chosen = sa.select(assignments, classes.c.name, classes.c.teacher, extensions.c.due_at.label("extended"))
        chosen = chosen.join(classes, classes.c.id == assignments.c.class_id).outerjoin(extensions, own)
        chosen = chosen.where(condition).order_by(assignments.c.created_at.desc(), assignments.c.id)
        with reading(self._engine) as connection:
            return [_assignment(row) for row in connection.execute(chosen).mappings()]


def check_turned(connection: sa.Connection, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Raises RunError where a run is of a task that does not allow these settings in mid-run. row: of the run."""
    chosen = sa.select(assignments.c.experiment, assignments.c.task).where(assignments.c.id == row["assignment"])
    found = connection.execute(chosen).one_or_none() if row["assignment"] is not None else None
    if found is None:
        return
    from dlcore.export.assignment import Assignment  # with torch

    now = Experiment.from_stored(row["experiment"]).changed(row["step"], values)
    asked, start = Assignment.parse(found.task, "task"), Experiment.from_stored(found.experiment)
    for text in asked.refusals(start, now):
        raise RunError(text)


def _assignment(row: sa.RowMapping) -> ClassAssignment:
    due_at = row["due_at"] if row["extended"] is None else row["extended"]
    return ClassAssignment(
        **{each: row[each] for each in PLAIN},
        class_name=row["name"],
        due_at=status.moment(due_at),
        extended=row["extended"] is not None,
        created_at=status.moment(row["created_at"]),
    )


def _may(viewer: Viewer, action: Action) -> sa.ColumnElement[bool]:
    return allowed_in_class(viewer, action, assignments.c.class_id)


def _row(connection: sa.Connection, assignment_id: str, may: sa.ColumnElement[bool]) -> sa.RowMapping:
    chosen = sa.select(assignments).where(assignments.c.id == assignment_id, may)
    found = connection.execute(chosen).mappings().one_or_none()
    if found is None:
        raise _not_found(assignment_id)
    return found


def _not_found(assignment_id: str) -> ClassNotFound:
    return ClassNotFound(Text(N_("There is no task {id}."), id=assignment_id[:40]))


def _seconds(moment: datetime | None) -> float | None:
    """As it is kept: seconds since 1970."""
    return None if moment is None else moment.timestamp()
