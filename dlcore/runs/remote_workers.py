"""The workers of a scheduler elsewhere; started by whoever runs that cluster, they come and go."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import dask
from distributed import Client, Future

from dlcore.runs.cluster import Cluster
from dlcore.runs.nanny_watch import TOPIC, NannyWatch, WorkerExit
from dlcore.runs.scheduler_link import ANSWER_SECONDS, CONNECT_SECONDS, SchedulerLink
from dlcore.runs.settings import Settings
from dlcore.runs.workforce import SeenWorker

EXIT_KNOWN_SECONDS = 60.0  # how long the end of a worker elsewhere is remembered
RESTART_SECONDS = 4.0  # how long it is waited for that a worker has ended and another taken its place


class RemoteWorkers(Cluster):
    """The workers of a scheduler elsewhere.

    While the scheduler does not answer there are no places, and what it had in hand is given up; when it is back, so
    are they.
    """

    def __init__(self, settings: Settings) -> None:
        """Returns at once: whether the scheduler answers is seen later."""
        dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_SECONDS} s"})
        self._wanted = settings.workers if "workers" in settings.model_fields_set else None
        self._exits: dict[str, WorkerExit] = {}  # by "host:pid"
        self._exit_times: dict[str, float] = {}  # … when that was told
        self._link = SchedulerLink(settings.scheduler or "", self._greet)

    async def _greet(self, client: Client) -> None:
        client.subscribe_topic(TOPIC, self._note_exit)
        await client.register_plugin(NannyWatch())

    def _note_exit(self, event: tuple[float, dict[str, Any]]) -> None:
        told = dict(event[1])
        worker = told.pop("worker")
        self._exits[worker], self._exit_times[worker] = WorkerExit(**told), time.monotonic()

    @property
    def _client(self) -> Client:
        return self._link.client

    def slots(self) -> int:
        """As many as configured, so that an adaptive cluster sees demand; else as many as have reported."""
        with suppress(ConnectionError):
            return (self._wanted if self._link.answers() else 0) or len(self._found())
        return 0

    def kill(self, future: Future[Any]) -> None:
        address = self._worker_of(future)
        if address is not None:
            seconds = RESTART_SECONDS + ANSWER_SECONDS
            self._link.ask(lambda client: client._restart_workers([address], RESTART_SECONDS, False), seconds)
        self._cancel(future, force=True)

    def forget(self, future: Future[Any]) -> None:
        self._cancel(future, force=False)

    def _cancel(self, future: Future[Any], *, force: bool) -> None:
        """A future that was given up with its connection is cancelled already."""
        if not future.done():
            self._link.ask(lambda client: client._cancel([future], force=force))

    def count_gpus(self) -> int | None:
        return 0  # which run meets which GPU there is that cluster's own business

    def workers(self) -> list[SeenWorker]:
        with suppress(ConnectionError):
            if self._link.answers():
                return self._seen(self._found(), self._in_hand())
        return []

    def _seen(self, found: dict[str, Any], held: dict[str, str]) -> list[SeenWorker]:
        memory = {address: int(each.get("metrics", {}).get("memory", 0)) for address, each in found.items()}
        return [SeenWorker(str(each["name"]), memory[address], held.get(address)) for address, each in found.items()]

    def _found(self) -> dict[str, Any]:
        """What the scheduler knows of its workers, by address."""
        return dict(self._link.ask(lambda client: client.scheduler.identity(n_workers=-1))["workers"])

    def _processing(self) -> dict[str, Any]:
        return dict(self._link.ask(lambda client: client.scheduler.processing(workers=None)))

    def memory_of(self, worker: str) -> int:
        return 0  # its own nanny holds it to the limit it was started with

    def exit_code(self, worker: str) -> int | None:
        told_at = self._exit_times.get(worker, float("-inf"))  # numbers of processes come again
        return self._exits[worker].code if time.monotonic() - told_at < EXIT_KNOWN_SECONDS else None

    def last_memory(self, worker: str) -> tuple[int, int | None] | None:
        found = self._exits.get(worker)
        return None if found is None else (found.memory, found.limit)
