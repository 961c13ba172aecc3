"""Pages that are drawn anew because Train was pressed: a few at once, the others in the order in which they came.

When a class presses at one moment, every run is queued before most pages are drawn; and half of the pages are there in
half of the time, where all would come at its end if they took turns of milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2  # more would take turns: Python computes in one thread at a time
PATIENCE_SECONDS = 20.0  # then it is drawn in any case

_turns = threading.Semaphore(AT_ONCE)


@contextmanager
def in_turn() -> Iterator[None]:
    """Wait for one's turn to draw, and give it to the next."""
    is_ours = _turns.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield
    finally:
        if is_ours:
            _turns.release()
