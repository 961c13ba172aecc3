"""However much a file from outside claims to hold, the process that reads it does not grow by 50 MB.

Measured in a process of its own, which has imported everything first: what is left is the growth of the reading.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from dlcore.data.uploads import limits

MOST_GROWTH_MB = 50
READ = """
import json, os, resource, sys
from pathlib import Path
from dlcore.data.uploads import arrays, columnar, delimited, excel, folders, idx, npz, table
from dlcore.data.uploads.formats import read
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import UploadError

folder = Path(sys.argv[1])
small = UploadedFile(folder / "small.csv", "small.csv")
small.path.write_text("a,b\\n1,x\\n2,y\\n")
read([small], folder / "rows")  # whatever is set up once, is
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
try:
    read([UploadedFile(folder / "bomb", name) for name in sys.argv[2:]], folder / "rows")
    said = None
except UploadError as error:
    said = str(error)
print(json.dumps({"said": said, "growth": peak() - before}), flush=True)
os._exit(0)  # as dlcore.data.uploads.child ends
"""


def grown(folder: Path, names: str) -> tuple[str | None, float]:
    """(what was said of the file `bomb` under these names, by how many MB the process grew)."""
    command = [sys.executable, "-c", READ, str(folder), *names.split()]
    child = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(child.stdout)
    return found["said"], found["growth"]


def one_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        for _ in range(300):
            file.write(b"x" * (1 << 20))


def first_line(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(300):
            file.write(b"x" * (1 << 20))


def columns(path: Path) -> None:
    path.write_bytes(b"\n".join([b",".join(b"c%d" % n for n in range(100_000))] * 3))


def zeros(path: Path) -> None:
    """190 MB of zeros in 190 KB, called a picture."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a/1.png", bytes(190_000_000))


def picture(path: Path) -> None:
    """A PNG of 60,000 × 60,000 pixels whose data are there, packed."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(60_001)) for _ in range(2_000)) + packer.flush()
    header = struct.pack(">2I5B", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        for kind, part in ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    )
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a/1.png", b"\x89PNG\r\n\x1a\n" + chunks)


def canvas(path: Path) -> None:
    """A WebP of 16,000 × 16,000 pixels, as it says: its decoder would take a gigabyte when it is opened."""
    size = (15_999).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2" + bytes(3) + size
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a/1.webp", b"RIFF" + struct.pack("<I", len(body)) + body)
        made.writestr("b/1.webp", b"RIFF" + struct.pack("<I", len(body)) + body)


def screen(path: Path) -> None:
    """A GIF of 40 bytes that says its screen has 60,000 × 60,000 pixels."""
    small = b"GIF89a" + struct.pack("<HH", 60_000, 60_000) + b"\x80\0\0" + bytes(6)
    frame = b"," + struct.pack("<HHHH", 0, 0, 60_000, 60_000) + b"\0\2\2\x44\1\0;"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a/1.gif", small + frame)
        made.writestr("b/1.gif", small + frame)


def promise(path: Path) -> None:
    """128 bytes of an .npy header that asks for 32 GiB."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"shape": (2**33,), "fortran_order": False, "descr": "<f4"})
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("x.npy", header.getvalue())
        made.writestr("y.npy", header.getvalue())


def packed(path: Path) -> None:
    """Two thousand million labels, as it says, of which 200 MB are there."""
    with gzip.open(path, "wb", compresslevel=1) as made:
        made.write(struct.pack(">4BI", 0, 0, 8, 1, 2**31 - 1))
        for _ in range(200):
            made.write(bytes(1 << 20))


def shared(path: Path) -> None:
    """Two hundred names for the same 5 MB: it holds 5 KB and says that it unpacks to 1 GB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for n in range(200):
            made.writestr(f"a/{n}.png", bytes(5_000_000) if n == 0 else b"")
    raw = bytearray(path.read_bytes())
    first = raw.index(b"PK\1\2")
    sizes, place = bytes(raw[first + 16 : first + 28]), first
    while (place := raw.find(b"PK\1\2", place + 4)) > 0:
        raw[place + 16 : place + 28], raw[place + 42 : place + 46] = sizes, bytes(4)
    path.write_bytes(raw)


def sheet(path: Path) -> None:
    """An Excel file whose texts alone unpack to 210 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        with made.open("xl/sharedStrings.xml", "w") as file:
            for _ in range(200):
                file.write(b"<si><t>x</t></si>" * (1 << 16))
        made.writestr("[Content_Types].xml", "")


def one_word(path: Path) -> None:
    """A text of 200,000 characters, meant a million times."""
    words = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, np.int32)), pa.array(["x" * 200_000]))
    parquet.write_table(pa.table({"a": words}), path)


@pytest.mark.parametrize(
    ("make", "name", "words"),
    [
        (one_line, "bomb.csv", f"longer than {limits.MAX_RECORD_BYTES:,} bytes"),
        (first_line, "bomb.csv", "first row is longer"),
        (columns, "bomb.csv", "100,000 columns"),
        (zeros, "bomb.zip", "too large"),
        (shared, "bomb.zip", "shares its bytes"),
        (picture, "bomb.zip", "20 million pixels"),
        (canvas, "bomb.zip", "20 million pixels"),
        (screen, "bomb.zip", "20 million pixels"),
        (promise, "bomb.npz", "at most"),
        (sheet, "bomb.xlsx", "unpacks to more than"),
        (one_word, "bomb.parquet", "200,000 characters"),
        (packed, "images-ubyte.gz labels-ubyte.gz", "at most"),
    ],
    ids=lambda each: each.__name__ if callable(each) else "",
)
def test_a_bomb_is_refused_and_takes_no_memory(
    tmp_path: Path, make: Callable[[Path], None], name: str, words: str
) -> None:
    make(tmp_path / "bomb")
    said, growth = grown(tmp_path, name)
    assert said is not None
    assert words in said
    assert growth < MOST_GROWTH_MB
