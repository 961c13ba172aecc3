"""What the gallery of starting points is sent, and what it does with what comes back."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.data.uploads import Arrays, Column, Description, Images, Table
from dlcore.figures.thumbnails import MODALITIES
from dlcore.i18n import language
from dlcore.layers.stack import inside
from dlcore.presets import PRESETS
from dlcore.runs import Runs
from pages.components.data.cards import kind_of
from pages.components.shared import draft, keys
from pages.components.web.gallery import cards, mount
from tests.pages.test_studio import opened, present

MOST_BYTES = 60_000  # of all that the gallery is sent


def sent(page: AppTest) -> dict[str, Any] | None:
    """What the gallery was sent; None where it is closed."""
    for each in page.get("bidi_component"):
        if each.proto.component_name == "gallery":
            found: dict[str, Any] = json.loads(each.proto.json or each.proto.mixed.json)
            return found
    return None


def test_nothing_of_the_gallery_is_sent_before_it_is_opened(store: Runs) -> None:
    page = opened()
    assert sent(page) is None
    page.button(key="starting_points").click().run()
    data = sent(page)
    assert data is not None
    assert [card["name"] for card in data["cards"]] == list(PRESETS)
    assert len(json.dumps(data)) < MOST_BYTES


def test_the_gallery_stays_open_until_it_is_turned_off(store: Runs) -> None:
    page = opened()
    page.button(key="starting_points").click().run()
    page.run()
    assert sent(page) is not None
    page.session_state[keys.GALLERY_OPEN] = False
    page.run()
    assert sent(page) is None


@pytest.mark.parametrize("name", list(PRESETS))
@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_a_card_says_everything_in_the_language_of_the_page(name: str, code: str) -> None:
    with language(code):
        card = next(each for each in cards.cards("dark") if each["name"] == name)
    for field in ("title", "summary", "teaches", "duration"):
        assert card[field]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in card[field]) == (code == "zh_CN")
    assert ".dark.svg?" in card["picture"]
    assert len(card["hues"]) == len(card["layers"].split(", "))


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_card_is_found_by_each_of_its_layers_its_data_and_its_texts_in_both_languages(name: str) -> None:
    preset, words = PRESETS[name], cards.words(name)
    for _, layer in inside(preset.experiment.network):
        assert layer.name.lower() in words
    assert preset.experiment.dataset.source.name in words  # type: ignore[attr-defined]
    for code in ("en", "zh_CN"):
        with language(code):
            card = next(each for each in cards.cards(None) if each["name"] == name)
            for field in ("title", "teaches", "summary"):
                assert unicodedata.normalize("NFKC", card[field]).lower() in words, (
                    "as the browser writes what is typed"
                )


@pytest.mark.parametrize("word", ["卷积", "convolution", "conv2d", "cnn"])
def test_convolution_finds_every_network_that_has_one(word: str) -> None:
    found = {name for name in PRESETS if word in cards.words(name)}
    convolving = {
        name
        for name, preset in PRESETS.items()
        if any(layer.name == "Conv2d" for _, layer in inside(preset.experiment.network))
    }
    assert convolving <= found
    assert "iris-softmax" not in found


def test_a_card_of_data_that_must_be_fetched_says_how_much() -> None:
    told = {card["name"]: card["fetch"] for card in cards.cards(None)}
    assert told["mnist-dropout"] == "download of 11.6 MB"
    assert told["digits-mlp"] == ""


@pytest.mark.parametrize("name", ["no-such-preset", None, 3, ["iris-softmax"], {"name": "iris-softmax"}])
def test_what_names_no_starting_point_changes_nothing(store: Runs, name: object) -> None:
    page = opened()
    before = present(page)
    assert mount.open_preset(name) is False
    assert present(page) == before == draft.draft_of(PRESETS[draft.FIRST_PRESET].experiment)


def table(*kinds: Any) -> Table:
    return Table("t.csv", 9, tuple(Column(f"c{number}", kind) for number, kind in enumerate(kinds)))


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        (table("numeric", "categorical"), "table"),
        (table("numeric", "text"), "table"),
        (table("text", "categorical"), "text"),
        (Images("zip", 4, ("a", "b"), (2, 2), True, (8, 8), (9, 9)), "images"),
        (Arrays("npz", 4, (1, 8, 8), "uint8", "classes"), "images"),
        (Arrays("npz", 4, (1, 3, 8, 8), "uint8", "classes"), "video"),
        (Arrays("npz", 4, (1, 64), "float32", "classes"), "signals"),
        (Arrays("npz", 4, (7,), "float32", "numbers"), "table"),
    ],
)
def test_what_a_learner_brought_is_shown_by_its_kind(description: Description, kind: str) -> None:
    assert kind_of(description) == kind
    assert kind in MODALITIES
