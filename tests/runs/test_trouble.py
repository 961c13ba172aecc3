"""What goes wrong in one run is said on that run, with its true cause, and the others go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dlcore
from dlcore.i18n import language
from dlcore.runs import Runs, Settings
from dlcore.training.events import EpochEnded, RunFailed
from tests.runs import troublesome
from tests.runs.living import LONG, digits, pid_of, until_epoch, until_state, wait_until

pytestmark = [pytest.mark.serial, pytest.mark.slow]

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
    run_id = troubled.submit(digits(epochs=LONG), owner="bystander")
    until_epoch(troubled, run_id, 1)
    yield run_id
    status = troubled.status(run_id)
    assert (status.state, status.attempt) == ("running", 1)
    until_epoch(troubled, run_id, status.epoch + 1)
    troubled.stop(run_id)
    until_state(troubled, run_id, "stopped")


def test_a_worker_killed_from_outside_is_said_to_be(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG))
    status = until_epoch(troubled, run_id, 20)
    wait_until(lambda: troubled._artifact(run_id, "last", None))
    os.kill(pid_of(status), signal.SIGKILL)
    status = until_state(troubled, run_id, "failed", seconds=5)
    assert status.error is not None
    assert "signal 9" in status.error
    events = troubled.events(run_id)
    assert isinstance(events[-1], RunFailed)
    epochs = [event.epoch for event in events if isinstance(event, EpochEnded)]
    assert epochs == list(range(status.epoch + 1))
    assert troubled.weights(run_id, "last")
    with language("zh_CN"):
        assert "信号 9" in (status.error or "")


def test_a_run_that_lost_its_worker_can_go_on_from_its_checkpoint(troubled: Runs) -> None:
    experiment = digits(epochs=300)
    run_id = troubled.submit(experiment)
    wait_until(lambda: troubled._artifact(run_id, "checkpoint", None))
    os.kill(pid_of(troubled.status(run_id)), signal.SIGKILL)
    assert until_state(troubled, run_id, "failed").resumable
    troubled.resume(run_id)
    status = until_state(troubled, run_id, "finished", "failed")
    assert (status.state, status.error, status.attempt) == ("finished", None, 2)
    told = [event for event in troubled.events(run_id) if isinstance(event, EpochEnded)]
    here = [event for event in dlcore.train(experiment) if isinstance(event, EpochEnded)]
    assert [event.validation for event in told] == [event.validation for event in here]


def test_a_run_that_holds_the_interpreter_is_ended_after_its_grace(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG, seed=troublesome.HOLD_THE_GIL))
    status = until_state(troubled, run_id, "failed")
    assert status.error is not None
    assert "no sign of life for 4 seconds" in status.error


def test_a_run_that_stands_still_is_ended_after_its_grace(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG))
    os.kill(pid_of(until_epoch(troubled, run_id, 1)), signal.SIGSTOP)
    status = until_state(troubled, run_id, "failed")
    assert status.error is not None
    assert "no sign of life" in status.error


def test_a_run_that_does_not_obey_is_killed_and_counts_as_stopped(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG))
    pid = pid_of(until_epoch(troubled, run_id, 1))
    os.kill(pid, signal.SIGSTOP)
    troubled.stop(run_id)
    troubled.kill(run_id)
    status = until_state(troubled, run_id, "stopped", "failed")
    assert (status.state, status.error) == ("stopped", None)


def test_a_kill_is_a_stop_where_the_run_obeys(troubled: Runs) -> None:
    run_id = troubled.submit(digits(epochs=LONG))
    until_epoch(troubled, run_id, 1)
    troubled.kill(run_id)
    until_state(troubled, run_id, "stopped")
    assert troubled.weights(run_id, "last")


def test_a_run_over_its_memory_is_ended_and_says_the_limit(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG, seed=troublesome.EAT_MEMORY))
    status = until_state(troubled, run_id, "failed")
    assert status.error is not None
    assert "more than 1.5 GB of memory" in status.error


def test_a_mistake_in_the_code_shows_a_sentence_and_logs_the_traceback(troubled: Runs, bystander: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG, seed=troublesome.RAISE))
    status = until_state(troubled, run_id, "failed")
    assert status.error is not None
    assert "ZeroDivisionError" in status.error
    assert run_id in status.error
    assert "secret" not in status.error
    log = (troubled.settings.home / "log.txt").read_text()
    assert run_id in log
    assert "Traceback" in log


@pytest.mark.parametrize(
    ("seed", "cause"), [(troublesome.SEGFAULT, "signal 11 (SIGSEGV)"), (troublesome.EXIT, "exit code 7")]
)
def test_a_worker_that_ends_by_itself_is_said_how(troubled: Runs, bystander: str, seed: int, cause: str) -> None:
    run_id = troubled.submit(digits(epochs=LONG, seed=seed))
    status = until_state(troubled, run_id, "failed")
    assert status.error is not None
    assert cause in status.error
