"""Studies of an installation: queued whole, trained by workers, stopped and gone on with, judged from what is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from dlcore.access import student
from dlcore.errors import RunError, RunNotFound
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings
from dlcore.studies import Study
from dlcore.studies.local import train_here
from dlcore.studies.remedies import Remedies
from dlcore.studies.results import arm_results
from dlcore.studies.seeds import Seeds
from dlcore.studies.with_without import WithWithout
from dlcore.training.speed import Speed
from tests.runs.living import digits, wait_until


def twins(seeds: int = 2, epochs: int = 2) -> Study:
    return Study.of(WithWithout(), digits(epochs=epochs), seeds, "twins")


@pytest.fixture
def living(settings: Settings) -> Iterator[Runs]:
    with Runs(settings, dispatcher=True) as runs:
        yield runs


def states(runs: Runs, study_id: str) -> list[str]:
    return [each.state for each in runs.study_results(study_id, student("ann"))]


def test_forty_eight_runs_are_queued_within_half_a_second_and_in_their_order(store: Runs) -> None:
    base = PRESETS["overfit"].experiment
    study = Study.of(Remedies(remedies=Remedies.suited(base).remedies[:7]), base, 6, "fix it")
    store.submit_study(study, student("ann"))
    started = time.process_time()
    study_id = store.submit_study(study, student("ann"))
    assert time.process_time() - started < 0.5  # of this process: others may want the machine, too
    found = store.study_statuses(study_id, student("ann"))
    assert len(found) == 48
    assert [status.position for _arm, _seed, status in found] == list(range(49, 97))
    for (arm, seed, status), run in zip(found, study.runs(), strict=True):
        assert (arm, seed, status.name) == (run.arm, run.seed, run.name)
        assert store.experiment(status.id, student("ann")) == run.experiment
    assert store.study(study_id, student("ann")) == study


def test_what_cannot_be_trained_queues_nothing(store: Runs) -> None:
    base = digits().model_copy(update={"network": digits().network[1:]})  # Linear receives an image
    broken = Study.of(Seeds(), base, 2)
    with pytest.raises(Exception, match="Flatten"):
        store.submit_study(broken, student("ann"))
    assert store.stored_studies(student("ann")) == []
    assert store.is_empty()


def test_a_study_beyond_the_budget_is_refused_with_its_numbers(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Speed("cpu", "a slow one", 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)  # a second a step
    with Runs(settings.model_copy(update={"study_seconds": 100.0})) as runs:
        monkeypatch.setattr(runs, "speed", lambda device="auto": slow)
        # 400 rows are 13 batches: 2 arms · 2 seeds · (0.2 + 2 · 13) s = 104.8 s
        with pytest.raises(RunError, match=r"4 runs that would train for about 2 min in all; here one may take 2 min"):
            runs.submit_study(twins(), student("ann"))
        assert runs.study_seconds(twins()) == pytest.approx(104.8)
        assert runs.is_empty()
        runs.submit_study(twins(seeds=1), student("ann"))


def test_nobody_sees_or_stops_the_study_of_another(store: Runs) -> None:
    study_id = store.submit_study(twins(), student("ann"))
    for ask in (store.study, store.study_results, store.stop_study, store.resume_study, store.delete_study):
        with pytest.raises(RunNotFound):
            ask(study_id, student("bob"))
    assert [each.id for each in store.stored_studies(student("ann"))] == [study_id]
    assert store.study_states([study_id], student("ann")) == {study_id: {"queued": 4}}
    assert store.study_states([study_id], student("bob")) == {}
    assert store.stored_studies(student("bob")) == []


def test_the_runs_of_a_study_stand_in_no_list_but_its_own(store: Runs) -> None:
    alone = store.submit(digits(), student("ann"))
    study_id = store.submit_study(twins(), student("ann"))
    assert [each.id for each in store.list(student("ann"))] == [alone]
    assert len(store.list(student("ann"), group=study_id)) == 4


def test_a_stopped_study_rests_and_goes_on_and_a_deleted_run_is_missed(store: Runs) -> None:
    study_id = store.submit_study(twins(), student("ann"))
    store.stop_study(study_id, student("ann"))
    assert states(store, study_id) == ["paused"] * 4
    store.resume_study(study_id, student("ann"))
    assert states(store, study_id) == ["queued"] * 4
    store.delete(store.study_results(study_id, student("ann"))[3].run_id, student("ann"))
    assert states(store, study_id) == ["queued"] * 3 + ["missing"]
    store.delete_study(study_id, student("ann"))
    assert store.is_empty()
    with pytest.raises(RunNotFound):
        store.study(study_id, student("ann"))


@pytest.mark.slow
def test_workers_train_a_study_to_the_same_scores_as_this_process(living: Runs, one_thread: None) -> None:
    study = twins()
    study_id = living.submit_study(study, student("ann"))
    wait_until(lambda: {*states(living, study_id)} <= {"finished", "failed"}, "the study has ended")
    kept, here = living.study_results(study_id, student("ann")), list(train_here(study))
    assert [each.best for each in kept] == [each.best for each in here]
    assert [line.scores for line in arm_results(study, kept)] == [line.scores for line in arm_results(study, here)]
    teaching = living.study_training_scores(study_id, study.epoch, student("ann"))
    assert [teaching[each.arm, each.seed] for each in here] == [each.train for each in here]
    filmed = [bool(living.film(each.run_id, student("ann"))) for each in kept]
    assert filmed == [True, False, True, False]  # one seed of each arm
    assert living.weights(kept[1].run_id, student("ann"), "best")
    for run_id in (kept[0].run_id, kept[1].run_id):  # what was judged stays what it was
        assert not living.status(run_id, student("ann")).extendable
        with pytest.raises(RunError, match="belongs to a study"):
            living.step(run_id, student("ann"), epochs=1)
    assert living.fork(kept[0].run_id, kept[0].epoch, student("ann")).start is not None
    assert living.study_results(study_id, student("ann")) == kept


def test_a_run_of_a_study_is_trained_no_further_than_planned(store: Runs) -> None:
    study_id = store.submit_study(twins(epochs=2), student("ann"))
    run_id = store.study_results(study_id, student("ann"))[0].run_id
    with pytest.raises(RunError, match="planned end"):
        store.step(run_id, student("ann"), epochs=3)
    store.step(run_id, student("ann"), epochs=2)
    ann = student("ann")
    store.step(store.submit(digits(epochs=2), ann), ann, epochs=3)  # of no study: as far as one likes


def test_a_run_of_a_study_keeps_the_settings_that_are_judged(store: Runs) -> None:
    ann = student("ann")
    run_id = store.study_results(store.submit_study(twins(epochs=2), ann), ann)[0].run_id
    with pytest.raises(RunError, match="they stay as they are"):
        store.set_knobs(run_id, {"optimizer.lr": 0.5}, ann)
    assert store.commands(run_id, ann) == []
    store.set_knobs(store.submit(digits(epochs=2), ann), {"optimizer.lr": 0.5}, ann)  # of no study


@pytest.mark.slow
def test_what_was_done_stays_done_when_the_app_ends_in_the_middle(settings: Settings) -> None:
    study = twins(seeds=3, epochs=30)
    with Runs(settings, dispatcher=True) as runs:
        study_id = runs.submit_study(study, student("ann"))
        wait_until(lambda: "finished" in states(runs, study_id), "one has ended")
        done = {each.run_id: each for each in runs.study_results(study_id, student("ann")) if each.state == "finished"}
    with Runs(settings, dispatcher=True) as runs:
        wait_until(lambda: {*states(runs, study_id)} == {"finished"}, "all have ended")
        after = {each.run_id: each for each in runs.study_results(study_id, student("ann"))}
        assert {each: after[each] for each in done} == done
