"""The app and its dispatcher end in every way there is: nothing runs on, nothing is lost, everything goes on."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

import dlcore
from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings, embedded
from dlcore.runs import open as open_runs
from tests.runs.living import (
    LONG,
    digits,
    dispatcher_of,
    numbers_told,
    pid_of,
    processes_of,
    until_epoch,
    until_nothing_runs,
    until_state,
    wait_until,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

APP = """
import sys, time
from dlcore.access import ME
from dlcore.runs import Settings, open
from tests.runs.living import digits, until_epoch
runs = open(Settings())
run_id = runs.submit(digits(epochs=int(sys.argv[1])), ME)
until_epoch(runs, run_id, 3)
print(run_id, flush=True)
time.sleep(600)
"""


def _app(settings: Settings, epochs: int) -> tuple[subprocess.Popen[str], str]:
    """An app that trains, and the id of its run, which has come to epoch 3."""
    app = subprocess.Popen(
        [sys.executable, "-c", APP, str(epochs)],
        env={**os.environ, **settings.environment(), "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert app.stdout is not None
    return app, app.stdout.readline().strip()


@pytest.mark.parametrize("hung", [False, True], ids=["working", "hung"])
def test_when_the_app_is_killed_nothing_runs_on_and_its_run_goes_on_after_the_restart(
    settings: Settings, hung: bool
) -> None:
    settings = settings.model_copy(update={"workers": 1, "checkpoint_seconds": 0.2})
    experiment = digits(epochs=400)
    app, run_id = _app(settings, epochs=400)
    with Runs(settings) as runs:
        before = runs.status(run_id, OPERATOR)
        if hung:
            os.kill(pid_of(before), signal.SIGSTOP)
    app.kill()
    app.wait()
    until_nothing_runs(settings.home)
    with open_runs(settings) as runs:
        wait_until(
            lambda: runs.status(run_id, OPERATOR).state != "running" or runs.status(run_id, OPERATOR).attempt > 1,
            seconds=30,
        )
        status = until_state(runs, run_id, "finished", "failed")
        assert (status.state, status.error) == ("finished", None)
        assert status.epoch >= before.epoch
        assert status.note is not None
        assert "goes on from its last checkpoint" in status.note
        assert numbers_told(runs.events(run_id, OPERATOR)) == numbers_told(dlcore.train(experiment))
    until_nothing_runs(settings.home)


def test_a_dispatcher_that_dies_is_replaced_while_the_app_lives(settings: Settings) -> None:
    settings = settings.model_copy(update={"workers": 1, "checkpoint_seconds": 0.2})
    with open_runs(settings) as runs:
        run_id = runs.submit(digits(epochs=LONG), ME)
        epoch = until_epoch(runs, run_id, 2).epoch
        dispatcher = dispatcher_of(settings.home)
        assert dispatcher is not None
        dispatcher.kill()
        until_epoch(runs, run_id, epoch + 2)
        status = wait_until(lambda: runs.status(run_id, OPERATOR).attempt == 2 and runs.status(run_id, OPERATOR))
        assert status.state == "running"
    with Runs(settings) as runs:  # closed politely: it waits where it stood, without having lost anything
        status = runs.status(run_id, OPERATOR)
        assert status.state == "queued"
        assert runs._artifact(run_id, "checkpoint", OPERATOR)


def test_a_home_has_one_dispatcher(settings: Settings) -> None:
    with open_runs(settings), open_runs(settings):
        wait_until(lambda: dispatcher_of(settings.home) and not embedded.is_free(settings.home))
        second = embedded.start(settings)
        assert second.wait(30) == 3
        ours = [p for p in processes_of(settings.home) if p.cmdline()[-1:] == ["dlcore.runs.dispatcher"]]
        assert len(ours) == 1


def test_nothing_listens_beyond_this_machine_and_strangers_are_refused(settings: Settings) -> None:
    settings = settings.model_copy(update={"workers": 1})
    with open_runs(settings) as runs:
        until_epoch(runs, runs.submit(digits(epochs=LONG), ME), 1)
        listening = [
            connection.laddr
            for process in processes_of(settings.home)
            for connection in process.net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening
        assert {address.ip for address in listening} <= {"127.0.0.1", "::1"}
        stranger = ssl.create_default_context()
        stranger.check_hostname, stranger.verify_mode = False, ssl.CERT_NONE
        for address in listening:
            assert not _answers(address.ip, address.port, stranger), address


def _answers(host: str, port: int, context: ssl.SSLContext) -> bool:
    """Whether somebody without this installation's certificate gets a word out of whoever listens."""
    try:
        with socket.create_connection((host, port), timeout=5) as plain, context.wrap_socket(plain) as wrapped:
            wrapped.settimeout(5)
            return bool(wrapped.recv(1))
    except OSError:
        return False
