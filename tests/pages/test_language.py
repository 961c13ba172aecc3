"""Which language a visitor reads: the address says so, or their last choice, or their browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME
from dlcore.i18n import LANGUAGES
from dlcore.runs import Runs
from pages.components.shared import keys, language

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


def opened(**address: str) -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def train_label(page: AppTest) -> str:
    return page.button(key=keys.TRAIN).label


def test_without_any_wish_the_app_speaks_english(store: Runs) -> None:
    assert opened().session_state[keys.LANGUAGE] == "en"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_address_chooses_the_language(store: Runs, code: str) -> None:
    page = opened(lang=code)
    assert page.session_state[keys.LANGUAGE] == code
    assert train_label(page) == {"en": "Train", "zh_CN": "训练"}[code]


def test_an_unknown_language_in_the_address_means_english(store: Runs) -> None:
    assert opened(lang="tlh").session_state[keys.LANGUAGE] == "en"


def test_the_switch_changes_the_page_the_address_and_the_next_visit(store: Runs) -> None:
    page = opened()
    english = train_label(page)
    page.segmented_control(key=keys.LANGUAGE).set_value("zh_CN").run()
    assert train_label(page) != english
    assert page.query_params["lang"] in ("zh_CN", ["zh_CN"])
    assert store.preference(ME, language.PREFERENCE) == "zh_CN"
    assert opened().session_state[keys.LANGUAGE] == "zh_CN"


def test_the_browser_is_told_which_language_it_reads_aloud(store: Runs) -> None:
    page = opened(lang="zh_CN")
    told = [each.proto for each in page.get("bidi_component") if each.proto.component_name == "browser_page"]
    assert [json.loads(proto.json)["language"] for proto in told] == ["zh-CN"]
