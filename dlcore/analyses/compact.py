"""Numbers in half the room, where that keeps them."""

from __future__ import annotations

from typing import Any

import numpy as np

SMALL, LARGE = 1e-3, 65_000.0  # between which the largest of them lies that float16 keeps to three digits


def compact(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same values, any shape (*), as float16; as float32 where they are too large or all too small for it."""
    finite = np.abs(values[np.isfinite(values)])
    high = finite.max(initial=0.0)
    return values.astype(np.float16 if high == 0 or SMALL <= high < LARGE else np.float32)
