"""A text is made once and read in many languages."""

from __future__ import annotations

import json

import pytest

from dlcore import i18n
from dlcore.i18n import Text, _, language, preferred_language


@pytest.fixture
def _small_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"Layer {n} of {kind}": "{kind}的第 {n} 层", "network": "网络"}
    monkeypatch.setattr(i18n, "catalogue", lambda code: texts)


@pytest.mark.usefixtures("_small_catalogue")
def test_a_text_is_said_in_the_language_of_whoever_reads_it() -> None:
    text = Text("Layer {n} of {kind}", n=3, kind=Text("network"))
    assert str(text) == "Layer 3 of network"
    with language("zh_CN"):
        assert str(text) == "网络的第 3 层"
    assert str(text) == "Layer 3 of network"


@pytest.mark.usefixtures("_small_catalogue")
def test_a_text_stored_as_json_comes_back_equal() -> None:
    text = Text("Layer {n} of {kind}", n=3, kind=Text("network"))
    assert Text.from_json(json.loads(json.dumps(text.to_json()))) == text


@pytest.mark.usefixtures("_small_catalogue")
def test_what_the_catalogue_lacks_is_said_in_english() -> None:
    with language("zh_CN"):
        assert _("Nobody translated {this}", this="it") == "Nobody translated it"


def test_braces_in_a_value_are_shown_as_they_are() -> None:
    assert _("Name: {name}", name="{evil}") == "Name: {evil}"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh_CN"),
        ("zh_CN.UTF-8", "zh_CN"),
        ("zh", "zh_CN"),
        ("en-US", "en"),
        ("fr-FR", "en"),
        ("", "en"),
        ("C.UTF-8", "en"),
    ],
)
def test_a_wish_becomes_the_nearest_language(wanted: str, code: str) -> None:
    assert preferred_language(wanted) == code


def test_an_unknown_language_means_english() -> None:
    with language("xx"):
        assert i18n.current_language() == "en"
