"""A whole run as it is drawn, read without reading all of it: a chart has a thousand pixels, a run many epochs.

Of its epochs those that a chart keeps, and the best and the newest one; of its looks inside the newest of each kind; of
its batches whole stretches, evenly spread, so that each point of the curve is the mean of many of its batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from dlcore.runs.status import Overview, Status
from dlcore.runs.store.schema import events
from dlcore.training.history import BATCH_POINTS, EPOCH_POINTS, stride_for, stride_of_epochs

SHORT = 1_000  # events: a run with no more is read whole
MOST_LOSSES = 100_000  # of batches that are read, about
STRETCH = 4  # events that are read one after the other, where not all are
AT_ONCE = 500  # numbers of events in one statement
BATCHES, EPOCHS, LOOKS = "BatchesEnded", "EpochEnded", "Probed"

EventRows = list[tuple[int, dict[str, Any]]]


def overview(connection: sa.Connection, status: Status) -> Overview:
    """What is drawn of a run, all of one moment where the connection is in one transaction."""
    of_run = events.c.run_id == status.id
    if status.cursor > SHORT:
        found = _thinned(connection, of_run, status)
        if found is not None:
            return found
    told = _bodies(connection, of_run)
    return Overview(status, [body for _number, body in told], told[-1][0] if told else 0)


def _thinned(connection: sa.Connection, of_run: sa.ColumnElement[bool], status: Status) -> Overview | None:
    """None where the epochs do not stand one after the other, as in a run that was told twice in part."""
    measured = _numbers(connection, of_run, events.c.kind == EPOCHS)
    last_told = connection.execute(
        sa.select(sa.func.max(events.c.number)).where(of_run, events.c.kind == BATCHES)
    ).scalar()
    if len(measured) < 2 or last_told is None:
        return None
    stride = stride_of_epochs(len(measured) - 1, EPOCH_POINTS)
    best = min(status.best_epoch or 0, len(measured) - 1)
    wanted = {*measured[::stride], measured[-1], measured[best], *_newest_looks(connection, of_run)}
    wanted |= set(_numbers(connection, of_run, events.c.kind.not_in([EPOCHS, BATCHES, LOOKS])))
    bodies = _chosen(connection, of_run, [*wanted, last_told])
    steps = bodies.pop(last_told)["steps"][-1]
    if any(bodies[measured[epoch]]["epoch"] != epoch for epoch in {0, best, len(measured) - 1}):
        return None
    every = _every(status.cursor, steps)
    stretches = _bodies(connection, of_run, events.c.kind == BATCHES, *_stretches(every))
    return Overview(
        status,
        [bodies[number] for number in sorted(bodies)],
        max(last_told, *bodies),
        epoch_stride=stride,
        batches=[body for _number, body in stretches],
        steps=steps,
        every=every,
    )


def _every(count: int, steps: int) -> int:
    """Of how many stretches one is read: few losses in all, but some for each point of the curve."""
    stride = stride_for(steps, BATCH_POINTS)
    events_a_point = count * stride / steps if steps else count
    return max(1, min(-(-steps // MOST_LOSSES), int(events_a_point // (2 * STRETCH))))


def _stretches(every: int) -> list[sa.ColumnElement[bool]]:
    return [] if every == 1 else [(events.c.number // STRETCH) % every == 0]


def _numbers(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[int]:
    return list(connection.execute(sa.select(events.c.number).where(*conditions).order_by(events.c.number)).scalars())


def _newest_looks(connection: sa.Connection, of_run: sa.ColumnElement[bool]) -> list[int]:
    """The number of the newest look of each kind."""
    newest = sa.select(sa.func.max(events.c.number)).where(of_run, events.c.kind == LOOKS)
    return list(connection.execute(newest.group_by(events.c.body["what"].as_string())).scalars())


def _chosen(
    connection: sa.Connection, of_run: sa.ColumnElement[bool], numbers: Sequence[int]
) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for first in range(0, len(numbers), AT_ONCE):
        found |= _bodies(connection, of_run, events.c.number.in_(numbers[first : first + AT_ONCE]))
    return found


def _bodies(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> EventRows:
    chosen = sa.select(events.c.number, events.c.body).where(*conditions).order_by(events.c.number)
    return [(number, body) for number, body in connection.execute(chosen)]
