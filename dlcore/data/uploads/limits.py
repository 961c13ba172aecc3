"""How much a file from outside may hold. Whatever is over a limit is refused while it is read, not afterwards."""

from __future__ import annotations

MAX_BYTES = 1 << 30  # of a file as it comes
MAX_ROWS = 5_000_000
MAX_COLUMNS = 5_000
MAX_CELLS = 200_000_000
MAX_CELL_CHARACTERS = 100_000
MAX_RECORD_BYTES = 4 << 20  # a row of a text file, line breaks inside quotes included
MAX_NAME_CHARACTERS = 200  # of a column or a class
MAX_VALUES = 1_000  # different values of a column that are remembered by name; so also the most classes
MAX_VALUES_TOGETHER = 50_000  # of all columns of a table

MAX_MEMBERS = 10_000  # files in a zip
MAX_BUNDLE_BYTES = 500_000_000  # of a bundle as it comes
MAX_BUNDLE_UNPACKED = 1_000_000_000
MAX_BUNDLE_MEMBERS = 100
MAX_BUNDLE_RATIO = 20  # unpacked to packed; weights hardly shrink, and what is written beside them is short
BUNDLE_BYTES_AT_LEAST = 20_000_000  # unpacked; a small bundle may hold these, however well it is packed
MAX_UNPACKED_BYTES = 2 << 30  # of all files in a zip together
MAX_SHEET_BYTES = 200 << 20  # of an Excel file, unpacked
MAX_SHEET_CELLS = 10_000_000
MAX_SHEET_ROWS = 1_048_576  # Excel's own

MAX_PIXELS = 20_000_000  # of one image
MAX_SIDE = 128  # pixels of the images that are kept; each experiment may take them smaller
MAX_ARRAY_BYTES = 2 << 30  # of x or y in an NPZ or IDX file

CHILD_SECONDS = 900
CHILD_BYTES = 4 << 30  # of memory that the reading process may take for itself


def spoken(size: int) -> str:
    """Bytes as a sentence says a limit: «2 GB», «200 MB»; of few, each.

    >>> spoken(MAX_BYTES), spoken(MAX_SHEET_BYTES), spoken(MAX_BUNDLE_BYTES), spoken(999_999)
    ('1 GB', '200 MB', '500 MB', '999,999 bytes')
    """
    for unit, binary, decimal in (("GB", 30, 10**9), ("MB", 20, 10**6)):
        if size >= decimal:
            return f"{(size >> binary) if size % (1 << binary) == 0 else size / decimal:g} {unit}"
    return f"{size:,} bytes"
