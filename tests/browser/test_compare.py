"""Compare in a real browser: the runs that are chosen stand out in every chart, from the table and from a brush."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Locator, Page

from dlcore.access import student
from dlcore.experiment import Experiment
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.conversation import HANDLED, settled
from tests.browser.expecting import expect
from tests.browser.test_live import owner_of
from tests.runs.living import digits, until_state

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RATES = (0.0001, 0.01, 0.03)  # the first learns next to nothing in an epoch
# Of each chart, whether all it draws of a run is in full colour: its place among the runs, in a string of 0 and 1.
BRIGHT = r"""(picture) => {
    const faint = ({ opacity, line, meta }) =>
        opacity < 0.5 || (meta.series === "validation" && /^rgba/.test(line.color));
    const main = (picture.data ?? []).filter(({ meta }) => /validation|trial/.test(meta.series));
    return main.map((each) => (faint(each) ? "0" : "1")).join("");
}"""
ROWS = """[...document.querySelectorAll(".live-comparison tbody tr")]
    .map((row) => (row.classList.contains("live-faded") ? "0" : "1")).join("")"""
PLACE = "(picture, [x, y]) => { const { xaxis, yaxis } = picture._fullLayout; " \
        "return [xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(y)]; }"  # fmt: skip


@pytest.fixture
def compared(visitor: Callable[..., Page], served: Served) -> tuple[Page, list[str]]:
    """Three runs of a visitor that differ in their learning rate, side by side."""
    page = visitor()
    page.locator(".row").first.wait_for()
    with Runs(Settings(home=served.home)) as runs:
        made = [runs.submit(with_rate(rate), viewer=student(owner_of(page)), name=f"rate {rate}") for rate in RATES]
        for run_id in made:
            until_state(runs, run_id, "finished")
    page.goto(f"{served.address}/compare?runs={','.join(made)}")
    expect(page.locator(".live-picture")).to_have_count(3)
    return page, made


def with_rate(rate: float) -> Experiment:
    plain = digits(1).to_dict()
    plain["training"]["optimizer"] = {"name": "Adam", "lr": rate}
    return Experiment.from_dict(plain)


def expect_bright(page: Page, expected: str) -> None:
    """Wait until these runs stand out in the loss, the score, the settings and the table of scores."""
    charts = f"[...document.querySelectorAll('.live-picture')].map({BRIGHT})"
    page.wait_for_function(f"(wanted) => `${{[{ROWS}, ...{charts}]}}` === wanted", arg=",".join([expected] * 4))


def click_table(page: Page, row: int, right: float = 18, rows: int = len(RATES)) -> None:
    """Click into the table of runs, which is a picture: -1 is its head; a row is chosen at its left end."""
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    height = (box["height"] - 2) / (rows + 1)
    page.mouse.click(box["x"] + right, box["y"] + height * (row + 1.5))


def brush(page: Page, axis: float, low: float, high: float) -> None:
    """Drag a box over an axis of the parallel coordinates."""
    settled(page)
    picture = page.locator(".live-picture").last
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    ends = [picture.evaluate(PLACE, each) for each in ([axis - 0.08, high], [axis + 0.08, low])]
    (left, top), (right, bottom) = [(box["x"] + x, box["y"] + y) for x, y in ends]
    page.mouse.move(left, top)
    page.evaluate(HANDLED)  # plotly makes ready for a drag when the pointer comes over it
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2, steps=4)
    page.mouse.move(right, bottom, steps=4)
    page.mouse.up()


def test_a_choice_in_the_table_or_by_a_brush_stands_out_everywhere_and_outlives_a_reload(
    compared: tuple[Page, list[str]],
) -> None:
    page, made = compared
    expect_bright(page, "111")
    click_table(page, 1)
    expect_bright(page, "010")
    expect(page).to_have_url(re.compile(f"chosen={made[1]}"))
    page.reload()
    expect_bright(page, "010")
    expect(button(page, "Open in the Studio")).to_be_enabled()
    brush(page, 0, -0.03, 0.3)  # the lowest rate
    expect_bright(page, "100")
    expect(page).to_have_url(re.compile(f"chosen={made[0]}"))
    button(page, "Choose none").press("Enter")
    expect_bright(page, "111")
    expect(page).not_to_have_url(re.compile("chosen"))


def test_a_filtered_and_sorted_row_opens_its_own_experiment_in_the_studio(compared: tuple[Page, list[str]]) -> None:
    page, _made = compared
    settled(page)
    for rate in RATES[1:]:
        pick(page, "Show only", f"training.optimizer.lr: {rate:g}")
        page.keyboard.press("Escape")
        settled(page)
    expect(page.locator(".live-comparison tr.live-faded")).to_have_count(1)
    click_table(page, -1, 200, rows=2)  # the head of the learning rate: the least first
    click_table(page, -1, 200, rows=2)  # and the largest first
    click_table(page, 0, rows=2)
    expect(button(page, "Open in the Studio")).to_be_enabled()
    button(page, "Open in the Studio").click()
    page.locator(".row").first.wait_for()
    settled(page)
    expect(page.locator(".st-key-setting-optimizer-Adam-lr input")).to_have_value(f"{RATES[-1]:g}")


def pick(page: Page, label: str, option: str) -> None:
    """Choose in a list; one that closes, because a chart that was drawn has moved it, is opened again."""
    field, found = page.get_by_role("combobox", name=label), page.get_by_role("option", name=option)
    while not found.is_visible():
        field.click()
        with suppress(AssertionError):
            expect(found).to_be_visible(timeout=2_000)
    found.click()


def button(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)
