"""A zip of pictures in folders, a folder a class; each picture is kept small, as a PNG of our own making."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from PIL import Image
from pyarrow import parquet

from dlcore.data.base import Rows
from dlcore.data.own.archive import Archive, DamagedMemberError, readable_name
from dlcore.data.own.description import Images, Repair, first, listed
from dlcore.data.own.formats import Given
from dlcore.data.own.layout import Folders, Layout, Place, layout
from dlcore.data.own.limits import MAX_NAME_CHARACTERS, MAX_VALUES
from dlcore.data.own.parts import TEST, TRAIN, VALIDATION
from dlcore.data.own.pictures import (
    DAMAGED,
    HEAD,
    SHOWN_FORMATS,
    TOO_LARGE,
    Picture,
    PictureError,
    is_named_as_picture,
    looks_like_picture,
)
from dlcore.data.own.pictures import read as read_picture
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

if TYPE_CHECKING:
    from dlcore.data.own.dataset import Brought

MAX_PICTURE_BYTES = 32 << 20  # of one file
PICTURES_A_GROUP = 500
UNREADABLE = 0.05  # of the pictures may be left out, or one
NOT_PICTURES = ("thumbs.db", "desktop.ini")
OF_SYSTEMS = ("__macosx", "@eadir", "$recycle.bin", "system volume information")  # folders that nobody made
NO_FOLDER = N_("it lies in no folder; every picture must lie in a folder that is named as its class, as in cats/1.png")
SCHEMA = pa.schema([("picture", pa.binary()), ("folder", pa.string())])


@dataclass(frozen=True)
class Member:
    """A picture in the archive, and where it belongs."""

    entry: zipfile.ZipInfo
    name: str
    place: Place


@dataclass
class _Kept:
    """What is known of the pictures that were read so far, and of those that could not be."""

    counts: Counter[str] = field(default_factory=Counter)
    parts: list[int] = field(default_factory=lambda: [0, 0, 0])
    sizes: list[tuple[int, int]] = field(default_factory=list)
    colour: bool = False
    moving: list[str] = field(default_factory=list)
    unreadable: list[tuple[Member, str]] = field(default_factory=list)

    def add(self, member: Member, picture: Picture) -> None:
        self.counts[member.place.name or ""] += 1
        self.parts[member.place.part or TRAIN] += 1
        self.sizes.append(picture.size)
        self.colour = self.colour or picture.colour
        if picture.moves:
            self.moving.append(member.name)


def read(files: Sequence[Given], made: Path) -> Images:
    """Check and shrink every picture, and say what was left out. Raises UploadError that names the member."""
    with Archive(files[0].path, files[0].name) as archive:
        found, aside = _pictures(archive)
        laid_out = layout([_folders(name) for _entry, name in found])
        everything = [Member(*each, place) for each, place in zip(found, laid_out.places, strict=True)]
        members = [each for each in everything if each.place.name is not None]
        _check_classes(archive, everything, laid_out, aside)
        members.sort(key=lambda each: each.place.part or TRAIN)
        kept = _keep(archive, members, made)
        _check_unreadable(archive, members, kept)
    repairs = [
        *_of_files(aside),
        *_of_layout(everything, laid_out, kept),
        *_of_pictures(members, kept),
    ]
    classes = tuple(sorted(kept.counts))
    by_area = sorted(kept.sizes, key=lambda size: size[0] * size[1])
    counts = tuple(kept.counts[each] for each in classes)
    parts = tuple(kept.parts) if kept.parts[TRAIN] < sum(kept.parts) else ()
    return Images(
        "zip", sum(counts), classes, counts, kept.colour, by_area[0], by_area[-1], repairs=tuple(repairs), parts=parts
    )


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
    parts = _parts_of_name(name)
    hidden = any(each.startswith(".") for each in parts)
    return hidden or not parts or parts[-1].lower() in NOT_PICTURES or any(each.lower() in OF_SYSTEMS for each in parts)


def _parts_of_name(name: str) -> list[str]:
    return [part for each in name.split("/") if (part := each.strip()) not in ("", ".", "..")]


def _folders(name: str) -> Folders:
    """The folders that a picture lies in. They name classes, and nothing on any disk."""
    return tuple(_parts_of_name(name.rpartition("/")[0]))


def _keep(archive: Archive, members: Sequence[Member], made: Path) -> _Kept:
    """Write every picture that can be read. Raises UploadError for one that is too large."""
    kept = _Kept()
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


def _readable(archive: Archive, members: Sequence[Member], kept: _Kept) -> Iterator[tuple[Member, Picture]]:
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


def _as_png(image: Image.Image) -> bytes:
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


# What is refused


def _check_classes(archive: Archive, members: Sequence[Member], found: Layout, aside: Sequence[str]) -> None:
    """Raise UploadError that says what is expected, where the folders are no choice among classes."""
    classes = {each.place.name for each in members if each.place.name is not None}
    long = next((each for each in members if len(each.place.name or "") > MAX_NAME_CHARACTERS), None)
    if long is not None:
        raise archive.refused(long.entry, N_("the name of its folder is too long to name a class"))
    if 2 <= len(classes) <= MAX_VALUES:
        return
    shown = {"file": archive.name, "limit": f"{MAX_VALUES:,}", "names": listed(aside)}
    if not members:
        sentence = N_("{file} holds no pictures ({formats}); it holds {names}.")
        raise UploadError(Text(sentence, formats=SHOWN_FORMATS, **{**shown, "names": listed(aside) or "—"}))
    if found.parts and len(classes) < 2:
        raise UploadError(
            Text(
                N_(
                    "{file}: the folders {parts} are parts of a data set, not classes. In each of them, every class "
                    "needs a folder of its own that is named as the class, as in {example}."
                ),
                file=archive.name,
                parts=", ".join(sorted(found.parts)),
                example=f"{sorted(found.parts)[-1]}/cats/1.png",
            )
        )
    outside = next((each for each in members if not _folders(each.name)), None)
    if outside is not None and len(classes) < 2:
        raise archive.refused(outside.entry, NO_FOLDER)
    sentence = N_("{file} must hold 2 to {limit} folders of pictures, each named as a class; it holds {received}.")
    if aside:
        sentence = N_(
            "{file} must hold 2 to {limit} folders of pictures, each named as a class; it holds {received}. "
            "No pictures, and left aside: {names}."
        )
    received = len(classes) or len(found.outermost)
    raise UploadError(Text(sentence, received=f"{received:,}", **shown))


def _check_unreadable(archive: Archive, members: Sequence[Member], kept: _Kept) -> None:
    """Raise UploadError where more cannot be read than may be left out, or a class would be gone."""
    if not kept.unreadable:
        return
    for member, reason in kept.unreadable:
        if not kept.counts[member.place.name or ""]:
            raise archive.refused(member.entry, reason)
    most = max(1, int(UNREADABLE * len(members)))
    if len(kept.unreadable) > most:
        raise UploadError(
            Text(
                N_(
                    "{file}: {count} of {total} pictures cannot be read; at most {most} may be left out. "
                    "{names}. Of the first: {reason}."
                ),
                file=archive.name,
                most=f"{most:,}",
                **_unreadable(members, kept),
            )
        )


def _unreadable(members: Sequence[Member], kept: _Kept) -> dict[str, Any]:
    return {
        "count": f"{len(kept.unreadable):,}",
        "total": f"{len(members):,}",
        "names": listed([member.name for member, _reason in kept.unreadable]),
        "reason": Text(kept.unreadable[0][1]),
    }


# What is told


def _of_files(aside: Sequence[str]) -> Iterator[Repair]:
    if aside:
        sentence = Text(
            N_("No pictures, and left aside ({count}): {names}."), count=f"{len(aside):,}", names=listed(aside)
        )
        yield Repair("files-left-aside", len(aside), sentence, first(aside))


def _of_layout(members: Sequence[Member], found: Layout, kept: _Kept) -> Iterator[Repair]:
    outside = [each.name for each in members if each.place.name is None]
    if outside:
        sentence = N_("Pictures that lie in no folder of a class, and were left aside ({count}): {names}.")
        text = Text(sentence, count=f"{len(outside):,}", names=listed(outside))
        yield Repair("pictures-without-class", len(outside), text, first(outside))
    deeper = [each for each in members if each.place.deeper]
    if deeper:
        yield _joined(deeper)
    if found.parts:
        yield _divided(found, kept)


def _joined(deeper: Sequence[Member]) -> Repair:
    sentence = N_(
        "The outermost folder is the class: {count} pictures lie in folders inside it and belong to it, as {example} "
        "to {name}."
    )
    example, name = listed([deeper[0].name]), deeper[0].place.name
    text = Text(sentence, count=f"{len(deeper):,}", example=example, name=name)
    return Repair("folders-joined", len(deeper), text, first(each.name for each in deeper))


def _divided(found: Layout, kept: _Kept) -> Repair:
    sentence = N_(
        "The folders {parts} are parts, not classes: {train} pictures teach, {validation} judge, and {test} are the "
        "test part that stays sealed."
    )
    if not kept.parts[TEST] and not kept.parts[VALIDATION]:
        sentence = N_(
            "The folders {parts} are parts, not classes; only that which teaches holds classes: {train} pictures."
        )
    train, validation, test = (f"{each:,}" for each in kept.parts)
    names = sorted(found.parts)
    text = Text(sentence, parts=listed(names), train=train, validation=validation, test=test)
    return Repair("folders-are-parts", sum(kept.parts), text, first(names))


def _of_pictures(members: Sequence[Member], kept: _Kept) -> Iterator[Repair]:
    if kept.unreadable:
        sentence = N_("{count} of {total} pictures cannot be read and were left out: {names}. Of the first: {reason}.")
        names = first(member.name for member, _reason in kept.unreadable)
        yield Repair("pictures-unreadable", len(kept.unreadable), Text(sentence, **_unreadable(members, kept)), names)
    if kept.moving:
        sentence = N_("Of pictures that move, the first frame was taken ({count}): {names}.")
        text = Text(sentence, count=f"{len(kept.moving):,}", names=listed(kept.moving))
        yield Repair("first-frame", len(kept.moving), text, first(kept.moving))


# The rows that were kept


def rows(brought: Brought, images: Images, kept: parquet.ParquetFile) -> Rows:
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


def pictures(brought: Brought, images: Images, kept: pa.Table | pa.RecordBatch) -> np.ndarray[Any, Any]:
    """Kept pictures at the chosen side. Shapes: (N, channels, side, side) uint8."""
    side, channels = brought.side, 3 if images.colour else 1
    made = np.empty((len(kept), side, side, channels), np.uint8)
    for place, content in zip(made, kept["picture"], strict=True):
        with Image.open(io.BytesIO(content.as_py()), formats=("PNG",)) as picture:
            shown = picture.convert("RGB" if images.colour else "L").resize((side, side))
            place[...] = np.asarray(shown).reshape(side, side, channels)
    return made.transpose(0, 3, 1, 2)
