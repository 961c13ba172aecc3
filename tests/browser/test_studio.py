"""The Studio in the hands of a newcomer: wrong values, double clicks, reloads, two tabs, the back button, a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from dlcore.layers.stack import inside
from dlcore.presets import PRESETS
from tests.browser.conversation import settled
from tests.browser.expecting import expect, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]


def train(page: Page) -> Locator:
    return page.get_by_role("button", name="Train Shortcut")


def number(page: Page, name: str) -> Locator:
    return page.get_by_role("spinbutton", name=name, exact=True)


def type_number(page: Page, name: str, text: str) -> None:
    number(page, name).fill(text)
    number(page, name).press("Enter")


def test_ten_seconds_from_the_first_look_to_a_network_that_learns(visitor: Visit) -> None:
    page = visitor()
    expect(page.locator(".live-name")).to_have_text(re.compile("Digits"))  # nobody meets an empty page
    train(page).click()
    expect(page.locator(".live-name")).to_have_text("digits 1")
    expect(page.locator(".live-pill")).to_have_attribute("data-state", re.compile("running|finished"))
    expect(page.locator(".row").first).to_be_visible()  # no page change


def test_control_enter_trains(studio: Page) -> None:
    settled(studio)
    studio.bring_to_front()
    studio.get_by_role("heading", level=1).click()

    def pressed() -> None:
        """Keys go to the window in front, which one that another test has opened may still be."""
        studio.keyboard.press("Control+Enter")
        expect(studio.locator(".live-name")).to_have_text(re.compile(r"digits \d"), timeout=5000)

    until(studio, pressed)


def test_a_double_click_trains_once(studio: Page) -> None:
    type_number(studio, "Epochs", "2")
    train(studio).dblclick()
    expect(studio.locator(".live-name")).to_have_text("digits 1")
    settled(studio)
    studio.get_by_role("link", name="Runs", exact=True).click()
    studio.get_by_test_id("stDataFrame").wait_for()
    studio.get_by_role("link", name="Studio").click()
    expect(studio.locator(".live-name")).to_have_text("digits 1")
    type_number(studio, "Epochs", "3")
    settled(studio)
    train(studio).click()
    expect(studio.locator(".live-name")).to_have_text("digits 2")


def test_a_typed_learning_rate_counts_and_a_word_is_refused_under_the_field(studio: Page) -> None:
    rate = studio.get_by_role("combobox", name=re.compile("lr")).first
    rate.click()
    studio.keyboard.type("0.0123")
    studio.keyboard.press("Enter")
    expect(rate).to_have_value("0.0123")
    settled(studio)
    rate.click()
    studio.keyboard.type("fast")
    studio.keyboard.press("Enter")
    expect(studio.get_by_text("must be a number above 0, but 'fast' came")).to_be_visible()
    expect(rate).to_have_value("0.0123")


def test_an_emptied_field_keeps_its_last_value(studio: Page) -> None:
    type_number(studio, "Epochs", "7")
    settled(studio)
    number(studio, "Epochs").fill("")
    number(studio, "Epochs").press("Enter")
    studio.locator(".row").nth(0).locator(".pick").click()
    settled(studio)
    studio.reload()
    expect(number(studio, "Epochs")).to_have_value("7")


def test_starting_points_of_every_kind_open_ready_to_train(studio: Page) -> None:
    for name in ("iris-softmax", "playground", "little-googlenet", "sentiment-transformer", "films", "clips"):
        preset = PRESETS[name]
        studio.get_by_role("button", name="Starting points").click()
        card = studio.get_by_role("button", name=preset.title, exact=True)
        card.click()
        expect(card).to_have_count(0)  # the gallery has closed
        expect(studio.locator(".row .name")).to_have_text(
            [layer.name for _, layer in inside(preset.experiment.network)]
        )
        expect(studio.locator(".row.wrong")).to_have_count(0)
        expect(train(studio)).to_be_enabled()


def test_a_file_comes_back_as_it_was_taken_away_and_a_bad_one_gets_a_sentence(studio: Page, tmp_path: Path) -> None:
    type_number(studio, "Epochs", "11")
    settled(studio)
    studio.get_by_role("button", name="File", exact=False).first.click()
    with studio.expect_download() as download:
        studio.get_by_role("button", name="Download YAML").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert "epochs: 11" in path.read_text("utf-8")
    bad = tmp_path / "bad.yaml"
    bad.write_text(path.read_text("utf-8").replace("Linear", "Linar"), "utf-8")
    uploader = studio.locator("input[type=file]")
    uploader.set_input_files(bad)
    expect(studio.get_by_text("Unknown layer 'Linar'. Did you mean Linear?")).to_be_visible()
    path.write_text(path.read_text("utf-8").replace("epochs: 11", "epochs: 12"), "utf-8")
    expect(uploader).to_have_count(1)  # the one that held the bad file has gone
    uploader.set_input_files(path)
    expect(number(studio, "Epochs")).to_have_value("12")
    expect(studio.get_by_text("Did you mean Linear?")).to_be_hidden()


def test_the_language_changes_everything_that_is_said_and_the_work_goes_on(studio: Page) -> None:
    studio.get_by_text("中文", exact=True).click()
    expect(studio.get_by_role("button", name="训练 Shortcut")).to_be_enabled()
    expect(studio.locator("html")).to_have_attribute("lang", "zh-CN")
    studio.get_by_role("combobox", name="数据").first.fill("双月")  # a long list draws what is in sight alone
    studio.get_by_role("option", name="双月").click()
    expect(studio.locator(".row.wrong, .row.warned").first).to_be_visible()
    studio.get_by_text("English", exact=True).click()
    expect(studio.get_by_role("combobox", name="Data").first).to_have_value("Two moons")


def test_the_back_button_leads_back_to_the_same_work(studio: Page) -> None:
    type_number(studio, "Epochs", "9")
    settled(studio)
    studio.get_by_role("link", name="Runs", exact=True).click()
    studio.get_by_text("Train a first network").wait_for()
    studio.go_back()
    expect(number(studio, "Epochs")).to_have_value("9")
    expect(studio.locator(".row")).to_have_count(6)


def test_on_a_phone_training_brings_the_run_into_view(visitor: Visit) -> None:
    page = visitor(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.locator(".row").first.wait_for()
    settled(page)
    train(page).tap()
    expect(page.locator(".live-name")).to_have_text("digits 1")
    expect(page.locator(".live-name")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
