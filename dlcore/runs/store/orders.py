"""Commands with something in them: so many batches, other settings. A row each, in the order in which they came.

A row is never changed but once: when a worker takes the command, it notes at which step it did, or why it did not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from dlcore.i18n import Text
from dlcore.runs.store import rows
from dlcore.runs.store.notification import of_run, telling
from dlcore.runs.store.schema import commands

Kind = Literal["set", "step", "hold", "go"]  # other settings; some batches or epochs, then rest; rest; go on


@dataclass(frozen=True)
class Order:
    """A command that no worker has taken yet."""

    id: int
    kind: Kind
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Taken:
    """A command as it was taken: after so many batches; or why it was not carried out."""

    id: int
    step: int
    error: Text | None = None


def give(connection: sa.Connection, run_id: str, kind: Kind, payload: Mapping[str, Any]) -> None:
    """Add a command for whoever trains this run."""
    values = {"run_id": run_id, "kind": kind, "payload": dict(payload), "created_at": rows.now()}
    given = sa.insert(commands).values(**values)
    connection.execute(telling(connection, given, of_run(run_id)))


def waiting(connection: sa.Connection, run_id: str, after: int) -> list[Order]:
    """The commands that nobody has taken, from the one after this id on."""
    chosen = sa.select(commands.c.id, commands.c.kind, commands.c.payload)
    open_ones = chosen.where(commands.c.run_id == run_id, commands.c.id > after, commands.c.taken_at.is_(None))
    return [Order(*row) for row in connection.execute(open_ones.order_by(commands.c.id))]


def note(connection: sa.Connection, taken: Sequence[Taken]) -> None:
    """Write down that these commands were taken."""
    for each in taken:
        error = None if each.error is None else each.error.to_json()
        values = {"taken_at": rows.now(), "step": each.step, "error": error}
        connection.execute(sa.update(commands).where(commands.c.id == each.id).values(**values))
