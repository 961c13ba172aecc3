"""A file that means no good."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

CANARY = Path("/nonexistent/canary")  # nothing can be made there, should it ever run
Kind = Literal["upload", "weights", "bundle", "experiment"]


@dataclass(frozen=True)
class Hostile:
    """What is to be read as `kind`, under these names (an IDX pair has two).

    make: writes the file there; bytes are the file, or the files of a pair.
    """

    kind: Kind
    label: str
    names: tuple[str, ...]
    make: Callable[[Path], None] | tuple[bytes, ...]

    def write(self, folder: Path) -> list[Path]:
        """Where it lies now, one file for each name. A bomb that is made comes under all of them."""
        if callable(self.make):
            self.make(folder / "bomb")
            return [folder / "bomb"] * len(self.names)
        paths = [folder / f"given-{place}" for place in range(len(self.make))]
        for path, content in zip(paths, self.make, strict=True):
            path.write_bytes(content)
        return paths


def torn(kind: Kind, name: str, content: bytes) -> Iterator[Hostile]:
    """A sound file after every kind of damage: cut, overwritten, drowned in zeros, exchanged for something else."""
    size = len(content)
    random_bytes = random.Random(0).randbytes(size)
    damaged = {
        "a quarter of it": content[: size // 4],
        "half of it": content[: size // 2],
        "without its last 30 bytes": content[:-30],
        "without its first 30 bytes": content[30:],
        "its beginning overwritten": random_bytes[:64] + content[64:],
        "its end cut and padded": content[:-64] + bytes(32),
        "zeros of its size": bytes(size),
        "noise of its size": random_bytes,
        "a program": b"\x7fELF\2\1\1" + random_bytes,
        "a page": b"<!DOCTYPE html><html><body>Sign in to download</body></html>" * 20,
    }
    for label, raw in damaged.items():
        yield Hostile(kind, f"{label}: {name}", (name,), (raw,))


def locked(content: bytes) -> bytes:
    """A zip whose last entry says that it is encrypted."""
    raw = bytearray(content)
    raw[raw.rindex(b"PK\1\2") + 8] |= 1
    return bytes(raw)


def linked(path: Path) -> None:
    """A zip that holds a link to a file of the system."""
    with zipfile.ZipFile(path, "w") as written:
        entry = zipfile.ZipInfo("a/1.png")
        entry.external_attr = 0o120777 << 16
        written.writestr(entry, "/etc/passwd")


def crowded(path: Path) -> None:
    """A zip of 20,000 empty files."""
    with zipfile.ZipFile(path, "w") as written:
        for number in range(20_000):
            written.writestr(f"a/{number}.png", b"")


def listed(count: int) -> bytes:
    """A zip that lists the same empty file so often, under as many names as one letter has."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, *[0] * 6) + b"a"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    told = count & 0xFFFF
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, told, told, count * len(entry), len(local), 0)
    return local + entry * count + end


def crowded_list(path: Path) -> None:
    """A zip of 47 MB that lists a million files."""
    path.write_bytes(listed(1_000_000))


def directory_beyond(content: bytes) -> bytes:
    """A zip whose directory is said to begin beyond its end."""
    raw = bytearray(content)
    end = raw.rindex(b"PK\5\6")
    raw[end + 16 : end + 20] = struct.pack("<I", 2**31)
    return bytes(raw)
