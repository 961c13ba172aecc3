"""Bundles that mean no good."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from dlcore.export.bundle import pack, write
from tests.data.test_own_archives import overlapping, zipped
from tests.export.test_bundle import trained
from tests.runs.living import digits

from .files import Hostile, crowded, crowded_list, directory_beyond, linked, locked, torn

NAME = "mine.zip"


def hostile() -> Iterator[Hostile]:
    """All of them."""
    with TemporaryDirectory() as folder:
        write(trained(digits(1)), Path(folder))
        whole = {each.name: each.read_bytes() for each in Path(folder).iterdir() if each.is_file()}
        sound = pack(Path(folder))
    yield from torn("bundle", NAME, sound)
    for name in whole:
        if name.endswith((".json", ".yaml", ".safetensors")):
            left = {other: content for other, content in whole.items() if other != name}
            yield _bundle(f"without {name}", zipped(left))
            yield _bundle(f"with another {name}", zipped(left | {name: b"[" * 100_000}))
    for name in ("../model.py", "/etc/x", "a\\b", "a/b", "%2e%2e/x", "\0"):
        yield _bundle(f"a way out: {name!r}", zipped(whole | {name: b"x"}))
    yield _bundle("a gigabyte of zeros, packed", zipped(whole | {"README.md": bytes(1_000_000_000)}))
    yield _bundle("packed in an unusual way", zipped(whole, zipfile.ZIP_LZMA))
    yield _bundle("encrypted", locked(sound))
    yield _bundle("a directory beyond the end", directory_beyond(sound))
    yield _bundle("entries that share their bytes", overlapping())
    yield Hostile("bundle", "a link", (NAME,), linked)
    yield Hostile("bundle", "20,000 files", (NAME,), crowded)
    yield Hostile("bundle", "a million files", (NAME,), crowded_list)


def _bundle(label: str, raw: bytes) -> Hostile:
    return Hostile("bundle", label, (NAME,), (raw,))
