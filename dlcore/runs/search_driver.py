"""The process that goes on with searches: it adds a trial when a worker is free, and stops those that are hopeless.

    python -m dlcore.runs.search_driver

A child of the dispatcher, which starts it where a search is open; it ends when none is, or with its parent. Whatever
it knows stands in the database: one that was killed is followed by another, which goes on as if nothing had been.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import partial

from dlcore.access import OPERATOR, Viewer, student
from dlcore.data.uploads import upload_access
from dlcore.errors import DlcoreError, RunNotFound
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.runs import logs
from dlcore.runs.runs import Runs
from dlcore.runs.settings import read_settings
from dlcore.runs.store.engine import DiskFull, Unreachable
from dlcore.runs.store.learner import MAX_NAME
from dlcore.runs.store.searches import Curves, SearchStore
from dlcore.runs.store.studies import NewRun
from dlcore.studies.kind import Arm
from dlcore.studies.results import Result
from dlcore.studies.sampling import Trial, importances, is_hopeless, next_arm, trials_of
from dlcore.studies.study import Study, plain_arm

LOOK_SECONDS = 0.1  # between two looks at whether anything was written
LOOK_AGAIN_SECONDS = 2.0  # … at the searches, where nothing was told
AGAIN_SECONDS = 1.0  # after the database was out of reach
EVERY = 5  # trials after which it is worked out anew which settings matter
NOTHING_LEFT = N_("The search ended before its time: everything within the ranges was tried, or cannot be trained.")

log = logging.getLogger("dlcore.runs")


class SearchRuns(Runs, SearchStore):
    """The runs of an installation, with what is done for its searches."""


class SearchDriver:
    """Goes on with every open search of a home. It keeps the curves of trials that have ended, and nothing else."""

    def __init__(self, runs: SearchRuns) -> None:
        self.runs = runs
        self._curves: dict[str, Curves] = {}  # by study
        self._known: dict[str, int] = {}  # how many trials had ended when it was worked out which settings matter

    def drive(self) -> None:
        """Until no search is open."""
        watch = self.runs.watch()
        while found := self.runs.open_searches(self.runs.home):
            for study_id in found:
                self.advance(study_id)
            until = time.monotonic() + LOOK_AGAIN_SECONDS
            while not watch.changed() and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)

    def advance(self, study_id: str) -> None:
        """Add the trials for which workers are free, stop those that are hopeless, end it where all is done.

        Raises Unreachable or DiskFull where the database cannot be written now.
        """
        try:
            self._advance(study_id)
        except RunNotFound:  # it was deleted
            self._curves.pop(study_id, None)
        except (Unreachable, DiskFull):
            raise
        except DlcoreError as error:
            log.warning("search %s ends: %s", study_id, error)
            self.runs.end_search(study_id, note=error.text)

    def _advance(self, study_id: str) -> None:
        study, results = self.runs.study(study_id, OPERATOR), self.runs.study_results(study_id, OPERATOR)
        trials = trials_of(study, results, self._read_curves(study_id, study, results))
        self._stop_hopeless(study, results, trials)
        going = [each for each in results if each.state in ("queued", "running")]
        if len(study.arms) < study.planned and not self._add(study_id, study, trials, len(going)):
            self.runs.end_search(study_id, importances(study, trials), Text(NOTHING_LEFT) if not going else None)
        elif len(study.arms) >= study.planned and not going:
            self.runs.end_search(study_id, importances(study, trials))
        else:
            self._say_what_matters(study_id, study, trials)

    def _read_curves(self, study_id: str, study: Study, results: Sequence[Result]) -> Curves:
        kept = self._curves.setdefault(study_id, {})
        wanted = [each.arm for each in results if each.arm not in kept and each.state not in ("queued", "missing")]
        read = self.runs.search_curves(study_id, study.metric, wanted) if wanted else {}
        ended = {each.arm for each in results if each.state in ("finished", "stopped", "failed")}
        kept.update({arm: curve for arm, curve in read.items() if arm in ended})
        return {**kept, **read}

    def _stop_hopeless(self, study: Study, results: Sequence[Result], trials: Sequence[Trial]) -> None:
        there = [each for each in results if each.state != "missing"]
        for result, trial in zip(there, trials, strict=True):
            if result.state == "running" and is_hopeless(study, trials, trial):
                with suppress(RunNotFound):
                    self.runs.stop(result.run_id, OPERATOR)

    def _add(self, study_id: str, study: Study, trials: Sequence[Trial], going: int) -> bool:
        """Add trials where there is room; False where nothing is left to try."""
        free = max(self.runs.settings.workers - self.runs.working(), int(not going))
        stored = self.runs.stored_study(study_id, OPERATOR)
        viewer = student(stored.owner)
        with upload_access.using(self.runs.upload_access(viewer)), upload_access.no_files():
            for _place in range(min(free, study.planned - len(study.arms))):
                arm = next_arm(study, trials, partial(self._check, study, stored.assignment, viewer))
                if arm is None:
                    return going > 0
                if not self.runs.add_trial(study_id, plain_arm(arm), self._run_of(study, arm)):
                    return True
                study, trials = study.with_arm(arm), [*trials, Trial(arm.values, "running")]
        return True

    def _check(self, study: Study, assignment: str | None, viewer: Viewer, experiment: Experiment) -> None:
        """Raise what keeps a trial from being trained, or from being one of the task for which the search is."""
        self.runs.check(experiment, viewer)
        if assignment is not None:
            self.runs.check_assignment(assignment, [study.kind.seeded(experiment, study.seeds[0])], viewer)

    def _run_of(self, study: Study, arm: Arm) -> NewRun:
        (seed,), number = study.seeds, len(study.arms)
        name = f"{study.name} · {number} · {arm.name}".strip(" ·")[:MAX_NAME]
        return NewRun(number, seed, False, name, study.kind.seeded(arm.experiment, seed).to_dict())

    def _say_what_matters(self, study_id: str, study: Study, trials: Sequence[Trial]) -> None:
        finished = sum(each.state == "finished" for each in trials)
        if finished < self._known.get(study_id, 0) + EVERY:
            return
        self._known[study_id] = finished
        if found := importances(study, trials):
            self.runs.save_importances(study_id, found)


def main() -> int:
    """Drive the searches of this home until none is open, or the process that started this one has ended."""
    logs.configure()
    upload_access.forbid_local()
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    with closing(SearchRuns(read_settings())) as runs:
        while True:
            try:
                SearchDriver(runs).drive()
                return 0
            except (Unreachable, DiskFull) as error:
                log.warning("%s: %s", type(error).__name__, error)
                time.sleep(AGAIN_SECONDS)


def _end_with_parent() -> None:
    """Its standard input is a pipe that only its parent can write to: it ends when that one does, however."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    raise SystemExit(main())
