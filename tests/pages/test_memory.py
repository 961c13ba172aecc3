"""What the server does not keep: errors with all that was at hand, files that were taken in, garbage."""

from __future__ import annotations

import ast
import io
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from dlcore.data.uploads import upload_access
from dlcore.errors import DlcoreError, ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text, language
from dlcore.network import about_of
from dlcore.presets import PRESETS
from dlcore.runs import Runs
from dlcore.serving import memory
from pages.components.shared import data_preview
from pages.components.shared.trouble import Sentence
from pages.components.shared.uploading import Kept
from pages.components.shared.visitor import viewer
from tests.runs.living import wait_until

WIDE = 120
MOST_CELLS = 1_100_000  # of the twelve millions that the table has
PAGES = Path(__file__).parents[2] / "pages"


class Large:
    """Something that was at hand when an error came up."""


def refused() -> tuple[Sentence, weakref.ref[Large]]:
    """The sentence of an error, and what the function held that raised it."""
    held: list[weakref.ref[Large]] = []

    def read() -> None:
        large = Large()
        held.append(weakref.ref(large))
        raise ExperimentError(Text(N_("There is no run {id}."), id="x"), "network.2.p")

    try:
        read()
    except DlcoreError as error:
        return Sentence.of(error), held[0]
    raise AssertionError


def test_a_sentence_says_what_the_error_said_in_any_language_and_holds_nothing_of_it() -> None:
    sentence, held = refused()
    assert held() is None
    assert str(sentence) == "network, layer 3, p: There is no run x."
    with language("zh_CN"):
        assert not str(sentence).isascii()


@pytest.mark.parametrize("path", sorted(PAGES.rglob("*.py")), ids=lambda path: path.stem)
def test_no_page_keeps_an_error_in_its_session(path: Path) -> None:
    for handler in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(handler, ast.ExceptHandler) or handler.name is None:
            continue
        for statement in ast.walk(handler):
            if isinstance(statement, ast.Assign) and "session_state" in ast.unparse(statement.targets[0]):
                values = statement.value.elts if isinstance(statement.value, ast.Tuple) else [statement.value]
                kept = [each for each in values if isinstance(each, ast.Name) and each.id == handler.name]
                assert not kept, f"{path.name}:{statement.lineno}"


def test_a_kept_file_lies_on_disk_under_no_name(store: Runs) -> None:
    before = {path.name for path in store.settings.home.iterdir()}
    kept = Kept("own.csv", io.BytesIO(b"a,b\n1,2\n"))
    assert {path.name for path in store.settings.home.iterdir()} == before
    for _time in range(2):
        file = kept.open()
        assert (file.name, file.read()) == ("own.csv", b"a,b\n1,2\n")
    assert kept.size == 8


@pytest.fixture
def wide(store: Runs) -> Experiment:
    """A table of 120 columns and 12 parts of its file, as its owner has brought it."""
    random = np.random.default_rng(0)
    numbers = random.normal(size=(100_000, WIDE)).astype(np.float32)
    frame = pd.DataFrame(numbers, columns=[f"x{number}" for number in range(WIDE)]).assign(kind=["a", "b"] * 50_000)
    file = store.settings.home / "wide.parquet"
    frame.to_parquet(file)
    upload = store.upload(file, viewer(), target="kind")
    upload_access.use(store.upload_access(viewer()))  # as a page lays it out
    made = next(iter(PRESETS.values())).experiment.to_dict()
    return Experiment.from_dict({**made, "dataset": {"name": f"upload:{upload.id}"}})


@pytest.mark.slow
@pytest.mark.parametrize("recipe", [
    [], [{"step": "Outliers", "action": "drop"}], [{"step": "DropMissing"}, {"step": "DropDuplicates"}],
])  # fmt: skip
def test_a_look_at_an_upload_holds_no_more_of_it_than_a_column_or_a_part_of_its_file(
    wide: Experiment, monkeypatch: pytest.MonkeyPatch, recipe: list[Any]
) -> None:
    cells: list[int] = []
    read, read_row_group = parquet.ParquetFile.read, parquet.ParquetFile.read_row_group

    def counted(table: pa.Table) -> pa.Table:
        cells.append(table.num_rows * table.num_columns)
        return table

    monkeypatch.setattr(parquet.ParquetFile, "read", lambda *some, **more: counted(read(*some, **more)))
    monkeypatch.setattr(
        parquet.ParquetFile, "read_row_group", lambda *some, **more: counted(read_row_group(*some, **more))
    )
    written = wide.to_dict()
    cleaned = Experiment.from_dict({**written, "dataset": {**written["dataset"], "recipe": recipe}})
    look = data_preview.look_at(cleaned, about_of(cleaned))
    assert len(look["frame"]) == data_preview.ROWS_SHOWN
    assert 0 < look["rows"]["train"] <= 80_000
    assert max(cells) <= MOST_CELLS
    assert (look["rows"]["train"] < 60_000) == bool(recipe and recipe[0]["step"] == "Outliers")


def test_what_only_a_circle_holds_is_collected_soon_after_it_was_asked_for() -> None:
    memory.collect_from_now_on()
    large = Large()
    large.itself = large  # type: ignore[attr-defined]
    held = weakref.ref(large)
    del large
    memory.collect_soon()
    wait_until(lambda: held() is None, "the circle to be collected", 30)
