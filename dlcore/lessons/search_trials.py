"""A search small enough to be watched: the trials that Optuna asks for, each trained at once and in turn."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import cast

from dlcore.experiment import Experiment
from dlcore.lessons.threads import one_thread, seeded
from dlcore.network import estimate
from dlcore.studies.assignment import current
from dlcore.studies.sampling import Trial, importances, next_arm
from dlcore.studies.search import Range, Search
from dlcore.studies.study import Study
from dlcore.training.check import check
from dlcore.training.events import Diverged, RunFinished
from dlcore.training.loop import train
from dlcore.training.scores import value

MOST = 30
RATE, BATCH, WIDTH, DEPTH = "training.optimizer.lr", "training.batch_size", "network.width", "network.hidden_layers"
UNITS = "network.2.out_features"  # of the first hidden layer; all others have as many
BASE = Experiment.from_dict({
    "dataset": {"name": "digits", "limit": 500, "split": {"method": "holdout", "test": 0.0, "validation": 0.4}},
    "network": [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 16}, {"layer": "ReLU"},
                {"layer": "Output"}],
    "training": {"optimizer": {"name": "SGD", "lr": 0.03}, "batch_size": 32, "epochs": 8},
})  # fmt: skip
KIND = Search(
    ranges=(
        Range(field=RATE, low=0.003, high=3, log=True), Range(field=BATCH, low=8, high=128, log=True),
        Range(field=WIDTH, low=0.25, high=4, log=True), Range(field=DEPTH, low=1, high=3),
    ),
    trials=MOST, prune=False,
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A search so far: its study, and its trials with the number of parameters of each."""

    study: Study
    trials: tuple[Trial, ...]
    parameters: tuple[int, ...]

    @property
    def scores(self) -> list[float]:
        """The accuracy of each trial on the validation part, at its best epoch; of one that diverged, until then."""
        return [trial.score or 0.0 for trial in self.trials]

    @property
    def records(self) -> list[float]:
        """After each trial, the best score of those that came to their end."""
        scores = zip(self.scores, self.trials, strict=True)
        return [*itertools.accumulate((score * (trial.state == "finished") for score, trial in scores), max)]

    def setting(self, field: str) -> list[float]:
        """One setting of each trial, a number."""
        return [float(cast("float", current(arm.experiment, field))) for arm in self.study.arms]


@functools.cache
def search(count: int) -> Found:
    """The search after so many trials; the first is the experiment as it is."""
    if count == 1:
        study = Study.of(KIND, BASE, 1)
        return _trained(Found(study, (), ()))
    before = search(count - 1)
    arm = next_arm(before.study, before.trials, check)
    assert arm is not None
    return _trained(Found(before.study.with_arm(arm), before.trials, before.parameters))


@one_thread()
def _trained(found: Found) -> Found:
    """The same with its last arm trained."""
    arm = found.study.arms[-1]
    with seeded(BASE.seed):
        *events, ended = train(arm.experiment)
    assert isinstance(ended, RunFinished)
    diverged = any(isinstance(event, Diverged) for event in events)
    trial = Trial(arm.values, "failed" if diverged else "finished", value(ended.best, found.study.metric))
    count = estimate(arm.experiment).parameters
    return Found(found.study, (*found.trials, trial), (*found.parameters, count))


@functools.cache
def shares(count: int) -> dict[str, float] | None:
    """The share of each setting in how the scores of so many trials differ; None where they are too few."""
    found = search(count)
    return importances(found.study, found.trials)
