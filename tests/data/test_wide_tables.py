"""Tables of thousands of columns are read like others: what is set aside for a block is shared by all columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

from dlcore.data.uploads import csv_blocks
from dlcore.data.uploads.convert import convert
from dlcore.data.uploads.description import Table
from dlcore.data.uploads.limits import MAX_RECORD_BYTES


@pytest.mark.slow
def test_a_short_table_of_many_columns_is_kept_as_pandas_reads_it(tmp_path: Path) -> None:
    wide = pd.DataFrame(
        np.random.default_rng(0).standard_normal((12, 1500)).round(3), columns=[f"g{n}" for n in range(1500)]
    )
    wide["kind"] = ["sick", "well"] * 6
    wide.to_csv(tmp_path / "genes.csv", index=False)
    found = convert([(tmp_path / "genes.csv", "genes.csv")], tmp_path / "made.parquet")
    assert isinstance(found, Table)
    assert (found.rows, len(found.columns)) == (12, 1501)
    pd.testing.assert_frame_equal(parquet.read_table(tmp_path / "made.parquet").to_pandas(), wide, check_dtype=False)


ENDS = ["", "\n", "\r\n"]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    "lines", [["a"], ["a,b", "", "ccc"], ["x" * 5_000_000, "y"], ["y", "x" * 9_000_000], ['a,"b"', "c,d"]]
)
def test_a_look_through_a_file_finds_its_lines(tmp_path: Path, lines: list[str], end: str) -> None:
    file = tmp_path / "some.csv"
    file.write_bytes(((end or "\n").join(lines) + end).encode())
    found = csv_blocks.look_through(file, '"', columns=1_000)
    assert found.count == len(lines)
    assert 0 <= found.longest - max(map(len, lines)) <= 1  # the carriage return
    assert found.quoted == any('"' in line for line in lines)


def test_a_carriage_return_alone_is_told(tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes(b"a,b\rc,d\n")
    with pytest.raises(csv_blocks.MixedLineEndsError):
        csv_blocks.look_through(file, '"', columns=1_000)


@pytest.mark.parametrize("columns", [2, 200, 3_000])
def test_rows_come_whole_however_long_one_of_them_is(tmp_path: Path, columns: int) -> None:
    rows = [[f"{row}-{column}" for column in range(columns)] for row in range(40)]
    rows[20][1] = "long" * 20_000
    written = [",".join(row) for row in rows]
    (tmp_path / "some.csv").write_text("\n".join(written) + "\n")
    names, longest = [f"c{n}" for n in range(columns)], max(map(len, written))
    read = [
        list(row.values())
        for batch in csv_blocks.batches(
            tmp_path / "some.csv", "utf-8", ",", names, skipped=0, quoted=False, longest=longest
        )
        for row in batch.to_pylist()
    ]
    assert read == rows


def test_a_wide_table_comes_in_batches_of_the_usual_size(tmp_path: Path) -> None:
    columns, row = 1_000, ",".join(["0.123456789"] * 1_000)
    (tmp_path / "some.csv").write_text(f"{row}\n" * 2_000)
    names = [f"c{n}" for n in range(columns)]
    found = list(
        csv_blocks.batches(tmp_path / "some.csv", "utf-8", ",", names, skipped=0, quoted=False, longest=len(row))
    )
    assert sum(map(len, found)) == 2_000
    assert min(batch.nbytes for batch in found[:-1]) >= MAX_RECORD_BYTES
