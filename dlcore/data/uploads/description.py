"""What is known of a learner's data set without reading its rows: found once, when it was brought, and kept as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import islice
from typing import Any, Literal

from dlcore.data.column import Column, ColumnKind, Sentinel, Stray
from dlcore.i18n import Text

MOST_PLACES = 5  # of a repair, that are named
MOST_CHARACTERS = 100  # of such a name


@dataclass(frozen=True)
class Repair:
    """What was mended, or left out, while a file was read: never in silence.

    `kind` is a word for programs ("rows-short"), `sentence` is for people and names the first places itself.
    """

    kind: str
    count: int  # of rows, cells, columns, files, … whatever the kind is about
    sentence: Text
    places: tuple[str, ...] = ()  # the first of them, at most MOST_PLACES: numbers of rows, names of files or columns

    def to_json(self) -> dict[str, Any]:
        """Plain JSON that `from_json` turns into an equal repair."""
        return {
            "kind": self.kind,
            "count": self.count,
            "places": list(self.places),
            "sentence": self.sentence.to_json(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Repair:
        """The repair that `to_json` wrote."""
        return cls(stored["kind"], stored["count"], Text.from_json(stored["sentence"]), tuple(stored["places"]))


DELIMITERS = (",", ";", "\t", "|", ":", "^", "~", " ", r"\s+", r"\s{2,}")  # the last two: runs of white space
QUOTES = ('"', "'", "")
DECIMALS = (".", ",")
THOUSANDS = ("", ",", ".", " ", "'")  # what stands between groups of three digits; a space is any kind of space
RAGGED = ("fit", "end", "drop")  # rows of another length: laid on the columns; filled or cut at the end; left out
UNMENDED = ("rows-about", "blank-lines", "header-again", "text-after", "summary-rows", "columns-empty", "names-joined")
PARTS = ("apart", "together", "classes")  # folders or arrays train and test: parts; one whole; folders of classes
ANSWERS = ("classes", "numbers")  # whole numbers in y: names of classes, or amounts
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "big5", "shift_jis", "euc_kr",
             "cp1250", "cp1251", "cp1252", "latin-1", "mac_roman")  # fmt: skip


@dataclass(frozen=True)
class ColumnReading:
    """How the cells of one column are read, where that is not plain.

    Of a number: its marks, and the sign beside it ("%", "$"), which changes no value: «12 %» is 12.
    Of a date: the format of its day, as strptime has it; a time of day may follow in any cell.
    """

    kind: ColumnKind | None = None  # None where nobody said so: found from the cells
    decimal: str | None = None
    thousands: str | None = None
    unit: str = ""
    day: str | None = None  # "%d/%m/%Y"
    names: Mapping[str, str] = field(default_factory=dict)  # spellings of one name: {"TRUE": "True"}
    missing: tuple[str, ...] = ()  # cells of this column that say that there is nothing: "-999"


@dataclass(frozen=True)
class Reading:
    """How a file is read. In a wish, None is what shall be found by looking; of a table that was read, all is known.

    All but the last two fields are about tables; these two are about pictures and arrays, and of a wish alone.

    It is found once, from the whole column, and kept: every later question about the data is read by it.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    header: int | None = None  # how many rows name the columns: 0, 1 or 2
    quote: str | None = None
    thousands: str | None = None
    skip: int | None = None  # rows above the names: a title, notes
    comment: str | None = None  # lines that begin so are no rows
    sheet: str | None = None  # of an Excel file
    index: str | None = None  # the column that only numbers the rows: it is no input; "" for none
    missing: tuple[str, ...] = ()  # cells that say that there is nothing, besides the usual ones
    present: tuple[str, ...] = ()  # of the usual ones, those that are values here: "NA" for Namibia, "None" for a class
    table: int | None = None  # which of several tables below one another: the first is 1
    ragged: str | None = None  # one of RAGGED
    as_written: tuple[str, ...] = ()  # repairs that are not made, by their kinds: some of UNMENDED
    columns: Mapping[str, ColumnReading] = field(default_factory=dict)  # those that are not plain, by name
    parts: str | None = None  # one of PARTS: what folders or arrays that are called train and test are
    answers: str | None = None  # one of ANSWERS: what whole numbers in y are

    def column(self, name: str) -> ColumnReading:
        """How the cells of this column are read."""
        told = self.columns.get(name, ColumnReading())
        return replace(told, decimal=told.decimal or self.decimal or ".", thousands=told.thousands or "")

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Reading:
        """A reading as `asdict` made it plain, or as an earlier version found it."""
        known = {each.name for each in fields(cls)} - {"columns"}
        plain = {name: _frozen(value) for name, value in stored.items() if name in known}
        if plain.get("header") is not None:
            plain["header"] = int(plain["header"])
        columns = {
            name: ColumnReading(**{field: _frozen(value) for field, value in each.items()})
            for name, each in stored.get("columns", {}).items()
        }
        return cls(**plain, columns=columns)


AS_FOUND = Reading()


@dataclass(frozen=True)
class Table:
    """Rows and columns, from CSV, TSV, Excel or Parquet."""

    format: str
    rows: int
    columns: tuple[Column, ...]
    reading: Reading = AS_FOUND
    repairs: tuple[Repair, ...] = ()

    def find(self, name: str) -> Column | None:
        """The column of this name; None where there is none."""
        return next((each for each in self.columns if each.name == name), None)


@dataclass(frozen=True)
class Images:
    """Pictures in folders, a folder a class. Kept at most 128 pixels wide and high.

    `parts`: how many of the rows, in their order, belong to the training, the validation and the test part that they
    came in; empty where they came undivided.
    """

    format: str
    rows: int
    classes: tuple[str, ...]
    counts: tuple[int, ...]
    colour: bool  # false where every picture is grey
    smallest: tuple[int, int]  # width and height of the smallest picture as it came
    largest: tuple[int, int]
    repairs: tuple[Repair, ...] = ()
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Arrays:
    """Examples as an array x, and what is to be predicted as y, from NPZ or IDX.

    `answers` says what y holds: classes by number, numbers, or a row of 0 and 1 for several classes at once. `numeric`:
    the names of the classes are whole numbers, which could be amounts to predict as well. `parts`: as of `Images`.
    """

    format: str
    rows: int
    shape: tuple[int, ...]  # of one example, channels first
    numbers: str  # the type of the numbers in x, as it came: uint8, float32, …
    answers: Literal["classes", "numbers", "several"]
    classes: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    channels_last: bool = False  # as it came; turned round when it was kept
    repairs: tuple[Repair, ...] = ()
    numeric: bool = False
    parts: tuple[int, ...] = ()


Description = Table | Images | Arrays
_KINDS: dict[str, type[Description]] = {"table": Table, "images": Images, "arrays": Arrays}


def first(names: Iterable[str]) -> tuple[str, ...]:
    """The first of these names, as the places of a repair; none longer than MOST_CHARACTERS."""
    return tuple(
        each if len(each) <= MOST_CHARACTERS else f"{each[:MOST_CHARACTERS]}…" for each in islice(names, MOST_PLACES)
    )


def listed(names: Sequence[str]) -> str:
    """«a.txt, b.txt, …»: the first of these names, for a sentence."""
    return ", ".join([*first(names), *(["…"] if len(names) > MOST_PLACES else [])])


def to_json(description: Description) -> dict[str, Any]:
    """Plain JSON that `from_json` turns into an equal description."""
    kind = next(name for name, each in _KINDS.items() if isinstance(description, each))
    plain = asdict(replace(description, repairs=()))
    return {"kind": kind, **plain, "repairs": [each.to_json() for each in description.repairs]}


def from_json(stored: Mapping[str, Any]) -> Description:
    """The description that `to_json` wrote."""
    known = {name: _frozen(value) for name, value in stored.items() if name != "kind"}
    if stored["kind"] == "table":
        known["columns"] = tuple(_column(each) for each in stored["columns"])
        known["reading"] = Reading.from_json(stored.get("reading") or known.pop("detected"))
        known.pop("detected", None)
    known["repairs"] = tuple(map(Repair.from_json, stored.get("repairs", ())))
    return _KINDS[stored["kind"]](**known)


def _column(stored: Mapping[str, Any]) -> Column:
    stray = stored.get("stray")
    plain = {name: _frozen(value) for name, value in stored.items() if name not in ("stray", "sentinels")}
    sentinels = tuple(
        Sentinel(tuple(each["marks"]), each["count"], tuple(each["rows"])) for each in stored.get("sentinels", ())
    )
    return Column(**plain, stray=None if stray is None else Stray(**stray), sentinels=sentinels)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
