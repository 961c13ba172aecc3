"""The report of a run, downloaded and opened in a browser without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dlcore.access import student
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.conversation import settled
from tests.browser.expecting import PATIENCE_MS, expect
from tests.browser.grid import tick_row
from tests.browser.test_live import owner_of
from tests.runs.living import digits, until_state

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"


@pytest.mark.parametrize("count", [1, 2])
def test_a_report_opens_offline_with_its_charts_and_runs_no_name(
    visitor: Callable[..., Page], served: Served, browser: Browser, tmp_path: Path, count: int
) -> None:
    page = visitor()
    page.locator(".row").first.wait_for()
    with Runs(Settings(home=served.home)) as runs:
        made = [runs.submit(digits(2, seed=seed), student(owner_of(page)), name=NAME) for seed in range(count)]
        for run_id in made:
            until_state(runs, run_id, "finished")
    page.goto(f"{served.address}/{'runs' if count == 1 else 'compare'}?runs={','.join(made)}")
    if count == 1:
        tick_row(page, 0)
    with page.expect_download() as waited:
        page.get_by_role("link", name="Report (.html)").click()
    waited.value.save_as(tmp_path / "report.html")
    with opened_offline(browser, tmp_path / "report.html") as opened:
        expect(opened.get_by_text(NAME).first).to_be_visible()
        lines = "each => each.data.filter(({ x }) => x?.length).length"
        assert opened.locator("[data-figure]").first.evaluate(lines) >= 2 * count
        opened.screenshot(path=tmp_path / "report.png", full_page=True)


def test_the_report_of_a_run_on_a_table_that_was_brought_is_taken_away_with_a_click(
    visitor: Callable[..., Page], browser: Browser, tmp_path: Path
) -> None:
    """Brought on the Data page, with a number that means «missing»; trained; chosen among the runs; downloaded."""
    rows = [f"{n % 5 + n / 10},{-999 if n % 6 == 0 else n % 7},{'<b>odd' if n % 2 else 'even'}" for n in range(60)]
    (tmp_path / "own table.csv").write_text("\n".join(["size,weight,kind", *rows, "Total,,"]))
    page = visitor("data")
    page.locator("input[type=file]").set_input_files(tmp_path / "own table.csv")
    expect(page.get_by_text("Column weight: -999 stands in 10 cells")).to_be_visible()
    expect(page.get_by_text("Left out as a balance, a sum or a mean")).to_be_visible()
    page.screenshot(path=tmp_path / "data.png")
    page.get_by_role("button", name="weight: -999").click()
    expect(page.get_by_text("Column weight: -999")).to_have_count(0)
    expect(page.get_by_text("Read as csv")).to_be_visible()
    expect(page.get_by_text("60 rows of 2 numbers")).to_be_visible()
    page.get_by_role("button", name="Open in the Studio").click()
    page.get_by_role("button", name="Train Shortcut").click()
    expect(page.locator(".live-pill")).to_have_attribute("data-state", "finished", timeout=3 * PATIENCE_MS)
    settled(page)  # the page is told of the end: a click in that moment is lost
    page.get_by_role("link", name="Runs", exact=True).click()
    tick_row(page, 0)
    with page.expect_download() as waited:
        page.get_by_role("link", name="Report (.html)").click()
    waited.value.save_as(tmp_path / "report.html")
    assert waited.value.suggested_filename.endswith(".html")
    with opened_offline(browser, tmp_path / "report.html") as opened:
        expect(opened.get_by_text("own table").first).to_be_visible()
        expect(opened.get_by_text("<b>odd").first).to_be_visible()  # a class, as text
        assert opened.locator("[data-figure]").first.evaluate("each => each.data.length") >= 2


@contextmanager
def opened_offline(browser: Browser, file: Path) -> Iterator[Page]:
    """The file in a browser without a network: all of its charts are drawn, it asks for nothing, and no name runs."""
    offline = browser.new_context(offline=True)
    asked: list[str] = []
    opened = offline.new_page()
    opened.on("dialog", lambda dialog: pytest.fail(f"a name ran: {dialog.message}"))
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: asked.append(message.text) if message.type == "error" else None)
    opened.goto(file.as_uri())
    expect(opened.locator("[data-figure] .main-svg").first).to_be_visible()
    assert opened.locator("[data-figure]:not(:has(.main-svg))").count() == 0
    yield opened
    assert asked == [file.as_uri()]
    offline.close()
