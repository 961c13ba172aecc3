"""Lesson 22, the capstone: a network in eight steps, and the three questions behind every one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.marks import Points, Segment, Trail
from dlcore.lessons.board.stages import Axis, Code, Plane
from dlcore.lessons.eight_steps import (
    EPOCHS,
    HELD_OUT,
    HIDDEN,
    HIGH,
    LINES,
    LOW,
    NAMES,
    PLACES,
    learned,
    points,
    script,
)
from dlcore.lessons.eight_steps import program as lines_of
from dlcore.lessons.lesson import Block, Blocks, Lesson, Question
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask, layers
from dlcore.presets import PRESETS

TICKS = len(EPOCHS)
NEAR = 1.05  # times the lowest loss on held-out points
WIDE, GOAL = 16, 0.8
QUESTIONS = {
    "make data": N_("Before the three questions: what is to be learned, and from what?"),
    "read data": N_("Some points teach, others judge; they are set apart before anything else."),
    "model": N_("Which functions are there to choose from? The number of hidden units says it."),
    "initialize": N_("Which of them is the first? Chance says, so that no two units begin alike."),
    "loss": N_("How good is a function? One number for all examples says it."),
    "optimizer": N_("How does one come from a function to a better one?"),
    "train": N_("Pick the best: step after step, and stop where the held-out points are answered best."),
    "predict": N_("The function that was picked answers what nobody has shown it."),
}


def held_out() -> Tensor:
    """The loss of held-out points. Shape: (sizes, epochs)."""
    return torch.stack([learned(hidden)[0][:, 1] for hidden in HIDDEN])


def best_picked(now: Now) -> bool:
    """The task of the hand: the size and the epoch at which held-out points are answered best."""
    found = held_out()
    here = found[round(now.values["h"]), round(now.values["t"])]
    return {"h", "t"} <= now.moved and bool(here <= NEAR * found.min())


def of_sixteen(_now: Now) -> float:
    """How many parameters the network with 16 hidden units has, says torch."""
    net = nn.Sequential(nn.Linear(1, WIDE), nn.Tanh(), nn.Linear(WIDE, 1))
    return float(sum(each.numel() for each in net.parameters()))


class Capstone(Lesson):
    """Everything, once more, in eight steps."""

    questions = (Question("predict", 1),)
    tasks = (Task("pick", best_picked), TypedTask("count", of_sixteen),
             TrainingTask("train", {"cars": ("r2", GOAL)}, lambda each: "Linear" in layers(each)))  # fmt: skip
    shown = ("training", "held")
    grid = (2.0, 5.0, 1.0)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"h": 0.0, "t": float(TICKS - 1), "step": 2.0}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        losses, curves = learned(HIDDEN[int(at["h"])])
        t = int(at["t"])
        return {"training": losses[t, 0], "held": losses[t, 1], "curve": curves[t], "learns": losses[:, 0],
                "judges": losses[:, 1]}  # fmt: skip

    def board(self, now: Now) -> Board:
        x, y = points()
        losses = torch.stack([learned(hidden)[0] for hidden in HIDDEN])  # (sizes, T, 2)
        columns = {
            "xs": x[:, 0], "ys": y[:, 0], "judging": torch.arange(len(x)) < HELD_OUT, "epochs": torch.tensor(EPOCHS),
            "ticks": torch.arange(TICKS), "places": torch.linspace(LOW, HIGH, PLACES), "steps": torch.arange(PLACES),
            "train": losses[..., 0].flatten(), "helds": losses[..., 1].flatten(), "lines": torch.tensor(LINES),
            "curves": torch.stack([learned(hidden)[1] for hidden in HIDDEN]).flatten(),
        }  # fmt: skip
        hidden, epochs = HIDDEN[round(now.values["h"])], EPOCHS[round(now.values["t"])]
        return Board(
            main=(fit(),), side=(Code(_("Eight steps"), tuple(lines_of(hidden, epochs)), "at(lines, step)"), course()),
            knobs=(Slider("step", "i", _("step of the program"), 0, len(NAMES) - 1, 1, 0, stops=NAMES),
                   Slider("h", "h", _("hidden units"), 0, len(HIDDEN) - 1, 1, 0, stops=tuple(map(str, HIDDEN))),
                   Slider("t", "t", _("epochs"), 0, TICKS - 1, 1, 0, stops=tuple(map(str, EPOCHS)))),
            readouts=(Readout("training", _("loss of the points that teach"), "training", 3),
                      Readout("held", _("loss of the points that judge"), "held", 3, 2.0)),
            columns=columns,
            definitions={
                "training": f"at(train, h * {TICKS} + t)", "held": f"at(helds, h * {TICKS} + t)",
                "curve": f"at(curves, (h * {TICKS} + t) * {PLACES} + steps)",
                "learns": f"at(train, h * {TICKS} + ticks)", "judges": f"at(helds, h * {TICKS} + ticks)",
            },
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        name, hidden = NAMES[round(now.values["step"])], HIDDEN[round(now.values["h"])]
        latex = rf"\hat y = \sum_{{i=1}}^{{{hidden}}} v_i \tanh(w_i x + b_i) + c"
        return (Block("latex", latex),), (Block("markdown", f"**{name}**: {_(QUESTIONS[name])}"),)

    def snippet(self, now: Now) -> str:
        return "\n".join(script(HIDDEN[round(now.values["h"])], EPOCHS[round(now.values["t"])]))

    def experiment(self, now: Now) -> Experiment:
        plain = PRESETS["cars"].experiment.to_dict()
        return Experiment.from_dict(plain | {"network": [{"layer": "Output"}]})


def fit() -> Plane:
    """The points and the function that was picked."""
    return Plane(
        _("The points, and the function that stands now"), Axis(LOW, HIGH, "x", (-2, 0, 2)),
        Axis(-3.5, 3.5, "y", (-2, 0, 2)),
        (Trail("places", "curve", says=_("what the network answers"), dot=False),
         Points("xs", "ys", _("the points"), "judging", (colours.TRAINING, colours.VALIDATION))),
        _("y = sin 2x + x/2 and noise. Twelve points teach, twenty judge."),
        ((_("teach"), colours.TRAINING), (_("judge"), colours.VALIDATION)), 1.2,
    )  # fmt: skip


def course() -> Plane:
    """Both losses over the epochs."""
    return Plane(
        _("Where would you stop?"), Axis(0, EPOCHS[-1], _("epoch"), (0, 200, 400, 600)),
        Axis(0, 2, _("loss"), (0, 1, 2)),
        (Trail("epochs", "learns", says=_("loss of the points that teach"), dot=False),
         Trail("epochs", "judges", says=_("loss of the points that judge"), colour=colours.VALIDATION, dot=False),
         Segment("at(epochs, t)", 0, "at(epochs, t)", 2, colours.INK, dashed=True)),
        legend=((_("teach"), colours.TRAINING), (_("judge"), colours.VALIDATION)), aspect=2.6,
    )  # fmt: skip
