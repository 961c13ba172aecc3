"""The store of runs, opened once for all sessions of this server."""

from __future__ import annotations

import functools

import dlcore.runs
from dlcore.runs import Runs, Settings


def runs() -> Runs:
    """The runs of this installation. The dispatcher is started by app.py, not by a page."""
    return _open(Settings().model_dump_json())


@functools.cache
def _open(_settings: str) -> Runs:
    return dlcore.runs.open(dispatcher=False)
