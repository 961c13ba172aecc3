"""What the tests of pages share."""

from __future__ import annotations

import pytest

from dlcore.access import ME
from dlcore.serving import identity


@pytest.fixture(autouse=True)
def _nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest has no browser, so no cookie: whom it opens a page for is «me», as tests of pages expect."""
    monkeypatch.setattr(identity, "newcomer", lambda: ME)
