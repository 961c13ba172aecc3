"""Memory that nobody needs any more is returned, though no script run waits for that.

Streamlit collects garbage after every run of a script, which took most of the server's time: every object of torch and
Streamlit is looked at each time. It is off (runner.postScriptGC); instead, what is there when the server is ready is
set aside for good, and what has come since is looked at now and then, and soon after a large file was let go.
"""

from __future__ import annotations

import functools
import gc
import threading
import time

from dlcore.training import allocator

EVERY_SECONDS = 60.0
SOON_SECONDS = 1.0  # until the script run that let go of something has ended, too

_asked = threading.Event()


def collect_soon() -> None:
    """Collect within a second or two, beside whatever goes on."""
    _asked.set()


@functools.cache
def collect_from_now_on() -> threading.Thread:
    """Begin to collect; once for a process. Called when everything that stays has been loaded."""
    gc.collect()
    gc.freeze()
    thread = threading.Thread(target=_collect_on, name="memory", daemon=True)
    thread.start()
    return thread


def _collect_on() -> None:
    while True:
        if _asked.wait(EVERY_SECONDS):
            time.sleep(SOON_SECONDS)
            _asked.clear()
        allocator.let_go()
