"""Uploads on a full disk, and by processes that die: one sentence, nothing stored is lost, nothing is left over."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from dlcore.access import ME, OPERATOR
from dlcore.errors import UploadError
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings, disk_reserve, upload_staging
from dlcore.runs import open as open_runs
from dlcore.runs.dispatcher import Dispatcher

pytestmark = [pytest.mark.slow]

ROWS = 12_000  # about 200 kB as CSV, and as Parquet


def table(rows: int = 20) -> io.BytesIO:
    values = np.random.default_rng(0).normal(size=(rows, 2))
    file = io.BytesIO(("a,b\n" + "".join(f"{a:.6f},{b:.6f}\n" for a, b in values)).encode())
    file.name = "numbers.csv"
    return file


def leave(room: int, disk: Path) -> None:
    """Fill the disk but for so many bytes."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    os.truncate(filler, filler.stat().st_size - room)


def kept(home: Path) -> dict[str, bytes]:
    """Every file of uploads, those on their way included."""
    places = (home / "artifacts" / "uploads", home / upload_staging.FOLDER)
    return {path.name: path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()}


def test_with_a_full_disk_an_upload_is_refused_in_one_sentence_and_all_that_was_stored_stays(small_disk: Path) -> None:
    with open_runs(Settings(home=small_disk / "home"), dispatcher=False) as store:
        disk_reserve.store(store.settings.home)  # as a dispatcher does when it begins
        first, run_id = store.upload(table(), ME), store.submit(PRESETS["iris-softmax"].experiment, ME)
        before = kept(store.settings.home)
        for room in (0, 300_000):  # no copy of the file; a copy, but no rows
            leave(room, small_disk)
            with pytest.raises(UploadError, match=r"The disk is full: numbers.csv was not kept, and nothing"):
                store.upload(table(ROWS), ME)
            assert store.uploads(OPERATOR) == [first], room
            assert kept(store.settings.home) == before, room
            assert len(store.frame(first.id, OPERATOR)) == 20
        leave(0, small_disk)
        store.delete_upload(first.id, OPERATOR)
        assert not kept(store.settings.home)
        leave(0, small_disk)
        store.delete(run_id, OPERATOR)
        assert store.is_empty()
        leave(3_000_000, small_disk)
        assert store.upload(table(ROWS), ME).description.rows == ROWS


DIES = """
import io, os, signal, sys
from pathlib import Path
from dlcore.access import ME
from dlcore.runs import Settings, uploads
from dlcore.runs import open as open_runs

def die(*given, **named):
    os.kill(os.getpid(), signal.SIGKILL)

where = sys.argv[2]
if where == "writing":
    os.fsync = die
else:
    uploads.Uploads._add_upload = die
file = io.BytesIO(b"a,b\\n1,2\\n3,4\\n5,6\\n")
file.name = "dies.csv"
with open_runs(Settings(home=Path(sys.argv[1])), dispatcher=False) as runs:
    runs.upload(file, ME)
"""


def test_what_a_killed_process_left_of_an_upload_is_swept_at_the_next_start(store: Runs) -> None:
    home = store.settings.home
    upload = store.upload(table(), ME)
    before = kept(home)
    for where in ("writing", "registering"):
        ended = subprocess.run([sys.executable, "-c", DIES, str(home), where], capture_output=True, check=False)
        assert ended.returncode == -9, ended.stderr.decode()
        assert len(kept(home)) > len(before), where
    Dispatcher(store.settings)._settle_abandoned()
    assert kept(home) == before
    assert len(store.frame(upload.id, OPERATOR)) == 20


def test_an_upload_on_its_way_is_never_swept(store: Runs) -> None:
    """Its rows lie there and no row of the database names them yet: it is held by a process that lives."""
    home = store.settings.home
    with upload_staging.place(home, "0123456789abcdef") as folder:
        (folder / "rows.parquet").write_bytes(b"rows")
        store._artifacts.adopt("0123456789abcdef", folder / "rows.parquet")
        before = kept(home)
        Dispatcher(store.settings)._settle_abandoned()
        assert kept(home) == before
    assert len(kept(home)) == 1, "the rows alone"
    Dispatcher(store.settings)._settle_abandoned()
    assert not kept(home)
