"""The gallery of starting points in a real browser: by mouse, by keys, in both languages, while something trains."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from dlcore.layers.stack import inside
from dlcore.presets import GROUPS, PRESETS
from dlcore.registry import DATASETS
from tests.browser.conversation import settled
from tests.browser.expecting import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]


def open_gallery(page: Page, name: str = "Starting points") -> Locator:
    page.locator(".row").first.wait_for()
    page.get_by_role("button", name=name, exact=False).first.click()
    expect(page.locator(".card").first).to_be_visible()
    return page.locator(".card:visible")


def titles(cards: Locator) -> list[str]:
    return [title or "" for title in cards.evaluate_all("all => all.map((each) => each.ariaLabel)")]


def focused(page: Page) -> str:
    """The label of what has the focus."""
    found: str = page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent")
    return found


def shows(page: Page, name: str) -> None:
    """The Studio's stack is the one of this starting point, and ready to train."""
    names = [layer.name for _, layer in inside(PRESETS[name].experiment.network)]
    expect(page.locator(".row .name")).to_have_text(names)
    expect(page.locator(".row.wrong")).to_have_count(0)


def test_words_in_either_language_and_names_of_layers_find_cards(studio: Page) -> None:
    cards = open_gallery(studio)
    expect(cards).to_have_count(len(PRESETS))
    for words, found, not_found in (
        ("卷积", "Small CNN on handwritten digits", "Softmax regression on iris"),
        ("overfit", "Overfit, then fix it", "Exclusive or"),
        ("Conv3d", "Moving dots with a 3-D convolution", "Waveforms with a 1-D convolution"),
        ("embedding  lstm", "Sentiment with an LSTM", "Sentiment with a transformer"),
        ("回归", "Linear regression on diabetes", "Little VGG"),
    ):
        studio.keyboard.press("Control+a")
        studio.keyboard.type(words)
        expect(studio.locator(".card", has_text=not_found)).to_be_hidden()
        assert found in titles(cards)
        expect(studio.locator(".count")).to_have_text(f"{cards.count()} of {len(PRESETS)}")
    studio.keyboard.press("Control+a")
    studio.keyboard.type("no such words")
    expect(cards).to_have_count(0)
    studio.get_by_role("button", name="Show all").click()
    expect(cards).to_have_count(len(PRESETS))


def test_keys_alone_find_a_starting_point_open_it_and_train_it(studio: Page) -> None:
    studio.locator(".row").first.wait_for()
    studio.get_by_role("button", name="Starting points").focus()
    studio.keyboard.press("Enter")
    expect(studio.locator(".card").first).to_be_visible()
    expect(studio.locator(".search")).to_be_focused()
    studio.keyboard.type("xor")
    expect(studio.locator(".card:visible")).to_have_count(1)
    studio.keyboard.press("Control+a")
    studio.keyboard.press("Delete")
    expect(studio.locator(".card:visible")).to_have_count(len(PRESETS))
    shown = titles(studio.locator(".card:visible"))
    studio.keyboard.press("ArrowDown")
    assert focused(studio) == shown[0]
    studio.keyboard.press("ArrowRight")
    assert focused(studio) == shown[1]
    studio.keyboard.press("ArrowDown")
    assert focused(studio) == shown[4], "below, in a line of three"
    studio.keyboard.press("ArrowUp")
    studio.keyboard.press("ArrowLeft")
    studio.keyboard.press("ArrowUp")
    assert focused(studio).startswith("Search"), "from the first line back to the words"
    studio.keyboard.type("iris")
    expect(studio.locator(".card:visible")).to_have_count(1)
    for name in ("All", *GROUPS.values(), "Softmax regression on iris"):
        studio.keyboard.press("Tab")
        assert focused(studio) == name
    studio.keyboard.press("Shift+Tab")
    studio.keyboard.press("Tab")
    studio.keyboard.press("Enter")
    expect(studio.locator(".card")).to_have_count(0)
    shows(studio, "iris-softmax")
    settled(studio)
    studio.keyboard.press("Control+Enter")
    expect(studio.locator(".live-name")).to_have_text("iris 1")
    expect(studio.locator(".live-pill")).to_have_attribute("data-state", "finished")


def test_what_was_on_the_desk_comes_back_with_undo(studio: Page) -> None:
    rows = studio.locator(".row .name")
    before = rows.all_text_contents()
    open_gallery(studio)
    studio.get_by_role("button", name="Little ResNet", exact=True).dblclick()
    shows(studio, "little-resnet")
    expect(studio.get_by_text("Undo brings back what was here before.")).to_be_visible()
    studio.get_by_role("button", name="Undo", exact=False).first.click()
    expect(rows).to_have_text(before)


def test_escape_closes_the_gallery_and_leaves_the_desk_alone(studio: Page) -> None:
    rows = studio.locator(".row .name")
    before = rows.all_text_contents()
    open_gallery(studio)
    studio.keyboard.press("Escape")
    expect(studio.locator(".card")).to_have_count(0)
    expect(rows).to_have_text(before)
    expect(open_gallery(studio)).to_have_count(len(PRESETS))  # and it opens again


def test_a_group_shows_its_cards_alone_with_pictures_of_their_data(studio: Page) -> None:
    cards = open_gallery(studio)
    studio.get_by_role("button", name="Time and video").click()
    assert titles(cards) == [PRESETS[name].title for name in PRESETS if PRESETS[name].group == "time"]
    for picture in studio.locator(".card:visible img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.naturalWidth") == 160


def test_the_gallery_stays_open_when_a_run_ends_behind_it(studio: Page) -> None:
    studio.get_by_role("button", name="Train Shortcut").click()
    expect(studio.locator(".live-name")).to_have_text("digits 1")
    open_gallery(studio)
    studio.keyboard.type("lstm")
    expect(studio.locator(".live-pill")).to_have_attribute("data-state", "finished")
    settled(studio)
    expect(studio.get_by_role("button", name="Sentiment with an LSTM", exact=True)).to_be_visible()
    expect(studio.locator(".card:visible")).to_have_count(2)


def test_the_studio_answers_without_a_card_or_a_picture_until_the_gallery_opens(visitor: Visit) -> None:
    page = visitor("")
    pictures: list[str] = []
    page.on("request", lambda request: pictures.append(request.url) if "/thumbnails/" in request.url else None)
    page.reload()
    page.locator(".row").first.wait_for()
    settled(page)
    expect(page.locator(".card")).to_have_count(0)
    assert pictures == []
    open_gallery(page)
    expect(page.locator(".card img").first).to_have_js_property("complete", True)
    assert 0 < len(pictures) <= len(PRESETS)


def test_on_a_phone_in_chinese_cards_stand_one_below_another(visitor: Visit) -> None:
    page = visitor("?lang=zh_CN", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    cards = open_gallery(page, "起点")
    lefts = cards.evaluate_all("all => all.map((each) => Math.round(each.getBoundingClientRect().left))")
    assert len(set(lefts)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="课程经典").tap()
    page.get_by_role("button", name="小型 VGG", exact=True).tap()
    shows(page, "little-vgg")


def test_cards_of_data_show_what_is_in_them(visitor: Visit) -> None:
    page = visitor("data")
    picture = page.locator("img[src*='thumbnails/dataset/digits.light']")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") == 160
    expect(page.locator("img[src*='thumbnails/placeholder/images']").first).to_be_attached()  # must be fetched first
    expect(page.locator("img[src*='thumbnails/']")).to_have_count(len(DATASETS))
