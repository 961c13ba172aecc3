"""Which arrays of a file are the examples x and the answers y, and of which part: by their names, else by shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dlcore.data.uploads.parts import TEST, TRAIN, VALIDATION, Part, part_of

Shape = tuple[int, ...]

X_WORDS = frozenset([
    "x", "xs", "data", "image", "images", "img", "imgs", "picture", "pictures", "pixels", "feature", "features",
    "input", "inputs", "sample", "samples", "example", "examples", "signal", "signals", "sequence", "sequences",
    "series",
])  # fmt: skip
Y_WORDS = frozenset([
    "y", "ys", "label", "labels", "target", "targets", "class", "classes", "category", "categories", "output",
    "outputs", "answer", "answers", "response",
])  # fmt: skip
NO_ROLE = frozenset([
    "name", "names", "weight", "weights", "id", "ids", "index", "indices", "file", "files", "filename", "filenames",
    "path", "paths",
])  # fmt: skip
SHORT_PARTS = {"tr": TRAIN, "va": VALIDATION, "dev": VALIDATION, "te": TEST}
_PART = r"train(?:ing)?|val(?:id(?:ation)?)?|test(?:ing)?"
_ROLE = "|".join(sorted(X_WORDS | Y_WORDS, key=len, reverse=True))
_TOGETHER = re.compile(rf"(?:({_ROLE})({_PART}))|(?:({_PART})({_ROLE}))")
_UNNAMED = re.compile(r"arr_(\d+)")  # what np.savez(file, x, y) calls them


@dataclass(frozen=True)
class Pair:
    """The names of the examples and their answers, and the part they belong to."""

    x: str
    y: str
    part: Part


@dataclass(frozen=True)
class Roles:
    """The pairs in the order of their parts, and what else there was."""

    pairs: tuple[Pair, ...]
    aside: tuple[str, ...]  # names of arrays that are neither
    divided: bool = False  # whether the pairs are parts that the data came in
    by_shape: bool = False  # whether the names did not say which is which


class RolesError(Exception):
    """Which array is which cannot be told; `ambiguous` where several could be the same."""

    def __init__(self, ambiguous: bool) -> None:
        super().__init__("ambiguous" if ambiguous else "missing")
        self.ambiguous = ambiguous


@dataclass
class _Group:
    """The arrays of one part."""

    x: list[str] = field(default_factory=list)
    y: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def roles(shapes: Mapping[str, Shape]) -> Roles:
    """Pair the arrays of a file: of each its name and shape; () where that is not known. Raises RolesError.

    >>> roles({"x_train": (9, 4), "y_train": (9,), "x_test": (3, 4), "y_test": (3,)}).pairs[1]
    Pair(x='x_test', y='y_test', part=2)
    """
    unnamed = {name: shape for name, shape in shapes.items() if _UNNAMED.fullmatch(name)}
    if len(unnamed) == len(shapes) > 1:
        return _of_unnamed(unnamed)
    groups = _grouped(shapes)
    found: dict[Part | None, tuple[str, str]] = {}
    wrong: dict[Part | None, RolesError] = {}
    for part, group in groups.items():
        try:
            if (pair := _pair(group, shapes)) is not None:
                found[part] = pair
        except RolesError as error:
            wrong[part] = error
    whole = TRAIN if TRAIN in found else None
    if whole not in found and (len(found) != 1 or groups.keys() & ({TRAIN, None} - found.keys())):
        raise wrong.get(TRAIN) or wrong.get(None) or RolesError(ambiguous=False)
    order = [whole, VALIDATION, TEST] if whole in found else [*found]
    pairs = tuple(Pair(*found[part], part or TRAIN) for part in order if part in found)
    taken = {name for pair in pairs for name in (pair.x, pair.y)}
    by_shape = any(not groups[part].x or not groups[part].y for part in order if part in found)
    if len(pairs) == 1:
        pairs = (Pair(pairs[0].x, pairs[0].y, TRAIN),)
    return Roles(pairs, tuple(name for name in shapes if name not in taken), len(pairs) > 1, by_shape)


def _grouped(shapes: Mapping[str, Shape]) -> dict[Part | None, _Group]:
    groups: dict[Part | None, _Group] = {}
    for name in shapes:
        part, words = _parsed(name)
        group = groups.setdefault(part, _Group())
        if not NO_ROLE.isdisjoint(words):
            group.others.append(name)
        elif not Y_WORDS.isdisjoint(words):
            group.y.append(name)
        elif not X_WORDS.isdisjoint(words) or not words:  # an array that is called train, and no more
            group.x.append(name)
        else:
            group.others.append(name)
    return groups


def _parsed(name: str) -> tuple[Part | None, list[str]]:
    """The part that a name speaks of, and its other words: «X_train», «trainImages», «ytest», «test_set_x»."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    words = [word for word in re.split(r"[^a-z0-9]+", apart.lower()) if word]
    part, rest = None, []
    for word in words:
        together = _TOGETHER.fullmatch(word)
        said = part_of(word)
        if said is None and together is not None:
            role, said = together[1] or together[4], part_of(together[2] or together[3])
            rest.append(role)
        elif said is None and len(words) > 1:
            said = SHORT_PARTS.get(word)
        if said is None:
            rest.append(word)
        else:
            part = said
    return part, rest


def _pair(group: _Group, shapes: Mapping[str, Shape]) -> tuple[str, str] | None:
    """(x, y) of one part; None where one of them is not there. Raises RolesError where several could be it."""
    x, y = _exact(group.x), _exact(group.y)
    others = [name for name in group.others if NO_ROLE.isdisjoint(_parsed(name)[1])]
    if not x and not y:
        return _by_shape(others, shapes)
    if not x or not y:
        known = _one(x or y)
        fitting = [name for name in others if shapes[name][:1] == shapes[known][:1] != ()]
        fitting = [name for name in fitting if (len(shapes[name]) <= 2 if x else name)]
        if not fitting:
            return None
        return (known, _one(fitting)) if x else (_one(fitting), known)
    if len(x) > 1 and len(y) == 1:
        x = [name for name in x if shapes[name][:1] == shapes[y[0]][:1]] or x
    elif len(y) > 1 and len(x) == 1:
        y = [name for name in y if shapes[name][:1] == shapes[x[0]][:1]] or y
    return _one(x), _one(y)


def _exact(names: Sequence[str]) -> list[str]:
    """Those that are called x or y and nothing else, else all of them."""
    return [name for name in names if set(_parsed(name)[1]) & {"x", "y"}] or list(names)


def _one(names: Sequence[str]) -> str:
    if len(names) > 1:
        raise RolesError(ambiguous=True)
    return names[0]


def _by_shape(names: Sequence[str], shapes: Mapping[str, Shape]) -> tuple[str, str] | None:
    """Two arrays of as many rows, one of them with more axes: that is x."""
    if len(names) < 2:
        return None
    if len(names) > 2 or len(shapes[names[0]]) == len(shapes[names[1]]):
        raise RolesError(ambiguous=True)
    y, x = sorted(names, key=lambda name: len(shapes[name]))
    return (x, y) if shapes[x][:1] == shapes[y][:1] else None


def _of_unnamed(shapes: Mapping[str, Shape]) -> Roles:
    """Arrays that np.savez numbered: x, y; or x and y of the training part, then of the others."""
    names = sorted(shapes, key=lambda name: int(name.removeprefix("arr_")))
    axes = sorted({len(shapes[name]) for name in names}, reverse=True)
    if len(axes) == 1 and len(names) == 2:
        xs, ys = names[:1], names[1:]
    else:
        xs, ys = ([name for name in names if (len(shapes[name]) == axes[0]) is most] for most in (True, False))
    if len(xs) != len(ys) or len(xs) > 3 or len(axes) > 2:
        raise RolesError(ambiguous=True)
    if any(shapes[x][:1] != shapes[y][:1] for x, y in zip(xs, ys, strict=True)):
        raise RolesError(ambiguous=len(xs) > 1)
    order = {1: [TRAIN], 2: [TRAIN, TEST], 3: [TRAIN, VALIDATION, TEST]}[len(xs)]
    pairs = tuple(Pair(x, y, part) for x, y, part in zip(xs, ys, order, strict=True))
    return Roles(pairs, (), len(pairs) > 1, by_shape=True)
