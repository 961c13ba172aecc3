"""A round of flash cards comes back to what was missed, and keeps what was learned."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcore.lessons.glossary.flash_cards import HIGHEST, LATER, ROUND, Deck, answered, begin, done, empty, parse

CARDS = [f"card-{number}" for number in range(30)]
KNOWN = dict.fromkeys(CARDS)


def begun(deck: Deck | None = None) -> Deck:
    return begin(deck or empty(), CARDS, random.Random(0))


def played(deck: Deck, knows: set[str]) -> tuple[Deck, list[str]]:
    """A round to its end by somebody who knows some cards, and every other at the second sight: (deck, cards shown)."""
    seen: list[str] = []
    while deck["queue"]:
        card = deck["queue"][0]
        deck = answered(deck, card in knows or card in seen)
        seen.append(card)
    return deck, seen


def test_a_round_has_ten_different_cards() -> None:
    deck = begun()
    assert len(set(deck["queue"])) == deck["total"] == ROUND == 10
    assert set(deck["queue"]) <= set(CARDS)


def test_a_card_that_is_known_goes() -> None:
    before = begun()
    after = answered(before, True)
    assert after["queue"] == before["queue"][1:]
    assert after["boxes"] == {before["queue"][0]: 1}
    assert (done(before), done(after)) == (0, 1)


def test_a_card_that_was_missed_comes_back_after_three_others() -> None:
    before = begun()
    missed, *rest = before["queue"]
    after = answered(before, False)
    assert after["queue"] == [*rest[:LATER], missed, *rest[LATER:]]
    assert after["missed"] == [missed]
    assert done(after) == 0


def test_the_last_card_comes_back_at_once_where_no_others_are_left() -> None:
    deck = begin(empty(), ["only"], random.Random(0))
    assert answered(deck, False)["queue"] == ["only"]


def test_a_round_ends_only_when_every_card_was_known() -> None:
    deck, seen = played(begun(), knows=set())
    assert len(seen) == 2 * ROUND
    assert deck["queue"] == []
    assert sorted(deck["missed"]) == sorted(set(seen))
    assert set(deck["boxes"].values()) == {0}, "known at second sight is not known yet"


def test_the_next_round_begins_with_what_was_missed() -> None:
    first = begun()
    missed = set(first["queue"][2:5])
    deck, _seen = played(first, knows=set(first["queue"]) - missed)
    again = begun(deck)
    assert set(again["queue"][:3]) == missed
    assert not set(again["queue"][3:]) & set(first["queue"]), "then what was never seen"


def test_what_is_known_the_longest_comes_last() -> None:
    boxes = {card: 1 + number % 3 for number, card in enumerate(CARDS)}
    deck = begun({**empty(), "boxes": boxes})
    assert {boxes[card] for card in deck["queue"]} == {1}


def test_the_order_is_a_matter_of_chance() -> None:
    assert begin(empty(), CARDS, random.Random(1))["queue"] != begin(empty(), CARDS, random.Random(2))["queue"]


def test_a_card_known_again_and_again_reaches_the_highest_box_and_falls_at_a_miss() -> None:
    deck = empty()
    for _round in range(HIGHEST + 2):
        deck = answered(begin(deck, ["only"], random.Random(0)), True)
    assert deck["boxes"] == {"only": HIGHEST}
    assert answered(begin(deck, ["only"], random.Random(0)), False)["boxes"] == {"only": 0}


def test_nothing_changes_where_no_card_is_left() -> None:
    assert answered(empty(), True) == empty()


def test_a_deck_can_be_kept_and_taken_up_again() -> None:
    deck = answered(begun(), False)
    assert parse(json.loads(json.dumps(deck)), KNOWN) == deck


NO_DECKS = [
    None, 3, "deck", [], {},
    {"boxes": 1, "queue": "card-1", "missed": None},
    {"boxes": {"card-1": "2", "card-2": -1, "card-3": True}, "total": "ten"},
]  # fmt: skip


@pytest.mark.parametrize("kept", NO_DECKS)
def test_what_makes_no_sense_is_an_empty_deck(kept: Any) -> None:
    assert parse(kept, KNOWN) == empty()


def test_cards_of_terms_that_are_no_more_are_left_out() -> None:
    deck = begun()
    kept = {**deck, "queue": ["gone", *deck["queue"]], "boxes": {"gone": 3, "card-1": 2}}
    assert parse(kept, KNOWN) == {**deck, "boxes": {"card-1": 2}}


@given(st.lists(st.booleans(), max_size=60))
def test_no_card_is_lost_or_doubled(answers: list[bool]) -> None:
    deck = begun()
    first = set(deck["queue"])
    for known in answers:
        deck = answered(deck, known)
        assert len(deck["queue"]) == len(set(deck["queue"]))
        assert set(deck["queue"]) | {card for card, _box in deck["boxes"].items()} >= first & set(deck["queue"])
        assert 0 <= done(deck) <= deck["total"] == ROUND
        assert len(deck["queue"]) == ROUND - done(deck)
