"""The network between the app and a scheduler elsewhere is cut, in every way in which it can be."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import dask
import pytest

from dlcore.access import ME, OPERATOR
from dlcore.runs import Settings
from dlcore.runs import open as open_runs
from dlcore.runs.cluster import CONFIGURATION
from dlcore.runs.heartbeat import FILE
from dlcore.runs.remote_workers import RemoteWorkers
from tests.runs import server as postgresql
from tests.runs.elsewhere import Elsewhere, lent
from tests.runs.living import LONG, digits, soon, until_epoch, until_state, wait_until
from tests.runs.relay import CUTS, Cut, Relay
from tests.runs.test_scheduler_elsewhere import check_epochs

pytestmark = [pytest.mark.serial, pytest.mark.slow, pytest.mark.timeout(1200)]

BACK_SECONDS = 15.0  # after the network is there again, so are the places
ROUND_SECONDS = 5.0  # that one question of the dispatcher may take
AWAY_SECONDS = 8.0  # longer than Dask and the dispatcher wait for an answer


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    with lent(tmp_path_factory.mktemp("elsewhere"), workers=1) as cluster:
        yield cluster


@pytest.fixture
def relay(elsewhere: Elsewhere) -> Iterator[Relay]:
    """Between the app and the scheduler; the workers are on its other side."""
    with closing(Relay(elsewhere.port)) as carried:
        yield carried


@pytest.fixture
def workers(elsewhere: Elsewhere, relay: Relay, tmp_path: Path) -> Iterator[RemoteWorkers]:
    """What the dispatcher has of them."""
    with dask.config.set(CONFIGURATION | elsewhere.configuration):
        yield RemoteWorkers(Settings(home=tmp_path, scheduler=f"tls://127.0.0.1:{relay.port}"))


def longest_round(workers: RemoteWorkers, seconds: float) -> float:
    """Ask as the dispatcher does for so long; no worker may be seen. Returns the seconds that the longest took."""
    ends, moments = time.monotonic() + seconds, [time.monotonic()]
    while moments[-1] < ends:
        seen = workers.slots(), workers.workers()
        assert len(moments) < 3 or seen == (0, [])
        time.sleep(0.05)
        moments.append(time.monotonic())
    return max(after - before for before, after in pairwise(moments))


@pytest.mark.parametrize("how", CUTS)
def test_while_the_network_is_cut_there_is_no_place_and_soon_after_all_are_back(
    workers: RemoteWorkers, relay: Relay, how: Cut
) -> None:
    wait_until(lambda: workers.slots() == 1, "the worker")
    relay.cut(how)
    assert longest_round(workers, AWAY_SECONDS) < soon(ROUND_SECONDS)
    relay.mend()
    wait_until(lambda: workers.slots() == 1 and workers.workers(), "the worker", soon(BACK_SECONDS))


def test_many_cuts_leave_no_thread_behind(workers: RemoteWorkers, relay: Relay) -> None:
    begun = 0
    for times in range(3):
        for how in CUTS:
            wait_until(lambda: workers.slots() == 1, "the worker")
            relay.cut(how)
            wait_until(lambda: workers.slots() == 0, "the cut")
            relay.mend()
        begun = begun if times else threading.active_count()  # the first time, threads begin that are used again
    assert threading.active_count() <= begun + 1, threading.enumerate()


def test_a_dispatcher_that_begins_while_the_network_is_cut_has_its_workers_once_it_is_there(
    elsewhere: Elsewhere, relay: Relay, tmp_path: Path
) -> None:
    relay.cut("drops")
    with dask.config.set(CONFIGURATION | elsewhere.configuration):
        workers = RemoteWorkers(Settings(home=tmp_path, scheduler=f"tls://127.0.0.1:{relay.port}"))
        assert workers.slots() == 0
        relay.mend()
        wait_until(lambda: workers.slots() == 1, "the worker", soon(BACK_SECONDS))


@pytest.mark.parametrize("how", [pytest.param("drops", marks=pytest.mark.long), "is silent",
                                 pytest.param("refuses", marks=pytest.mark.long)])  # fmt: skip
def test_what_trained_through_a_cut_goes_on_and_the_dispatcher_never_stands_still(
    elsewhere: Elsewhere, relay: Relay, server: postgresql.Server, monkeypatch: pytest.MonkeyPatch, how: Cut
) -> None:
    for name, value in elsewhere.tls.items():
        monkeypatch.setenv(name, value)
    place = elsewhere.folder
    settings = Settings(home=place / "home", database_url=server.new_database(),
                        scheduler=f"tls://127.0.0.1:{relay.port}", artifacts_url=f"file://{place}/artifacts",
                        checkpoint_seconds=0.3)  # fmt: skip
    with open_runs(settings) as runs:
        run_id = runs.submit(digits(epochs=LONG), ME)
        until_epoch(runs, run_id, 2)
        relay.cut(how)
        assert _longest_silence(settings.home, AWAY_SECONDS) < soon(ROUND_SECONDS)
        epoch = runs.status(run_id, OPERATOR).epoch
        relay.mend()
        until_epoch(runs, run_id, epoch + 3, soon(BACK_SECONDS * 2))
        runs.stop(run_id, OPERATOR)
        assert until_state(runs, run_id, "stopped").error is None
        check_epochs(runs, run_id)


def _longest_silence(home: Path, seconds: float) -> float:
    """For how long, at most, the dispatcher gave no sign of life within so many seconds."""
    ends, longest = time.monotonic() + seconds, 0.0
    while time.monotonic() < ends:
        longest = max(longest, time.time() - (home / FILE).stat().st_mtime)
        time.sleep(0.05)
    return longest
