"""A study trained in this process, run after run: for the command line, notebooks and scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from dlcore.experiment import Experiment
from dlcore.studies.kind import Epoch
from dlcore.studies.results import Result
from dlcore.studies.sampling import Trial, is_hopeless, next_arm, trials_of
from dlcore.studies.search import Search
from dlcore.studies.study import Study, StudyRun
from dlcore.training.check import check
from dlcore.training.events import EpochEnded, Event, RunFinished
from dlcore.training.loop import train
from dlcore.training.scores import Scores, value

Curves = dict[int, dict[int, float]]  # by arm and epoch

Listener = Callable[[StudyRun, Event], None]  # told what happens in each run


def train_here(study: Study, listener: Listener | None = None) -> Iterator[Result]:
    """One result a run, as soon as it has ended. Stop iterating to stop."""
    return (result for _study, result in train_and_grow(study, listener))


def train_and_grow(study: Study, listener: Listener | None = None) -> Iterator[tuple[Study, Result]]:
    """The same with the study as it is by then: a search has an arm more with each trial."""
    if isinstance(study.kind, Search):
        yield from _searched(study, listener)
        return
    for run in study.runs():
        yield study, _trained(run, study.epoch, listener)


def _searched(study: Study, listener: Listener | None) -> Iterator[tuple[Study, Result]]:
    """Trial after trial, each chosen from all before it."""
    results: list[Result] = []
    curves: Curves = {}
    (run,) = study.runs()
    while True:
        results.append(_trained(run, study.epoch, listener, _judged(study, run, results, curves)))
        yield study, results[-1]
        if len(study.arms) >= (study.kind.planned_arms or 0):
            return
        arm = next_arm(study, trials_of(study, results, curves), _check)
        if arm is None:
            return
        study = study.with_arm(arm)
        *_earlier, run = study.runs()


def _check(experiment: Experiment) -> None:
    check(experiment)


def _judged(study: Study, run: StudyRun, results: list[Result], curves: Curves) -> Callable[[EpochEnded], bool]:
    """Whether to give a trial up after an epoch; its curve is written down on the way."""
    curve = curves.setdefault(run.arm, {})

    def hopeless(event: EpochEnded) -> bool:
        score = value(event.validation or event.train, study.metric)
        if score is None or not event.epoch:
            return False
        curve[event.epoch] = score
        running = Trial(study.arms[run.arm].values, "running", curve=curve)
        return event.epoch < run.experiment.training.epochs and is_hopeless(
            study, trials_of(study, results, curves), running
        )

    return hopeless


def _trained(
    run: StudyRun, epoch: Epoch, listener: Listener | None, given_up: Callable[[EpochEnded], bool] | None = None
) -> Result:
    told: dict[int, EpochEnded] = {}
    for event in train(run.experiment):
        last = event
        if listener is not None:
            listener(run, event)
        if isinstance(event, EpochEnded):
            told[event.epoch] = event
            if given_up is not None and given_up(event):
                return _given_up(run, epoch, told)
    assert isinstance(last, RunFinished)
    state = "failed" if last.reason == "diverged" else "finished"
    return Result(
        run.arm, run.seed, state, "", last.best, last.last, last.best_epoch, last.epochs,
        run.experiment.training.epochs, last.seconds,
        _teaching(told, last.best_epoch if epoch == "best" else last.epochs),
    )  # fmt: skip


def _given_up(run: StudyRun, epoch: Epoch, told: Mapping[int, EpochEnded]) -> Result:
    """A trial that was stopped: what it had come to."""
    scores = {number: each.validation or each.train for number, each in told.items()}
    last, best = max(scores), min(scores, key=lambda number: scores[number].loss)
    return Result(
        run.arm, run.seed, "stopped", "", scores[best], scores[last], best, last, run.experiment.training.epochs,
        sum(each.seconds for each in told.values()), _teaching(told, best if epoch == "best" else last),
    )  # fmt: skip


def _teaching(told: Mapping[int, EpochEnded], epoch: int) -> Scores | None:
    return told[epoch].train if epoch in told else None
