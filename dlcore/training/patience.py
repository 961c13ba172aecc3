"""When to stop early: the loss that judges has not improved for too long."""

from __future__ import annotations


class Patience:
    """Counts epochs without an improvement. Without a limit it is never exhausted."""

    def __init__(self, limit: int | None, min_delta: float) -> None:
        self.limit, self.min_delta = limit, min_delta
        self.best = float("inf")
        self.waited = 0  # epochs since the loss last fell by more than min_delta

    def saw(self, loss: float) -> None:
        """Another epoch ended with this loss."""
        improved = loss < self.best - self.min_delta
        self.best = loss if improved else self.best
        self.waited = 0 if improved else self.waited + 1

    @property
    def exhausted(self) -> bool:
        return self.limit is not None and self.waited >= self.limit

    def state(self) -> tuple[float, int]:
        return self.best, self.waited

    def go_on(self, state: tuple[float, int]) -> None:
        self.best, self.waited = state
