"""Which array fills which attribute of a trace: said once, by the trace itself, and read by one interpreter a language.

A chart is made empty. Each trace that a run fills says in its `meta` whose numbers it shows (`run`, or several `runs`)
and what fills it, an attribute within another one by both their names (`marker.color`):

    {"run": "…", "series": "train", "fill": {"x": "epochs.epoch", "y": "epochs.train.loss"}}

A binding is the name of an array (`dlcore.training.arrays`), a number, or `[operation, …]` over bindings. The
operations are the functions below and, by the same names, those of the browser's `bindings.js`; a test holds both to
the same numbers for every chart. A trace of which an array is not there (yet) is empty.

What is no finite number is a gap: None in lists, NaN in arrays. Arithmetic goes element by element, between arrays of
one shape or with a single number. A name may also lead to a group of arrays, such as a histogram's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlcore.training.arrays import Arrays, found

Binding = str | float | list[Any]  # the name of an array, a number, or [operation, binding, …]
Array = np.ndarray[Any, Any]


def bound(run: str | Sequence[str], series: str, **fill: Binding) -> dict[str, Any]:
    """The `meta` of a trace that a run (or several) fills. `series`: its part in the chart, for legend and words."""
    whose = {"run": run} if isinstance(run, str) else {"runs": list(run)}
    return {**whose, "series": series, "fill": fill}


def fill(chart: go.Figure, runs: Mapping[str, Arrays]) -> go.Figure:
    """The same chart with the arrays of these runs, by id, in the traces that name them; the empty one stays so."""
    filled = go.Figure(chart)
    for trace in filled.data:
        if trace.meta and "fill" in trace.meta:
            for attribute, values in filling(trace.meta, runs).items():
                trace[attribute] = values
    return filled


def filling(meta: Mapping[str, Any], runs: Mapping[str, Arrays]) -> dict[str, Any]:
    """What fills the attributes of a trace with this `meta`: all of them, or nothing in any."""
    named = [meta["run"]] if "run" in meta else meta["runs"]
    arrays = [runs.get(each, {}) for each in named]
    wanted = {name for binding in meta["fill"].values() for name in names(binding)}
    if any(found(each, name) is None for each in arrays for name in wanted):
        return {attribute: [] for attribute in meta["fill"]}
    return {attribute: evaluate(binding, arrays) for attribute, binding in meta["fill"].items()}


def names(binding: Binding) -> Iterator[str]:
    """The arrays that a binding asks for."""
    if isinstance(binding, str):
        yield binding
    elif isinstance(binding, list):
        for each in binding[1:]:
            yield from names(each)


def evaluate(binding: Binding, runs: Sequence[Arrays]) -> Any:
    """The values of a binding, for one run; or over several, by the operations that take a list of each argument."""
    if isinstance(binding, str):
        return found(runs[0], binding)
    if not isinstance(binding, list):
        return binding
    operation, *arguments = binding
    if operation in ACROSS:
        return ACROSS[operation](*([evaluate(each, [run]) for run in runs] for each in arguments))
    return OPERATIONS[operation](*(evaluate(each, runs) for each in arguments))


# Of one run


def _numbers(values: Any) -> Array:
    return np.asarray(values, float)  # None becomes NaN


def _each(calculate: Callable[[Array, Array], Array], one: Any, other: Any) -> Array:
    left, right = _numbers(one), _numbers(other)
    if left.ndim and right.ndim and left.shape != right.shape:
        raise ValueError(f"arrays of different shapes: {left.shape} and {right.shape}")
    with np.errstate(all="ignore"):
        result = calculate(left, right)
    return np.where(np.isfinite(result), result, np.nan)


def _finite(*values: Any) -> Array:
    flat: Array = np.concatenate([_numbers(each).ravel() for each in values])
    known: Array = flat[np.isfinite(flat)]
    return known


def _lowest(*values: Any) -> float:
    known = _finite(*values)
    return float(known.min()) if len(known) else np.nan


def _highest(*values: Any) -> float:
    known = _finite(*values)
    return float(known.max()) if len(known) else np.nan


def _join(*values: Any) -> list[float]:
    return [float(each) for each in _finite(*values)]


def _linspace(ends: Any, count: Any) -> Array:
    """So many places from the first to the second of `ends`."""
    return np.linspace(ends[0], ends[1], int(count))


def _centers(histogram: Arrays) -> Array:
    """The middles of the bins of a histogram: `counts` in equally wide bins from `low` to `high`."""
    ends, bins = _numbers([histogram["low"], histogram["high"]]), len(histogram["counts"])
    low, high = ends
    return _numbers(low + (np.arange(bins) + 0.5) * (high - low) / max(1, bins))


def _heights(histogram: Arrays) -> Array:
    """The counts of a histogram as shares of the largest."""
    counts = _numbers(histogram["counts"])
    return _numbers(counts / counts.max(initial=1))


def _of_row(matrix: Any) -> Array:
    """Each number as a share of its row; nothing in a row that adds up to 0."""
    numbers = _numbers(matrix)
    return _each(np.divide, numbers, np.broadcast_to(np.nansum(numbers, axis=1, keepdims=True), numbers.shape))


def _diagonal(matrix: Any, kept: Any) -> Array:
    """A square matrix, of which the diagonal alone stays (1) or everything else (0)."""
    numbers = _numbers(matrix)
    return np.where(np.eye(len(numbers), dtype=bool) == bool(kept), numbers, np.nan)


def _text(matrix: Any) -> list[list[str]]:
    """Counts as texts, none for a 0 or a gap."""
    return [["" if each != each or not each else f"{each:.0f}" for each in row] for row in _numbers(matrix).tolist()]


def _only_if(some: Any, value: Any) -> list[float]:
    """The value, where `some` is more than 0; nothing where it is not."""
    return [float(value)] if some is not None and some > 0 else []


def _where(keys: Any, key: float, values: Any) -> Array:
    """The values at the places where `keys` is this one."""
    return np.where(_numbers(keys) == key, _numbers(values), np.nan)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": functools.partial(_each, np.add),
    "-": functools.partial(_each, np.subtract),
    "*": functools.partial(_each, np.multiply),
    "/": functools.partial(_each, np.divide),
    "min": _lowest,  # of all numbers in its arguments
    "max": _highest,
    "join": _join,  # all numbers in its arguments, in one list
    "linspace": _linspace,
    "centers": _centers,
    "heights": _heights,
    "of row": _of_row,
    "diagonal": _diagonal,
    "text": _text,
    "where": _where,
    "only if": _only_if,
}


# Over several runs


def _table(keys: Sequence[Sequence[float]], values: Sequence[Sequence[float | None]]) -> dict[float, list[float]]:
    """Each key at which every run has a number, with these numbers."""
    tables = [
        {key: each for key, each in zip(*pair, strict=True) if each is not None and np.isfinite(each)}
        for pair in zip(keys, values, strict=True)
    ]
    return {key: [table[key] for table in tables] for key in sorted(set.intersection(*map(set, tables)))}


def _common(keys: Any, values: Any) -> list[float]:
    """The keys (epochs) at which every run has a value."""
    return list(_table(keys, values))


def _band(deviations: Sequence[float], keys: Any, values: Any) -> list[float]:
    """At these keys the mean of the runs' values, plus so many standard deviations of just these runs."""
    return [float(np.mean(each) + deviations[0] * np.std(each)) for each in _table(keys, values).values()]


ACROSS: dict[str, Callable[..., Any]] = {"common": _common, "band": _band}
