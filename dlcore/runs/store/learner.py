"""What pages, the command line and notebooks may read and ask: every function filters by owner, inside.

`owner=None` is a trusted local caller, who sees everything. With an owner, somebody else's run is not found.
Welcome runs are everybody's to read and nobody's to change.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa

from dlcore.errors import RunError, run_not_found
from dlcore.experiment import Experiment
from dlcore.experiment.changes import changed
from dlcore.i18n import N_, Text, on_one_line
from dlcore.runs.artifacts import Artifact
from dlcore.runs.status import ENDED, WELCOME, Finished, News, Overview, Pulse, State, Status, is_somebody, scores
from dlcore.runs.store import orders, rows
from dlcore.runs.store.engine import DiskFull, Watch, give_back, reading, writing
from dlcore.runs.store.group_commit import GroupCommit
from dlcore.runs.store.notification import notify
from dlcore.runs.store.overview import overview
from dlcore.runs.store.schema import (
    artifacts,
    commands,
    drafts,
    events,
    last_words,
    preferences,
    runs,
    speeds,
    study_runs,
    uploads,
)

MAX_NAME = 120
BESIDE = (artifacts, commands, last_words, study_runs)  # what else than events goes when a run is deleted
MOST_STEPS = 10_000  # that are asked for at a time
PAGE_OF_EVENTS = 5_000
MOST_AT_A_TIME = 1_000  # events that are deleted at a time on a full disk


def _readable_by(owner: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Their own runs and the welcome runs; nothing for nobody."""
    return sa.and_(owner != "", sa.or_(runs.c.owner == owner, runs.c.owner == WELCOME))


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
_READABLE_NEWS = _NEWS.where(_readable_by(sa.bindparam("owner", type_=sa.String)))

Bodies = list[dict[str, Any]]  # of events
FinishedRuns = list[Finished]  # a class that has a method `list` cannot say so
EventRows = list[tuple[int, dict[str, Any]]]  # number, body


class Store:
    """The database as learners use it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._submissions = GroupCommit(engine)

    # What happened

    def status(self, run_id: str, owner: str | None = None) -> Status:
        """How a run stands now. Raises RunNotFound."""
        with reading(self._engine) as connection:
            return _status(connection, run_id, owner)

    def list(
        self,
        owner: str | None = None,
        limit: int = 200,
        states: Iterable[State] | None = None,
        group: str | None = None,
    ) -> list[Status]:
        """Runs this owner may see, the newest first; those of a study only where its id is the `group`."""
        chosen = rows.RUNS.where(_readable(owner)).order_by(runs.c.created_at.desc(), runs.c.id).limit(limit)
        if states is not None:
            chosen = chosen.where(runs.c.state.in_(list(states)))
        if group is not None:
            chosen = chosen.where(runs.c.group == group)
        else:
            chosen = chosen.where(runs.c.id.not_in(sa.select(study_runs.c.run_id)))
        with reading(self._engine) as connection:
            return rows.statuses(connection, chosen)

    def news(self, run_id: str, after: int = 0, owner: str | None = None, watch: Watch | None = None) -> News:
        """What happened since the cursor `after`, and the status, of one moment: for a live view, over its `watch`.

        Over a watch of SQLite a place in the queue is of the next moment.
        Raises RunNotFound where there is none to see.
        """
        asked = {"run_id": run_id, "after": after, "owner": owner}
        with watch.reading() if watch else reading(self._engine) as connection:
            statement = _NEWS if owner is None else _READABLE_NEWS
            found = watch.rows(statement, asked) if watch else connection.execute(statement, asked).all()
            if not found:
                raise run_not_found(run_id)
            status = rows.statuses_of(connection, found[:1])[0]
        cursor = found[-1].number
        bodies = [row.body for row in found] if cursor is not None else []
        return News(status, bodies, max(after, 0) if cursor is None else cursor, more=len(bodies) == PAGE_OF_EVENTS)

    def overview(self, run_id: str, owner: str | None = None) -> Overview:
        """All that is drawn of a run so far, of one moment: a long one is not read whole. Raises RunNotFound."""
        with reading(self._engine) as connection:
            return overview(connection, _status(connection, run_id, owner))

    def pulses(
        self, run_ids: Collection[str], owner: str | None = None, watch: Watch | None = None
    ) -> dict[str, Pulse]:
        """The pulse of each run that is found: one small read, however many watch."""
        chosen = sa.select(runs.c.id, runs.c.state, runs.c.command, runs.c.cursor)
        with watch.reading() if watch else reading(self._engine) as connection:
            found = connection.execute(chosen.where(runs.c.id.in_(list(run_ids)), _readable(owner)))
            return {run_id: Pulse(state, command, cursor) for run_id, state, command, cursor in found}

    def watch(self) -> Watch:
        """For who looks again and again: it tells whether anything was written, and is what `news` is read over."""
        return Watch(self._engine)

    def is_empty(self) -> bool:
        """Whether no run was ever kept here."""
        with reading(self._engine) as connection:
            return connection.execute(sa.select(runs.c.id).limit(1)).first() is None

    def _event_rows(self, run_id: str, after: int, owner: str | None) -> EventRows:
        with reading(self._engine) as connection:
            _exists(connection, run_id, _readable(owner))
            return _events(connection, run_id, after, None)

    def _bodies_of_kind(self, run_id: str, kind: str, owner: str | None) -> Bodies:
        """The events of one kind, in their order."""
        chosen = sa.select(events.c.body).where(events.c.run_id == run_id, events.c.kind == kind)
        with reading(self._engine) as connection:
            _exists(connection, run_id, _readable(owner))
            return [body for (body,) in connection.execute(chosen.order_by(events.c.number))]

    def _experiment(self, run_id: str, owner: str | None) -> dict[str, Any]:
        with reading(self._engine) as connection:
            chosen = sa.select(runs.c.experiment).where(runs.c.id == run_id, _readable(owner))
            found: dict[str, Any] | None = connection.execute(chosen).scalar()
        if found is None:
            raise run_not_found(run_id)
        return found

    def _artifact(self, run_id: str, name: str, owner: str | None) -> tuple[Artifact, int, str] | None:
        """(the file, the epoch it is of, the run's name); None where it was not written yet."""
        columns = (artifacts.c.file, artifacts.c.bytes, artifacts.c.sha256, artifacts.c.epoch)
        with reading(self._engine) as connection:
            _exists(connection, run_id, _readable(owner))
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
    ) -> str:
        chosen = None if name is None else _clean(name)
        lineage = dict(zip(("parent", "parent_epoch"), parent or (None, None), strict=True))

        def write(connection: sa.Connection) -> str:
            run_id = secrets.token_hex(8)
            called = _next_name(connection, experiment, owner) if chosen is None else chosen
            times = {"created_at": rows.now(), "queued_at": end_of_queue(connection)}
            row = rows.queued(experiment, owner, called, group)
            connection.execute(sa.insert(runs).values(**row, **lineage, **times, id=run_id))
            return run_id

        run_id = self._submissions.write(write)
        notify(self._engine)
        return run_id

    def stop(self, run_id: str, owner: str | None = None) -> None:
        """End a run and keep what it learned: within one batch if it trains, at once if it waits or rests."""
        self._end(run_id, owner, "stop")

    def kill(self, run_id: str, owner: str | None = None) -> None:
        """Stop; and if the run does not obey within the grace time, end its process."""
        self._end(run_id, owner, "kill")

    def _end(self, run_id: str, owner: str | None, command: str) -> None:
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _changeable(owner))
            if row["state"] == "running":
                if row["command"] != "kill":
                    rows.change(connection, run_id, {"command": command, "commanded_at": rows.now()})
            elif row["state"] in ("queued", "paused"):
                cursor = rows.append(connection, run_id, row["cursor"], rows.closing(row, "stopped"))
                ended = {"state": "stopped", "command": None, "finished_at": rows.now(), "cursor": cursor}
                rows.change(connection, run_id, ended)

    def pause(self, run_id: str, owner: str | None = None) -> None:
        """Let a run rest: it keeps a checkpoint and gives its place to others. One that has ended stays as it is."""
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _changeable(owner))
            if row["state"] == "queued":
                rows.change(connection, run_id, {"state": "paused"})
            elif row["state"] == "running" and row["command"] is None:
                rows.change(connection, run_id, {"command": "pause", "commanded_at": rows.now()})

    def resume(self, run_id: str, owner: str | None = None) -> None:
        """Let a run go on that rests, queue one again that was paused, or that failed and left a checkpoint.

        Raises RunError for any other.
        """
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _changeable(owner))
            if row["state"] in ("queued", "running"):
                if row["command"] == "pause":
                    rows.change(connection, run_id, {"command": None, "commanded_at": None})
                orders.give(connection, run_id, "go", {})
                return
            if not _status(connection, run_id, None).resumable:
                raise RunError(Text(N_("This run has ended and left no checkpoint to continue from.")))
            queue_again(connection, run_id)
        notify(self._engine)

    def hold(self, run_id: str, owner: str | None = None) -> None:
        """Let a run rest where it is, its worker at hand for some minutes; one that only waits is paused."""
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _changeable(owner))
            if row["state"] == "queued":
                rows.change(connection, run_id, {"state": "paused"})
            elif row["state"] == "running":
                orders.give(connection, run_id, "hold", {})

    def step(
        self, run_id: str, batches: int | None = None, epochs: int | None = None, owner: str | None = None
    ) -> None:
        """Train so many batches or epochs, then rest: also one that has ended, beyond its planned end.

        Raises RunError where that is not one number from 1 to 10,000, or the run cannot go on.
        """
        wanted = {name: value for name, value in (("batches", batches), ("epochs", epochs)) if value is not None}
        if len(wanted) != 1 or not all(1 <= value <= MOST_STEPS for value in wanted.values()):
            raise RunError(Text(N_("A run goes on by 1 to {most} batches, or as many epochs."), most=MOST_STEPS))
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _changeable(owner))
            status = _status(connection, run_id, None)
            if status.state not in ("queued", "running") and not (status.resumable or status.extendable):
                raise RunError(Text(N_("This run has ended and left no checkpoint to continue from.")))
            orders.give(connection, run_id, "step", wanted)
            if row["state"] not in ("queued", "running"):
                queue_again(connection, run_id)
        notify(self._engine)

    def set_knobs(self, run_id: str, values: dict[str, Any], owner: str | None = None) -> None:
        """Change settings of a run that trains, rests or waits, from its next batch on.

        Raises ExperimentError where one cannot be changed or not to this value, RunError where the run has ended.
        """
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _changeable(owner))
            if row["state"] in ENDED:
                raise RunError(Text(N_("This run has ended: its settings cannot be changed any more.")))
            changed(Experiment.from_stored(row["experiment"]).knobs_now, values)
            orders.give(connection, run_id, "set", {"set": values})

    def commands(self, run_id: str, owner: str | None = None) -> Bodies:
        """What was asked of a run in mid-run, in its order: `kind`, `payload`, when, at which `step` it was taken."""
        with reading(self._engine) as connection:
            _exists(connection, run_id, _readable(owner))
            chosen = sa.select(commands).where(commands.c.run_id == run_id).order_by(commands.c.id)
            return [dict(row) for row in connection.execute(chosen).mappings()]

    def rename(self, run_id: str, name: str, owner: str | None = None) -> None:
        """Give a run another name. Raises RunError for an empty or very long one."""
        name = _clean(name)
        with writing(self._engine) as connection:
            rows.locked(connection, run_id, _changeable(owner))
            rows.change(connection, run_id, {"name": name})

    def open_test_part(self, run_id: str, owner: str | None = None) -> None:
        """Record that the test part was looked at. The first time counts; it is never sealed again."""
        with writing(self._engine) as connection:
            row = rows.locked(connection, run_id, _changeable(owner))
            if row["test_opened_at"] is None:
                rows.change(connection, run_id, {"test_opened_at": rows.now()})

    def _delete(self, run_id: str, owner: str | None) -> None:
        with writing(self._engine) as connection:
            rows.locked(connection, run_id, _changeable(owner))
            for table in (events, *BESIDE):
                connection.execute(sa.delete(table).where(table.c.run_id == run_id))
            connection.execute(sa.delete(runs).where(runs.c.id == run_id))

    def _check_changeable(self, run_id: str, owner: str | None) -> None:
        """Raises RunNotFound where this owner may not change the run."""
        with reading(self._engine) as connection:
            _exists(connection, run_id, _changeable(owner))

    def _delete_piecemeal(self, run_id: str, owner: str | None) -> None:
        """The same on a full disk: as much at a time as its journal has room for. What broke off goes on when asked."""
        give_back(self._engine)
        most = MOST_AT_A_TIME
        while True:
            try:
                if not self._delete_events(run_id, owner, most):
                    break
                most = min(2 * most, MOST_AT_A_TIME)
            except DiskFull:
                if most == 1:
                    raise
                most = max(most // 4, 1)
            give_back(self._engine)
        with writing(self._engine) as connection:
            rows.locked(connection, run_id, _changeable(owner))
            for table in BESIDE:
                connection.execute(sa.delete(table).where(table.c.run_id == run_id))
        self._delete(run_id, owner)

    def _delete_events(self, run_id: str, owner: str | None, most: int) -> int:
        """Delete the newest events of a run; returns how many."""
        with writing(self._engine) as connection:
            rows.locked(connection, run_id, _changeable(owner))
            newest = sa.select(events.c.number).where(events.c.run_id == run_id).order_by(events.c.number.desc())
            numbers = list(connection.execute(newest.limit(most)).scalars())
            if numbers:
                gone = sa.and_(events.c.run_id == run_id, events.c.number >= numbers[-1])
                connection.execute(sa.delete(events).where(gone))
            return len(numbers)

    # What an owner left lying on the desk

    def draft(self, owner: str) -> dict[str, Any] | None:
        """The experiment this owner is working on, as it was saved; None where there is none."""
        with reading(self._engine) as connection:
            found: dict[str, Any] | None = connection.execute(
                sa.select(drafts.c.body).where(drafts.c.owner == _known(owner))
            ).scalar()
            return found

    def save_draft(self, owner: str, draft: dict[str, Any]) -> None:
        """Keep the experiment this owner is working on."""
        key = {"owner": _known(owner)}
        with writing(self._engine) as connection:
            rows.put(connection, drafts, key, {"body": draft, "saved_at": rows.now()})

    def preference(self, owner: str, key: str, default: Any = None) -> Any:
        """What this owner prefers; `default` where they never said."""
        chosen = sa.select(preferences.c.value).where(preferences.c.owner == _known(owner), preferences.c.key == key)
        with reading(self._engine) as connection:
            row = connection.execute(chosen).one_or_none()
            return default if row is None else row.value

    def save_preference(self, owner: str, key: str, value: Any) -> None:
        """Keep what this owner prefers: plain JSON."""
        with writing(self._engine) as connection:
            rows.put(connection, preferences, {"owner": _known(owner), "key": key}, {"value": value})

    def finished(self, owner: str, limit: int = 200) -> FinishedRuns:
        """The newest finished runs of this owner's own that were scored, each with its experiment: one query."""
        chosen = sa.select(runs.c.id, runs.c.experiment, runs.c.best).where(
            runs.c.owner == _known(owner), runs.c.state == "finished"
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


def _readable(owner: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if owner is None else _readable_by(sa.literal(owner))


def _changeable(owner: str | None) -> sa.ColumnElement[bool]:
    if owner is None:
        return sa.true()
    return runs.c.owner == owner if owner and owner != WELCOME else sa.false()


def _known(owner: str) -> str:
    """Raises RunError where nobody in particular asks."""
    if not is_somebody(owner):
        raise RunError(Text(N_("Nobody in particular cannot keep anything here.")))
    return owner


def _exists(connection: sa.Connection, run_id: str, condition: sa.ColumnElement[bool]) -> None:
    if connection.execute(sa.select(runs.c.id).where(runs.c.id == run_id, condition)).first() is None:
        raise run_not_found(run_id)


def _status(connection: sa.Connection, run_id: str, owner: str | None) -> Status:
    found = rows.statuses(connection, rows.RUNS.where(runs.c.id == run_id, _readable(owner)))
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
    """«digits 3»: the data set, as its owner calls it, and the how manieth run of this owner."""
    count = connection.execute(sa.select(sa.func.count()).where(runs.c.owner == owner)).scalar_one()
    name: str = experiment["dataset"]["name"]
    brought = sa.select(uploads.c.name).where(uploads.c.id == name.removeprefix("upload:"), uploads.c.owner == owner)
    if name.startswith("upload:"):
        name = connection.execute(brought).scalar() or name
    return f"{name[: MAX_NAME - 10]} {count + 1}"
