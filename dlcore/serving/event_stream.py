"""The address behind the live view: one stream of events.

    /live/stream?run=<id>.<token>.<cursor>&run=…     server-sent events; a token a run, made by the page

Streamlit's own pages are not asked: a script run a tick would cost twenty times as much, and lose the zoom.
"""

from __future__ import annotations

import asyncio
import functools
import signal
import threading
import time
from collections.abc import AsyncIterator, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from dlcore.access import Viewer
from dlcore.errors import RunNotFound
from dlcore.serving.feed import Feed, encode
from dlcore.serving.store import runs
from dlcore.serving.watchers import Watching

MOST_RUNS = 24  # in one stream: the folds of a k-fold, more than a comparison
CHECK_SECONDS = 10.0  # between two looks whether the keys still open what they opened
ALIVE_SECONDS = 15.0  # between two signs of life, by which a browser that left is noticed

watching = Watching(runs)


def stream_key(run_id: str, viewer: Viewer) -> str:
    """What a browser needs to follow a run: `<id>.<token>`. Raises RunNotFound where the run is not theirs to see."""
    return f"{run_id}.{runs().token(run_id, viewer)}"


async def _stream(request: Request) -> Response:
    try:
        keys = request.query_params.getlist("run")[:MOST_RUNS]
        asked = [_asked(each) for each in keys]
    except ValueError:
        return PlainTextResponse("This address is not valid.", status_code=403)
    try:
        feeds = [(await watching.feed(run_id), cursor) for run_id, cursor in asked]
    except RunNotFound:
        return PlainTextResponse("There is no such run.", status_code=404)
    _end_streams_with_the_server()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_messages(feeds, keys), media_type="text/event-stream", headers=headers)


def _asked(key: str) -> tuple[str, int]:
    """(run id, cursor) of one `run=` of the address. Raises ValueError where its token is not valid."""
    run_id, token, cursor = key.split(".")
    if not runs().check_token(run_id, token):
        raise ValueError(key)
    return run_id, int(cursor)


async def _messages(feeds: list[tuple[Feed, int]], keys: Sequence[str]) -> AsyncIterator[bytes]:
    """What happened until now, then what happens; ends when nothing more will, or a key opens nothing any more."""
    checked_at = time.monotonic()
    with watching.watcher([feed.run_id for feed, _ in feeds]):
        sent: list[int] = []
        for feed, cursor in feeds:
            number, messages = feed.since(cursor)
            sent.append(number)
            yield b"".join(messages)
        over = False
        while not over and not watching.closing:
            change = watching.next_change
            over = all(feed.settled for feed, _ in feeds)
            if time.monotonic() - checked_at > CHECK_SECONDS:
                checked_at = time.monotonic()
                if not await run_in_threadpool(_are_valid, keys):
                    return
            news = []
            for place, (feed, _) in enumerate(feeds):
                sent[place], messages = feed.after(sent[place])
                news += messages
            if news:
                yield b"".join(news)
            elif not over and not await _happens(change, ALIVE_SECONDS):
                yield b": alive\n\n"
        if not watching.closing:
            yield encode({"end": True})


def _are_valid(keys: Sequence[str]) -> bool:
    """Whether these still open their runs: a run that was shown to a class may be shown no more."""
    try:
        return bool([_asked(key) for key in keys])
    except ValueError:
        return False


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    try:
        return await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False


@functools.cache
def _end_streams_with_the_server() -> None:
    """A server that is told to end waits for its connections first, and a stream has no end of its own."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)

        def end(received: int, frame: object, before: object = before) -> None:
            watching.close()
            if callable(before):
                before(received, frame)

        signal.signal(number, end)


routes = [Route("/live/stream", _stream)]
