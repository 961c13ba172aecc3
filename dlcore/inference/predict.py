"""A trained network answers a question: the same preprocessing, the same weights, labels and probabilities back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from dlcore.inference import inputs, postprocess
from dlcore.inference.preprocessing import prepare
from dlcore.inference.question import Question
from dlcore.inference.trained import Trained

ECHOED = 12  # columns of a row that are told again beside its answer


def predict(trained: Trained, question: Question, form: Mapping[str, Any]) -> dict[str, Any]:
    """What it says, as plain JSON: `answers`, probabilities (or values) of each example, in the order of `classes`.

    `form` is what `form.form` told. Beside the answers: the `rows` as they came, `notes` (each a Text), the picture as
    the network `seen` it, and a text `continued`. Raises ExportError with one sentence for what cannot be read.
    """
    known = form["preprocessing"]
    taken = inputs.parse(question, known)
    model = trained.build()
    made = postprocess.outputs(model, prepare(taken.x, known))
    told = {
        "task": known["task"],
        "target": known["target"],
        "classes": form["classes"],
        "answers": postprocess.meant(made, known["task"], known["output"]).tolist(),
        "rows": [dict(list(row.items())[:ECHOED]) for row in taken.rows],
        "notes": [note.to_json() for note in taken.notes],
    }
    if question.kind == "picture":
        told["seen"] = {"shape": known["input"]["shape"], "values": taken.x.reshape(-1).tolist()}
    if question.more:
        told["continued"] = written_on(model, taken.x[0].tolist(), question, known)
    return told


def written_on(model: nn.Module, tokens: list[int], question: Question, known: Mapping[str, Any]) -> str:
    """What the network adds to these tokens (L,), as the question asks; `known` is a form's `preprocessing`."""
    more = postprocess.continued(model, tokens, question.more, question.temperature, question.seed, question.top_k)
    return inputs.written(more, known)
