"""A study as a table to take away: a row for every run and epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from dlcore.serving.csv_file import csv_file
from dlcore.studies.record import StudyRecord
from dlcore.studies.results import Result
from dlcore.training.events import EpochEnded
from dlcore.training.scores import METRICS

PARTS = ("train", "validation")
BESIDE = ("learning_rate", "gradient_norm", "seconds")
COLUMNS = ("arm", "seed", "state", "epoch", *(f"{part}_{name}" for part in PARTS for name in METRICS), *BESIDE)


def study_csv(record: StudyRecord) -> bytes:
    """Arm, seed, state of the run, epoch and every score; of a run that has measured nothing, its state alone.

    What was never measured in any run has no column.
    """
    rows = [row for result in record.results for row in _rows(record, result)]
    columns = [name for name in COLUMNS if any(row.get(name) is not None for row in rows)]
    cells = {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns}
    return csv_file(pd.DataFrame(cells))


def _rows(record: StudyRecord, result: Result) -> Iterator[dict[str, Any]]:
    run = {"arm": str(record.study.arms[result.arm].name), "seed": result.seed, "state": result.state}
    measured = record.epochs.get((result.arm, result.seed), ())
    yield from ({**run, **_measured(event)} for event in measured)
    if not measured:
        yield run


def _measured(event: EpochEnded) -> dict[str, Any]:
    scores = {f"{part}_{name}": getattr(getattr(event, part), name, None) for part in PARTS for name in METRICS}
    return {"epoch": event.epoch, **scores, **{name: getattr(event, name) for name in BESIDE}}
