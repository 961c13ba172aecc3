"""What the learner's side and the machinery's side of the store share: rows in, plain values out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from dlcore.errors import run_not_found
from dlcore.runs import status
from dlcore.runs.queue import Waiting, fair_order
from dlcore.runs.status import Status
from dlcore.runs.store import notification
from dlcore.runs.store.schema import artifacts, events, runs, shown_runs, study_runs, turns
from dlcore.training.events import Event, RunFinished

# What an experiment asks for, read without building it.
_device = runs.c.experiment["training"]["device"].as_string()

# What a Status has as the database has it, in this order, and its times.
PLAIN = ("id", "owner", "name", "group", "state", "command", "epoch", "epochs", "step", "steps", "worker", "device",
         "device_name", "seconds", "best_epoch", "attempt", "cursor", "parent", "parent_epoch",
         "assignment")  # fmt: skip
TIMES = ("created_at", "started_at", "finished_at", "test_opened_at")

FOR_DISPATCHER = frozenset({"state", "command", "worker"})  # columns that it wants to know of at once

_members = study_runs.alias()  # of studies; a query that joins them keeps its own

# Everything that a Status is made of. Values are written into it: binding them anew would take longer than the look.
RUNS = sa.select(
    *(runs.c[name] for name in PLAIN),
    *(runs.c[name] for name in ("error", "note", "best", "last", "resting_at", *TIMES)),
    sa.exists()
    .where(artifacts.c.run_id == runs.c.id, artifacts.c.name == sa.literal_column("'checkpoint'"))
    .label("has_checkpoint"),
    sa.exists().where(_members.c.run_id == runs.c.id).label("in_study"),
)


def now() -> float:
    """The time in seconds since 1970."""
    return time.time()


def now_after(earlier: float | None) -> float:
    """The time now; where the clock was set back behind an earlier moment, the one that follows that.

    For what is put into an order by it: a turn, a place in the queue, a heartbeat that must differ from the last.
    """
    return now() if earlier is None else max(now(), earlier + 0.001)


def queued(
    experiment: Mapping[str, Any], owner: str, name: str, group: str | None, assignment: str | None
) -> dict[str, Any]:
    """The row of a run that nobody has trained yet, without its id and the times at which it was made and queued."""
    nothing = {"epoch": 0, "step": 0, "seconds": 0.0, "cursor": 0, "attempt": 0, "interruptions": 0}
    asked = {"owner": owner, "name": name, "group": group, "experiment": experiment, "assignment": assignment}
    return {"state": "queued", **nothing, **asked, "epochs": experiment["training"]["epochs"]}


def append(connection: sa.Connection, run_id: str, cursor: int, bodies: Sequence[Mapping[str, Any]]) -> int:
    """Write events after the number `cursor`; returns the new cursor. The caller stores it on the run."""
    if bodies:
        numbered = enumerate(bodies, start=cursor + 1)
        rows = [{"run_id": run_id, "number": n, "kind": body["event"], "body": dict(body)} for n, body in numbered]
        connection.execute(sa.insert(events), rows)
    return cursor + len(bodies)


def closing(row: Mapping[str, Any], reason: str) -> list[dict[str, Any]]:
    """The RunFinished of a run that ends without its worker; none where nothing was measured yet."""
    if row["best"] is None or row["last"] is None:
        return []
    best, last = status.scores(row["best"]), status.scores(row["last"])
    assert best is not None
    assert last is not None
    event: Event = RunFinished(
        reason=reason, epochs=row["epoch"], best_epoch=row["best_epoch"], best=best, last=last, seconds=row["seconds"]
    )
    return [event.to_json()]


def queue(connection: sa.Connection) -> list[Waiting]:
    """The queued runs in the order in which they will be served."""
    shown = sa.exists().where(shown_runs.c.run_id == runs.c.id)
    chosen = sa.select(runs.c.id, runs.c.owner, runs.c.queued_at, _device, shown).where(runs.c.state == "queued")
    waiting = [Waiting(*row) for row in connection.execute(chosen)]
    if not waiting:
        return []
    owners = {each.owner for each in waiting}
    served_at = sa.select(turns.c.owner, turns.c.served_at).where(turns.c.owner.in_(owners))
    served: dict[str, float] = dict(connection.execute(served_at).all())
    return fair_order(waiting, running(connection), served)


def running(connection: sa.Connection) -> dict[str, int]:
    """How many runs of each owner train; nobody is named who trains none."""
    counted = sa.select(runs.c.owner, sa.func.count()).where(runs.c.state == "running").group_by(runs.c.owner)
    return dict(connection.execute(counted).all())


def statuses(connection: sa.Connection, chosen: sa.Select[Any]) -> list[Status]:
    """The statuses of chosen runs. `chosen` narrows `RUNS`."""
    return statuses_of(connection, connection.execute(chosen).all())


def statuses_of(connection: sa.Connection, rows: Sequence[Any]) -> list[Status]:
    """The statuses of runs whose rows were read: all columns of `RUNS`, and perhaps others."""
    places: dict[str, int] = {}
    if any(row.state == "queued" for row in rows):
        places = {each.id: n for n, each in enumerate(queue(connection), start=1)}
    return [_status(row, places.get(row.id)) for row in rows]


def _status(row: Any, position: int | None) -> Status:
    times: dict[str, Any] = {name: status.moment(getattr(row, name)) for name in TIMES}
    return Status(
        **dict(zip(PLAIN, row, strict=False)),
        **times,
        error_text=status.sentence(row.error),
        note_text=status.sentence(row.note),
        position=position,
        best=status.scores(row.best),
        last=status.scores(row.last),
        resting=row.state == "running" and row.resting_at is not None,
        resumable=row.state == "paused" or (row.state == "failed" and row.has_checkpoint),
        extendable=row.state in ("finished", "stopped") and row.has_checkpoint and not row.in_study,
        in_study=row.in_study,
    )


def locked(connection: sa.Connection, run_id: str, *conditions: sa.ColumnElement[bool]) -> dict[str, Any]:
    """One run's row, held against other writers until the transaction ends. Raises RunNotFound."""
    chosen = sa.select(runs).where(runs.c.id == run_id, *conditions).with_for_update()
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        raise run_not_found(run_id)
    return dict(row)


def change(connection: sa.Connection, run_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a run. A server tells those whom it concerns; a heartbeat alone is nobody's news."""
    channels = []
    if set(values) - {"heartbeat_at"}:
        channels.append(notification.RUNS)
    if not FOR_DISPATCHER.isdisjoint(values):
        channels.append(notification.QUEUE)
    if "command" in values:
        channels.append(notification.of_run(run_id))
    changed = sa.update(runs).where(runs.c.id == run_id).values(dict(values))
    connection.execute(notification.telling(connection, changed, *channels))


def put(connection: sa.Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert a row, or replace the values of the one with this key."""
    added = _insert(connection, table).values(**key, **values)
    connection.execute(added.on_conflict_do_update(index_elements=list(key), set_=values))


def add(connection: sa.Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert a row, or leave the one with this key as it is."""
    added = _insert(connection, table).values(**key, **values)
    connection.execute(added.on_conflict_do_nothing(index_elements=list(key)))


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that can say what becomes of a row that is there already, as its database writes that."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    return insert(table)
