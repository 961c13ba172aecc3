"""Arrays as they are kept and sent: gzip over a JSON header and the raw numbers, for readers in Python and browsers.

    4 bytes      length of the header, little-endian, such that the numbers begin at a multiple of 8
    header       {"name": [dtype, shape, first byte after the header], …, "name": plain JSON for anything else}
    numbers      little-endian, each array at a multiple of 8

A name may lead through groups: `{"0": {"low": …}}` is `0.low`. `read` gives the groups back.
"""

from __future__ import annotations

import gzip
import json
import math
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

Arrays = Mapping[str, Any]  # name -> array, number, text, list, or such a mapping again

ALIGNED = 8
DTYPES = ("uint8", "int8", "uint16", "int16", "int32", "float16", "float32", "float64")
BROKEN = (OSError, EOFError, zlib.error, struct.error)  # not as it was compressed
MISFORMED = (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError)  # not as it was written
LEVEL = 5  # of gzip: beyond it time grows, and size does not shrink


def write(arrays: Arrays, level: int = LEVEL) -> bytes:
    """The bytes of these arrays: the same bytes for the same numbers. Raises TypeError for a dtype browsers lack.

    level: of gzip, 0 to 9; higher is smaller and slower.
    """
    header: dict[str, Any] = {}
    blocks, length = [], 0
    for name, value in _flat(arrays):
        if not isinstance(value, np.ndarray):
            header[name] = {"is": _finite(value)}
            continue
        if value.dtype.name not in DTYPES:
            raise TypeError(f"{name} is of {value.dtype}; probes keep {', '.join(DTYPES)}")
        header[name] = [value.dtype.name, list(value.shape), length]
        block = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<"), copy=False).tobytes()
        block += bytes(-len(block) % ALIGNED)
        blocks.append(block)
        length += len(block)
    written = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    written += b" " * (-(len(written) + 4) % ALIGNED)
    return gzip.compress(b"".join([struct.pack("<I", len(written)), written, *blocks]), level, mtime=0)


def read(content: bytes) -> dict[str, Any]:
    """What `write` was given. Raises ValueError for what `write` did not make."""
    try:
        plain = gzip.decompress(content)
        (length,) = struct.unpack_from("<I", plain)
        if 4 + length > len(plain):
            raise EOFError("shorter than it says")
        header = json.loads(plain[4 : 4 + length])
        return _grouped((name, _value(plain, 4 + length, told)) for name, told in header.items())
    except (*BROKEN, *MISFORMED) as error:
        raise ValueError(f"no arrays: {error}") from error


def _grouped(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values:
        *groups, last = name.split(".")
        place = found
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = value
    return found


def _value(plain: bytes, start: int, told: Any) -> Any:
    return told["is"] if isinstance(told, dict) else _array(plain, start, *told)


def _array(plain: bytes, start: int, dtype: str, shape: list[int], offset: int) -> np.ndarray[Any, Any]:
    if dtype not in DTYPES or min(offset, *shape) < 0:
        raise ValueError(f"an array of {shape} {dtype} at {offset}")
    count = math.prod(shape)
    return np.frombuffer(plain, np.dtype(dtype).newbyteorder("<"), count, start + offset).reshape(shape)


def _flat(arrays: Arrays, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in arrays.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _finite(value: Any) -> Any:
    """A single number that is none becomes null: JSON has no other word for it."""
    number = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(number, float) and not np.isfinite(number) else number
