"""Lesson 7, gradient descent: torch's own optimizers race down a surface, step by step."""

# More than 150 lines: torch's optimizers race over surfaces, and the first step of each is written out in numbers.

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Frames, Readout, Slider
from dlcore.lessons.board.marks import Handle, Heat, Points, Trail
from dlcore.lessons.board.stages import Axis, Plane
from dlcore.lessons.lesson import Action, Block, Blocks, Choice, Lesson, Question, See, studio
from dlcore.lessons.now import Now
from dlcore.lessons.surfaces import GONE, OPTIMIZERS, STEPS, Surface, closed_form, race, surfaces
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask, layers

HUES = dict(
    zip(OPTIMIZERS, (colours.TRAINING, colours.TEST, colours.VALIDATION, colours.BEST, colours.TROUBLE), strict=True)
)
RATES = (0.001, 0.01, 0.03, 0.1, 0.3, 0.5, 0.6, 1.0)
SET_OUT = "where(abs(x0 - at(startx, 0)) + abs(y0 - at(starty, 0)) < 0.00001, frame, -1)"  # no trail of another start
DONE, FAR = 1e-3, 3.0  # the loss to reach, and how far from the lowest place to set out
GOAL = 0.3


def surface_of(now: Now) -> Surface:
    """The surface that is chosen."""
    return surfaces()[now.options["surface"]]


def paths(now: Now) -> dict[str, list[tuple[float, float, float]]]:
    """Where each optimizer goes from the start that is set."""
    return race(now.options["surface"], now.options["rate"], now.values["x0"], now.values["y0"])


def right_rate(now: Now) -> bool:
    """The task of the hand: plain SGD reaches the bottom of the ravine from far away."""
    far = math.hypot(now.values["x0"], now.values["y0"]) >= FAR
    return now.options["surface"] == "ravine" and far and paths(now)["SGD"][-1][2] < DONE


def solved(_now: Now) -> float:
    """The weight of least squares."""
    return closed_form()[0]


def play(now: Now) -> Now:
    """Let them race."""
    return replace(now, left={"play": True})


class Descent(Lesson):
    """Down the slope."""

    choices = (
        Choice("surface", N_("Surface"), {name: each.title for name, each in surfaces().items()}, "ravine"),
        Choice("rate", N_("Learning rate"), {rate: f"{rate:g}" for rate in RATES}, 0.03, scale=True),
    )
    actions = (Action("race", N_("Race"), play, "sports_score", True),)
    questions = (Question("predict", 1, See(N_("Let it fly"), {"surface": "ravine", "rate": 0.6}, do=play)),)
    tasks = (Task("rate", right_rate), TypedTask("solve", solved),
             TrainingTask("train", {"diabetes": ("r2", GOAL)}, lambda each: layers(each) == ["Output"]))  # fmt: skip
    grid = (-1.7, 2.4, 0.3, 1.9)
    shown = tuple(OPTIMIZERS)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        x, y = surfaces()[options["surface"]].start
        return {"x0": x, "y0": y}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        height, frame = surface_of(now).height, int(at.get("frame", torch.tensor(STEPS)))
        nowhere = torch.zeros(1, dtype=torch.float64)
        x, y = at.get("x", nowhere), at.get("y", nowhere)
        reached = {name: torch.tensor(path[frame][2], dtype=torch.float64) for name, path in paths(now).items()}
        here, shade = height(at["x0"], at["y0"]), torch.log(height(x, y) + 0.01)
        return {**reached, "height": height(x, y), "shade": shade, "here": here}

    def board(self, now: Now) -> Board:
        surface = surface_of(now)
        columns: dict[str, Any] = {"startx": [now.values["x0"]], "starty": [now.values["y0"]],
                                   "steps": [float(n) for n in range(STEPS + 1)]}  # fmt: skip
        for name, path in paths(now).items():
            columns |= {f"{name}x": [each[0] for each in path], f"{name}y": [each[1] for each in path],
                        f"{name}l": [math.log10(max(each[2], 1e-12)) for each in path],
                        f"{name}h": [each[2] for each in path]}  # fmt: skip
        if surface.best:
            columns |= {"bestx": [surface.best[0]], "besty": [surface.best[1]]}
        text = surface.expression
        return Board(
            main=(hill(now, surface),), side=(heights(),),
            knobs=tuple(Slider(name, name, "", -5, 5, hidden=True) for name in ("x0", "y0")),
            readouts=tuple(Readout(name, name, name, 5) for name in OPTIMIZERS), columns=columns,
            definitions={"height": text, "shade": "log(height + 0.01)", "here": swapped(text),
                         **{name: f"at({name}h, frame)" for name in OPTIMIZERS}},
            frames=Frames(STEPS + 1, 5, start=None if now.left.get("play") else STEPS,
                          label=_("step {frame}", frame="{frame}")),
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        left = (Block("markdown", f"**{_('The first step of SGD')}**"), Block("latex", first_step(now)))
        gone = [name for name, path in paths(now).items() if path[-1][2] > GONE]
        said = _("{names}: the steps were too long, and it left the surface.", names=", ".join(gone))
        right: Blocks = (Block("warning", said),) if gone else ()
        if now.options["surface"] == "line":
            w, b = closed_form()
            solution = _(
                "Solved at once, without a single step (analytic): w = {w}, b = {b}. Descent (numeric) comes there "
                "step by step.", w=f"{w:.3f}", b=f"{round(b, 3) + 0:.3f}",
            )  # fmt: skip
            right = (*right, Block("markdown", solution))
        return left, right

    def snippet(self, now: Now) -> str:
        makers = [f"    torch.optim.{made.format(lr=now.options['rate'])}," for made in OPTIMIZERS.values()]
        start = f"[{now.values['x0']!r}, {now.values['y0']!r}]"
        return "\n".join([
            "import torch", *surface_of(now).lines, "for make in (",
            *(each.replace("torch.optim.", "lambda w: torch.optim.") for each in makers), "):",
            f"    w = torch.tensor({start}, dtype=torch.float64, requires_grad=True)", "    optimizer = make(w)",
            f"    for step in range({STEPS}):",
            "        optimizer.zero_grad()  # and no step more where it has left the surface",
            f"        if surface(w) <= {GONE:g}: surface(w).backward(), optimizer.step()",
            "    print(type(optimizer).__name__, surface(w).item())",
        ])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        return studio("diabetes", optimizer=("SGD", 0.02), loss="MSELoss", batch_size=32, epochs=40)


def first_step(now: Now) -> str:
    """What the first step of SGD would change, in LaTeX."""
    w = torch.tensor([now.values["x0"], now.values["y0"]], dtype=torch.float64, requires_grad=True)
    surface_of(now).height(w[0], w[1]).backward()  # type: ignore[no-untyped-call]
    assert w.grad is not None
    rate = now.options["rate"]
    lines = [
        rf"{symbol} &\leftarrow {at:.2f} - {rate:g}\cdot({slope:.3f}) &&= {at - rate * slope:.3f}"
        for symbol, at, slope in zip(surface_of(now).axes, w.tolist(), w.grad.tolist(), strict=True)
    ]
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def swapped(text: str) -> str:
    """The height where the race starts: x0 and y0 for x and y."""
    return text.replace("exp", "EXP").replace("x", "x0").replace("y", "y0").replace("EXP", "exp")


def hill(now: Now, surface: Surface) -> Plane:
    """The surface from above, and the ways down it."""
    across, up = surface.axes
    trails = tuple(Trail(f"{name}x", f"{name}y", SET_OUT, name, HUES[name]) for name in OPTIMIZERS)
    best = (Points("bestx", "besty", _("the lowest place"), 0, (colours.BEST,), radius=7),) if surface.best else ()
    return Plane(
        _("Drag the start, then race"), Axis(-5, 5, across, (-4, 0, 4)), Axis(-5, 5, up, (-4, 0, 4)),
        (Heat("shade", _("the height of the surface"), -4.6, 4, (colours.HUES[7], colours.HUES[7]), True, 14),
         *best, *trails,
         Handle("x0", "y0", _("where the race starts"), {"x0": "px", "y0": "py"}, colours.INK, "disc", 0.25)),
        _("The stronger the colour, the higher, by logarithms. Every dot is an optimizer of torch.optim; all of them "
          "set out at the same place with the same learning rate."),
        tuple(HUES.items()),
    )  # fmt: skip


def heights() -> Plane:
    """How high each of them is, step by step."""
    return Plane(
        _("How low they are"),
        Axis(0, STEPS, _("step"), (0, 50, 100)), Axis(-6, 3, _("log₁₀ of the loss"), (-6, -3, 0, 3)),
        tuple(Trail("steps", f"{name}l", SET_OUT, name, HUES[name]) for name in OPTIMIZERS), aspect=1.9,
    )  # fmt: skip
