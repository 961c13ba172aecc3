"""A learner's own data from end to end: a table as a Chinese office saves it, cleaned; pictures; both trained on."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.expecting import PATIENCE_MS, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVIL = "<img src=x onerror=alert(1)>"
EVIL_CLASS = "<script>alert(2)</script>"


def test_bring_a_gbk_table_clean_it_open_it_in_the_studio_and_train(
    visitor: Callable[..., Page], tmp_path: Path
) -> None:
    page = visitor("data")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.locator("input[type=file]").set_input_files(flowers(tmp_path))
    read_as = page.get_by_text("Read as csv")
    expect(read_as).to_contain_text("delimiter ; · encoding gbk · decimal mark ,")
    choose_target(page, "种类")
    add_step(page, "FillMissing")
    expect(page.locator(".st-key-step-0, [class*='st-key-step']").first).to_contain_text("gaps 10 → 0")
    add_step(page, "DropMissing")
    expect(page.get_by_text("2 · DropMissing")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 · DropMissing")).to_have_count(0)
    for view in ("Distributions", "Class balance", "Correlations"):
        page.get_by_role("radio", name=view).click()
        expect(page.locator(".js-plotly-plot").first).to_be_visible()
    page.get_by_role("button", name="Open in the Studio").click()
    expect(page.get_by_text("60 rows of 2 numbers")).to_be_visible()
    page.get_by_role("button", name="Train Shortcut").click()
    pill = page.locator(".live-pill")
    expect(pill).to_have_attribute("data-state", "finished", timeout=3 * PATIENCE_MS)
    expect(page.locator(".live-tile", has_text="Validation accuracy")).to_contain_text(re.compile(r"\d+\.\d+\s*%"))
    assert not dialogs


def test_where_a_file_is_laid_says_so_in_the_learners_language(visitor: Callable[..., Page]) -> None:
    page = visitor("data", locale="zh-CN")
    expect(page.get_by_role("button", name="选择文件", exact=True)).to_be_visible()
    most = page.get_by_test_id("stFileUploaderDropzoneInstructions")
    expect(most.locator("span")).to_be_hidden()  # Streamlit's own words
    assert most.evaluate("each => getComputedStyle(each, '::after').content") == '"每个文件最多 500 MB"'


def test_pictures_without_folders_are_refused_and_with_folders_are_trained_on(
    visitor: Callable[..., Page], tmp_path: Path
) -> None:
    page = visitor("data")
    page.locator("input[type=file]").set_input_files(pictures(tmp_path / "flat.zip", "{kind}{number}.png"))
    expect(page.get_by_role("alert")).to_contain_text("flat.zip, dark0.png: it lies in no folder")
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
    page.goto(page.url)
    page.locator("input[type=file]").set_input_files(pictures(tmp_path / "rooms.zip", "{kind}/{number}.png"))
    expect(page.get_by_text("They came with 20 × 12 to 29 × 12 pixels")).to_be_visible()
    expect(page.get_by_role("img", name="Examples: dark, light")).to_be_visible()
    page.get_by_role("button", name="Open in the Studio").click()
    expect(page.get_by_text("40 images of 1 × 32 × 32")).to_be_visible()
    page.get_by_role("button", name="Train Shortcut").click()
    expect(page.locator(".live-name")).to_have_text("rooms 1")
    expect(page.locator(".live-pill")).to_have_attribute("data-state", "finished", timeout=3 * PATIENCE_MS)
    expect(page.locator(".live-tile", has_text="Validation accuracy")).to_contain_text("100.0%")


def pictures(file: Path, name: str) -> Path:
    """Forty grey pictures of different widths, dark and light ones."""
    with zipfile.ZipFile(file, "w") as made:
        for number in range(20):
            for kind, shade in (("dark", 10), ("light", 220)):
                picture = io.BytesIO()
                Image.new("L", (20 + number % 10, 12), shade + number).save(picture, "PNG")
                made.writestr(name.format(kind=kind, number=number), picture.getvalue())
    return file


def flowers(folder: Path) -> Path:
    """60 rows as a spreadsheet saves them in China: GBK, semicolons, decimal commas; ten lengths are missing."""
    rows = [f"种类;长度;{EVIL}"]
    for number in range(60):
        length = "" if number % 6 == 0 else f"{number % 2 * 2 + number / 100:.2f}".replace(".", ",")
        rows.append(f"{EVIL_CLASS if number % 2 else '甲'};{length};{number % 7},5")
    file = folder / "花.csv"
    file.write_bytes("\n".join(rows).encode("gbk"))
    return file


def choose_target(page: Page, name: str) -> None:
    """Take another column as the target: the suggested one is the last of numbers."""
    box = page.locator("[data-testid=stMultiSelect]").filter(has_text="To predict").first
    expect(box.get_by_text(EVIL)).to_be_visible()
    field = box.locator("input")
    field.fill(name)
    field.press("Enter")
    expect(box.get_by_text(EVIL)).to_have_count(0)  # a name of classes cannot stand beside a number: it takes its place
    field.press("Escape")


def add_step(page: Page, name: str) -> None:
    field = page.get_by_role("combobox", name="Next step")
    field.click()
    field.fill(name)
    field.press("Enter")
    expect(field).to_have_value(name)
    page.get_by_role("button", name="Add step").click()
