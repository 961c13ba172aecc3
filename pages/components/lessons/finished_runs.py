"""The learner's own finished runs, of which some lessons show one in place of their own example."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.runs.status import Finished
from dlcore.serving.store import runs
from pages.components.shared.visitor import viewer

LOOKED_AT = 50  # the newest


def finished_runs(accepts: Callable[[Experiment], bool]) -> Iterator[tuple[Finished, Experiment]]:
    """Those of the newest whose experiment is accepted, the newest first. One query."""
    for run in runs().finished(viewer(), LOOKED_AT):
        with contextlib.suppress(DlcoreError):  # stored by a version that knew other layers, or its data are gone
            experiment = Experiment.from_stored(run.experiment)
            if accepts(experiment):
                yield run, experiment
