"""What tests by force share with those of runs and of browsers, and the table of their figures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.benchmarks.__main__ import show
from tests.force.figures import PROPERTY, Figure, Note, read, together, written
from tests.runs.conftest import _one_thread, server, small_disk

__all__ = ["_one_thread", "server", "small_disk"]


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Note:
    """Keeps a figure for the table, whether the test passes or not."""

    def kept(figure: Figure) -> None:
        record_property(PROPERTY, written(figure))

    return kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print all figures that were measured."""
    told = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    reports = [each for each in told if each.when == "call"]
    rows = together(figure for report in reports for figure in read(report.user_properties))
    if rows:
        show("Proven by force", rows)
