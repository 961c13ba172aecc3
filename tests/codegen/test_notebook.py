"""The notebook is the script in cells, and explains itself in the learner's language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlcore.codegen import notebook, source_code
from dlcore.i18n import language
from dlcore.presets import PRESETS


def cells(text: str, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == kind]


def test_the_cells_together_are_the_script() -> None:
    experiment = PRESETS["digits-mlp"].experiment
    in_cells = "\n".join(cells(notebook(experiment), "code"))
    assert [line for line in in_cells.splitlines() if line] == [
        line for line in source_code(experiment).splitlines() if line
    ]


def test_running_the_cells_one_after_another_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for cell in cells(notebook(PRESETS["iris-softmax"].experiment), "code"):
        exec(cell, names)
    history = names["history"]
    assert isinstance(history, list)
    assert history[-1][1] < history[0][1] / 2


def test_it_explains_itself_in_the_learners_language() -> None:
    with language("zh_CN"):
        text = cells(notebook(PRESETS["iris-softmax"].experiment), "markdown")
    assert "训练循环" in "".join(text)


def test_its_title_is_the_experiment_in_a_line() -> None:
    assert cells(notebook(PRESETS["iris-softmax"].experiment), "markdown")[0].startswith("# iris: Output\n")
