"""What any probe sees at any epoch whose weights were kept: also of runs and epochs at which it did not look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.analyses.base import Analysis, Progress, choice, number
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import suitable


class Probed(Analysis):
    """Asked: `probe`, the name of one that suits the network, and `epoch`. The arrays of that probe, and `epoch`."""

    name = "probed"

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        del progress
        probes = suitable(run.data.about, run.steps)
        probe = probes[choice(asked, "probe", list(probes))]
        epoch = run.nearest(number(asked, "epoch", 0, 10**9, run.epochs[-1]))
        return {"epoch": epoch, **probe.measure(run.view(epoch))}
