"""A network between two programs that can be cut: what it is asked to carry it passes on, holds back, or breaks off."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Literal

Cut = Literal["drops", "is silent", "refuses"]  # takes connections and ends them; … and says nothing; takes none
CUTS: tuple[Cut, ...] = ("drops", "is silent", "refuses")


class Relay:
    """Carries to another port of this machine whatever comes to its own, `port`."""

    def __init__(self, target: int) -> None:
        self._target, self.port = target, 0
        self._cut: Cut | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._flows = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self._do(self._listen())
        self.mend()

    def cut(self, how: Cut) -> None:
        """From now on nothing passes. Who is connected is cut off, or hears nothing any more."""
        self._do(self._begin(how))

    def mend(self) -> None:
        """Carry again, also what was held back."""
        self._do(self._end())

    def close(self) -> None:
        """Carry nothing any more."""
        self.cut("refuses")
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _do(self, what: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _begin(self, how: Cut) -> None:
        self._cut = how
        self._flows.clear()
        if how == "refuses":
            self._server.close()
        if how != "is silent":
            for each in self._open:
                each.transport.abort()

    async def _end(self) -> None:
        if self._cut == "refuses":
            await self._listen()
        self._cut = None
        self._flows.set()

    async def _stop(self) -> None:
        self._flows.set()  # to nobody: all are cut off
        if others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others, timeout=5)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._cut == "drops":
            writer.transport.abort()
            return
        self._open.add(writer)
        with suppress(OSError):
            await self._flows.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            self._open.add(back)
            await asyncio.gather(self._carry(reader, back), self._carry(there, writer))
            self._open.discard(back)
        self._open.discard(writer)
        writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while content := await reader.read(1 << 16):
                await self._flows.wait()
                writer.write(content)
                await writer.drain()
        await self._flows.wait()
        writer.close()
