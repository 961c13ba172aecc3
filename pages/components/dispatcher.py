"""The process that trains queued runs, kept alive as long as the server lives."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "dlcore.runs.dispatcher")
GRACE_SECONDS = 5.0  # for the dispatcher to settle its runs when the server ends
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0  # between two starts, doubled each time


@asynccontextmanager
async def dispatching() -> AsyncIterator[None]:
    """Run the dispatcher beside the server; start it again if it dies.

    It holds the other end of a pipe, so that it ends with this process even where that is killed.
    """
    task = asyncio.create_task(_keep_alive())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_alive() -> None:
    pause = FIRST_PAUSE_SECONDS
    while True:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True
        )
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            raise
        if code == 0:  # another server's dispatcher serves this home already
            log.info("the dispatcher ended: another one serves this home")
        else:
            log.error("the dispatcher ended with code %s and is started again in %g s", code, pause)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
