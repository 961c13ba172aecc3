"""Files are whole or not there, and a changed one is noticed."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import s3fs

from dlcore.errors import RunError
from dlcore.runs import Settings
from dlcore.runs.artifacts import RUNS, Artifact, Artifacts
from dlcore.runs.remote_files import FilesAway
from tests.runs.object_store import ObjectStore


@pytest.fixture(params=["folder", "file", "s3"])
def artifacts(request: pytest.FixtureRequest, home: Path) -> Artifacts:
    if request.param == "s3":
        bucket: str = request.getfixturevalue("bucket")
        return Artifacts(Settings(home=home, artifacts_url=f"{bucket}/{home.name}"))
    url = None if request.param == "folder" else f"file://{home}/elsewhere"
    return Artifacts(Settings(home=home, artifacts_url=url))


def test_what_was_written_is_read(artifacts: Artifacts) -> None:
    content = os.urandom(10_000)
    artifact = artifacts.write("run", "best", content)
    assert artifacts.read(artifact) == content
    assert (artifact.bytes, artifact.sha256) == (10_000, hashlib.sha256(content).hexdigest())


def test_a_second_writing_leaves_the_first_alone(artifacts: Artifacts) -> None:
    first, second = (artifacts.write("run", "best", content) for content in (b"one", b"two"))
    assert (artifacts.read(first), artifacts.read(second)) == (b"one", b"two")


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: content[:-1] + b"?", lambda _: b""])
def test_a_torn_or_changed_file_is_said_to_be_damaged(home: Path, damage: object) -> None:
    artifacts = Artifacts(Settings(home=home))
    artifact = artifacts.write("run", "best", b"0123456789")
    path = home / "artifacts" / artifact.file
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(RunError, match="damaged"):
        artifacts.read(artifact)


def test_a_missing_file_is_said_to_be_missing(artifacts: Artifacts) -> None:
    with pytest.raises(RunError, match="no longer there"):
        artifacts.read(Artifact("run/best-0", 1, "0"))


def test_a_run_is_removed_whole_and_may_be_removed_twice(artifacts: Artifacts) -> None:
    kept = artifacts.write("other", "best", b"x")
    gone = artifacts.write("run", "best", b"x")
    artifacts.remove_run("run")
    artifacts.remove_run("run")
    assert artifacts.read(kept) == b"x"
    with pytest.raises(RunError):
        artifacts.read(gone)
    artifacts.remove(kept.file)
    artifacts.remove(kept.file)


def test_files_that_no_run_knows_of_are_swept_and_others_left_alone(home: Path) -> None:
    artifacts = Artifacts(Settings(home=home))
    known, unknown = (artifacts.write("run", "best", content) for content in (b"known", b"unknown"))
    upload = home / "artifacts" / "uploads" / "data.csv"
    upload.parent.mkdir()
    upload.write_bytes(b"x")
    assert artifacts.sweep(artifacts.files(RUNS), {known.file}) == [unknown.file]
    assert artifacts.read(known) == b"known"
    assert upload.exists()


def test_a_writing_that_fails_leaves_nothing_behind(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    artifacts = Artifacts(Settings(home=home))

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        artifacts.write("run", "best", b"x")
    assert list((home / "artifacts" / "runs" / "run").iterdir()) == []


KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
from dlcore.runs import Settings
from dlcore.runs.artifacts import Artifacts

steps = iter(range(100))
def step(real):
    def call(*arguments, **settings):
        if next(steps) == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **settings)
    return call

os.fsync, Path.replace, Path.open, Path.mkdir = map(step, (os.fsync, Path.replace, Path.open, Path.mkdir))
Artifacts(Settings(home=sys.argv[1])).write("run", "best", b"whole")
print("written")
"""


def test_a_process_killed_at_any_step_leaves_a_whole_file_or_none(home: Path) -> None:
    outcomes = []
    for step in range(8):
        child = subprocess.run(
            [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(home), str(step)], capture_output=True, check=False
        )
        visible = [path for path in (home / "artifacts").glob("runs/run/*") if not path.name.startswith(".")]
        assert all(path.read_bytes() == b"whole" for path in visible)
        outcomes.append(child.stdout.strip() == b"written")
    assert outcomes[0] is False
    assert outcomes[-1] is True


def test_what_another_process_wrote_after_a_look_is_read_and_removed(bucket: str, home: Path) -> None:
    url = f"{bucket}/{home.name}"
    artifacts = Artifacts(Settings(home=home, artifacts_url=url))
    artifacts.write("run", "best", b"ours")
    artifacts.remove_run("none")
    theirs = subprocess.run(
        [sys.executable, "-c", WRITTEN_BY_ANOTHER, str(home), url], capture_output=True, check=True, text=True
    ).stdout.strip()
    assert artifacts.read(Artifact(theirs, 6, hashlib.sha256(b"theirs").hexdigest())) == b"theirs"
    artifacts.remove_run("run")
    assert s3fs.S3FileSystem(skip_instance_cache=True).find(url) == []


WRITTEN_BY_ANOTHER = """
import sys
from dlcore.runs import Settings
from dlcore.runs.artifacts import Artifacts

print(Artifacts(Settings(home=sys.argv[1], artifacts_url=sys.argv[2])).write("run", "best", b"theirs").file)
"""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """An object store that nobody has started yet."""
    store = ObjectStore()
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    yield store
    store.end()
    s3fs.S3FileSystem.clear_instance_cache()


def test_a_store_that_does_not_answer_is_named_and_no_file_is_said_to_be_gone(store: ObjectStore, home: Path) -> None:
    artifacts = Artifacts(Settings(home=home, artifacts_url="s3://layers/artifacts"))
    kept = Artifact("runs/run/best-0", 1, "0")
    for ask in (lambda: artifacts.read(kept), lambda: artifacts.open(kept), lambda: artifacts.remove_run("run"),
                lambda: artifacts.write("run", "best", b"x")):  # fmt: skip
        with pytest.raises(FilesAway, match=f"s3://layers/artifacts, does not answer: .*{store.port}"):
            ask()


def test_who_is_patient_writes_when_the_store_is_back(store: ObjectStore, home: Path) -> None:
    artifacts = Artifacts(Settings(home=home, artifacts_url="s3://layers/artifacts"), patience=60)
    with ThreadPoolExecutor(1) as apart:
        written = apart.submit(artifacts.write, "run", "best", b"0123456789")
        with pytest.raises(TimeoutError):
            written.result(timeout=1)
        store.start()
        assert artifacts.read(written.result(timeout=60)) == b"0123456789"
