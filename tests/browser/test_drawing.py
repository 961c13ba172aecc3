"""A digit drawn with the mouse is seen by the network as it was drawn, and answered."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Locator, Page

import dlcore
from dlcore.access import student
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.expecting import expect, until
from tests.browser.grid import tick_row
from tests.browser.test_film import model_at
from tests.browser.test_live import owner_of, runs, state, watch  # noqa: F401 (a fixture)
from tests.browser.test_numbers_drawn import seek
from tests.runs.living import digits, until_state

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def draw_line(page: Page, pad: Locator) -> None:
    """Draw a line from top to bottom; the pen is still down."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    middle, top, bottom = box["x"] + box["width"] / 2, box["y"] + 20, box["y"] + box["height"] - 20
    page.mouse.move(middle, top)
    page.mouse.down()
    page.mouse.move(middle, bottom, steps=8)


def test_a_drawn_digit_is_answered_until_the_pad_is_cleared(visitor: Callable[..., Page], served: Served) -> None:
    page = visitor()
    page.locator(".row").first.wait_for()
    with Runs(Settings(home=served.home)) as store:
        run_id = store.submit(digits(20), student(owner_of(page)), name="of digits")
        until_state(store, run_id, "finished")
    page.goto(f"{served.address}/runs")
    tick_row(page, 0)
    page.get_by_test_id("stExpander").locator("summary", has_text="Let it answer").click()
    page.get_by_role("radio", name="New examples").click()
    draw_line(page, page.locator(".pad canvas"))
    page.mouse.up()
    seen = page.get_by_text("What the network sees: 8 × 8 pixels.")
    expect(seen).to_be_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(seen).to_be_hidden()
    expect(page.get_by_role("button", name="Clear", exact=True)).to_be_disabled()


def test_a_digit_is_answered_while_it_is_drawn_at_the_epoch_of_the_slider(
    visitor: Callable[..., Page], served: Served, runs: Runs  # noqa: F811
) -> None:  # fmt: skip
    page = visitor(reduced_motion="reduce")
    run_id = watch(page, runs, digits(6))
    state(page, "finished")
    page.get_by_role("tab", name="Try it").click()
    draw_line(page, page.locator(".live-try .pad canvas"))
    answers = page.locator(".live-try-said .live-share")
    expect(answers).to_have_count(10)  # the pen is still down
    page.mouse.up()
    expect(page.locator(".live-near")).to_have_count(8)
    expect(page.locator(".live-try .live-passage > li")).to_have_count(len(digits(6).network))
    for epoch in (0, 4):
        seek(page, epoch)
        until(page, lambda epoch=epoch: check_drawn(page, runs, run_id, epoch))  # type: ignore[misc]
    page.locator(".live-try").get_by_role("button", name="Clear", exact=True).click()
    expect(answers).to_have_count(0)


@torch.no_grad()
def check_drawn(page: Page, runs: Runs, run_id: str, epoch: int) -> None:  # noqa: F811
    """The bars are what a fresh network gives, with the weights of this epoch, for the picture on the pad."""
    assert page.locator(".live-try").get_attribute("data-epoch") == str(epoch)
    picture = page.locator(".live-try .pad canvas").evaluate("pad => pad.toDataURL('image/png').split(',')[1]")
    shown = Image.open(io.BytesIO(base64.b64decode(picture))).convert("L")
    shown.thumbnail((128, 128))
    pixels = np.asarray(shown.resize((8, 8)), float).reshape(-1) / 255 * 16
    learned = dlcore.load(digits(6)).scaling["x"]
    x = torch.tensor((pixels - np.array(learned["offset"])) / np.array(learned["scale"]), dtype=torch.float32)
    wanted = model_at(runs, run_id, digits(6), epoch)(x.reshape(1, 1, 8, 8)).softmax(dim=1)[0]
    for text in page.locator(".live-try-said .live-share").all_inner_texts():
        name, _space, share = text.rpartition(" ")
        assert float(share.rstrip("%")) / 100 == pytest.approx(float(wanted[int(name)]), abs=0.02)
