"""Rows of a table, of which one column at a time is looked at: a large one is never held as a whole for that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class TableColumns:
    """Some rows of a table: the names of its columns, and a way to each of them."""

    names: Sequence[str]
    read: Callable[[str], pd.Series[Any]]  # a whole column
    rows: Array  # (N,) numbers of the rows that are meant, in their order

    @classmethod
    def of_frame(cls, frame: pd.DataFrame) -> TableColumns:
        """All rows of a frame that is in memory anyway."""
        return cls([str(name) for name in frame], frame.__getitem__, np.arange(len(frame)))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __getitem__(self, name: str) -> pd.Series[Any]:
        """The values of one column, in these rows."""
        return self.read(name).iloc[self.rows]

    def only(self, stays: Array) -> TableColumns:
        """Those of these rows for which `stays` (N,) is true, or which it numbers."""
        return TableColumns(self.names, self.read, self.rows[stays])
