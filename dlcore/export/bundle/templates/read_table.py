"""A file of rows, read as the file was read that the network learned from: CSV and its kin, Excel, Parquet.

What preprocessing.json says of that (`reading`, and the columns of the `file`) decides. Where a file is written
otherwise (another delimiter, another encoding, names above it or none), that is found anew by the names and the number
of its columns; how a column's cells are read is never guessed again.
"""

import codecs
import collections
import csv
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import read_cell

TEXTS, BOOKS, COLUMNAR = (".csv", ".tsv", ".tab", ".txt"), (".xlsx", ".xlsm"), (".parquet",)
ENDS = TEXTS + BOOKS + COLUMNAR
TYPED = ("xlsx", "xlsm", "parquet")  # formats whose numbers and days come as such
DELIMITERS = (",", ";", "\t", "|", ":", "^", "~", r"\s{2,}", r"\s+")  # the last two: runs of white space
CODECS = {"gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949"}
FEW_BROKEN = 0.02  # of the letters beyond ASCII: so few broken ones are slips in what is UTF-8 all the same
MOST_LINES = 200  # that one quoted cell may go over
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
DOUBLE_BYTE = ("gbk", "big5", "shift_jis", "euc_kr")
LOOKED_AT = 100  # rows at the beginning, among which names are looked for
LONGEST_NAME = 200
csv.field_size_limit(1 << 24)


@dataclass
class Row:
    """Cells by the names of their columns, and where they stood."""

    cells: dict
    file: str = ""
    number: int = 0  # of the row in the file; the first is 1

    def wrong(self, column, problem):
        """What ends the program: which cell is wrong, and why."""
        where = f"{self.file}, row {self.number}, column {column}" if self.file else column
        return SystemExit(f"{where}: {problem}")


class Plan:
    """What is known of the rows that were learned from."""

    def __init__(self, known):
        self.known, incoming = known, known["input"]
        self.reading = incoming.get("reading") or incoming.get("csv") or {}
        self.delimiter = self.reading.get("delimiter")
        self.delimiter = "," if self.delimiter is None else self.delimiter
        self.file = incoming.get("file") or {}
        recipe = incoming.get("recipe")
        self.kinds = {each["name"]: each["kind"] for each in recipe["columns"]} if recipe else {}
        text = incoming.get("text", {}).get("column")
        plain = list(incoming["columns"]) or [f"x{n + 1}" for n in range(math.prod(incoming["shape"]))]
        self.wanted = [text] if text else list(self.kinds) or plain
        self.columns = self.file.get("columns") or self.wanted
        self.only_by_name = recipe is not None or text is not None
        self.target = known.get("target")
        self.gaps = incoming.get("gaps") or ()  # columns in which what cannot be read was missing in training, too
        self.nothing = {*read_cell.MISSING, *(self.reading.get("missing") or ())}

    def how(self, name):
        """How the cells of a column are read."""
        told = (self.reading.get("columns") or {}).get(name, {})
        return {**told, "decimal": told.get("decimal") or self.reading.get("decimal") or "."}

    def orders(self):
        """In which columns rows without names may come: as in training, without the target, or the inputs alone."""
        index, every = self.reading.get("index"), self.columns
        without = [each for each in every if each != self.target]
        yield from (every, self.wanted, without, [each for each in every if each != index])
        yield [each for each in without if each != index]

    def fits(self, name, cell):
        """Whether a cell can stand in this column; None where nobody can tell."""
        kind = self.kinds.get(name, "number" if not self.only_by_name else "category")
        if cell in self.nothing or kind == "category":
            return None
        return (read_cell.moment if kind == "date" else read_cell.number)(cell, self.how(name)) is not None


def rows_of(file, known):
    """The rows of a file, each by the names of its columns. Ends the program with a sentence where there are none."""
    plan, end = Plan(known), Path(file).suffix.lower()
    try:
        if end in BOOKS:
            found = named(book(file, plan), file, plan)
        elif end in COLUMNAR:
            found = columnar(file)
        else:
            found = text(file, plan)
    except (OSError, ValueError, KeyError) as error:
        raise SystemExit(f"{file} cannot be read: {error}") from None
    if not found:
        raise SystemExit(f"{file}: there are no rows.")
    missing = [each for each in plan.wanted if each not in found[0].cells]
    if missing:
        raise SystemExit(f"{file}: there is no column {missing[0]}.")
    return found


# Text


def text(file, plan):
    """The rows of a text file, divided as in training, or by the mark that gives the columns of training."""
    lines, marks = marked(file, plan)
    heads = {each: divided(lines[: 2 * LOOKED_AT], each, plan.reading.get("quote", '"')) for each in marks}
    named_so = (each for each, rows in heads.items() if heading_of(rows, plan) is not None)
    wide = {len(each) for each in plan.orders() if len(each) > 1}
    as_wide = (each for each, rows in heads.items() if max((len(row) for _number, row in rows), default=0) in wide)
    mark = next(named_so, None) or next(as_wide, marks[0])
    return named(divided(lines, mark, plan.reading.get("quote", '"')), file, plan)


def has_names(file, known):
    """Whether the columns that were learned from stand above the rows of a text file."""
    plan = Plan(known)
    lines, marks = marked(file, plan)
    return any(heading_of(divided(lines, each, plan.reading.get("quote", '"')), plan) is not None for each in marks)


def marked(file, plan):
    """(the lines of a file, comments left empty; what may divide them, the likeliest first)."""
    lines = lines_of(file, plan.known)
    told = re.fullmatch(r'"?sep=(.)"?', lines[0].strip(), re.IGNORECASE)
    comment = plan.reading.get("comment")
    if comment:
        lines = ["" if line.lstrip().startswith(comment) else line for line in lines]
    lines[0] = "" if told else lines[0]
    return lines, list(dict.fromkeys((told[1] if told else plan.delimiter, *DELIMITERS)))


def lines_of(file, known):
    """The lines of a text file."""
    written = decoded(Path(file).read_bytes(), Plan(known).reading.get("encoding"))
    return written.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def decoded(raw, told):
    """Text in the encoding of training, unless the file says or shows that it is written in another."""
    for mark, encoding in MARKS.items():
        if raw.startswith(mark):
            return raw.decode(encoding)
    utf8 = strictly(raw, "utf-8")
    # Bytes of two-byte encodings are now and then also UTF-8, but never of letters that take three bytes there.
    if utf8 is not None and (told not in DOUBLE_BYTE or any(each >= "\u0800" for each in utf8)):
        wide = ("utf-16-le", "utf-16-be") if "\0" in utf8 else ()
        told = next((each for each in wide if "\0" not in (strictly(raw, each) or "\0")), "utf-8")
    elif told in (None, "utf-8", "utf-8-sig"):
        loose = raw.decode("utf-8", "replace")
        if loose.count("\ufffd") <= FEW_BROKEN * sum(each > "\x7f" for each in loose):
            return loose
    for encoding in dict.fromkeys((told or "utf-8", "utf-8", "gbk", "cp1252", "latin-1")):
        found = strictly(raw, CODECS.get(encoding, encoding))
        if found is not None:
            return found
    raise ValueError("it is no text")


def strictly(raw, encoding):
    """Text; None where not every byte means something in this encoding."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def divided(lines, delimiter, quote):
    """[(number of the line, its cells)]; lines in which nothing stands are left out, but counted."""
    quote = '"' if quote is None else quote
    split = splitter(delimiter, quote, any('\\"' in line for line in lines) and not any('""' in line for line in lines))
    width = usual_width([line for line in lines if not quote or quote not in line], split)
    rows, place = [], 0
    while place < len(lines):
        cells, used = record(lines, place, split, quote, width)
        if any(cells):
            rows.append((place + 1, cells))
        place += used
    return rows


def splitter(delimiter, quote, escaped):
    """What divides one record into cells; with `quoted` false, quotation marks are letters like all others."""

    def split(text, quoted=True):
        if delimiter == "":
            return [text.strip()]
        if delimiter.startswith("\\s"):
            wide = delimiter == r"\s{2,}"
            return [bare(each) for each in re.findall(r'"[^"]*"|\S+(?: \S+)*' if wide else r'"[^"]*"|\S+', text)]
        marks = {"quotechar": quote} if quote and quoted else {"quoting": csv.QUOTE_NONE}
        if escaped and quote and quoted:
            marks |= {"escapechar": "\\", "doublequote": False}
        reader = csv.reader([text], delimiter=delimiter, skipinitialspace=delimiter not in "\t ", **marks)
        return [cell.strip() for row in reader for cell in row]

    return split


def record(lines, place, split, quote, width):
    """(cells, how many lines they take) of what begins at this line.

    A quoted cell goes on over the lines below, if that gives as many cells as other rows have; else its mark is stray.
    """
    line = lines[place]
    if not quote or line.count(quote) % 2 == 0:
        return split(line), 1
    joined = line
    for used, following in enumerate(lines[place + 1 : place + MOST_LINES], start=2):
        joined += f"\n{following}"
        if following.count(quote) % 2:
            cells = split(joined.replace("\n", "\r"))
            if len(cells) == (width or len(cells)):
                return [each.replace("\r", "\n") for each in cells], used
            break
    cells = split(line, quoted=False)
    return [each.strip(quote) for each in cells], 1


def usual_width(lines, split):
    """How many cells most of these lines have; None where there are no lines."""
    widths = collections.Counter(len(split(line)) for line in lines[: 10 * LOOKED_AT] if line.strip())
    return widths.most_common(1)[0][0] if widths else None


def bare(cell):
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


# Names


def heading_of(rows, plan):
    """(place of the last row of names, the names), found by the names of training; None where they stand nowhere."""
    for place, (_number, row) in enumerate(rows[:LOOKED_AT]):
        for names in (tidy(row), tidy(["", *row])):  # the second: a first column that has no name and no place for one
            if plan.wanted and set(plan.wanted) <= set(names) and (len(names) == len(row) or longer(rows, place)):
                return place, names
        if plan.reading.get("header") == 2 and place and two_rows(rows[place - 1][1], row, plan.columns):
            return place, list(plan.columns)
    return None


def longer(rows, place):
    """Whether the rows below have one cell more than this one, and something stands in it."""
    below = [row for _number, row in rows[place + 1 : place + 1 + LOOKED_AT]]
    width = len(rows[place][1]) + 1
    return bool(below) and all(len(row) == width for row in below) and any(row[-1] for row in below)


def two_rows(upper, lower, columns):
    """Whether two rows together name these columns."""
    if len(lower) != len(columns) or len(upper) > len(columns):
        return False
    upper = [*upper, *[""] * (len(columns) - len(upper))]
    return any(lower) and all(a in name and b in name for a, b, name in zip(upper, lower, columns, strict=True))


def tidy(heading):
    """Names that can be told apart, as training had them: on one line, none empty, none twice."""
    names = []
    for number, given in enumerate(heading, start=1):
        plain = " ".join("".join(each if each.isprintable() else " " for each in given).split())
        name = first = plain[:LONGEST_NAME] or f"column {number}"
        again = 2
        while name in names:
            name, again = f"{first} ({again})", again + 1
        names.append(name)
    return names


def named(rows, file, plan):
    """Each row by the names of its columns: as they stand above, else in an order that rows may come in."""
    if not rows:
        return []
    heading = heading_of(rows, plan)
    if heading is not None:
        place, names = heading
        return list(cells(rows[place + 1 :], names, file, plan))
    start = min(plan.reading.get("skip") or 0, len(rows) - 1) if plan.reading.get("header") == 0 else 0
    names = next((each for each in plan.orders() if len(each) == len(rows[start][1])), None)
    readable = [plan.fits(name, cell) for name, cell in zip(names or (), rows[start][1], strict=False)]
    known = set(plan.wanted) & set(tidy(rows[start][1]))
    if known or names is None or (plan.only_by_name and plan.reading.get("header", 1) and True not in readable):
        if names is None and not known and not plan.only_by_name:
            number, row = rows[start]
            wide = f"there are {len(row)} cells, but {len(plan.columns)} columns."
            raise SystemExit(f"{file}, row {number}: {wide}")
        missing = next(each for each in plan.wanted if each not in known)
        raise SystemExit(f"{file}: there is no column {missing}.")
    if False in readable and True not in readable:
        start += 1  # names of another's choosing
    return list(cells(rows[start:], names, file, plan))


def cells(rows, names, file, plan):
    """Rows as wide as the names: what is missing at the end counts as empty, what is too much is left out, and told."""
    again = [number for number, row in rows if tidy(row) == names]
    told(file, again, "repeats the names of the columns and was left out")
    rows = without_notes([each for each in rows if each[0] not in again], names, file, plan)
    short = [number for number, row in rows if len(row) < len(names)]
    long = [number for number, row in rows if any(row[len(names) :])]
    told(file, short, "has fewer cells than there are columns; what is missing counts as empty")
    told(file, long, "has more cells than there are columns; what is too much was left out")
    for number, row in rows:
        padded = [*row[: len(names)], *[""] * (len(names) - len(row))]
        yield Row(dict(zip(names, padded, strict=True)), file, number)


def without_notes(rows, names, file, plan):
    """The rows without a text that stands below the table, in one cell."""
    last = len(rows)
    while last > 1 and len(names) > 1 and alone(rows[last - 1][1]):
        below_a_gap = rows[last - 1][0] > rows[last - 2][0] + 1 and len(names) > 2
        if not below_a_gap and plan.fits(names[0], rows[last - 1][1][0]) is not False:
            break
        last -= 1
    told(file, [number for number, _row in rows[last:]], "is no row of the table and was left out")
    return rows[:last]


def alone(row):
    """Whether something stands in the first cell only."""
    return bool(row[0]) and not any(row[1:])


def told(file, numbers, what):
    """Say on standard error what was mended; the answers alone go to standard output."""
    if numbers:
        more = f" (and {len(numbers) - 1} more rows)" if len(numbers) > 1 else ""
        print(f"{file}: row {numbers[0]}{more} {what}.", file=sys.stderr)


# Excel and Parquet


def book(file, plan):
    """The rows of the sheet that was learned from, or of the first one with its columns, or with anything."""
    try:
        import openpyxl
    except ImportError:
        raise SystemExit(f"{file}: reading Excel files takes openpyxl (pip install openpyxl).") from None
    with Path(file).open("rb") as opened:
        sheets = openpyxl.load_workbook(opened, read_only=True, data_only=True, keep_links=False).worksheets
        sheets.sort(key=lambda each: each.title != plan.reading.get("sheet"))
        found = [rows for rows in map(sheet_rows, sheets) if rows]
    return next((rows for rows in found if heading_of(rows, plan) is not None), found[0] if found else [])


def sheet_rows(sheet):
    """[(number of the row, its cells)] of a sheet, without the empty rows."""
    sheet.reset_dimensions()
    rows = ((number, trimmed(row)) for number, row in enumerate(sheet.iter_rows(values_only=True), start=1))
    return [each for each in rows if each[1]]


def trimmed(row):
    """Cells as text, without the empty ones at the end."""
    made = [written(each) for each in row]
    while made and not made[-1]:
        made.pop()
    return made


def columnar(file):
    """The rows of a Parquet file."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise SystemExit(f"{file}: reading Parquet files takes pyarrow (pip install pyarrow).") from None
    try:
        table = parquet.read_table(file)
    except pyarrow.ArrowException as error:
        raise ValueError(str(error)) from None
    kept = [name for name in table.column_names if not name.startswith("__index_level_")]
    columns = [[written(each) for each in table[name].to_pylist()] for name in kept]
    names = tidy(kept)
    return [Row(dict(zip(names, row, strict=True)), file, n)
            for n, row in enumerate(zip(*columns, strict=True), start=1)]  # fmt: skip


def written(value):
    """A value as the cell of a text file."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value).strip()
