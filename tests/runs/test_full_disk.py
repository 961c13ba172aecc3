"""A full disk: a run says so and goes on when there is room; deleting works always; nothing stored is harmed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from pathlib import Path

import pytest

from dlcore.access import ME, OPERATOR, student
from dlcore.errors import ExportError, RunNotFound, UploadError
from dlcore.runs import Runs, Settings, disk_reserve
from dlcore.runs import open as open_runs
from dlcore.runs import weights as start_weights
from dlcore.runs.disk_reserve import BYTES
from dlcore.runs.dispatcher import Dispatcher
from dlcore.runs.store import engine
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.engine import DiskFull
from dlcore.runs.store.work import Progress, Work
from dlcore.training.events import BatchesEnded, EpochEnded, Scores
from tests.runs.living import LONG, NoWorkers, digits, until_state, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

EVENT = BatchesEnded(1, tuple(range(1, 101)), tuple(n / 7 for n in range(100))).to_json()


def _fill(folder: Path) -> Path:
    """Write until nothing more goes in; the room put aside for the last word excepted."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (100_000, 1_000):
            with pytest.raises(OSError, match="No space"):
                _write_for_ever(file, size)
    return path


def _fill_up(filler: Path) -> None:
    """Take what has become free meanwhile, to the last byte."""
    with filler.open("ab", buffering=0) as file:
        for size in (100_000, 1_000, 1):
            with pytest.raises(OSError, match="No space"):
                _write_for_ever(file, size)


def _write_for_ever(file: RawIOBase, size: int) -> None:
    while True:
        file.write(bytes(size))


def test_a_run_says_that_the_disk_is_full_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    settings = Settings(home=small_disk / "home", workers=1, checkpoint_seconds=0.2)
    with open_runs(settings) as runs:
        run_id = runs.submit(digits(epochs=LONG), ME)
        wait_until(lambda: runs._artifact(run_id, "checkpoint", OPERATOR))
        assert (settings.home / "disk_reserve").stat().st_size == BYTES
        filler = _fill(small_disk)
        status = until_state(runs, run_id, "failed")
        assert status.error is not None
        assert "disk is full" in status.error
        filler.unlink()
        assert runs.weights(run_id, OPERATOR, "last")
        runs.resume(run_id, OPERATOR)
        wait_until(lambda: runs.status(run_id, OPERATOR).epoch > status.epoch)
        runs.stop(run_id, OPERATOR)
        until_state(runs, run_id, "stopped")


@pytest.fixture(params=["journal", "log"])
def small_store(small_disk: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runs]:
    """Runs on a small disk, without a dispatcher; also over a write-ahead log, as with an SQLite that keeps it well."""
    if request.param == "log":
        monkeypatch.setattr(engine, "FIRST_SOUND_WAL", (3, 0, 0))
    with Runs(Settings(home=small_disk / "home", workers=1)) as runs:
        yield runs


def _trained(runs: Runs, events: int, weights: int = 0) -> str:
    """A run that was told of so many events, and kept weights of so many bytes."""
    run_id = runs.submit(digits(1), student("ann"))
    token = Dispatch(runs._engine, "test").claim(run_id)
    assert token is not None
    work = Work(runs._engine, run_id, token)
    work.begin("here:1")
    for _piece in range(events // 100):
        work.tell(Progress(events=[EVENT] * 100))
    scores = Scores(loss=0.5, accuracy=0.5)
    last = [EpochEnded(1, scores, None, 0.01, 1.0, 0.1, 10.0).to_json()]
    kept = {"last": (runs._artifacts.write(run_id, "last", bytes(weights)), 1)} if weights else {}
    work.conclude("finished", Progress(last, {}, kept), keep_checkpoint=False)
    return run_id


def _without_room(runs: Runs) -> Path:
    """Fill the disk; the reserve is spent, too."""
    disk_reserve.store(runs.settings.home)
    filler = _fill(runs.settings.home.parent)
    disk_reserve.release(runs.settings.home)
    _fill_up(filler)
    assert shutil.disk_usage(runs.settings.home).free == 0
    return filler


def _pages(runs: Runs) -> int:
    """Of the database: in its file, or still in the log."""
    with sqlite3.connect(runs.settings.home / "dlcore.db") as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])


@pytest.mark.parametrize("weights", [0, 200_000], ids=["no files", "weights"])
@pytest.mark.parametrize("events", [0, 1_000])
def test_a_run_is_deleted_from_a_full_disk_whose_reserve_is_spent(small_store: Runs, events: int, weights: int) -> None:
    kept, gone = (_trained(small_store, events, weights) for _each in range(2))
    before = (small_store.events(kept, OPERATOR), _pages(small_store))
    _without_room(small_store)
    small_store.delete(gone, student("ann"))
    with pytest.raises(RunNotFound):
        small_store.status(gone, OPERATOR)
    assert not (small_store.settings.home / "artifacts" / "runs" / gone).exists()
    assert small_store.events(kept, OPERATOR) == before[0]
    with sqlite3.connect(small_store.settings.home / "dlcore.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for table in ("events", "artifacts"):
            assert connection.execute(f"SELECT count(*) FROM {table} WHERE run_id = ?", [gone]).fetchone() == (0,)
    if events:
        assert _pages(small_store) < before[1]
    small_store.delete(kept, student("ann"))  # and the next


def test_nobody_deletes_anothers_files_from_a_full_disk(small_store: Runs) -> None:
    run_id = _trained(small_store, 1_000, 200_000)
    _without_room(small_store)
    with pytest.raises(RunNotFound):
        small_store.delete(run_id, student("bob"))
    assert list((small_store.settings.home / "artifacts" / "runs" / run_id).iterdir())


def test_an_upload_is_deleted_from_a_full_disk_and_refused_on_one(small_store: Runs) -> None:
    table = BytesIO(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(5_000)))
    table.name = "table.csv"
    upload = small_store.upload(table, student("ann"))
    filler = _without_room(small_store)
    with pytest.raises(UploadError, match="full"):
        small_store.upload(table, student("ann"))
    small_store.delete_upload(upload.id, student("ann"))
    assert small_store.uploads(student("ann")) == []
    assert not list((small_store.settings.home / "artifacts" / "uploads").iterdir())
    filler.unlink()
    small_store.upload(table, student("ann"))


def test_the_reserve_is_put_aside_again_when_room_returns(small_store: Runs) -> None:
    dispatcher = Dispatcher(small_store.settings, clock := _Clock())
    filler = _without_room(small_store)
    dispatcher._upkeep(NoWorkers())
    assert not (small_store.settings.home / "disk_reserve").exists()
    filler.unlink()
    clock.now += 60
    dispatcher._upkeep(NoWorkers())
    assert (small_store.settings.home / "disk_reserve").stat().st_size == BYTES


class _Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_what_cannot_be_kept_says_that_the_disk_is_full(small_store: Runs) -> None:
    _without_room(small_store)
    with pytest.raises(DiskFull, match="disk is full"):
        start_weights.keep(small_store._artifacts, "ann", bytes(10_000))
    with pytest.raises(DiskFull, match="disk is full"):
        small_store.save_draft(student("ann"), {"long": "x" * 8_000_000})
    assert not list((small_store.settings.home / "artifacts").rglob(".*"))


def test_an_export_says_that_the_disk_is_full(small_disk: Path) -> None:
    settings = Settings(home=small_disk / "home", workers=1)
    with open_runs(settings) as runs:
        run_id = runs.submit(digits(2), ME)
        until_state(runs, run_id, "finished")
    with Runs(settings) as runs:
        _without_room(runs)
        for kind in ("onnx", "bundle"):
            with pytest.raises(ExportError, match="disk is full"):
                runs.export(run_id, kind, OPERATOR)  # type: ignore[arg-type]
        assert not list((settings.home / "exports").glob("*/*"))


def test_a_second_run_on_a_full_disk_without_reserve_is_settled_too_and_both_go_on(small_disk: Path) -> None:
    settings = Settings(home=small_disk / "home", workers=1, checkpoint_seconds=0.2)
    with open_runs(settings) as runs:
        first, second = (runs.submit(digits(epochs=LONG, seed=seed), ME) for seed in range(2))
        wait_until(lambda: runs._artifact(first, "checkpoint", OPERATOR))
        filler = _fill(small_disk)
        until_state(runs, first, "failed")
        wait_until(
            lambda: runs.status(second, OPERATOR).attempt == 1, "the second in hand"
        )  # with what the reserve has given
        _fill_up(filler)
        wait_until(
            lambda: runs.status(second, OPERATOR).attempt == 1 and runs.status(second, OPERATOR).state == "failed"
        )
        assert "disk is full" in (runs.status(second, OPERATOR).error or "")
        runs.delete(first, OPERATOR)
        runs.delete(second, OPERATOR)
        filler.unlink()
        third = runs.submit(digits(epochs=2), ME)
        assert until_state(runs, third, "finished", "failed").error is None
        wait_until(lambda: (settings.home / "disk_reserve").exists(), "the reserve")
