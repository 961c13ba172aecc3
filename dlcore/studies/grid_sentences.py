"""A grid in words: its best cell, and whether there is double descent."""

from __future__ import annotations

from collections.abc import Sequence

from dlcore.i18n import N_, _
from dlcore.studies.assignment import Value, figure
from dlcore.studies.double_descent import Descent
from dlcore.studies.grid import Grid
from dlcore.studies.grid_map import Cell, cells, descents, error_name, lines
from dlcore.studies.results import Result
from dlcore.studies.study import Study
from dlcore.studies.variables import title_of
from dlcore.training.scores import METRICS

RULE = N_(
    "The rule, declared before: some capacity is worse than a smaller and than a larger one, seed by seed, by more "
    "than chance (paired t, 5 % shared among all pairs)."
)


def conclusion(study: Study, results: Sequence[Result]) -> list[str]:
    """What a grid says; nothing while it has no measured cell."""
    found = cells(study, results)
    measured = [each for each in found if each.mean("validation") is not None]
    if not measured:
        return []
    return [_best(study, measured), *_descents(study, found)]


def _best(study: Study, measured: Sequence[Cell]) -> str:
    ended = len(measured) == len(study.arms)
    best = min(measured, key=lambda each: each.mean("validation") or 0.0)
    metric = METRICS[study.metric]
    told = N_("The lowest mean validation error ({error}) is {value}, at {cell}.")
    so_far = N_("So far the lowest mean validation error ({error}) is {value}, at {cell}.")
    return _(told if ended else so_far, error=error_name(study.metric),
             value=metric.number(best.mean("validation") or 0.0), cell=place(study, best.x, best.y))  # fmt: skip


def place(study: Study, x: Value, y: Value) -> str:
    """A cell by its values: «Width: 2, Training rows: 100»."""
    kind = study.kind
    assert isinstance(kind, Grid)
    named = [(kind.x, x)] if kind.y is None else [(kind.x, x), (kind.y, y)]
    return _(", ").join(_("{setting}: {value}", setting=title_of(field), value=figure(each)) for field, each in named)


def _descents(study: Study, found: Sequence[Cell]) -> list[str]:
    told = descents(study, found)
    if told is None or any(each.mean("validation") is None and not each.failed for each in found):
        return []
    if not told:
        no = _("No double descent: nowhere does the validation error rise and fall again along capacity.")
        return [f"{no} {_(RULE)}"]
    made = lines(found)
    return [*(_descent(study, made[y], y, each) for y, each in told.items()), _(RULE)]


def _descent(study: Study, line: Sequence[Cell], y: Value, found: Descent) -> str:
    metric, kind = METRICS[study.metric], study.kind
    assert isinstance(kind, Grid)
    where = "" if kind.y is None else _(" ({setting}: {value})", setting=title_of(kind.y), value=figure(y))
    valley, peak, beyond = (figure(line[each].x) for each in (found.valley, found.peak, found.beyond))
    return _("Double descent{where}: the validation error falls until {valley}, rises by {rise} until {peak}, and is "
             "{fall} lower again at {beyond}.", where=where, valley=valley, peak=peak, beyond=beyond,
             rise=metric.number(found.rise), fall=metric.number(found.fall))  # fmt: skip
