"""Which of many cases are tried whenever tests run, and which only in `make test-long`.

The first is a part that has some of every kind; the second is all of them. What is never left out is a kind.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import pytest
from hypothesis import settings

LONG = "long"  # the profile of hypothesis that `make test-long` chooses
SHARE = 4  # without it, so many times fewer examples
FEWEST = 20


def examples(full: int) -> int:
    """How many examples hypothesis tries: all of them in `make test-long`, else a quarter, and at least twenty."""
    return full if settings.get_current_profile_name() == LONG else min(full, max(FEWEST, full // SHARE))


def sweep(cases: Iterable[Any], kinds: Callable[[Any], Iterable[Hashable]], each: int = 1, turn: int = 0) -> list[Any]:
    """The cases for `parametrize`, in their order: some of every kind as they are, all others marked as long.

    `kinds` names all kinds that a case belongs to, and `each` how many of every kind are tried at least. Two tests of
    the same cases take turns: another `turn` looks for them in another order, so that together they see more.
    """
    found = list(cases)
    kept = _kept([tuple(kinds(value(case))) for case in found], each, turn)
    return [case if place in kept else _long(case) for place, case in enumerate(found)]


def value(case: Any) -> Any:
    """What the test is given: of a case with marks or an id, what it was made for."""
    if not isinstance(case, _Parameters):
        return case
    return case.values[0] if len(case.values) == 1 else case.values


_Parameters = type(pytest.param())


def _kept(kinds: list[tuple[Hashable, ...]], each: int, turn: int) -> set[int]:
    """The places of those that are needed; the first turn takes of every kind what comes first."""
    kept: set[int] = set()
    seen: Counter[Hashable] = Counter()
    order = list(range(len(kinds)))
    if turn:
        random.Random(turn).shuffle(order)
    for place in order:
        if any(seen[kind] < each for kind in kinds[place]):
            kept.add(place)
            seen.update(kinds[place])
    return kept


def _long(case: Any) -> Any:
    if isinstance(case, _Parameters):
        return pytest.param(*case.values, id=case.id, marks=[*case.marks, pytest.mark.long])
    return pytest.param(*(case if type(case) is tuple else (case,)), marks=pytest.mark.long)
