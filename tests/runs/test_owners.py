"""Somebody else's run is a run that does not exist, whatever is asked of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dlcore.data.uploads import upload_access
from dlcore.errors import RunError, RunNotFound, UploadError
from dlcore.experiment import Experiment
from dlcore.inference.question import Question
from dlcore.runs import Runs, Settings
from dlcore.studies import Study
from dlcore.studies.seeds import Seeds
from tests.runs.living import digits

# Functions that belong to the installation as a whole, or ask for the owner first.
OF_NOBODY = {"close", "check_token", "is_empty", "probe", "speed", "study_seconds", "watch", "welcome"}
OF_THE_OWNER_ALONE = {
    "begin_with_file", "check", "draft", "first_weights", "import_bundle", "import_link", "open_import_link",
    "preference", "save_draft", "save_preference", "submit", "submit_study", "upload", "upload_access",
}  # fmt: skip
OF_MANY = {"finished", "list", "pulses", "stored_studies", "uploads"}
OF_STUDIES = {"delete_study", "resume_study", "stop_study", "stored_study", "study", "study_results", "study_statuses"}
OF_UPLOADS = {"delete_upload", "find_upload", "frame", "rename_upload", "runs_of_upload"}

ARGUMENTS: dict[str, Any] = {"name": "another", "timeout": 0.1, "kind": "onnx", "epoch": "best",
                             "question": Question("text", b"what?"), "asked": {}, "batches": 1, "values": {},
                             "file": f"film-{'0' * 12}-{'0' * 8}", "first": 0, "length": 1}  # fmt: skip


def _functions() -> dict[str, Callable[..., Any]]:
    return {
        name: function
        for name, function in inspect.getmembers(Runs, inspect.isfunction)
        if not name.startswith("_") and name not in OF_NOBODY | OF_THE_OWNER_ALONE | OF_MANY | OF_UPLOADS | OF_STUDIES
    }


def test_every_function_about_a_run_takes_the_owner() -> None:
    for name, function in _functions().items():
        parameters = inspect.signature(function).parameters
        assert "run_id" in parameters, name
        assert parameters["owner"].default in (None, inspect.Parameter.empty), name


@pytest.mark.parametrize("name", sorted(_functions()))
@pytest.mark.parametrize("intruder", ["bob", "", "ANN", "ann "])
def test_another_owner_is_told_that_there_is_no_such_run(store: Runs, name: str, intruder: str) -> None:
    run_id = store.submit(digits(), owner="ann")
    before = store.status(run_id)
    required = {
        each.name: ARGUMENTS[each.name]
        for each in inspect.signature(getattr(store, name)).parameters.values()
        if each.name in ARGUMENTS
    }
    with pytest.raises(RunNotFound) as theirs:
        getattr(store, name)(run_id, owner=intruder, **required)
    with pytest.raises(RunNotFound) as nobodys:
        getattr(store, name)("0" * 16, owner=intruder, **required)
    assert str(theirs.value).replace(run_id, "") == str(nobodys.value).replace("0" * 16, "")
    assert store.status(run_id) == before


@pytest.mark.parametrize("name", sorted(OF_STUDIES))
@pytest.mark.parametrize("intruder", ["bob", "", "ANN", "welcome"])
def test_another_owner_is_told_that_there_is_no_such_study(store: Runs, name: str, intruder: str) -> None:
    study_id = store.submit_study(Study.of(Seeds(), digits(), 1), owner="ann")
    before = store.study_results(study_id)
    assert inspect.signature(getattr(store, name)).parameters["owner"].default is None
    with pytest.raises(RunNotFound) as theirs:
        getattr(store, name)(study_id, owner=intruder)
    with pytest.raises(RunNotFound) as nobodys:
        getattr(store, name)("0" * 16, owner=intruder)
    assert str(theirs.value).replace(study_id, "") == str(nobodys.value).replace("0" * 16, "")
    assert store.study_results(study_id) == before
    assert store.stored_studies(intruder) == []


@pytest.mark.parametrize("intruder", ["bob", ""])
def test_lists_hold_the_owners_runs_alone(store: Runs, intruder: str) -> None:
    run_id = store.submit(digits(), owner="ann")
    assert store.list(intruder) == []
    assert store.pulses([run_id], owner=intruder) == {}
    assert [status.id for status in store.list("ann")] == [run_id]
    assert list(store.pulses([run_id], owner="ann")) == [run_id]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Runs, str]]:
    """A store, and the id of a data set that Ann brought."""
    file = tmp_path_factory.mktemp("brought") / "cats.csv"
    file.write_text("length,cat\n" + "\n".join(f"{n},{'yes' if n % 2 else 'no'}" for n in range(20)))
    with Runs(Settings(home=tmp_path_factory.mktemp("home"))) as store:
        yield store, store.upload(file, owner="ann").id


@pytest.mark.parametrize("name", sorted(OF_UPLOADS))
@pytest.mark.parametrize("intruder", ["bob", "", "ANN", "ann ", "welcome"])
def test_another_owner_is_told_that_there_is_no_such_upload(kept: tuple[Runs, str], name: str, intruder: str) -> None:
    store, upload_id = kept
    before = store.find_upload(upload_id)
    parameters = inspect.signature(getattr(store, name)).parameters
    assert parameters["owner"].default is None
    required = {each: ARGUMENTS[each] for each in parameters if each in ARGUMENTS}
    with pytest.raises(UploadError) as theirs:
        getattr(store, name)(upload_id, owner=intruder, **required)
    with pytest.raises(UploadError) as nobodys:
        getattr(store, name)("0" * 16, owner=intruder, **required)
    assert str(theirs.value).replace(upload_id, "") == str(nobodys.value).replace("0" * 16, "")
    assert store.find_upload(upload_id) == before
    assert len(store.frame(upload_id)) == 20


@pytest.mark.parametrize("intruder", ["bob", "", "ANN", "welcome"])
def test_nobody_trains_on_or_looks_at_somebody_elses_upload(kept: tuple[Runs, str], intruder: str) -> None:
    store, upload_id = kept
    assert store.uploads(intruder) == []
    described = digits().to_dict() | {"dataset": {"name": f"upload:{upload_id}"}}
    experiment = Experiment.from_dict(described)
    with upload_access.using(store.upload_access(intruder)), pytest.raises(UploadError):
        experiment.dataset.source.about()  # type: ignore[attr-defined]
    with upload_access.using(store.upload_access(intruder)), pytest.raises(UploadError):
        experiment.dataset.source.read(0)  # type: ignore[attr-defined]
    with pytest.raises((RunError, UploadError)):
        store.submit(experiment, owner=intruder)
    assert store.is_empty()


@pytest.mark.parametrize("owner", ["", "welcome", "x" * 201])
def test_nobody_in_particular_keeps_nothing(store: Runs, owner: str) -> None:
    with pytest.raises(RunError):
        store.save_draft(owner, {})
    with pytest.raises(RunError):
        store.save_preference(owner, "key", 1)
    with pytest.raises(UploadError):
        store.upload("cats.csv", owner=owner)
