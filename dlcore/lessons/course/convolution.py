"""Lesson 15, convolution and pooling: kernel times patch at the pixel under the pointer, and a network traced by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from dlcore import network
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.convolution import Conv2d
from dlcore.layers.pooling import AvgPool2d, MaxPool2d
from dlcore.lessons import kernel_board, traced_board
from dlcore.lessons.board.board import Board
from dlcore.lessons.feature_maps import picture
from dlcore.lessons.kernel_board import PLACES, weights_of
from dlcore.lessons.lesson import Blocks, Choice, Lesson, Question, studio
from dlcore.lessons.now import Now, Trained
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask

KERNELS = {"upright": (-1, 0, 1, -2, 0, 2, -1, 0, 1), "level": (-1, -2, -1, 0, 0, 0, 1, 2, 1),
           "blur": (1 / 9,) * 9, "sharpen": (0, -1, 0, -1, 5, -1, 0, -1, 0)}  # fmt: skip
WHAT = {"upright": N_("Upright edges"), "level": N_("Level edges"), "blur": N_("Blur"), "sharpen": N_("Sharpen"),
        "network": N_("A network, layer by layer")}  # fmt: skip
PICTURES = {"flower": N_("Flower"), "temple": N_("Temple"), "digit": N_("Digit")}
ONE_KERNEL, TRACED = ("what", tuple(KERNELS)), ("what", ("network",))
GOAL = 0.95


def traces(now: Now) -> bool:
    """Whether a whole network is shown, not one kernel."""
    return bool(now.options["what"] == "network")


def balanced(now: Now) -> bool:
    """The task of the hand: from *Blur*, a kernel that answers 0 wherever the picture is even."""
    if now.options["what"] != "blur" or not now.by_hand:
        return False
    kernel = torch.tensor(weights_of(now.values, len(picture(now.options["picture"]))))
    return bool(kernel.sum((1, 2)).abs().max() < 0.02 and kernel.abs().max() > 0.4)


def side(_now: Now) -> float:
    """What a kernel of 5 with stride 2 and padding 1 leaves of 32 pixels, says torch."""
    layer = torch.nn.Conv2d(1, 1, 5, stride=2, padding=1, device="meta")
    return float(layer(torch.empty(1, 1, 32, 32, device="meta")).shape[-1])


class Convolution(Lesson):
    """A small window of weights that looks everywhere."""

    choices = (
        Choice("what", N_("Kernel"), WHAT, "upright"),
        Choice("picture", N_("Picture"), PICTURES, "flower"),
        Choice("stride", N_("Stride"), {n: str(n) for n in (1, 2, 3)}, 1, True, ONE_KERNEL),
        Choice("padding", N_("Padding"), {n: str(n) for n in (0, 1, 2)}, 0, True, ONE_KERNEL),
        Choice("layer", N_("Layer"), {n: str(n) for n in range(1, 7)}, 1, True, TRACED),
        Choice("channel", N_("Channel"), {n: str(n) for n in range(1, 17)}, 1, True, TRACED),
    )
    questions = (Question("predict", 0),)
    tasks = (Task("balanced", balanced), TypedTask("side", side),
             TrainingTask("train", {"digits": ("accuracy", GOAL)},
                          lambda each: any(isinstance(layer, Conv2d) for layer in each.network)))  # fmt: skip
    grid = (7.0, 3.0, -2.0)

    def suits(self, experiment: Experiment) -> bool:
        first, *_rest = layers = experiment.network
        plain = all(layer.dilation == 1 for layer in layers if isinstance(layer, Conv2d))
        padded = any(layer.padding for layer in layers if isinstance(layer, MaxPool2d | AvgPool2d))
        shape = network.about_of(experiment).shape
        return isinstance(first, Conv2d) and plain and not padded and shape[0] in (1, 3) and max(shape) <= 64

    def with_trained(self, now: Now, trained: Trained | None) -> Now:
        stands = now if traces(now) else self.fresh({**now.options, "what": "network"})
        return replace(stands, trained=trained)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        if options["what"] == "network":
            return {"row": 8.0, "column": 6.0, "within": 1.0}
        channels = len(picture(options["picture"]))
        place = {"row": 3.0, "column": 3.0} if channels == 1 else {"row": 10.0, "column": 16.0}
        each = [weight / channels for weight in KERNELS[options["what"]]]
        return {**place, "bias": 0.0, **{f"w{c}{i}{j}": each[3 * i + j] for c in range(channels) for i, j in PLACES}}

    def board(self, now: Now) -> Board:
        numbers = self.numbers(now)
        return traced_board.board(now, numbers) if traces(now) else kernel_board.board(now, numbers)

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return traced_board.truth(now, at) if traces(now) else kernel_board.truth(now, at)

    def numbers(self, now: Now) -> dict[str, float]:
        truth = self.truth(now, {name: torch.tensor(value, dtype=torch.float64) for name, value in now.values.items()})
        return {name: truth[name].item() for name in (("z",) if traces(now) else ("z", "most"))}

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        if traces(now):
            return traced_board.blocks(now), ()
        return kernel_board.blocks(now, self.numbers(now)["z"])

    def snippet(self, now: Now) -> str:
        return traced_board.snippet(now) if traces(now) else kernel_board.snippet(now)

    def experiment(self, now: Now) -> Experiment:
        small, large = ({"layer": "Conv2d", "out_channels": n, "kernel_size": 3, "padding": 1} for n in (8, 16))
        stack = (small, "ReLU", "MaxPool2d", large, "ReLU", "MaxPool2d", "Flatten")
        return studio("digits", *stack, optimizer=("Adam", 0.003), batch_size=32, epochs=10)
