"""Files of torch.save that mean no good: pickles that ask for much, tensors that leave their storage, zips that lie."""

from __future__ import annotations

import pickle
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import torch

from tests.data.test_own_archives import overlapping, zipped
from tests.export.test_weights import Canary, network, torch_file

from .files import CANARY, directory_beyond, listed, locked

BEGINNING = b"\x80\x02"  # of a pickle of protocol 2


class Told:
    """A tensor of which a file says so much; what is not said is as it is."""

    def __init__(self, tensor: torch.Tensor, place: int, told: dict[str, Any]) -> None:
        self.kind = torch.LongStorage if tensor.dtype == torch.int64 else torch.FloatStorage
        self.told = {
            "key": str(place), "length": tensor.numel(), "offset": 0, "shape": tuple(tensor.shape),
            "strides": tensor.stride(),
        } | told  # fmt: skip

    def __reduce__(self) -> Any:
        stored = Stored(self.kind, self.told["key"], self.told["length"])
        placed = (self.told["offset"], self.told["shape"], self.told["strides"])
        return torch._utils._rebuild_tensor_v2, (stored, *placed, False, OrderedDict())


class Stored(tuple[Any, ...]):
    """(kind, key, length) of the numbers of a tensor."""

    def __new__(cls, *told: Any) -> Stored:
        return super().__new__(cls, told)


class Writer(pickle._Pickler):  # the one in Python: the other does not ask about a tuple's subclass first
    """Writes what torch.save writes for a tensor."""

    def persistent_id(self, value: Any) -> Any:
        return ("storage", *value[:2], "cpu", value[2]) if type(value) is Stored else None


def telling(**told: Any) -> bytes:
    """A sound file, but that it says so much of its first tensor."""
    written, state = BytesIO(), network().state_dict()
    first = next(iter(state))
    lying = {
        name: Told(tensor, place, told if name == first else {}) for place, (name, tensor) in enumerate(state.items())
    }
    Writer(written, 2).dump(lying)
    return asking(written.getvalue())


def asking(program: bytes) -> bytes:
    """A sound file, but for the pickle in it."""
    known = entries()
    return zipped({name: program if name.endswith("data.pkl") else known[name] for name in known}, zipfile.ZIP_STORED)


def entries() -> dict[str, bytes]:
    """What a sound file has in it."""
    with zipfile.ZipFile(BytesIO(torch_file(network().state_dict()))) as known:
        return {name: known.read(name) for name in known.namelist()}


def hostile() -> Iterator[tuple[str, bytes]]:
    """(what it is, the file) of all of them."""
    yield from calls()
    for label, program in endless().items():
        yield label, asking(BEGINNING + program)
    for label, told in lies().items():
        yield f"a tensor with {label}", telling(**told)
    yield from zips()


def calls() -> Iterator[tuple[str, bytes]]:
    yield "a call in a zip", torch_file({"1.weight": Canary(CANARY)})
    yield "a call in a bare pickle", pickle.dumps(Canary(CANARY))
    yield "a call of what was called", asking(BEGINNING + b"cbuiltins\ngetattr\n)R)R.")
    yield "a call in what a mapping knows", asking(BEGINNING + b"}cposix\nsystem\nX\1\0\0\0x\x85Rb.")
    yield "a view of ten billion numbers", torch_file({"1.weight": torch.zeros(1).expand(10**10)})
    yield "numbers of another kind", torch_file({name: each.double() for name, each in network().state_dict().items()})
    yield "a list", torch_file([torch.zeros(3)])
    yield "no tensors", torch_file({"1.weight": "words"})
    yield "numbers for names", torch_file({1: torch.zeros(3)})
    yield "a tensor that is sparse", torch_file({"1.weight": torch.eye(8).to_sparse()})
    yield "a tensor without numbers", torch_file({"1.weight": torch.zeros(3, device="meta")})
    yield "a whole network", torch_file(network())


def endless() -> dict[str, bytes]:
    """Pickles that cost a reader much, should it follow them."""
    numbers = [b"Nr" + struct.pack("<I", number) for number in (2**31, 2**32 - 1)]
    doubled = b")" + b"q\0h\0\x86" * 100_000
    return {
        "a hundred gigabytes asked for": b"cbuiltins\nbytearray\n" + pickle.dumps((10**11,), 2)[2:-1] + b"R.",
        "a pickle that never ends": b"(" * 1_000_000,
        "a pickle that remembers much": b"".join(numbers) + b".",
        "tuples nested a million deep": b")" + b"\x85" * 1_000_000 + b".",
        "lists nested half a million deep": b"]" * 500_000 + b"a" * 499_999 + b".",
        "a tuple of 2¹⁰⁰⁰⁰⁰ entries": doubled + b".",
        "a call of a tuple of 2¹⁰⁰⁰⁰⁰ entries": doubled + b")R.",
        "a mapping that asks what such a tuple is": b"}" + doubled + b"Ns.",
        "such a tuple where numbers lie": doubled + b"Q.",
        "a text of four gigabytes": b"X" + b"\xff" * 4,
        "a name that has no end": b"c" + b"a" * 1_000_000,
        "numbers of 255 bytes": b"\x8a\xff" + b"\x7f" * 255 + b".",
        "two million bytes of steps": b"N0" * 990_000 + b".",
        "steps of another protocol": pickle.dumps({"1.weight": 0}, 4)[2:],
        "a mark that was never set": b"t.",
        "a memory of what was never there": b"h\7.",
        "nothing": b".",
        "half a pickle": entries()["archive/data.pkl"][2:99],
    }


def lies() -> dict[str, dict[str, Any]]:
    """What a file says of a tensor, and is not so."""
    return {
        "fewer numbers than nothing": {"length": -1},
        "2⁶² numbers": {"length": 2**62},
        "2⁹⁹ numbers": {"length": 2**99},
        "one number more than there is": {"length": 33},
        "one number less than there is": {"length": 31},
        "words for a length": {"length": "32"},
        "numbers that are not there": {"key": "7"},
        "numbers in a file of the system": {"key": "../../../etc/passwd"},
        "no key": {"key": None},
        "a beginning before its numbers": {"offset": -4},
        "a beginning that leaves too few": {"offset": 1},
        "a beginning far away": {"offset": 2**62},
        "steps beyond its numbers": {"strides": (8, 1)},
        "steps back": {"strides": (-4, 1)},
        "steps of 2⁶²": {"strides": (2**62, 2**62)},
        "no steps": {"strides": (0, 0)},
        "a step too few": {"strides": (4,)},
        "2⁸⁰ numbers in its shape": {"shape": (2**40, 2**40)},
        "a shape below nothing": {"shape": (-8, -4)},
        "a thousand dimensions": {"shape": (1,) * 1000, "strides": (1,) * 1000},
        "a list for a shape": {"shape": [8, 4]},
    }


def zips() -> Iterator[tuple[str, bytes]]:
    known = entries()
    sound = zipped(known, zipfile.ZIP_STORED)
    yield "190 MB of zeros, packed", zipped({"archive/data/0": bytes(190_000_000)})
    yield "without a pickle", zipped({name: known[name] for name in known if "pkl" not in name}, zipfile.ZIP_STORED)
    yield "with two pickles", zipped(known | {"b/data.pkl": known["archive/data.pkl"]}, zipfile.ZIP_STORED)
    twice = zipped(known | {"archive/data/x": known["archive/data/0"]}, zipfile.ZIP_STORED)
    yield "with its numbers twice", twice.replace(b"archive/data/x", b"archive/data/0")
    for way in ("../", "/etc/"):
        yield f"its names lead out: {way}", zipped({f"{way}{name}": known[name] for name in known}, zipfile.ZIP_STORED)
    numbers = known["archive/data/0"]
    yield "a number in it overwritten", sound.replace(numbers, numbers[:-1] + b"\1")
    yield "encrypted", locked(sound)
    yield "a directory beyond the end", directory_beyond(sound)
    yield "entries that share their bytes", overlapping()
    yield "packed in an unusual way", zipped(known, zipfile.ZIP_LZMA)
    yield "20,000 files", listed(20_000)
    yield "an entry of 2⁶² bytes", far(sound)
    old = BytesIO()
    torch.save(network().state_dict(), old, _use_new_zipfile_serialization=False)
    yield "as torch wrote it before it wrote zips", old.getvalue()
    yield "such a file, cut", old.getvalue()[:200]


def far(content: bytes) -> bytes:
    """A zip whose last entry says in a longer field that it has 2⁶² bytes."""
    raw = bytearray(content)
    place = raw.rindex(b"PK\1\2")
    name, extra = struct.unpack("<2H", raw[place + 28 : place + 32])
    field = struct.pack("<2H2Q", 1, 16, 2**62, 2**62)
    raw[place + 20 : place + 28] = b"\xff" * 8
    raw[place + 30 : place + 32] = struct.pack("<H", extra + len(field))
    raw[place + 46 + name + extra : place + 46 + name + extra] = field
    end = raw.rindex(b"PK\5\6")
    (size,) = struct.unpack("<I", raw[end + 12 : end + 16])
    raw[end + 12 : end + 16] = struct.pack("<I", size + len(field))
    return bytes(raw)
