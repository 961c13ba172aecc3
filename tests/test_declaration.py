"""Declarations: what a form and a message need to know is read off the fields, and nowhere else."""

from __future__ import annotations

from typing import ClassVar, Literal

import pytest

from dlcore.declaration import Call, Declaration, Shape, parse_declared, setting
from dlcore.errors import ExperimentError, nearest
from dlcore.lookup import Registry

FRUITS: Registry[type[Declaration]] = Registry("fruit")


class Fruit(Declaration):
    """Anything that grows."""

    REGISTRY = FRUITS
    KEY = "fruit"
    abstract: ClassVar[bool] = True


class Apple(Fruit):
    """Grows on trees and
    falls down.

    Source: Newton.
    """

    seeds: int = setting(5, ge=0, le=12, main=True, help="How many.")
    weight: float = setting(0.2, gt=0, help="In kilograms.")
    ripe: float = setting(0.5, ge=0, lt=1, help="Share.")
    colour: Literal["red", "green"] = setting("red", help="Which.")
    label: str | None = setting(None, help="What it says.")


def test_a_declaration_registers_itself_and_its_base_does_not() -> None:
    assert list(FRUITS) == ["Apple"]


def test_the_summary_is_the_first_paragraph_on_one_line() -> None:
    assert Apple.summary() == "Grows on trees and falls down."


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("seeds", "a whole number from 0 to 12"),
        ("weight", "a number above 0"),
        ("ripe", "a number from 0 to below 1"),
        ("colour", "one of red, green"),
    ],
)
def test_bounds_are_said_in_words(name: str, words: str) -> None:
    assert str(Apple.settings()[name].allowed()) == words


def test_an_optional_setting_says_so() -> None:
    assert Apple.settings()["label"].optional
    assert not Apple.settings()["seeds"].optional


@pytest.mark.parametrize(("given", "field"), [
    ({"fruit": "Aple"}, "basket.fruit"), ({"fruit": "Apple", "seed": 3}, "basket.seed"),
    ({"seeds": 3}, "basket"), (3, "basket"), ({"fruit": ["Apple"]}, "basket.fruit"), ({"fruit": None}, "basket.fruit"),
])  # fmt: skip
def test_what_cannot_be_parsed_names_its_place(given: object, field: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        parse_declared(FRUITS, "fruit", given, "basket")
    assert caught.value.field == field


def test_a_bare_name_stands_for_all_defaults() -> None:
    assert parse_declared(FRUITS, "fruit", "Apple") == Apple()


def test_a_declaration_survives_plain_data() -> None:
    apple = Apple(seeds=7, colour="green")
    assert parse_declared(FRUITS, "fruit", apple.to_dict()) == apple


def test_the_same_name_twice_is_a_mistake_in_the_code() -> None:
    with pytest.raises(ValueError, match="two declarations"):
        FRUITS.register("Apple", Declaration)


@pytest.mark.parametrize(
    ("name", "match"),
    [("linar", "Linear"), ("LINEAR", "Linear"), ("zzz", None), ("mnist", "mnist-dropout")],
)
def test_the_nearest_name_is_offered_whatever_its_case(name: str, match: str | None) -> None:
    assert nearest(name, ["Linear", "Conv2d", "mnist-dropout", "moons"]) == match


def test_a_call_builds_what_its_source_says() -> None:
    from torch import nn

    call = Call("Sequential", Call("Conv2d", 3, 16, 3, padding=1), Call("ReLU"))
    assert call.source() == "nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU())"
    assert repr(eval(call.source(), {"nn": nn})) == repr(call.build())


def test_a_shape_reads_as_a_card_shows_it() -> None:
    assert str(Shape((3, 28, 28))) == "3 × 28 × 28"
    assert Shape((5,), vocabulary=100) == (5,)
    assert Shape((5,), vocabulary=100).vocabulary == 100
