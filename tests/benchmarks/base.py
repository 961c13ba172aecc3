"""What a benchmark says: rows of numbers, each with its target where it has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Row:
    """One measured number. `ratio` is to the first row of its table, `reached` whether the target is met."""

    what: str
    value: float
    unit: str
    ratio: float | None = None
    target: str = ""
    reached: bool | None = None


def medians(contenders: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, float]:
    """The median of each contender's own measurements, taken in turn: what disturbs the machine disturbs all."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, measure in contenders.items():
            taken[name].append(measure())
    return {name: median(values) for name, values in taken.items()}


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = perf_counter()
    work()
    return perf_counter() - started
