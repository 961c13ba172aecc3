"""One look at the database for all who watch: what is new of every watched run, a few times a second.

However many browsers watch, the database is asked once for the pulse of all watched runs, and once more for
those that have news; and only where something was written since the last look. Nothing here is the only record of
anything: a feed is made anew from the database whenever it is missing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool

from dlcore.access import OPERATOR
from dlcore.errors import RunNotFound, run_not_found
from dlcore.runs import News, Pulse, Runs, Watch
from dlcore.serving import before_films
from dlcore.serving.feed import Feed
from dlcore.training.events import Probed

log = logging.getLogger(__name__)

GLANCE_SECONDS = 0.05  # between two glances whether anything was written
WAIT_SECONDS = 0.25  # how long a database that tells of what is written is listened to at a time
LOOK_SECONDS = 0.2  # at least this long between two looks at the runs
QUEUE_SECONDS = 1.0  # at most this long, and between two looks at the place of a run that waits
LONGEST_PAUSE_SECONDS = 5.0  # between two looks while the database does not answer
LINGER_SECONDS = 30.0  # how long a feed that nobody watches is kept fresh: a reload comes back at once


class Watching:
    """The feeds of all watched runs. Lives in the server's event loop; only the database is read in threads."""

    def __init__(self, runs: Callable[[], Runs]) -> None:
        self.closing = False  # the server is about to end
        self._runs = runs
        self._feeds: dict[str, Feed] = {}
        self._making: dict[str, asyncio.Task[Feed]] = {}
        self._watchers: dict[str, int] = {}
        self._wanted: dict[str, float] = {}  # when each run was last watched
        self._known: dict[str, tuple[Pulse | None, float]] = {}  # the pulse its news were read at, and when
        self._look: asyncio.Task[None] | None = None
        self._change = asyncio.Event()
        self._watch: Watch | None = None  # over which all looks go, one after the other

    async def feed(self, run_id: str) -> Feed:
        """The feed of a run, with everything the database knows of it. Raises RunNotFound."""
        if run_id not in self._feeds:
            if run_id not in self._making:
                self._making[run_id] = asyncio.create_task(self._make(run_id))
            await asyncio.shield(self._making[run_id])
        return self._feeds[run_id]

    async def _make(self, run_id: str) -> Feed:
        """A feed of the whole run so far: a long one takes a while, so it is made beside the loop."""
        try:
            feed = await run_in_threadpool(self._begun, run_id)
            self._feeds[run_id] = feed
            self._wanted[run_id] = time.monotonic()
            return feed
        finally:
            del self._making[run_id]

    def _begun(self, run_id: str) -> Feed:
        feed = Feed(run_id)
        overview = self._runs().overview(run_id, OPERATOR)
        if any(event["event"] == Probed.__name__ for event in overview.events):
            overview = before_films.with_points(self._runs(), overview)
        feed.begin(overview)
        return feed

    def _read(self, run_id: str, after: int, watch: Watch | None = None) -> list[News]:
        pages = [self._runs().news(run_id, OPERATOR, after, watch=watch)]
        while pages[-1].more:
            pages.append(self._runs().news(run_id, OPERATOR, pages[-1].cursor, watch=watch))
        return pages

    @contextmanager
    def watcher(self, run_ids: Sequence[str]) -> Iterator[None]:
        """Keep the feeds of these runs fresh inside the `with` block."""
        for run_id in run_ids:
            self._watchers[run_id] = self._watchers.get(run_id, 0) + 1
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_on())
        try:
            yield
        finally:
            for run_id in run_ids:
                self._watchers[run_id] -= 1

    @property
    def watched(self) -> int:
        """How many runs somebody watches."""
        return sum(count > 0 for count in self._watchers.values())

    @property
    def next_change(self) -> asyncio.Event:
        """Set when any feed changes after now. Take it before reading the feeds, then wait for it."""
        return self._change

    def close(self) -> None:
        """Let every stream end: the server is about to."""
        self.closing = True
        self._tell()

    def _tell(self) -> None:
        """Wake everybody who waits in `changed`."""
        self._change.set()
        self._change = asyncio.Event()

    async def _look_on(self) -> None:
        """Look at the database until nobody watches any more; one that does not answer is asked more rarely."""
        pause = GLANCE_SECONDS
        if self._watch is None:
            self._watch = self._runs().watch()
        written, looked_at = True, 0.0
        while not self.closing:
            if written or not self._watch.hears:
                await asyncio.sleep(pause)
            self._drop_unwatched()
            if not self._feeds and not any(self._watchers.values()):
                return
            try:
                written |= await self._something_written(self._watch, written)
                since = time.monotonic() - looked_at
                if (written and since >= LOOK_SECONDS) or since >= QUEUE_SECONDS:
                    written, looked_at = False, time.monotonic()
                    if await self._look_once():
                        self._tell()
                pause = GLANCE_SECONDS
            except Exception:
                written = True
                log.exception("live view: the database did not answer")
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    @staticmethod
    async def _something_written(watch: Watch, known: bool) -> bool:
        """Whether anything may have been written: looked at now, or waited for, where the database tells."""
        if watch.hears:
            return known or await run_in_threadpool(watch.wait, WAIT_SECONDS)
        return await run_in_threadpool(watch.changed)

    def _drop_unwatched(self) -> None:
        now = time.monotonic()
        self._wanted.update({run_id: now for run_id, count in self._watchers.items() if count})
        for run_id in [each for each in self._feeds if now - self._wanted.get(each, 0) > LINGER_SECONDS]:
            for table in (self._feeds, self._wanted, self._known, self._watchers):
                table.pop(run_id, None)

    async def _look_once(self) -> bool:
        """Read what is new; True where there was something."""
        watched = [run_id for run_id, feed in self._feeds.items() if not feed.gone]
        pulses = await run_in_threadpool(self._runs().pulses, watched, OPERATOR, watch=self._watch)
        found = [await self._refresh(run_id, pulses.get(run_id)) for run_id in watched]
        return any(found)

    async def _refresh(self, run_id: str, pulse: Pulse | None) -> bool:
        feed = self._feeds[run_id]
        known, at = self._known.get(run_id, (None, 0.0))
        now = time.monotonic()
        waits = pulse is not None and pulse.state == "queued" and now - at > QUEUE_SECONDS
        if pulse is not None and pulse == known and not waits:
            return False
        try:
            if pulse is None:
                raise run_not_found(run_id)
            feed.take(await run_in_threadpool(self._read, run_id, feed.cursor, self._watch))
            self._known[run_id] = (pulse, now)
        except RunNotFound:
            feed.forget()
        return True
