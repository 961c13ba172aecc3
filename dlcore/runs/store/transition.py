"""How a run leaves the hands of its worker: the one place where a running run gets another state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from dlcore.i18n import N_, Text
from dlcore.runs.status import ENDED, State
from dlcore.runs.store import rows
from dlcore.runs.store.schema import last_words, runs
from dlcore.training.events import RunFailed

MOST_INTERRUPTIONS = 3  # ends of the app that one epoch of a run may suffer before it is given up

LAST_WORD_BYTES = 32_768  # eight pages: an event, an error of some sentences, and what their indexes split

GOES_ON = Text(N_("The app ended while this run was training; the run goes on from its last checkpoint."))
LOST = Text(N_("The process that was to train this run was lost; the run goes on from its last checkpoint."))


@dataclass(frozen=True)
class Settlement:
    """What a run becomes, with its last events and further columns."""

    state: State
    events: Sequence[Mapping[str, Any]] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)


def mine(run_id: str, token: str) -> sa.ColumnElement[bool]:
    """The run, as long as the attempt with this token trains it."""
    return sa.and_(runs.c.id == run_id, runs.c.token == token, runs.c.state == "running")


def reserve(connection: sa.Connection, run_id: str) -> None:
    """Put room aside in the database's file, where it is one, so that a full disk cannot keep the run from ending."""
    if connection.dialect.name == "sqlite":
        rows.put(connection, last_words, {"run_id": run_id}, {"room": bytes(LAST_WORD_BYTES)})


def settle(connection: sa.Connection, row: Mapping[str, Any], settlement: Settlement) -> None:
    """Write a settlement, into the room that was put aside. From here on the attempt's token is worth nothing."""
    connection.execute(sa.delete(last_words).where(last_words.c.run_id == row["id"]))
    cursor = rows.append(connection, row["id"], row["cursor"], settlement.events)
    finished_at = rows.now() if settlement.state in ENDED else None
    gone: dict[str, Any] = {
        "command": None,
        "commanded_at": None,
        "token": None,
        "heartbeat_at": None,
        "resting_at": None,
    }
    gone |= {"finished_at": finished_at}
    rows.change(connection, row["id"], {**settlement.columns, "state": settlement.state, "cursor": cursor, **gone})


def failed(error: Text) -> Settlement:
    """The run failed, and says why."""
    return Settlement("failed", [RunFailed(error).to_json()], {"error": error.to_json()})


def stopped(row: Mapping[str, Any], note: Text | None = None) -> Settlement:
    """The run was stopped, by its owner or as the note says; its closing event is made from what was told so far."""
    return Settlement("stopped", rows.closing(row, "stopped"), {} if note is None else {"note": note.to_json()})


def after_interruption(row: Mapping[str, Any], note: Text = GOES_ON) -> Settlement:
    """The app ended while the run trained: what its owner wished; otherwise it goes back into the queue."""
    if row["command"] in ("stop", "kill"):
        return stopped(row)
    if row["command"] == "pause":
        return Settlement("paused")
    interruptions = row["interruptions"] + 1
    if interruptions >= MOST_INTERRUPTIONS:
        sentence = N_("The app ended {count} times while the same epoch of this run was training; it was given up.")
        return failed(Text(sentence, count=interruptions))
    return Settlement("queued", columns={"note": note.to_json(), "interruptions": interruptions})
