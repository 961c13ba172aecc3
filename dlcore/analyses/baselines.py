"""What scikit-learn's models make of the rows from which a run has learned, beside its network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.analyses.base import Analysis, Progress, number
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.baselines.report import report
from dlcore.probes.arrays import Arrays
from dlcore.studies.study import MOST_SEEDS


class Baselines(Analysis):
    """Asked: `seeds`, on how many splits every model is scored, from the run's own seed on; 0, none but that.

    `found`: as `dlcore.baselines.report` tells it, of the network as training ended; texts are translated.
    """

    name = "baselines"

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        seeds, first = number(asked, "seeds", 0, MOST_SEEDS, 0), run.experiment.seed
        model = run.model(run.epochs[-1])
        return {"found": report(run.experiment, model, range(first, first + seeds), run.data, progress)}
