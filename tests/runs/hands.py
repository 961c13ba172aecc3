"""Workers that compute nothing: what the dispatcher gives them stays in their hands until a test ends it."""

from __future__ import annotations

from concurrent import futures
from typing import Any

from dlcore.runs import Settings
from dlcore.runs.cluster import Cluster


class Hands(Cluster):
    """One worker without a GPU, whose speed is known and who takes whatever comes."""

    def __init__(self) -> None:
        """Nothing is connected to."""

    def slots(self) -> int:
        return 1

    def count_gpus(self) -> int | None:
        return 0

    def measure_speed(self, settings: Settings) -> Any:
        measured: futures.Future[None] = futures.Future()
        measured.set_result(None)
        return measured

    def train(self, settings: Settings, run_id: str, token: str, gpu: int | None) -> Any:
        future: Any = futures.Future()
        future.status = "pending"
        return future

    def waits(self, future: Any) -> bool:
        return False

    def is_in_hand(self, future: Any) -> bool:
        return True

    def memory_of(self, worker: str) -> int:
        return 0

    def exit_code(self, worker: str) -> int | None:
        return None


class OneWorker(Hands):
    """What it was given ends when the test says so."""

    def __init__(self) -> None:
        self.given: list[futures.Future[None]] = []
        self.killed: list[Any] = []
        self.exit: int | None = None
        self.broken = False

    def train(self, settings: Settings, run_id: str, token: str, gpu: int | None) -> Any:
        if self.broken:
            raise OSError(24, "Too many open files")
        self.given.append(super().train(settings, run_id, token, gpu))
        return self.given[-1]

    def exit_code(self, worker: str) -> int | None:
        return self.exit

    def kill(self, future: Any) -> None:
        if self.broken:
            raise TimeoutError
        self.killed.append(future)
