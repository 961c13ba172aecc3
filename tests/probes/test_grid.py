"""At which epochs probes look: by the epoch's number alone, densely at first, each grid within the denser one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcore.probes import grid

POWERS = st.sampled_from([2, 4, 8, 16, 32, 64, 128, 256])


@given(st.integers(0, 100_000), POWERS)
def test_an_epoch_of_a_grid_is_one_of_every_denser_grid(epoch: int, dense: int) -> None:
    if grid.is_recorded(epoch, dense):
        assert grid.is_recorded(epoch, 2 * dense)


@pytest.mark.parametrize("dense", [2, 4, 32, 128])
def test_the_first_epochs_are_all_there_and_then_half_as_many_a_doubling(dense: int) -> None:
    epochs = list(grid.recorded_epochs(16 * dense, dense))
    assert epochs[: dense + 1] == list(range(dense + 1))
    steps = [(later - epoch, epoch) for epoch, later in pairwise(epochs)]
    for doubling in range(4):
        first, end = dense << doubling, dense << (doubling + 1)
        assert {step for step, epoch in steps if first <= epoch < end} == {2 << doubling}


@given(st.integers(0, 5_000), POWERS)
def test_they_are_as_many_as_are_counted_without_naming_them(last: int, dense: int) -> None:
    assert grid.count(last, dense) == len(list(grid.recorded_epochs(last, dense)))


FEW = [(100, grid.DENSE, 70), (1_000, grid.DENSE, 125), (100_000, grid.DENSE, 230), (1_000, grid.DENSEST, 340)]


@pytest.mark.parametrize(("last", "dense", "few"), FEW)
def test_a_long_run_has_few_recorded_epochs(last: int, dense: int, few: int) -> None:
    assert few * 0.6 < grid.count(last, dense) < few


@given(st.integers(1, 10**9), st.integers(1, 10_000), st.integers(0, 10**9))
def test_weights_take_the_densest_grid_for_which_there_is_room(size: int, last: int, room: int) -> None:
    dense = grid.densest_for(size, last, room)
    if dense:
        assert grid.count(last, dense) * size <= room
    if dense < grid.DENSE:
        assert grid.count(last, 2 * dense or 2) * size > room


def test_where_there_is_no_grid_nothing_is_recorded() -> None:
    assert not any(grid.is_recorded(epoch, 0) for epoch in range(100))
    assert grid.count(100, 0) == 0
