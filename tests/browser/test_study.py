"""A study in a real browser: one press, verdicts that come by themselves, a reload midway, stop and go on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from dlcore.access import OPERATOR
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.conversation import settled
from tests.browser.expecting import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OTHERS = ("Augmentation", "BatchNorm", "EarlyStopping")  # switched off: the first verdict is Dropout's


@pytest.fixture(scope="module")
def runs(served: Served) -> Iterator[Runs]:
    with Runs(Settings(home=served.home)) as runs:
        yield runs


def line(page: Page, arm: str) -> str:
    """The table's line of an arm, as a pattern of its whole text would find it."""
    return page.get_by_test_id("stTable").locator("tr", has_text=arm).inner_text()


def test_one_press_brings_verdicts_that_outlive_a_reload_a_stop_and_a_visit(
    visitor: Callable[..., Page], served: Served, runs: Runs
) -> None:
    page = visitor("compare")
    page.get_by_text("Remedies and their strengths").click()
    for name in OTHERS:
        page.locator(f".st-key-overfit-{name} label").first.click()
        settled(page)
    page.get_by_role("button", name="Overfit, then fix it").click()
    page.wait_for_url(re.compile(r"study\?id="))
    study_id = page.url.partition("id=")[2]
    expect(page.get_by_text(re.compile(r"^[1-9]\d* of 36 runs are done"))).to_be_visible()
    page.reload()
    dropout = page.get_by_test_id("stTable").locator("tr", has_text="Dropout 0.6")
    expect(dropout).to_contain_text("helped")  # without a touch
    expect(page.locator(".live-picture .scatterlayer .point")).not_to_have_count(0)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("it rests: what is done stays done")).to_be_visible()
    states = [each.state for each in runs.study_results(study_id, OPERATOR)]
    assert {*states} == {"finished", "paused"}
    assert "so far" in line(page, "Weight decay")
    assert "Each arm is judged once" in page.get_by_test_id("stMain").inner_text()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    done = re.compile(rf"^{states.count('finished')} of 36")
    expect(page.get_by_text(re.compile(r"^\d+ of 36 runs are done"))).not_to_have_text(done)
    page.get_by_role("button", name="Open in the Studio").click()
    back = page.get_by_role("link", name="A run of the study")
    expect(back).to_be_visible()
    back.click()
    page.wait_for_url(re.compile(study_id))
    expect(dropout).to_contain_text("helped")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    page.wait_for_url(re.compile("compare"))
    assert study_id not in [each.id for each in runs.stored_studies(OPERATOR)]
