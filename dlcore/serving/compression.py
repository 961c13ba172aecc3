"""Which compression a browser takes, and doing it: for files that are packed once and sent many times."""

from __future__ import annotations

import functools
import gzip
from typing import Literal

Encoding = Literal["br", "gzip"]
GZIP_LEVEL = 9
BROTLI_LEVEL = 9  # 11 saves another tenth and takes twenty times as long
WORTH_BYTES = 200  # less than this is sent as it is: one packet either way


@functools.cache
def encodings() -> tuple[Encoding, ...]:
    """What can be packed here, the smallest result first."""
    import pyarrow

    return ("br", "gzip") if pyarrow.Codec.is_available("brotli") else ("gzip",)


def accepted(header: str) -> Encoding | None:
    """The best that an `Accept-Encoding` header allows; None where it allows none of ours.

    >>> accepted("gzip, deflate, br;q=0")
    'gzip'
    """
    weights = dict(_weight(each) for each in header.lower().split(","))
    return next((each for each in encodings() if weights.get(each, weights.get("*", 0.0)) > 0), None)


def _weight(written: str) -> tuple[str, float]:
    """Name and weight of one entry: `gzip;q=0.5`."""
    name, _, parameter = written.partition(";")
    try:
        return name.strip(), float(parameter.partition("=")[2] or 1)
    except ValueError:
        return name.strip(), 0.0


def pack(content: bytes, encoding: Encoding) -> bytes:
    """The content in this encoding; other threads go on meanwhile."""
    if encoding == "gzip":
        return gzip.compress(content, GZIP_LEVEL, mtime=0)
    import pyarrow

    packed: bytes = pyarrow.Codec("brotli", compression_level=BROTLI_LEVEL).compress(content, asbytes=True)
    return packed
