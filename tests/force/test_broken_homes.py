"""A full disk, a home that can only be read, a damaged database: a sentence says so, and there is a way back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from tests.browser.conftest import Served
from tests.force.figures import Figure, Note
from tests.runs.living import LONG, digits, soon, until_epoch, until_state, wait_until
from tests.runs.test_full_disk import _fill
from tests.runs.test_homes import DAMAGES, ROOT, old_home

__all__ = ["old_home"]

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1200)]


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command line answers about a home."""
    return subprocess.run(
        [sys.executable, "-m", "dlcore", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=soon(120),
        check=False, env={**os.environ, "DLCORE_HOME": str(home), "DLCORE_LANGUAGE": "en"},
    )  # fmt: skip


def refused(home: Path, words: str) -> bool:
    """Whether a server does not start on a home, and says why in one sentence."""
    ended = command(home, "serve", "--port", "0")
    return ended.returncode == 2 and words in ended.stderr and ended.stderr.count("\n") == 1


def serves(home: Path) -> bool:
    """Whether a server starts on a home, and trains."""
    app = Served(home)
    app.start()
    try:
        with Runs(Settings(home=home)) as runs:
            return until_state(runs, runs.submit(digits(1), ME), "finished", "failed").error is None
    finally:
        app.stop()


def noted(note: Note, what: str, *went_well: bool) -> None:
    """A figure of what did not go as it must, and the verdict."""
    failed = went_well.count(False)
    note(Figure(0, f"{what}: no sentence, or no way back", (float(failed),), "", 0, "all", 1, "homes"))
    assert not failed


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_database_is_told_of_and_put_aside(
    old_home: Path, damage: Callable[[Path], None], note: Note
) -> None:
    damage(old_home / "dlcore.db")
    told = refused(old_home, "new-database")
    noted(note, "a damaged database", told, command(old_home, "new-database").returncode == 0, serves(old_home))


def test_a_home_that_can_only_be_read_is_told_of_and_serves_when_it_can_be_written(old_home: Path, note: Note) -> None:
    if subprocess.run(["mount", "--bind", old_home, old_home], capture_output=True, check=False).returncode:
        pytest.skip("only root mounts a folder read-only")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", old_home], check=True)
        told = refused(old_home, "can only be read")
    finally:
        subprocess.run(["umount", old_home], check=True)
    noted(note, "a read-only home", told, serves(old_home))


def test_on_a_full_disk_each_run_says_so_and_goes_on_when_there_is_room(small_disk: Path, note: Note) -> None:
    settings = Settings(home=small_disk / "home", workers=1, checkpoint_seconds=0.2)
    with open_runs(settings) as runs:
        run_id = runs.submit(digits(epochs=LONG), ME)
        wait_until(lambda: runs._artifact(run_id, "checkpoint", OPERATOR))
        wait_until(lambda: (settings.home / "disk_reserve").exists(), "the reserve")
        filler = _fill(small_disk)
        status = until_state(runs, run_id, "failed")
        filler.unlink()
        runs.resume(run_id, OPERATOR)
        beyond = until_epoch(runs, run_id, status.epoch + 1).epoch
        runs.delete(run_id, OPERATOR)
    noted(note, "a full disk", "disk is full" in (status.error or ""), beyond > status.epoch)
