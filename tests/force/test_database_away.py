"""PostgreSQL is stopped and started under load: pages say so and come back, and no run loses anything."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from dlcore.access import OPERATOR, student
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.force.figures import Figure, Note
from tests.force.sessions import Session, new_cookie
from tests.force.undisturbed import undisturbed
from tests.runs import server as postgresql
from tests.runs.living import digits, numbers_told, until_state, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1200)]

STOPS, AWAY_SECONDS = 5, 3.0
RUNS, EPOCHS = 4, 3_000
WORDS = "does not answer"


def test_while_postgresql_is_away_pages_say_so_and_when_it_is_back_nothing_is_lost(
    tmp_path: Path, server: postgresql.Server, note: Note
) -> None:
    url = server.new_database()
    app = Served(tmp_path / "home", variables={"DLCORE_DATABASE_URL": url})
    app.home.mkdir()
    app.start()
    silent, back = 0, []
    with Runs(Settings(home=app.home, database_url=url)) as runs:
        ids = [runs.submit(digits(EPOCHS, n), student(f"student {n}")) for n in range(RUNS)]
        session = Session(app, new_cookie(app))
        session.open("runs")
        for _stop in range(STOPS):
            wait_until(lambda: any(runs.status(each, OPERATOR).state == "running" for each in ids), "a run to train")
            server.stop()
            away_since = time.monotonic()
            session.rerun()
            silent += int(
                WORDS not in session.said or httpx.get(f"{app.address}/health", timeout=60).status_code != 503
            )
            time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - away_since)))
            server.start()
            back.append(_seconds_until_back(session))
        for each in ids:
            status = until_state(runs, each, "finished", "failed")
            assert (status.state, status.error) == ("finished", None)
        lost = sum(_differs(runs, each, n) for n, each in enumerate(ids))
    session.close()
    app.stop()
    note(Figure(0, "PostgreSQL is started again until pages are whole", tuple(back), "s", 10, of="stops"))
    note(Figure(0, "… pages or health that said nothing of it", (float(silent),), "", 0, "all", STOPS, "stops"))
    note(Figure(0, "… runs that lost something", (float(lost),), "", 0, "all", RUNS, "runs"))
    assert (silent, lost) == (0, 0)


def _seconds_until_back(session: Session) -> float:
    began = time.monotonic()
    wait_until(lambda: (session.rerun(), WORDS not in session.said and not session.exceptions)[1], "the page")
    return time.monotonic() - began


def _differs(runs: Runs, run_id: str, seed: int) -> bool:
    return numbers_told(runs.events(run_id, OPERATOR)) != undisturbed(digits(EPOCHS, seed)).numbers
