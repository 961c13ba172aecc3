"""What the tests of pages share."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner

from dlcore.access import ME
from dlcore.serving import identity


@pytest.fixture(autouse=True)
def _nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest has no browser, so no cookie: whom it opens a page for is «me», as tests of pages expect."""
    monkeypatch.setattr(identity, "newcomer", lambda: ME)


@pytest.fixture(autouse=True, scope="session")
def _installed_packages_are_looked_through_once() -> Iterator[None]:
    """Each AppTest asks every installed package whether it brings components of Streamlit's: most of a second."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield
