"""What an installation keeps goes into one file while it runs, and comes back whole elsewhere, or not at all."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from filelock import FileLock

from dlcore.access import OPERATOR, student
from dlcore.cli import main
from dlcore.errors import RunError
from dlcore.runs import Runs, Settings, artifacts
from dlcore.runs.artifacts import Artifact
from dlcore.runs.backup import backup, restore
from dlcore.runs.embedded import LOCK
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.work import Progress, Work
from tests.pages.test_live_routes import Worker
from tests.runs.living import digits
from tests.training.experiments import experiment

EVENT = {"event": "BatchesEnded", "epoch": 1, "steps": [1], "losses": [0.5]}
WEIGHTS = b"not a safetensors file, but bytes that must come back"


@pytest.fixture
def lived(settings: Settings) -> Iterator[Runs]:
    """A home with a run that finished, one that trains, one that waits, a data set, a draft and a preference."""
    with Runs(settings) as runs:
        finished = runs.submit(digits(1), student("ann"), name="the first")
        worker = Worker(runs, finished)
        worker.work.tell(Progress([EVENT] * 1500))
        last = {"last": (runs._artifacts.write(finished, "last", WEIGHTS), 1)}
        worker.work.conclude("finished", Progress([], {}, last), keep_checkpoint=False)
        training = runs.submit(digits(9, seed=1), student("ann"), name="in training")
        token = Dispatch(runs._engine, "here").claim(training)
        assert token is not None
        Work(runs._engine, training, token).begin("here:1")
        runs.submit(digits(1), student("bob"), name="waits")
        table = BytesIO("größe,kind\n1,a\n2,b\n3,a\n4,b\n".encode())
        table.name = "table.csv"
        runs.upload(table, student("ann"), target="kind")
        runs.save_preference(student("ann"), "mood", {"good": True})
        yield runs


def by_name(runs: Runs, name: str) -> str:
    return next(each.id for each in runs.list(OPERATOR) if str(each.title) == name)


def kept(runs: Runs) -> Artifact | None:
    """The weights that the first run kept."""
    found = runs._artifact(by_name(runs, "the first"), "last", OPERATOR)
    return found and found[0]


def same(there: Runs, here: Runs) -> None:
    """That all that was kept here is kept there, and that addresses given away here open there."""
    first = by_name(here, "the first")
    assert {each.id for each in there.list(OPERATOR)} == {each.id for each in here.list(OPERATOR)}
    assert there.overview(first, OPERATOR) == here.overview(first, OPERATOR)
    assert there.events(first, OPERATOR) == here.events(first, OPERATOR)
    weights = kept(there)
    assert weights is not None
    assert there._artifacts.read(weights) == WEIGHTS
    assert there.token(first, OPERATOR) == here.token(first, OPERATOR)
    assert [each.sha256 for each in there.uploads(student("ann"))] == [
        each.sha256 for each in here.uploads(student("ann"))
    ]
    for upload in here.uploads(student("ann")):
        assert there.find_upload(upload.id, student("ann")) == upload
    assert there.preference(student("ann"), "mood", None) == {"good": True}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "elsewhere", workers=1)


def test_a_new_home_has_all_that_the_old_one_had(lived: Runs, elsewhere: Settings, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    written = backup(lived.settings, file)
    assert (written.runs, written.uploads, written.files, written.lost) == (3, 1, 2, ())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert restore(elsewhere, file) == written
    with Runs(elsewhere) as there:
        same(there, lived)


def test_a_run_that_trained_waits_in_the_new_home_and_goes_on_in_the_old(
    lived: Runs, elsewhere: Settings, tmp_path: Path
) -> None:
    backup(lived.settings, tmp_path / "all.zip")
    restore(elsewhere, tmp_path / "all.zip")
    training = by_name(lived, "in training")
    assert lived.status(training, OPERATOR).state == "running"
    with Runs(elsewhere) as there:
        status = there.status(training, OPERATOR)
        assert status.state == "queued"
        assert "goes on from its last checkpoint" in str(status.note_text)
        assert training in [each.id for each in Dispatch(there._engine, "there").queue()]


def test_files_that_are_gone_or_damaged_are_named_and_left_out(
    lived: Runs, elsewhere: Settings, tmp_path: Path
) -> None:
    weights = kept(lived)
    assert weights is not None
    (lived.settings.home / "artifacts" / weights.file).write_bytes(b"something else")
    assert backup(lived.settings, tmp_path / "all.zip").lost == (weights.file,)
    restore(elsewhere, tmp_path / "all.zip")
    with Runs(elsewhere) as there:
        assert kept(there) is None


def test_a_backup_is_never_written_over_a_file(lived: Runs, tmp_path: Path) -> None:
    file = tmp_path / "mine.zip"
    file.write_bytes(b"mine")
    with pytest.raises(RunError, match="is there already"):
        backup(lived.settings, file)
    assert file.read_bytes() == b"mine"


def test_a_backup_without_room_leaves_nothing_behind(lived: Runs, small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(bytes(23 << 20))
    before = sorted(small_disk.rglob("*"))
    many = lived.submit(digits(1), student("ann"))
    worker = Worker(lived, many)
    large = {"last": (lived._artifacts.write(many, "last", bytes(4 << 20)), 1)}
    worker.work.conclude("finished", Progress([], {}, large), keep_checkpoint=False)
    with pytest.raises(RunError, match="no room left"):
        backup(lived.settings, small_disk / "all.zip")
    assert sorted(small_disk.rglob("*")) == before


def test_nothing_is_brought_into_a_home_that_holds_something(lived: Runs, elsewhere: Settings, tmp_path: Path) -> None:
    backup(lived.settings, tmp_path / "all.zip")
    with Runs(elsewhere) as there:
        there.submit(experiment(), student("ann"))
    with pytest.raises(RunError, match="empty home"):
        restore(elsewhere, tmp_path / "all.zip")
    with Runs(elsewhere) as there:
        assert len(there.list(OPERATOR)) == 1


def test_nothing_is_brought_into_a_home_that_is_served(lived: Runs, elsewhere: Settings, tmp_path: Path) -> None:
    backup(lived.settings, tmp_path / "all.zip")
    elsewhere.home.mkdir()
    with FileLock(elsewhere.home / LOCK), pytest.raises(RunError, match="End it first"):
        restore(elsewhere, tmp_path / "all.zip")


def _changed(file: Path, name: str, content: bytes | None) -> None:
    """Write a member of the archive anew; without content, leave it out."""
    with zipfile.ZipFile(file) as archive:
        members = {each: archive.read(each) for each in archive.namelist()}
    members[name] = content or b""
    with zipfile.ZipFile(file, "w") as archive:
        for each, inside in members.items():
            if each != name or content is not None:
                archive.writestr(each, inside)


@pytest.mark.parametrize("damage", ["cut", "weights", "a file left out", "rows", "secret", "newer", "text", "missing"])
def test_what_is_no_whole_backup_is_refused_and_nothing_of_it_stays(
    damage: str, lived: Runs, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "all.zip"
    backup(lived.settings, file)
    weights = kept(lived)
    assert weights is not None
    if damage == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif damage == "text":
        file.write_text("not a ZIP at all")
    elif damage == "missing":
        file.unlink()
    elif damage == "newer":
        _changed(file, "backup.json", json.dumps({"format": 99}).encode())
    else:
        name = {"rows": "dlcore.db", "secret": "secret"}.get(damage, f"artifacts/{weights.file}")
        _changed(file, name, None if damage == "a file left out" else b"something else")
    with pytest.raises(RunError):
        restore(elsewhere, file)
    with Runs(elsewhere) as there:
        assert there.list(OPERATOR) == []
        assert there._artifacts.files(artifacts.RUNS) == there._artifacts.files(artifacts.UPLOADS) == []


def test_a_name_that_leads_out_of_the_home_is_not_followed(lived: Runs, elsewhere: Settings, tmp_path: Path) -> None:
    with lived._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE artifacts SET file = '../../../outside'")
    (lived.settings.home.parent.parent / "outside").write_bytes(WEIGHTS)
    backup(lived.settings, tmp_path / "all.zip")
    (lived.settings.home.parent.parent / "outside").unlink()
    with pytest.raises(RunError, match="no backup of this app"):
        restore(elsewhere, tmp_path / "all.zip")
    assert not (elsewhere.home.parent.parent / "outside").exists()


def test_the_two_commands_say_what_they_did(
    lived: Runs,
    elsewhere: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["backup", str(tmp_path / "all.zip")]) == 0
    monkeypatch.setenv("DLCORE_HOME", str(elsewhere.home))
    assert main(["restore", str(tmp_path / "all.zip")]) == 0
    assert capsys.readouterr().out == "3 runs, 1 data sets, 2 files\n" * 2
    assert main(["restore", str(tmp_path / "all.zip")]) == 2
    assert "empty home" in capsys.readouterr().err
