"""A zip of pictures in folders, a folder a class; each picture is kept small, as a PNG of our own making."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from PIL import Image
from pyarrow import parquet

from dlcore.data.base import Rows
from dlcore.data.uploads.archive import Archive, DamagedMemberError, readable_name
from dlcore.data.uploads.description import Images
from dlcore.data.uploads.folder_layout import layout
from dlcore.data.uploads.folder_report import (
    Kept,
    Member,
    check_classes,
    check_unreadable,
    folders_of,
    parts_of_name,
    repairs,
)
from dlcore.data.uploads.parts import TRAIN
from dlcore.data.uploads.pictures import (
    DAMAGED,
    HEAD,
    TOO_LARGE,
    Picture,
    PictureError,
    check,
    is_named_as_picture,
    looks_like_picture,
)
from dlcore.data.uploads.pictures import read as read_picture
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.data.uploads.upload_settings import UploadSettings
from dlcore.errors import UploadError

MAX_PICTURE_BYTES = 32 << 20  # of one file
PICTURES_A_GROUP = 500
NOT_PICTURES = ("thumbs.db", "desktop.ini")
OF_SYSTEMS = ("__macosx", "@eadir", "$recycle.bin", "system volume information")  # folders that nobody made
SCHEMA = pa.schema([("picture", pa.binary()), ("folder", pa.string())])


def read(files: Sequence[UploadedFile], made: Path) -> Images:
    """Check and shrink every picture, and say what was left out. Raises UploadError that names the member."""
    with Archive(files[0].path, files[0].name) as archive:
        found, aside = _pictures(archive)
        laid_out = layout([folders_of(name) for _entry, name in found], files[0].reading.parts)
        everything = [Member(*each, place) for each, place in zip(found, laid_out.places, strict=True)]
        members = [each for each in everything if each.place.name is not None]
        try:
            check_classes(archive, everything, laid_out, aside)
        except UploadError:
            _check_sizes(archive, everything)  # a file that would do harm is named before anything else
            raise
        members.sort(key=lambda each: each.place.part or TRAIN)
        kept = _keep(archive, members, made)
        check_unreadable(archive, members, kept)
    told = repairs(aside, everything, laid_out, kept)
    classes = tuple(sorted(kept.counts))
    by_area = sorted(kept.sizes, key=lambda size: size[0] * size[1])
    counts = tuple(kept.counts[each] for each in classes)
    parts = tuple(kept.parts) if 0 < kept.parts[TRAIN] < sum(kept.parts) else ()
    return Images("zip", sum(counts), classes, counts, kept.colour, by_area[0], by_area[-1], repairs=told, parts=parts)


def _pictures(archive: Archive) -> tuple[list[tuple[zipfile.ZipInfo, str]], list[str]]:
    """(the entries that are pictures, each with its name; the names of all others)."""
    found, aside = [], []
    for entry in archive.entries:
        name = readable_name(entry).replace("\\", "/")
        if not _is_left_behind(name) and (is_named_as_picture(name) or looks_like_picture(_head(archive, entry))):
            found.append((entry, name))
        else:
            aside.append(name)
    return found, aside


def _head(archive: Archive, entry: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(entry) as stream:
            return stream.read(HEAD)
    except DamagedMemberError:  # whatever it is, it does not call itself a picture
        return b""


def _is_left_behind(name: str) -> bool:
    """Whether systems and programs leave such files in archives unasked."""
    parts = parts_of_name(name)
    hidden = any(each.startswith(".") for each in parts)
    return hidden or not parts or parts[-1].lower() in NOT_PICTURES or any(each.lower() in OF_SYSTEMS for each in parts)


def _keep(archive: Archive, members: Sequence[Member], made: Path) -> Kept:
    """Write every picture that can be read. Raises UploadError for one that is too large."""
    kept = Kept()
    with parquet.ParquetWriter(made, SCHEMA) as writer:
        waiting: list[dict[str, Any]] = []
        for member, picture in _readable(archive, members, kept):
            waiting.append({"picture": _as_png(picture.image), "folder": member.place.name})
            kept.add(member, picture)
            if len(waiting) == PICTURES_A_GROUP:
                writer.write_table(pa.Table.from_pylist(waiting, schema=SCHEMA))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_pylist(waiting, schema=SCHEMA))
    return kept


def _readable(archive: Archive, members: Sequence[Member], kept: Kept) -> Iterator[tuple[Member, Picture]]:
    """One picture after the other; those that cannot be read are noted in `kept`."""
    for member in members:
        try:
            picture = read_picture(archive.read(member.entry, MAX_PICTURE_BYTES))
        except DamagedMemberError:
            kept.unreadable.append((member, DAMAGED))
        except PictureError as error:
            if error.reason == TOO_LARGE:
                raise archive.refused(member.entry, TOO_LARGE) from None
            kept.unreadable.append((member, error.reason))
        else:
            yield member, picture


def _check_sizes(archive: Archive, members: Sequence[Member]) -> None:
    """Raise UploadError that names the first picture that is too large; unpack none."""
    for member in members:
        try:
            check(archive.read(member.entry, MAX_PICTURE_BYTES))
        except DamagedMemberError:
            continue
        except PictureError as error:
            if error.reason == TOO_LARGE:
                raise archive.refused(member.entry, TOO_LARGE) from None


def _as_png(image: Image.Image) -> bytes:
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def rows(brought: UploadSettings, images: Images, kept: parquet.ParquetFile) -> Rows:
    """Every picture at the chosen side. Shapes: x (N, channels, side, side) uint8; y (N,)."""
    number = {name: index for index, name in enumerate(images.classes)}
    x = np.empty((images.rows, 3 if images.colour else 1, brought.side, brought.side), np.uint8)
    y = np.empty(images.rows, np.int64)
    before = 0
    for batch in kept.iter_batches(PICTURES_A_GROUP):
        inside = slice(before, before + len(batch))
        x[inside] = pictures(brought, images, batch)
        y[inside] = [number[name] for name in batch["folder"].to_pylist()]
        before += len(batch)
    return Rows(x, y)


def pictures(brought: UploadSettings, images: Images, kept: pa.Table | pa.RecordBatch) -> np.ndarray[Any, Any]:
    """Kept pictures at the chosen side. Shapes: (N, channels, side, side) uint8."""
    side, channels = brought.side, 3 if images.colour else 1
    made = np.empty((len(kept), side, side, channels), np.uint8)
    for place, content in zip(made, kept["picture"], strict=True):
        with Image.open(io.BytesIO(content.as_py()), formats=("PNG",)) as picture:
            shown = picture.convert("RGB" if images.colour else "L").resize((side, side))
            place[...] = np.asarray(shown).reshape(side, side, channels)
    return made.transpose(0, 3, 1, 2)
