"""Why this answer: what each part of one example counts for the network's score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore import network
from dlcore.analyses.attribution_methods import METHODS, Question, condensed, similarity
from dlcore.analyses.base import Analysis, Progress, choice, flag, number
from dlcore.analyses.embedded import embedded
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.data.base import About, Data
from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_
from dlcore.layers.base import Step, axes_of
from dlcore.layers.embedding import Embedding
from dlcore.probes.arrays import Arrays
from dlcore.probes.samples import as_brought
from dlcore.training.model_view import ModelView

MOST_ROWS = 64  # examples at a time

Score = Callable[[Tensor], Tensor]


class Attribution(Analysis):
    """Asked: `row`, a place in the arrays of the probe `samples`; `epoch`; `method`; `target`, the class, label or
    token whose score is explained, the answered one where none is named; `randomized`, whether also of other weights.

    `epoch`, `row` and `count` of rows; `number` within the part that judges; `input` (*shape) before scaling, and
    `names` of its features, or the words of its tokens. `answer` and `truth`: class, label or token, the value in its
    own units for a regression (`truth` (labels,) uint8 for several labels). `score`: what the network gives for the
    target, before softmax or sigmoid; in the target's units for a regression.
    `map` float32: of an image (H, W), of a clip (D, H, W), of a curve (L,), of a table (F,), of tokens (L,): what
    counted for the score (above 0) and against it. Beside it what `METHODS` say of theirs.
    `anew.map` and `similarity`, for `randomized`: the same for a network with other, untrained weights, and Spearman's
    rank correlation of the two; null where one of them is the same everywhere.
    """

    name = "attribution"
    tab = N_("Why this answer")
    place = 35
    panel = "attribution"

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        """Tokens are explained by the vectors that stand for them: without those there is nothing to vary."""
        tokens = about.shape.vocabulary is not None
        known = axes_of(about.shape) is not None
        return known and (not tokens or any(each.layer == Embedding.name for each in network.every(steps)))

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        """`scale`: the colours of what counts against and for the answer; nothing in the middle."""
        del experiment, steps
        against, support = colours.VALIDATION, colours.TRAINING
        scale = [[0, colours.faint(against, 1)], [0.5, colours.faint(against, 0)], [0.5, colours.faint(support, 0)],
                 [1, colours.faint(support, 1)]]  # fmt: skip
        return {"classes": list(about.classes), "task": about.task, "axes": axes_of(about.shape), "scale": scale}

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        method, randomized = choice(asked, "method", list(METHODS)), flag(asked, "randomized")
        view = run.view(run.nearest(number(asked, "epoch", 0, 10**9, run.epochs[-1])))
        row = number(asked, "row", 0, len(view.numbers) - 1, 0)
        x = view.examples.x[row : row + 1]
        with torch.no_grad():
            output = view.model(x)  # (1, *outputs)
        answer = _answer(output, view.about)
        target = number(asked, "target", 0, max(0, len(view.about.classes) - 1), answer)
        progress(0.2)
        found = {
            "epoch": view.epoch,
            "row": row,
            "number": int(view.numbers[row]),
            "count": len(view.numbers),
            "input": as_brought(x.numpy(), view.data)[0],
            "names": _names(x, view.about),
            "answer": answer,
            "truth": _truth(view, row),
            "method": method,
            "target": target,
            "score": score_of(view.data, target)(output).item(),
            **explained(view.model, view, x, target, method),
        }
        progress(0.6)
        return found | _anew(run, view, found) if randomized else found


def _anew(run: FilmedRun, view: ModelView, found: Mapping[str, Any]) -> dict[str, Any]:
    """The same question to other weights, and how alike the two maps are."""
    x = view.examples.x[found["row"] : found["row"] + 1]
    anew = explained(drawn_anew(run.experiment), view, x, found["target"], found["method"])
    return {"anew": {"map": anew["map"]}, "similarity": similarity(found["map"], anew["map"])}


def explained(model: nn.Module, view: ModelView, x: Tensor, target: int, method: str) -> dict[str, Any]:
    """The `map` of one example (1, *shape) by a method, and what it says of it."""
    question = _question(model, view, x, target)
    found = METHODS[method](question)
    tokens = view.about.shape.vocabulary is not None
    values = condensed(found.values, question.axes, sizes=tokens and method == "saliency")
    return {"map": values.float().numpy(), **found.told}


def _question(model: nn.Module, view: ModelView, x: Tensor, target: int) -> Question:
    score, rows = score_of(view.data, target), min(MOST_ROWS, view.rows)
    if view.about.shape.vocabulary is None:
        axes = axes_of(view.about.shape) or ""
        return Question(lambda each: score(model(each)), x, baseline(view.data, axes), axes, rows)
    vectors, rest = embedded(model, x)
    return Question(lambda each: score(rest(each)), vectors, torch.zeros_like(vectors), "LF", rows)


def score_of(data: Data, target: int) -> Score:
    """What is explained of a network's outputs (n, *outputs): (n,), before softmax or sigmoid; in a target's units."""
    about = data.about
    if about.task == "binary":
        sign = 1 if target else -1
        return lambda outputs: sign * outputs[:, 0]
    if about.task == "regression":
        learned = data.scaling.get("y")
        scale, offset = (learned["scale"][0], learned["offset"][0]) if learned else (1.0, 0.0)
        return lambda outputs: outputs[:, 0] * scale + offset
    if about.task == "next-token":
        return lambda outputs: outputs[:, -1, target]
    return lambda outputs: outputs[:, target]


def baseline(data: Data, axes: str) -> Tensor:
    """(1, *shape) in scaled units, where nothing is there: black for images, else the mean of the training part."""
    if "W" not in axes:
        return data.train.x.mean(dim=0, keepdim=True)
    black, learned = torch.zeros(1, *data.about.shape), data.scaling.get("x")
    if not learned:
        return black
    offset, scale = (torch.tensor(learned[each], dtype=torch.float64) for each in ("offset", "scale"))
    return (-offset / scale).float().reshape(black.shape)


def drawn_anew(experiment: Experiment) -> nn.Module:
    """The same layers with weights that torch draws as it does where nobody says how: none that was trained."""
    written = network.call(experiment.network, network.about_of(experiment))
    torch.manual_seed(experiment.seed + 1)
    model: nn.Module = written.build()
    return model.eval()


def _answer(output: Tensor, about: About) -> int:
    """The answered class; of several labels the likeliest; the token that is foretold last; 0 for a regression."""
    if about.task == "regression":
        return 0
    if about.task == "binary":
        return int(output[0, 0] > 0)
    return int((output[0, -1] if about.task == "next-token" else output[0]).argmax())


def _truth(view: ModelView, row: int) -> Any:
    y = view.examples.y[row]
    if view.about.task == "multilabel":
        return y.numpy().astype(np.uint8)
    if view.about.task == "regression":
        return float(score_of(view.data, 0)(y[None]).item())
    return int(y[-1] if view.about.task == "next-token" else y.reshape(()))


def _names(x: Tensor, about: About) -> list[str]:
    """Of the features of a table, or the word of each token."""
    if about.shape.vocabulary is None:
        return list(about.features)
    return [about.words[each] if each < len(about.words) else str(each) for each in x.flatten().tolist()]
