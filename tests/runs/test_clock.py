"""The wall clock is set back or forward: nobody is taken for dead, nobody waits, and workers still come in."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from distributed import Scheduler

from dlcore.access import OPERATOR, student
from dlcore.runs import Runs, Settings, certificates
from dlcore.runs.cluster import CONFIGURATION
from dlcore.runs.dispatcher import UPKEEP_SECONDS, Dispatcher
from dlcore.runs.silence import SILENT_SECONDS
from dlcore.runs.store import rows
from dlcore.runs.store.dispatch import Dispatch, Elsewhere
from dlcore.runs.store.work import Progress, Work
from tests.runs.hands import OneWorker
from tests.runs.living import NoWorkers, digits
from tests.runs.test_held_database import Clock, _running

DAY = timedelta(days=1)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the store, to be set."""
    clock = Clock()
    clock.now = 2e9
    monkeypatch.setattr(rows, "now", clock)
    return clock


def test_certificates_hold_since_a_day_ago() -> None:
    told = x509.load_pem_x509_certificate(certificates.security().tls_ca_file.encode())
    assert told.not_valid_before_utc < datetime.now(UTC) - DAY
    assert told.not_valid_after_utc > datetime.now(UTC) + 1000 * DAY


@pytest.mark.parametrize("shift", [-DAY, -timedelta(minutes=10), timedelta(0), 365 * DAY])
def test_a_worker_whose_clock_was_set_believes_the_certificate(tmp_path: Path, shift: timedelta) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl verifies at any time, and is not here")
    made = certificates.certify(ec.generate_private_key(ec.SECP256R1()))
    file = tmp_path / "certificate.pem"
    from cryptography.hazmat.primitives.serialization import Encoding

    file.write_bytes(made.public_bytes(Encoding.PEM))
    at = int((datetime.now(UTC) + shift).timestamp())
    told = subprocess.run(
        ["openssl", "verify", "-attime", str(at), "-CAfile", file, file], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr


def test_no_scheduler_gives_workers_up_by_the_wall_clock() -> None:
    import dask

    with dask.config.set(CONFIGURATION):
        assert Scheduler(dashboard=False).worker_ttl is None


@pytest.mark.parametrize("jump", [-600.0, -86_400.0, 600.0, 86_400.0])
def test_a_healthy_run_is_left_alone_and_a_silent_one_is_ended_whatever_the_clock_shows(
    settings: Settings, wall: Clock, jump: float
) -> None:
    own = Clock()
    with Runs(settings) as store:
        dispatcher, hands = Dispatcher(settings, own), OneWorker()
        _run_id, work = _running(store, dispatcher, hands)
        wall.now += jump
        for _second in range(3 * int(settings.hang_seconds)):
            own.now, wall.now = own.now + 1, wall.now + 1
            work.tell(Progress())
            dispatcher._tick(hands)
        assert not hands.killed
        wall.now -= jump
        for _second in range(int(settings.hang_seconds) + 5):
            own.now, wall.now = own.now + 1, wall.now + 1
            dispatcher._tick(hands)
        assert len(hands.killed) == 1


def test_a_clock_that_stands_still_is_no_silence(settings: Settings, wall: Clock) -> None:
    own = Clock()
    with Runs(settings) as store:
        dispatcher, hands = Dispatcher(settings, own), OneWorker()
        _run_id, work = _running(store, dispatcher, hands)
        for _second in range(2 * int(settings.hang_seconds)):
            own.now += 1
            work.tell(Progress())
            dispatcher._tick(hands)
        assert not hands.killed


@pytest.mark.parametrize("jump", [-600.0, 0.0, 600.0])
def test_who_does_not_obey_is_ended_after_its_grace_whatever_the_clock_shows(
    settings: Settings, wall: Clock, jump: float
) -> None:
    own = Clock()
    with Runs(settings) as store:
        dispatcher, hands = Dispatcher(settings, own), OneWorker()
        run_id, work = _running(store, dispatcher, hands)
        store.kill(run_id, OPERATOR)
        wall.now += jump
        dispatcher._tick(hands)
        own.now += settings.grace_seconds - 1
        work.tell(Progress())
        dispatcher._tick(hands)
        assert not hands.killed
        own.now += 2
        dispatcher._tick(hands)
        assert len(hands.killed) == 1


def test_runs_of_another_home_are_judged_by_changes_of_their_heartbeat(
    store: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, settled = Clock(), []
    dispatcher = Dispatcher(store.settings, own)
    beats = {"alive": 5e9, "dead": 5e9, "slow clock": 1.0}
    monkeypatch.setattr(Dispatch, "elsewhere", lambda _: [Elsewhere(name, name, at) for name, at in beats.items()])
    monkeypatch.setattr(Dispatch, "interrupted", lambda _, run_id, token: settled.append(run_id))
    for _look in range(int(SILENT_SECONDS / UPKEEP_SECONDS) + 2):
        own.now += UPKEEP_SECONDS
        beats["alive"] -= 0.5
        beats["slow clock"] += 0.001
        dispatcher._upkeep(NoWorkers())
    assert set(settled) == {"dead"}


def test_an_owners_runs_keep_their_order_when_the_clock_is_set_back(store: Runs, wall: Clock) -> None:
    first = store.submit(digits(1), student("ann"))
    wall.now -= 600
    second = store.submit(digits(1), student("ann"))
    assert [store.status(run_id, OPERATOR).position for run_id in (first, second)] == [1, 2]
    store.pause(first, OPERATOR)
    store.resume(first, OPERATOR)
    assert [store.status(run_id, OPERATOR).position for run_id in (first, second)] == [2, 1]


def test_nobody_waits_for_two_turns_of_another_when_the_clock_is_set_back(store: Runs, wall: Clock) -> None:
    dispatch = Dispatch(store._engine, "test")
    runs = [(owner, store.submit(digits(1), student(owner))) for _turn in range(3) for owner in ("ann", "bob")]
    owners = {run_id: owner for owner, run_id in runs}
    served = []
    for turn in range(6):
        if turn == 1:
            wall.now -= 600
        wall.now += 1
        run_id = dispatch.queue()[0].id
        served.append(owners[run_id])
        token = dispatch.claim(run_id)
        assert token is not None
        Work(store._engine, run_id, token).conclude("finished", Progress(), keep_checkpoint=False)
    assert served in (["ann", "bob"] * 3, ["bob", "ann"] * 3)
