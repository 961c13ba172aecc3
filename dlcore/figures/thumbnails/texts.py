"""Texts as they are read: words in lines with the colour of the verdict, or characters one after another."""

from __future__ import annotations

import textwrap
from xml.sax.saxutils import escape

import numpy as np

from dlcore.figures.thumbnails.canvas import WIDTH, hue, number, rectangle
from dlcore.figures.thumbnails.sample import Sample

LINES = 6
LETTERS = 27  # of a line of code
WIDEST = 26  # letters of a line of prose
PROSE = "font-family:'Source Sans','Noto Sans SC',sans-serif;font-size:11px"
CODE = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:9px"


def draw(sample: Sample) -> list[str]:
    """Six texts, one line each, or six lines of one where every token is to be foretold. x (N, L) tokens."""
    return _running(sample) if sample.about.task == "next-token" else _lines(sample)


def _lines(sample: Sample) -> list[str]:
    parts = []
    for place, row in enumerate(sample.in_turns(LINES)):
        y = 14 * (place + 1)
        said = " ".join(word for token in sample.rows.x[row] if (word := sample.about.words[int(token)]))
        parts += [
            rectangle(6, y - 8, 3, 10, hue(sample.class_of(row))),
            _text(14, y, textwrap.shorten(said, WIDEST, placeholder="…"), PROSE),
        ]
    return parts


def _running(sample: Sample) -> list[str]:
    """Characters as they follow one another; the one to be foretold is marked."""
    words = sample.about.words
    tokens = np.concatenate([np.asarray(sample.rows.x[row]) for row in np.arange(4) + 7 + 4 * sample.turn])
    text = "".join(words[int(token)] or " " for token in tokens).replace("\n", " ").strip()
    lines = [text[start : start + LETTERS] for start in range(0, LINES * LETTERS, LETTERS)]
    lines[-1] = lines[-1][:9]
    unit = 5.42  # the width of a letter
    cursor = rectangle(8 + unit * len(lines[-1]) + 1, 14 * LINES - 8, unit, 10, hue(1), 0.8)
    return [*(_text(8, 14 * (place + 1), each, CODE) for place, each in enumerate(lines)), cursor]


def _text(x: float, y: float, said: str, style: str) -> str:
    """One line of text; spaces stay."""
    return (
        f'<text class="ink" x="{number(x)}" y="{number(y)}" xml:space="preserve" style="{style}">{escape(said)}</text>'
    )


def placeholder() -> list[str]:
    """Lines of words that say nothing."""
    parts = []
    for row, widths in enumerate(((30, 18, 44, 24), (22, 50, 14, 30), (46, 20, 34), (16, 28, 40, 22), (36, 12, 26))):
        left = 10.0
        for width in widths:
            parts.append(rectangle(left, 15 + 15 * row, min(width, WIDTH - 10 - left), 6, opacity=0.25))
            left += width + 5
    return parts
