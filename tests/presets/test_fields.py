"""What a starting point says of itself: every field is there, in both languages, and a wrong one gets its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dlcore.errors import ExperimentError
from dlcore.experiment import plain_yaml
from dlcore.i18n import language, translate
from dlcore.presets import DURATIONS, GROUPS, PRESETS, parse
from tools.preset_durations import class_of, with_duration

Change = Callable[[dict[str, Any]], Any]


def plain() -> dict[str, Any]:
    read: dict[str, Any] = plain_yaml.read(PRESETS.path("digits-mlp").read_bytes())
    return read


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_starting_point_says_what_it_teaches_where_it_stands_and_how_long_it_trains(name: str) -> None:
    preset = PRESETS[name]
    assert preset.group in GROUPS
    assert preset.duration in DURATIONS
    with language("zh_CN"):
        for said in (preset.teaches, GROUPS[preset.group], DURATIONS[preset.duration]):
            assert translate(said) != said, "a learner reads it in Chinese, too"


def test_every_group_has_starting_points() -> None:
    assert {preset.group for preset in PRESETS.values()} == set(GROUPS)


@pytest.mark.parametrize("field", ["title", "summary", "teaches", "group", "floor", "duration", "experiment"])
def test_a_field_that_is_left_out_is_named_with_the_file(field: str) -> None:
    with pytest.raises(ExperimentError) as refused:
        parse("mine", {key: value for key, value in plain().items() if key != field})
    assert field in str(refused.value) or field == "experiment"
    assert field == "experiment" or str(refused.value).startswith(f"mine.{field}: is missing; here may stand ")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"group": "sounds"},
            "mine.group: must be one of tables, plane, images, text, time, classics, but 'sounds' came",
        ),
        (
            {"group": ["text"]},
            "mine.group: must be one of tables, plane, images, text, time, classics, but ['text'] came",
        ),
        ({"duration": 12}, "mine.duration: must be one of seconds, minute, minutes, but 12 came"),
        ({"teaches": 3}, "mine.teaches: must be a text, but 3 came"),
        ({"teaches": ""}, "mine.teaches: is missing; here may stand a text"),
        ({"floor": {"score": "accuracy"}}, "mine.floor: must be a score and what it reaches, as in {score: accuracy,"),
        ({"floor": {"score": "accuracy", "at least": "much"}}, "mine.floor: must be a score and what it reaches"),
        ({"floor": {"score": "loss", "at most": 2, "at least": 1}}, "mine.floor: must be a score and what it reaches"),
        ({"teachs": "A typing mistake."}, "Did you mean teaches?"),
    ],
)
def test_a_wrong_field_gets_one_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ExperimentError) as refused:
        parse("mine", {**plain(), **change})
    assert sentence in str(refused.value)


def test_a_floor_may_bound_a_loss_from_above() -> None:
    floor = parse("mine", {**plain(), "floor": {"score": "loss", "at most": 2}}).floor
    assert floor.holds(1.9)
    assert not floor.holds(2.1)


def test_the_measuring_tool_writes_the_class_into_a_file_that_has_none_and_replaces_one_that_it_has() -> None:
    old = "title: A\nfloor: {score: accuracy, at least: 0.9}\nexperiment:\n  dataset: {name: iris}\n"
    new = with_duration(old, class_of(12))
    assert new == old.replace("experiment:", "duration: seconds\nexperiment:")
    assert with_duration(new, class_of(300)) == new.replace("seconds", "minutes")


def test_classes_of_duration_are_in_the_order_of_time() -> None:
    assert [class_of(seconds) for seconds in (0, 19, 21, 89, 91, 5000)] == [
        "seconds", "seconds", "minute", "minute", "minutes", "minutes",
    ]  # fmt: skip
    assert list(DURATIONS) == ["seconds", "minute", "minutes"]
