"""What a learner gives (rows, texts, a picture) as the raw numbers that the training part had before scaling.

It follows what `preprocessing.json` of a bundle says, and so does the bundle's own predict.py, without this code.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from dlcore.data.own import pictures
from dlcore.data.own.cells import DATES, NOTHING
from dlcore.data.own.delimited import find_decimal, find_delimiter
from dlcore.data.own.words import UNKNOWN
from dlcore.data.own.words import tokens as taken_apart
from dlcore.data.recipe.plain import from_plain
from dlcore.errors import ExportError
from dlcore.export.question import MOST_ROWS, Question
from dlcore.i18n import N_, Text

Known = Mapping[str, Any]  # what preprocessing.json holds
Array = np.ndarray[Any, Any]

MISSING = frozenset(NOTHING.to_pylist())  # cells that say that there is nothing
_LONG = re.compile(r"\s+")


@dataclass(frozen=True)
class Row:
    """Cells by the names of their columns, and where they stood."""

    cells: Mapping[str, str]
    file: str = ""  # empty where they were typed
    number: int = 0  # as the learner counts, who sees the header as row 1

    def wrong(self, column: str, problem: Text) -> ExportError:
        """The sentence for one cell."""
        if not self.file:
            return ExportError(Text(N_("{column}: {problem}"), column=column, problem=problem))
        return ExportError(Text(N_("{file}, row {row}, column {column}: {problem}"), file=self.file,
                                row=self.number, column=column, problem=problem))  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """Raw examples x (N, *shape); of a table its rows as they came; and what the learner should know of them."""

    x: Array
    rows: Sequence[Mapping[str, str]] = ()
    notes: list[Text] = field(default_factory=list)


def taken(question: Question, known: Known) -> Taken:
    """Raw examples of whatever was given. Raises ExportError with one sentence: of a row, its number and column."""
    return _READERS[question.kind](question, known)


# Rows


def _of_rows(question: Question, known: Known) -> Taken:
    return _numbers([Row(cells) for cells in json.loads(question.content)], known)


def _of_table(question: Question, known: Known) -> Taken:
    if "words" in known["input"]:
        return _of_texts(_texts(question, known), known)
    cells, delimiter = _cells(question)
    decimal = find_decimal(cells[:200], delimiter)
    return _numbers(_named(cells, question.name, known), known, decimal)


def _cells(question: Question) -> tuple[list[list[str]], str]:
    """The rows of a file, and what stands between cells."""
    text = _decoded(question)
    delimiter = find_delimiter(text[: 1 << 20])
    try:
        found = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    except csv.Error as error:
        raise ExportError(
            Text(N_("{file} cannot be read as rows of cells: {reason}."), file=question.name, reason=str(error))
        ) from None
    if not found:
        raise ExportError(Text(N_("{file} holds no rows."), file=question.name))
    if len(found) > MOST_ROWS + 1:
        raise ExportError(Text(N_("{file} holds more than {limit} rows; ask about fewer at once."), file=question.name,
                               limit=f"{MOST_ROWS:,}"))  # fmt: skip
    return found, delimiter


def _decoded(question: Question) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return question.content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise ExportError(Text(N_("{file} is no text: save it as UTF-8."), file=question.name))


def _named(cells: list[list[str]], file: str, known: Known) -> list[Row]:
    """Each row by the names of its columns: as the first row has them, else in the order of the training data."""
    incoming = known["input"]
    head, wanted = [each.strip() for each in cells[0]], names(known)
    if "recipe" in incoming or set(wanted) & set(head):
        missing = next((name for name in wanted if name not in head), None)
        if missing is not None:
            raise ExportError(Text(N_("{file}: there is no column {column}."), file=file, column=missing))
        body, columns = cells[1:], head
    else:
        body, columns = (cells if all(map(_is_number, head)) else cells[1:]), wanted
    first = len(cells) - len(body) + 1
    rows = []
    for number, row in enumerate(body, start=first):
        if len(row) != len(columns):
            raise ExportError(Text(N_("{file}, row {row}: there are {received} cells, but {expected} columns."),
                                   file=file, row=number, received=len(row), expected=len(columns)))  # fmt: skip
        rows.append(Row(dict(zip(columns, row, strict=True)), file, number))
    if not rows:
        raise ExportError(Text(N_("{file} holds no rows."), file=file))
    return rows


def names(known: Known) -> list[str]:
    """The columns that a row must have."""
    incoming = known["input"]
    if "recipe" in incoming:
        return [each["name"] for each in incoming["recipe"]["columns"]]
    return list(incoming["columns"]) or [f"x{number + 1}" for number in range(math.prod(incoming["shape"]))]


def _numbers(rows: Sequence[Row], known: Known, decimal: str = ".") -> Taken:
    incoming, wanted = known["input"], names(known)
    came = [{name: row.cells.get(name, "") for name in wanted} for row in rows]
    if "recipe" not in incoming:
        made = [[_number(row, name, decimal, must=True) for name in wanted] for row in rows]
        return Taken(np.array(made, np.float32).reshape(-1, *incoming["shape"]), came)
    frame, notes = {}, []
    for column in incoming["recipe"]["columns"]:
        frame[column["name"]] = _KINDS[column["kind"]](rows, column["name"], decimal)
        notes += _strange(column, frame[column["name"]])
    return Taken(from_plain(incoming["recipe"], pd.DataFrame(frame)), came, notes)


def _number(row: Row, name: str, decimal: str, must: bool = False) -> float:
    cell = row.cells.get(name, "").strip()
    if cell in MISSING:
        if must:
            raise row.wrong(name, Text(N_("there is no value, and training taught nothing that could fill the gap.")))
        return math.nan
    try:
        value = float(cell if decimal == "." else cell.replace(decimal, "."))
    except ValueError:
        raise row.wrong(name, Text(N_("{cell} is no number."), cell=_short(cell))) from None
    if not math.isfinite(value):
        raise row.wrong(name, Text(N_("{cell} is no number."), cell=_short(cell)))
    return value


def _date(row: Row, name: str) -> Any:
    cell = row.cells.get(name, "").strip()
    if cell in MISSING:
        return pd.NaT
    for read in (datetime.fromisoformat, *(_by(form) for form in DATES)):
        try:
            return pd.Timestamp(read(cell).replace(tzinfo=None))
        except ValueError:
            continue
    raise row.wrong(name, Text(N_("{cell} is no date; write it as 2024-03-11."), cell=_short(cell)))


def _by(form: str) -> Callable[[str], datetime]:
    return lambda cell: datetime.strptime(cell, form)


def _name(row: Row, name: str) -> str | None:
    cell = row.cells.get(name, "").strip()
    return None if cell in MISSING else cell


def _code(row: Row, name: str, decimal: str) -> str | None:
    """A whole number that is taken for a name: 2.0 is 2."""
    value = _number(row, name, decimal)
    if math.isnan(value):
        return None
    return str(int(value)) if value == int(value) else str(value)


_KINDS: dict[str, Callable[[Sequence[Row], str, str], Any]] = {
    "number": lambda rows, name, decimal: pd.Series([_number(row, name, decimal) for row in rows], dtype="float32"),
    "date": lambda rows, name, decimal: pd.Series([_date(row, name) for row in rows], dtype="datetime64[ns]"),
    "category": lambda rows, name, decimal: pd.Series([_name(row, name) for row in rows], dtype=object),
    "code": lambda rows, name, decimal: pd.Series([_code(row, name, decimal) for row in rows], dtype=object),
}


def _strange(column: Mapping[str, Any], values: pd.Series[Any]) -> list[Text]:
    """A note where cells hold names that training never saw."""
    told = next((step[1] for step in column["steps"] if step[0] in ("onehot", "ordinal")), None)
    if told is None:
        return []
    strange = sorted({str(each) for each in values.dropna()} - set(told))
    if not strange:
        return []
    return [Text(N_("{column}: training never met {names}; it counts as none of the names that are known."),
                 column=column["name"], names=", ".join(map(_short, strange[:5])))]  # fmt: skip


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _short(cell: str) -> str:
    """A cell as a sentence repeats it."""
    plain = _LONG.sub(" ", cell)
    return repr(plain if len(plain) <= 40 else f"{plain[:40]}…")


# Texts


def _of_text(question: Question, known: Known) -> Taken:
    return _of_texts([question.content.decode("utf-8", "replace")], known)


def _texts(question: Question, known: Known) -> list[str]:
    """The texts of a file: its lines, or one column of a .csv."""
    column = known["input"].get("text", {}).get("column")
    if not question.name.lower().endswith((".csv", ".tsv")) or column is None:
        return [line for line in _decoded(question).split("\n") if line.strip()][:MOST_ROWS]
    cells, _delimiter = _cells(question)
    head = [each.strip() for each in cells[0]]
    if column not in head:
        raise ExportError(Text(N_("{file}: there is no column {column}."), file=question.name, column=column))
    place = head.index(column)
    return [row[place] if place < len(row) else "" for row in cells[1:]]


def _of_texts(texts: Sequence[str], known: Known) -> Taken:
    if not any(each.strip() for each in texts):
        raise ExportError(Text(N_("There is no text to answer to.")))
    read = [tokens(text, known) for text in texts]
    strange = list(dict.fromkeys(part for _numbers_, unknown in read for part in unknown))
    notes = []
    if strange:
        notes = [Text(N_("Training never met {names}."), names=", ".join(map(_short, strange[:8])))]
    return Taken(np.array([numbers for numbers, _unknown in read], np.int64), [{"text": t} for t in texts], notes)


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


def _of_picture(question: Question, known: Known) -> Taken:
    """A picture (1, C, H, W), turned, shrunk and brought to the range that the training part had."""
    shape = tuple(known["input"]["shape"])
    if len(shape) != 3 or shape[0] not in (1, 3):
        raise ExportError(Text(N_("This network was not trained on pictures.")))
    channels, height, width = shape
    shown = _opened(question, channels == 3).resize((width, height))
    ink = np.asarray(shown, np.float64).reshape(height, width, channels).transpose(2, 0, 1) / 255
    low, high = known["input"]["range"]
    return Taken(np.asarray(low + (1 - ink if question.invert else ink) * (high - low), np.float32)[None])


def _opened(question: Question, colour: bool) -> Image.Image:
    """The picture at most 128 pixels wide and high, as those of a learner's own data set are kept."""
    try:
        return pictures.read(question.content, colour).image
    except pictures.PictureError as error:
        reason = Text(error.reason)
    raise ExportError(Text(N_("{file}: {reason}."), file=question.name, reason=reason))


_READERS: dict[str, Callable[[Question, Known], Taken]] = {
    "rows": _of_rows,
    "table": _of_table,
    "text": _of_text,
    "picture": _of_picture,
}
