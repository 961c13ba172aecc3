"""Lesson 5, dimensions: real batches sliced, permuted, flattened and broadcast by hand, with torch's own errors."""

# More than 150 lines: four real batches by five operations, each with its line of torch and torch's own error.

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from dlcore import presets
from dlcore.experiment import Experiment
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Frames, Readout, Slider
from dlcore.lessons.board.stages import Code
from dlcore.lessons.board.tiles import Tiles
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask, layers
from dlcore.lessons.tensors import Batch, Outcome, batch, outcome

DATA = {"image": N_("image [N, C, H, W]"), "table": N_("table [N, F]"), "video": N_("video [N, C, H, W, T]"),
        "text": N_("text [N, L]")}  # fmt: skip
KINDS = {"slice": N_("slice"), "permute": N_("permute"), "flatten": N_("flatten"), "broadcast": N_("broadcast"),
         "linear": N_("into a layer")}  # fmt: skip
PRESETS = {"image": "digits-mlp", "table": "penguins", "video": "clips", "text": "sentiment-lstm"}
MEANINGS = {"N": N_("examples"), "F": N_("features"), "C": N_("channels"), "H": N_("height"), "W": N_("width"),
            "T": N_("time"), "L": N_("length")}  # fmt: skip
WHY = {
    "permute": N_("Each dimension must stand exactly once: permute changes their order, and loses none."),
    "flatten": N_("The first dimension to be joined must not stand behind the last."),
    "broadcast": N_("Written below one another from the right, two sizes must be equal, or one of them 1, or missing. "
                    "keepdim=True leaves a 1 where the mean was taken."),
    "linear": N_("After flatten(1) an example has as many numbers as all its dimensions multiplied; the layer was made "
                 "for another number. Mark every dimension but N."),
}  # fmt: skip
GOAL = 0.95


def result(now: Now) -> Outcome:
    """What torch makes of what is set."""
    return outcome(now.options["data"], now.options["kind"], now.values)


def for_conv3d(now: Now) -> bool:
    """The task of the hand: the video as Conv3d reads it, time before height and width."""
    return (now.options["data"], now.options["kind"]) == ("video", "permute") and result(now).axes == tuple("NCTHW")


def per_channel(now: Now) -> bool:
    """The task of the hand: the mean of each channel, over all pictures and places, taken away."""
    other = result(now).other
    return now.options["data"] == "image" and other is not None and other.shape == (1, 3, 1, 1)


class Dimensions(Lesson):
    """What every number of a shape means."""

    choices = (Choice("data", N_("A batch of"), DATA, "image"), Choice("kind", N_("What to do"), KINDS, "slice"))
    questions = (Question("predict", 0, See(N_("Flatten it"), {"kind": "flatten"}, {"d0": 1, "d1": 3})),)
    tasks = (Task("video", for_conv3d), Task("channels", per_channel),
             TypedTask("inputs", lambda now: 3.0 * 32 * 32),
             TrainingTask("train", {"digits": ("accuracy", GOAL)},
                          lambda each: layers(each)[0] == "Flatten"))  # fmt: skip
    shown = ("elements", "mean")
    grid = (1.0, 0.0, 2.0, 1.0, 3.0)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        kind, count = options["kind"], len(batch(options["data"]).axes)
        if kind == "flatten":
            return {"d0": 0.0, "d1": 1.0}
        first: Callable[[int], int] = {
            "slice": lambda n: -1 if n else 0, "permute": lambda n: n, "broadcast": lambda n: int(n == 0),
            "linear": lambda n: int(n == count - 1),
        }[kind]  # fmt: skip
        kept = {"keep": 0.0} if kind == "broadcast" else {}
        return {f"d{n}": float(first(n)) for n in range(count)} | kept

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        found, nothing = result(now).result, torch.tensor(math.nan)
        if found is None:
            return {"elements": nothing, "mean": nothing}
        return {"elements": torch.tensor(float(found.numel())), "mean": found.double().mean()}

    def board(self, now: Now) -> Board:
        made, found = batch(now.options["data"]), result(now)
        numbers = self.numbers(now)
        columns = {"xs": rounded(made.x), "found": [0.0 if math.isnan(each) else each for each in numbers.values()],
                   "fine": [float(found.result is not None)]}  # fmt: skip
        letters = now.options["data"] == "text"
        side: tuple[Any, ...] = ()
        if found.result is not None:
            columns["made"] = rounded(found.result)
            side = (tiles(_("What comes out"), "made", found.axes, found.result, letters),)
        if found.result is not None and found.other is not None:
            columns |= {"means": rounded(found.other), "spread": rounded(found.other.expand(made.x.shape))}
            shown = "where(frame == 0, 0 / 0, where(frame == 1, spread, made))"
            side = (
                tiles(_("its mean"), "means", tuple(" " * found.other.dim()), found.other, False),
                replace(side[0], data=shown, high=max(side[0].high, found.other.max().item())),
            )
        measured = {} if found.result is None else numbers
        return Board(
            main=(tiles("x", "xs", tuple(made.axes), made.x, letters), code(now, found)), side=side,
            knobs=knobs(now, made), columns=columns, measured=measured,
            readouts=(Readout("elements", _("numbers in it"), "elements", 0), Readout("mean", _("their mean"), "mean")),
            definitions={"elements": "at(found, 0) / at(fine, 0)", "mean": "at(found, 1) / at(fine, 0)"},
            frames=Frames(3, 4, start=2, label=_("step {frame}", frame="{frame}")) if steps(found) else None,
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        made, found = batch(now.options["data"]), result(now)
        meant = ", ".join(f"{axis} = {size} {_(MEANINGS[axis])}"
                          for axis, size in zip(made.axes, made.x.shape, strict=True))  # fmt: skip
        if found.result is not None:
            names = ",\\ ".join(rf"\text{{{axis}}}" for axis in found.axes)
            turned = rf"({comma(made.x)}) \to ({comma(found.result)})\quad[{names}]"
            return (Block("caption", meant),), (Block("latex", turned),)
        said = f"`{found.error}`\n\n{_(WHY[now.options['kind']])}"
        return (Block("caption", meant),), (Block("warning", said),)

    def snippet(self, now: Now) -> str:
        made, found = batch(now.options["data"]), result(now)
        if found.result is not None:
            ends = [f"made = {found.line}", 'print("shape", tuple(made.shape), "numbers", made.numel())',
                    'print("mean", made.double().mean().item())']  # fmt: skip
        else:
            ends = ["import sys", "try:", f"    {found.line}", "except RuntimeError as error:",
                    "    print(error, file=sys.stderr)", 'print("no numbers", torch.nan)',
                    'print("and no mean", torch.nan)']  # fmt: skip
        return "\n".join([*made.source, *ends])

    def experiment(self, now: Now) -> Experiment:
        return presets.PRESETS[PRESETS[now.options["data"]]].at_hand


def rounded(x: Tensor) -> list[float]:
    """The numbers of a tensor of any shape (*), to three digits: they are only drawn."""
    return [round(each, 3) for each in x.double().flatten().tolist()]


def comma(x: Tensor | None) -> str:
    """The sizes of a shape (*), if there is one."""
    return ",".join(map(str, x.shape)) if x is not None else ""


def tiles(name: str, data: str, axes: tuple[str, ...], x: Tensor, letters: bool) -> Tiles:
    """A tensor of any shape (*), titled by its dimensions."""
    named = ", ".join(f"{axis} {size}" for axis, size in zip(axes, x.shape, strict=True))
    letters = letters and not x.is_floating_point()
    return Tiles(f"{name}  [{named}]", data, tuple(x.shape), x.min().item(), x.max().item(), letters)


def steps(found: Outcome) -> bool:
    """Whether there is a stretching to be played."""
    return found.other is not None and found.result is not None


def code(now: Now, found: Outcome) -> Code:
    """The line of torch; of broadcasting, both shapes below one another from the right."""
    x = batch(now.options["data"]).x
    if found.other is None:
        return Code(_("The line of torch"), (found.line,), 0, {0: found.error or f"→ ({comma(found.result)})"})
    stretched = x.shape if steps(found) else ["?"]
    shapes = {"x": x.shape, "mean": found.other.shape, "x − mean": stretched}
    lines = [f"{name:<9}" + "".join(f"{size:>5}" for size in [*"·····", *shape][-5:]) for name, shape in shapes.items()]
    notes = {0: found.error, 1: _("both shapes, written from the right"),
             2: _("a 1 or a gap below a size is stretched to it, without a copy"),
             3: _("and subtracted, number by number")}  # fmt: skip
    return Code(_("The line of torch"), (found.line, *lines), "frame + 1" if steps(found) else 0, notes)


def knobs(now: Now, made: Batch) -> tuple[Slider, ...]:
    """A slider a dimension, with words for what its stops do."""
    kind, last = now.options["kind"], made.x.dim() - 1
    if kind == "flatten":
        return tuple(Slider(f"d{n}", f"d_{n}", said, 0, last, 1, 0, stops=tuple(made.axes))
                     for n, said in enumerate((_("first dimension"), _("last dimension"))))  # fmt: skip
    made_of: Callable[[int], tuple[int, int, tuple[str, ...]]] = {
        "slice": lambda size: (-1, size - 1, (":", *map(str, range(size)))),
        "permute": lambda size: (0, last, tuple(made.axes)),
        "broadcast": lambda size: (0, 1, (_("keep"), _("mean"))),
        "linear": lambda size: (0, 1, ("", f"× {size}")),
    }[kind]  # fmt: skip
    found = []
    for n, (axis, size) in enumerate(zip(made.axes, made.x.shape, strict=True)):
        low, high, stops = made_of(size)
        symbol = f"d_{n}" if kind == "permute" else axis
        label = _("dimension {number}", number=n) if kind == "permute" else _(MEANINGS[axis])
        found.append(Slider(f"d{n}", symbol, label, low, high, 1, 0, stops=stops))
    if kind == "broadcast":
        found.append(Slider("keep", "keepdim", "keepdim", 0, 1, 1, 0, stops=("False", "True")))
    return tuple(found)
