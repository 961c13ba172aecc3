"""Studies begun by their forms from a run: one click, one study, its own panel and the numbers of its runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from statistics import fmean, stdev

import pytest
from playwright.sync_api import Page

from dlcore.access import OPERATOR, student
from dlcore.runs import Runs, Settings
from dlcore.studies import Study
from dlcore.studies.results import Result
from tests.browser.conftest import Served
from tests.browser.conversation import settled
from tests.browser.expecting import expect
from tests.browser.test_live import owner_of
from tests.runs.living import digits, until_state

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def scores(results: list[Result], epoch: str) -> dict[int, list[float]]:
    """By arm, the accuracies that the study compares."""
    found: dict[int, list[float]] = {}
    for each in results:
        found.setdefault(each.arm, []).append(getattr(each, epoch).accuracy)
    return found


def race(study: Study, results: list[Result]) -> list[str]:
    losses = [each.last.loss for each in results if each.arm == 0 and each.last]
    return ["Which way does each take down?", f"{fmean(losses):.4f} ± {stdev(losses):.4f}"]


def variance(study: Study, results: list[Result]) -> list[str]:
    return [f"{stdev(each):.3g}" for each in scores(results, "best").values()]


def grid(study: Study, results: list[Result]) -> list[str]:
    least = min(1 - fmean(each) for each in scores(results, "last").values())
    return [f"The lowest mean validation error (1 − accuracy) is {least:.3f}"]


def search(study: Study, results: list[Result]) -> list[str]:
    best = max(each.best.accuracy for each in results if each.best and each.state == "finished")
    return [f"validation accuracy {best:.3f}", f"It has cost {sum(e.state == 'finished' for e in results)} trials"]


def fill(page: Page, role: str, name: str, value: str) -> None:
    """Write into a field of the form, and wait until the form has taken it."""
    field = page.get_by_role(role, name=name).last  # type: ignore[arg-type]
    field.fill(value)
    field.press("Enter")
    settled(page)


FEWER = {
    "race": [("spinbutton", "Seeds", "2")],
    "variance": [("spinbutton", "Seeds", "2")],
    "grid": [("spinbutton", "Seeds", "2"), ("textbox", "Values of Width", "0.5, 1"),
             ("textbox", "Values of Training rows", "100, 200")],
    "search": [("spinbutton", "Trials at most", "3")],
}  # fmt: skip
TITLES = {"race": "Optimizer race", "variance": "Where does chance come from?", "grid": "Grid", "search": "Search"}
SAID: dict[str, Callable[[Study, list[Result]], list[str]]] = {
    "race": race, "variance": variance, "grid": grid, "search": search,
}  # fmt: skip


@pytest.mark.parametrize("kind", list(SAID))
def test_a_study_of_a_run_begins_by_a_click_and_shows_the_numbers_of_its_runs(
    visitor: Callable[..., Page], served: Served, kind: str
) -> None:
    page = visitor("compare")
    page.get_by_text("As a study, with several seeds").wait_for()
    with Runs(Settings(home=served.home)) as runs:
        run_id = runs.submit(digits(1), student(owner_of(page)), name="the base")
        until_state(runs, run_id, "finished")
        page.reload()
        box = page.get_by_role("combobox", name="Experiment")
        box.click()
        page.get_by_role("option", name="the base").click()
        settled(page)
        page.get_by_role("radio", name=TITLES[kind], exact=True).click()
        settled(page)
        for field in FEWER[kind]:
            fill(page, *field)
        page.get_by_role("button", name="Train the study").dblclick()
        page.wait_for_url(re.compile(r"study\?id="))
        page.reload()
        mine = owner_of(page)
        (kept,) = [each for each in runs.stored_studies(student(mine)) if each.owner == mine]  # of two clicks, one
        expect(page.get_by_text(re.compile(r"^(\d+) of \1 runs are done"))).to_be_visible()
        main = page.get_by_test_id("stMain")
        for words in SAID[kind](runs.study(kept.id, OPERATOR), runs.study_results(kept.id, OPERATOR)):
            expect(main).to_contain_text(words)
        expect(page.locator(".live-picture .main-svg").first).to_be_visible()
