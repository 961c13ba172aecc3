"""What is trained here is trained on one thread."""

from __future__ import annotations

import pytest

from tests.coach import programs


@pytest.fixture(autouse=True, scope="module")
def _one_thread(one_thread: None) -> None:
    pass


@pytest.fixture(autouse=True)
def _tables_of_these_tests() -> None:
    """The tables that programs name as `file:PATH` may be read."""
    programs.allow_tables()
