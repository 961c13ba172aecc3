"""One record is spoiled, at every row and every column: a cell too many or too few, a quote, another delimiter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .cases import COMMAS, Case, Damage, Dialect, case, content, spoil_record, whole, written
from .clean import CleanTable, Row, reviews, spending, weather

GRIDS = (spending(), weather())  # whose every row and column is spoiled
QUOTED = Dialect(quote_all=True)


def _places(*tables: CleanTable) -> Iterator[tuple[CleanTable, int, int, Row]]:
    for table in tables or GRIDS:
        for at, row in enumerate(table.rows):
            for column in range(table.width):
                yield table, at, column, row


def _readings(table: CleanTable, cells: Row, original: Row) -> tuple[Row, ...]:
    """A record that is too long or too short: as it stands, cut to the width, its last cells joined, or set right."""
    width = table.width
    if len(cells) <= width:
        return cells, original
    return cells, cells[:width], (*cells[: width - 1], "".join(cells[width - 1 :])), original


def cell_too_many_empty() -> Iterator[Case]:
    """An empty cell more: two delimiters where one should be."""
    for table, at, column, row in _places():
        cells = (*row[:column], "", *row[column:])
        damage = Damage(row, _readings(table, cells, row))
        yield spoil_record("cell too many, empty", f"before {column + 1}", table, at, COMMAS.line(cells), damage)


def cell_too_many_word() -> Iterator[Case]:
    """A cell more that holds something."""
    for table, at, column, row in _places():
        cells = (*row[:column], "surplus", *row[column:])
        damage = Damage(row, _readings(table, cells, row))
        yield spoil_record("cell too many, a word", f"before {column + 1}", table, at, COMMAS.line(cells), damage)


def cell_with_bare_delimiter() -> Iterator[Case]:
    """A comma inside a text that nobody quoted."""
    for table, at, column, row in _places():
        words = row[column].replace(",", "").split(" ")
        if len(words) > 1:
            cells = (*row[:column], words[0], " " + " ".join(words[1:]), *row[column + 1 :])
            joined = (*row[:column], "".join(words), *row[column + 1 :])
            damage = Damage(row, _readings(table, cells, joined), frozenset({column}))
            line = ",".join(map(COMMAS.cell, row[:column])) + "," * (column > 0)
            line += f"{words[0]}, {' '.join(words[1:])}" + "".join(
                "," + COMMAS.cell(each) for each in row[column + 1 :]
            )
            yield spoil_record("cell with a bare delimiter", f"column {column + 1}", table, at, line, damage)


def cell_gone() -> Iterator[Case]:
    """A cell is left out with its delimiter."""
    for table, at, column, row in _places():
        cells = (*row[:column], *row[column + 1 :])
        aligned = (*row[:column], "", *row[column + 1 :])
        damage = Damage(row, (*_readings(table, cells, row), aligned))
        yield spoil_record("cell too few, left out", f"column {column + 1}", table, at, COMMAS.line(cells), damage)


def delimiter_gone() -> Iterator[Case]:
    """Two cells have run into one."""
    for table, at, column, row in _places():
        if column:
            both = row[column - 1] + row[column]
            short = (*row[: column - 1], both, *row[column + 1 :])
            aligned = (
                (*row[: column - 1], both, "", *row[column + 1 :]),
                (*row[: column - 1], "", both, *row[column + 1 :]),
            )
            raw = [*map(COMMAS.cell, row)]
            line = ",".join([*raw[: column - 1], raw[column - 1] + raw[column], *raw[column + 1 :]])
            bare = '"' in raw[column - 1] + raw[column]  # what two quoted cells make in a row is anybody's guess
            damage = Damage(row, (short, *aligned, row), frozenset({column - 1, column}), as_one_text=bare)
            yield spoil_record("cell too few, run together", f"before {column + 1}", table, at, line, damage)


def row_cut() -> Iterator[Case]:
    """A line ends early."""
    for table, at, column, row in _places():
        if column:
            cells = row[:column]
            yield spoil_record(
                "row cut short", f"before {column + 1}", table, at, COMMAS.line(cells), Damage(row, (cells,))
            )


def _with_quote(raw: str, where: str) -> str:
    inside = raw.startswith('"') and len(raw) > 1
    start, end = (1, len(raw) - 1) if inside else (0, len(raw))
    place = {"first": start, "middle": (start + end) // 2, "last": end}[where]
    return raw[:place] + '"' + raw[place:]


def _stray(kind: str, dialect: Dialect, where: str, tables: tuple[CleanTable, ...]) -> Iterator[Case]:
    for table, at, column, row in _places(*tables):
        if row[column]:
            raw = [*map(dialect.cell, row)]
            raw[column] = _with_quote(raw[column], where)
            divided = any(each in row[column] for each in ',"\n')
            damage = Damage(row, (row,), frozenset({column}), as_one_text=divided)
            yield spoil_record(kind, f"column {column + 1}", table, at, ",".join(raw), damage, dialect)


def quote_at_start() -> Iterator[Case]:
    """A quote before the first letter, which nothing closes."""
    yield from _stray("stray quote, first", COMMAS, "first", GRIDS)


def quote_inside() -> Iterator[Case]:
    """A quote in the middle of a cell: 12" pipe."""
    yield from _stray("stray quote, middle", COMMAS, "middle", GRIDS)


def quote_at_end() -> Iterator[Case]:
    """A quote after the last letter."""
    yield from _stray("stray quote, last", COMMAS, "last", GRIDS)


def quote_inside_quoted() -> Iterator[Case]:
    """Every cell is quoted, and one holds a quote that is not escaped."""
    for where in ("first", "middle", "last"):
        yield from _stray(f"stray quote in quoted cells, {where}", QUOTED, where, (weather(),))


def quote_unclosed() -> Iterator[Case]:
    """The closing quote of a quoted cell is missing."""
    for dialect, name in ((COMMAS, "where needed"), (QUOTED, "everywhere")):
        for table, at, column, row in _places(*GRIDS, reviews()):
            raw = [*map(dialect.cell, row)]
            if raw[column].startswith('"') and "\n" not in row[column] and row[column]:
                raw[column] = raw[column].removesuffix('"')
                divided = any(each in row[column] for each in ',"')
                damage = Damage(row, (row,), frozenset({column}), as_one_text=divided)
                label = f"quotes {name}, column {column + 1}"
                yield spoil_record("unclosed quote", label, table, at, ",".join(raw), damage, dialect)


def other_delimiter() -> Iterator[Case]:
    """One line has another delimiter than all others."""
    for delimiter in (";", "\t", "|", " "):
        for table in GRIDS:
            for at, row in enumerate(table.rows):
                line = Dialect(delimiter).line(row)
                damage = Damage(row, (row,), frozenset(range(table.width)), as_one_text=True)
                yield spoil_record("another delimiter in a row", repr(delimiter), table, at, line, damage)


def row_in_quotes() -> Iterator[Case]:
    """A whole line was taken for one cell by whoever wrote it."""
    for table in GRIDS:
        for at, row in enumerate(table.rows):
            line = '"' + COMMAS.line(row).replace('"', '""') + '"'
            damage = Damage(row, (row,), as_one_text=True)
            yield spoil_record("a row as one quoted cell", "", table, at, line, damage)


def line_between() -> Iterator[Case]:
    """A line at each place that is no record: nothing, delimiters alone, blanks, the names again, a comment."""
    for table in GRIDS:
        lines = written(table)
        others: dict[str, Row] = {"": (), "," * (table.width - 1): (), "   ": ("   ",), lines[0]: table.header,
                                  "# checked": ("# checked",)}  # fmt: skip
        names = ("blank", "delimiters alone", "space", "names again", "comment")
        for name, (line, row) in zip(names, others.items(), strict=True):
            for at in range(1 if name == "names again" else 0, len(lines) + 1):
                raw = content([*lines[:at], line, *lines[at:]])
                expected = replace(whole(table), optional=(row,))
                yield case(f"a line between, {name}", f"before line {at + 1}", table, raw, expected)
