"""Who pressed Train is drawn anew in turn: a few at once, first come, first served."""

from __future__ import annotations

import threading

import pytest

from pages.components.studio import answers
from tests.runs.living import wait_until


class Drawing:
    """A page that is being drawn until it is let go."""

    def __init__(self, begun: list[int], number: int) -> None:
        self.enough = threading.Event()
        self.thread = threading.Thread(target=self._draw, args=(begun, number))
        self.thread.start()

    def _draw(self, begun: list[int], number: int) -> None:
        with answers.in_turn():
            begun.append(number)
            assert self.enough.wait(60)

    def end(self) -> None:
        self.enough.set()
        self.thread.join()


def test_two_are_drawn_at_once_and_the_others_in_the_order_in_which_they_came() -> None:
    begun: list[int] = []
    drawings = []
    for number in range(5):
        drawings.append(Drawing(begun, number))
        wait_until(lambda number=number: len(begun) == min(number + 1, answers.AT_ONCE))  # type: ignore[misc]
    for number, drawing in enumerate(drawings):
        assert begun == [0, 1, 2, 3, 4][: number + answers.AT_ONCE]
        drawing.end()
        wait_until(lambda number=number: len(begun) == min(number + 3, 5))  # type: ignore[misc]


def test_a_page_that_breaks_off_gives_its_turn_to_the_next() -> None:
    for _time in range(answers.AT_ONCE + 1):
        with pytest.raises(KeyError), answers.in_turn():
            raise KeyError


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "PATIENCE_SECONDS", 0.01)
    begun: list[int] = []
    drawings = [Drawing(begun, number) for number in range(answers.AT_ONCE + 1)]
    wait_until(lambda: len(begun) == answers.AT_ONCE + 1)
    for each in drawings:
        each.end()
    monkeypatch.undo()
    test_two_are_drawn_at_once_and_the_others_in_the_order_in_which_they_came()  # and nobody took a turn twice
