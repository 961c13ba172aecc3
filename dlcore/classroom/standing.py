"""Who is where: whether a student has not started, is trying, is stuck, is away, or is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from dlcore.runs.store.classroom import Activity, Evidence

Standing = Literal["not started", "trying", "stuck", "away", "done"]
STANDINGS: tuple[Standing, ...] = ("stuck", "trying", "not started", "away", "done")  # as a teacher wants to know

STUCK_SECONDS = 600.0  # without a new run, a better score, or a task done
PRESENT_SECONDS = 120.0  # since a page was open last


def standing(activity: Activity, now: float, done: bool) -> Standing:
    """How a student stands. done: whether all that was asked is done. now: in seconds since 1970."""
    if done:
        return "done"
    if not (activity.runs or activity.lessons or activity.saved_at):
        return "not started"
    if now - progress_at(activity) < STUCK_SECONDS:
        return "trying"
    return "stuck" if is_present(activity, now) else "away"


def is_present(activity: Activity, now: float) -> bool:
    """Whether a page of theirs is open, or a run of theirs trains."""
    trains = activity.current is not None and activity.current.state == "running"
    return trains or now - (activity.seen_at or 0.0) < PRESENT_SECONDS


def progress_at(activity: Activity) -> float:
    """When something last went on: a new run, a better score, a task done; else when this sitting began."""
    improved = 0.0 if activity.current is None else activity.current.improved_at
    return max(activity.newest_at or 0.0, improved, activity.since or 0.0, _last(activity.lessons.values(), "done_at"))


def last_seen(activity: Activity) -> float | None:
    """When they last did something here, in seconds since 1970; None for never."""
    tried = _last(activity.lessons.values(), "last_at")
    return max(activity.seen_at or 0.0, activity.saved_at or 0.0, activity.newest_at or 0.0, tried) or None


def is_done(evidence: Evidence, asked: Collection[str]) -> bool:
    """Whether all sections of a lesson that ask something are done."""
    return bool(asked) and done_of(evidence, asked) == len(asked)


def done_of(evidence: Evidence, asked: Collection[str]) -> int:
    """How many of these sections are done."""
    return sum("done_at" in evidence.get(section, {}) for section in asked)


def _last(lessons: Iterable[Evidence], moment: str) -> float:
    return max((float(each.get(moment, 0.0)) for lesson in lessons for each in lesson.values()), default=0.0)
