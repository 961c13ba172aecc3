"""Runs, what may befall them, and what must be true of them after that."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from dlcore.access import OPERATOR, student
from dlcore.errors import RunError
from dlcore.runs import Runs
from dlcore.runs.status import Status
from tests.force import ledger
from tests.force.figures import Figure, Note
from tests.force.undisturbed import undisturbed
from tests.runs.elsewhere import Elsewhere
from tests.runs.living import PATIENCE, digits, dispatcher_of, numbers_told, pid_of, soon
from tests.runs.relay import CUTS, Relay

EPOCHS = 40  # of a run: some tenths of a second
SEEDS = 5  # that runs have in turn
DISPATCHERS = 4  # killed in one test: a new one is started later each time
SCHEDULERS = 4  # … and restarted: with it, all workers begin anew
CUT_SECONDS = 6.0  # at most
PAUSE_SECONDS = (0.2, 1.5)  # between two blows

Blow = Callable[[], None]


class Chaos:
    """Runs, and what may befall them."""

    def __init__(self, runs: Runs, moments: random.Random) -> None:
        self.runs, self.moments = runs, moments
        self.blows = 0
        self._dispatchers = DISPATCHERS

    def training(self) -> str | None:
        """A run that trains now."""
        found = [each.id for each in self.runs.list(OPERATOR) if each.state == "running" and each.worker]
        return self.moments.choice(found) if found else None

    def kill_a_worker(self) -> None:
        if run_id := self.training():
            with suppress(ProcessLookupError, AssertionError):  # it has just ended
                os.kill(pid_of(self.runs.status(run_id, OPERATOR)), signal.SIGKILL)

    def pause_a_run(self) -> None:
        if run_id := self.training():
            with suppress(RunError):  # it has just ended
                self.runs.pause(run_id, OPERATOR)

    def kill_the_dispatcher(self) -> None:
        """And, where the scheduler lives in it, the scheduler with all its workers."""
        dispatcher = dispatcher_of(self.runs.settings.home)
        if dispatcher is not None and self._dispatchers:
            self._dispatchers -= 1
            dispatcher.kill()

    def blows_here(self) -> list[Blow]:
        """What may befall runs wherever they train."""
        return [self.kill_a_worker, self.pause_a_run, self.kill_the_dispatcher]

    def until_all_have_finished(self, seeds: dict[str, int], blows: list[Blow]) -> None:
        """Strike while any run is under way; who was paused or lost its worker is asked to go on.

        One that was killed before its first checkpoint cannot: its owner trains another in its place.
        """
        deadline = time.monotonic() + soon(PATIENCE * 5)
        while under_way := [each for each in self.runs.list(OPERATOR) if each.id in seeds and not _is_over(each)]:
            assert time.monotonic() < deadline, f"not finished: {under_way}"
            for each in under_way:
                if each.resumable:
                    self.runs.resume(each.id, OPERATOR)
            self.moments.choice(blows)()
            self.blows += 1
            time.sleep(self.moments.uniform(*PAUSE_SECONDS))
        if failed := [each for each in self.runs.list(OPERATOR) if each.id in seeds and each.state == "failed"]:
            again = {submit(self.runs, seeds[each.id]): seeds[each.id] for each in failed}
            self.until_all_have_finished(again, blows)
            seeds |= again


class ChaosElsewhere(Chaos):
    """The same where somebody else keeps the scheduler, behind a network that can be cut."""

    def __init__(self, runs: Runs, moments: random.Random, elsewhere: Elsewhere, relay: Relay) -> None:
        super().__init__(runs, moments)
        self._elsewhere, self._relay = elsewhere, relay
        self.restarts = self.cuts = 0

    def restart_the_scheduler(self) -> None:
        if self.restarts < SCHEDULERS:
            self.restarts += 1
            self._elsewhere.restart_scheduler()

    def cut_the_network(self) -> None:
        self.cuts += 1
        self._relay.cut(self.moments.choice(CUTS))
        time.sleep(self.moments.uniform(0, CUT_SECONDS))
        self._relay.mend()

    def blows_here(self) -> list[Blow]:
        return [*super().blows_here(), self.restart_the_scheduler, self.cut_the_network]


def _is_over(status: Status) -> bool:
    return status.ended and not status.resumable


def submit(runs: Runs, seed: int) -> str:
    """A short run of one of ten students."""
    return runs.submit(digits(EPOCHS, seed), student(f"student {len(runs.list(OPERATOR)) % 10}"))


def check(runs: Runs, seeds: dict[str, int], note: Note, blows: int, *, handed_on: bool) -> None:
    """Each was executed once, and tells what it tells undisturbed: all of it where it finished, else a part, once."""
    twice = ledger.double_executions(ledger.changes(runs), handed_on=handed_on)
    note(Figure(4, "double executions", (float(len(twice)),), "", 0, "all", len(seeds), "chaos runs"))
    note(Figure(4, "… blows dealt to them", (float(blows),), "", None, "all", len(seeds), "chaos runs"))
    assert twice == []
    for run_id, seed in seeds.items():
        told, alone = numbers_told(runs.events(run_id, OPERATOR)), undisturbed(digits(EPOCHS, seed)).numbers
        status = runs.status(run_id, OPERATOR)
        assert (told == alone) == (status.state == "finished"), status
        assert [each for each in alone if each in set(told)] == told, status
