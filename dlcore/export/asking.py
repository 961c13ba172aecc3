"""A trained network answers a question: the same preprocessing, the same weights, labels and probabilities back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.export import answers, given
from dlcore.export.bundle.replay import prepared
from dlcore.export.question import Question
from dlcore.export.trained import Trained

ECHOED = 12  # columns of a row that are told again beside its answer


def answered(trained: Trained, question: Question, form: Mapping[str, Any]) -> dict[str, Any]:
    """What it says, as plain JSON: `answers`, probabilities (or values) of each example, in the order of `classes`.

    `form` is what `form.form` told. Beside the answers: the `rows` as they came, `notes` (each a Text), the picture as
    the network `seen` it, and a text `continued`. Raises ExportError with one sentence for what cannot be read.
    """
    known = form["known"]
    taken = given.taken(question, known)
    model = trained.build()
    made = answers.outputs(model, prepared(taken.x, known))
    told = {
        "task": known["task"],
        "target": known["target"],
        "classes": form["classes"],
        "answers": answers.meant(made, known["task"], known["output"]).tolist(),
        "rows": [dict(list(row.items())[:ECHOED]) for row in taken.rows],
        "notes": [note.to_json() for note in taken.notes],
    }
    if question.kind == "picture":
        told["seen"] = {"shape": known["input"]["shape"], "values": taken.x.reshape(-1).tolist()}
    if question.more:
        more = answers.continued(model, taken.x[0].tolist(), question.more, question.temperature, question.seed)
        told["continued"] = given.written(more, known)
    return told
