"""The scores of runs epoch by epoch: read once, and from then on only what is new."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from dlcore.access import Viewer
from dlcore.runs import Runs
from dlcore.runs.store.classroom import CurrentRun, Points, main_metric

MOST_RUNS = 2_000  # that are remembered


def metric_of(run: CurrentRun) -> str | None:
    """The score by which a run is shown; None before one was measured."""
    return main_metric(run.scores) or ("loss" if "loss" in run.scores else None)


class ScoreCurves:
    """Remembers the curves of runs, whoever looks: nobody is told of one that they were not shown."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, int, dict[int, float | None]]] = {}  # metric, cursor, score by epoch
        self._lock = threading.Lock()

    def read(self, runs: Runs, shown: Iterable[CurrentRun], viewer: Viewer) -> dict[str, Points]:
        """By the id of each run that this viewer was just told of, its scores in the order of their epochs."""
        metrics = {run.id: metric for run in shown if (metric := metric_of(run)) is not None}
        cursors = {run.id: run.cursor for run in shown}
        with self._lock:
            before = {run_id: self._cursor(run_id, metric) for run_id, metric in metrics.items()}
        wanted = {run_id: metric for run_id, metric in metrics.items() if cursors[run_id] > before[run_id]}
        news = runs.score_curves(wanted, before, viewer) if wanted else {}
        with self._lock:
            for run_id in wanted:
                self._take(run_id, metrics[run_id], cursors[run_id], news.get(run_id, (0, []))[1])
            return {run_id: self._points(run_id) for run_id in metrics}

    def _cursor(self, run_id: str, metric: str) -> int:
        known = self._known.get(run_id)
        return known[1] if known is not None and known[0] == metric else 0

    def _take(self, run_id: str, metric: str, cursor: int, points: Points) -> None:
        before = self._known.pop(run_id, (metric, 0, {}))
        scores = dict(before[2]) if before[0] == metric else {}
        newest = max(cursor, before[1]) if before[0] == metric else cursor
        self._known[run_id] = (metric, newest, scores | dict(points))
        while len(self._known) > MOST_RUNS:
            del self._known[next(iter(self._known))]

    def _points(self, run_id: str) -> Points:
        return sorted(self._known[run_id][2].items()) if run_id in self._known else []
