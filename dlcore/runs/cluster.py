"""What the dispatcher needs of its workers, wherever they are. Only the dispatcher's process comes here.

Never start this inside a Streamlit script: each spawned child would execute the app.
"""

from __future__ import annotations

from typing import Any

from distributed import Client, Future

from dlcore.runs import task
from dlcore.runs.settings import Settings
from dlcore.runs.workforce import SeenWorker

CONFIGURATION: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": 0,  # a run whose worker died is not tried again behind its owner's back
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,  # tasks return None: there is nothing to manage
    "distributed.scheduler.worker-ttl": None,  # by the wall clock: set forward, it would give up every worker
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.deploy.lost-worker-timeout": "1 day",  # after it a worker that is slow to come again is given up
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.worker.profile.enabled": False,  # it would stop the training loop a hundred times a second
    # What Dask counts for its dashboard: fifty times a second in each of its servers, of which every worker has two.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,  # the dispatcher does this itself, and says so
}


class Cluster:
    """What the dispatcher needs of its workers, wherever they are."""

    _gpus: Future[Any] | None = None  # their number, which is asked for once

    @property
    def _client(self) -> Client:
        raise NotImplementedError

    def slots(self) -> int:
        """How many runs could train now."""
        raise NotImplementedError

    def train(self, settings: Settings, run_id: str, token: str, gpu: int | None) -> Future[Any]:
        """Give a run to a worker. Submit no more than there are slots."""
        return self._client.submit(
            task.train, settings, run_id, token, gpu, key=f"{run_id}-{token}", pure=False, retries=0
        )

    def count_gpus(self) -> int | None:
        """How many GPUs the workers have; None until they have said so, for this process knows no torch."""
        if self._gpus is None or self._gpus.status in ("error", "cancelled", "lost"):
            self._gpus = self._client.submit(task.count_gpus, pure=False)
        return int(self._gpus.result()) if self._gpus.status == "finished" else None

    def measure_speed(self, settings: Settings) -> Future[Any]:
        """Have a worker measure how fast it trains."""
        return self._client.submit(task.measure_speed, settings, pure=False)

    def kill(self, future: Future[Any]) -> None:
        """End the process that works on a future, hung or not; another takes its place."""
        raise NotImplementedError

    def forget(self, future: Future[Any]) -> None:
        """What became of a future is settled: a scheduler elsewhere need not give it to another worker."""

    def waits(self, future: Future[Any]) -> bool:
        """Whether no worker has a future in hand, or one that has others in hand too."""
        return all(len(keys) > 1 for keys in self._processing().values() if future.key in keys)

    def is_in_hand(self, future: Future[Any]) -> bool:
        """Whether a worker has it. One that left elsewhere gave it back: it waits for another."""
        return self._worker_of(future) is not None

    def memory_of(self, worker: str) -> int:
        """Bytes that a worker ("host:pid") takes; 0 where that cannot be seen from here."""
        raise NotImplementedError

    def exit_code(self, worker: str) -> int | None:
        """The exit code of a worker that has ended (negative: its signal); None while it lives or is not known."""
        raise NotImplementedError

    def workers(self) -> list[SeenWorker]:
        """The workers there are, as they are now."""
        return []

    def _processing(self) -> dict[str, Any]:
        """By its address, the keys of what each worker has in hand."""
        return dict(self._client.processing())

    def _in_hand(self) -> dict[str, str]:
        """By its address, the id of the run that each worker has in hand."""
        held = {str(address): [str(key) for key in keys] for address, keys in self._processing().items()}
        return {address: keys[0].partition("-")[0] for address, keys in held.items() if keys}

    def last_memory(self, worker: str) -> tuple[int, int | None] | None:
        """(bytes that a worker took before it ended, bytes that it might take); None where nobody told."""
        return None

    def _worker_of(self, future: Future[Any]) -> str | None:
        """The address of the worker that has a future in hand."""
        for address, keys in self._processing().items():
            if future.key in keys:
                return str(address)
        return None
