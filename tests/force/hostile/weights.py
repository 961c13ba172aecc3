"""Weights that mean no good: pickles that call (`programs`), headers that lie, and files that were torn."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

from dlcore.export import weights
from tests.export.test_weights import network

from . import programs
from .files import Hostile, torn


def hostile() -> Iterator[Hostile]:
    """All of them, for the network of tests/export/test_weights.py."""
    state = network().state_dict()
    yield from torn("weights", "mine.safetensors", weights.save(state, "safetensors"))
    yield from torn("weights", "mine.pt", weights.save(state, "pt"))
    for label, raw in programs.hostile():
        yield Hostile("weights", label, ("mine.pt",), (raw,))
    for label, raw in headers():
        yield Hostile("weights", label, ("mine.safetensors",), (raw,))
    yield Hostile("weights", "of another kind", ("mine.h5",), (b"\x89HDF\r\n",))


def headers() -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "a header of 2⁶⁰ bytes", struct.pack("<Q", 2**60) + b"{}"
    yield "a header of 2 GB", struct.pack("<Q", 2**31) + b"{}"
    yield "a header that is no JSON", _file(b"nonsense")
    yield "a header that is a list", _file(b"[]")
    yield "a header nested a million deep", _file(b'{"a":' + b"[" * 1_000_000)
    yield "more than the network holds", bytes(3_000_000)
    sound = weights.save(network().state_dict(), "safetensors")
    length = int.from_bytes(sound[:8], "little")
    known, numbers = json.loads(sound[8 : 8 + length]), sound[8 + length :]
    for label, told in {
        "numbers before the file": {"dtype": "F32", "shape": [8, 4], "data_offsets": [-128, 0]},
        "numbers beyond the file": {"dtype": "F32", "shape": [8, 4], "data_offsets": [0, 2**50]},
        "another size than its shape": {"dtype": "F32", "shape": [8, 4], "data_offsets": [0, 4]},
        "a shape beyond measure": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 128]},
        "a negative shape": {"dtype": "F32", "shape": [-8, -4], "data_offsets": [0, 128]},
        "numbers of no kind": {"dtype": "X99", "shape": [8, 4], "data_offsets": [0, 128]},
        "a shape of 4,000 digits": {"dtype": "F32", "shape": [10**4000], "data_offsets": [0, 128]},
        "a thousand dimensions": {"dtype": "F32", "shape": [1] * 1000, "data_offsets": [0, 128]},
        "a kind of a thousand letters": {"dtype": "F" * 1000, "shape": [8, 4], "data_offsets": [0, 128]},
        "words for a shape": {"dtype": "F32", "shape": "8×4", "data_offsets": [0, 128]},
    }.items():
        yield label, _header(known | {"1.weight": told}) + numbers
    yield "two tensors in the same numbers", _header(known | {"1.bias": known["2.bias"]}) + numbers


def _header(told: dict[str, Any]) -> bytes:
    return _file(json.dumps(told).encode())


def _file(header: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header
