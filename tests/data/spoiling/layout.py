"""What stands around a table: titles, notes, totals, a second table; delimiters that are too many; nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .cases import COMMAS, Case, Dialect, Expected, case, content, whole, written
from .clean import CleanTable, Row, everyday, measurements, narrow, spending, survey, weather

PLAIN = (spending(), measurements(), weather(), survey(), narrow())
ABOVE: dict[str, list[str]] = {
    "a title": ["Report of the year 2021"],
    "a title and a blank line": ["Report of the year 2021", ""],
    "a title with a comma": ["Quarterly report, all offices", ""],
    "two titles": ["Office of Statistics", "All figures are provisional", ""],
    "pairs": ["Source,Office", "Contact,data@example.org", "Created,2021-05-06", ""],
    "pairs without a blank line": ["Source: Office", "Contact: data@example.org"],
    "comments": ["# made by a machine", "# unit: mm", "#"],
    "five lines": ["Report", "Office of Statistics", "", "Figures from 1 May 2021, in thousands", ""],
    "blank lines": ["", ""],
    "a quoted title": ['"Report, of the year ""2021"""', ""],
    "a number": ["2021", ""],
}
BELOW: dict[str, list[str]] = {
    "a note": ["Note: figures are provisional"],
    "a blank line and a note": ["", "Figures are provisional, see annex"],
    "a source": ["Source: Office of Statistics; 2021"],
    "several notes": ["", "* estimated", "** without parks", "", "Printed on 1 May 2021"],
    "a comment": ["# end of file"],
    "blank lines": ["", "", ""],
    "a count": ["(60 rows affected)"],
}


def lines_above() -> Iterator[Case]:
    """Lines above the names: as they are, and filled up with delimiters as spreadsheets do."""
    for label, lines in ABOVE.items():
        for table in PLAIN:
            expected = replace(whole(table), optional=((),))
            yield case("lines above", label, table, content([*lines, *written(table)]), expected)
            padded = [_padded(line, table.width) for line in lines]
            if label != "comments":
                yield case("lines above, padded", label, table, content([*padded, *written(table)]), expected)


def _padded(line: str, width: int) -> str:
    cells = COMMAS.cell(line) if "," in line and not line.startswith('"') and "@" not in line else line
    have = 2 if line.count(",") == 1 and cells == line and not line.startswith('"') else 1
    return cells + "," * (width - have)


def lines_below() -> Iterator[Case]:
    """Lines below the last record."""
    for label, lines in BELOW.items():
        for table in PLAIN:
            expected = replace(whole(table), optional=((), *((line,) for line in lines), *(
                tuple(line.split(",")) for line in lines if "," in line)))  # fmt: skip
            yield case("lines below", label, table, content([*written(table), *lines]), expected)
            padded = [COMMAS.cell(line) + "," * (table.width - 1) for line in lines]
            yield case("lines below, padded", label, table, content([*written(table), *padded]), expected)


def totals() -> Iterator[Case]:
    """A row of totals, which is a record or none."""
    for table in PLAIN:
        sums: Row = ("Total", *("" for _ in range(table.width - 2)), "1234.5")
        expected = replace(whole(table), optional=(sums, ("", *sums[1:]), ()))
        for label, gap in (("at once", []), ("after a blank line", [""])):
            yield case("a row of totals", label, table, content([*written(table), *gap, COMMAS.line(sums)]), expected)


def above_and_below() -> Iterator[Case]:
    """A title, the table, a note; with each delimiter."""
    for delimiter in (",", ";", "\t"):
        dialect = Dialect(delimiter)
        for table in PLAIN:
            lines = ["Report of the year 2021", "", *written(table, dialect), "", "Source: Office of Statistics"]
            expected = replace(whole(table), optional=((), ("Source: Office of Statistics",)))
            yield case("lines above and below", repr(delimiter), table, content(lines), expected)


def two_tables() -> Iterator[Case]:
    """Another table below, with the same, with fewer, with more columns, after a blank line or at once."""
    for table in PLAIN:
        others = {"fewer": narrow(), "the same": replace(table, rows=table.rows[:9]), "more": _wider(table)}
        if table.width == 2:
            del others["fewer"]
        for label, other in others.items():
            other = replace(other, rows=other.rows[:9])
            for gap in ([""], ["", ""], []):
                if not gap and label == "the same":
                    continue  # nothing tells where it begins but its names, which are a line between
                raw = content([*written(table), *gap, *written(other)])
                alone = replace(whole(table), optional=((),))
                both = Expected((table.header,), (*table.rows, *other.rows), optional=(other.header, ()),
                                numbers=alone.numbers)  # fmt: skip
                yield case("two tables", f"{label} columns, {len(gap)} blank lines", table, raw, alone, both)


def _wider(table: CleanTable) -> CleanTable:
    rows = tuple((*row, "x", "y") for row in table.rows)
    return CleanTable(table.name, (*table.header, "note", "by"), rows, table.decimal, table.day_first)


def delimiters_around() -> Iterator[Case]:
    """A delimiter at the end or the beginning of all lines, or of some."""
    for table in everyday():
        for delimiter in (",", ";"):
            lines = written(table, Dialect(delimiter))
            label = repr(delimiter)
            yield case("delimiter at the end, all lines", label, table, content([each + delimiter for each in lines]))
            yield case("delimiter at the end, all lines", f"three {label}", table,
                       content([each + 3 * delimiter for each in lines]))  # fmt: skip
            yield case("delimiter at the end, all but the names", label, table,
                       content([lines[0], *(each + delimiter for each in lines[1:])]))  # fmt: skip
            yield case("delimiter at the end, some lines", label, table,
                       content([each + delimiter * (at % 5 == 2) for at, each in enumerate(lines)]))  # fmt: skip
            yield case(
                "delimiter at the end, the names alone", label, table, content([lines[0] + delimiter, *lines[1:]])
            )
            in_front = Expected((("", *table.header),), tuple(("", *row) for row in table.rows))
            yield case("delimiter in front", label, table, content([delimiter + each for each in lines]),
                       whole(table), in_front)  # fmt: skip


def bars_around() -> Iterator[Case]:
    """A table as it is typed into a note: bars on both sides, a line of dashes below the names."""
    for table in (measurements(), weather(), narrow(), survey()):
        bars = [f"| {' | '.join(row)} |" for row in (table.header, *table.rows)]
        dashes = "|" + "---|" * table.width
        with_edges = Expected((("", *table.header),), tuple(("", *row) for row in table.rows))
        expected = [replace(each, optional=(("---",) * table.width, ("", *("---",) * table.width), ()))
                    for each in (whole(table), with_edges)]  # fmt: skip
        yield case("bars around", "without dashes", table, content(bars), *expected)
        yield case("bars around", "with dashes", table, content([bars[0], dashes, *bars[1:]]), *expected)


def one_of_a_kind() -> Iterator[Case]:
    """The smallest tables: one record, two records, one column."""
    for table in everyday():
        for rows in (1, 2, 3):
            small = replace(table, rows=table.rows[:rows])
            yield case("few records", str(rows), small, content(written(small)))
    for at, name in ((1, "Temperature (°C)"), (0, "Sample")):
        column = CleanTable("one column", (name,), tuple((row[at],) for row in measurements().rows))
        yield case("one column", name, column, content(written(column)))
        yield case("one column", f"{name}, no end", column, content(written(column), last=False))


def no_table() -> Iterator[Case]:
    """Nothing, blanks, or names without a record: to be refused in words."""
    for label, raw in (
        ("nothing", b""),
        ("line ends", b"\n\n\n"),
        ("blanks", b"   \n \n"),
        ("a mark alone", b"\xef\xbb\xbf"),
    ):
        yield Case("no table", f"no table: {label}", raw, ())
    for table in everyday():
        yield Case("no table", f"no table: {table.name}, names alone", content(written(table)[:1]), ())
