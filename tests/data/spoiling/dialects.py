"""The whole file is written otherwise: delimiter, quote, escape, line end, encoding, padding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .cases import COMMAS, Case, Damage, Dialect, case, content, whole, written
from .clean import CleanTable, everyday, letters, measurements, narrow, reviews, spending, survey, towns, weather


def other_delimiters() -> Iterator[Case]:
    """Semicolon, tab, bar, and rarer ones; also in a file whose name says something else."""
    for delimiter in (";", "\t", "|", ":", "^", "~", " "):
        for table in everyday():
            raw = content(written(table, Dialect(delimiter)))
            yield case("delimiter " + repr(delimiter), "", table, raw)
            if delimiter in ";\t":
                yield case("delimiter " + repr(delimiter), "as .txt", table, raw, name="table.txt")
                yield case("delimiter " + repr(delimiter), "as .tsv", table, raw, name="table.tsv")
    for table in everyday():
        yield case("commas in a .tsv", "", table, content(written(table)), name="table.tsv")


def padded_delimiters() -> Iterator[Case]:
    """A space after each delimiter, or on both sides."""
    for delimiter in (", ", " , ", "; ", " | ", ",  "):
        for table in everyday():
            yield case("delimiter with space", repr(delimiter), table, content(written(table, Dialect(delimiter))))


def aligned() -> Iterator[Case]:
    """Columns set one below the other with spaces; a cell without a value is a dash."""
    for table in (measurements(), weather(), narrow(), spending(), survey()):
        dashes = replace(table, rows=tuple(tuple(cell or "-" for cell in row) for row in table.rows))
        plain = CleanTable(
            table.name,
            tuple(name.replace(" ", "_") for name in table.header),
            tuple(tuple(cell.replace(" ", "_") for cell in row) for row in dashes.rows),
        )
        for label, held, gap in (("two spaces between", dashes, 2), ("no spaces inside", plain, 1)):
            columns = list(zip(held.header, *held.rows, strict=True))
            widths = [max(map(len, column)) + gap for column in columns]
            for side in (str.ljust, str.rjust):
                lines = ["".join(side(cell, width) for cell, width in zip(row, widths, strict=True))
                         for row in (held.header, *held.rows)]  # fmt: skip
                yield case("aligned with spaces", f"{label}, {side.__name__}", held, content(lines), name="table.txt")


def other_quotes() -> Iterator[Case]:
    """Apostrophes for quotes; quotes around every cell, or around texts alone."""
    for table in everyday():
        yield case("quotes everywhere", '"', table, content(written(table, Dialect(quote_all=True))))
        yield case(
            "apostrophes for quotes",
            "everywhere",
            table,
            content(written(table, Dialect(quote="'", escape="'", quote_all=True))),
        )
    for table in (spending(), reviews(), survey()):
        yield case(
            "apostrophes for quotes", "where needed", table, content(written(table, Dialect(quote="'", escape="'")))
        )


APOSTROPHES = Dialect(quote="'", escape="'")


def no_quotes() -> Iterator[Case]:
    """Quotes are letters like others: nothing is quoted, and cells hold some, in pairs or alone."""
    for delimiter in ("\t", "|", ";"):
        table = replace(reviews(), rows=tuple(tuple(cell.replace("\n", " ").replace(";", ".") for cell in row)
                                              for row in reviews().rows))  # fmt: skip
        yield case("no quotes", repr(delimiter), table, content(written(table, Dialect(delimiter, quote=""))))
        inches = replace(table, rows=tuple((*row[:3], f'{at}" pipe', row[4]) for at, row in enumerate(table.rows)))
        yield case(
            "no quotes", f"{delimiter!r}, inches", inches, content(written(inches, Dialect(delimiter, quote="")))
        )
        yield _opened_alone(table, Dialect(delimiter, quote=""))


def _opened_alone(table: CleanTable, dialect: Dialect) -> Case:
    """A quote that nothing closes, in every seventh record: a letter of the cell, or none."""
    hurt = {at: (*row[:3], '"quite new', row[4]) for at, row in enumerate(table.rows) if at % 7 == 3}
    some = replace(table, rows=tuple(hurt.get(at, row) for at, row in enumerate(table.rows)))
    fine = tuple(row for at, row in enumerate(table.rows) if at not in hurt)
    damages = tuple(Damage(row, (row,), frozenset({3})) for row in hurt.values())
    expected = replace(whole(table), fine=fine, damages=damages)
    return case("no quotes", f"{dialect.delimiter!r}, opened alone", table, content(written(some, dialect)), expected)


def escapes() -> Iterator[Case]:
    """A backslash before a quote, or nothing, where a second quote should stand."""
    for table in (reviews(), spending()):
        flat = replace(table, rows=tuple(tuple(cell.replace("\n", " ") for cell in row) for row in table.rows))
        for delimiter in (",", ";", "\t"):
            for quote_all in (False, True):
                how = f"{delimiter!r}, {'everywhere' if quote_all else 'where needed'}"
                backslash = Dialect(delimiter, escape="\\", quote_all=quote_all)
                yield case("quotes escaped by a backslash", how, table, content(written(table, backslash)))
                bare = Dialect(delimiter, escape="", quote_all=quote_all)
                yield case("quotes not escaped", how, flat, content(written(flat, bare)))
    for table in (spending(), survey()):
        lines = [",".join(cell.replace(",", "\\,") for cell in row) for row in (table.header, *table.rows)]
        yield case("delimiters escaped by a backslash", "", table, content(lines))


def line_ends() -> Iterator[Case]:
    """Every way in which a line has been ended."""
    for table in everyday():
        lines = written(table)
        for label, end in (("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r"), ("CR CR LF", "\r\r\n"), ("doubled", "\n\n"),
                           ("doubled CRLF", "\r\n\r\n")):  # fmt: skip
            yield case(f"line end {label}", "", table, content(lines, end))
            yield case(f"line end {label}", "none at the end", table, content(lines, end, last=False))
        two = "".join(line + ("\r\n" if at % 3 else "\n") for at, line in enumerate(lines)).encode()
        yield case("line ends mixed", "LF and CRLF", table, two)
        half = (content(lines[:6], "\r\n") + content(lines[6:])).decode().encode()
        yield case("line ends mixed", "CRLF, then LF", table, half)
        yield case("line end at the end", "two", table, content(lines) + b"\n")
        yield case("line end at the end", "many", table, content(lines) + 7 * b"\n")
        yield case("line end at the end", "end of file as of old", table, content(lines) + b"\x1a")
        yield case("line end at the end", "spaces", table, content(lines) + b"   ")

    long = replace(narrow(), rows=tuple((str(number), f"{number / 8}") for number in range(6000)))
    for label, end in (("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")):
        yield case(f"line end {label}", "many rows", long, content(written(long), end))


def encodings() -> Iterator[Case]:
    """The same table in every encoding that can write it."""
    west = (towns(), spending(), measurements())
    for tables, names in (
        (everyday(), ("utf-8", "utf-8-sig", "utf-16")),
        (west, ("cp1252", "latin-1")),
        ((letters("simplified"),), ("gbk", "gb18030", "utf-16")),
        ((letters("traditional"),), ("big5", "utf-16", "utf-8")),
        ((letters("japanese"),), ("shift_jis", "utf-8")),
        ((letters("russian"),), ("cp1251", "utf-8")),
    ):
        for table in tables:
            for encoding in names:
                for delimiter in (",", ";", "\t"):
                    lines = written(table, Dialect(delimiter, line_end="\r\n"))
                    raw = content(lines, "\r\n", encoding)
                    yield case(f"encoding {encoding}", repr(delimiter), table, raw)
                for rows in (1, 3):
                    few = replace(table, rows=table.rows[:rows])
                    yield case(f"encoding {encoding}", f"{rows} rows", few, content(written(few), "\n", encoding))
    for table in (towns(), weather()):
        text = content(written(table)).decode()
        yield case("encoding utf-16, big end first", "", table, b"\xfe\xff" + text.encode("utf-16-be"))


def padding() -> Iterator[Case]:
    """Spaces around cells: in front, behind, both, a fixed width; tabs; hard spaces."""
    for table in everyday():
        for label, pad in (("behind", "{} "), ("in front", "  {}"), ("both", " {} "), ("fixed", "{:<24}"),
                           ("tab", "{}\t"), ("hard space", "{}\xa0")):  # fmt: skip
            lines = [",".join(pad.format(COMMAS.cell(cell)) for cell in row) for row in (table.header, *table.rows)]
            yield case("padding " + label, "", table, content(lines))
        lines = [",".join(COMMAS.cell(f" {cell} ") for cell in row) for row in (table.header, *table.rows)]
        yield case("padding inside quotes", "", table, content(lines))


def separator_line() -> Iterator[Case]:
    """The first line says to a spreadsheet what the delimiter is."""
    for delimiter in (",", ";", "\t", "|"):
        for table in everyday():
            for label, line in (("bare", f"sep={delimiter}"), ("quoted", f'"sep={delimiter}"')):
                raw = content([line, *written(table, Dialect(delimiter))], "\r\n")
                yield case("sep= line", f"{delimiter!r}, {label}", table, raw)


def nothing() -> Iterator[Case]:
    """Nothing happened: what is read of clean tables."""
    for table in (*everyday(), *map(letters, ("traditional", "japanese", "russian"))):
        yield case("nothing", "", table, content(written(table)))


def everything_differs() -> Iterator[Case]:
    """A file of another country: semicolons, decimal commas, its own code page, CRLF."""
    for table in (towns(), _continental(measurements()), _continental(narrow())):
        for encoding in ("utf-8", "cp1252", "utf-8-sig"):
            for quote_all in (False, True):
                dialect = Dialect(";", quote_all=quote_all)
                raw = content(written(table, dialect), "\r\n", encoding)
                yield case("semicolons and decimal commas", f"{encoding}, {quote_all}", table, raw, whole(table))


def _continental(table: CleanTable) -> CleanTable:
    rows = tuple(tuple(cell.replace(".", ",") for cell in row) for row in table.rows)
    return replace(table, rows=rows, decimal=",")
