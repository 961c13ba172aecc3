"""What predict.py reads of a file is what training read of it: spoiled tables, cell by cell."""

from __future__ import annotations

import importlib
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from dlcore.data.column import Column
from dlcore.data.uploads.description import Table
from dlcore.data.uploads.formats import read
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import UploadError
from dlcore.export.bundle.sources import sources
from dlcore.export.bundle.writing import TEMPLATES
from dlcore.inference import user_data
from tests.data.spoiling.kinds import kinds, some

FEW = 1  # files of each kind of damage
MORE = 8  # where there is time


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The modules of a bundle that read rows, as predict.py imports them."""
    folder = tmp_path_factory.mktemp("bundle")
    files = {**sources(), "errors.py": (TEMPLATES / "errors.py").read_text("utf-8")}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield SimpleNamespace(cells=importlib.import_module("row_cells"), errors=importlib.import_module("errors"))
    for name in files:
        sys.modules.pop(Path(name).stem, None)


def test_the_files_of_a_bundle_are_those_of_the_app_and_need_nothing_of_it(bundle: Any) -> None:
    for name, text in sources().items():
        first, *lines = text.splitlines()
        assert first.startswith("# Part of dlcore ")
        assert not any("dlcore" in line for line in lines), name
    assert "dlcore" not in bundle.cells.asked.__name__
    assert {"row_cells.py", "postprocess.py"} <= set(sources())
    assert bundle.cells.parsing.__file__.startswith(str(Path(bundle.cells.__file__).parent))


def _known(table: Table, wanted: list[Column]) -> dict[str, Any]:
    """What preprocessing.json would say of a table of which these columns are inputs."""
    kinds = {"numeric": "number", "date": "date"}
    recipe = {"columns": [{"name": each.name, "kind": kinds.get(each.kind, "category"), "steps": []}
                          for each in wanted]}  # fmt: skip
    gaps = [each.name for each in wanted if each.kind in ("numeric", "date")]
    incoming = {
        "shape": [len(wanted)], "columns": [each.name for each in wanted], "reading": user_data.plain(table.reading),
        "file": {"format": table.format, "columns": [each.name for each in table.columns]}, "recipe": recipe,
        "gaps": gaps, "double": gaps,
    }  # fmt: skip
    return {"input": incoming, "target": None, "task": "regression"}


def _cell(cells: Any, row: Any, column: Column) -> Any:
    if column.kind == "numeric":
        return cells.number(row, column.name)
    return (cells.date if column.kind == "date" else lambda *at: cells.name(*at, ()))(row, column.name)


def _same(theirs: Any, ours: Any) -> bool:
    if theirs is None or pd.isna(ours):
        return theirs is None and bool(pd.isna(ours))
    if isinstance(ours, float):
        return math.isclose(theirs, ours, rel_tol=1e-6)
    return bool(pd.Timestamp(theirs) == ours) if isinstance(ours, pd.Timestamp) else theirs == ours


@pytest.mark.parametrize("count", [FEW, pytest.param(MORE, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", kinds())
def test_a_spoiled_file_is_answered_row_by_row_as_it_was_learned(
    kind: str, count: int, bundle: Any, tmp_path: Path
) -> None:
    for case in some(kinds()[kind], count):
        path, made = tmp_path / case.name, tmp_path / "rows.parquet"
        path.write_bytes(case.content)
        try:
            table = read([UploadedFile(path, case.name)], made)
        except UploadError:
            continue
        assert isinstance(table, Table)
        frame, wanted = pd.read_parquet(made), list(table.columns)
        known = _known(table, wanted)
        rows, _repairs = bundle.cells.rows_of_file(path, case.name, known)
        cells = bundle.cells.Cells(known)
        assert len(rows) == len(frame), case.label
        for row, ours in zip(rows, frame.to_dict("records"), strict=True):
            for column in wanted:
                theirs = _cell(cells, row, column)
                assert _same(theirs, ours[column.name]), (case.label, row.number, column.name, theirs)


def test_a_cell_that_cannot_be_read_is_named_with_its_row(bundle: Any, tmp_path: Path) -> None:
    (path := tmp_path / "own.csv").write_bytes(b"a,b\n1,x\nsoon,y\n")
    wanted = [Column("a", "numeric"), Column("b", "categorical")]
    known = _known(Table("csv", 1, tuple(wanted)), wanted)
    known["input"]["gaps"] = []
    rows, _repairs = bundle.cells.rows_of_file(path, "own.csv", known)
    cells = bundle.cells.Cells(known)
    assert cells.number(rows[0], "a") == 1
    with pytest.raises(bundle.errors.ExportError, match=r"own\.csv, row 3, column a: 'soon' is no number"):
        cells.number(rows[1], "a")
