"""What a class does, for its teacher: of each student the newest run, when something last changed, and the lessons.

A look is a few statements for the whole class, however many runs its students have.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dlcore.access import Viewer
from dlcore.runs.status import State
from dlcore.runs.store import classes, rows
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.permission import may_see_run
from dlcore.runs.store.schema import drafts, events, members, preferences, runs, sittings, study_runs
from dlcore.training.events import EpochEnded
from dlcore.training.scores import headlines

SITTING_SECONDS = 600.0  # away for longer, who comes back begins anew
LESSON = "lesson."  # how the keys begin under which evidence of lessons is kept

Evidence = Mapping[str, Mapping[str, Any]]  # of a lesson: section -> what was done in it
Points = list[tuple[int, float | None]]  # (epoch, score)


@dataclass(frozen=True)
class CurrentRun:
    """The run of a student that trains, else the newest one; those of studies are left out. Times are since 1970."""

    id: str
    name: str
    state: State
    dataset: str
    epoch: int
    epochs: int
    best_epoch: int | None
    scores: Mapping[str, float]  # by their metrics, at the best epoch
    improved_at: float  # about when its best epoch was, else when it began
    cursor: int


@dataclass(frozen=True)
class Activity:
    """What is known of a student of a class. Times are in seconds since 1970; None where it never was."""

    name: str
    called: str
    joined_at: float
    since: float | None  # when this sitting began
    seen_at: float | None  # when a page of theirs was last open
    saved_at: float | None  # when the draft was changed
    runs: int
    newest_at: float | None  # when a run was last made
    current: CurrentRun | None
    best: float | None  # the best score of all their runs on the data of the current one
    lessons: Mapping[str, Evidence] = field(default_factory=dict)  # by the lesson


class ClassroomStore:
    """What happens in classes."""

    _engine: sa.Engine

    def class_activity(self, class_id: str, viewer: Viewer) -> list[Activity]:
        """Of every student by their names, what they do. Raises ClassNotFound."""
        with reading(self._engine) as connection:
            classes.find(connection, class_id, viewer)
            students = connection.execute(_students(class_id)).all()
            names = [row.name for row in students]
            current = {row.owner: row for row in connection.execute(_current(names))}
            best = _best(connection, names)
            lessons = _lessons(connection, names)
        return [_activity(row, current.get(row.name), best, lessons.get(row.name, {})) for row in students]

    def score_curves(
        self, metrics: Mapping[str, str], cursors: Mapping[str, int], viewer: Viewer
    ) -> dict[str, tuple[int, Points]]:
        """Of runs, by their ids, the cursor and the scores of the epochs since these cursors.

        metrics: which score of each run, on the validation part, else on the training part. Runs that this viewer may
        not see are left out, and those without news.
        """
        found: dict[str, tuple[int, Points]] = {}
        with reading(self._engine) as connection:
            for metric in sorted(set(metrics.values())):
                wanted = {run_id: cursors.get(run_id, 0) for run_id, each in metrics.items() if each == metric}
                for row in connection.execute(_scores(metric, wanted).where(may_see_run(viewer))):
                    _cursor, points = found.get(row.run_id, (0, []))
                    found[row.run_id] = (row.number, [*points, (row.epoch, row.score)])
        return found

    def note_seen(self, owners: Mapping[str, float]) -> None:
        """These learners had a page open, at these times: who was away for long begins a new sitting."""
        with writing(self._engine) as connection:
            chosen = sa.select(sittings).where(sittings.c.owner.in_(list(owners)))
            before = {row.owner: row for row in connection.execute(chosen)}
            for owner, at in owners.items():
                known = before.get(owner)
                stays = known is not None and at - known.seen_at <= SITTING_SECONDS
                since = known.since if known is not None and stays else at
                rows.put(connection, sittings, {"owner": owner}, {"since": since, "seen_at": at})


def _students(class_id: str) -> sa.Select[Any]:
    """Each student with what stands in one row of theirs."""
    counted = sa.select(runs.c.owner, sa.func.count().label("count"), sa.func.max(runs.c.created_at).label("newest_at"))
    made = counted.group_by(runs.c.owner).subquery()
    columns = (members.c.name, members.c.called, members.c.joined_at, sittings.c.since, sittings.c.seen_at,
               drafts.c.saved_at, made.c.count, made.c.newest_at)  # fmt: skip
    joined = members.outerjoin(sittings, sittings.c.owner == members.c.name)
    joined = joined.outerjoin(drafts, drafts.c.owner == members.c.name)
    joined = joined.outerjoin(made, made.c.owner == members.c.name)
    chosen = sa.select(*columns).select_from(joined).where(members.c.class_id == class_id)
    return chosen.order_by(members.c.called)


def _current(names: Collection[str]) -> sa.Select[Any]:
    """One run of each: what trains comes first, then what is newest."""
    trains = sa.case((runs.c.state == "running", 0), else_=1)
    order = sa.func.row_number().over(partition_by=runs.c.owner, order_by=(trains, runs.c.created_at.desc(), runs.c.id))
    columns = ("id", "owner", "name", "state", "epoch", "epochs", "best_epoch", "best", "seconds", "created_at",
               "started_at", "finished_at", "heartbeat_at", "cursor")  # fmt: skip
    numbered = sa.select(*(runs.c[name] for name in columns), _dataset.label("dataset"), order.label("place"))
    numbered = numbered.where(runs.c.owner.in_(names), runs.c.id.not_in(sa.select(study_runs.c.run_id)))
    placed = numbered.subquery()
    return sa.select(placed).where(placed.c.place == 1)


_dataset = runs.c.experiment["dataset"]["name"].as_string()


def _best(connection: sa.Connection, names: Collection[str]) -> dict[tuple[str, str], dict[str, float]]:
    """(owner, data set) -> the highest value of each headline."""
    highest = [sa.func.max(runs.c.best[name].as_float()).label(name) for name in headlines()]
    chosen = sa.select(runs.c.owner, _dataset.label("dataset"), *highest).where(runs.c.owner.in_(names))
    found = connection.execute(chosen.group_by(runs.c.owner, _dataset)).mappings()
    return {(row["owner"], row["dataset"]): {name: row[name] for name in headlines()} for row in found}


def _lessons(connection: sa.Connection, names: Collection[str]) -> dict[str, dict[str, Evidence]]:
    """owner -> lesson -> evidence."""
    ours = preferences.c.owner.in_(names), preferences.c.key.startswith(LESSON, autoescape=True)
    found: dict[str, dict[str, Evidence]] = {}
    for row in connection.execute(sa.select(preferences).where(*ours)):
        if isinstance(row.value, dict):
            found.setdefault(row.owner, {})[row.key.removeprefix(LESSON)] = row.value
    return found


def _scores(metric: str, after: Mapping[str, int]) -> sa.Select[Any]:
    """A row an epoch: a number out of what is stored, so that no matrix is read."""
    body = events.c.body
    score = sa.func.coalesce(body[("validation", metric)].as_float(), body[("train", metric)].as_float())
    news = sa.or_(
        sa.false(),
        *(sa.and_(events.c.run_id == run_id, events.c.number > number) for run_id, number in after.items()),
    )
    columns = (events.c.run_id, events.c.number, body["epoch"].as_integer().label("epoch"), score.label("score"))
    chosen = sa.select(*columns).join(runs, runs.c.id == events.c.run_id)
    return chosen.where(events.c.kind == EpochEnded.__name__, news).order_by(events.c.run_id, events.c.number)


def _activity(
    row: Any, current: Any, best: Mapping[tuple[str, str], Mapping[str, float]], lessons: Mapping[str, Evidence]
) -> Activity:
    run = None if current is None else _run(current)
    highest = {} if run is None else best.get((row.name, run.dataset), {})
    headline = None if run is None else main_metric(run.scores)
    return Activity(
        row.name, row.called, row.joined_at, row.since, row.seen_at, row.saved_at, row.count or 0, row.newest_at,
        run, None if headline is None else highest.get(headline), lessons,
    )  # fmt: skip


def main_metric(scores: Mapping[str, float]) -> str | None:
    """The headline among scores; None where none was measured."""
    return next((name for name in headlines() if scores.get(name) is not None), None)


def _run(row: Any) -> CurrentRun:
    scores = {name: value for name, value in (row.best or {}).items() if isinstance(value, int | float)}
    return CurrentRun(
        row.id, row.name, row.state, row.dataset, row.epoch, row.epochs, row.best_epoch, scores, _improved_at(row),
        row.cursor,
    )  # fmt: skip


def _improved_at(row: Any) -> float:
    """By the time that its epochs took: how many were trained since the best one, up to when it was last heard of."""
    last: float = row.finished_at or row.heartbeat_at or row.started_at or row.created_at
    if not row.epoch or row.best_epoch is None:
        return float(row.started_at or row.created_at)
    since_then: float = row.seconds / row.epoch * (row.epoch - row.best_epoch)
    return last - since_then
