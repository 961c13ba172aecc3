"""What a refused file leaves in the server's memory: nothing to speak of, though its visitor stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Served
from tests.browser.expecting import PATIENCE_MS, expect
from tests.runs.living import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEGABYTE = 2**20
SECONDS = 10  # after the last one


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server of its own, in whose memory nobody else's visits are."""
    served = Served(tmp_path / "home")
    served.home.mkdir()
    served.start()
    yield served
    served.stop()


def resident(served: Served) -> int:
    """Bytes of memory that the server has, its children left out."""
    assert served.process is not None
    return int(psutil.Process(served.process.pid).memory_info().rss)


def refuse(page: Page, file: Path) -> None:
    """Bring a file that is refused, and wait until that is said."""
    page.locator("input[type=file]").first.set_input_files(file)
    said = page.get_by_test_id("stAlert")
    expect(said).to_contain_text(file.name, timeout=2 * PATIENCE_MS)
    expect(page.get_by_test_id("stFileUploaderFile")).to_have_count(0)


@pytest.mark.parametrize(("count", "megabytes"), [(4, 40), pytest.param(10, 200, marks=pytest.mark.long)])
def test_refused_files_leave_the_servers_memory(
    visitor: Callable[..., Page], served: Served, tmp_path: Path, count: int, megabytes: int
) -> None:
    page = visitor("data")
    files = [tmp_path / f"refused-{number}.csv" for number in range(count)]
    (tmp_path / "first.csv").write_text("a," * 10_000)
    refuse(page, tmp_path / "first.csv")
    before = resident(served)
    for file in files:
        with file.open("wb") as written:
            for _megabyte in range(megabytes):
                written.write(b"a," * (MEGABYTE // 2))  # more columns than are allowed
        refuse(page, file)
        file.unlink()
    wait_until(lambda: resident(served) < before + 100 * MEGABYTE, "the memory of refused files", SECONDS)
    page.reload()  # its session ends, too
    page.get_by_test_id("stFileUploader").first.wait_for()
    assert resident(served) < before + 100 * MEGABYTE
