"""Draws the picture of a lesson: one stage of its board at some moments, the first at rest, the others as movement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from dlcore.lessons.board.board import Board
from dlcore.lessons.course import lesson
from dlcore.lessons.thumbnails.elements import HEIGHT, WIDTH, Element
from dlcore.lessons.thumbnails.files import PLACEHOLDER
from dlcore.lessons.thumbnails.moments import COUNT, Moment, moments
from dlcore.lessons.thumbnails.stages import STAGES

SECONDS = 5
MOVES = {"d", "opacity", "stroke", "stroke-width", "fill"}  # attributes
MOST_BYTES = 14_000  # of one picture; a larger one keeps still


def drawn(name: str) -> str:
    """The picture of a lesson as it stands when it is opened."""
    fresh = lesson(name).fresh()
    return picture(lesson(name).board(fresh), fresh.values)


def picture(board: Board, values: Mapping[str, float]) -> str:
    """A board as SVG, for a light page: its first stage that moves, else its first; where none is known, a neuron."""
    sent = board.to_json()
    known = [each for each in (*sent["main"], *sent["side"]) if each["kind"] in STAGES]
    pictures = [_of_stage(each, moments(board, values), resting(board)) for each in known]
    moving = [each for each in pictures if "<animate " in each]
    return [*moving, *pictures, PLACEHOLDER][0]


def resting(board: Board) -> int:
    """The number of the moment at which the board stands before anything is played: where it starts, or at the end."""
    if board.frames is None or board.frames.start is None:
        return -1
    return round(board.frames.start / max(board.frames.count - 1, 1) * (COUNT - 1))


def _of_stage(stage: Mapping[str, Any], along: Sequence[Moment], rest: int) -> str:
    drawings = [STAGES[stage["kind"]](stage, moment) for moment in along]
    if all([each.tag for each in drawing] == [each.tag for each in drawings[0]] for drawing in drawings):
        moving = document([_moving(each, each[rest]) for each in zip(*drawings, strict=True)])
        if len(moving) <= MOST_BYTES:
            return moving
    return document([_written(each) for each in drawings[rest]])


def document(parts: Sequence[str]) -> str:
    """The whole SVG; nothing is drawn outside its frame."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
    return f"{head}{''.join(parts)}</svg>\n"


def _written(element: Element, inside: str = "") -> str:
    attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in element.attributes.items())
    return f"<{element.tag}{attributes}>{inside}{escape(element.text)}</{element.tag}>"


def _moving(element: Sequence[Element], rest: Element) -> str:
    """An element as it stands at rest, with what changes of it."""
    changing = {name: [str(each.attributes[name]) for each in element] for name in rest.attributes if name in MOVES}
    inside = "".join(_animated(name, values) for name, values in changing.items() if len(set(values)) > 1)
    return _written(rest, inside)


def _animated(name: str, values: Sequence[Any]) -> str:
    return f'<animate attributeName="{name}" dur="{SECONDS}s" repeatCount="indefinite" values="{";".join(values)}"/>'
