"""What listens while a class trains on a server that is open to the network: beyond this machine the web port."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import psutil
import pytest

from dlcore.access import OPERATOR, student
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.force.figures import Figure, Note
from tests.runs.living import LONG, digits, processes_of, until_epoch

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1200)]


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_nothing_but_the_web_port_is_reached_from_beyond_this_machine(tmp_path: Path, note: Note, address: str) -> None:
    app = Served(tmp_path / "home", ["--address", address])
    app.home.mkdir()
    app.start()
    with Runs(Settings(home=app.home)) as runs:
        for n in range(2):
            until_epoch(runs, runs.submit(digits(epochs=LONG), student(f"student {n}")), 1)
        open_to_others = beyond_loopback(app.home)
        listening = sockets(app.home)
        for each in runs.list(OPERATOR):
            runs.delete(each.id, OPERATOR)
    app.stop()
    others = open_to_others - {app.port}
    note(Figure(9, "sockets beyond loopback but the web port", (float(len(others)),), "", 0, "all",
                len(listening), "sockets"))  # fmt: skip
    assert open_to_others == ({app.port} if address == "0.0.0.0" else set())
    assert len(listening) > 2  # the scheduler and its workers are among them


def sockets(home: Path) -> list[tuple[str, int]]:
    """Where any process of a home waits for what comes, over TCP or UDP."""
    found = []
    for process in processes_of(home):
        for each in process.net_connections(kind="inet"):
            if each.laddr and (
                each.status == psutil.CONN_LISTEN or (each.status == psutil.CONN_NONE and not each.raddr)
            ):
                found.append((each.laddr.ip, each.laddr.port))
    return found


def beyond_loopback(home: Path) -> set[int]:
    """The ports that other machines may reach."""
    return {port for address, port in sockets(home) if not ipaddress.ip_address(address).is_loopback}
