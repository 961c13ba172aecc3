"""The course as a whole: its parts, and which lesson builds on which. Lessons go by their numbers.

What each lesson holds stands in its own file; here is only what no lesson can say of itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from dlcore.i18n import N_


@dataclass(frozen=True)
class Part:
    """Some lessons one after another: from `first` to where the next part begins."""

    first: int
    title: str  # msgid
    about: str  # msgid: what somebody can do who has been through it


PARTS = (
    Part(1, N_("From a neuron to a network"), N_("What a network is, and what it computes.")),
    Part(
        6, N_("How a network learns"), N_("From a number that says how wrong it is, to the loop that makes it better.")
    ),
    Part(10, N_("Learning that holds"), N_("Clean data, honest scores, and what to do against learning by heart.")),
    Part(15, N_("Networks for pictures, texts and curves"), N_("What a network's shape has to do with its data.")),
    Part(18, N_("In practice"), N_("Choose, save, use, and build one from beginning to end.")),
)

# Number of a lesson -> the lessons without which it cannot be understood.
BUILDS_ON: dict[int, tuple[int, ...]] = {
    2: (1,), 3: (2,), 4: (2, 3), 5: (4,), 6: (2,), 7: (6,), 8: (4, 7), 9: (7, 8), 10: (9,), 11: (6, 9), 12: (11,),
    13: (12,), 14: (3, 8), 15: (5, 9), 16: (5, 9), 17: (3, 12), 18: (7, 11), 19: (9,), 20: (9,), 21: (15, 16),
    22: (10, 11, 13),
}  # fmt: skip


def part_of(number: int) -> Part:
    """The part in which a lesson stands."""
    return [part for part in PARTS if part.first <= number][-1]


def next_step(numbers: Iterable[int], done: Collection[int]) -> int | None:
    """The lesson to take next: the first that is not done and whose foundations are, as far as these lessons exist.

    None where all are done.
    """
    there = sorted(numbers)
    left = [number for number in there if number not in done]
    ready = [each for each in left if all(base in done or base not in there for base in BUILDS_ON.get(each, ()))]
    return next(iter([*ready, *left]), None)
