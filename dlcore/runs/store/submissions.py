"""What was handed in for the tasks of classes: copies that stay as they are, and what checking them has shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dlcore.access import Viewer
from dlcore.errors import ClassNotFound, RunError
from dlcore.i18n import N_, Text
from dlcore.runs import status
from dlcore.runs.artifacts import Artifact
from dlcore.runs.status import scores
from dlcore.runs.store import rows
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.permission import allowed, allowed_in_class
from dlcore.runs.store.schema import assignments, extensions, submissions
from dlcore.training.events import Scores
from dlcore.training.scores import headline, value

ROUNDING = 0.01  # by which a score may differ from one machine to another
COPIED = ("id", "assignment_id", "owner", "run_id", "name", "experiment", "record", "checked")


@dataclass(frozen=True)
class Submission:
    """A run as it was handed in. `record` is what the run itself says; `checked` what measuring its weights says.

    `due_at` is the date that holds for this student now: an extension that was given later counts, too.
    """

    id: str
    assignment_id: str
    owner: str
    run_id: str  # which may be gone
    name: str  # of the run
    experiment: dict[str, Any]
    record: dict[str, Any]  # scores, epoch, seconds, parameters, effort, test_opened
    weights: Artifact
    submitted_at: datetime
    due_at: datetime | None
    checked: dict[str, Any] | None  # scores by part: judging, test
    problem: Text | None  # why they could not be measured
    checked_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether it came after its date."""
        return self.due_at is not None and self.submitted_at > self.due_at

    @property
    def recorded(self) -> Scores | None:
        """The scores that the run's record claims, on the part that judges."""
        return scores(self.record["scores"])

    def measured(self, part: str) -> Scores | None:
        """The scores that the kept weights have on a part (judging, test); None where that was not measured."""
        return None if self.checked is None else scores(self.checked.get(part))

    @property
    def differs(self) -> bool:
        """Whether the record claims another score than its weights have on the same rows; other machines round."""
        recorded, measured = self.recorded, self.measured("judging")
        name = "loss" if measured is None else headline(measured)
        claimed, found = value(recorded, name), value(measured, name)
        if found is None:
            return False
        return claimed is None or abs(claimed - found) > ROUNDING * max(1.0, abs(found))


class SubmissionStore:
    """What was handed in, in the database."""

    _engine: sa.Engine

    def submissions(self, assignment_id: str, viewer: Viewer) -> list[Submission]:
        """What was handed in for a task, the oldest first: a student's own, or all for its teacher."""
        return self._found(submissions.c.assignment_id == assignment_id, viewer)

    def find_submission(self, submission_id: str, viewer: Viewer) -> Submission:
        """One of them. Raises ClassNotFound, also for somebody else's."""
        found = self._found(submissions.c.id == submission_id, viewer)
        if not found:
            raise ClassNotFound(Text(N_("Nothing was handed in as {id}."), id=submission_id[:40]))
        return found[0]

    def _found(self, condition: sa.ColumnElement[bool], viewer: Viewer) -> list[Submission]:
        teaches = allowed_in_class(viewer, "teach", assignments.c.class_id)
        may = sa.or_(allowed(viewer, "change", submissions.c.owner), teaches)
        theirs = sa.and_(
            extensions.c.assignment_id == submissions.c.assignment_id, extensions.c.owner == submissions.c.owner
        )
        due_at = sa.func.coalesce(extensions.c.due_at, assignments.c.due_at).label("due_at")
        chosen = sa.select(submissions, due_at).join(assignments, assignments.c.id == submissions.c.assignment_id)
        chosen = chosen.outerjoin(extensions, theirs).where(condition, may)
        with reading(self._engine) as connection:
            found = connection.execute(chosen.order_by(submissions.c.submitted_at, submissions.c.id)).mappings()
            return [_submission(row) for row in found]

    def _keep_submission(self, values: Mapping[str, Any], weights: Artifact, attempts: int | None) -> None:
        """Write it, where this owner has attempts left. Raises RunError."""
        file = {"file": weights.file, "bytes": weights.bytes, "sha256": weights.sha256}
        with writing(self._engine) as connection:
            check_attempts(self._count(connection, values["assignment_id"], values["owner"]), attempts)
            connection.execute(sa.insert(submissions).values(**values, **file, submitted_at=rows.now()))

    def _attempts(self, assignment_id: str, owner: str) -> int:
        """How often somebody has handed in."""
        with reading(self._engine) as connection:
            return self._count(connection, assignment_id, owner)

    @staticmethod
    def _count(connection: sa.Connection, assignment_id: str, owner: str) -> int:
        chosen = sa.select(sa.func.count()).select_from(submissions)
        chosen = chosen.where(submissions.c.assignment_id == assignment_id, submissions.c.owner == owner)
        return int(connection.execute(chosen).scalar_one())

    def _save_check(self, submission_id: str, checked: Mapping[str, Any] | None, problem: Text | None) -> None:
        """Keep what measuring the weights has shown, or why they could not be measured."""
        said = {"checked": checked, "problem": None if problem is None else problem.to_json()}
        with writing(self._engine) as connection:
            chosen = sa.update(submissions).where(submissions.c.id == submission_id)
            connection.execute(chosen.values(**said, checked_at=rows.now()))

    def _submissions_of(self, owner: str) -> list[str]:
        """The ids of all that somebody has handed in; the caller has asked whether that may be told."""
        with reading(self._engine) as connection:
            chosen = sa.select(submissions.c.id).where(submissions.c.owner == owner)
            return list(connection.execute(chosen).scalars())


def check_attempts(used: int, attempts: int | None) -> None:
    """Raises RunError where none is left."""
    if attempts is not None and used >= attempts:
        text = N_("All {attempts} attempts of this task are used: leave the task to go on for yourself.")
        raise RunError(Text(text, attempts=attempts))


def _submission(row: sa.RowMapping) -> Submission:
    submitted_at = status.moment(row["submitted_at"])
    assert submitted_at is not None
    return Submission(
        **{each: row[each] for each in COPIED},
        weights=Artifact(row["file"], row["bytes"], row["sha256"]),
        submitted_at=submitted_at,
        due_at=status.moment(row["due_at"]),
        problem=status.sentence(row["problem"]),
        checked_at=status.moment(row["checked_at"]),
    )
