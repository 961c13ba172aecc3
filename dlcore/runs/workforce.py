"""What a dispatcher sees of its workers, for who looks after the app: a file of the home, written every few seconds.

No process but the dispatcher's talks to Dask. The file is no record of anything: whoever misses it waits for the next.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "workers.json"
OLD_SECONDS = 30.0  # a file older than this tells of a dispatcher that is gone


@dataclass(frozen=True)
class SeenWorker:
    """A worker process. memory: bytes, 0 where that cannot be seen. run: the id of what it trains, if it does."""

    name: str
    memory: int
    run: str | None


@dataclass(frozen=True)
class Workforce:
    """All workers of a dispatcher. without_seconds: for how long it has had none; 0 while it has some."""

    workers: Sequence[SeenWorker]
    gpus: int | None
    scheduler: str | None
    without_seconds: float = 0.0


def write(home: Path, seen: Workforce) -> None:
    """Tell it. Whoever reads meanwhile sees what was told before."""
    beside = home / f".{FILE}"
    beside.write_text(json.dumps(asdict(seen)))
    os.replace(beside, home / FILE)


def read(home: Path) -> Workforce | None:
    """What was told last; None where nobody has told anything lately."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        file = home / FILE
        if time.time() - file.stat().st_mtime < OLD_SECONDS:
            stored = json.loads(file.read_text())
            return Workforce(**{**stored, "workers": [SeenWorker(**each) for each in stored["workers"]]})
    return None
