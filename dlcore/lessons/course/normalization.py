"""Lesson 14, normalization: what ten layers hand on to one another, and what comes back, with a norm and without."""

# More than 150 lines: one board holds four pictures of the same ten layers, with a norm and without.

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
from dlcore.lessons.board.stages import Axis, Plane
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See, studio
from dlcore.lessons.normalized import BATCH, BINS, DEPTH, EDGE, MOMENTUM, RATE, STEPS, WIDTH, Watched, script, watch
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask, layers

NORMS = {"none": N_("no norm"), "batch": N_("batch norm"), "layer": N_("layer norm")}
ACTIVATIONS = {"sigmoid": N_("sigmoid"), "tanh": N_("tanh"), "relu": N_("ReLU")}
LAYERS = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "ReLU"}
EPS = 1e-5
FAINT = 3.0  # powers of ten that a gradient lies below the last layer's, where it has all but vanished
FOUR = ((1.0,), (2.0,), (3.0,), (6.0,))
HIDDEN, GOAL = 6, 0.9


def watched(now: Now) -> tuple[Watched, Watched]:
    """What was seen with the norm that is chosen, and without."""
    activation = now.options["activation"]
    return watch(now.options["norm"], activation), watch("none", activation)


def vanished(now: Now) -> bool:
    """The task of the hand: the last layer whose gradient is at most a thousandth of the tenth layer's."""
    if (now.options["norm"], now.options["activation"]) != ("none", "sigmoid") or "layer" not in now.moved:
        return False
    gradients = watch("none", "sigmoid").gradients[round(now.values["t"])]
    faint = (gradients <= gradients[-1] - FAINT).nonzero().flatten().tolist()
    return bool(faint) and round(now.values["layer"]) == faint[-1]


def of_six(_now: Now) -> float:
    """What torch's batch norm makes of the 6 among four examples."""
    made: Tensor = nn.BatchNorm1d(1, eps=1e-12)(torch.tensor(FOUR))  # torch wants an ε
    return made[-1].item()


def deep(experiment: Experiment) -> bool:
    """The task of the Studio: a deep network of sigmoids, with a norm."""
    names = layers(experiment)
    return names.count("Sigmoid") >= HIDDEN and bool({"BatchNorm1d", "LayerNorm"} & set(names))


class Normalization(Lesson):
    """Hand on numbers of a sensible size."""

    choices = (Choice("norm", N_("Norm"), NORMS, "batch"),
               Choice("activation", N_("Activation"), ACTIVATIONS, "sigmoid"))  # fmt: skip
    questions = (Question("predict", 2, See(N_("Look at it"), {"norm": "none"})),)
    tasks = (Task("vanished", vanished), TypedTask("six", of_six),
             TrainingTask("train", {"digits": ("accuracy", GOAL)}, deep))  # fmt: skip
    shown = ("loss", "spread", "gradient")
    geometry = frozenset({"nth"})
    grid = (4.0, 7.0, 1.0)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"t": 0.0, "layer": 0.0}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        seen, plain = watched(now)
        t, layer = int(at["t"]), int(at["layer"])
        return {"loss": seen.losses[t], "spread": seen.spreads[t, layer], "gradient": seen.gradients[t, layer],
                "hands": seen.made[t], "plainhands": plain.made[t], "slope": seen.gradients[t],
                "plainslope": plain.gradients[t], "before": seen.before[t, layer],
                "after": seen.after[t, layer]}  # fmt: skip

    def board(self, now: Now) -> Board:
        seen, plain = watched(now)
        columns = {
            "steps": torch.tensor(STEPS), "layers": torch.arange(DEPTH), "places": torch.arange(DEPTH) + 1,
            "bins": torch.arange(BINS), "centres": EDGE * (2 * torch.arange(BINS) + 1 - BINS) / BINS,
            "losses": seen.losses, "plainlosses": plain.losses, "spreads": seen.spreads, "gradients": seen.gradients,
            "plaingradients": plain.gradients, "made": seen.made, "plainmade": plain.made, "befores": seen.before,
            "afters": seen.after,
        }  # fmt: skip
        named = now.options["norm"] != "none"
        along = f"t * {DEPTH} + layers"
        return Board(
            main=(gradients(named),), side=(losses(named), spread(named), distribution(named)),
            knobs=(Slider("t", "t", _("step"), 0, len(STEPS) - 1, 1, 0, stops=tuple(map(str, STEPS))),
                   Slider("layer", "l", _("layer"), 0, DEPTH - 1, 1, 0,
                          stops=tuple(str(n + 1) for n in range(DEPTH)))),
            readouts=(Readout("loss", _("loss of this step's batch"), "loss", 3),
                      Readout("spread", _("spread of the layer's sums"), "spread", 3),
                      Readout("gradient", _("log₁₀ of the layer's gradient"), "gradient", 2)),
            columns=columns,
            definitions={
                "nth": f"t * {DEPTH} + layer", "loss": "at(losses, t)", "spread": "at(spreads, nth)",
                "gradient": "at(gradients, nth)", "hands": f"at(made, {along})",
                "plainhands": f"at(plainmade, {along})", "slope": f"at(gradients, {along})",
                "plainslope": f"at(plaingradients, {along})", "before": f"at(befores, nth * {BINS} + bins)",
                "after": f"at(afters, nth * {BINS} + bins)",
            },
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        if now.options["norm"] == "none":
            return (Block("latex", r"a_l = f(W_l\,a_{l-1} + b_l)"),), ()
        seen, t, layer = watched(now)[0], round(now.values["t"]), round(now.values["layer"])
        batch = now.options["norm"] == "batch"
        values = (seen.column if batch else seen.row)[t, layer]
        mean, variance = values.mean().item(), values.var(correction=0).item()
        hat = (values[0].item() - mean) / (variance + EPS) ** 0.5
        line = (rf"\hat z = \frac{{z - \mu}}{{\sqrt{{\sigma^2 + \epsilon}}}} = \frac{{{values[0]:.3f} - ({mean:.3f})}}"
                rf"{{\sqrt{{{variance:.4f} + 10^{{-5}}}}}} = {hat:.3f}")  # fmt: skip
        after = rf"y = \gamma\,\hat z + \beta = {seen.normed[t, layer]:.3f}"
        of = (_("The first unit of layer {layer}, of the first example: μ and σ² are over the {count} examples.",
                layer=layer + 1, count=BATCH) if batch else
              _("The first unit of layer {layer}, of the first example: μ and σ² are over its {count} units.",
                layer=layer + 1, count=WIDTH))  # fmt: skip
        return (Block("latex", line), Block("caption", of)), (Block("latex", after),)

    def snippet(self, now: Now) -> str:
        steps, layer = STEPS[round(now.values["t"])], round(now.values["layer"])
        return "\n".join(script(now.options["norm"], now.options["activation"], steps, layer))

    def experiment(self, now: Now) -> Experiment:
        norm: list[str] = {"none": [], "batch": ["BatchNorm1d"], "layer": ["LayerNorm"]}[now.options["norm"]]
        hidden: list[str | int] = [WIDTH, *norm, LAYERS[now.options["activation"]]]
        optimizer = {"name": "SGD", "lr": RATE, "momentum": MOMENTUM}
        return studio("digits", "Flatten", *hidden * HIDDEN, optimizer=optimizer, batch_size=BATCH, epochs=20)


def hues(named: bool, with_it: str, without: str) -> tuple[tuple[str, str], ...]:
    """The legend of two lines, or of one where there is no norm to compare with."""
    return ((with_it, colours.TRAINING), (without, colours.QUIET)) if named else ()


def layers_axis() -> Axis:
    """From the first hidden layer to the last."""
    return Axis(0.5, DEPTH + 0.5, _("hidden layer"), (1, 4, 7, 10))


def gradients(named: bool) -> Plane:
    """What comes back: the gradient of each layer's weights."""
    plain = (Trail("places", "plainslope", says=_("without a norm"), colour=colours.QUIET, dot=False, width=1.5),)
    return Plane(
        _("What comes back: how large each layer's gradient is"), layers_axis(),
        Axis(-13, 2, _("log₁₀ of the gradient's norm"), (-12, -8, -4, 0)),
        (*(plain if named else ()), Trail("places", "slope", says=_("this network"), dot=False),
         Points("places", "slope", _("the layers: choose one"), 0, (colours.TRAINING,), chosen="layer"),
         Segment("layer + 1", -13, "layer + 1", 2, colours.INK, dashed=True)),
        _("The last layer stands on the right. A gradient is handed back from there; each layer multiplies it by its "
          "weights and by the slope of its activation."),
        hues(named, _("with the norm"), _("without")), 1.5,
    )  # fmt: skip


def losses(named: bool) -> Plane:
    """The loss, step by step."""
    plain = (Trail("steps", "plainlosses", says=_("without a norm"), colour=colours.QUIET, dot=False, width=1.5),)
    return Plane(
        _("The loss over sixty steps"), Axis(0, STEPS[-1], _("step"), (0, 20, 40, 60)),
        Axis(0, 2.8, _("loss"), (0, 1, 2)), (*(plain if named else ()), Trail("steps", "losses", "t", _("the loss"))),
        _("Digits, batches of {count}, SGD with momentum. Who guesses among ten has a loss of 2.30.", count=BATCH),
        hues(named, _("with the norm"), _("without")), 2.8,
    )  # fmt: skip


def spread(named: bool) -> Plane:
    """What is handed on: the spread of each layer's activations."""
    plain = (Trail("places", "plainhands", says=_("without a norm"), colour=colours.QUIET, dot=False, width=1.5),)
    return Plane(
        _("What is handed on: how far activations spread"), layers_axis(), Axis(0, 1.2, _("spread"), (0, 0.5, 1)),
        (*(plain if named else ()), Trail("places", "hands", says=_("this network"), dot=False),
         Segment("layer + 1", 0, "layer + 1", 1.2, colours.INK, dashed=True)),
        _("Standard deviation over the batch and the units."), hues(named, _("with the norm"), _("without")), 2.8,
    )  # fmt: skip


def distribution(named: bool) -> Plane:
    """The sums of the chosen layer, before the norm and after it."""
    after = (Trail("centres", "after", says=_("after the norm"), dot=False),)
    return Plane(
        _("The sums of this layer, before and after") if named else _("The sums of this layer"),
        Axis(-EDGE, EDGE, _("value"), (-3, 0, 3)), Axis(0, 0.6, _("share"), (0, 0.3, 0.6)),
        (Trail("centres", "before", says=_("before the norm"), colour=colours.VALIDATION, dot=False),
         *(after if named else ())),
        _("What the Linear gives, over the batch and the units; what lies beyond ±{edge} is counted at the ends.",
          edge=f"{EDGE:g}"),
        ((_("before"), colours.VALIDATION), (_("after the norm"), colours.TRAINING)) if named else (), 2.8,
    )  # fmt: skip
