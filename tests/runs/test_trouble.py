"""What goes wrong in one run is said on that run, with its true cause, and the others go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import dlcore
from dlcore.access import ME, OPERATOR, student
from dlcore.i18n import language
from dlcore.runs import Runs, Settings
from dlcore.training.events import EpochEnded, Event, RunFailed, Scores
from tests.runs import troublesome
from tests.runs.living import LONG, digits, pid_of, soon, until_epoch, until_state, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Runs whose workers misbehave where the seed says so; a run may take 1.5 GB."""
    home = tmp_path_factory.mktemp("troubled")
    settings = Settings(
        home=home,
        workers=2,
        memory_limit="1500MB",  # type: ignore[arg-type]
        checkpoint_seconds=0.2,
        grace_seconds=0.5,
        hang_seconds=4,
    )
    with Runs(settings) as runs, (home / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.runs.troublesome"],
            stdin=subprocess.PIPE,
            stderr=log,
            env={**os.environ, **settings.environment()},
            cwd=ROOT,
            start_new_session=True,
        )
        yield runs
        assert process.stdin is not None
        process.stdin.close()
        process.wait(10)


@pytest.fixture
def bystander(troubled: Runs) -> Iterator[str]:
    """A run beside the one in trouble; it must not notice anything."""
    run_id = troubled.submit(digits(epochs=LONG), student("bystander"))
    until_epoch(troubled, run_id, 1)
    yield run_id
    status = troubled.status(run_id, OPERATOR)
    assert (status.state, status.attempt) == ("running", 1)
    until_epoch(troubled, run_id, status.epoch + 1)
    troubled.stop(run_id, OPERATOR)
    until_state(troubled, run_id, "stopped")


def test_a_run_whose_worker_is_killed_says_so_at_once_and_can_go_on(troubled: Runs, bystander: str) -> None:
    experiment = digits(epochs=400)
    run_id = troubled.submit(experiment, ME)
    wait_until(lambda: troubled._artifact(run_id, "checkpoint", OPERATOR))
    os.kill(pid_of(troubled.status(run_id, OPERATOR)), signal.SIGKILL)
    status = until_state(troubled, run_id, "failed", seconds=soon())
    assert status.error is not None
    assert "signal 9" in status.error
    with language("zh_CN"):
        assert "信号 9" in (status.error or "")
    assert isinstance(troubled.events(run_id, OPERATOR)[-1], RunFailed)
    assert troubled.weights(run_id, OPERATOR, "last")
    assert status.resumable

    troubled.resume(run_id, OPERATOR)
    status = until_state(troubled, run_id, "finished", "failed")
    assert (status.state, status.error, status.attempt) == ("finished", None, 2)
    told, here = _measured(troubled.events(run_id, OPERATOR)), _measured(dlcore.train(experiment))
    assert told == here


def _measured(events: Iterable[Event]) -> list[tuple[int, Scores, Scores | None]]:
    return [(event.epoch, event.train, event.validation) for event in events if isinstance(event, EpochEnded)]


def test_a_run_that_holds_the_interpreter_is_ended_after_its_grace(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG, seed=troublesome.HOLD_THE_GIL), ME)
    status = until_state(troubled, run_id, "failed")
    assert status.error is not None
    assert "no sign of life for 4 seconds" in status.error


def test_a_run_that_does_not_obey_is_killed_and_counts_as_stopped(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG), ME)
    pid = pid_of(until_epoch(troubled, run_id, 1))
    os.kill(pid, signal.SIGSTOP)
    troubled.stop(run_id, OPERATOR)
    troubled.kill(run_id, OPERATOR)
    status = until_state(troubled, run_id, "stopped", "failed")
    assert (status.state, status.error) == ("stopped", None)


def test_a_kill_is_a_stop_where_the_run_obeys(troubled: Runs) -> None:
    run_id = troubled.submit(digits(epochs=LONG), ME)
    until_epoch(troubled, run_id, 1)
    troubled.kill(run_id, OPERATOR)
    until_state(troubled, run_id, "stopped")
    assert troubled.weights(run_id, OPERATOR, "last")


def test_a_run_over_its_memory_is_ended_and_says_the_limit(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG, seed=troublesome.EAT_MEMORY), ME)
    status = until_state(troubled, run_id, "failed")
    assert status.error is not None
    assert "more than 1.5 GB of memory" in status.error


def test_a_mistake_in_the_code_shows_a_sentence_and_logs_the_traceback(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG, seed=troublesome.RAISE), ME)
    status = until_state(troubled, run_id, "failed")
    assert status.error is not None
    assert "ZeroDivisionError" in status.error
    assert run_id in status.error
    assert "secret" not in status.error
    log = (troubled.settings.home / "log.txt").read_text()
    assert run_id in log
    assert "Traceback" in log


def test_a_worker_that_ends_by_itself_is_said_how(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG, seed=troublesome.EXIT), ME)
    status = until_state(troubled, run_id, "failed")
    assert status.error is not None
    assert "exit code 7" in status.error


def test_a_run_on_a_machine_whose_clock_is_set_back_goes_on_and_obeys(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG, seed=troublesome.SET_CLOCK), ME)
    until_epoch(troubled, run_id, 10)
    until = time.monotonic() + 2 * troubled.settings.hang_seconds
    wait_until(lambda: time.monotonic() > until)
    status = troubled.status(run_id, OPERATOR)
    assert (status.state, status.attempt) == ("running", 1)
    until_epoch(troubled, run_id, status.epoch + 1)
    troubled.kill(run_id, OPERATOR)
    assert until_state(troubled, run_id, "stopped", "failed").error is None
