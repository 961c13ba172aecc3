"""CSV and its kin: how the file is written is found by looking, and every row that is there is read.

A file that is regular goes to arrow as it is. Whatever else there is (titles, notes, rows of another length, stray
quotation marks, space as a delimiter) is written out as a regular file first, and what was mended is counted.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from dlcore.data.uploads.csv_blocks import Lines, MixedLineEndsError, batches, look_through
from dlcore.data.uploads.description import RAGGED, Reading, Table
from dlcore.data.uploads.headings import names_of
from dlcore.data.uploads.marks import find_marks
from dlcore.data.uploads.records import SPACES, Record
from dlcore.data.uploads.repair import count_above
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.data.uploads.summary_rows import MOST, MOST_CELLS, SUMMARY, candidates, opens
from dlcore.data.uploads.table import Cells, keep, most_rows, too_many
from dlcore.data.uploads.table_layout import Layout
from dlcore.data.uploads.tally import Tally
from dlcore.data.uploads.text_plan import Plan, lines_of, names, plan, rows, too_long
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

JUDGED = 500  # rows that show which mark is decimal
_SPACED = re.compile(rf'[,;|\t][{SPACES}]+"|"[{SPACES}]+(?:[,;|\t]|$)')  # arrow takes the space for a part of the cell


def read(files: Sequence[UploadedFile], made: Path) -> Table:
    """Read one text file of rows into a Parquet file. Raises UploadError where no table can be found in it."""
    file = files[0]
    found = plan(file)
    format = "tsv" if file.name.lower().endswith((".tsv", ".tab")) else "csv"
    if found.broken == 0 and _is_tidy(found):
        try:
            return _kept(found, made, format)
        except (pa.ArrowInvalid, MixedLineEndsError, _IrregularError):
            pass
    return _mended(found, made, format)


def _is_tidy(found: Plan) -> bool:
    """Whether arrow reads the lines at its beginning as they are."""
    dialect, layout = found.dialect, found.layout
    if dialect.quote != '"' or dialect.escape or dialect.runs or layout.end is not None or layout.comment:
        return False
    if any(_SPACED.search(line) for line in found.shown):
        return False
    body = found.beginning[layout.first_row :]
    even = all(len(each.cells) == layout.width and not each.blank and not each.stray_quote for each in body)
    single = len(found.beginning) == len(found.shown)
    return even and single and bool(body) and layout.width > 1


class _IrregularError(Exception):
    """Further down, the file is not as regular as at its beginning."""


def _direct(found: Plan, skipped: int, lines: Lines) -> Iterator[pa.RecordBatch]:
    """The rows as text, block by block, as arrow reads them. Raises ArrowInvalid or _IrregularError."""
    count, layout, columns = 0, found.layout, names(found)
    last = pa.schema(dict.fromkeys(columns, pa.string())).empty_table()
    for batch in batches(found.file.path, found.encoding, found.dialect.delimiter, columns, skipped=skipped,
                         quoted=lines.quoted, longest=lines.longest):  # fmt: skip
        if _holds_no_row(batch, layout):
            raise _IrregularError
        count += len(batch)
        last = pa.concat_tables([last, pa.Table.from_batches([batch])])[-MOST:]
        yield batch
    if lines.count != count + skipped or _is_summed_up(found, last, count):
        raise _IrregularError  # a quotation mark took in rows, or rows are empty; or some are none of the table


def _is_summed_up(found: Plan, last: pa.Table, count: int) -> bool:
    """Whether the table may begin or end with a row that sums it up. last: its last rows; count: of all."""
    table, left = found.layout.usual, found.file.reading.as_written
    rows = [Record(0, [cell.strip() for cell in row]) for row in zip(*last.to_pydict().values(), strict=True)]
    few = count * found.layout.width <= MOST_CELLS
    ends = any((sure or few) and kind not in left for kind, sure in candidates(rows, table).values())
    return ends or (SUMMARY not in left and opens(found.beginning[found.layout.first_row], table))


def _holds_no_row(batch: pa.RecordBatch, layout: Layout) -> bool:
    """Whether a line among these may be none: the names again, a note in the first cell alone, or nothing at all."""
    first, *others = (pc.utf8_trim_whitespace(each) if n == 0 else each for n, each in enumerate(batch.columns))
    if layout.header and layout.names[0] and pc.any(pc.equal(first, layout.names[0])).as_py():
        again = batch.filter(pc.equal(first, layout.names[0]))
        if any([cell.strip() for cell in row.values()] == layout.names for row in again.to_pylist()):
            return True
    alone = None
    for column in reversed(others):
        empty = pc.equal(column, "")
        alone = empty if alone is None else pc.and_(alone, empty)
        if not pc.any(alone).as_py():
            return False
    return True


def _kept(found: Plan, made: Path, format: str) -> Table:
    """Hand a regular file to whoever finds what its columns hold. It is gone through more than once."""
    lines = look_through(found.file.path, found.dialect.quote, len(names(found)))
    if _has_far_too_many(found, lines):
        raise too_many(found.file.name, len(names(found)))
    first, told = found.beginning[found.layout.first_row].line, found.file.reading

    def again() -> Iterator[pa.RecordBatch]:
        return _direct(found, first - 1, lines)

    cells = Cells(
        found.file.name, names(found), again, _reading(found), found.layout.names, told, lambda row: first + row
    )
    return keep(cells, made, format, _told_above(found))


def _has_far_too_many(found: Plan, lines: Lines) -> bool:
    """Whether that is sure before a row is read: where nothing is quoted, a line that is not empty is a row.

    A few may yet be none, such as the names again: close to the limit, the rows themselves are counted.
    """
    surely_too_many = most_rows(len(names(found))) * 1.01
    above = found.beginning[found.layout.first_row].line - 1
    in_bytes = not lines.quoted and not found.encoding.startswith("utf-16")  # where a letter may hold a line's end
    if not in_bytes or lines.count - above <= surely_too_many:
        return False
    with found.file.path.open("rb") as stream:
        return sum(not line.isspace() for line in islice(stream, above, None)) > surely_too_many


def _reading(found: Plan) -> Reading:
    """What was found so far; what each column is follows from its cells."""
    told, layout = found.file.reading, found.layout
    decimal = told.decimal
    if decimal is None:
        sample = found.beginning[layout.first_row : layout.end][:JUDGED]
        decimal = find_marks((cell for each in sample for cell in each.cells), found.dialect.delimiter)
    return replace(
        told, delimiter=found.dialect.delimiter, encoding=found.encoding, decimal=decimal, header=layout.header,
        quote=found.dialect.quote, skip=layout.skip, comment=layout.comment, sheet="", table=layout.number,
        ragged=told.ragged or RAGGED[0],
    )  # fmt: skip


def _mended(found: Plan, made: Path, format: str) -> Table:
    """Write the rows out as a regular file, and hand that on."""
    tally = _told_above(found)
    if found.broken:
        tally.add("letters-broken", "", found.broken)
    reading = _reading(found)
    return keep_rows(found.file, rows(found, tally), found.layout.names, reading, made, format, tally)


def keep_rows(
    file: UploadedFile, given: Iterable[tuple[int, list[str]]], heading: Sequence[str], reading: Reading, made: Path,
    format: str, tally: Tally,
) -> Table:  # fmt: skip
    """Keep rows of equal length, each with its number in the file.

    Raises UploadError where there are none, or they cannot be read.
    """
    plain, numbers, longest = made.with_suffix(".plain"), array("q"), 0
    columns = names_of(heading, file.name)
    try:
        with plain.open("w", encoding="utf-8", newline="", errors="replace") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_MINIMAL)
            for number, cells in given:
                numbers.append(number)
                written = writer.writerow(cells)
                longest = max(longest, written)
        if not numbers:
            raise UploadError(Text(N_("{file} holds no rows."), file=file.name))

        def again() -> Iterator[pa.RecordBatch]:
            return batches(plain, "utf-8", ",", columns, skipped=0, quoted=True, longest=4 * longest)  # characters

        return keep(
            Cells(file.name, columns, again, reading, heading, file.reading, numbers.__getitem__), made, format, tally
        )
    except pa.ArrowInvalid as error:
        raise _explained(file, error) from None
    finally:
        plain.unlink(missing_ok=True)


def _explained(file: UploadedFile, error: Exception) -> UploadError:
    if "straddling" in str(error) or "block" in str(error):
        return too_long(file)
    return UploadError(Text(N_("{file} cannot be read as rows of cells: {reason}."), file=file.name, reason=str(error)))


def _told_above(found: Plan) -> Tally:
    """A tally of what stands above the rows: titles, notes to the reader, names in two rows."""
    layout, tally = found.layout, Tally()
    if layout.comment:
        for number, line in enumerate(lines_of(found.file, found.encoding), start=1):
            if found.is_comment(line):
                tally.add("comments", number)
    count_above(found.beginning, layout, tally)
    return tally
