"""Lists hold what is one's own, and nobody learns from somebody else's data. (tests/access walks every function.)"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dlcore.access import student
from dlcore.data.uploads import upload_access
from dlcore.errors import RunError, UploadError
from dlcore.experiment import Experiment
from dlcore.runs import Runs, Settings
from tests.runs.living import digits


@pytest.mark.parametrize("intruder", ["bob", ""])
def test_lists_hold_the_owners_runs_alone(store: Runs, intruder: str) -> None:
    run_id = store.submit(digits(), student("ann"))
    assert store.list(student(intruder)) == []
    assert store.pulses([run_id], student(intruder)) == {}
    assert [status.id for status in store.list(student("ann"))] == [run_id]
    assert list(store.pulses([run_id], student("ann"))) == [run_id]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runs, str]]:
    """A store, and the id of a data set that Ann brought."""
    file = tmp_path_factory.mktemp("brought") / "cats.csv"
    file.write_text("length,cat\n" + "\n".join(f"{n},{'yes' if n % 2 else 'no'}" for n in range(20)))
    with Runs(Settings(home=tmp_path_factory.mktemp("home"))) as store:
        yield store, store.upload(file, student("ann")).id


@pytest.mark.parametrize("intruder", ["bob", "", "ANN", "welcome"])
def test_nobody_trains_on_or_looks_at_somebody_elses_upload(kept: tuple[Runs, str], intruder: str) -> None:
    store, upload_id = kept
    assert store.uploads(student(intruder)) == []
    described = digits().to_dict() | {"dataset": {"name": f"upload:{upload_id}"}}
    experiment = Experiment.from_dict(described)
    with upload_access.using(store.upload_access(student(intruder))), pytest.raises(UploadError):
        experiment.dataset.source.about()  # type: ignore[attr-defined]
    with upload_access.using(store.upload_access(student(intruder))), pytest.raises(UploadError):
        experiment.dataset.source.read(0)  # type: ignore[attr-defined]
    with pytest.raises((RunError, UploadError)):
        store.submit(experiment, student(intruder))
    assert store.is_empty()


@pytest.mark.parametrize("owner", ["", "welcome", "x" * 201])
def test_nobody_in_particular_keeps_nothing(store: Runs, owner: str) -> None:
    with pytest.raises(RunError):
        store.save_draft(student(owner), {})
    with pytest.raises(RunError):
        store.save_preference(student(owner), "key", 1)
    with pytest.raises(UploadError):
        store.upload("cats.csv", student(owner))
