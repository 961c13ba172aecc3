"""What one may use in a class is held wherever something is submitted or brought; a learner alone has no limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcore.access import ME, OPERATOR, Viewer, student
from dlcore.access.quotas import QUOTAS, UNLIMITED
from dlcore.errors import ClassError, ClassNotFound, RunError, UploadError
from dlcore.runs import Runs, Settings
from dlcore.runs.store.classes import SchoolClass
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.searches import SearchStore
from dlcore.runs.store.studies import NewRun
from dlcore.runs.store.work import Work
from dlcore.studies import Study
from dlcore.studies.seeds import Seeds
from tests.access.walk import TIA
from tests.runs.living import digits


def limit(store: Runs, seventh: SchoolClass, **limits: int) -> None:
    store.set_quotas(seventh.id, {"student": limits}, TIA)


def test_runs_that_wait_are_counted_wherever_they_come_from(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    limit(store, seventh, waiting=2)
    store.submit(digits(), ann)
    with pytest.raises(RunError, match=r"2 runs of one person may wait; 1 of yours wait already, and 3 would be added"):
        store.submit_study(Study.of(Seeds(), digits(), 3), ann)
    assert store.stored_studies(ann) == []
    store.submit(digits(), ann, group="twins")
    with pytest.raises(RunError, match=r"2 of yours wait already, and 1 would be added"):
        store.submit(digits(), ann, group="folds")
    assert len(store.list(ann)) == 2
    for _each in range(5):  # who is in no class has no limit
        store.submit(digits(), student("bob"))


def test_a_trial_of_a_search_counts_as_well(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    study = Study.of(Seeds(), digits(), 1)
    first = NewRun(0, 0, False, "the first", digits().to_dict())
    study_id = store._submit_study(study.to_json(), ann.name, "searched", [first], searching="home")
    limit(store, seventh, waiting=1)
    new = NewRun(len(study.arms), 0, False, "a trial", digits().to_dict())
    with pytest.raises(RunError, match="1 run of one person may wait"):
        SearchStore.add_trial(store, study_id, study.to_json()["arms"][0], new)  # type: ignore[arg-type]
    assert len(store.study(study_id, ann).arms) == len(study.arms)


def test_of_each_owner_as_many_train_at_once_as_may(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    limit(store, seventh, running=2)
    hers = [store.submit(digits(), ann) for _each in range(4)]
    his = [store.submit(digits(), student("bob")) for _each in range(3)]
    dispatch = Dispatch(store._engine, "home")
    assert {each.id for each in dispatch.queue()} == {*hers[:2], *his}
    dispatch.claim(hers[0])
    assert {each.id for each in dispatch.queue()} == {hers[1], *his}
    dispatch.claim(hers[1])
    assert {each.id for each in dispatch.queue()} == {*his}


def test_a_run_trains_as_long_as_its_owner_may(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    limit(store, seventh, seconds=7)
    for viewer, most in ((ann, 7), (student("bob"), None)):
        run_id = store.submit(digits(), viewer)
        token = Dispatch(store._engine, "home").claim(run_id)
        assert token is not None
        assert Work(store._engine, run_id, token).begin("host:1").most_seconds == most


def test_a_network_over_the_limit_is_refused_with_the_numbers(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    learned = 64 * 32 + 32 + 32 * 10 + 10
    limit(store, seventh, parameters=learned)
    store.submit(digits(), ann)
    limit(store, seventh, parameters=learned - 1)
    with pytest.raises(RunError, match=r"may have 2,409 parameters; this one has 2,410"):
        store.submit(digits(), ann)
    with pytest.raises(RunError, match=r"2,410"):
        store.submit_study(Study.of(Seeds(), digits(), 1), ann)


def test_a_data_set_over_the_limit_is_refused_and_not_kept(
    store: Runs, seventh: SchoolClass, ann: Viewer, tmp_path: Path
) -> None:
    file = tmp_path / "cats.csv"
    file.write_text("length,cat\n" + "\n".join(f"{n},{n % 2}" for n in range(20)))
    taken = store.upload(file, ann).bytes
    limit(store, seventh, bytes=2 * taken - 1)
    with pytest.raises(UploadError, match="MB would be added"):
        store.upload(file, ann)
    assert len(store.uploads(ann)) == 1
    assert len(list((store.settings.home / "artifacts" / "uploads").iterdir())) == 1
    limit(store, seventh, bytes=2 * taken)
    store.upload(file, ann)
    with pytest.raises(RunError, match="delete what you do not need"):
        store.submit(digits(), ann)


def test_of_several_classes_the_larger_limit_holds(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    limit(store, seventh, waiting=1, running=5)
    assert (store.quota(ann).waiting, store.quota(ann).running) == (1, 5)
    assert store.quota(student("bob")).waiting is None
    assert store.quota(TIA).waiting == 200


def test_limits_are_the_teachers_to_set(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    for other in (ann, Viewer("bob", "teacher")):
        with pytest.raises(ClassNotFound):
            store.set_quotas(seventh.id, {"student": {"waiting": 9}}, other)
    for wrong in ({"pupil": {}}, {"student": {"memory": 1}}, {"student": {"waiting": 0}}):
        with pytest.raises(ClassError):
            store.set_quotas(seventh.id, wrong, TIA)


def test_on_a_server_for_classes_who_is_in_none_has_the_limits_of_a_student(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else signing out would be the way around every limit."""
    monkeypatch.setenv("DLCORE_CLASSES", "true")
    with Runs(Settings(home=settings.home)) as store:
        lee = store.open_invitation(store.invite_teacher("Lee", OPERATOR))
        assert lee is not None
        assert store.quota(student("a visitor")) == QUOTAS["student"]
        assert store.quota(lee) == QUOTAS["teacher"]
        assert store.quota(ME) == UNLIMITED
        most = QUOTAS["student"].waiting
        assert most is not None
        for _study in range(4):
            store.submit_study(Study.of(Seeds(), digits(), most // 4), student("a visitor"))
        with pytest.raises(RunError, match=f"{most} runs of one person may wait"):
            store.submit(digits(), student("a visitor"))
    with Runs(Settings(home=settings.home, classes=False)) as store:
        assert store.quota(student("a visitor")) == UNLIMITED
