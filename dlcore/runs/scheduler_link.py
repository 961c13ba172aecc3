"""A connection to a Dask scheduler elsewhere that is given up when it does not answer, and made anew.

Dask's own way of having a lost connection again is not enough: where somebody takes its connection and ends it at once,
as a proxy does whose scheduler is away, it stays «connecting» for ever; a question has no time limit; and a new
connection is told nothing of what was subscribed to. Nothing is lost by a new client: one that has its connection again
has given up all its futures, too.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from distributed import Client

T = TypeVar("T")

CONNECT_SECONDS = 5.0  # how long a scheduler may take to answer who connects
ANSWER_SECONDS = 3.0  # … a question: the dispatcher does nothing else meanwhile
RETRY_SECONDS = 1.0  # between two tries to connect

log = logging.getLogger("dlcore.runs")


class SchedulerLink:
    """The connection. Its methods are called by one thread, and none takes longer than it says.

    greet: what a new client does before it is used.
    """

    def __init__(self, address: str, greet: Callable[[Client], Awaitable[None]]) -> None:
        self._address, self._greet = address, greet
        self._client: Client | None = None
        self._loop = asyncio.new_event_loop()  # of all clients in turn: each would leave a thread behind
        threading.Thread(target=self._loop.run_forever, name="scheduler", daemon=True).start()
        self._connecting = self._begin(self._connect())
        self._ending: set[concurrent.futures.Future[None]] = set()

    @property
    def client(self) -> Client:
        """To be used at once. Raises ConnectionError where there is no connection."""
        if self._client is None or not _hears(self._client):
            raise ConnectionError(f"there is no connection to the scheduler {self._address}")
        return self._client

    def answers(self) -> bool:
        """Whether there is a connection; where there is none, one is being made meanwhile."""
        if self._client is None and self._connecting.done():
            self._client = self._connecting.result()
            log.info("the scheduler %s answers", self._address)
        if self._client is not None and not _hears(self._client):
            self._give_up(self._client)
        return self._client is not None

    def ask(self, question: Callable[[Any], Awaitable[T]], seconds: float = ANSWER_SECONDS) -> T:
        """The answer. Raises ConnectionError where none comes in time; then the connection is given up."""
        client = self.client
        asked = self._begin(_put(question, client))
        try:
            return asked.result(seconds)
        except Exception as error:  # whatever it is: TLS raises ValueError, a client that ends just now AttributeError
            asked.cancel()
            self._give_up(client)
            raise ConnectionError(f"the scheduler {self._address} does not answer: {error!r}") from error

    def _give_up(self, client: Client) -> None:
        """Let go of the connection, and begin to make another. All its futures will be cancelled in a moment."""
        self._client = None
        ending = self._begin(_end(client))
        self._ending.add(ending)  # a loop holds its tasks but weakly
        ending.add_done_callback(self._ending.discard)
        self._connecting = self._begin(self._connect())

    def _begin(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _connect(self) -> Client:
        """A new client, however long that takes."""
        level = logging.WARNING
        while True:
            try:
                return await asyncio.wait_for(self._connected(), CONNECT_SECONDS)
            except Exception as error:  # whatever it is, it may be over in a moment
                log.log(level, "no connection to the scheduler %s: %r", self._address, error)
            level = logging.DEBUG  # once is enough
            await asyncio.sleep(RETRY_SECONDS)

    async def _connected(self) -> Client:
        client = Client(self._address, asynchronous=True, set_as_default=False, timeout=CONNECT_SECONDS)
        try:
            await client
            await self._greet(client)
        except BaseException:
            await _end(client)
            raise
        return client


def _hears(client: Client) -> bool:
    """Whether it hears of its futures: told that its stream ends, Dask listens no more, and stays «running»."""
    listening = client._handle_report_task
    return client.status == "running" and listening is not None and not listening.done()


async def _put(question: Callable[[Any], Awaitable[T]], client: Client) -> T:
    return await question(client)


async def _end(client: Client) -> None:
    """Close a client without waiting for a scheduler that does not answer."""
    for state in client.futures.values():
        state.cancel()
    if client.scheduler_comm is not None:
        client.scheduler_comm.abort()
    if (listening := client._handle_report_task) is not None:
        listening.cancel()
        await asyncio.wait([listening], timeout=CONNECT_SECONDS)
        client._handle_report_task = None  # closing would raise what this task has raised, and end there
    with suppress(Exception):
        await asyncio.wait_for(client._close(fast=True), CONNECT_SECONDS)
