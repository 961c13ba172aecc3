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
MAX_UNPACKED_BYTES = 2 << 30  # of all files in a zip together
MAX_SHEET_BYTES = 200 << 20  # of an Excel file, unpacked
MAX_SHEET_CELLS = 10_000_000

MAX_PIXELS = 20_000_000  # of one image
MAX_SIDE = 128  # pixels of the images that are kept; each experiment may take them smaller
MAX_ARRAY_BYTES = 2 << 30  # of x or y in an NPZ or IDX file

CHILD_SECONDS = 900
CHILD_BYTES = 4 << 30  # of memory that the reading process may take for itself
