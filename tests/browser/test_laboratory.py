"""The learner's hand on a run, in a browser: rest, step, change, go back; and what the coach's twin shows."""

from __future__ import annotations

import re

import pytest
import torch
from playwright.sync_api import Page

from dlcore.access import OPERATOR
from dlcore.runs import Runs, Settings
from dlcore.training.loop import Trainer
from tests.browser.conftest import Served
from tests.browser.conversation import settled
from tests.browser.expecting import expect
from tests.browser.test_studio import number, train, type_number

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def runs(served: Served) -> Runs:
    return Runs(Settings(home=served.home))


def typed(page: Page, name: str, text: str) -> None:
    field = page.get_by_role("combobox", name=name, exact=True).last
    field.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(field).to_have_value(text)


def facts(page: Page, epoch: int, epochs: int) -> None:
    expect(page.locator(".live-facts")).to_contain_text(f"Epoch {epoch} of {epochs}")


def test_a_run_is_led_by_hand_changed_and_left_at_an_epoch(studio: Page, runs: Runs) -> None:
    type_number(studio, "Epochs", "2000")
    settled(studio)
    train(studio).click()
    expect(studio.locator(".live-pill")).to_have_attribute("data-state", "running")
    expect(studio.locator(".live-facts")).to_contain_text(re.compile(r"Epoch [1-9]"))
    studio.get_by_role("button", name="Pause", exact=True).click()
    expect(studio.locator(".live-pill")).to_have_attribute("data-state", "paused")
    run_id = runs.list(OPERATOR, limit=1)[0].id
    epoch = runs.status(run_id, OPERATOR).epoch
    studio.get_by_role("button", name="+1 epoch").click()
    facts(studio, epoch + 1, 2000)
    expect(studio.locator(".live-pill")).to_have_attribute("data-state", "paused")

    studio.get_by_role("button", name="Change while it trains").click()
    typed(studio, "lr", "0.0005")
    settled(studio)
    studio.keyboard.press("Escape")
    studio.get_by_role("button", name="+ epochs").click()
    facts(studio, epoch + 11, 2000)
    expect(studio.locator(".annotation-text").first).to_have_text("optimizer.lr = 0.0005")
    studio.get_by_role("button", name="Stop", exact=True).click()
    expect(studio.locator(".live-pill")).to_have_attribute("data-state", "stopped")
    made = runs.experiment(run_id, OPERATOR)
    assert [change.set for change in made.training.changes] == [{"optimizer.lr": 0.0005}]
    short = made.model_copy(update={"training": made.training.model_copy(update={"epochs": epoch + 11})})
    alone = Trainer(short)
    list(alone.run())
    kept = runs.weights(run_id, OPERATOR, "last")
    assert all(torch.equal(kept[name], each) for name, each in alone.last_weights.items())

    slider = studio.get_by_role("slider", name="Epoch shown")
    slider.focus()
    studio.keyboard.press("Home")
    expect(studio.locator(".live-epoch")).to_have_text("epoch 0")
    studio.get_by_role("button", name="Fork at epoch 0").click()
    expect(studio.get_by_text("Begins with digits 1, epoch 0")).to_be_visible()
    expect(number(studio, "Epochs")).to_have_value("2000")
    type_number(studio, "Epochs", "3")
    settled(studio)
    train(studio).click()
    expect(studio.locator(".live-name")).to_have_text("digits 2")
    expect(studio.locator(".live-pill")).to_have_attribute("data-state", "finished")
    fork = runs.list(OPERATOR, limit=1)[0]
    assert (fork.parent, fork.parent_epoch) == (run_id, 0)
    expect(studio.get_by_role("button", name="digits 1, validation").first).to_be_visible()  # in the legend


def test_the_coach_says_what_is_wrong_and_its_twin_shows_that_it_was_that(studio: Page) -> None:
    typed(studio, "lr", "0.000001")
    settled(studio)
    train(studio).click()
    expect(studio.locator(".live-name")).to_have_text("digits 1")
    expect(studio.locator(".live-pill")).to_have_attribute("data-state", "finished")
    studio.get_by_role("tab", name="Coach").click()
    studio.get_by_role("button", name="Ask the coach").click()
    finding = studio.locator('.live-finding[data-rule="lr-too-low"]')
    expect(finding).to_contain_text("the steps are too short")
    finding.get_by_role("button", name="Try it as a twin").click()
    expect(finding.locator(".live-verdict")).to_have_text(
        re.compile("It was that: the accuracy went from .* % to .* %")
    )


def test_a_learning_rate_is_found_and_adopted_and_a_step_looked_at_closely(studio: Page) -> None:
    train(studio).click()
    expect(studio.locator(".live-name")).to_have_text("digits 1")
    expect(studio.locator(".live-pill")).to_have_attribute("data-state", "finished")
    studio.get_by_role("tab", name="Gradient and step size").click()
    studio.get_by_role("button", name="Find a learning rate").click()
    adopt = studio.get_by_role("button", name=re.compile("^Adopt "))
    adopt.wait_for()
    rate = adopt.inner_text().removeprefix("Adopt ")
    adopt.click()
    expect(studio.get_by_role("combobox", name="lr", exact=True).first).to_have_value(rate)
    studio.get_by_role("tab", name="One step").click()
    studio.get_by_role("button", name="Look at one step").click()
    expect(studio.locator(".live-step th", has_text="2 Linear")).to_be_visible()
    studio.get_by_role("button", name="Check the gradients").click()
    expect(studio.locator(".live-checked")).to_have_text(["autograd agrees"] * 6)
