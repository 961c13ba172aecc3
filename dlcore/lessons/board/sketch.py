"""The mark that a hand draws: a curve over a plane, by heights at equal distances."""

from __future__ import annotations

from dataclasses import dataclass

from dlcore.figures import colours


@dataclass(frozen=True)
class Sketch:
    """A curve that a finger draws anywhere on the plane: it gives `names`, from left to right, their heights.

    The arrow keys do the same: left and right choose a place, up and down move it by `step`. With Shift, left and right
    draw on at the same height, and up and down move it by five steps.
    """

    names: tuple[str, ...]
    says: str
    colour: str = colours.VALIDATION
    step: float = 0.2
