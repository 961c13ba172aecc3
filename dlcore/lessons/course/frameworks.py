"""Lesson 20, the same network in PyTorch and in Keras: side by side, part by part, and both of them run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.stages import Code
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, studio
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask
from dlcore.lessons.two_libraries import BATCH, PARTS, ROWS, WIDTHS, keras_parts, learned, script, torch_parts

STYLES = {"sequential": "nn.Sequential", "module": "nn.Module", "modulelist": "nn.ModuleList"}
SAID = {
    "data": N_("A Dataset knows rows by their number, a DataLoader makes batches of them; Keras makes batches in fit."),
    "model": N_("The layers. torch wants to know how many numbers come in; Keras looks at the first batch."),
    "loss": N_("Both take scores, not probabilities: Keras must be told so, from_logits."),
    "optimizer": N_("torch's optimizer is given the parameters; Keras' is compiled into the model."),
    "loop": N_("torch: you write the loop, and may do anything in it. Keras: one call, with hooks."),
    "predict": N_("eval() or evaluate(): dropout is off, batch norm uses its running means."),
}
WANTED, GOAL = 2410, 0.9


def right_width(now: Now) -> bool:
    """The task of the hand: the number of hidden units that makes the parameters that were asked for."""
    return "width" in now.moved and learned(now.options["style"], width_of(now))[0] == WANTED


def width_of(now: Now) -> int:
    """How many hidden units are set."""
    return WIDTHS[round(now.values["width"])]


def of_loader(_now: Now) -> float:
    """How many batches the DataLoader makes."""
    rows = torch.utils.data.TensorDataset(torch.zeros(ROWS))
    return float(len(torch.utils.data.DataLoader(rows, batch_size=BATCH)))


class Frameworks(Lesson):
    """Two languages for one thing."""

    choices = (Choice("style", N_("In PyTorch, as"), STYLES, "sequential"),)
    questions = (Question("predict", 2),)
    tasks = (Task("width", right_width), TypedTask("batches", of_loader),
             TrainingTask("train", {"digits": ("accuracy", GOAL)},
                          lambda each: 32 in [getattr(layer, "out_features", 0) for layer in each.network])
             )  # fmt: skip
    shown = ("parameters", "loss")
    grid = (2.0, 3.0, 1.0)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"width": 1.0, "part": 1.0}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        parameters, loss = learned(now.options["style"], WIDTHS[int(at["width"])])
        return {"parameters": torch.tensor(float(parameters)), "loss": torch.tensor(loss, dtype=torch.float64)}

    def board(self, now: Now) -> Board:
        style, width = now.options["style"], width_of(now)
        found = [learned(style, each) for each in WIDTHS]
        theirs, ours = keras_parts(width), torch_parts(style, width)
        return Board(
            main=(program("PyTorch", ours, "ours"),), side=(program("Keras", theirs, "theirs"),),
            knobs=(Slider("width", "h", _("hidden units"), 0, len(WIDTHS) - 1, 1, 0, stops=tuple(map(str, WIDTHS))),
                   Slider("part", "i", _("part of the program"), 0, len(PARTS) - 1, 1, 0, stops=PARTS)),
            readouts=(Readout("parameters", _("parameters"), "parameters", 0),
                      Readout("loss", _("held-out loss after one epoch"), "loss", 4)),
            columns={"counts": [each for each, _loss in found], "losses": [loss for _count, loss in found],
                     "ours": firsts(ours), "theirs": firsts(theirs)},
            definitions={"parameters": "at(counts, width)", "loss": "at(losses, width)"},
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        width, part = width_of(now), PARTS[round(now.values["part"])]
        sum_ = rf"(64 \cdot {width} + {width}) + ({width} \cdot 10 + 10) = {64 * width + width + width * 10 + 10:,}"
        return (Block("latex", sum_),), (Block("markdown", f"**{part}**: {_(SAID[part])}"),)

    def snippet(self, now: Now) -> str:
        return "\n".join(script(now.options["style"], width_of(now)))

    def experiment(self, now: Now) -> Experiment:
        return studio("digits", "Flatten", 32, "ReLU", optimizer=("Adam", 0.01), batch_size=BATCH, epochs=10)


def firsts(parts: Mapping[str, list[str]]) -> list[float]:
    """The number of the first line of each part."""
    lengths = [len(parts[name]) for name in PARTS]
    return [float(sum(lengths[:number])) for number in range(len(PARTS))]


def program(title: str, parts: Mapping[str, list[str]], begin: str) -> Code:
    """A program, with the part lit that is chosen."""
    return Code(title, tuple(line for name in PARTS for line in parts[name]), f"at({begin}, part)")
