"""What boards show, and lessons that together show all of it: where each costs seconds, these stand for the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dlcore.lessons.course import NAMES, lesson

ALL_KINDS = (
    "activation", "applications", "backpropagation", "capacity", "descent", "dimensions", "neuron", "width",
)  # fmt: skip
SOME_LESSONS = [name if name in ALL_KINDS else pytest.param(name, marks=pytest.mark.long) for name in NAMES]


def kinds(name: str) -> Iterator[str]:
    """The stages of a lesson's board, what is on them, and how it is moved."""
    board = lesson(name).board(lesson(name).fresh())
    for stage in (*board.main, *board.side):
        yield type(stage).__name__
        yield from (type(mark).__name__ for mark in getattr(stage, "marks", ()))
    for knob in board.knobs:
        yield "stops" if knob.stops else "typed or dragged" if knob.hidden else "slider"
    if board.frames:
        yield "player"
