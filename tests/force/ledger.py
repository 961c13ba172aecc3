"""A witness inside the database: triggers of its own keep every change of hands of a run, whoever wrote it and how."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from dlcore.runs import Runs

TABLE = "CREATE TABLE witness (number {number}, run TEXT, token TEXT, worker TEXT, state TEXT)"
CHANGED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in ("state", "worker", "token"))
INSERT = "INSERT INTO witness (run, token, worker, state) VALUES (NEW.id, NEW.token, NEW.worker, NEW.state);"
SQLITE = (
    TABLE.format(number="INTEGER PRIMARY KEY AUTOINCREMENT"),
    f"CREATE TRIGGER witnessed AFTER UPDATE ON runs WHEN {CHANGED} BEGIN {INSERT} END",
)
POSTGRESQL = (
    TABLE.format(number="SERIAL PRIMARY KEY"),
    f"CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {INSERT} RETURN NEW; END $$",
    f"CREATE TRIGGER witnessed AFTER UPDATE ON runs FOR EACH ROW WHEN ({CHANGED}) EXECUTE FUNCTION witness()",
)


@dataclass(frozen=True)
class Change:
    """A run after somebody changed its state, its attempt, or who has it in hand."""

    run: str
    token: str | None
    worker: str | None
    state: str


def begin(runs: Runs) -> None:
    """Keep from now on what changes hands."""
    with runs._engine.begin() as connection:
        for statement in SQLITE if runs._engine.dialect.name == "sqlite" else POSTGRESQL:
            connection.exec_driver_sql(statement)


def changes(runs: Runs) -> list[Change]:
    """All that was kept, in its order."""
    with runs._engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT run, token, worker, state FROM witness ORDER BY number"))
        return [Change(*row) for row in kept]


def double_executions(kept: list[Change], *, handed_on: bool) -> list[str]:
    """What was executed twice, each as a sentence: runs taken up again after their end, attempts in two hands at once.

    handed_on: whether a scheduler may give an attempt to another worker where its first one is gone. Who began last
    has it; that the first comes back to it would be an execution beside that.
    """
    found, over = [], set()
    hands: dict[str, list[str]] = {}
    for change in kept:
        if change.run in over:
            found.append(f"{change.run} was {change.state} after it had finished")
        elif change.state == "finished":
            over.add(change.run)
        elif change.state == "running" and change.token and change.worker:
            hands.setdefault(change.token, []).append(change.worker)
    for token, workers in hands.items():
        in_turn = [worker for worker, _same in groupby(workers)]
        if len(in_turn) > (len(set(in_turn)) if handed_on else 1):
            found.append(f"the attempt {token} was in the hands of {', '.join(in_turn)}")
    return found
