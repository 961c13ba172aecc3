"""The report of a run, downloaded and opened in a browser without a network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
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
        made = [runs.submit(digits(2, seed=seed), owner=owner_of(page), name=NAME) for seed in range(count)]
        for run_id in made:
            until_state(runs, run_id, "finished")
    page.goto(f"{served.address}/{'runs' if count == 1 else 'compare'}?runs={','.join(made)}")
    if count == 1:
        page.get_by_test_id("stDataFrame").wait_for()
        table = page.get_by_test_id("stDataFrame").bounding_box()
        assert table is not None
        page.mouse.click(table["x"] + 16, table["y"] + 50)
    with page.expect_download() as waited:
        page.get_by_role("link", name="Report (.html)").click()
    waited.value.save_as(tmp_path / "report.html")
    offline = browser.new_context(offline=True)
    asked: list[str] = []
    opened = offline.new_page()
    opened.on("dialog", lambda dialog: pytest.fail(f"a name ran: {dialog.message}"))
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: asked.append(message.text) if message.type == "error" else None)
    opened.goto((tmp_path / "report.html").as_uri())
    expect(opened.locator("[data-figure] .main-svg").first).to_be_visible()
    assert opened.locator("[data-figure]:not(:has(.main-svg))").count() == 0
    expect(opened.get_by_text(NAME).first).to_be_visible()
    lines = "each => each.data.filter(({ x }) => x?.length).length"
    assert opened.locator("[data-figure]").first.evaluate(lines) >= 2 * count
    assert asked == [(tmp_path / "report.html").as_uri()]
    opened.screenshot(path=tmp_path / "report.png", full_page=True)
    offline.close()
