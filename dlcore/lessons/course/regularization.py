"""Lesson 13, regularization: a network that learns wrong labels by heart, and what keeps it from doing so."""

# More than 150 lines: six remedies, of which some have a picture of their own: masks, pictures, norms.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Slider
from dlcore.lessons.board.marks import Handle, Segment, Trail
from dlcore.lessons.board.squares import Squares
from dlcore.lessons.board.stages import Axis, Bar, Bars, Plane
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See, studio
from dlcore.lessons.now import Now
from dlcore.lessons.overfitting import EPOCHS, EXAMPLES, RATE, UNITS, Course, Setting, script, train
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask, layers

REMEDIES = {"none": N_("none (stop early)"), "dropout": N_("dropout"), "decay": N_("weight decay"),
            "augmentation": N_("augmentation"), "data": N_("more data"), "small": N_("smaller network")}  # fmt: skip
SETTINGS: dict[str, tuple[str, tuple[float, float, float]]] = {
    "none": ("rows", (100, 100, 100)), "dropout": ("dropout", (0.2, 0.5, 0.8)), "decay": ("weight_decay", (1, 3, 10)),
    "augmentation": ("noise", (0.1, 0.3, 0.6)), "data": ("rows", (200, 400, 800)), "small": ("hidden", (32, 16, 8)),
}  # fmt: skip
STRENGTHS = {0: N_("weak"), 1: N_("medium"), 2: N_("strong")}
CELLS, PIXELS = EXAMPLES * UNITS, 64
NEAR = 0.02  # how far from the best epoch's accuracy one may stop
SURVIVOR, RATE_OF_DROPOUT = 0.5, 0.8
GOAL, WRONG = 0.7, 0.3


def setting_of(now: Now) -> Setting:
    """What is trained, with the remedy that is chosen."""
    name, levels = SETTINGS[now.options["remedy"]]
    level = levels[now.options["strength"]]
    changed: dict[str, Any] = {name: int(level) if name in ("rows", "hidden") else float(level)}
    return Setting(**changed, seed=now.options["seed"])


def courses(now: Now) -> tuple[Course, Course]:
    """The training with the remedy, and the same without."""
    return train(setting_of(now)), train(Setting(seed=now.options["seed"]))


def stopped(now: Now) -> bool:
    """The task of the hand: without any other remedy, training ends where validation was best."""
    accuracies = train(Setting(seed=now.options["seed"])).accuracies[:, 1]
    ended = accuracies[round(now.values["t"])]
    return now.options["remedy"] == "none" and "t" in now.moved and bool(ended >= accuracies.max() - NEAR)


def hard(experiment: Experiment) -> bool:
    """The task of the Studio: few digits, many of them with wrong labels, and a remedy in the network or optimizer."""
    data, decay = experiment.dataset, getattr(experiment.training.optimizer, "weight_decay", 0)
    remedy = "Dropout" in layers(experiment) or decay > 0
    return remedy and (data.limit or 1e9) <= 100 and data.label_noise >= WRONG


class Regularization(Lesson):
    """Do not learn by heart."""

    choices = (Choice("remedy", N_("Remedy"), REMEDIES, "dropout"),
               Choice("strength", N_("Strength"), STRENGTHS, 1, scale=True),
               Choice("seed", N_("Seed"), {n: str(n) for n in range(6)}, 0, scale=True))  # fmt: skip
    questions = (Question("predict", 1, See(N_("Look at it"), {})),)
    tasks = (Task("stop", stopped), TypedTask("survivor", lambda _now: SURVIVOR / (1 - RATE_OF_DROPOUT)),
             TrainingTask("train", {"digits": ("accuracy", GOAL)}, hard))  # fmt: skip
    shown = ("learned", "validation")

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"t": float(EPOCHS)}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        course, plain = courses(now)
        t = int(at["t"])
        return {"learned": course.accuracies[t, 0], "validation": course.accuracies[t, 1],
                "plain": plain.accuracies[t, 1], "loss": course.losses[t, 1], "before": course.before[t].flatten(),
                "kept": course.kept[t].flatten(), "after": course.after[t].flatten(), "seen": course.seen[t],
                "norm": course.norms[t]}  # fmt: skip

    def board(self, now: Now) -> Board:
        course, plain = courses(now)
        remedy, numbers = now.options["remedy"], self.numbers(now)
        columns = {
            "epochs": torch.arange(EPOCHS + 1), "learns": course.accuracies[:, 0], "valids": course.accuracies[:, 1],
            "plains": plain.accuracies[:, 1], "tl": course.losses[:, 0], "vl": course.losses[:, 1],
            "ptl": plain.losses[:, 0], "pvl": plain.losses[:, 1], "norms": course.norms, "pnorms": plain.norms,
        }  # fmt: skip
        definitions = {"learned": "at(learns, t)", "validation": "at(valids, t)", "plain": "at(plains, t)",
                       "loss": "at(vl, t)"}  # fmt: skip
        side: tuple[Plane, ...] = ()
        if remedy == "dropout":
            cells, p = torch.arange(CELLS), setting_of(now).dropout
            columns |= {"cells": cells, "unit": cells % UNITS + 1, "example": cells // UNITS + 1,
                        "befores": course.before.flatten(), "masks": course.kept.flatten()}  # fmt: skip
            definitions |= {"before": f"at(befores, t * {CELLS} + cells)", "kept": f"at(masks, t * {CELLS} + cells)",
                            "after": f"before * kept / (1 - {p})"}  # fmt: skip
            side = masked(p)
        elif remedy == "augmentation":
            pixels = torch.arange(PIXELS)
            columns |= {"pixels": pixels, "across": pixels % 8, "down": 7 - pixels // 8, "seens": course.seen.flatten(),
                        "picture": course.rows.x[0]}  # fmt: skip
            definitions |= {"seen": f"at(seens, t * {PIXELS} + pixels)"}
            side = (pictures(),)
        elif remedy == "decay":
            definitions |= {"norm": "at(norms, t)"}
            side = (norms(),)
        return Board(
            main=(curves(),), side=(*side, accuracies(remedy)),
            knobs=(Slider("t", "t", _("epoch"), 1, EPOCHS, 1, 0),),
            columns=columns, definitions=definitions, measured=numbers,
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        course, t, setting = courses(now)[0], round(now.values["t"]), setting_of(now)
        if now.options["remedy"] == "dropout":
            where = (course.before[t] * course.kept[t]).flatten()
            first = int(where.nonzero()[0]) if where.any() else 0
            h, after = course.before[t].flatten()[first], course.after[t].flatten()[first]
            said = _("unit {unit} of example {example}", unit=first % UNITS + 1, example=first // UNITS + 1)
            line = rf"h' = \frac{{m}}{{1-p}}\,h = \frac{{1}}{{1-{setting.dropout}}}\cdot {h:.3f} = {after:.3f}"
            return (Block("latex", line), Block("caption", said)), ()
        if now.options["remedy"] == "decay":
            shrunk = 1 - RATE * setting.weight_decay
            step = rf"(1 - \eta\lambda)\,w - \eta\,\hat g = {shrunk:.2f}\,w - {RATE}\,\hat g"
            return (Block("latex", rf"w \leftarrow {step}"),), ()
        gap = course.accuracies[t, 0] - course.accuracies[t, 1]
        numbers = rf"{course.accuracies[t, 0]:.3f} - {course.accuracies[t, 1]:.3f} = {gap:.3f}"
        return (Block("latex", rf"\text{{{_('training')}}} - \text{{{_('validation')}}} = {numbers}"),), ()

    def snippet(self, now: Now) -> str:
        return "\n".join([
            *script(setting_of(now), round(now.values["t"])), "net.eval()  # no dropout now",
            'print("training", (net(x[train]).argmax(1) == given).double().mean().item())',
            'print("validation", (net(x[held]).argmax(1) == y[held]).double().mean().item())',
        ])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        data = {"name": "digits", "limit": 100, "label_noise": WRONG}
        optimizer = {"name": "AdamW", "lr": 0.01, "weight_decay": 0.0}
        return studio(data, "Flatten", 128, "ReLU", optimizer=optimizer, batch_size=100, epochs=60)


def curves() -> Plane:
    """Both losses, with the remedy and without."""
    return Plane(
        _("Drag the mark to the epoch at which training should end"), Axis(0, EPOCHS, _("epoch"), (0, 20, 40, 60)),
        Axis(0, 3, _("loss"), (0, 1, 2, 3)),
        (Trail("epochs", "ptl", 1e9, _("training loss without the remedy"), colours.QUIET, dot=False, width=1.2),
         Trail("epochs", "pvl", 1e9, _("validation loss without the remedy"), colours.QUIET, dot=False, width=1.2),
         Trail("epochs", "tl", says=_("training loss"), dot=False),
         Trail("epochs", "vl", says=_("validation loss"), colour=colours.VALIDATION, dot=False),
         Segment("t", 0, "t", 3, colours.INK, dashed=True),
         Handle("t", "loss", _("the epoch"), {"t": "at(epochs, px)"}, colours.VALIDATION, "disc", 1)),
        _("Handwritten digits, 100 where nothing else is chosen, 30 % of them with a wrong label; 400 others, with "
          "right labels, are for validation. Both parts are judged without dropout."),
        ((_("training"), colours.TRAINING), (_("validation"), colours.VALIDATION),
         (_("both without the remedy"), colours.QUIET)), 1.4,
    )  # fmt: skip


def accuracies(remedy: str) -> Bars:
    """Three shares, at the epoch of the mark."""
    plain = (Bar(_("validation without it"), "plain", colours.QUIET),) if remedy != "none" else ()
    return Bars(_("Accuracy at this epoch"), (Bar(_("training"), "learned"),
                Bar(_("validation"), "validation", colours.VALIDATION), *plain))  # fmt: skip


def masked(p: float) -> tuple[Plane, ...]:
    """The hidden layer of this batch in training, and as it would be in eval mode."""
    units = Axis(0.5, UNITS + 0.5, _("hidden unit"), (1, 6, 12))
    examples = Axis(0.5, EXAMPLES + 0.5, _("example"), (1, 6))
    after = Squares("unit", "example", "after", _("activations after dropout"), 3, "kept == 0")
    before = Squares("unit", "example", "before", _("activations in eval mode"), 3)
    return (
        Plane(_("In training: this batch's own mask"), units, examples, (after,),
              _("Crossed out: dropped, with probability {p}. What survives is multiplied by {factor}.", p=p,
                factor=f"{1 / (1 - p):g}"), aspect=2.8),
        Plane(_("In eval: nothing is dropped, nothing scaled"), units, examples, (before,), aspect=2.8),
    )  # fmt: skip


def pictures() -> Plane:
    """A digit as it is, and as this epoch's batch had it."""
    return Plane(
        _("The same digit, new in every epoch"), Axis(-1, 17, _("as it is, and as this epoch saw it")), Axis(-1, 8, ""),
        (Squares("across", "down", "picture", _("the digit as it is")),
         Squares("across + 9", "down", "seen", _("the digit as this epoch saw it"))),
        _("Noise is added to every pixel of the training part. The validation part stays as it is."), aspect=1.9,
    )  # fmt: skip


def norms() -> Plane:
    """How large the weights are."""
    return Plane(
        _("How large the weights are"), Axis(0, EPOCHS, _("epoch"), (0, 20, 40, 60)),
        Axis(0, 25, _("norm of all weights"), (0, 10, 20)),
        (Trail("epochs", "pnorms", says=_("without weight decay"), colour=colours.QUIET, dot=False, width=1.2),
         Trail("epochs", "norms", "t", _("with weight decay"))), aspect=1.9,
    )  # fmt: skip
