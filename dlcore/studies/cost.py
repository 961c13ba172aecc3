"""What a study will cost, before it begins."""

from __future__ import annotations

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.network import about_of, estimate
from dlcore.studies.study import Study
from dlcore.training.speed import Speed, seconds_per_epoch

START_SECONDS = 0.2  # of a run, beside its epochs: to be taken up, to read its data, to be written down


def seconds(study: Study, speed: Speed) -> float:
    """About how long its runs train, one after the other."""
    return len(study.seeds) * sum(run_seconds(arm.experiment, speed) for arm in study.arms)


def run_seconds(experiment: Experiment, speed: Speed) -> float:
    """About how long one run takes. Early stopping may end it sooner."""
    training, rows = experiment.training, _rows(experiment)
    judging = round(rows * experiment.dataset.split.validation)
    teaching = min(rows, experiment.dataset.limit or rows)
    each = seconds_per_epoch(estimate(experiment), teaching, training.batch_size, speed, judging)
    return START_SECONDS + training.epochs * each


def _rows(experiment: Experiment) -> int:
    try:
        return about_of(experiment).rows
    except DlcoreError:
        return 0
