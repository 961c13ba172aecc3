"""Weights that mean no good: pickles that call, headers that lie, bombs, and files that were torn."""

from __future__ import annotations

import json
import pickle
import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import torch

from dlcore.export import weights
from tests.export.test_weights import Canary, network, torch_file

from .files import Hostile, torn

CANARY = Path("/nonexistent/canary")  # nothing can be made there, should it ever run


def hostile() -> Iterator[Hostile]:
    """All of them, for the network of tests/export/test_weights.py."""
    state = network().state_dict()
    yield from torn("weights", "mine.safetensors", weights.save(state, "safetensors"))
    yield from torn("weights", "mine.pt", weights.save(state, "pt"))
    for label, raw in pickles():
        yield Hostile("weights", label, ("mine.pt",), (raw,))
    for label, raw in headers():
        yield Hostile("weights", label, ("mine.safetensors",), (raw,))
    yield Hostile("weights", "of another kind", ("mine.h5",), (b"\x89HDF\r\n",))


def pickles() -> Iterator[tuple[str, bytes]]:
    yield "a call in a zip", torch_file({"1.weight": Canary(CANARY)})
    yield "a call in a bare pickle", pickle.dumps(Canary(CANARY))
    yield "a view of ten billion numbers", torch_file({"1.weight": torch.zeros(1).expand(10**10)})
    yield "numbers of another kind", torch_file({name: each.double() for name, each in network().state_dict().items()})
    yield "a list", torch_file([torch.zeros(3)])
    yield "no tensors", torch_file({"1.weight": "words"})
    yield (
        "a hundred gigabytes asked for",
        asking(b"\x80\x02cbuiltins\nbytearray\n" + pickle.dumps((10**11,), 2)[2:-1] + b"R."),
    )
    yield "a pickle that never ends", asking(b"\x80\x02" + b"(" * 1_000_000)
    yield (
        "a pickle that remembers much",
        asking(b"\x80\x02" + b"".join(b"Nr" + struct.pack("<I", n) for n in (2**31, 2**32 - 1)) + b"."),
    )
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("archive/data/0", bytes(190_000_000))
    yield "190 MB of zeros, packed", bomb.getvalue()


def asking(program: bytes) -> bytes:
    """A file of torch's with this pickle in it."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(torch_file({}))) as known, zipfile.ZipFile(packed, "w") as written:
        for name in known.namelist():
            written.writestr(name, program if name.endswith("data.pkl") else known.read(name))
    return packed.getvalue()


def headers() -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "a header of 2⁶⁰ bytes", struct.pack("<Q", 2**60) + b"{}"
    yield "a header that is no JSON", _file(b"nonsense")
    yield "a header that is a list", _file(b"[]")
    yield "a header nested a million deep", _file(b'{"a":' + b"[" * 1_000_000)
    yield "more than the network holds", bytes(3_000_000)
    for label, told in {
        "numbers before the file": {"dtype": "F32", "shape": [8, 4], "data_offsets": [-128, 0]},
        "numbers beyond the file": {"dtype": "F32", "shape": [8, 4], "data_offsets": [0, 2**50]},
        "another size than its shape": {"dtype": "F32", "shape": [8, 4], "data_offsets": [0, 4]},
        "a shape beyond measure": {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 128]},
        "a negative shape": {"dtype": "F32", "shape": [-8, -4], "data_offsets": [0, 128]},
        "numbers of no kind": {"dtype": "X99", "shape": [8, 4], "data_offsets": [0, 128]},
        "words for a shape": {"dtype": "F32", "shape": "8×4", "data_offsets": [0, 128]},
    }.items():
        yield label, _header({"1.weight": told}) + bytes(128)


def _header(told: dict[str, Any]) -> bytes:
    return _file(json.dumps(told).encode())


def _file(header: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header
