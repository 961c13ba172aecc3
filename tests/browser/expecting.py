"""Playwright's `expect`, which looks again sooner: its own looks once a second where something takes a while."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any, cast, overload

from playwright.sync_api import Error, Locator, LocatorAssertions, Page, PageAssertions
from playwright.sync_api import expect as playwrights

PATIENCE_MS = 60_000  # for what a slow machine takes; nothing waits this long by itself
PAUSES_MS = (20, 40, 80, 120, 160, 200)  # between two looks; the last again and again
AT_ONCE_MS = 1


@overload
def expect(actual: Locator) -> LocatorAssertions: ...
@overload
def expect(actual: Page) -> PageAssertions: ...
def expect(actual: Locator | Page) -> LocatorAssertions | PageAssertions:
    """The assertions of playwright, each tried until it holds."""
    return cast(LocatorAssertions, _Tried(actual))


class _Tried:
    def __init__(self, actual: Locator | Page) -> None:
        self._page = actual if isinstance(actual, Page) else actual.page
        self._assertions: Any = playwrights(actual)

    def __getattr__(self, name: str) -> Callable[..., None]:
        assertion = getattr(self._assertions, name)

        def hold(*expected: Any, timeout: float = PATIENCE_MS, **more: Any) -> None:
            until(self._page, lambda: assertion(*expected, timeout=AT_ONCE_MS, **more), timeout)

        return hold


def until(page: Page, check: Callable[[], Any], timeout: float = PATIENCE_MS) -> None:
    """Until nothing in a check fails any more; after so many milliseconds, what still fails."""
    deadline = time.monotonic() + timeout / 1000
    for pause in itertools.chain(PAUSES_MS, itertools.repeat(PAUSES_MS[-1])):
        try:
            check()
            return
        except (AssertionError, Error):  # the page may be on its way to another address
            if time.monotonic() > deadline:
                raise
        page.wait_for_timeout(pause)
