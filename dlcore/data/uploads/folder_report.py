"""What is said of a zip of pictures: why it is refused, or what was left out of it and decided."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlcore.data.uploads.archive import Archive
from dlcore.data.uploads.description import Repair, first, listed
from dlcore.data.uploads.folder_layout import Folders, Layout, Place
from dlcore.data.uploads.limits import MAX_NAME_CHARACTERS, MAX_VALUES
from dlcore.data.uploads.parts import TEST, TRAIN, VALIDATION
from dlcore.data.uploads.pictures import SHOWN_FORMATS, Picture
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

UNREADABLE = 0.05  # of the pictures may be left out, or one
NO_FOLDER = N_("it lies in no folder; every picture must lie in a folder that is named as its class, as in cats/1.png")


@dataclass(frozen=True)
class Member:
    """A picture in the archive, and where it belongs."""

    entry: zipfile.ZipInfo
    name: str
    place: Place


@dataclass
class Kept:
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


def parts_of_name(name: str) -> list[str]:
    return [part for each in name.split("/") if (part := each.strip()) not in ("", ".", "..")]


def folders_of(name: str) -> Folders:
    """The folders that a picture lies in. They name classes, and nothing on any disk."""
    return tuple(parts_of_name(name.rpartition("/")[0]))


def check_classes(archive: Archive, members: Sequence[Member], found: Layout, aside: Sequence[str]) -> None:
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
    if found.parts and found.asked != "classes" and len(classes) < 2:
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
    outside = next((each for each in members if not folders_of(each.name)), None)
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


def check_unreadable(archive: Archive, members: Sequence[Member], kept: Kept) -> None:
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


def _unreadable(members: Sequence[Member], kept: Kept) -> dict[str, Any]:
    return {
        "count": f"{len(kept.unreadable):,}",
        "total": f"{len(members):,}",
        "names": listed([member.name for member, _reason in kept.unreadable]),
        "reason": Text(kept.unreadable[0][1]),
    }


def repairs(aside: Sequence[str], members: Sequence[Member], found: Layout, kept: Kept) -> tuple[Repair, ...]:
    """What was left out and decided. aside: files that are no pictures; members: all pictures, wherever they lie."""
    classed = [each for each in members if each.place.name is not None]
    return (*_of_files(aside), *_of_layout(members, found, kept), *_of_pictures(classed, kept))


def _of_files(aside: Sequence[str]) -> Iterator[Repair]:
    if aside:
        sentence = Text(
            N_("No pictures, and left aside ({count}): {names}."), count=f"{len(aside):,}", names=listed(aside)
        )
        yield Repair("files-left-aside", len(aside), sentence, first(aside))


def _of_layout(members: Sequence[Member], found: Layout, kept: Kept) -> Iterator[Repair]:
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


def _divided(found: Layout, kept: Kept) -> Repair:
    sentence = N_(
        "The folders {parts} are parts, not classes: {train} pictures teach, {validation} judge, and {test} are the "
        "test part that stays sealed."
    )
    if found.asked == "together":
        sentence = N_("The folders {parts} are no classes; their {train} pictures are one data set, as was asked.")
    elif found.asked == "classes":
        sentence = N_("The folders {parts} are classes, and no parts of a data set, as was asked: {train} pictures.")
    elif not kept.parts[TEST] and not kept.parts[VALIDATION]:
        sentence = N_(
            "The folders {parts} are parts, not classes; only that which teaches holds classes: {train} pictures."
        )
    train, validation, test = (f"{each:,}" for each in kept.parts)
    names = sorted(found.parts)
    text = Text(sentence, parts=listed(names), train=train, validation=validation, test=test)
    return Repair("folders-are-parts", sum(kept.parts), text, first(names))


def _of_pictures(members: Sequence[Member], kept: Kept) -> Iterator[Repair]:
    if kept.unreadable:
        sentence = N_("{count} of {total} pictures cannot be read and were left out: {names}. Of the first: {reason}.")
        names = first(member.name for member, _reason in kept.unreadable)
        yield Repair("pictures-unreadable", len(kept.unreadable), Text(sentence, **_unreadable(members, kept)), names)
    if kept.moving:
        sentence = N_("Of pictures that move, the first frame was taken ({count}): {names}.")
        text = Text(sentence, count=f"{len(kept.moving):,}", names=listed(kept.moving))
        yield Repair("first-frame", len(kept.moving), text, first(kept.moving))
