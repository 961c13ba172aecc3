"""Lesson 1, what deep learning is: the same digits learned by five classic models and by a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Slider
from dlcore.lessons.board.marks import Points, Segment, Trail
from dlcore.lessons.board.stages import Axis, Bar, Bars, Plane
from dlcore.lessons.classic_models import HELD_OUT, MODELS, ROWS, Compared, compare, script
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask, layers
from dlcore.presets import PRESETS

FEATURES = {"pixels": N_("raw pixels"), "sums": N_("16 sums made by hand")}
NAMES = {
    "logistic": N_("logistic regression"), "neighbors": N_("k nearest neighbours"), "tree": N_("decision tree"),
    "forest": N_("random forest"), "svm": N_("support vector machine"), "network": N_("neural network"),
}  # fmt: skip
HUES = dict(zip(MODELS, (*colours.HUES[1:6], colours.TRAINING), strict=True))
PIXELS, CLASSES = 64, 10
ENOUGH, GOAL = 0.9, 0.95


def compared(now: Now) -> Compared:
    """What came of each model, on what is chosen."""
    return compare(now.options["features"])


def enough_rows(now: Now) -> bool:
    """The task of the hand: the fewest rows from which the network gets nine of ten right."""
    reached = [each >= ENOUGH for each in compare("pixels").accuracies["network"]]
    return now.options["features"] == "pixels" and "r" in now.moved and round(now.values["r"]) == reached.index(True)


def of_softmax(_now: Now) -> float:
    """How many numbers a softmax regression of the digits has, says torch."""
    return float(sum(each.numel() for each in torch.nn.Linear(PIXELS, CLASSES).parameters()))


class MachineLearning(Lesson):
    """Learn from examples instead of being told."""

    choices = (Choice("features", N_("What each learner is given"), FEATURES, "pixels"),)
    questions = (Question("predict", 2, See(N_("Look at it"), {}, {"r": 0.0})),)
    tasks = (Task("rows", enough_rows), TypedTask("count", of_softmax),
             TrainingTask("train", {"digits": ("accuracy", GOAL)}, lambda each: "Linear" in layers(each)))  # fmt: skip
    shown = MODELS
    grid = (1.0, 4.0)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"r": float(len(ROWS) - 1)}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        found = compared(now).accuracies
        return {name: torch.tensor(found[name][int(at["r"])], dtype=torch.float64) for name in MODELS}

    def board(self, now: Now) -> Board:
        found = compared(now)
        bars = tuple(Bar(_(NAMES[name]), name, HUES[name]) for name in MODELS)
        return Board(
            main=(appetite(),),
            side=(Bars(_("Right answers with so many rows"), bars, caption=_(
                "Each is asked about the same {count} digits that none has seen.", count=HELD_OUT)),),
            knobs=(Slider("r", "N", _("training rows"), 0, len(ROWS) - 1, 1, 0, stops=tuple(map(str, ROWS))),),
            columns={"rows": ROWS, **{f"of_{name}": found.accuracies[name] for name in MODELS}},
            definitions={name: f"at(of_{name}, r)" for name in MODELS}, measured=self.numbers(now),
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        found, r = compared(now), round(now.values["r"])
        head = [_("model"), _("right"), _("numbers it keeps"), _("time to learn")]
        lines = [f"| {' | '.join(head)} |", "|---|---|---|---|"]
        for name in MODELS:
            taken = f"{1000 * found.seconds[name][r]:,.0f} ms"
            cells = (_(NAMES[name]), f"{found.accuracies[name][r]:.3f}", f"{found.sizes[name][r]:,}", taken)
            lines.append(f"| {' | '.join(cells)} |")
        weights = found.sizes["network"][r]
        says = _("The first questions of the tree. The network answers by {count} numbers, and none means anything "
                 "alone.", count=f"{weights:,}")  # fmt: skip
        rules = "\n".join(found.rules[r])
        return (Block("markdown", "\n".join(lines)),), (Block("markdown", f"```\n{rules}\n```"), Block("caption", says))

    def snippet(self, now: Now) -> str:
        return "\n".join(script(now.options["features"], ROWS[round(now.values["r"])]))

    def experiment(self, now: Now) -> Experiment:
        return PRESETS["digits-mlp"].experiment


def appetite() -> Plane:
    """Accuracy against the number of rows, a line a model."""
    lines = tuple(Trail("rows", f"of_{name}", says=_(NAMES[name]), colour=HUES[name], dot=False,
                        width=3.0 if name == "network" else 1.6) for name in MODELS)  # fmt: skip
    return Plane(
        _("How much each learns from how many rows"), Axis(0, ROWS[-1] + 20, _("training rows"), (20, 200, 400, 800)),
        Axis(0.3, 1, _("accuracy"), (0.4, 0.6, 0.8, 1)),
        (*lines, Points("rows", "of_network", _("numbers of rows: choose one"), 0, (colours.TRAINING,), chosen="r"),
         Segment("at(rows, r)", 0.3, "at(rows, r)", 1, colours.INK, dashed=True)),
        _("Handwritten digits of 8 × 8 pixels. Every model has its usual settings."),
        tuple((_(NAMES[name]), HUES[name]) for name in MODELS), 1.4,
    )  # fmt: skip
