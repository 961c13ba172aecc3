"""The glossary in a real browser: a term of a lesson opens its card, search follows the typing, the map is walked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from dlcore.lessons.glossary import terms
from dlcore.serving.assets import STREAMLITS
from tests.browser.conversation import settled
from tests.browser.expecting import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Every formula through the library that Streamlit draws it with: name -> what it complains of.
RENDERED = """async ([address, formulas]) => {
  const katex = Object.values(await import(address)).find((each) => each.renderToString);
  const wrong = {};
  for (const [name, formula] of Object.entries(formulas))
    try { katex.renderToString(formula, { displayMode: true, strict: "error" }); }
    catch (error) { wrong[name] = String(error); }
  return wrong;
}"""

PHONE = {"viewport": {"width": 390, "height": 844}}


def entries(page: Page) -> Locator:
    return page.locator(".glossary-entries a")


def card(page: Page) -> Locator:
    return page.locator(".st-key-glossary_card")


def heading(page: Page) -> Locator:
    return card(page).get_by_role("heading", level=2)


def expect_no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth")


def test_a_term_of_a_lesson_opens_its_card_and_back_leads_to_the_lesson_as_it_was(visitor: Callable[..., Page]) -> None:
    page = visitor("lesson-neuron?lang=en")
    weight = page.locator("input[data-knob=w2]")
    expect(page.locator(".board")).to_have_attribute("data-by", "torch")
    weight.press("ArrowRight")
    moved = weight.input_value()
    expect(page.locator(".board")).to_have_attribute("data-by", "torch")
    term = page.get_by_role("link", name="activation function", exact=True).first
    expect(term).to_have_attribute("title", terms()["activation-function"].said.sentence)
    settled(page)
    page.evaluate("() => { window.stayed = true; }")
    tabs = page.context.pages
    term.focus()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("activation function · 激活函数")
    assert page.evaluate("() => window.stayed"), "the app was not loaded anew"
    assert page.context.pages == tabs
    assert "glossary?term=activation-function&lang=en" in page.url
    settled(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("The neuron")
    expect(weight).to_have_value(moved)


def test_the_search_follows_the_typing_and_its_first_answer_opens(visitor: Callable[..., Page]) -> None:
    page = visitor("glossary?lang=en")
    expect(entries(page)).to_have_count(len(terms()))
    settled(page)
    page.get_by_role("searchbox").press_sequentially("gnh")  # and no Enter
    expect(entries(page)).to_have_count(1)
    settled(page)
    entries(page).first.click()
    expect(heading(page)).to_have_text("overfitting · 过拟合")
    card(page).get_by_text("What helps against overfitting?").click()
    expect(card(page).get_by_text("early stopping. Compare the curves")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("gnh")


def test_the_map_is_walked_by_keyboard(visitor: Callable[..., Page]) -> None:
    page = visitor("glossary?view=map&lang=zh_CN")
    for name in ("正则化", "过拟合", "泛化误差", "测试集"):
        link = page.locator(".glossary-row a", has_text=name).first
        expect(link).to_be_visible()
        settled(page)
        link.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".glossary-row a[aria-current]")).to_have_text(name)
        expect(heading(page)).to_contain_text(name)
    settled(page)
    page.go_back()
    expect(page.locator(".glossary-row a[aria-current]")).to_have_text("泛化误差")
    settled(page)
    page.get_by_role("link", name="显示整张图").click()
    expect(page.locator(".glossary-row a")).to_have_count(len(terms()))


def test_a_round_of_flash_cards_on_a_phone(visitor: Callable[..., Page]) -> None:
    page = visitor("glossary?view=cards&lang=zh_CN", **PHONE)
    page.get_by_role("button", name="开始一轮").click()
    face = page.locator(".st-key-flash_card")
    missed = face.get_by_role("heading").first.inner_text()
    for knows in (False, True, True, True):
        settled(page)
        page.keyboard.press("1")  # shows the answer
        expect(page.get_by_role("button", name="我知道")).to_be_visible()
        expect_no_sideways_scroll(page)
        settled(page)
        page.keyboard.press("1" if knows else "2")
        expect(page.get_by_role("button", name="看答案")).to_be_visible()
    expect(page.get_by_text("已记住 3 / 10")).to_be_visible()
    expect(face.get_by_role("heading").first).to_have_text(missed)
    settled(page)
    page.reload()
    expect(face.get_by_role("heading").first).to_have_text(missed)


def test_no_formula_fails_and_nothing_is_wider_than_a_phone(visitor: Callable[..., Page]) -> None:
    page = visitor("glossary?term=adam&lang=en", **PHONE)
    expect(heading(page)).to_have_text("Adam")
    expect(page.locator(".katex").first).to_be_visible()
    settled(page)
    expect_no_sideways_scroll(page)
    (library,) = (STREAMLITS / "static/js").glob("katex.*.js")
    formulas = {name: term.facts.formula for name, term in terms().items() if term.facts.formula}
    assert page.evaluate(RENDERED, [f"/static/js/{library.name}", formulas]) == {}
