"""What the network answers, at any epoch with kept weights, to an example that somebody draws, types or brings."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.analyses.base import Analysis, Progress, choice, flag, number
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.analyses.passage import layers_of
from dlcore.analyses.sample_history import part_of, parts_of, pin_of, truths
from dlcore.data.base import About
from dlcore.errors import DlcoreError, ExportError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text, translate
from dlcore.inference import inputs, postprocess
from dlcore.inference.input_form import form
from dlcore.inference.predict import written_on
from dlcore.inference.preprocessing import prepare
from dlcore.inference.question import HOTTEST, MOST_MORE, Question
from dlcore.inference.row_inputs import number_cell
from dlcore.layers.base import Step, axes_of
from dlcore.probes.arrays import Arrays
from dlcore.probes.samples import as_brought
from dlcore.training.metrics import evaluation_rows
from dlcore.training.model_view import spread

KINDS = ("rows", "text", "picture", "example")
MADE_BY_HAND = ("L", "F")  # what can be typed; of all else examples of the data are offered, too
OFFERED = 12  # of them
MOST_PICTURE = 5_000_000  # bytes
NEAREST = 8  # training examples that are told
MOST_TRAINING, FEWEST_TRAINING = 5_000, 100  # among which they are looked for
MOST_VALUES = 8_000_000  # of a layer's outputs for all of them: of a very wide layer fewer examples

Known = Mapping[str, Any]


class Prediction(Analysis):
    """Asked without `question`: `form`, what one example is (`dlcore.inference.input_form`), as JSON.

    With one: `kind` rows, text, picture or example; `question`: {column: cell or number}, a text, a picture's file as
    base64, or [part, row] of the data, as of `sample_history`; `invert`, whether its ink is dark on light; `epoch`.
    Answered with `epoch`, the nearest with kept weights; `values` (outputs,) float64, probabilities by class or label,
    of what follows a text, or a value in the target's own units; `input` (*shape), what the network is given, before
    scaling; `notes`, sentences about it; of an example of the data also `truth`, as of `sample_history`.

    `layers`: also `parts`, what each layer makes of it, as of `passage`, for this epoch alone (E = 1). `nearest`: also
    `nearest`, the training examples whose outputs of the last hidden `layer` lie nearest: `rows` (k,) int32 within the
    training part, `distances` (k,) float32 (Euclidean), `truth` and `inputs` as of `sample_history`, `among` how many.
    `more`, `temperature`, `top_k`, `seed`: also `continued`, the text by so many tokens longer.
    """

    name = "prediction"
    tab = N_("Try it")
    place = 28
    panel = "prediction"
    resident = True

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return axes_of(about.shape) is not None

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        """`target`: what is predicted, with its unit. `continues`: whether a text can be written on."""
        del experiment, steps
        return {"classes": list(about.classes), "task": about.task, "target": about.target,
                "continues": about.task == "next-token"}  # fmt: skip

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        del progress  # it is done before anybody could look
        told = run.remembered("form", -1, lambda: form(run.experiment))
        if "question" not in asked:
            return {"form": _shown(told) | _offered(told["is"], run)}
        epoch = run.nearest(number(asked, "epoch", 0, 10**9, run.epochs[-1]))
        if choice(asked, "kind", KINDS) == "example":
            x, more = _of_the_data(run, asked)
        else:
            x, more = _of_ones_own(run, asked, told["preprocessing"], epoch)
        return _answer(run, asked, told["preprocessing"], epoch, x) | more


def _answer(run: FilmedRun, asked: Mapping[str, Any], known: Known, epoch: int, x: Tensor) -> dict[str, Any]:
    """What the network makes of x (1, *shape), as it wants it, at an epoch; and what else is asked."""
    model = _model(run, epoch)
    made = postprocess.outputs(model, x)
    found = {
        "epoch": epoch,
        "values": postprocess.meant(made, known["task"], known["output"])[0].double().numpy(),
        "input": as_brought(x.numpy(), run.data)[0],
    }
    if flag(asked, "layers"):
        found["parts"] = layers_of(model, x, run.steps)
    if flag(asked, "nearest"):
        found["nearest"] = nearest(run, epoch, model, x)
    return found


def _model(run: FilmedRun, epoch: int) -> nn.Module:
    return run.remembered("model", epoch, lambda: run.model(epoch))


def _of_ones_own(run: FilmedRun, asked: Mapping[str, Any], known: Known, epoch: int) -> tuple[Tensor, dict[str, Any]]:
    """What was drawn, typed or brought, as the network wants it (1, *shape), and what is to be said of it."""
    question = _question(asked, known)
    taken = inputs.parse(question, known)
    more: dict[str, Any] = {"notes": [str(each) for each in taken.notes]}
    if question.more:
        more["continued"] = written_on(_model(run, epoch), taken.x[0].tolist(), question, known)
    return prepare(taken.x[:1], dict(known)), more


def _offered(kind: str, run: FilmedRun) -> dict[str, Any]:
    """Examples of the part that judges, evenly spread, where none can be typed: their `rows` (k,) and `inputs`
    (k, *shape), before scaling; the `part`, and how many it has.
    """
    if axes_of(run.data.about.shape) in MADE_BY_HAND:
        return {}
    part = parts_of(run.data)[0]
    rows = spread(len(part_of(run.data, part)), OFFERED)
    return {
        "is": kind if kind == "picture" else "example",
        "rows": rows.numpy().astype(np.int32),
        "inputs": as_brought(part_of(run.data, part).x[rows].numpy(), run.data),
        "part": part,
        "count": len(part_of(run.data, part)),
    }


def _of_the_data(run: FilmedRun, asked: Mapping[str, Any]) -> tuple[Tensor, dict[str, Any]]:
    """The example of the data that is asked about (1, *shape), scaled, and what is true of it."""
    said = asked.get("question")
    if not isinstance(said, list):
        text = N_("{field} must be a part and a row, but {received} came.")
        raise DlcoreError(Text(text, field="question", received=repr(said)[:80]))
    part, row = pin_of(dict(zip(("part", "row"), said, strict=False)), run.data)
    found = part_of(run.data, part)
    return found.x[row : row + 1], {"notes": [], "truth": truths(found.y[row : row + 1], run.data).tolist()[0]}


def _shown(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a page needs to ask for an example; names are the data set's, in the current language."""
    shape = told["preprocessing"]["input"]["shape"]
    grey = told["is"] == "picture" and shape[0] == 1
    own = told["user_data"]  # then its names are the learner's words, and paper may be white
    fields = [field | {"label": field["name"] if own else translate(field["name"])} for field in told["fields"]]
    return {"is": told["is"], "fields": fields, "grey": grey, "drawable": grey and not own,
            "most_bytes": MOST_PICTURE}  # fmt: skip


def nearest(run: FilmedRun, epoch: int, model: nn.Module, x: Tensor) -> dict[str, Any]:
    """The training examples that lie nearest to x (1, *shape) in what the last hidden layer gives at an epoch."""
    train, layer = run.data.train, len(run.steps) - 2
    width = int(np.prod(run.steps[layer].made if layer >= 0 else run.data.about.shape))
    chosen = spread(len(train), max(FEWEST_TRAINING, min(MOST_TRAINING, MOST_VALUES // max(1, width))))
    rows = evaluation_rows(run.steps)
    theirs = run.remembered("hidden", epoch, lambda: hidden(model, train.x[chosen], rows, run.data.about))
    far = (theirs - hidden(model, x, rows, run.data.about)).norm(dim=1)
    far = far.nan_to_num(nan=torch.inf, posinf=torch.inf)
    order = far.argsort(stable=True)[:NEAREST]
    order = order[far[order].isfinite()]
    places = chosen[order]
    return {
        "rows": places.numpy().astype(np.int32),
        "distances": far[order].numpy().astype(np.float32),
        "truth": truths(train.y[places], run.data),
        "inputs": as_brought(train.x[places].numpy(), run.data),
        "among": len(chosen),
        "layer": f"{layer + 1} {run.steps[layer].layer}" if layer >= 0 else "",
    }


@torch.inference_mode()
def hidden(model: nn.Module, x: Tensor, rows: int, about: About) -> Tensor:
    """(N, D) float32: what the last layer but one gives for x (N, *shape); of next tokens, at the last position."""
    made = []
    for part in torch.split(x, rows):
        for module in list(model.children())[:-1]:
            part = module(part)
        made.append((part[:, -1] if about.task == "next-token" else part).flatten(1).float())
    return torch.cat(made)


def _question(asked: Mapping[str, Any], known: Known) -> Question:
    """What is asked, within its bounds. Raises DlcoreError, ExportError with the field, what is allowed and came."""
    kind, said = choice(asked, "kind", KINDS), asked["question"]
    if kind == "rows":
        return Question.of_row(_cells(said, known))
    if not isinstance(said, str):
        raise DlcoreError(Text(N_("{field} must be a text, but {received} came."), field="question",
                               received=repr(said)[:80]))  # fmt: skip
    if kind == "picture":
        return Question("picture", _picture(said), invert=flag(asked, "invert"))
    more = number(asked, "more", 0, MOST_MORE, 0) if known["task"] == "next-token" else 0
    return Question("text", said.encode(), more=more, temperature=_temperature(asked),
                    top_k=number(asked, "top_k", 0, 10**6, 0), seed=number(asked, "seed", 0, 10**6, 0))  # fmt: skip


def _cells(said: Any, known: Known) -> dict[str, str]:
    """A row as the cells of a file: numbers as their column has them."""
    if not isinstance(said, dict):
        raise DlcoreError(Text(N_("{field} must be a row by the names of its columns, but {received} came."),
                               field="question", received=json.dumps(said)[:80]))  # fmt: skip
    return {
        str(name): number_cell(value, str(name), known) if isinstance(value, int | float) else str(value or "")
        for name, value in said.items()
    }


def _picture(said: str) -> bytes:
    try:
        return base64.b64decode(said, validate=True)
    except (binascii.Error, ValueError):
        raise ExportError(Text(N_("{file} is no picture that can be read."), file="question")) from None


def _temperature(asked: Mapping[str, Any]) -> float:
    value = asked.get("temperature", 1.0)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= HOTTEST:
        return float(value)
    text = N_("{field} must be a number from {low} to {high}, but {received} came.")
    raise DlcoreError(Text(text, field="temperature", low=0, high=HOTTEST, received=repr(value)[:80]))
