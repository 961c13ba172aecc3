"""What Optuna says of a search: which settings to try next, which trial is hopeless, which settings matter.

Each answer is worked out anew from all trials so far, with a seed that is the trial's number: nothing is kept beside
them, so whoever goes on with a search after a restart goes on as if there had been none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.studies.assignment import Value, assign, label
from dlcore.studies.kind import Arm
from dlcore.studies.results import Result
from dlcore.studies.search import Range, Search
from dlcore.studies.study import Study
from dlcore.training.scores import METRICS, value

if TYPE_CHECKING:
    import optuna

RANDOM = 8  # trials that are drawn before what was found is asked
UNJUDGED = 4  # trials that are trained to their end before any is stopped
GRACE = 0.2  # of its epochs that a trial has before it may be stopped
TRIES = 30  # suggestions that cannot be trained, or were tried already, before a search gives up
ENOUGH = 10  # finished trials before it is said which settings matter

State = Literal["running", "finished", "pruned", "failed"]
STATES: dict[str, State] = {"finished": "finished", "stopped": "pruned", "failed": "failed"}


@dataclass(frozen=True)
class Trial:
    """One trial: its settings, and the score by which trials are judged, at its best epoch and by epoch."""

    values: Mapping[str, Value]
    state: State
    score: float | None = None
    curve: Mapping[int, float] = field(default_factory=dict)


def trials_of(study: Study, results: Iterable[Result], curves: Mapping[int, Mapping[int, float]]) -> list[Trial]:
    """The trials of a search that are not gone; `curves` by the number of the arm."""
    return [
        Trial(
            study.arms[each.arm].values,
            STATES.get(each.state, "running"),
            score_of(study, each),
            curves.get(each.arm, {}),
        )
        for each in results
        if each.state != "missing"
    ]


def next_arm(study: Study, trials: Sequence[Trial], check: Callable[[Experiment], None]) -> Arm | None:
    """The next trial; None where everything within the ranges was tried, or nothing else in them can be trained."""
    known = {_key(arm.values) for arm in study.arms}
    for attempt in range(TRIES):
        values = _suggest(study, trials, attempt)
        if _key(values) in known:
            continue
        try:
            experiment = assign(study.base, values)
            check(experiment)
        except DlcoreError:
            continue
        return Arm(label(values), experiment, values=values)
    return None


def is_hopeless(study: Study, trials: Sequence[Trial], running: Trial) -> bool:
    """Whether a trial's best so far lies behind the median of the others at this epoch (Optuna's median pruner)."""
    if not _search(study).prune or not running.curve:
        return False
    others = [each for each in trials if each is not running and each.state == "finished"]
    made = _optuna_study(study, others, seed=0)
    made.add_trial(_frozen(study, running))
    return bool(made.pruner.prune(made, made.trials[-1]))


def importances(study: Study, trials: Sequence[Trial]) -> dict[str, float] | None:
    """The share of each setting in how scores differ (fANOVA), the largest first; None where trials are too few."""
    import optuna

    finished = [each for each in trials if each.state == "finished" and each.score is not None]
    if len(finished) < ENOUGH or len({each.score for each in finished}) == 1:
        return None
    made = _optuna_study(study, finished, seed=0)
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    found = optuna.importance.get_param_importances(made, evaluator=evaluator)
    return {name: float(share) for name, share in found.items()}


def best(study: Study, results: Sequence[Result]) -> Result | None:
    """The best trial of those that were trained to their end."""
    scored = [
        (score, each) for each in results if each.state == "finished" and (score := score_of(study, each)) is not None
    ]
    if not scored:
        return None
    sign = 1 if METRICS[study.metric].lower else -1
    return min(scored, key=lambda pair: sign * pair[0])[1]


def score_of(study: Study, result: Result) -> float | None:
    """The score by which trials are judged; of one that was stopped, what it had come to."""
    return value(getattr(result, study.epoch), study.metric)


def _suggest(study: Study, trials: Sequence[Trial], attempt: int) -> dict[str, Value]:
    kind, base = _search(study), study.base
    seed = (base.seed * 1_000_003 + len(study.arms) * 1_009 + attempt) % 2**32
    asked = _optuna_study(study, trials, seed).ask(_space(study))
    return {name: kind.rounded(base, name, found) for name, found in asked.params.items()}


def _optuna_study(study: Study, trials: Sequence[Trial], seed: int) -> optuna.Study:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    random = min(RANDOM, _search(study).trials // 3)
    warmup = max(1, round(GRACE * study.base.training.epochs))
    made = optuna.create_study(
        direction="minimize" if METRICS[study.metric].lower else "maximize",
        sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=random),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=UNJUDGED, n_warmup_steps=warmup),
    )
    for each in trials:
        if _within(study, each):
            made.add_trial(_frozen(study, each))
    return made


def _frozen(study: Study, trial: Trial) -> optuna.trial.FrozenTrial:
    from optuna.trial import TrialState, create_trial

    finished = trial.state == "finished" and trial.score is not None
    states = {"running": TrialState.RUNNING, "finished": TrialState.COMPLETE}
    state = states.get(trial.state, TrialState.PRUNED)  # one that failed is the worst of all
    return create_trial(
        params=dict(trial.values) if _within(study, trial) else {},
        distributions=_space(study) if _within(study, trial) else {},
        state=state if finished or state != TrialState.COMPLETE else TrialState.PRUNED,
        value=trial.score if finished else None,
        intermediate_values=dict(trial.curve),
    )


def _within(study: Study, trial: Trial) -> bool:
    """Whether it has a value within its range for every setting; the experiment as it is need not."""
    space = _space(study)
    return trial.values.keys() == space.keys() and all(_holds(space[name], each) for name, each in trial.values.items())


def _holds(distribution: Any, value: Value) -> bool:
    if hasattr(distribution, "choices"):
        return value in distribution.choices
    return isinstance(value, int | float) and bool(distribution.low <= value <= distribution.high)


def _space(study: Study) -> dict[str, Any]:
    return _distributions(_search(study), study.base)


@functools.lru_cache(maxsize=8)
def _of_ranges(ranges: tuple[tuple[Range, bool], ...]) -> dict[str, Any]:
    return {each.field: _distribution(each, whole) for each, whole in ranges}


def _distributions(kind: Search, base: Experiment) -> dict[str, Any]:
    return _of_ranges(tuple((each, each.is_whole(base)) for each in kind.ranges))


def _distribution(found: Range, whole: bool) -> Any:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if found.choices:
        return CategoricalDistribution(found.choices)
    assert found.low is not None
    assert found.high is not None
    if whole:
        return IntDistribution(round(found.low), round(found.high), log=found.log)
    return FloatDistribution(found.low, found.high, log=found.log)


def _search(study: Study) -> Search:
    assert isinstance(study.kind, Search)
    return study.kind


def _key(values: Mapping[str, Value]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, repr(each)) for name, each in values.items()))
