"""Fairness, as properties of the order alone."""

from __future__ import annotations

from collections import Counter, deque

from hypothesis import given
from hypothesis import strategies as st

from dlcore.runs.queue import Waiting, fair_order
from dlcore.runs.status import WELCOME

OWNERS = st.lists(st.sampled_from("abcde"), max_size=30)


def _waiting(owners: list[str]) -> list[Waiting]:
    return [Waiting(f"{n:03}", owner, float(n), "cpu") for n, owner in enumerate(owners)]


@given(OWNERS, st.dictionaries(st.sampled_from("abcde"), st.integers(1, 3)))
def test_everybody_is_in_the_order_once_and_each_owners_runs_keep_theirs(
    owners: list[str], running: dict[str, int]
) -> None:
    order = fair_order(_waiting(owners), running, {})
    assert sorted(order, key=lambda run: run.id) == _waiting(owners)
    for owner in set(owners):
        own = [run.id for run in order if run.owner == owner]
        assert own == sorted(own)


@given(OWNERS, st.dictionaries(st.sampled_from("abcde"), st.integers(1, 3)))
def test_nobodys_second_run_comes_before_anybodys_first(owners: list[str], running: dict[str, int]) -> None:
    turns = []
    count = Counter(running)
    for run in fair_order(_waiting(owners), running, {}):
        turns.append(count[run.owner])
        count[run.owner] += 1
    assert turns == sorted(turns)


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=40), st.integers(1, 3))
def test_no_owner_waits_while_another_is_served_twice(owners: list[str], slots: int) -> None:
    """A whole day simulated: each run takes as long as it takes until `slots` others were served."""
    waiting, training = _waiting(owners), deque[str]()
    served: dict[str, float] = {}
    since: dict[str, Counter[str]] = {owner: Counter() for owner in set(owners)}
    for clock in range(len(owners)):
        if len(training) == slots:
            training.popleft()
        first = fair_order(waiting, Counter(training), served)[0]
        waiting.remove(first)
        training.append(first.owner)
        served[first.owner] = float(clock + 1)
        since[first.owner] = Counter()
        for owner in {run.owner for run in waiting} - set(training):
            since[owner][first.owner] += 1
            assert since[owner][first.owner] <= 1, f"{first.owner} had a second turn while {owner} waited for one"


def test_a_class_of_thirty_with_five_runs_each_has_one_run_each_first() -> None:
    owners = [f"pupil {n}" for n in range(30) for _ in range(5)]
    order = fair_order(_waiting(owners), {}, {})
    assert len({run.owner for run in order[:30]}) == 30


def test_who_was_served_longest_ago_comes_first_among_equals() -> None:
    order = fair_order(_waiting(["a", "b", "c"]), {}, {"a": 30.0, "b": 10.0})
    assert [run.owner for run in order] == ["c", "b", "a"]


@given(OWNERS, st.integers(0, 3))
def test_the_examples_that_welcome_a_newcomer_let_everybody_go_first(owners: list[str], running: int) -> None:
    examples = [Waiting(f"w{n}", WELCOME, -2.0 + n, "cpu") for n in range(2)]
    order = fair_order([*examples, *_waiting(owners)], {"a": running}, {})
    assert order[-2:] == examples
