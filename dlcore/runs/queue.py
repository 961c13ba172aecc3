"""Who trains next: a fair order of the queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dlcore.access import WELCOME


@dataclass(frozen=True)
class Waiting:
    """A run that waits. `queued_at` is in seconds since 1970."""

    id: str
    owner: str
    queued_at: float
    device: str  # as asked for: auto, cpu, cuda, mps
    shown: bool = False  # a teacher's demonstration: a class watches


def fair_order(waiting: Iterable[Waiting], running: Mapping[str, int], served: Mapping[str, float]) -> list[Waiting]:
    """The queue in the order in which it is served.

    What is shown to a class comes first: all of it waits. Then an owner's first run comes before anybody's second,
    counting those that train already (`running`: how many an owner has). Among equals, who was served longest ago
    (`served`: when) comes first; so each owner gets a turn a round, however many runs another has queued. An owner's
    own runs keep their order. The examples that welcome a newcomer come after everybody who has pressed Train.
    """
    turn = Counter(running)
    order: list[tuple[tuple[bool, bool, int, float, float], Waiting]] = []
    for each in sorted(waiting, key=lambda run: (run.queued_at, run.id)):
        served_at = served.get(each.owner, 0.0)
        place = (not each.shown, each.owner == WELCOME, turn[each.owner], served_at, each.queued_at)
        order.append((place, each))
        turn[each.owner] += 1
    return [each for _, each in sorted(order, key=lambda pair: pair[0])]
