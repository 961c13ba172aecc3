"""What a learner gives (rows, texts, a picture) as the raw numbers that the training part had before scaling.

It follows what `preprocessing.json` of a bundle says, and so does the bundle's own predict.py, without this code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image

from dlcore.data.uploads import pictures
from dlcore.data.uploads.words import UNKNOWN
from dlcore.data.uploads.words import tokens as taken_apart
from dlcore.errors import ExportError
from dlcore.i18n import N_, Text
from dlcore.inference import row_inputs
from dlcore.inference.question import Question
from dlcore.inference.row_cells import Known, Row, names, short

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ParsedInputs:
    """Raw examples x (N, *shape); of a table its rows as they came; and what the learner should know of them."""

    x: Array
    notes: list[Text] = field(default_factory=list)
    rows: Sequence[Mapping[str, str]] = ()


def parse(question: Question, known: Known) -> ParsedInputs:
    """Raw examples of whatever was given. Raises ExportError with one sentence: of a row, its number and column."""
    return _READERS[question.kind](question, known)


def _of_rows(question: Question, known: Known) -> ParsedInputs:
    return _of_cells([Row(cells) for cells in json.loads(question.content)], known)


def _of_table(question: Question, known: Known) -> ParsedInputs:
    if "words" in known["input"]:
        return _of_texts(row_inputs.texts_of_question(question, known), known)
    rows, notes = row_inputs.rows_of_question(question, known)
    taken = _of_cells(rows, known)
    return replace(taken, notes=[*notes, *taken.notes])


def _of_cells(rows: Sequence[Row], known: Known) -> ParsedInputs:
    came = [{name: row.cells.get(name, "") for name in names(known)} for row in rows]
    return ParsedInputs(*row_inputs.numbers(rows, known), rows=came)


# Texts


def _of_text(question: Question, known: Known) -> ParsedInputs:
    return _of_texts([question.content.decode("utf-8", "replace")], known)


def _of_texts(texts: Sequence[str], known: Known) -> ParsedInputs:
    if not any(each.strip() for each in texts):
        raise ExportError(Text(N_("There is no text to answer to.")))
    read = [tokens(text, known) for text in texts]
    strange = list(dict.fromkeys(part for _numbers_, unknown in read for part in unknown))
    notes = []
    if strange:
        notes = [Text(N_("Training never met {names}."), names=", ".join(map(short, strange[:8])))]
    return ParsedInputs(
        np.array([numbers for numbers, _unknown in read], np.int64), notes, [{"text": t} for t in texts]
    )


def tokens(text: str, known: Known) -> tuple[list[int], list[str]]:
    """(the numbers of a text's words or characters, filled up in front; those that are not known)."""
    incoming = known["input"]
    number = {word: place for place, word in enumerate(incoming["words"])}
    length: int = incoming["shape"][0]
    if "text" in incoming:  # a learner's own: the beginning counts, and what is not known has a number of its own
        parts = taken_apart(text, incoming["text"]["level"])[:length]
        found = [number.get(part, number[UNKNOWN]) for part in parts]
    else:
        parts = text.lower().split() if "" in number else list(text)
        found = [number[part] for part in parts if part in number][-length:]
    return [0] * (length - len(found)) + found, [part for part in parts if part not in number]


def written(numbers: Iterable[int], known: Known) -> str:
    """Tokens as a text."""
    words = known["input"]["words"]
    between = " " if "" in words else ""
    return between.join(words[number] for number in numbers)


# Pictures


def _of_picture(question: Question, known: Known) -> ParsedInputs:
    """A picture (1, C, H, W), turned, shrunk and brought to the range that the training part had."""
    shape = tuple(known["input"]["shape"])
    if len(shape) != 3 or shape[0] not in (1, 3):
        raise ExportError(Text(N_("This network was not trained on pictures.")))
    channels, height, width = shape
    shown = _opened(question, channels == 3).resize((width, height))
    ink = np.asarray(shown, np.float64).reshape(height, width, channels).transpose(2, 0, 1) / 255
    low, high = known["input"]["range"]
    return ParsedInputs(np.asarray(low + (1 - ink if question.invert else ink) * (high - low), np.float32)[None])


def _opened(question: Question, colour: bool) -> Image.Image:
    """The picture at most 128 pixels wide and high, as those of a learner's own data set are kept."""
    try:
        return pictures.read(question.content, colour).image
    except pictures.PictureError as error:
        reason = Text(error.reason)
    raise ExportError(Text(N_("{file}: {reason}."), file=question.name, reason=reason))


_READERS: dict[str, Callable[[Question, Known], ParsedInputs]] = {
    "rows": _of_rows,
    "table": _of_table,
    "text": _of_text,
    "picture": _of_picture,
}
