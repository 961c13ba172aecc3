"""A disk that fills up while a run trains: the run says so, nothing stored is harmed, and with room it goes on."""

from __future__ import annotations

from io import RawIOBase
from pathlib import Path

import pytest

from dlcore.runs import Settings
from dlcore.runs import open as open_runs
from dlcore.runs.ballast import BYTES
from tests.runs.living import LONG, digits, until_state, wait_until

pytestmark = [pytest.mark.serial, pytest.mark.slow, pytest.mark.timeout(1200)]


def _fill(folder: Path) -> Path:
    """Write until nothing more goes in; the room put aside for the last word excepted."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (100_000, 1_000):
            with pytest.raises(OSError, match="No space"):
                _write_for_ever(file, size)
    return path


def _write_for_ever(file: RawIOBase, size: int) -> None:
    while True:
        file.write(bytes(size))


def test_a_run_says_that_the_disk_is_full_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    settings = Settings(home=small_disk / "home", workers=1, checkpoint_seconds=0.2)
    with open_runs(settings) as runs:
        run_id = runs.submit(digits(epochs=LONG))
        wait_until(lambda: runs._artifact(run_id, "checkpoint", None))
        assert (settings.home / "ballast").stat().st_size == BYTES
        filler = _fill(small_disk)
        status = until_state(runs, run_id, "failed")
        assert status.error is not None
        assert "disk is full" in status.error
        filler.unlink()
        assert runs.weights(run_id, "last")
        runs.resume(run_id)
        wait_until(lambda: runs.status(run_id).epoch > status.epoch)
        runs.stop(run_id)
        until_state(runs, run_id, "stopped")
