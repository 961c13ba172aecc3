"""Where in a file the table stands: what is title or note above it, which rows name its columns, where it ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dlcore.data.uploads.kinds import Look, column_looks, look
from dlcore.data.uploads.records import Record, filled
from dlcore.data.uploads.summary_rows import Usual, usual

COMMENTS = ("#", "//", "%%", "%", "!", "--", "*")
MOST_TITLES = 10  # rows between a title and the names
_UNIT = re.compile(
    r"^[(\[].{1,20}[)\]]$|^(?:%|°?[CFK]|[kmcµn]?[mgslLAVWJ]|kWh|km/h|m/s|Pa|hPa|EUR|USD|€|\$|years?|days?)$"
)
JUDGED = 200  # rows below the names that say what the columns hold


@dataclass
class Layout:
    """Which records are what. Places count records, not lines."""

    width: int
    skip: int = 0  # records above the names
    header: int = 0  # records that name the columns
    end: int | None = None  # the first record below the table, where another one follows
    comment: str = ""
    names: list[str] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    usual: Usual = field(default_factory=Usual)
    named_in_comment: bool = False
    trailing: bool = False  # a delimiter ends the rows: the cell behind it is none
    about: int = 0  # records between the names and the rows that tell of the columns: a unit, a source, a release
    start: int = 0  # the first record that does not belong to a table above
    number: int = 1  # of the table among all in the file
    above: list[tuple[int, int]] = field(default_factory=list)  # other tables: their first line, and how many rows
    below: list[int] = field(default_factory=list)  # the first lines of those below

    @property
    def first_row(self) -> int:
        """The first record that is a row."""
        return self.skip + self.header + self.about


def comment_of(lines: Sequence[str]) -> str:
    """What lines begin with that are notes to the reader; "" where there are none."""
    written = [line for line in lines if line.strip()]
    for mark in COMMENTS:
        leading = 0
        for line in written:
            if not line.lstrip().startswith(mark):
                break
            leading += 1
        begun = sum(line.lstrip().startswith(mark) for line in written)
        enough = begun < 0.5 * len(written) or (leading == begun and begun < len(written))
        if not begun or not enough:
            continue
        if mark in "#%" and (leading or (mark == "#" and begun <= 0.2 * len(written))):
            return mark
        if leading and mark not in "-*":
            return mark
    return ""


def find_layout(
    found: Sequence[Record], header: int | None = None, skip: int | None = None, as_written: Collection[str] = ()
) -> Layout:
    """The layout of these records; what is told stays. Blank records are looked over."""
    width = _width(found if skip is None else found[skip:])
    first = _first(found, width) if skip is None else _next_filled(found, skip)
    end = _end(found, first, width)
    body = [each.cells for each in found[first:end] if each.cells]
    about = 0 if header == 0 or "rows-about" in as_written else _about(body)
    rows = header if header is not None else 1 if about else _headers(body, width)
    about = max(0, about + 1 - rows) if about else _more_names(body, rows, width, as_written)
    below = body[rows + about : rows + about + JUDGED]
    wide = _with_index(body, rows, width)
    width = wide if "columns-empty" in as_written else _without_trailing(body, rows, wide)
    looks = column_looks([row for row in below if abs(len(row) - width) <= 1 and len(row) <= width] or below, width)
    names = joined_names(body[:rows], width)
    about = _records_to(found[first:], rows + about) - rows if about else 0
    return Layout(
        width, first, rows, end, names=names, looks=looks, usual=usual(below, looks), trailing=width < wide, about=about
    )


def find_table(
    found: Sequence[Record], header: int | None = None, skip: int | None = None, as_written: Collection[str] = (),
    table: int | None = None,
) -> Layout | None:  # fmt: skip
    """The layout of one table of a file: the one of this number, else the largest. None where there are not so many.

    Where the file holds others above it or below, it says where.
    """
    layout = find_layout(found, header, skip, as_written)
    parts = _parts(found, 0, len(found)) if table is not None or layout.end is not None or layout.skip > 3 else []
    if len(parts) < 2:
        return layout if table in (None, 1) else None
    if table is None:
        own = next((n for n, (begins, ends) in enumerate(parts) if begins <= layout.skip < ends), 0)
    elif table <= len(parts):
        own, (begins, ends) = table - 1, parts[table - 1]
        layout = find_layout(found[begins:ends], header, None if skip is None else max(0, skip - begins), as_written)
        end = ends if layout.end is None else begins + layout.end
        layout.skip, layout.end = layout.skip + begins, end if end < len(found) else None
    else:
        return None
    layout.start, layout.number = parts[own][0], own + 1
    lines = [_first_line(found[begins:ends]) for begins, ends in parts]
    sizes = [sum(not each.blank for each in found[begins:ends]) for begins, ends in parts]
    layout.above, layout.below = list(zip(lines[:own], sizes[:own], strict=True)), lines[own + 1 :]
    return layout


def _records_to(found: Sequence[Record], rows: int) -> int:
    """How many records, empty ones counted, hold so many rows."""
    places = [place for place, each in enumerate(found, start=1) if each.cells]
    return places[rows - 1]


def _parts(found: Sequence[Record], begins: int, ends: int) -> list[tuple[int, int]]:
    """Where each table of these records begins, what stands above it included, and where it ends."""
    block = found[begins:ends]
    layout = find_layout(block)
    if not layout.width:
        return []
    place = begins + layout.skip
    above = _parts(found, begins, place) if _holds_a_table(block[: layout.skip]) else []
    own = (above[-1][1] if above else begins, ends if layout.end is None else begins + layout.end)
    below = [] if layout.end is None else _parts(found, own[1], ends)
    return [*above, own, *below]


def _holds_a_table(found: Sequence[Record]) -> bool:
    """Whether what stands above a table is one, too, with a gap between them; and no list of names and values."""
    rows = [each.cells for each in found if filled(each.cells) > 1]
    if len(rows) < 3 or not found[-1].blank:
        return False
    width = _width(found)
    rows = [each for each in rows if len(each) == width]
    return width > 2 and len(rows) > 2 and _votes(rows[0], column_looks(rows[1:], width), rows[1:]) > 0.5


def _first_line(found: Sequence[Record]) -> int:
    return next((each.line for each in found if not each.blank), 1)


_PERIOD = re.compile(r"^(?:1[5-9]|2[01])\d\d(?:\s*[-/. ]?\s*(?:Q[1-4]|[HS][12]|W\d\d?|M?\d\d?|[A-Za-z]{3,9}\.?))?$"
                     r"|^(?:Q[1-4]|[A-Za-z]{3,9}\.?)[-/ ](?:1[5-9]|2[01])\d\d$", re.IGNORECASE)  # fmt: skip
MOST_ABOUT = 15  # rows that tell of the columns


def _about(body: Sequence[Sequence[str]]) -> int:
    """How many rows below the names tell of the columns, and are no rows: those above rows that periods begin.

    So offices of statistics write series: Title, Unit, Release date, …; then a year, a quarter or a month in each row.
    """
    dated = [bool(row[0]) and _is_period(row[0]) for row in body[: JUDGED + MOST_ABOUT]]
    first = dated.index(True) if True in dated else 0
    if not 3 <= first <= MOST_ABOUT + 1 or sum(dated[first:]) < max(2, 0.95 * len(dated[first:])):
        return 0
    looks = column_looks(body[first : first + JUDGED], len(body[0]))
    numeric = [place for place, kind in enumerate(looks) if place and kind == "number"]
    told = [[look(row[place]) for place in numeric if place < len(row)] for row in body[1:first]]
    words = sum("number" not in each for each in told)
    named = all(any(map(str.isalpha, row[0])) for row in body[:first] if row[0])
    return first - 1 if numeric and named and 2 * words > len(told) and any("text" in each for each in told) else 0


def _is_period(cell: str) -> bool:
    return look(cell) == "moment" or bool(_PERIOD.match(cell.strip()))


def _width(found: Sequence[Record]) -> int:
    """How many cells the rows of the table have: the width that covers most of the file."""
    widths = Counter(len(each.cells) for each in found if each.cells)
    if not widths:
        return 0
    width, _ = max(widths.items(), key=lambda pair: (pair[1] * pair[0] * (1.0 if pair[0] > 1 else 0.5), pair[0]))
    return width


def _next_filled(found: Sequence[Record], place: int) -> int:
    return next((n for n in range(place, len(found)) if not found[n].blank), len(found))


def _first(found: Sequence[Record], width: int) -> int:
    """The first record of the table: nearly as wide as it, and mostly filled. What is above is a title or a note."""
    needed = 1 if width == 1 else max(2, -(-width * 2 // 5))
    for place, each in enumerate(found):
        wide = len(each.cells) >= max(1, width - 1) or (width > 3 and len(each.cells) > 0.6 * width)
        wide = wide and len(each.cells) <= width + max(1, width // 4)
        if wide and filled(each.cells) >= min(needed, width) and not _is_title(found, place, width):
            return place
    return _next_filled(found, 0)


def _is_title(found: Sequence[Record], place: int, width: int) -> bool:
    """Whether a record that could be the first of the table stands above it: the names follow below an empty one."""
    for below in range(place + 2, min(place + MOST_TITLES, len(found))):
        if not found[below - 1].blank or found[below].blank:
            continue
        above = [each for each in found[place:below] if not each.blank]
        rows = [each.cells for each in found[below : below + JUDGED] if len(each.cells) == width]
        if len(found[below].cells) != width or len(rows) < 3 or len(above) > 5:
            return False
        fuller = all(filled(each.cells) < filled(rows[0]) for each in above)
        return (fuller or len(above) == 1) and _votes(rows[0], column_looks(rows[1:], width), rows[1:]) > 0.8
    return False


def _end(found: Sequence[Record], first: int, width: int) -> int | None:
    """Where another table begins, below an empty record; None where there is only one."""
    place = first + 1
    if (other := _of_other_width(found, first, width)) is not None:
        return other
    while place < len(found) - 1:
        if not found[place].blank:
            place += 1
            continue
        begins = _next_filled(found, place)
        block = _block(found, begins)
        if block and begins - first >= 3 and _another(found[first:place], block, width):
            return place
        place = begins + 1
    return None


def _of_other_width(found: Sequence[Record], first: int, width: int) -> int | None:
    """Where the rest of the file, three rows or more, is of one other width: a second table without a gap."""
    place = len(found)
    while place > first and found[place - 1].blank:
        place -= 1
    end, own = place, len(found[place - 1].cells) if place else 0
    while place > first and len(found[place - 1].cells) == own:
        place -= 1
    rows = [each.cells for each in found[place:end]]
    if own in (0, 1, width) or len(rows) < 3 or place - first < 3 or (abs(own - width) == 1 and len(rows) < 4):
        return None
    return place if _votes(rows[0], column_looks(rows[1:], own), rows[1:]) > 0.5 else None


def _block(found: Sequence[Record], begins: int) -> Sequence[Record]:
    ends = begins
    while ends < len(found) and not found[ends].blank:
        ends += 1
    return found[begins:ends]


def _another(table: Sequence[Record], block: Sequence[Record], width: int) -> bool:
    """Whether a block of records is a table of its own, with names and rows of its own."""
    wide = [each.cells for each in block if filled(each.cells) > 1]
    if len(wide) < 2:
        return False
    own = Counter(map(len, wide)).most_common(1)[0][0]
    if own != width and own > 1:
        return sum(len(each) == own for each in wide) >= max(2, 0.7 * len(block))
    rows = [each.cells for each in table if len(each.cells) == width]
    looks = column_looks(rows[1:], width)
    return _votes(wide[0], looks, wide[1:]) > 0 and not _fits(wide[0], looks)


def _fits(row: Sequence[str], looks: Sequence[Look]) -> bool:
    pairs = [(look(cell), kind) for cell, kind in zip(row, looks, strict=False)]
    return all(kind in ("text", "empty") or each in (kind, "empty") for each, kind in pairs)


def _headers(body: Sequence[Sequence[str]], width: int) -> int:
    """How many rows name the columns: 0, 1 or 2."""
    if not body:
        return 0
    if len(body) == 1:
        return int(all(look(cell) in ("text", "empty") for cell in body[0]) and filled(body[0]) > 0)
    looks = column_looks(body[1 : JUDGED + 1], width)
    votes = _votes(body[0], looks, body[1 : JUDGED + 1])
    if votes < 0:
        return 0
    again = _names_again(body, width) if len(body) > 3 else _is_description(body, width)
    return 2 if again else 1


def _votes(row: Sequence[str], looks: Sequence[Look], below: Sequence[Sequence[str]]) -> float:
    """Above zero where a row names columns: texts over numbers do; numbers over numbers do not, but for years."""
    votes = 0.0
    counting = _counts(row) and not any(_counts(each) for each in below[:50])
    for place, (cell, kind) in enumerate(zip(row, looks, strict=False)):
        own = look(cell)
        if own == "empty":
            continue
        column = [each[place] for each in below if place < len(each)]
        if own == "text":
            if kind in ("number", "moment"):
                votes += 1.0
            elif cell in column:
                votes -= 0.6 if len(set(column)) < len(column) else 0.2
            else:
                votes += 0.15 + 0.35 * _shorter(cell, column)
        elif kind in ("number", "moment") or own == "moment":
            votes += 0.8 if counting or _is_year_of(cell, column) else -1.0
        else:
            votes += 0.3 if counting else -0.4
    return votes


def _shorter(cell: str, column: Sequence[str]) -> bool:
    """Whether the cells below are of another make: with digits where it has none, or much longer."""
    cells = [each for each in column if each]
    if not cells:
        return False
    digits = sum(any(map(str.isdigit, each)) for each in cells) / len(cells)
    return (digits > 0.8 and not any(map(str.isdigit, cell))) or sum(map(len, cells)) / len(cells) > 3 * len(cell)


def _whole(cell: str) -> int | None:
    return int(cell) if re.fullmatch(r"\d{1,6}", cell.strip()) else None


def _counts(row: Sequence[str]) -> bool:
    """Whether the numbers of a row go up by one: years, or numbers of columns."""
    numbers = [found for cell in row if (found := _whole(cell)) is not None]
    steps = {after - before for before, after in pairwise(numbers)}
    years = all(1800 <= each <= 2200 for each in numbers)
    texts = sum(look(cell) == "number" for cell in row) == len(numbers)
    return (
        texts
        and len(numbers) >= (2 if years else 3)
        and len(steps) == 1
        and steps <= ({1, -1, 5, 10} if years else {1})
    )


def _is_year_of(cell: str, column: Sequence[str]) -> bool:
    """Whether a cell is a year, and hardly any below it is."""
    number = _whole(cell)
    if number is None or not 1800 <= number <= 2200:
        return False
    others = [each for each in map(_whole, column) if each is not None and 1800 <= each <= 2200]
    return len(others) <= 0.05 * len(column)


def _names_again(body: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the second row names columns, too: units, or parts of a group that the first row names."""
    second, below = body[1], body[2 : JUDGED + 2]
    looks = column_looks(below, width)
    numeric = [place for place, kind in enumerate(looks) if kind in ("number", "moment") and place < len(second)]
    if not numeric or any(look(cell) in ("number", "moment") for cell in second):
        return False
    texts = sum(look(second[place]) == "text" for place in numeric)
    if texts < max(1, 0.5 * len(numeric)):
        return False
    sure = texts == len(numeric) > 1 or all(_UNIT.match(second[place]) for place in numeric)
    return sure or filled(body[0][: len(second)]) < width or _is_description(body, width)


def _is_description(body: Sequence[Sequence[str]], width: int) -> bool:
    """Whether the second row says in words what the codes of the first stand for, as in tables of a census.

    Every cell is another text of some words, under names such as B01003_001E; none of them stands in a row below.
    """
    if len(body) < 3 or width < 2:
        return False
    codes, second, below = body[0], body[1], body[2 : JUDGED + 2]
    looks = column_looks(below, width)
    numeric = [place for place, kind in enumerate(looks) if kind in ("number", "moment")]
    if len(codes) != width or len(second) != width or not numeric or len(set(second)) < width:
        return False
    if any(look(cell) != "text" or " " in code.strip() for code, cell in zip(codes, second, strict=True)):
        return False
    if any(cell in {row[place] for row in below if place < len(row)} for place, cell in enumerate(second)):
        return False
    coded = all(_CODE.search(codes[place]) and _says_more(codes[place], second[place]) for place in numeric)
    return coded and all(len(second[place]) >= len(code) or _CODE.search(code) for place, code in enumerate(codes))


_CODE = re.compile(r"[0-9_]|[A-Z]{3}|^[A-Z][A-Z0-9.]*$")  # in a name that a program gave
_NO_VALUE = re.compile(r"^(?:not?|un|keine?|pas|sin|nicht)[ -]?\w*", re.IGNORECASE)  # «not available»


def _says_more(code: str, cell: str) -> bool:
    """Whether a cell describes a name: in several words, and longer than it."""
    words = re.split(r"[\s!:;_/-]+", cell.strip())
    return len(words) > 1 and len(cell) > len(code) and _NO_VALUE.match(cell) is None


def _more_names(body: Sequence[Sequence[str]], rows: int, width: int, as_written: Collection[str]) -> int:
    """How many rows below two of names still tell of the columns: of a questionnaire, where its answers were kept."""
    if rows != 2 or "rows-about" in as_written:
        return 0
    third, below = body[2] if len(body) > 3 else [], body[3 : JUDGED + 3]
    looks = column_looks(below, width)
    numeric = [place for place, kind in enumerate(looks) if kind in ("number", "moment")]
    texts = len(third) == width and all(look(cell) == "text" for cell in third)
    return int(texts and len(numeric) > 1 and len(set(third)) == width)


def _with_index(body: Sequence[Sequence[str]], header: int, width: int) -> int:
    """One more where the rows have a cell that the names lack: an index that nobody named."""
    return max(width, len(body[0])) if header and body and len(body[0]) - width in (1,) and body[0][-1] else width


def _without_trailing(body: Sequence[Sequence[str]], header: int, width: int) -> int:
    """Without a last column that has neither a name nor a cell: a delimiter ends each row."""
    ends = [row[width - 1] for row in body if len(row) >= width]
    unnamed = not header or not any(row[width - 1 :] for row in body[:header] if row[width - 1 :] != [""])
    return width - 1 if width > 2 and header and unnamed and ends and not any(ends) else width


def joined_names(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """The names that one or two rows give; a group's name goes before that of its part.

    A row of names that is one short names all but the first column, as R writes it.
    """
    if not rows:
        return [""] * width
    lines = [list(row) for row in rows]
    if len(lines) == 1 and len(lines[0]) == width - 1:
        lines[0] = ["", *lines[0]]
    if len(lines) > 1 and len(lines[1]) < width and all(lines[1]):
        del lines[1]  # under which names its cells stand cannot be told
    lines = [(line + [""] * width)[:width] for line in lines]
    if len(lines) > 1 and filled(lines[0]) < width:
        carried = ""
        for place, cell in enumerate(lines[0]):
            carried = cell or (carried if lines[1][place] else "")
            lines[0][place] = carried
    return [" ".join(dict.fromkeys(each for each in cells if each)) for cells in zip(*lines, strict=True)]
