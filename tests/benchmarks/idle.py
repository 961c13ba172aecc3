"""What an app costs that nobody uses: the share of a core, how often it wakes the processor, and memory.

Shares are the processor's seconds over a minute, so that other load on the machine does not count. Of memory, `own` is
what would be free without that process; the rest of what a worker shows in a list of processes it shares with the
fork server and the other workers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.benchmarks.base import Row
from tests.benchmarks.click import served, until_idle

TITLE = "An idle app: a server, a dispatcher, two workers"
SECONDS = 60.0
MOST_PERCENT = 1.5
MEGABYTE = 1e6

# What a process is, by a word of its command; a worker that is a copy has the command of what it was copied from.
KINDS = {"streamlit": "server", "dlcore.runs.dispatcher": "dispatcher", "spawn_main": "worker", "forkserver": "worker"}


def measure(_repeats: int) -> list[Row]:
    with served() as app:
        assert app.process is not None
        while workers(app.process.pid) < 2:
            time.sleep(0.5)
        until_idle(app)
        root = psutil.Process(app.process.pid)
        processes = {each: kind(each) for each in (root, *root.children(recursive=True))}
        before = {each: (seconds_of(each), wakes_of(each)) for each in processes}
        time.sleep(SECONDS)
        spent = {each: seconds_of(each) - before[each][0] for each in processes}
        woken = {each: wakes_of(each) - before[each][1] for each in processes}
        return list(rows(processes, spent, woken))


def rows(
    processes: dict[psutil.Process, str], spent: dict[psutil.Process, float], woken: dict[psutil.Process, int]
) -> Iterator[Row]:
    share = 100 * sum(spent.values()) / SECONDS
    yield Row("all: share of a core", share, "%", None, f"≤ {MOST_PERCENT} %", share <= MOST_PERCENT)
    yield Row("all: wake-ups", sum(woken.values()) / SECONDS, "/s")
    for process, name in processes.items():
        if name == "other":
            continue
        used = process.memory_full_info()
        yield Row(f"{name}: share of a core", 100 * spent[process] / SECONDS, "%")
        yield Row(f"{name}: wake-ups", woken[process] / SECONDS, "/s")
        yield Row(f"{name}: memory of its own", used.uss / MEGABYTE, "MB")
        yield Row(f"{name}: memory in use, what is shared counted in full", used.rss / MEGABYTE, "MB")
    loaded = [process for process, name in processes.items() if name in ("worker", "fork server")]
    own = sum(process.memory_full_info().uss for process in loaded)
    yield Row("workers and what they are copied from: memory of their own", own / MEGABYTE, "MB")


def kind(process: psutil.Process) -> str:
    """What a process is for: a copy's parent is no dispatcher."""
    command = " ".join(process.cmdline())
    found = next((name for word, name in KINDS.items() if word in command), "other")
    if found == "worker" and "forkserver" in command and "forkserver" not in " ".join(process.parent().cmdline()):
        return "fork server"
    return found


def workers(pid: int) -> int:
    """How many there are already."""
    return sum(kind(each) == "worker" for each in psutil.Process(pid).children(recursive=True))


def seconds_of(process: psutil.Process) -> float:
    """Of a processor, in all."""
    used = process.cpu_times()
    return float(used.user + used.system)


def wakes_of(process: psutil.Process) -> int:
    """How often any of its threads has gone to rest, and so was woken."""
    lines = [
        line
        for thread in process.threads()
        for line in Path(f"/proc/{process.pid}/task/{thread.id}/status").read_text().splitlines()
    ]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
