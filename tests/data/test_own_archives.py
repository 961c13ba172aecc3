"""Zips, pictures, NPZ and IDX from outside: what is refused, in which words, and that nothing else happens."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as chosen
from hypothesis import strategies as st
from PIL import Image

from dlcore.data.uploads import archive, folders
from dlcore.data.uploads.description import Arrays, Description, Images, from_json, to_json
from dlcore.data.uploads.formats import read
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import UploadError
from tests.sampling import examples

from .brought import about, experiment, given, kept, lay_out, loaded

IDX_KINDS = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def picture(
    colour: Any = (200, 30, 30), size: tuple[int, int] = (20, 12), format: str = "PNG", mode: str = "RGB"
) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size, colour).save(made, format)
    return made.getvalue()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as written:
        for name, content in members.items():
            written.writestr(zipfile.ZipInfo(name) if "\0" in name else name, content)
    return made.getvalue()


def refusal(folder: Path, content: bytes, name: str) -> str:
    with pytest.raises(UploadError) as caught:
        kept(folder, content, name)
    assert name in str(caught.value)
    return str(caught.value)


def attempt(folder: Path, content: bytes, name: str) -> Description | UploadError:
    """What came of it, one way or the other."""
    try:
        return kept(folder, content, name)[0]
    except UploadError as error:
        return error


def npz(**arrays: Any) -> bytes:
    made = io.BytesIO()
    np.savez_compressed(made, **arrays)
    return made.getvalue()


def idx(array: np.ndarray[Any, Any]) -> bytes:
    code = IDX_KINDS[array.dtype.str[1:]]
    return (
        struct.pack(f">4B{array.ndim}I", 0, 0, code, array.ndim, *array.shape)
        + array.astype(array.dtype.newbyteorder(">")).tobytes()
    )


# Pictures in folders


def test_a_folder_is_a_class_and_pictures_are_what_they_were(tmp_path: Path) -> None:
    members = {f"pets/{name}/{n}.png": picture(colour) for n in range(5)
               for name, colour in (("cat", (255, 0, 0)), ("狗", (0, 0, 255)))}  # fmt: skip
    members |= {"__MACOSX/pets/cat/._0.png": b"junk", "pets/.DS_Store": b"junk", "pets/cat/Thumbs.db": b"junk"}
    found, made = kept(tmp_path, zipped(members), "pets.zip")
    assert replace(found, repairs=()) == Images("zip", 10, ("cat", "狗"), (5, 5), True, (20, 12), (20, 12))
    (aside,) = found.repairs
    assert (aside.kind, aside.count) == ("files-left-aside", 3)
    assert {"pets/.DS_Store", "pets/cat/Thumbs.db"} < set(aside.places)
    assert from_json(to_json(found)) == found
    lay_out(found, made)
    assert about(side=16).shape == (3, 16, 16)
    data = loaded(side=16, scale="none", split={"test": 0.2, "validation": 0.2})
    assert data.about.task == "binary"
    red = data.train.x[data.train.y[:, 0] == 0]
    assert red[:, 0].eq(255).all()
    assert red[:, 1:].eq(0).all()


def test_grey_pictures_have_one_channel_and_see_through_ones_lie_on_white(tmp_path: Path) -> None:
    grey = {f"{name}/{n}.png": picture(value, mode="L") for n in range(2) for name, value in (("a", 9), ("b", 99))}
    found, made = kept(tmp_path, zipped(grey), "grey.zip")
    lay_out(found, made)
    assert about().shape == (1, 32, 32)
    clear = {f"{name}/0.png": picture((0, 0, 0, 0), mode="RGBA") for name in "ab"}
    found, made = kept(tmp_path, zipped(clear), "clear.zip")
    lay_out(found, made)
    rows = experiment().dataset.source.read(0)  # type: ignore[attr-defined]
    assert (rows.x == 255).all()


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@chosen(name=st.lists(st.sampled_from(["..", ".", "", "a", "\\", "%252e%252e", "C:", "~", "\0", "b.png", " ", "con"]),
                      min_size=1, max_size=5).map("/".join))  # fmt: skip
def test_no_name_in_a_zip_is_ever_a_path(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("zip")
    inside = folder / "inside"
    inside.mkdir()
    content = zipped({name + "/x.png": picture(), "other/y.png": picture()})
    found = attempt(inside, content, "pets.zip")
    if isinstance(found, UploadError):
        assert "pets.zip" in str(found)
    else:
        assert isinstance(found, Images)
        assert not {"", ".", ".."} & set(found.classes)
        assert not any("/" in each or "\\" in each or "\0" in each for each in found.classes)
    assert {path.name for path in inside.iterdir()} <= {"given-0", "rows.parquet"}
    assert {path.name for path in folder.iterdir()} == {"inside"}


def overlapping() -> bytes:
    """Two names for the same bytes: the central directory points both at one local header."""
    raw = bytearray(zipped({"a/1.png": picture(), "b/2.png": picture((0, 9, 9))}))
    second = raw.rindex(b"PK\1\2")
    raw[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(raw)


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    assert "shares its bytes" in refusal(tmp_path, overlapping(), "bomb.zip")


def test_what_unpacks_to_too_much_is_refused_before_and_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = zipped({"a/1.png": bytes(5_000_000), "b/2.png": bytes(5_000_000)})
    assert len(content) < 20_000
    bomb = given(tmp_path, content, "bomb.zip").path
    with pytest.raises(UploadError, match=r"bomb.zip unpacks to more than 1 MB"):
        archive.Archive(bomb, "bomb.zip", limit=1_000_000)
    opened = archive.Archive(bomb, "bomb.zip")
    opened.limit = 1_000_000
    with opened, opened.open(opened.entries[0]) as stream, pytest.raises(UploadError, match="unpacks to more than"):
        stream.read(2_000_000)
    monkeypatch.setattr(folders, "MAX_PICTURE_BYTES", 1000)
    assert "a/1.png: it is too large" in refusal(tmp_path, content, "bomb.zip")


def test_links_encrypted_entries_and_too_many_files_are_refused(tmp_path: Path) -> None:
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as written:
        entry = zipfile.ZipInfo("a/1.png")
        entry.external_attr = 0o120777 << 16
        written.writestr(entry, "/etc/passwd")
    assert "it is a link" in refusal(tmp_path, link.getvalue(), "pets.zip")
    locked = bytearray(zipped({"a/1.png": picture()}))
    locked[locked.rindex(b"PK\1\2") + 8] |= 1
    assert "encrypted" in refusal(tmp_path, bytes(locked), "pets.zip")
    assert "unusual way" in refusal(tmp_path, zipped({"a/1.png": picture()}, zipfile.ZIP_LZMA), "pets.zip")
    many = given(tmp_path, zipped({f"a/{n}.png": b"" for n in range(4)}), "pets.zip").path
    with pytest.raises(UploadError, match=r"pets\.zip holds 4 files; at most 3 are allowed"):
        archive.Archive(many, "pets.zip", most=3)


def huge_png() -> bytes:
    """A picture of 60,000 × 60,000 pixels, of which only the first few are there."""
    parts = {
        b"IHDR": struct.pack(">2I5B", 60_000, 60_000, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(bytes(999)),
        b"IEND": b"",
    }
    chunks = (struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
              for kind, part in parts.items())  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a/1.png", huge_png(), "20 million pixels"),
        ("a/1.png", b"SIMPLE  =                    T" + b" " * 2850, "no picture"),  # FITS
        ("a/1.png", picture(format="TIFF"), "which is not read"),
        ("a/1.jpg", picture(format="JPEG")[:300], "damaged"),
        ("a/1.gif", picture(format="GIF")[:40], "no picture"),
        ("a/1.tif", picture(format="TIFF"), "save it as PNG or JPEG"),
        ("1.png", picture(), "no folder"),
        ("../1.png", picture(), "no folder"),
        ("a/inside.zip", zipped({"b/1.png": picture()}), "No pictures, and left aside"),
    ],
    ids=["huge", "fits", "tiff", "torn", "gif", "tiff-too", "outside", "above", "nested"],
)
def test_what_is_no_picture_is_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    sentence = refusal(tmp_path, zipped({"b/good.png": picture(), name: content}), "pets.zip")
    assert words in sentence
    assert name in sentence


def test_one_folder_is_no_choice(tmp_path: Path) -> None:
    assert "2 to 1,000 folders" in refusal(tmp_path, zipped({"a/1.png": picture()}), "pets.zip")


# Arrays


@pytest.mark.parametrize("kind", ["uint8", "int32", "float32", "float64", "bool"])
@pytest.mark.parametrize(("shape", "one"), [((8, 5), (5,)), ((8, 6, 7), (1, 6, 7)), ((8, 3, 6, 7), (3, 6, 7)),
                                            ((8, 6, 7, 3), (3, 6, 7)), ((8,), (1,))])  # fmt: skip
def test_arrays_come_back_as_they_were(tmp_path: Path, kind: str, shape: tuple[int, ...], one: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).integers(0, 200, shape).astype(kind)
    y = np.array(["cat", "dog"] * 4)
    found, made = kept(tmp_path, npz(x=x, y=y), "pets.npz")
    assert isinstance(found, Arrays)
    assert from_json(to_json(found)) == found
    assert (found.shape, found.classes, found.counts) == (one, ("cat", "dog"), (4, 4))
    lay_out(found, made)
    rows = experiment().dataset.source.read(0)  # type: ignore[attr-defined]
    expected = x.transpose(0, 3, 1, 2) if found.channels_last else x.reshape(8, *one)
    assert np.array_equal(rows.x, expected.astype(rows.x.dtype))
    assert rows.y.tolist() == [0, 1] * 4
    assert found.channels_last == (shape == (8, 6, 7, 3))


@pytest.mark.parametrize(
    ("y", "task", "classes"),
    [
        (np.arange(12) % 3, "multiclass", ("0", "1", "2")),
        (np.arange(12.0) % 2, "binary", ("0", "1")),
        (np.linspace(0, 1, 12), "regression", ()),
        (np.eye(3)[np.arange(12) % 3], "multiclass", ("0", "1", "2")),
        (np.array([[1, 1], [0, 1], [0, 0]] * 4), "multilabel", ("0", "1")),
        (np.linspace(0, 1, 12)[:, None], "regression", ()),
    ],
)
def test_what_is_asked_follows_from_y(tmp_path: Path, y: Any, task: str, classes: tuple[str, ...]) -> None:
    lay_out(*kept(tmp_path, npz(x=np.ones((12, 4)), y=y), "pets.npz"))
    assert (about().task, about().classes) == (task, classes)
    data = loaded(split={"test": 0.25, "validation": 0.25})
    assert data.train.x.shape[1:] == (4,)


def header(shape: tuple[int, ...], kind: str = "<f4", by_column: bool = False) -> bytes:
    made = io.BytesIO()
    described = {"shape": shape, "fortran_order": by_column, "descr": kind}
    np.lib.format.write_array_header_1_0(made, described)
    return made.getvalue()


@settings(max_examples=examples(60), deadline=None)
@chosen(
    shape=st.lists(st.integers(-3, 2**40), min_size=0, max_size=6).map(tuple),
    kind=st.sampled_from(["<f4", ">f8", "|u1", "|O", "<c16", "<M8[s]", "|V8", "<U9", "|S3", "|b1"]),
    data=st.binary(max_size=64),
)
def test_a_header_that_promises_too_much_is_refused(
    tmp_path_factory: pytest.TempPathFactory, shape: tuple[int, ...], kind: str, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("npz")
    good = io.BytesIO()
    np.save(good, np.arange(2))
    content = zipped({"x.npy": header(shape, kind) + data, "y.npy": good.getvalue()})
    found = attempt(folder, content, "pets.npz")
    if isinstance(found, UploadError):
        assert "pets.npz, x" in str(found)
    else:
        assert isinstance(found, Arrays)
        assert int(np.prod(shape)) * np.dtype(kind).itemsize == len(data)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped({"x.npy": header((2**33,)), "y.npy": header((2,))}), "at most"),
        (zipped({"x.npy": header((2, 2), by_column=True) + bytes(16), "y.npy": header((2,)) + bytes(8)}), "by column"),
        (zipped({"x.npy": b"junk", "y.npy": b"junk"}), "not an array"),
        (npz(x=np.ones((4, 2))), "it holds x"),
        (npz(x=np.ones((4, 2)), y=np.arange(3)), "4 rows, but"),
        (npz(x=np.array([[1.0], [np.nan], [2.0]]), y=np.arange(3)), "row 2"),
        (npz(x=np.ones((3, 2)), y=np.ones(3)), "2 to 1,000 different answers"),
        (npz(x=np.array([{"a": 1}, None], dtype=object), y=np.arange(2)), "holds object"),
        (npz(x=np.ones((3, 2)), y=np.ones((3, 2, 2))), "one answer a row"),
    ],
)
def test_arrays_that_do_not_fit_are_named(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refusal(tmp_path, content, "pets.npz")


def pair(folder: Path, images: bytes, labels: bytes, end: str = "") -> list[UploadedFile]:
    return [
        given(folder, images, f"train-images-idx3-ubyte{end}"),
        given(folder, labels, f"train-labels-idx1-ubyte{end}"),
    ]


@pytest.mark.parametrize("kind", ["u1", "i2", "f8"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_idx_pairs_come_back_as_they_were(tmp_path: Path, kind: str, packed: bool, turned: bool) -> None:
    x = np.random.default_rng(0).integers(0, 100, (6, 4, 5)).astype(kind)
    y = (np.arange(6) % 2).astype("u1")
    squeeze = gzip.compress if packed else bytes
    files = pair(tmp_path, squeeze(idx(x)), squeeze(idx(y)), ".gz" if packed else "")
    found = read(files[::-1] if turned else files, tmp_path / "rows")
    lay_out(found, tmp_path / "rows")
    rows = experiment().dataset.source.read(0)  # type: ignore[attr-defined]
    assert np.array_equal(rows.x[:, 0], x)
    assert rows.y.tolist() == y.tolist()


def test_idx_files_that_lie_about_themselves_are_refused(tmp_path: Path) -> None:
    x, y = idx(np.zeros((6, 4, 5), "u1")), idx((np.arange(6) % 2).astype("u1"))
    cases = [(x[:-1], y, "", "bytes of numbers"), (x + b"1", y, "", "bytes of numbers"), (b"junk", y, "", "not an IDX"),
             (x, idx(np.arange(5).astype("u1")), "", "5: there must be"), (gzip.compress(x), y, ".gz", "gzip"),
             (gzip.compress(x[:-1]), gzip.compress(y), ".gz", "ends before"),
             (gzip.compress(x + bytes(9)), gzip.compress(y), ".gz", "goes on"),
             (idx(np.zeros((6, 4, 5), "u1"))[:4] + struct.pack(">3I", 2**31, 2**31, 9), y, "", "at most")]  # fmt: skip
    for images, labels, end, words in cases:
        with pytest.raises(UploadError, match=words):
            read(pair(tmp_path, images, labels, end), tmp_path / "rows")
    with pytest.raises(UploadError, match="IDX comes as a pair"):
        kept(tmp_path, x, "train-images-idx3-ubyte")
    with pytest.raises(UploadError, match="Bring one file"):
        read([given(tmp_path, b"a,b", "a.csv"), given(tmp_path, b"a,b", "b.csv")], tmp_path / "rows")
