"""The course as a whole: its parts, what builds on what, what comes next, how a lesson is counted and pictured."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from dlcore.figures import colours
from dlcore.i18n import language as speaking
from dlcore.lessons.course import NAMES, lesson
from dlcore.lessons.curriculum import BUILDS_ON, PARTS, next_step, part_of
from dlcore.lessons.thumbnails.draw import drawn
from dlcore.lessons.thumbnails.files import PLACEHOLDER, path_of, shipped, still, themed
from pages.components.lessons import texts

NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
ENCODED = re.compile(r"base64,[\w+/=]+")
TAG = re.compile(r"<(\w+)")
MOST_BYTES = 15_000
# Each of its trials is trained, and the next is chosen by what the last ones got: another processor, whose sums differ
# in their last digit, goes another way.
SEARCHED = {"hyperparameters"}


def test_a_lesson_builds_only_on_what_comes_before_it() -> None:
    assert all(base < number for number, bases in BUILDS_ON.items() for base in bases)
    assert set(BUILDS_ON) == set(range(2, 23))


def test_parts_follow_one_another_and_hold_every_lesson() -> None:
    assert [part.first for part in PARTS] == sorted({part.first for part in PARTS})
    assert [part_of(number).first for number in (1, 5, 6, 9, 10, 22, 30)] == [1, 1, 6, 6, 10, 18, 18]


def test_the_next_step_is_the_first_whose_foundations_are_laid() -> None:
    assert next_step(range(1, 23), ()) == 1
    assert next_step(range(1, 23), {1, 2, 3}) == 4
    assert next_step((2, 3, 4, 6), {2}) == 3
    assert next_step((3, 4, 12, 13, 15), {3, 4}) == 12, "11 is not there, so nobody must wait for it"
    assert next_step((5, 13, 12), {5}) == 12
    assert next_step((1, 2), {1, 2}) is None


@pytest.mark.parametrize("name", NAMES)
def test_what_the_course_counts_is_what_the_lesson_asks(name: str) -> None:
    declared = lesson(name)
    assert sorted(texts.asked(name)) == sorted(each.section for each in (*declared.questions, *declared.tasks))


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_takes_minutes_and_is_summed_up_in_both_languages(name: str) -> None:
    assert texts.minutes(name) in range(10, 45, 5)
    for code in ("en", "zh_CN"):
        with speaking(code):
            said = texts.summary(name)
            assert 8 <= len(said) <= 240
            assert not re.search(r"[*`$#\\]", said), said


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_that_ships_is_what_the_lesson_draws_now(name: str) -> None:
    assert path_of(name).is_file(), "run `python -m tools.thumbnails`"
    now, kept = (ENCODED.sub("", each) for each in (drawn(name), path_of(name).read_text("utf-8")))
    if name in SEARCHED:
        assert set(TAG.findall(now)) == set(TAG.findall(kept))
        return
    assert NUMBER.sub("#", now) == NUMBER.sub("#", kept)
    numbers = ([float(each) for each in NUMBER.findall(svg)] for svg in (now, kept))
    assert all(abs(a - b) < 1.5 for a, b in zip(*numbers, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_small_well_formed_and_fetches_nothing(name: str) -> None:
    svg = shipped()[name]
    ElementTree.fromstring(svg)
    ElementTree.fromstring(still(svg))
    assert len(svg) < MOST_BYTES
    assert svg != PLACEHOLDER
    assert "<animate" not in still(svg)
    assert "<script" not in svg
    assert all(each.startswith("data:image/") for each in re.findall(r'href="([^"]*)"', svg))


def test_most_pictures_move() -> None:
    assert sum("<animate" in svg for svg in shipped().values()) > len(NAMES) / 2


def test_a_dark_page_gets_the_colours_of_dark_pages() -> None:
    svg = f'<path fill="{colours.TRAINING}"/>'
    assert themed(svg, "light") == svg
    assert themed(svg, "dark") == f'<path fill="{colours.DARK[colours.TRAINING]}"/>'
