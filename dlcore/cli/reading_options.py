"""What a learner may say of how a file is read, as options of the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, get_args

import click

from dlcore.data.column import ColumnKind
from dlcore.data.uploads.day_order import ORDERS, day_of, ordered, tells_days
from dlcore.data.uploads.description import (
    ANSWERS,
    DECIMALS,
    ENCODINGS,
    PARTS,
    RAGGED,
    UNMENDED,
    ColumnReading,
    Reading,
)
from dlcore.data.uploads.parsing import MISSING
from dlcore.errors import UploadError, unknown
from dlcore.i18n import N_, Text

# Marks that a terminal takes for its own, by their names.
DIVIDERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "colon": ":", "space": r"\s+"}
GROUPS = {"none": "", "comma": ",", "point": ".", "space": " ", "apostrophe": "'"}
QUOTES = {"double": '"', "single": "'", "none": ""}
KINDS: tuple[str, ...] = get_args(ColumnKind)

OPTIONS = (
    click.option("--delimiter", type=click.Choice([*DIVIDERS]), help=N_("What divides the cells; found without it.")),
    click.option("--encoding", type=click.Choice(ENCODINGS), help=N_("How letters are written; found without it.")),
    click.option("--decimal", type=click.Choice(DECIMALS), help=N_("The mark in numbers; found without it.")),
    click.option("--thousands", type=click.Choice([*GROUPS]),
                 help=N_("What stands between groups of three digits; found without it.")),
    click.option("--header", type=click.IntRange(0, 2), help=N_("How many rows name the columns; found without it.")),
    click.option("--no-header", is_flag=True, help=N_("No row names the columns; the same as --header 0.")),
    click.option("--skip", type=click.IntRange(0, 1000), help=N_("How many rows stand above the names.")),
    click.option("--sheet", help=N_("Which sheet of an Excel file is read; the one that holds most without it.")),
    click.option("--table", type=click.IntRange(1, 100),
                 help=N_("Which of several tables below one another is read; the largest without it.")),
    click.option("--quote", type=click.Choice([*QUOTES]),
                 help=N_("The quotation mark around cells; found without it.")),
    click.option("--comment", metavar="MARK", help=N_("What lines begin with that are no rows; found without it.")),
    click.option("--no-comment", is_flag=True, help=N_("Every line is a row, whatever it begins with.")),
    click.option("--ragged", type=click.Choice(RAGGED),
                 help=N_("Rows with too few or too many cells: fit lays them on the columns, end fills them up or cuts "
                         "them off at their end, drop leaves them out. Without it, fit.")),
    click.option("--as-written", multiple=True, type=click.Choice(UNMENDED),
                 help=N_("A kind of repair that is not made; may be repeated.")),
    click.option("--missing", multiple=True, metavar="MARK",
                 help=N_("A cell that says that there is no value, besides the usual ones; may be repeated.")),
    click.option("--missing-in", multiple=True, metavar="COLUMN=MARK",
                 help=N_("A cell of one column that says that there is no value, as age=-999; may be repeated.")),
    click.option("--value", multiple=True, metavar="MARK",
                 help=N_("A cell that is a value though it usually says that there is none, as NA is for Namibia.")),
    click.option("--day", multiple=True, metavar="COLUMN=FORMAT",
                 help=N_("The format of the days of a column: dmy, mdy, ymd, or as strptime has it (%d.%m.%y).")),
    click.option("--index", metavar="COLUMN", help=N_("The column that only numbers the rows: it is no input.")),
    click.option("--no-index", is_flag=True, help=N_("No column only numbers the rows.")),
    click.option("--parts", type=click.Choice(PARTS),
                 help=N_("Folders or arrays that are called train and test: apart keeps them as parts, together makes "
                         "one data set of them, classes takes such folders for classes. Without it, apart.")),
    click.option("--answers", type=click.Choice(ANSWERS),
                 help=N_("What whole numbers in y are: classes, or numbers to predict; found without it.")),
    click.option("--kind", multiple=True, metavar="COLUMN=KIND",
                 help=N_("What a column holds: numeric, categorical, text or date; found without it.")),
)  # fmt: skip


def read_otherwise(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command with all these options, of which `as_told` makes a reading."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def as_told(
    delimiter: str | None = None, thousands: str | None = None, header: int | None = None, no_header: bool = False,
    missing: Sequence[str] = (), day: Sequence[str] = (), index: str | None = None, no_index: bool = False,
    kind: Sequence[str] = (), quote: str | None = None, comment: str | None = None, no_comment: bool = False,
    as_written: Sequence[str] = (), value: Sequence[str] = (), missing_in: Sequence[str] = (), **others: Any,
) -> Reading:  # fmt: skip
    """The reading that the options wish for. Raises UploadError for what cannot be meant."""
    if no_header and header:
        raise _both("--header", "--no-header")
    if no_index and index is not None:
        raise _both("--index", "--no-index")
    if no_comment and comment is not None:
        raise _both("--comment", "--no-comment")
    columns: dict[str, ColumnReading] = {}
    for name, form in (_pair(each, "--day") for each in day):
        columns[name] = ColumnReading("date", day=_format(form))
    for name, wanted in (_pair(each, "--kind") for each in kind):
        if wanted not in KINDS:
            raise UploadError(unknown(Text(N_("kind of column")), wanted, list(KINDS)))
        if name in columns and wanted != "date":
            raise _both("--day", "--kind")
        columns[name] = replace(columns.get(name, ColumnReading()), kind=wanted)  # type: ignore[arg-type]
    for name, mark in (_pair(each, "--missing-in") for each in missing_in):
        how = columns.get(name, ColumnReading())
        columns[name] = replace(how, missing=(*how.missing, mark))
    return Reading(
        delimiter=None if delimiter is None else DIVIDERS[delimiter],
        thousands=None if thousands is None else GROUPS[thousands],
        header=0 if no_header else header,
        index="" if no_index else index,
        quote=None if quote is None else QUOTES[quote],
        comment="" if no_comment else comment,
        missing=tuple(missing),
        present=_usual(value),
        as_written=tuple(as_written),
        columns=columns,
        **others,
    )


def _usual(marks: Sequence[str]) -> tuple[str, ...]:
    """Marks that usually say that there is no value. Raises UploadError for others: these are values anyhow."""
    for each in marks:
        if each not in MISSING or not each:
            raise UploadError(unknown(Text(N_("mark")), each, [mark for mark in MISSING if mark]))
    return tuple(marks)


def _pair(given: str, option: str) -> tuple[str, str]:
    name, equals, value = given.rpartition("=")
    if not equals or not name:
        raise UploadError(
            Text(N_("{field}: COLUMN=VALUE is allowed, but {received} came."), field=option, received=repr(given))
        )
    return name, value


def _format(form: str) -> str:
    """A format of days that tells year, month and day apart, or the name of an order. Raises UploadError."""
    if form.lower() in ORDERS:
        return form.lower()
    if not tells_days(form):
        raise UploadError(
            Text(N_("{field}: dmy, mdy, ymd or a format of %Y or %y, %m or %b, and %d is allowed; {received} came."),
                 field="--day", received=repr(form))
        )  # fmt: skip
    return form


def with_orders(reading: Reading, found: Reading) -> Reading:
    """The wish with formats for orders: as `found` writes its days, but in the order that was asked for."""
    columns = {
        name: replace(how, day=ordered(day_of(found, name), how.day)) if how.day in ORDERS else how
        for name, how in reading.columns.items()
    }
    return replace(reading, columns=columns)


def without_orders(reading: Reading) -> Reading:
    """The wish without the columns of which only an order is known: how they write their days is to be seen first."""
    return replace(reading, columns={name: how for name, how in reading.columns.items() if how.day not in ORDERS})


def _both(first: str, second: str) -> UploadError:
    return UploadError(Text(N_("{first} and {second} contradict each other: give one of them."), first=first,
                            second=second))  # fmt: skip
