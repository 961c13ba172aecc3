"""The store of runs, opened once for all sessions of this server."""

from __future__ import annotations

import functools
import os

import dlcore.runs
from dlcore.data.uploads import upload_access
from dlcore.runs import Runs


def runs() -> Runs:
    """The runs of this installation. The dispatcher is started by app.py, not by a page.

    Where pages are shown, this machine's own data sets are nobody's who did not bring them.
    """
    upload_access.forbid_local()
    return _open(tuple(sorted(each for each in os.environ.items() if each[0].startswith("DLCORE_"))))


@functools.cache
def _open(_environment: tuple[tuple[str, str], ...]) -> Runs:
    """A store for each set of `DLCORE_…` variables: one, but in tests."""
    return dlcore.runs.open(dispatcher=False)
