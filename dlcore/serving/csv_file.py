"""A table as a file to take away: whatever stands in it, no spreadsheet computes it."""

from __future__ import annotations

import pandas as pd

from dlcore.export.bundle.metrics import cell


def csv_file(frame: pd.DataFrame) -> bytes:
    """The frame as CSV in UTF-8 with its mark, as Excel wants it; names of columns and cells alike.

    Lines end as RFC 4180 says: else a return within a cell would not be quoted, and begin a row of its own.
    """
    return frame.map(cell).rename(columns=cell).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
