"""What a study will cost, before it begins."""

from __future__ import annotations

from collections.abc import Sequence

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.network import about_of, estimate
from dlcore.studies.results import Result
from dlcore.studies.study import Study
from dlcore.training.speed import Speed, seconds_per_epoch

START_SECONDS = 0.2  # of a run, beside its epochs: to be taken up, to read its data, to be written down


def seconds(study: Study, speed: Speed) -> float:
    """About how long its runs train, one after the other."""
    each = [run_seconds(arm.experiment, speed) for arm in study.arms]
    if study.kind.planned_arms is None:
        return len(study.seeds) * sum(each)
    costly = study.kind.costliest(study.base)
    return study.planned * (each[0] + run_seconds(costly, speed)) / 2  # from the base to the costliest, all alike


def run_seconds(experiment: Experiment, speed: Speed) -> float:
    """About how long one run takes. Early stopping may end it sooner."""
    training, rows = experiment.training, _rows(experiment)
    judging = round(rows * experiment.dataset.split.validation)
    teaching = min(rows, experiment.dataset.limit or rows)
    each = seconds_per_epoch(estimate(experiment), teaching, training.batch_size, speed, judging)
    return START_SECONDS + training.epochs * each


def seconds_left(results: Sequence[Result]) -> float | None:
    """About how long what is not done yet will take, as fast as it went so far; None before anything was measured.

    As many runs go on at once as train now. What early stopping will spare is not known, and counted.
    """
    measured = [each for each in results if each.epoch and each.seconds]
    waiting = [each for each in results if each.state in ("queued", "running", "paused")]
    if not measured:
        return None
    per_epoch = sum(each.seconds for each in measured) / sum(each.epoch for each in measured)
    at_once = max(1, sum(each.state == "running" for each in waiting))
    return per_epoch * sum(each.epochs - each.epoch for each in waiting) / at_once


def _rows(experiment: Experiment) -> int:
    try:
        return about_of(experiment).rows
    except DlcoreError:
        return 0
