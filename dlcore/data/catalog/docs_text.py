"""Python's own documentation, character by character: which comes next?"""

from __future__ import annotations

import functools

import numpy as np

from dlcore.data.base import About, Dataset, Rows
from dlcore.declaration import Shape, setting
from dlcore.i18n import N_

ALPHABET = "\n" + "".join(map(chr, range(32, 127)))  # a line break and what a plain keyboard has: 96 characters
PLAIN = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "°": " ", "ß": "ss"})


class Manual(Dataset):
    """Passages of Python's own documentation, character by character: which comes next, at every place?

    The passages follow one another without overlap. Shapes: x (N, length), the number of each character; y the same,
    one character on.
    """

    name = "manual"
    title = N_("Python's manual")
    card = N_("The help topics that come with Python (pydoc_data.topics), under its licence, in plain characters.")
    portable = True

    length: int = setting(64, ge=8, le=512, help=N_("How many characters each passage has."))
    characters: int = setting(
        150_000, ge=10_000, le=450_000, help=N_("How much of the text is used, from its start on.")
    )

    def about(self) -> About:
        return About(
            "next-token",
            Shape((self.length,), vocabulary=len(ALPHABET)),
            rows=(self.characters - 1) // self.length,
            classes=tuple(ALPHABET),
            target=N_("next character"),
            words=tuple(ALPHABET),
        )

    def read(self, seed: int) -> Rows:
        rows = (self.characters - 1) // self.length
        tokens = _tokens()[: rows * self.length + 1]
        return Rows(tokens[:-1].reshape(rows, self.length), tokens[1:].reshape(rows, self.length))


@functools.cache
def _tokens() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The whole text as numbers of characters."""
    from pydoc_data.topics import topics

    text = "\n\n".join(topics[name] for name in sorted(topics)).translate(PLAIN)
    known = {character: number for number, character in enumerate(ALPHABET)}
    tokens = np.array([known[character] for character in text if character in known], dtype=np.int64)
    tokens.setflags(write=False)
    return tokens
