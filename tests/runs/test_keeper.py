"""Who keeps the dispatcher alive: it goes on without file handles, replaces what hangs, and is told of in health."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings, embedded, heartbeat
from dlcore.runs import open as open_runs
from dlcore.runs.awake_clock import AwakeClock
from dlcore.runs.dispatcher import Dispatcher
from dlcore.runs.heartbeat import Heartbeat, HeartbeatWatch, Replaced
from tests.runs.hands import OneWorker
from tests.runs.living import LONG, digits, dispatcher_of, processes_of, soon, until_epoch, wait_until
from tests.runs.test_held_database import Clock

ROOT = Path(__file__).parents[2]

# An app without a free file handle while its dispatcher dies. It tells the ids of the two dispatchers.
WITHOUT_HANDLES = """
import os, resource, time
from dlcore.runs import Settings
from dlcore.runs.embedded import EmbeddedDispatcher
from dlcore.runs.heartbeat import HeartbeatWatch
settings = Settings()
os.makedirs(settings.home)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
keeper, watch = EmbeddedDispatcher(settings), HeartbeatWatch(settings.home)
def pid(other=None):
    while True:
        beat = watch.look()
        if beat and beat.pid not in (None, other) and not beat.starting:
            return beat.pid
        time.sleep(0.1)
first = pid()
handles = []
try:
    while True:
        handles.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    print(error.errno, flush=True)
os.kill(first, 9)
time.sleep(3)
print(keeper._said, flush=True)
for handle in handles:
    os.close(handle)
print(first, pid(first), flush=True)
keeper.close()
"""


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_dispatcher_is_started_again_when_file_handles_are_free_again(settings: Settings) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_HANDLES], env={**os.environ, **settings.environment(), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True, timeout=soon(120),
    )  # fmt: skip
    number, said, pids = ended.stdout.splitlines()
    assert number == "24"
    assert "Too many open files" in said
    first, second = pids.split()
    assert first != second
    wait_until(lambda: not processes_of(settings.home), "nothing to run on", soon(30))


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("whose", ["own", "another's"])
def test_a_dispatcher_that_hangs_is_replaced_and_does_not_come_back(settings: Settings, whose: str) -> None:
    settings = settings.model_copy(update={"workers": 1, "checkpoint_seconds": 0.2})
    other = None
    if whose != "own":
        Runs(settings).close()
        other = embedded.start(settings)
        wait_until(lambda: not embedded.is_free(settings.home))
    with open_runs(settings) as runs:
        run_id = runs.submit(digits(epochs=LONG), ME)
        epoch = until_epoch(runs, run_id, 2).epoch
        first = wait_until(lambda: dispatcher_of(settings.home))
        os.kill(first.pid, signal.SIGSTOP)
        # 45 s from when it was stopped, more where the machine is loaded
        wait_until(lambda: (found := dispatcher_of(settings.home)) and found.pid != first.pid, "another", soon(45))
        if other is not None:
            other.wait()
        with pytest.raises(ProcessLookupError):
            os.kill(first.pid, signal.SIGCONT)
        status = until_epoch(runs, run_id, epoch + 2)
        status = wait_until(lambda: runs.status(run_id, OPERATOR).attempt == 2 and runs.status(run_id, OPERATOR))
        assert status.state == "running"
        serving = [each for each in processes_of(settings.home) if "dlcore.runs.dispatcher" in _command(each)]
        assert len(serving) == 1


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_a_dispatcher_that_was_replaced_while_it_was_stopped_touches_nothing(store: Runs) -> None:
    clock, hands = Clock(), OneWorker()
    first, second = (Heartbeat(store.settings.home, clock) for _each in range(2))
    run_id = store.submit(digits(1), ME)
    dispatcher = Dispatcher(store.settings)
    clock.now += 60
    with pytest.raises(Replaced):
        dispatcher.serve(hands, first)
    assert not hands.given
    assert store.status(run_id, OPERATOR).attempt == 0
    second.beat()


def test_silence_is_what_was_heard_while_one_listened(tmp_path: Path) -> None:
    clock, own = Clock(), Clock()
    beating, watch = Heartbeat(tmp_path, clock), HeartbeatWatch(tmp_path, own)

    def pass_time(seconds: float, *, beats: bool) -> None:
        own.now += seconds
        clock.now += seconds
        if beats:
            beating.beat()
        watch.look()

    pass_time(2, beats=True)
    for _each in range(50):
        pass_time(2, beats=True)
        assert not watch.is_hung
    pass_time(heartbeat.HUNG_SECONDS - 1, beats=False)
    assert not watch.is_hung
    pass_time(2, beats=False)
    assert watch.is_hung
    pass_time(2, beats=True)
    assert not watch.is_hung


def test_who_was_stopped_itself_does_not_count_that_time() -> None:
    monotonic = Clock()
    awake = AwakeClock(monotonic)
    begun = awake()
    for _each in range(10):
        monotonic.now += 0.5
        awake()
    assert awake() - begun == pytest.approx(5)
    monotonic.now += 3600  # stopped, or the lid was closed
    assert awake() - begun <= 6


def test_a_heartbeat_needs_no_room_for_more_than_its_first_beat(tmp_path: Path) -> None:
    clock, watch = Clock(), HeartbeatWatch(tmp_path)
    beating = Heartbeat(tmp_path, clock)
    clock.now += 2
    beating.beat()
    before = watch.look()
    tmp_path.joinpath(heartbeat.FILE).chmod(0o400)
    clock.now += 2
    beating.beat()
    assert watch.look() != before
    assert before is not None
    assert before.pid == os.getpid()


def test_a_keeper_goes_on_after_an_error_of_any_kind_and_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.home.mkdir()
    errors = [OSError(24, "Too many open files"), BlockingIOError(11, "no more processes"), MemoryError()]
    tried: list[Exception] = []

    def refuse(_settings: Settings) -> None:
        tried.append(errors[len(tried) % len(errors)])
        raise tried[-1]

    monkeypatch.setattr(embedded, "start", refuse)
    monkeypatch.setattr(embedded, "MOST_SECONDS_BETWEEN_STARTS", 0.1)
    monkeypatch.setattr(embedded, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(embedded, "STARTING_SECONDS", 0.5)
    keeper = embedded.EmbeddedDispatcher(settings)
    try:
        wait_until(lambda: len(tried) > 3)
        told = wait_until(keeper.trouble)
        assert str(settings.home) in str(told)
    finally:
        keeper.close()


def test_a_dispatcher_goes_on_when_its_own_file_handles_are_free_again(store: Runs) -> None:
    dispatcher, hands = Dispatcher(store.settings), OneWorker()
    serving = threading.Thread(target=dispatcher.serve, args=(hands, Heartbeat(store.settings.home)))
    hands.broken = True
    run_id = store.submit(digits(1), ME)
    serving.start()
    try:
        wait_until(lambda: store.status(run_id, OPERATOR).attempt == 1)
        hands.broken = False
        wait_until(lambda: hands.given)
        assert store.status(run_id, OPERATOR).state == "running"
    finally:
        dispatcher.stop()
        serving.join()
