"""The figures that the tests of this folder print: noted by a test, brought together, one table at the end of the run.

What must never happen is counted, and its test fails where it has. What takes time is measured: printed beside its
goal, and never a reason to fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.benchmarks.base import Row

PROPERTY = "figure"  # of the reports of pytest, by which a figure leaves the process of its test


def percentile_95(samples: Sequence[float]) -> float:
    """The least that 95 in a hundred do not exceed."""
    return sorted(samples)[max(0, -(-95 * len(samples) // 100) - 1)]


STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {"worst": max, "p95": percentile_95, "all": sum}


@dataclass(frozen=True)
class Figure:
    """One of the twelve figures, or a part of it: what one test has measured so often.

    samples: in `unit`. goal: what `statistic` of all samples should at most be. tried: how often, where a sample is
    not one try; `of` says of what.
    """

    number: int  # 0: beyond the twelve
    what: str
    samples: tuple[float, ...]
    unit: str
    goal: float | None  # None where it only says how much was tried
    statistic: str = "worst"
    tried: int | None = None
    of: str = "times"


Note = Callable[[Figure], None]


def written(figure: Figure) -> dict[str, Any]:
    """A figure as plain values."""
    return asdict(figure)


def read(properties: Iterable[tuple[str, Any]]) -> list[Figure]:
    """The figures among the properties of a report."""
    return [Figure(**{**told, "samples": tuple(told["samples"])}) for name, told in properties if name == PROPERTY]


def together(figures: Iterable[Figure]) -> list[Row]:
    """A row for each thing that was measured, over all tests that did: the twelve in their order, then what else."""
    found: dict[tuple[int, str, str], list[Figure]] = {}
    for figure in figures:
        found.setdefault((figure.number, figure.what, figure.statistic), []).append(figure)
    return [_row(found[key]) for key in sorted(found, key=lambda key: key[0] or float("inf"))]


def _row(parts: Sequence[Figure]) -> Row:
    first = parts[0]
    samples = [each for part in parts for each in part.samples]
    tried = sum(len(part.samples) if part.tried is None else part.tried for part in parts)
    value = STATISTICS[first.statistic](samples)
    name = f"({first.number}) {first.what}" if first.number else first.what
    of_them = "" if first.statistic == "all" else f", {first.statistic}"
    what = f"{name}{of_them}; {tried:,} {first.of}"
    if first.goal is None:
        return Row(what, value, first.unit)
    target = f"≤ {first.goal:g} {first.unit}" if first.goal else "0"
    return Row(what, value, first.unit, None, target, value <= first.goal)
