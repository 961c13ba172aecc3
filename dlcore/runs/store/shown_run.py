"""*Follow me*: the run that a teacher shows to all students of a class, and where its slider stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from dlcore.access import Role, Viewer
from dlcore.errors import RunError, run_not_found
from dlcore.i18n import N_, Text
from dlcore.runs.secret import is_signed, sign
from dlcore.runs.store import classes as class_rows
from dlcore.runs.store import rows
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.permission import allowed
from dlcore.runs.store.schema import classes, members, runs, shown_runs

MOST_EPOCH = 10**9


@dataclass(frozen=True)
class ShownRun:
    """What a class is shown: the epoch of its film, None for the newest; since when, in seconds since 1970."""

    class_id: str
    run_id: str
    epoch: int | None
    since: float


class ShownRuns:
    """What teachers show, in the database."""

    _engine: sa.Engine
    _secret: bytes

    def show_run(self, class_id: str, run_id: str, viewer: Viewer) -> ShownRun:
        """Show a run to the class, which its students may see as long as that lasts. Where it waits, it trains next.

        What was shown before is shown no more. Raises ClassNotFound, RunNotFound.
        """
        with writing(self._engine) as connection:
            class_rows.find(connection, class_id, viewer)
            mine = sa.select(runs.c.id).where(runs.c.id == run_id, allowed(viewer, "see", runs.c.owner))
            if connection.execute(mine).first() is None:
                raise run_not_found(run_id)
            since = rows.now()
            shown = {"run_id": run_id, "epoch": None, "since": since}
            rows.put(connection, shown_runs, {"class_id": class_id}, shown)
        return ShownRun(class_id, run_id, None, since)

    def show_epoch(self, class_id: str, epoch: int | None, viewer: Viewer) -> None:
        """Move the slider of all who follow; None is the newest epoch. Nothing where nothing is shown.

        Raises ClassNotFound, RunError.
        """
        if epoch is not None and not 0 <= epoch <= MOST_EPOCH:
            raise RunError(Text(N_("An epoch is a number from 0 to {most}, not {received}."), most=MOST_EPOCH,
                                received=epoch))  # fmt: skip
        with writing(self._engine) as connection:
            class_rows.find(connection, class_id, viewer)
            ours = sa.update(shown_runs).where(shown_runs.c.class_id == class_id)
            connection.execute(ours.values(epoch=epoch))

    def end_show(self, class_id: str, viewer: Viewer) -> None:
        """Show nothing any more: each goes on where they were. Raises ClassNotFound."""
        with writing(self._engine) as connection:
            class_rows.find(connection, class_id, viewer)
            connection.execute(sa.delete(shown_runs).where(shown_runs.c.class_id == class_id))

    def shown_run(self, class_id: str, viewer: Viewer) -> ShownRun | None:
        """What is shown to a class that this viewer looks after or is in; None for nothing."""
        chosen = sa.select(shown_runs).join(classes, classes.c.id == shown_runs.c.class_id)
        chosen = chosen.where(shown_runs.c.class_id == class_id, _of_class(viewer))
        with reading(self._engine) as connection:
            return _shown(connection.execute(chosen).one_or_none())

    def class_key(self, class_id: str, viewer: Viewer) -> str:
        """By which a browser of this viewer asks, beside the pages, what the class is shown. Raises ClassNotFound."""
        chosen = sa.select(classes.c.id).where(classes.c.id == class_id, _of_class(viewer))
        with reading(self._engine) as connection:
            if connection.execute(chosen).first() is None:
                raise class_rows.class_not_found(class_id)
        named = f"{class_id}.{viewer.role}.{viewer.name}"
        return f"{named}.{sign(self._secret, f'class:{named}')}"

    def open_class_key(self, key: str) -> tuple[str, Viewer] | None:
        """(the class, who asks) of a key that was made here; None for any other."""
        named, _dot, token = key.rpartition(".")
        class_id, role, name = (*named.split(".", 2), "", "", "")[:3]
        if not is_signed(self._secret, f"class:{named}", token):
            return None
        return class_id, Viewer(name, cast(Role, role))

    def classes_of(self, viewer: Viewer) -> dict[str, str]:
        """The ids and the names of the classes that this viewer learns in, the newest first."""
        chosen = sa.select(classes.c.id, classes.c.name).join(members, members.c.class_id == classes.c.id)
        chosen = chosen.where(allowed(viewer, "change", members.c.name)).order_by(members.c.joined_at.desc())
        with reading(self._engine) as connection:
            return {row.id: row.name for row in connection.execute(chosen)}

    def _shown_to(self, run_id: str, viewer: Viewer) -> float | None:
        """Since when somebody else's run is shown to a viewer; None where it is not."""
        learns = shown_runs.c.class_id.in_(sa.select(members.c.class_id).where(members.c.name == viewer.name))
        chosen = sa.select(sa.func.max(shown_runs.c.since)).join(runs, runs.c.id == shown_runs.c.run_id)
        chosen = chosen.where(shown_runs.c.run_id == run_id, learns, runs.c.owner != viewer.name)
        with reading(self._engine) as connection:
            return connection.execute(chosen).scalar()

    def _shows(self, run_id: str) -> list[float]:
        """Since when a run is shown to classes; the caller has been told a token."""
        with reading(self._engine) as connection:
            chosen = sa.select(shown_runs.c.since).where(shown_runs.c.run_id == run_id)
            return list(connection.execute(chosen).scalars())


def _of_class(viewer: Viewer) -> sa.ColumnElement[bool]:
    learns = sa.select(members.c.class_id).where(allowed(viewer, "change", members.c.name))
    return sa.or_(allowed(viewer, "teach", classes.c.teacher), classes.c.id.in_(learns))


def _shown(row: Any) -> ShownRun | None:
    return None if row is None else ShownRun(row.class_id, row.run_id, row.epoch, row.since)
