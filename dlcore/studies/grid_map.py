"""A grid as maps: the mean error of every cell, where the network learns and where it is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from dlcore.i18n import N_, Text
from dlcore.studies.assignment import Value
from dlcore.studies.double_descent import Descent, double_descent
from dlcore.studies.grid import Grid
from dlcore.studies.results import Result
from dlcore.studies.study import Study
from dlcore.studies.variables import capacity_field
from dlcore.training.scores import METRICS, Scores, value


@dataclass(frozen=True)
class Cell:
    """One pair of values: errors by seed on both parts, and the runs behind them."""

    x: Value
    y: Value  # None on a line
    training: Mapping[int, float]
    validation: Mapping[int, float]
    runs: Mapping[int, str]
    failed: int

    def mean(self, part: str) -> float | None:
        """Over seeds, of `training` or `validation`; None where nothing is measured yet."""
        found = list(getattr(self, part).values())
        return fmean(found) if found else None

    def deviation(self, part: str) -> float | None:
        """The standard deviation between seeds."""
        found = list(getattr(self, part).values())
        return stdev(found) if len(found) > 1 else None


def error_of(metric: str, score: float) -> float:
    """A score as an error, which is 0 at best: the share that is wrong; a loss is one already."""
    return score if METRICS[metric].lower else 1 - score


def error_name(metric: str) -> Text:
    """What the error of a metric is called."""
    noun = Text(METRICS[metric].noun)
    return noun if METRICS[metric].lower else Text(N_("1 − {metric}"), metric=noun)


def cells(study: Study, results: Sequence[Result]) -> list[Cell]:
    """The cells of a grid in the order of its arms."""
    by_arm: list[list[Result]] = [[] for _arm in study.arms]
    for each in results:
        by_arm[each.arm].append(each)
    return [_cell(study, number, found) for number, found in enumerate(by_arm)]


def _cell(study: Study, number: int, found: Sequence[Result]) -> Cell:
    kind, values = study.kind, study.arms[number].values
    assert isinstance(kind, Grid)
    ended = [each for each in found if each.state == "finished"]
    metric = study.metric_of(study.arms[number])
    return Cell(
        x=values[kind.x],
        y=None if kind.y is None else values[kind.y],
        training=_errors(metric, {each.seed: each.train for each in ended}),
        validation=_errors(metric, {each.seed: getattr(each, study.epoch) for each in ended}),
        runs={each.seed: each.run_id for each in found if each.run_id},
        failed=sum(each.state == "failed" for each in found),
    )


def _errors(metric: str, by_seed: Mapping[int, Scores | None]) -> dict[int, float]:
    measured = {seed: score for seed, each in by_seed.items() if (score := value(each, metric)) is not None}
    return {seed: error_of(metric, score) for seed, score in measured.items()}


def lines(found: Sequence[Cell]) -> dict[Value, list[Cell]]:
    """The cells by their value up the map, each line in the order of x where that is a number."""
    made: dict[Value, list[Cell]] = {}
    for each in found:
        made.setdefault(each.y, []).append(each)
    return {y: sorted(line, key=_place) for y, line in made.items()}


def _place(cell: Cell) -> float:
    return float(cell.x) if isinstance(cell.x, int | float) else 0.0


def descents(study: Study, found: Sequence[Cell]) -> dict[Value, Descent] | None:
    """Where double descent is, by the value up the map; None where x is no capacity, or seeds are too few to say."""
    kind = study.kind
    assert isinstance(kind, Grid)
    if not capacity_field(kind.x) or len(study.seeds) < 2 or len(kind.x_values) < 3:
        return None
    told = {y: double_descent([each.validation for each in line], study.metric) for y, line in lines(found).items()}
    return {y: each for y, each in told.items() if each is not None}
