"""Memory for the next batch: what one gives back is kept, not returned to the system and asked for anew.

A batch of a convolutional network makes some dozen tensors of a megabyte and more, the same ones every time. The C
library asks the system for each of them, gets pages that must be filled with zeros first, and returns them at once:
a quarter to two thirds of an epoch's time, with Dask's own setting of MALLOC_TRIM_THRESHOLD_ in its workers.

Source: mallopt(3), malloc_trim(3). Where the C library is not glibc, nothing is done.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Any

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
KEPT_BYTES = 2**30  # of free memory at the end of the heap
MAPPED_BYTES = (2**30, 2**25)  # blocks from this size on come from the system; older versions allow no more than 32 MB


def keep_freed() -> None:
    """From now on this process keeps the memory that it frees, until `let_go`."""
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)  # a heap of a thread's own is cut into pieces of 64 MB that come and go
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES)
        any(mallopt(M_MMAP_THRESHOLD, size) for size in MAPPED_BYTES)  # the first that is allowed


def let_go() -> None:
    """Return what is free to the system: a worker that waits holds no memory of the run before."""
    gc.collect()
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def _of_glibc(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
