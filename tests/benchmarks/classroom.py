"""How large a machine a class wants: so many learners open the Studio, and each presses Train within a minute.

Sessions are those of `tests/force/sessions.py`: a cookie and a websocket each, without a browser.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil

from dlcore.access import OPERATOR
from dlcore.runs import Runs, Settings
from tests.benchmarks.base import Row
from tests.benchmarks.click import served, until_idle
from tests.browser.conftest import Served
from tests.force.figures import percentile_95
from tests.force.sessions import Session, new_cookie
from tests.runs.living import wait_until

TITLE = "A class: each opens the Studio and presses Train once within a minute (digits MLP, 2 workers)"
LEARNERS = (1, 10, 30)
WITHIN_SECONDS = 60.0


def measure(repeats: int) -> list[Row]:
    """Once each, whatever `repeats` says: a class takes minutes."""
    return [row for learners in LEARNERS for row in of_class(learners)]


def of_class(learners: int) -> Iterator[Row]:
    with served() as app, Runs(Settings(home=app.home)) as runs:
        wait_until(lambda: all(each.ended for each in runs.list(OPERATOR)), "the examples")
        until_idle(app)
        known = {each.id for each in runs.list(OPERATOR)}
        opened = [Session(app, new_cookie(app)) for _learner in range(learners)]
        drawn = [each.open() for each in opened]
        yield Row(f"{learners} learners: the server's own memory", own_megabytes(app), "MB")
        yield Row("… the Studio is drawn, 95th percentile, one after the other", percentile_95(drawn), "s")
        began = time.monotonic()
        with ThreadPoolExecutor(learners) as pool:
            pressed = list(pool.map(press_some_time, opened, range(learners)))
        yield Row("… Train until all of the page is drawn, 95th percentile", percentile_95(pressed), "s")

        def ended() -> bool:
            ours = [each for each in runs.list(OPERATOR) if each.id not in known]
            return len(ours) == learners and all(each.ended for each in ours)

        wait_until(ended, "the runs of all")
        yield Row("… until everybody's run has ended", time.monotonic() - began, "s")
        for each in opened:
            each.close()


def press_some_time(session: Session, seed: int) -> float:
    """Press Train at some moment of the minute; the seconds until the page is drawn."""
    time.sleep(random.Random(seed).uniform(0, WITHIN_SECONDS))
    return session.press("Train")


def own_megabytes(app: Served) -> float:
    """What the server alone holds of memory."""
    assert app.process is not None
    return psutil.Process(app.process.pid).memory_full_info().uss / 1e6
