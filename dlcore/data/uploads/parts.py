"""Which names say that something is a part of a data set (train, test, validation), and not a class or an array."""

from __future__ import annotations

import re
from collections.abc import Collection

TRAIN, VALIDATION, TEST = range(3)
Part = int  # TRAIN, VALIDATION or TEST: also the order in which rows of a data set that came divided are kept
Sizes = tuple[int, ...]  # how many rows of the training, validation and test part follow one another; () of none

_WORDS = {
    "train": TRAIN, "training": TRAIN,
    "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION, "validate": VALIDATION,
    "test": TEST, "testing": TEST,
}  # fmt: skip
_FOLDER = re.compile(
    r"(?:(.+)[ _.-])?(train(?:ing)?|val(?:id(?:ation|ate)?)?|test(?:ing)?)(?:[ _.-]?(?:set|data|images|split))?"
)


def part_of(word: str) -> Part | None:
    """The part that a single word names, in any case; None where it names none.

    >>> part_of("Training"), part_of("testing"), part_of("cats")
    (0, 2, None)
    """
    return _WORDS.get(word.lower())


def parts_of(folders: Collection[str]) -> dict[str, Part]:
    """Those of these sibling folders that are parts; none of them unless one is for training, and one for judging.

    >>> parts_of(["Train", "test"]), parts_of(["seg_train", "seg_test", "seg_pred"]), parts_of(["valid", "invalid"])
    ({'Train': 0, 'test': 2}, {'seg_train': 0, 'seg_test': 2}, {})
    """
    found: dict[str, dict[str, Part]] = {}  # by what stands in front of the word: seg_train, seg_test
    for name in folders:
        if (match := _FOLDER.fullmatch(name.strip().lower())) is not None:
            found.setdefault(match[1] or "", {})[name] = _WORDS[match[2]]
    for group in found.values():
        if TRAIN in group.values() and len(set(group.values())) > 1:
            return group
    return {}
