"""The live table of a class: a row a student, from one look at the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dlcore.access import Viewer
from dlcore.classroom.score_curves import ScoreCurves, metric_of
from dlcore.classroom.standing import Standing, is_done, last_seen, standing
from dlcore.figures.small_curves import shared_axes, small_curve
from dlcore.runs import Runs, State
from dlcore.runs.store.classroom import Activity, CurrentRun, Points


@dataclass(frozen=True)
class StudentRow:
    """How a student of a class stands. Of the run: None where there is none; times in seconds since 1970."""

    name: str  # of the viewer
    called: str
    standing: Standing
    seen_at: float | None
    run: str | None = None  # its id
    title: str = ""
    state: State | None = None
    metric: str | None = None
    score: float | None = None  # at the best epoch of the run
    best: float | None = None  # of all their runs on the same data
    epoch: int = 0
    epochs: int = 0
    curve: str = ""  # of the run, as `small_curve` writes it


@dataclass(frozen=True)
class Asked:
    """What a class is to do: a lesson with its sections that ask something."""

    lesson: str
    sections: Sequence[str]

    def is_done(self, activity: Activity) -> bool:
        """Whether a student has done it."""
        return is_done(activity.lessons.get(self.lesson, {}), self.sections)


@dataclass(frozen=True)
class HandedIn:
    """A task that a class is to hand in: who has done so, by the names of the viewers."""

    assignment_id: str
    owners: frozenset[str]

    def is_done(self, activity: Activity) -> bool:
        """Whether a student has handed in."""
        return activity.name in self.owners


def live_table(
    runs: Runs, class_id: str, viewer: Viewer, curves: ScoreCurves, now: float, asked: Asked | HandedIn | None = None
) -> list[StudentRow]:
    """A row a student, by their names. Raises ClassNotFound."""
    activities = runs.class_activity(class_id, viewer)
    current = [each.current for each in activities if each.current is not None]
    pictures = _pictures(current, curves.read(runs, current, viewer))
    return [_row(each, now, asked, pictures) for each in activities]


def _pictures(current: Collection[CurrentRun], points: dict[str, Points]) -> dict[str, str]:
    """By its id, the picture of each run; those of one score share their axes."""
    found: dict[str, str] = {}
    for metric in {metric_of(run) for run in current} - {None}:
        mine = {run.id: points.get(run.id, []) for run in current if metric_of(run) == metric}
        axes = shared_axes(str(metric), mine.values())
        found |= {run_id: small_curve(curve, axes) for run_id, curve in mine.items()}
    return found


def _row(activity: Activity, now: float, asked: Asked | HandedIn | None, pictures: dict[str, str]) -> StudentRow:
    stands = standing(activity, now, asked is not None and asked.is_done(activity))
    run, head = activity.current, (activity.name, activity.called, stands, last_seen(activity))
    if run is None:
        return StudentRow(*head)
    metric = metric_of(run)
    score = None if metric is None else run.scores[metric]
    return StudentRow(
        *head, run.id, run.name, run.state, metric, score, activity.best, run.epoch, run.epochs,
        pictures.get(run.id, ""),
    )  # fmt: skip
