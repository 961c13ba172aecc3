"""The network of lesson 4 answers what the lectures print for it, and its tasks are what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dlcore.lessons.course import lesson
from dlcore.lessons.course.forward import clock, first_neuron, overtaken

PRINTED = {
    (1.0, -1.0): (0.98, 0.12, 0.86, 0.11, 0.62, 0.83),
    (0.0, 0.0): (0.73, 0.50, 0.72, 0.12, 0.51, 0.85),
}


@pytest.mark.parametrize(("inputs", "printed"), PRINTED.items())
def test_every_neuron_answers_the_printed_digits(inputs: tuple[float, float], printed: tuple[float, ...]) -> None:
    fresh = lesson("forward").fresh()
    numbers = lesson("forward").numbers(replace(fresh, values={**fresh.values, "x1": inputs[0], "x2": inputs[1]}))
    assert tuple(round(each, 2) for each in numbers.values()) == printed


def test_the_neuron_reckoned_by_hand() -> None:
    assert first_neuron(lesson("forward").fresh()) == pytest.approx(1 / (1 + 2.718281828459045**2))  # σ(−1 − 2 + 1)


def test_overtaking_counts_by_the_last_biases_alone() -> None:
    fresh = lesson("forward").fresh()
    assert not overtaken(fresh)
    assert overtaken(replace(fresh, values={**fresh.values, "b31": 3.0}))
    assert not overtaken(replace(fresh, values={**fresh.values, "b31": 3.0, "w311": 4.0}))
    assert not overtaken(replace(fresh, values={**fresh.values, "w311": 9.0}))


def test_the_clock_measures_and_moves_nothing() -> None:
    fresh = lesson("forward").fresh()
    timed = clock(fresh)
    assert timed.values == fresh.values
    assert timed.left["loop"] > timed.left["product"] > 0
