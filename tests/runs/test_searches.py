"""Searches with real processes: they add trials, stop the hopeless, rest, and go on after a kill as before."""

from __future__ import annotations

from contextlib import closing

import psutil
import pytest

from dlcore.access import OPERATOR, student
from dlcore.errors import RunNotFound
from dlcore.runs import Runs, Settings
from dlcore.runs.search_driver import SearchDriver, SearchRuns
from dlcore.runs.store.studies import StoredSearch
from dlcore.studies import Study
from dlcore.studies.assignment import assign, label
from dlcore.studies.kind import Arm
from dlcore.studies.sampling import UNJUDGED
from dlcore.studies.search import Range, Search
from dlcore.studies.study import plain_arm
from tests.runs.living import digits, wait_until

RATE = "training.optimizer.lr"


def rates(trials: int, epochs: int = 4, low: float = 1e-6, high: float = 100.0) -> Study:
    """A search for a learning rate, among absurd ones unless told otherwise."""
    kind = Search(ranges=(Range(field=RATE, low=low, high=high, log=True),), trials=trials)
    return Study.of(kind, digits(epochs=epochs), 1, "rates")


def drivers(settings: Settings) -> list[psutil.Process]:
    """The processes that drive searches of this home."""
    found = []
    for process in psutil.process_iter():
        try:
            if "dlcore.runs.search_driver" in process.cmdline() and process.environ()["DLCORE_HOME"] == str(
                settings.home
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found


def is_done(runs: Runs, study_id: str) -> bool:
    found = runs.search(study_id, student("ann"))
    return found is not None and found.state == "done"


@pytest.mark.slow
def test_a_search_whose_driver_was_killed_goes_on_loses_no_trial_and_stops_the_hopeless(settings: Settings) -> None:
    with Runs(settings, dispatcher=True) as runs:
        study_id = runs.submit_study(rates(trials=7, low=1e-3, high=1e-2, epochs=1000), student("ann"))
        wait_until(lambda: len(runs.study(study_id, OPERATOR).arms) >= 3, "some trials")
        for each in drivers(settings):
            each.kill()
        kept = runs.study(study_id, OPERATOR).arms
        wait_until(lambda: finished(runs, study_id) >= UNJUDGED, "trials that another is held against")
        number = wait_until(lambda: added(runs, study_id, rate=1e-9), "a hopeless trial")
        wait_until(lambda: is_done(runs, study_id), "the end")
        found, results = runs.study(study_id, OPERATOR), runs.study_results(study_id, OPERATOR)
        wait_until(lambda: not drivers(settings), "the driver has ended")
    assert found.arms[: len(kept)] == kept
    assert len(found.arms) == 7 == len(results) == len({each.run_id for each in results})
    assert len({arm.values[RATE] for arm in found.arms}) == 7
    early = {each.arm: each for each in results if each.state == "stopped"}
    assert number in early
    assert all(each.epoch < each.epochs == 1000 for each in early.values())
    assert sum(each.state == "finished" for each in results) >= UNJUDGED


def finished(runs: Runs, study_id: str) -> int:
    """How many trials were trained to their end."""
    return sum(each.state == "finished" for each in runs.study_results(study_id, OPERATOR))


def added(runs: Runs, study_id: str, rate: float) -> int | None:
    """The number of a trial with this rate, added as the driver adds one; None where the driver was quicker."""
    with closing(SearchRuns(runs.settings)) as theirs:
        study = theirs.study(study_id, OPERATOR)
        arm = Arm(label({RATE: rate}), assign(study.base, {RATE: rate}), values={RATE: rate})
        new = SearchDriver(theirs)._run_of(study, arm)
        return new.arm if theirs.add_trial(study_id, plain_arm(arm), new) else None


def test_a_search_rests_when_told_and_goes_on(store: Runs) -> None:
    runs = SearchRuns(store.settings)
    study_id = runs.submit_study(rates(trials=5), student("ann"))
    assert runs.open_searches(runs.home) == [study_id]
    runs.stop_study(study_id, student("ann"))
    assert runs.open_searches(runs.home) == []
    assert runs.search(study_id, student("ann")) == StoredSearch("resting", None, None)
    runs.resume_study(study_id, student("ann"))
    assert runs.open_searches(runs.home) == [study_id]
    with pytest.raises(RunNotFound):
        runs.search(study_id, student("bob"))
    runs.close()


def test_nobody_adds_a_trial_twice_or_to_a_search_that_rests(store: Runs) -> None:
    runs = SearchRuns(store.settings)
    study = rates(trials=5)
    study_id = runs.submit_study(study, student("ann"))
    arm = study.arms[0]
    new = SearchDriver(runs)._run_of(study, arm)
    assert (new.arm, new.name) == (1, "rates · 1 · As it is")
    assert runs.add_trial(study_id, plain_arm(arm), new)
    assert not runs.add_trial(study_id, plain_arm(arm), new)
    runs.stop_study(study_id, student("ann"))
    assert not runs.add_trial(study_id, plain_arm(arm), SearchDriver(runs)._run_of(runs.study(study_id, OPERATOR), arm))
    assert len(runs.study(study_id, OPERATOR).arms) == 2 == len(runs.study_results(study_id, OPERATOR))
    runs.delete_study(study_id, student("ann"))
    assert runs.open_searches(runs.home) == []
    runs.close()


def test_a_driver_adds_as_many_trials_as_workers_are_free(store: Runs) -> None:
    runs = SearchRuns(store.settings.model_copy(update={"workers": 3}))
    study_id = runs.submit_study(rates(trials=10), student("ann"))
    SearchDriver(runs).advance(study_id)
    assert len(runs.study(study_id, OPERATOR).arms) == 3
    SearchDriver(runs).advance(study_id)
    assert len(runs.study(study_id, OPERATOR).arms) == 3
    others = runs.submit_study(
        rates(trials=10), student("bob")
    )  # nobody is free, but one trial of each search may wait
    SearchDriver(runs).advance(others)
    assert len(runs.study(others, OPERATOR).arms) == 1
    runs.close()
