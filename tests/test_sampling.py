"""A part of many cases has some of every kind, is the same every time, and leaves nothing out for good."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcore.layers import LAYERS
from tests.contracts.variants import described, some_of_each, variants
from tests.sampling import sweep, value

CASES = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=3).map("".join), max_size=30)


def in_the_part(cases: list[Any]) -> list[Any]:
    return [value(case) for case in cases if not any(mark.name == "long" for mark in getattr(case, "marks", ()))]


@given(CASES, st.integers(1, 3), st.integers(0, 9))
def test_of_every_kind_as_many_are_tried_as_were_asked_for_or_all_that_there_are(
    cases: list[str], each: int, turn: int
) -> None:
    swept = sweep(cases, set, each, turn)
    assert [value(case) for case in swept] == cases
    there = Counter(kind for case in cases for kind in set(case))
    tried = Counter(kind for case in in_the_part(swept) for kind in set(case))
    assert all(tried[kind] >= min(each, count) for kind, count in there.items())


def test_a_kind_has_its_first_and_in_another_turn_another() -> None:
    cases = [(kind, number) for kind in "abcd" for number in range(9)]
    first = in_the_part(sweep(cases, lambda case: case[:1]))
    assert first == [(kind, 0) for kind in "abcd"]
    other = in_the_part(sweep(cases, lambda case: case[:1], turn=1))
    assert [kind for kind, _number in other] == list("abcd")
    assert other != first
    assert other == in_the_part(sweep(cases, lambda case: case[:1], turn=1))


def test_what_a_case_is_marked_with_stays_and_long_is_added() -> None:
    slow = [pytest.param(name, 1, id=name, marks=pytest.mark.slow) for name in "xy"]
    first, second = sweep(slow, lambda _values: ["only"])
    assert first is slow[0]
    assert (second.id, second.values, [mark.name for mark in second.marks]) == ("y", ("y", 1), ["slow", "long"])


@pytest.mark.parametrize("turn", range(8))
def test_the_part_of_the_layers_has_every_layer_as_it_is_and_changed(turn: int) -> None:
    part = in_the_part(some_of_each(variants(), turn))
    plain = {described(layer) for layer in part if "-" not in described(layer)}
    changed = {layer.name for layer in part if "-" in described(layer)}
    assert plain == set(LAYERS)
    assert changed == {layer.name for layer in variants() if "-" in described(layer)}
