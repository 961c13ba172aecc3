"""Which class and which part a picture belongs to, by the folders that it lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlcore.data.uploads.parts import Part, parts_of

Folders = tuple[str, ...]  # from the outermost to the innermost


@dataclass(frozen=True)
class Place:
    """Where a picture belongs. It has no class where it lies outside of all the folders that are classes."""

    name: str | None  # of its class
    part: Part | None  # None where the pictures did not come divided
    deeper: bool = False  # whether it lies in a folder inside that of its class


@dataclass(frozen=True)
class Layout:
    """The place of each picture, and which folders were taken for parts."""

    places: tuple[Place, ...]
    parts: tuple[str, ...] = ()
    outermost: tuple[str, ...] = ()  # folders, to be named where no classes were found
    asked: str | None = None  # what the parts are, where somebody said so


def layout(folders: Sequence[Folders], asked: str | None = None) -> Layout:
    """Where pictures in these folders belong.

    A class is the outermost folder that has others beside it: what lies deeper belongs to it, and folders that hold
    all others (photos/cats, photos/dogs) are passed through. Folders train and test (validation, …) beside one another
    are parts: the classes are looked for below them, in all together.

    asked: "together", where such folders do not divide the pictures though the classes lie below them; "classes",
    where they are classes themselves.
    """
    if asked == "classes":
        return _of_classes(folders)
    left: list[Folders | None] = list(folders)  # of each picture, those not yet passed through; None outside of all
    parts: list[Part | None] = [None] * len(left)
    named: dict[str, Part] = {}
    outermost = tuple(sorted({each[0] for each in folders if each}))
    while heads := {each[0] for each in left if each}:
        found = parts_of(heads)
        if not found and len(heads) > 1:
            break
        named |= found
        for number, path in enumerate(left):
            if path and found and path[0] in found and parts[number] is None:
                parts[number] = found[path[0]]
            inside = path and (not found or path[0] in found)
            left[number] = path[1:] if path and inside else None
    if not named:
        named = _parts_below(left, parts)
    if asked == "together":
        parts = [None] * len(left)
    places = tuple(_place(path, part) for path, part in zip(left, parts, strict=True))
    return Layout(places, tuple(named), outermost, asked)


def _of_classes(folders: Sequence[Folders]) -> Layout:
    """The outermost folders that have others beside them are classes, whatever they are called."""
    left: list[Folders | None] = list(folders)
    while len({path[0] for path in left if path}) == 1:
        left = [path[1:] if path else None for path in left]
    named = parts_of({path[0] for path in left if path})
    outermost = tuple(sorted({each[0] for each in folders if each}))
    return Layout(tuple(_place(path, None) for path in left), tuple(named), outermost, "classes")


def _parts_below(left: list[Folders | None], parts: list[Part | None]) -> dict[str, Part]:
    """The parts that stand inside every class (cats/train, cats/test): noted in `parts`, and passed through."""
    within = {path[1] if len(path) > 1 else "" for path in left if path}
    found = parts_of(within)
    if set(found) != within:
        return {}
    for number, path in enumerate(left):
        if path:
            parts[number], left[number] = found[path[1]], (path[0], *path[2:])
    return found


def _place(path: Folders | None, part: Part | None) -> Place:
    return Place(path[0], part, len(path) > 1) if path else Place(None, part)
