"""What is said of a student in a class: where they are, when they were seen, how well their run does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd

from dlcore.classroom.live_table import StudentRow
from dlcore.classroom.standing import Standing
from dlcore.i18n import N_, _, translate
from dlcore.training.scores import METRICS

STANDS: dict[Standing, str] = {
    "stuck": N_("stuck"),
    "trying": N_("trying"),
    "not started": N_("not started"),
    "away": N_("away"),
    "done": N_("done"),
}
MEANING: dict[Standing, str] = {
    "stuck": N_("Here, but for ten minutes no new run, no better score, no task done."),
    "trying": N_("In the last ten minutes a new run, a better score, or a task done; or just come."),
    "not started": N_("No run yet, no task, no change in the Studio."),
    "away": N_("Has begun, but has no page open."),
    "done": N_("Has done all that was asked."),
}


def ago(at: float | None, now: float) -> str:
    """When something was, in one or two words."""
    if at is None:
        return _("never here")
    minutes = (now - at) / 60
    if minutes < 2:
        return _("here now")
    if minutes < 120:
        return _("{count} min ago", count=f"{minutes:.0f}")
    if minutes < 48 * 60:
        return _("{count} h ago", count=f"{minutes / 60:.0f}")
    return _("{count} days ago", count=f"{minutes / 60 / 24:.0f}")


def card(row: StudentRow, now: float) -> dict[str, Any]:
    """What the board shows of a student."""
    return {
        "id": row.name,
        "name": row.called,
        "standing": row.standing,
        "stands": translate(STANDS[row.standing]),
        "seen": ago(row.seen_at, now),
        "run": row.run or "",
        "title": row.title,
        "path": row.curve,
        "running": row.state == "running",
        "score": number(row, row.score),
        "best": _("best {score}", score=number(row, row.best, named=False)) if row.best is not None else "",
        "epochs": f"{row.epoch} / {row.epochs}" if row.run else "",
    }


def number(row: StudentRow, value: float | None, named: bool = True) -> str:
    """A score with its name."""
    if row.metric is None or value is None:
        return ""
    metric = METRICS[row.metric]
    return f"{translate(metric.name)} {metric.number(value)}" if named else metric.number(value)


def frame(rows: list[StudentRow]) -> pd.DataFrame:
    """The live table as it is taken away: plain words and numbers, times in UTC."""
    return pd.DataFrame(
        [
            {
                "student": row.called,
                "standing": row.standing,
                "last_seen": _moment(row.seen_at),
                "run": row.title,
                "state": row.state,
                "epoch": row.epoch if row.run else None,
                "epochs": row.epochs if row.run else None,
                "metric": row.metric,
                "score": row.score,
                "best": row.best,
            }
            for row in rows
        ]
    )


def _moment(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
