"""Data sets that mean no good: bombs, headers that lie, archives that reach out, and files that were torn."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pandas as pd

from tests.data import test_own_memory as bombs
from tests.data.test_own_archives import header, huge_png, idx, npz, overlapping, picture, zipped

from .files import Hostile, crowded, crowded_list, directory_beyond, linked, locked, torn

BOMBS = (
    (bombs.one_line, "bomb.csv"), (bombs.first_line, "bomb.csv"), (bombs.columns, "bomb.csv"),
    (bombs.zeros, "bomb.zip"), (bombs.shared, "bomb.zip"), (bombs.picture, "bomb.zip"), (bombs.canvas, "bomb.zip"),
    (bombs.screen, "bomb.zip"), (bombs.promise, "bomb.npz"), (bombs.sheet, "bomb.xlsx"),
    (bombs.one_word, "bomb.parquet"), (bombs.packed, "images-ubyte.gz labels-ubyte.gz"),
    (linked, "pets.zip"), (crowded, "pets.zip"),
    (crowded_list, "pets.zip"), (crowded_list, "data.npz"), (crowded_list, "book.xlsx"),
)  # fmt: skip
TWO = np.arange(2)
FRAME = pd.DataFrame({"a": range(50), "b": [f"word {n}" for n in range(50)], "kind": ["cat", "dog"] * 25})
PETS = {f"{name}/{n}.png": picture((9 * n, 0, 9)) for name in ("cat", "dog") for n in range(6)}
SHEET = (
    '<?xml version="1.0"?>{}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}'
    "</sheetData></worksheet>"
)
GROWING = '<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in pairwise("abcdefghij")
)
OUTSIDE = '<!ENTITY j SYSTEM "file:///etc/passwd">'


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for make, names in BOMBS:
        yield Hostile("upload", make.__doc__ or make.__name__, tuple(names.split()), make)
    for name, content in sound().items():
        if name not in ("rows.csv", "images-ubyte.gz labels-ubyte.gz"):  # text is read however torn; pairs are below
            yield from torn("upload", name, *content)
    for label, raw in (*archives(), *pictures()):
        yield Hostile("upload", label, ("pets.zip",), (raw,))
    for label, raw in arrays():
        yield Hostile("upload", label, ("data.npz",), (raw,))
    for label, images, labels in pairs():
        yield Hostile("upload", label, ("images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"), (images, labels))
    for name, label, raw in tables():
        yield Hostile("upload", label, (name,), (raw,))


def sound() -> dict[str, tuple[bytes, ...]]:
    """A file of every kind that is read, by its name; an IDX pair by the names of both."""
    return {
        "pets.zip": (zipped(PETS),),
        "data.npz": (npz(x=np.ones((99, 5)), y=np.arange(99) % 2),),
        "rows.parquet": (parquet(),),
        "book.xlsx": (book(),),
        "rows.csv": (FRAME.to_csv(index=False).encode(),),
        "images-ubyte.gz labels-ubyte.gz": (gzip.compress(idx(np.zeros((6, 4, 5), "u1"))),
                                            gzip.compress(idx((np.arange(6) % 2).astype("u1")))),
    }  # fmt: skip


def parquet() -> bytes:
    made = io.BytesIO()
    FRAME.to_parquet(made)
    return made.getvalue()


def book() -> bytes:
    made = io.BytesIO()
    FRAME.to_excel(made, index=False)
    return made.getvalue()


def archives() -> Iterator[tuple[str, bytes]]:
    yield "an entry that is said to be encrypted", locked(zipped(PETS))
    yield "a directory beyond the end", directory_beyond(zipped(PETS))
    yield "packed in an unusual way", zipped(PETS, zipfile.ZIP_LZMA)
    yield "entries that share their bytes", overlapping()
    yield "nothing in it", zipped({})
    yield "a zip in a zip", zipped({"a/inside.zip": zipped(PETS), "b/inside.zip": zipped(PETS)})
    for name in ("../../../1.png", "/etc/1.png", "..\\..\\1.png", "C:/1.png", "%2e%2e/1.png", "\0/1.png"):
        yield f"a way out: {name!r}", zipped({name: picture()})


def pictures() -> Iterator[tuple[str, bytes]]:
    for label, raw in {
        "a picture of 60,000 pixels a side": huge_png(),
        "astronomy called a picture": b"SIMPLE  =                    T" + b" " * 2850,
        "a picture of 100,000 pixels a side": sized(huge_png(), 100_000),
        "a picture of 2³¹ pixels a side": sized(huge_png(), 2**31 - 1),
        "a picture of no pixels": sized(huge_png(), 0),
        "a page with a script": b"<script>alert(1)</script>",
        "a torn JPEG": picture(format="JPEG")[:300],
        "a torn PNG": picture(size=(400, 300))[:60],
        "a PNG of noise": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
        "PostScript, which has programs in it": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        "a drawing that asks for files": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/x"/></svg>',
        "an empty file": b"",
    }.items():
        yield f"{label} called .png", zipped({"b/good.png": picture(), "a/1.png": raw})


def sized(png: bytes, side: int) -> bytes:
    """The same picture, but that it says it has so many pixels a side."""
    header = b"IHDR" + struct.pack(">2I", side, side) + png[24:29]
    return png[:12] + header + struct.pack(">I", zlib.crc32(header)) + png[33:]


def arrays() -> Iterator[tuple[str, bytes]]:
    labels = io.BytesIO()
    np.save(labels, TWO)
    shapes = [(2**33,), (2, 2**40), (-1,), (2**62, 2**62), (0,), (2, 0), (1,) * 40]
    kinds = ["|O", "<c16", "<M8[s]", "|V8", "|S3"]
    for shape in shapes:
        yield f"an array of the shape {shape}", zipped({"x.npy": header(shape), "y.npy": labels.getvalue()})
    for kind in kinds:
        content = header((2,), kind) + bytes(2 * np.dtype(kind).itemsize)
        yield f"an array of the kind {kind}", zipped({"x.npy": content, "y.npy": labels.getvalue()})
    yield "an array with a program for a header", zipped({
        "x.npy": b"\x93NUMPY\1\0\x76\0" + b"__import__('os').system('x')".ljust(118), "y.npy": labels.getvalue(),
    })  # fmt: skip
    yield "arrays that are none", zipped({"x.npy": b"junk", "y.npy": b"junk"})
    yield "objects, which are programs", npz(x=np.array([{"a": 1}, None], dtype=object), y=TWO)
    yield "no answers", npz(x=np.ones((4, 2)))
    yield "infinities", npz(x=np.array([[1.0], [np.inf]]), y=TWO)


def pairs() -> Iterator[tuple[str, bytes, bytes]]:
    x, y = idx(np.zeros((6, 4, 5), "u1")), gzip.compress(idx((np.arange(6) % 2).astype("u1")))
    huge = x[:4] + struct.pack(">3I", 2**31, 2**31, 9)
    for label, images in {"a byte less": x[:-1], "a byte more": x + b"1", "junk": b"junk", "2⁶⁵ pixels": huge}.items():
        yield f"pictures of {label} than they say", gzip.compress(images), y
    yield "pictures that end in mid-air", gzip.compress(x)[:-12], y
    yield "pictures that were not packed", x, y
    yield "five labels for six pictures", gzip.compress(x), gzip.compress(idx(np.arange(5).astype("u1")))


def tables() -> Iterator[tuple[str, str, bytes]]:
    yield "rows.csv", "nothing", b""
    yield "rows.csv", "names alone", b"a,b\n"
    yield "rows.csv", "blanks alone", b" \n" * 1000
    yield "rows.exe", "a program", b"MZ" + bytes(100)
    yield "rows.parquet", "a footer of 4 GB", b"PAR1" + bytes(64) + struct.pack("<I", 2**32 - 1) + b"PAR1"
    yield "rows.parquet", "no footer", b"PAR1PAR1"
    for label, entities in (("entities that grow to 3 GB", GROWING), ("an entity outside", OUTSIDE)):
        text = '<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>'
        yield "book.xlsx", label, sheet_of(text, f"<!DOCTYPE x [{entities}]>")
    yield "rows.csv", "quotes alone", b"a,b\n" + b'"' * 5_000_000
    yield "rows.csv", "zeros alone", bytes(5_000_000)
    yield "rows.csv", "commas alone", b"," * 3_000_000
    far = sheet_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000000"><c r="A1000000000"><v>1</v></c></row>')
    yield "book.xlsx", "a thousand million rows", far
    yield "book.xlsx", "16,384 columns", sheet_of('<row r="1"><c r="A1"/><c r="XFD1"><v>1</v></c></row>')
    yield "book.xlsx", "a book without a sheet", zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})


def sheet_of(rows: str, beginning: str = "") -> bytes:
    """A book whose sheet has these rows."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as sound, zipfile.ZipFile(made, "w") as written:
        for name in sound.namelist():
            is_sheet = name.startswith("xl/worksheets/")
            written.writestr(name, SHEET.format(beginning, rows) if is_sheet else sound.read(name))
    return made.getvalue()
