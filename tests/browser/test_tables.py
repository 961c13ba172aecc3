"""Tables as they are taken away: by the app's own buttons, and so that no spreadsheet computes what stands in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page

from dlcore.access import OPERATOR, student
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.expecting import expect
from tests.browser.test_live import owner_of
from tests.runs.living import digits

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORMULA = '=HYPERLINK("http://evil.example","x")'


def test_the_table_of_runs_leaves_by_our_button_alone_with_its_formulas_marked(
    visitor: Callable[..., Page], served: Served, tmp_path: Path
) -> None:
    page = visitor("runs")
    page.get_by_test_id("stDataFrame").wait_for()
    with Runs(Settings(home=served.home)) as runs:
        run_id = runs.submit(digits(1), student(owner_of(page)), name=FORMULA)
        created = runs.status(run_id, OPERATOR).created_at
    page.reload()
    table = page.get_by_test_id("stDataFrame")
    expect(table.locator("table")).to_contain_text(FORMULA)
    table.hover()
    toolbar = page.get_by_test_id("stElementToolbarButton")
    expect(toolbar.first).to_be_visible()
    assert page.get_by_role("button", name="Download as CSV").count() == 0
    with page.expect_download() as waited:
        page.get_by_role("button", name="Table (.csv)").click()
    waited.value.save_as(tmp_path / "runs.csv")
    read = pd.read_csv(tmp_path / "runs.csv")
    assert read["name"][0] == f"'{FORMULA}"
    assert read["state"][0] in ("queued", "running", "finished")
    assert pd.Timestamp(read["created"][0]) == pd.Timestamp(created).floor("s")
    assert waited.value.suggested_filename == "runs.csv"


def test_a_table_of_own_data_with_formulas_offers_no_export(visitor: Callable[..., Page], tmp_path: Path) -> None:
    file = tmp_path / "sums.csv"
    file.write_text('"=1+1",b,y\n' + "".join(f"@SUM({n}),{n},{n % 2}\n" for n in range(30)))
    page = visitor("data")
    page.locator("input[type=file]").set_input_files(file)
    for view in ("Rows", "Columns"):
        page.get_by_role("radio", name=view, exact=True).click()
        table = page.get_by_test_id("stDataFrame").first
        table.hover()
        expect(page.get_by_test_id("stElementToolbarButton").first).to_be_visible()
        assert page.get_by_role("button", name="Download as CSV").count() == 0
