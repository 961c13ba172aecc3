"""What pages, the command line and notebooks may read and ask: every function asks what its viewer may, inside.

What the policy (`dlcore.access`) does not allow a viewer is not found. Welcome runs are everybody's to read.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from dlcore.access import OPERATOR, WELCOME, Action, Viewer, own_name, student
from dlcore.errors import RunError, run_not_found
from dlcore.experiment import Experiment
from dlcore.experiment.changes import changed
from dlcore.i18n import N_, Text, on_one_line
from dlcore.runs.artifacts import Artifact
from dlcore.runs.status import ENDED, Finished, News, Overview, Pulse, State, Status, scores
from dlcore.runs.store import orders, rows
from dlcore.runs.store.assignments import check_turned
from dlcore.runs.store.engine import DiskFull, give_back, reading, writing
from dlcore.runs.store.group_commit import GroupCommit
from dlcore.runs.store.notification import notify
from dlcore.runs.store.overview import overview
from dlcore.runs.store.permission import allowed, may_read_data, may_see_run
from dlcore.runs.store.schema import (
    artifacts,
    commands,
    drafts,
    events,
    last_words,
    preferences,
    runs,
    shown_runs,
    speeds,
    study_runs,
    uploads,
)
from dlcore.runs.store.usage import check_new_runs
from dlcore.runs.store.watch import Watch

MAX_NAME = 120
BESIDE = (artifacts, commands, last_words, shown_runs, study_runs)  # what else than events goes when a run is deleted
MOST_STEPS = 10_000  # that are asked for at a time
NO_CHECKPOINT = N_("This run has ended and left no checkpoint to continue from.")
OF_A_STUDY = N_(
    "This run belongs to a study, whose results stay what they are: it trains to its planned end. Fork it to go "
    "further."
)
AS_JUDGED = N_(
    "This run belongs to a study, which says what its settings do: they stay as they are. Fork it to change them."
)
PAGE_OF_EVENTS = 5_000
MOST_AT_A_TIME = 1_000  # events that are deleted at a time on a full disk


# A run and what happened in it since a cursor, a row an event; without any, one row without an event. Written out
# once, not at each look, and as one statement: composing and sending one costs more than SQLite needs to answer it.
_NEW = sa.and_(events.c.run_id == runs.c.id, events.c.number > sa.bindparam("after"))
_NEWS = (
    rows.RUNS.add_columns(events.c.number, events.c.body)
    .select_from(runs.outerjoin(events, _NEW))
    .where(runs.c.id == sa.bindparam("run_id"))
    .order_by(events.c.number)
    .limit(PAGE_OF_EVENTS)
)


@functools.lru_cache(maxsize=64)
def _news(viewer: Viewer) -> sa.Select[Any]:
    """For one viewer: written out once for all of their looks."""
    return _NEWS.where(_may(viewer, "see"))


Bodies = list[dict[str, Any]]  # of events
StatusList = list[Status]
FinishedRuns = list[Finished]  # a class that has a method `list` cannot say so
EventRows = list[tuple[int, dict[str, Any]]]  # number, body


def _by_themselves() -> sa.ColumnElement[bool]:
    """Runs that stand in a list without their study: those of none, and the filmed ones of the welcome study."""
    of_study = sa.select(study_runs.c.run_id)
    filmed = of_study.where(study_runs.c.filmed)
    return sa.or_(runs.c.id.not_in(of_study), sa.and_(runs.c.owner == WELCOME, runs.c.id.in_(filmed)))


class Store:
    """The database as learners use it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._submissions = GroupCommit(engine)

    # What happened

    def status(self, run_id: str, viewer: Viewer) -> Status:
        """How a run stands now. Raises RunNotFound."""
        with reading(self._engine) as connection:
            return _status(connection, run_id, viewer)

    def list(
        self,
        viewer: Viewer,
        limit: int = 200,
        states: Iterable[State] | None = None,
        group: str | None = None,
        assignment: str | None = None,
        own: bool = False,
    ) -> list[Status]:
        """Runs this viewer may see, the newest first; those of a study only where its id is the `group`.

        assignment: only those of this task of a class, of its studies as well. own: without those of the students of
        one's classes.

        Of the study that welcomes a newcomer, those that were filmed stand in everybody's list.
        """
        seen = allowed(student(viewer.name) if own else viewer, "see", runs.c.owner)
        chosen = rows.RUNS.where(seen).order_by(runs.c.created_at.desc(), runs.c.id).limit(limit)
        if states is not None:
            chosen = chosen.where(runs.c.state.in_(list(states)))
        if assignment is not None:
            chosen = chosen.where(runs.c.assignment == assignment)
        elif group is None:
            chosen = chosen.where(_by_themselves())
        if group is not None:
            chosen = chosen.where(runs.c.group == group)
        with reading(self._engine) as connection:
            return rows.statuses(connection, chosen)

    def under_way(self, viewer: Viewer, limit: int = 200) -> StatusList:
        """What trains, then what waits in the order in which it will be served: of studies, too."""
        chosen = rows.RUNS.where(_may(viewer, "see"), runs.c.state.in_(("running", "queued")))
        with reading(self._engine) as connection:
            found = rows.statuses(connection, chosen)
        return sorted(found, key=lambda each: (each.position or 0, each.created_at))[:limit]

    def failures(self, viewer: Viewer, limit: int = 10) -> StatusList:
        """The runs that failed last, the newest first: of studies, too."""
        chosen = rows.RUNS.where(_may(viewer, "see"), runs.c.state == "failed")
        with reading(self._engine) as connection:
            return rows.statuses(connection, chosen.order_by(runs.c.finished_at.desc(), runs.c.id).limit(limit))

    def news(self, run_id: str, viewer: Viewer, after: int = 0, watch: Watch | None = None) -> News:
        """What happened since the cursor `after`, and the status, of one moment: for a live view, over its `watch`.

        Over a watch of SQLite a place in the queue is of the next moment.
        Raises RunNotFound where there is none to see.
        """
        asked = {"run_id": run_id, "after": after}
        with watch.reading() if watch else reading(self._engine) as connection:
            statement = _news(viewer)
            found = watch.rows(statement, asked) if watch else connection.execute(statement, asked).all()
            if not found:
                raise run_not_found(run_id)
            status = rows.statuses_of(connection, found[:1])[0]
        cursor = found[-1].number
        bodies = [row.body for row in found] if cursor is not None else []
        return News(status, bodies, max(after, 0) if cursor is None else cursor, more=len(bodies) == PAGE_OF_EVENTS)

    def overview(self, run_id: str, viewer: Viewer) -> Overview:
        """All that is drawn of a run so far, of one moment: a long one is not read whole. Raises RunNotFound."""
        with reading(self._engine) as connection:
            return overview(connection, _status(connection, run_id, viewer))

    def pulses(self, run_ids: Collection[str], viewer: Viewer, watch: Watch | None = None) -> dict[str, Pulse]:
        """The pulse of each run that is found: one small read, however many watch."""
        chosen = sa.select(runs.c.id, runs.c.state, runs.c.command, runs.c.cursor)
        with watch.reading() if watch else reading(self._engine) as connection:
            found = connection.execute(chosen.where(runs.c.id.in_(list(run_ids)), _may(viewer, "see")))
            return {run_id: Pulse(state, command, cursor) for run_id, state, command, cursor in found}

    def watch(self) -> Watch:
        """For who looks again and again: it tells whether anything was written, and is what `news` is read over."""
        return Watch(self._engine)

    def is_empty(self) -> bool:
        """Whether no run was ever kept here."""
        with reading(self._engine) as connection:
            return connection.execute(sa.select(runs.c.id).limit(1)).first() is None

    def _event_rows(self, run_id: str, after: int, viewer: Viewer) -> EventRows:
        with reading(self._engine) as connection:
            _exists(connection, run_id, _may(viewer, "see"))
            return _events(connection, run_id, after, None)

    def _bodies_of_kind(self, run_id: str, kind: str, viewer: Viewer) -> Bodies:
        """The events of one kind, in their order."""
        chosen = sa.select(events.c.body).where(events.c.run_id == run_id, events.c.kind == kind)
        with reading(self._engine) as connection:
            _exists(connection, run_id, _may(viewer, "see"))
            return [body for (body,) in connection.execute(chosen.order_by(events.c.number))]

    def _experiment(self, run_id: str, viewer: Viewer) -> dict[str, Any]:
        with reading(self._engine) as connection:
            chosen = sa.select(runs.c.experiment).where(runs.c.id == run_id, _may(viewer, "see"))
            found: dict[str, Any] | None = connection.execute(chosen).scalar()
        if found is None:
            raise run_not_found(run_id)
        return found

    def _artifact(self, run_id: str, name: str, viewer: Viewer) -> tuple[Artifact, int, str] | None:
        """(the file, the epoch it is of, the run's name); None where it was not written yet."""
        columns = (artifacts.c.file, artifacts.c.bytes, artifacts.c.sha256, artifacts.c.epoch)
        with reading(self._engine) as connection:
            _exists(connection, run_id, _may(viewer, "see"))
            chosen = sa.select(*columns, runs.c.name).join(runs).where(artifacts.c.run_id == run_id)
            row = connection.execute(chosen.where(artifacts.c.name == name)).one_or_none()
        return None if row is None else (Artifact(row.file, row.bytes, row.sha256), row.epoch, row.name)

    # What is asked

    def _submit(
        self,
        experiment: dict[str, Any],
        owner: str,
        name: str | None,
        group: str | None,
        parent: tuple[str, int] | None = None,
        assignment: str | None = None,
    ) -> str:
        chosen = None if name is None else _clean(name)
        lineage = dict(zip(("parent", "parent_epoch"), parent or (None, None), strict=True))

        def write(connection: sa.Connection) -> str:
            check_new_runs(connection, owner, 1)
            run_id = secrets.token_hex(8)
            called = _next_name(connection, experiment, owner) if chosen is None else chosen
            times = {"created_at": rows.now(), "queued_at": end_of_queue(connection)}
            row = rows.queued(experiment, owner, called, group, assignment)
            connection.execute(sa.insert(runs).values(**row, **lineage, **times, id=run_id))
            return run_id

        run_id = self._submissions.write(write)
        notify(self._engine)
        return run_id

    def stop(self, run_id: str, viewer: Viewer) -> None:
        """End a run and keep what it learned: within one batch if it trains, at once if it waits or rests."""
        self._end(run_id, viewer, "stop")

    def kill(self, run_id: str, viewer: Viewer) -> None:
        """Stop; and if the run does not obey within the grace time, end its process."""
        self._end(run_id, viewer, "kill")

    def _end(self, run_id: str, viewer: Viewer, command: str) -> None:
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _may(viewer, "stop"))
            if row["state"] == "running":
                if row["command"] != "kill":
                    rows.change(connection, run_id, {"command": command, "commanded_at": rows.now()})
            elif row["state"] in ("queued", "paused"):
                cursor = rows.append(connection, run_id, row["cursor"], rows.closing(row, "stopped"))
                ended = {"state": "stopped", "command": None, "finished_at": rows.now(), "cursor": cursor}
                rows.change(connection, run_id, ended)

    def pause(self, run_id: str, viewer: Viewer) -> None:
        """Let a run rest: it keeps a checkpoint and gives its place to others. One that has ended stays as it is."""
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _may(viewer, "change"))
            if row["state"] == "queued":
                rows.change(connection, run_id, {"state": "paused"})
            elif row["state"] == "running" and row["command"] is None:
                rows.change(connection, run_id, {"command": "pause", "commanded_at": rows.now()})

    def resume(self, run_id: str, viewer: Viewer) -> None:
        """Let a run go on that rests, queue one again that was paused, or that failed and left a checkpoint.

        Raises RunError for any other.
        """
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _may(viewer, "change"))
            if row["state"] in ("queued", "running"):
                if row["command"] == "pause":
                    rows.change(connection, run_id, {"command": None, "commanded_at": None})
                orders.give(connection, run_id, "go", {})
                return
            if not _status(connection, run_id, OPERATOR).resumable:
                raise RunError(Text(NO_CHECKPOINT))
            queue_again(connection, run_id)
        notify(self._engine)

    def hold(self, run_id: str, viewer: Viewer) -> None:
        """Let a run rest where it is, its worker at hand for some minutes; one that only waits is paused."""
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _may(viewer, "change"))
            if row["state"] == "queued":
                rows.change(connection, run_id, {"state": "paused"})
            elif row["state"] == "running":
                orders.give(connection, run_id, "hold", {})

    def step(self, run_id: str, viewer: Viewer, batches: int | None = None, epochs: int | None = None) -> None:
        """Train so many batches or epochs, then rest: also one that has ended, beyond its planned end.

        Raises RunError where that is not one number from 1 to 10,000, or the run cannot go on: one of a study no
        further than its planned end.
        """
        wanted = {name: value for name, value in (("batches", batches), ("epochs", epochs)) if value is not None}
        if len(wanted) != 1 or not all(1 <= value <= MOST_STEPS for value in wanted.values()):
            raise RunError(Text(N_("A run goes on by 1 to {most} batches, or as many epochs."), most=MOST_STEPS))
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _may(viewer, "change"))
            status = _status(connection, run_id, OPERATOR)
            if status.in_study and (status.state in ENDED or status.epoch + (epochs or 0) > status.epochs):
                raise RunError(Text(OF_A_STUDY))
            if status.state not in ("queued", "running") and not (status.resumable or status.extendable):
                raise RunError(Text(NO_CHECKPOINT))
            if status.state in ENDED or status.epoch + (epochs or 0) > status.epochs:
                check_turned(connection, row, {"epochs": status.epoch + (epochs or 1)})
            orders.give(connection, run_id, "step", wanted)
            if row["state"] not in ("queued", "running"):
                queue_again(connection, run_id)
        notify(self._engine)

    def set_knobs(self, run_id: str, values: dict[str, Any], viewer: Viewer) -> None:
        """Change settings of a run that trains, rests or waits, from its next batch on.

        Raises ExperimentError where one cannot be changed or not to this value, RunError where the run has ended or
        belongs to a study.
        """
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _may(viewer, "change"))
            if row["state"] in ENDED:
                raise RunError(Text(N_("This run has ended: its settings cannot be changed any more.")))
            if _status(connection, run_id, OPERATOR).in_study:
                raise RunError(Text(AS_JUDGED))
            changed(Experiment.from_stored(row["experiment"]).knobs_now, values)
            check_turned(connection, row, values)
            orders.give(connection, run_id, "set", {"set": values})

    def commands(self, run_id: str, viewer: Viewer) -> Bodies:
        """What was asked of a run in mid-run, in its order: `kind`, `payload`, when, at which `step` it was taken."""
        with reading(self._engine) as connection:
            _exists(connection, run_id, _may(viewer, "see"))
            chosen = sa.select(commands).where(commands.c.run_id == run_id).order_by(commands.c.id)
            return [dict(row) for row in connection.execute(chosen).mappings()]

    def rename(self, run_id: str, name: str, viewer: Viewer) -> None:
        """Give a run another name. Raises RunError for an empty or very long one."""
        name = _clean(name)
        with writing(self._engine) as connection:
            rows.locked(connection, run_id, _may(viewer, "change"))
            rows.change(connection, run_id, {"name": name})

    def open_test_part(self, run_id: str, viewer: Viewer) -> None:
        """Record that the test part was looked at. The first time counts; it is never sealed again."""
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _may(viewer, "change"))
            if row["test_opened_at"] is None:
                rows.change(connection, run_id, {"test_opened_at": rows.now()})

    def _delete(self, run_id: str, viewer: Viewer) -> None:
        with writing(self._engine) as connection:
            rows.locked(connection, run_id, _may(viewer, "change"))
            for table in (events, *BESIDE):
                connection.execute(sa.delete(table).where(table.c.run_id == run_id))
            connection.execute(sa.delete(runs).where(runs.c.id == run_id))

    def _check_allowed(self, run_id: str, viewer: Viewer, action: Action) -> None:
        """Raises RunNotFound where this viewer may not do this with the run."""
        with reading(self._engine) as connection:
            _exists(connection, run_id, _may(viewer, action))

    def _delete_piecemeal(self, run_id: str, viewer: Viewer) -> None:
        """The same on a full disk: as much at a time as its journal has room for. What broke off goes on when asked."""
        give_back(self._engine)
        most = MOST_AT_A_TIME
        while True:
            try:
                if not self._delete_events(run_id, viewer, most):
                    break
                most = min(2 * most, MOST_AT_A_TIME)
            except DiskFull:
                if most == 1:
                    raise
                most = max(most // 4, 1)
            give_back(self._engine)
        with writing(self._engine) as connection:
            for table in BESIDE:
                connection.execute(sa.delete(table).where(table.c.run_id == run_id))
        self._delete(run_id, viewer)

    def _delete_events(self, run_id: str, viewer: Viewer, most: int) -> int:
        """Delete the newest events of a run; returns how many."""
        with writing(self._engine) as connection:
            rows.locked(connection, run_id, _may(viewer, "change"))
            newest = sa.select(events.c.number).where(events.c.run_id == run_id).order_by(events.c.number.desc())
            numbers = list(connection.execute(newest.limit(most)).scalars())
            if numbers:
                gone = sa.and_(events.c.run_id == run_id, events.c.number >= numbers[-1])
                connection.execute(sa.delete(events).where(gone))
            return len(numbers)

    # What a viewer left lying on the desk

    def draft(self, viewer: Viewer) -> dict[str, Any] | None:
        """The experiment this viewer is working on, as it was saved; None where there is none."""
        with reading(self._engine) as connection:
            found: dict[str, Any] | None = connection.execute(
                sa.select(drafts.c.body).where(drafts.c.owner == own_name(viewer))
            ).scalar()
            return found

    def save_draft(self, viewer: Viewer, draft: dict[str, Any]) -> None:
        """Keep the experiment this viewer is working on."""
        key = {"owner": own_name(viewer)}
        with writing(self._engine) as connection:
            rows.put(connection, drafts, key, {"body": draft, "saved_at": rows.now()})

    def preference(self, viewer: Viewer, key: str, default: Any = None) -> Any:
        """What this viewer prefers; `default` where they never said."""
        chosen = sa.select(preferences.c.value).where(preferences.c.owner == own_name(viewer), preferences.c.key == key)
        with reading(self._engine) as connection:
            row = connection.execute(chosen).one_or_none()
            return default if row is None else row.value

    def preferences(self, viewer: Viewer, beginning: str) -> dict[str, Any]:
        """All that this viewer prefers under keys that begin so: one query."""
        ours = preferences.c.owner == own_name(viewer), preferences.c.key.startswith(beginning, autoescape=True)
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(preferences.c.key, preferences.c.value).where(*ours))
            return {row.key: row.value for row in found}

    def save_preference(self, viewer: Viewer, key: str, value: Any) -> None:
        """Keep what this viewer prefers: plain JSON."""
        with writing(self._engine) as connection:
            rows.put(connection, preferences, {"owner": own_name(viewer), "key": key}, {"value": value})

    def finished(self, viewer: Viewer, limit: int = 200) -> FinishedRuns:
        """The newest finished runs of this viewer's own that were scored, each with its experiment: one query."""
        chosen = sa.select(runs.c.id, runs.c.experiment, runs.c.best).where(
            runs.c.owner == own_name(viewer), runs.c.state == "finished"
        )
        with reading(self._engine) as connection:
            found = connection.execute(chosen.order_by(runs.c.created_at.desc(), runs.c.id).limit(limit)).all()
        scored = ((row.id, row.experiment, scores(row.best)) for row in found)
        return [Finished(run_id, experiment, best) for run_id, experiment, best in scored if best is not None]

    def _speed(self, device: str) -> dict[str, Any] | None:
        """What was last measured of a kind of device, by any worker."""
        chosen = sa.select(speeds.c.body).where(speeds.c.device == device).order_by(speeds.c.measured_at.desc())
        with reading(self._engine) as connection:
            found: dict[str, Any] | None = connection.execute(chosen.limit(1)).scalar()
            return found


def _may(viewer: Viewer, action: Action) -> sa.ColumnElement[bool]:
    return may_see_run(viewer) if action == "see" else allowed(viewer, action, runs.c.owner)


def _exists(connection: sa.Connection, run_id: str, condition: sa.ColumnElement[bool]) -> None:
    if connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id, condition)).first() is None:
        raise run_not_found(run_id)


def _status(connection: sa.Connection, run_id: str, viewer: Viewer) -> Status:
    found = rows.statuses(connection, rows.RUNS.where(runs.c.id == run_id, _may(viewer, "see")))
    if not found:
        raise run_not_found(run_id)
    return found[0]


def _events(connection: sa.Connection, run_id: str, after: int, limit: int | None) -> EventRows:
    chosen = sa.select(events.c.number, events.c.body).where(events.c.run_id == run_id, events.c.number > after)
    found = connection.execute(chosen.order_by(events.c.number).limit(limit))
    return [(number, body) for number, body in found]


def queue_again(connection: sa.Connection, run_id: str) -> None:
    """It goes on from its checkpoint: it did not end after all."""
    ending = events.c.kind.in_(("RunFailed", "RunFinished"))
    connection.execute(sa.delete(events).where(events.c.run_id == run_id, ending))
    again = {"state": "queued", "queued_at": end_of_queue(connection), "finished_at": None}
    rows.change(connection, run_id, again | {"error": None, "note": None, "interruptions": 0})


def end_of_queue(connection: sa.Connection) -> float:
    """When who comes now has come: after all who wait, also where the clock was set back."""
    waiting = sa.select(sa.func.max(runs.c.queued_at)).where(runs.c.state == "queued")
    return rows.now_after(connection.execute(waiting).scalar())


def _clean(name: str) -> str:
    """A run's name on one line, at most 120 characters. Raises RunError."""
    cleaned = on_one_line(name)
    if not cleaned or len(cleaned) > MAX_NAME:
        raise RunError(Text(N_("A run's name must have 1 to {limit} characters."), limit=MAX_NAME))
    return cleaned


def _next_name(connection: sa.Connection, experiment: dict[str, Any], owner: str) -> str:
    """«digits 3»: the data set, as whoever brought it calls it, and the how manieth run of this owner."""
    count = connection.execute(sa.select(sa.func.count()).where(runs.c.owner == owner)).scalar_one()
    name: str = experiment["dataset"]["name"]
    mine = sa.and_(uploads.c.id == name.removeprefix("upload:"), may_read_data(student(owner)))
    brought = sa.select(uploads.c.name).where(mine)
    if name.startswith("upload:"):
        name = connection.execute(brought).scalar() or name
    return f"{name[: MAX_NAME - 10]} {count + 1}"
