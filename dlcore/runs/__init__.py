"""Runs: kept in a database, trained by other processes.

runs = dlcore.runs.open()
run_id = runs.submit(experiment, ME)  # from dlcore.access
for event in runs.events(run_id, ME): ...
"""

from __future__ import annotations

from dlcore.access import WELCOME
from dlcore.runs.runs import Runs
from dlcore.runs.settings import Settings, read_settings
from dlcore.runs.status import ENDED, STATES, EventList, News, Overview, Pulse, State, Status
from dlcore.runs.store.uploads import Upload
from dlcore.runs.store.watch import Watch

__all__ = [
    "ENDED",
    "STATES",
    "WELCOME",
    "EventList",
    "News",
    "Overview",
    "Pulse",
    "Runs",
    "Settings",
    "State",
    "Status",
    "Upload",
    "Watch",
    "open",
]


def open(settings: Settings | None = None, *, dispatcher: bool = True) -> Runs:
    """The runs of this machine, or of the database that `DLCORE_DATABASE_URL` names.

    dispatcher: also start the process that trains queued runs, if none serves this home yet; it ends with this one.
    """
    return Runs(settings or read_settings(), dispatcher=dispatcher)
