"""The script as a Jupyter notebook: the same lines, in cells, with an explanation before each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from dlcore.codegen.layout import joined
from dlcore.codegen.model import title
from dlcore.codegen.script import parts
from dlcore.experiment import Experiment
from dlcore.i18n import N_, _

EXPLANATIONS = {
    "head": N_(
        "# {title}\n\nThis notebook trains the network that was built in the browser. It needs torch, scikit-learn "
        "and numpy, and run on the same machine it gives the same losses."
    ),
    "data": N_(
        "## The data\n\nRead the data, divide it, and only then scale it: whatever scaling learns, it may learn from "
        "the training part alone. Otherwise the validation part would no longer be unseen."
    ),
    "model": N_("## The network\n\nOne line a layer; the comment is the shape that comes out of it. N is the batch."),
    "judging": N_(
        "## Loss, optimizer, and how to measure\n\nBoth parts are measured in eval mode, where dropout rests, and "
        "with means weighted by examples."
    ),
    "loop": N_(
        "## The loop\n\nSeven steps: take a batch, forward, loss, backward, optimizer step, zero the gradients, "
        "repeat. Epoch 0 is the network before it has learned anything."
    ),
}


def notebook(experiment: Experiment) -> str:
    """The text of an `.ipynb` file (nbformat 4.5), explained in the current language. Raises as `source_code`."""
    said = title(experiment)
    cells: list[tuple[str, str, str]] = []
    for name, lines in parts(experiment).items():
        cells.append(("markdown", f"{name}-text", _(EXPLANATIONS[name], title=said)))
        cells.append(("code", name, joined(lines).strip("\n")))
    return json.dumps(notebook_of(cells), ensure_ascii=False, indent=1) + "\n"


def notebook_of(cells: Iterable[tuple[str, str, str]]) -> dict[str, Any]:
    """A notebook as plain data (nbformat 4.5), of cells: (`markdown` or `code`, its id, its text)."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = [_cell(*cell) for cell in cells]
    return {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _cell(kind: str, identity: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": identity, "metadata": {}, "source": text.splitlines(keepends=True)}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell
