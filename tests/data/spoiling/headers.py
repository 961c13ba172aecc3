"""The line of names is spoiled: missing, doubled, damaged like a record, or odd in what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .cases import COMMAS, Case, Dialect, Expected, case, content, spoil_header, whole, written
from .clean import CleanTable, Row, everyday, measurements, narrow, spending, survey, weather, wide

GRIDS = (spending(), weather(), measurements())


def no_names() -> Iterator[Case]:
    """The first line is a record."""
    for table in everyday():
        yield case("no names", "", table, content(written(table)[1:]), whole(table, ()))


def two_lines_of_names() -> Iterator[Case]:
    """A second line below the names: units, words, numbers of columns; or groups above them."""
    for table in (spending(), measurements(), weather(), survey()):
        lines, width = written(table), table.width
        units = tuple("" if at == 0 else ("mm", "°C", "GBP", "%")[at % 4] for at in range(width))
        words = tuple(f"text of {name}" for name in table.header)
        numbers = tuple(f"({at + 1})" for at in range(width))
        for label, below in (("units", units), ("explained", words), ("column numbers", numbers)):
            joined = tuple(f"{above} {more}" for above, more in zip(table.header, below, strict=True))
            expected = replace(whole(table, table.header, joined), optional=(below,))
            yield case("two lines of names", f"{label} below", table,
                       content([lines[0], COMMAS.line(below), *lines[1:]]), expected)  # fmt: skip
        groups = tuple(("General" if at == 0 else "Details" if at == width // 2 else "") for at in range(width))
        filled = tuple("General" if at < width // 2 else "Details" for at in range(width))
        headers = [table.header, *(tuple(f"{above} {name}" for above, name in zip(each, table.header, strict=True))
                                   for each in (groups, filled))]  # fmt: skip
        yield case("two lines of names", "groups above", table, content([COMMAS.line(groups), *lines]),
                   whole(table, *headers))  # fmt: skip
        third = replace(whole(table, *headers, *(tuple(f"{one} {unit}" for one, unit in zip(each, units, strict=True))
                                                 for each in headers)), optional=(units,))  # fmt: skip
        yield case("two lines of names", "three lines", table,
                   content([COMMAS.line(groups), lines[0], COMMAS.line(units), *lines[1:]]), third)  # fmt: skip


def odd_names() -> Iterator[Case]:
    """Names that are empty, equal, numbers, years, quoted, long, or hold a line break."""
    for table in (*GRIDS, narrow(), wide()):
        width, names = table.width, table.header
        years = (names[0], *(str(2001 + at) for at in range(width - 1)))
        for label, header in {
            "years": years,
            "numbers": tuple(map(str, range(1, width + 1))) if width > 2 else years,
            "one empty": ("", *names[1:]),
            "last empty": (*names[:-1], ""),
            "twice the same": (*names[:-1], names[0]),
            "all the same": ("value",) * width,
            "with a line break": (f"{names[0]}\n(see note)", *names[1:]),
            "with commas": tuple(f"{name}, new" for name in names),
            "long": tuple(f"{name} as it was asked in the questionnaire of the second wave" for name in names),
            "years and words": tuple(f"{2001 + at} total" for at in range(width)),
        }.items():
            expected = whole(table, header)
            if header[:1] == ("",) and len(set(table.rows[0])) and label == "one empty":
                without = tuple(row[1:] for row in table.rows)  # a column without a name in front may be the index
                shifted = frozenset(at - 1 for at in expected.numbers)
                alone = Expected((header[1:],), without, numbers=shifted)
                is_index = table.rows[0][0] in ("0", "1")
                yield case("odd names", label, table, content([COMMAS.line(header), *written(table)[1:]]),
                           expected, *([alone] if is_index else []))  # fmt: skip
            else:
                yield case("odd names", label, table, content([COMMAS.line(header), *written(table)[1:]]), expected)


def names_too_few_or_many() -> Iterator[Case]:
    """A name is missing at the end, or stands there for a column that is not."""
    for table in (*GRIDS, wide()):
        lines, names = written(table), table.header
        short = names[:-1]
        yield case("names too few", "one", table, content([COMMAS.line(short), *lines[1:]]),
                   whole(table, short, ("", *short)))  # fmt: skip
        two = names[:-2]
        yield case("names too few", "two", table, content([COMMAS.line(two), *lines[1:]]), whole(table, two))
        long = (*names, "more")
        yield case("names too many", "one", table, content([COMMAS.line(long), *lines[1:]]), whole(table, long, names))
        longer = (*names, "more", "still more", "most")
        yield case("names too many", "three", table, content([COMMAS.line(longer), *lines[1:]]),
                   whole(table, longer, names))  # fmt: skip


def names_as_records() -> Iterator[Case]:
    """What happens to a record happens to the names, at every column."""
    for table in GRIDS[:2]:
        names = table.header
        for at in range(table.width):
            more = (*names[:at], "", *names[at:])
            yield spoil_header("names with a cell too many", f"before {at + 1}", table, COMMAS.line(more), more, names)
            quoted = [*map(COMMAS.cell, names)]
            for label, name in (("first", '"' + names[at]), ("middle", names[at][:2] + '"' + names[at][2:]),
                                ("last", names[at] + '"')):  # fmt: skip
                line = ",".join([*quoted[:at], name, *quoted[at + 1 :]])
                yield spoil_header("names with a stray quote", f"{label}, {at + 1}", table, line, names)
            if at:
                less = (*names[: at - 1], names[at - 1] + names[at], *names[at + 1 :])
                yield spoil_header(
                    "names run together", f"before {at + 1}", table, COMMAS.line(less), less, ("", *less)
                )
        for delimiter in (";", "\t", "|", " "):
            line = Dialect(delimiter).line(names)
            expected = replace(whole(table, names, (line,), ()), optional=(names, (line,)))
            yield case("names with another delimiter", repr(delimiter), table,
                       content([line, *written(table)[1:]]), expected)  # fmt: skip


def _index(table: CleanTable, first: int) -> tuple[Row, ...]:
    return tuple((str(first + number), *row) for number, row in enumerate(table.rows))


def index_without_name() -> Iterator[Case]:
    """The number of the row stands in front, under no name, or under none at all (as R writes it)."""
    for table in everyday():
        for first in (0, 1):
            rows = _index(table, first)
            shifted = frozenset({0, *(at + 1 for at in numbers(table))})
            readings = Expected((("", *table.header), table.header), rows, numbers=shifted), whole(table)
            for label, names in (("empty", ("", *table.header)), ("none", table.header)):
                raw = content([COMMAS.line(names), *map(COMMAS.line, rows)])
                yield case("index without a name", f"{label}, from {first}", table, raw, *readings)


def numbers(table: CleanTable) -> frozenset[int]:
    """The columns of numbers and days."""
    return whole(table).numbers
