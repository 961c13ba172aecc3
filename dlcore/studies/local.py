"""A study trained in this process, run after run: for the command line, notebooks and scripts."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.studies.results import Result
from dlcore.studies.study import Study, StudyRun
from dlcore.training.events import RunFinished
from dlcore.training.loop import train


def train_here(study: Study) -> Iterator[Result]:
    """One result a run, as soon as it has ended. Stop iterating to stop."""
    for run in study.runs():
        yield _trained(run)


def _trained(run: StudyRun) -> Result:
    for event in train(run.experiment):
        last = event
    assert isinstance(last, RunFinished)
    state = "failed" if last.reason == "diverged" else "finished"
    return Result(
        run.arm, run.seed, state, "", last.best, last.last, last.best_epoch, last.epochs,
        run.experiment.training.epochs, last.seconds,
    )  # fmt: skip
