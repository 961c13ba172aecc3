"""A Dask worker that rests while it has nothing to do.

Its heartbeat tells the scheduler numbers for a dashboard that nobody opens: that it lives is seen by its connection,
and by its nanny; that a run hangs, by what the run writes into the database. Dask has no setting for how often.
"""

from __future__ import annotations

from typing import Any

from distributed import Worker

RARELY_SECONDS = 60.0  # between two looks of Dask at what this app sees otherwise, or does not ask for


class CalmWorker(Worker):
    """Sends its heartbeat rarely, whatever the scheduler asks for."""

    async def heartbeat(self) -> None:
        """Tell the scheduler once; it answers when it wants to be told next."""
        await super().heartbeat()
        calm(self)


def calm(server: Any) -> None:
    """Have one of Dask's servers do rarely what it does from time to time."""
    for callback in server.periodic_callbacks.values():
        callback.callback_time = max(callback.callback_time, RARELY_SECONDS * 1000)
