"""Which worker gets what: no run is given where another is in hand, and none is ended for another's silence."""

from __future__ import annotations

import time
from concurrent import futures
from typing import Any

import pytest

from dlcore.access import ME
from dlcore.runs import Runs, Settings
from dlcore.runs.cluster import Cluster
from dlcore.runs.dispatcher import Dispatcher
from dlcore.runs.local_workers import LocalWorkers
from tests.runs.living import digits, wait_until


class Workers(Cluster):
    """Two workers that take whatever they are given, and do nothing."""

    def __init__(self) -> None:
        self.measured: futures.Future[None] = futures.Future()
        self.given: list[str] = []
        self.killed: list[Any] = []
        self.behind = False

    def slots(self) -> int:
        return 2

    def count_gpus(self) -> int:
        return 0

    def measure_speed(self, settings: Settings) -> Any:
        return self.measured

    def train(self, settings: Settings, run_id: str, token: str, gpu: int | None) -> Any:
        self.given.append(run_id)
        return futures.Future()

    def waits(self, future: Any) -> bool:
        return self.behind

    def kill(self, future: Any) -> None:
        self.killed.append(future)


def test_while_the_speed_is_measured_a_worker_less_is_free(store: Runs) -> None:
    workers, dispatcher = Workers(), Dispatcher(store.settings)
    dispatcher._tick(workers)
    first, second = (store.submit(digits(1), ME) for _each in range(2))
    dispatcher._tick(workers)
    assert workers.given == [first]
    workers.measured.set_result(None)
    dispatcher._tick(workers)
    assert workers.given == [first, second]


def test_a_run_that_has_not_begun_ends_no_process_that_has_others_in_hand(home: Any) -> None:
    settings = Settings(home=home, hang_seconds=0.05)
    with Runs(settings) as store:
        workers, dispatcher = Workers(), Dispatcher(settings)
        workers.behind = True
        store.submit(digits(1), ME)
        dispatcher._tick(workers)
        (trained,) = dispatcher._trained.values()
        for _each in range(3):
            silent_since, trained.heard_at = trained.heard_at, time.monotonic() - 1
            dispatcher._tick(workers)
            assert trained.heard_at >= silent_since
        assert not workers.killed
        workers.behind, trained.heard_at = False, time.monotonic() - 1
        dispatcher._tick(workers)  # the database answers: from now on it could speak
        time.sleep(settings.hang_seconds)
        dispatcher._tick(workers)
        assert workers.killed == [trained.future]


@pytest.mark.slow
def test_a_task_behind_another_in_the_same_worker_waits_and_one_that_is_alone_does_not(
    one_worker: LocalWorkers,
) -> None:
    client = one_worker._client
    first, second = (client.submit(time.sleep, 600, pure=False) for _each in range(2))
    wait_until(lambda: sum(map(len, client.processing().values())) == 2, "both to be in hand")
    assert one_worker.waits(second)
    second.cancel()
    wait_until(lambda: sum(map(len, client.processing().values())) == 1, "one to be in hand")
    assert not one_worker.waits(first)
    one_worker.kill(first)
