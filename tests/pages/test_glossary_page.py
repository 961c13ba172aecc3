"""The page Glossary through Streamlit's own test harness: it finds, shows, leads on, and asks."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME
from dlcore.i18n import LANGUAGES, language
from dlcore.lessons.glossary import built_on, terms
from dlcore.presets import PRESETS
from dlcore.runs import Runs
from pages.components.glossary import flash_card_round, links
from pages.components.glossary.term_map import reached
from pages.components.lessons import texts as lesson_texts
from pages.components.shared import keys
from pages.components.shared.forms import escape

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


def opened(code: str = "en", **address: str) -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.query_params["lang"] = code
    page.switch_page("glossary.py")
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def linked(page: AppTest, within: str = "") -> list[str]:
    """The terms that the page links to, in their order, inside an element of this class."""
    found = [each.proto.body for each in page.get("html")]
    shown = [body for body in found if f'class="{within}' in body]
    return re.findall(r"glossary\?term=([\w-]+)", "\n".join(shown))


def texts(page: AppTest) -> str:
    said = [*page.markdown, *page.caption, *page.latex, *page.success, *page.info, *page.warning]
    return "\n".join(each.value for each in said)


def searched(page: AppTest, typed: str) -> list[str]:
    page.text_input(key=keys.GLOSSARY_SEARCH).set_value(typed).run()
    assert not page.exception
    return linked(page, "glossary-entries")


def press(page: AppTest, key: str) -> None:
    page.button(key=key).click().run()
    assert not page.exception


def test_every_term_is_there_in_both_languages(store: Runs) -> None:
    page = opened()
    sent = "\n".join(each.proto.body for each in page.get("html"))
    shown = html.unescape(re.sub("</?code>", "`", sent)).lower()
    assert linked(page, "glossary-entries") == list(terms())
    for term in terms().values():
        assert all(words.term.lower() in shown for words in term.words.values())
        assert term.said.sentence.lower() in shown


@pytest.mark.parametrize(("code", "title"), [("en", "Glossary"), ("zh_CN", "术语表")])
def test_it_has_a_name_in_either_language(store: Runs, code: str, title: str) -> None:
    with language(code):
        assert opened(code).title[0].value == title


@pytest.mark.parametrize("code", LANGUAGES)
def test_overfitting_is_found_in_either_language(store: Runs, code: str) -> None:
    with language(code):  # the harness asks widgets for their words outside the script, too
        page = opened(code)
        for typed in ("overfitting", "gnh", "guonihe", "overfiting", "过拟合"):
            assert searched(page, typed)[0] == "overfitting"


def test_what_finds_nothing_is_said(store: Runs) -> None:
    page = opened()
    assert searched(page, "zzzzqq") == []
    assert "No term is found" in texts(page)


def test_categories_and_levels_narrow_what_is_found(store: Runs) -> None:
    page = opened()
    page.button_group(key=f"{keys.GLOSSARY_FILTER}.category").set_value(["pytorch"]).run()
    page.button_group(key=f"{keys.GLOSSARY_FILTER}.level").set_value([0, 1]).run()
    wanted = [name for name, term in terms().items()
              if term.facts.category == "pytorch" and term.facts.level < 2]  # fmt: skip
    assert linked(page, "glossary-entries") == wanted
    assert f"{len(wanted)} of {len(terms())} terms" in texts(page)


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_card_says_all_of_its_term(store: Runs, code: str) -> None:
    with language(code):
        page, term = opened(code, term="dropout"), terms()["dropout"]
        said = texts(page)
        for each in (term.said.term, term.said.sentence, term.said.answer, term.facts.formula, "torch.nn.Dropout"):
            assert str(each) in said
        assert term.said.question in page.expander[0].label
        assert linked(page, "glossary-label") == [*term.facts.builds_on, *built_on("dropout")]


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_mark_of_markdown_is_left_in_the_index(code: str) -> None:
    with language(code):
        shown = links.entries(terms(), None) + links.chips(terms(), "map")
    assert "<code>backward()</code>" in shown
    assert not set("`$*") & set(re.sub("<[^>]+>", "", shown))


@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.long)])
def test_every_card_opens(store: Runs, every: int) -> None:
    """Each in the language in which it might break: formulas, lessons, pages and starting points are what they say."""
    page = opened()
    lessons = {each.name for each in lesson_texts.lessons()}
    for place, (name, term) in enumerate(terms().items()):
        assert term.facts.lesson is None or term.facts.lesson in lessons
        if place % every == 0 and (term.facts.lesson or term.facts.page):
            page.query_params["term"] = name
            page.run()
            assert not page.exception, name
            assert term.said.sentence in texts(page)


def test_a_card_opens_its_starting_point_in_the_studio(store: Runs) -> None:
    page = opened(term="overfitting")
    press(page, keys.GLOSSARY_OPEN)
    laid = page.session_state[keys.DRAFT]["present"]["experiment"]
    assert laid["network"] == PRESETS["overfit"].experiment.to_dict()["network"]


def test_a_term_that_there_is_not_is_said_and_the_nearest_is_shown(store: Runs) -> None:
    page = opened(term="overfiting")
    assert "There is no term “overfiting”" in texts(page)
    assert terms()["overfitting"].said.sentence in texts(page)


@pytest.mark.parametrize("wrong", ["<script>alert(1)</script>", "x" * 5000, "", "../../etc", "[a](b)"])
def test_whatever_an_address_says_the_page_opens(store: Runs, wrong: str) -> None:
    page = opened(term=wrong, view=wrong)
    assert "There is no term" in texts(page)
    assert len(texts(page)) < 5_000


def test_the_whole_map_has_every_term_in_the_row_of_its_level(store: Runs) -> None:
    body = "".join(each.proto.body for each in opened(view="map").get("html"))
    rows = body.split("<section")[1:]
    assert [re.findall(r"glossary\?term=([\w-]+)", row) for row in rows] == [
        [name for name, term in terms().items() if term.facts.level == level] for level in (3, 2, 1, 0)
    ]


def test_the_map_around_a_term_shows_what_it_has_to_do_with(store: Runs) -> None:
    page = opened(view="map", term="adam")
    below = reached("adam", lambda name: terms()[name].facts.builds_on)
    above = reached("adam", built_on)
    assert {"momentum", "gradient-descent", "gradient"} <= below
    assert above == {"optimization"}
    assert set(linked(page, "glossary-row")) == {"adam"} | below | above
    assert terms()["adam"].said.sentence in texts(page)


# Flash cards


def shown_card(page: AppTest) -> str:
    return page.session_state[keys.FLASH_CARDS]["queue"][0]


def played(page: AppTest, known: bool) -> str:
    """Turn the uppermost card and say whether it was known; the card."""
    card = shown_card(page)
    press(page, keys.FLASH_CARD_SHOW)
    assert terms()[card].said.answer in texts(page)
    press(page, keys.FLASH_CARD_KNOWN if known else keys.FLASH_CARD_MISSED)
    return card


def test_a_round_comes_back_to_what_was_missed_and_is_kept(store: Runs) -> None:
    page = opened(view="cards")
    press(page, keys.FLASH_CARD_BEGIN)
    missed = played(page, known=False)
    others = [played(page, known=True) for _card in range(3)]
    assert missed not in others
    assert shown_card(page) == missed
    assert "once more" in texts(page)
    assert store.preference(ME, flash_card_round.PREFERENCE)["boxes"][missed] == 0
    assert shown_card(opened(view="cards")) == missed, "the next visit goes on here"


def test_a_round_ends_when_every_card_was_known(store: Runs) -> None:
    page = opened(view="cards")
    press(page, keys.FLASH_CARD_BEGIN)
    missed = played(page, known=False)
    for _card in range(10):
        played(page, known=True)
    assert "9 of 10 known at first sight" in texts(page)
    assert linked(page, "glossary-chips") == [missed]
    assert "9 of 126 terms" in texts(page)
    press(page, keys.FLASH_CARD_BEGIN)
    assert shown_card(page) == missed


def test_the_answer_is_not_shown_before_it_is_asked_for(store: Runs) -> None:
    page = opened(view="cards")
    press(page, keys.FLASH_CARD_BEGIN)
    term = terms()[shown_card(page)]
    assert f"## {escape(term.said.term)}" in texts(page)
    assert term.said.answer not in texts(page)
    assert term.said.sentence not in texts(page)


def test_a_card_can_ask_from_its_meaning_or_with_the_question(store: Runs) -> None:
    page = opened(view="cards")
    press(page, keys.FLASH_CARD_BEGIN)
    term = terms()[shown_card(page)]
    front = page.button_group(key=keys.FLASH_CARD_FRONT)
    front.set_value("sentence").run()
    assert term.said.sentence in texts(page)
    assert f"## {escape(term.said.term)}" not in texts(page)
    page.button_group(key=keys.FLASH_CARD_FRONT).set_value("question").run()
    assert term.said.question in texts(page)


def test_a_round_keeps_to_the_category_that_was_chosen(store: Runs) -> None:
    page = opened(view="cards")
    page.button_group(key=f"{keys.FLASH_CARD_FILTER}.category").set_value(["pytorch"]).run()
    press(page, keys.FLASH_CARD_BEGIN)
    assert {terms()[name].facts.category for name in page.session_state[keys.FLASH_CARDS]["queue"]} == {"pytorch"}


def test_a_round_can_be_given_up(store: Runs) -> None:
    page = opened(view="cards")
    press(page, keys.FLASH_CARD_BEGIN)
    played(page, known=True)
    press(page, keys.FLASH_CARD_END)
    assert "1 of 126 terms" in texts(page)
    assert page.button(key=keys.FLASH_CARD_BEGIN)


def test_a_round_in_chinese(store: Runs) -> None:
    with language("zh_CN"):
        page = opened("zh_CN", view="cards")
        press(page, keys.FLASH_CARD_BEGIN)
        card = played(page, known=True)
        assert re.search(r"[\u4e00-\u9fff]", terms()[card].said.answer)
        assert "已记住 1 / 10" in page.get("progress")[0].proto.text
