"""A round of flash cards: what was missed comes back a few cards later, and first of all in the next round.

A deck is plain JSON, so that it can be kept for its learner:

    boxes     term -> how often in a row it was known at first sight; 0 where it was missed last
    queue     the cards of this round that are still to come, the uppermost first
    missed    those of this round that were not known at first sight
    total     how many cards the round has
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

ROUND = 10  # cards
LATER = 3  # so many other cards come before a missed one comes back
HIGHEST = 5  # box
UNSEEN = 0.5  # where a new card stands among the boxes: behind those that were missed


class Deck(TypedDict):
    """What is kept of a learner's cards."""

    boxes: dict[str, int]
    queue: list[str]
    missed: list[str]
    total: int


def empty() -> Deck:
    """The deck of somebody who has seen no card yet."""
    return {"boxes": {}, "queue": [], "missed": [], "total": 0}


def parse(given: Any, known: Mapping[str, object]) -> Deck:
    """A deck as it was kept, without the cards of terms that are no more; an empty one where nothing fits."""
    if not isinstance(given, Mapping):
        return empty()
    boxes = given.get("boxes")
    boxes = boxes if isinstance(boxes, Mapping) else {}
    queue, missed = (_cards(given.get(name), known) for name in ("queue", "missed"))
    total = given.get("total")
    return {
        "boxes": {name: box for name, box in boxes.items() if name in known and _is_box(box)},
        "queue": queue,
        "missed": missed,
        "total": max(total if type(total) is int else 0, len({*queue, *missed})),
    }


def _cards(given: Any, known: Mapping[str, object]) -> list[str]:
    found = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
    return list(dict.fromkeys(each for each in found if each in known))


def _is_box(box: object) -> bool:
    return type(box) is int and 0 <= box <= HIGHEST


def begin(deck: Deck, names: Sequence[str], chance: random.Random, count: int = ROUND) -> Deck:
    """A new round from these terms: those missed last first, then new ones, then what has been known the shortest."""
    boxes = deck["boxes"]
    shuffled = chance.sample(list(names), len(names))
    queue = sorted(shuffled, key=lambda name: boxes.get(name, UNSEEN))[:count]
    return {"boxes": boxes, "queue": queue, "missed": [], "total": len(queue)}


def answered(deck: Deck, known: bool) -> Deck:
    """The deck after its uppermost card was known, or not; unchanged where no card is left."""
    if not deck["queue"]:
        return deck
    card, *rest = deck["queue"]
    first_sight = card not in deck["missed"]
    box = deck["boxes"].get(card, 0)
    if known:
        box = min(box + 1, HIGHEST) if first_sight else box
        missed = deck["missed"]
    else:
        rest.insert(LATER, card)
        box, missed = 0, [*deck["missed"], *([card] if first_sight else [])]
    return {"boxes": {**deck["boxes"], card: box}, "queue": rest, "missed": missed, "total": deck["total"]}


def done(deck: Deck) -> int:
    """How many cards of the round have been known."""
    return deck["total"] - len(deck["queue"])
