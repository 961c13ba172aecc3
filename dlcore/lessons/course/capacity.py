"""Lesson 12, underfitting and overfitting: capacity against data, and wrong labels learned by heart, one by one."""

# More than 150 lines: one board holds three pictures of one training: samples, sizes, labels learned by heart.

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
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.marks import Label, Points, Segment, Trail
from dlcore.lessons.board.squares import Squares
from dlcore.lessons.board.stages import Axis, Plane
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See, studio
from dlcore.lessons.now import Now
from dlcore.lessons.overfitting import EPOCHS, Course, Setting, ended, script, train
from dlcore.lessons.tasks import Task, TrainingTask

SIZES, ROWS = (1, 2, 4, 16, 64, 256), (50, 100, 300, 1000)
SHOWN = 100  # rows that are drawn, with as large a share of wrong labels as there is
SURE = 0.5
HARD = {"rows": 100, "wrong": 0.3}  # where the tasks are set
GOAL = 0.85


def setting_of(now: Now) -> Setting:
    """What is trained."""
    return Setting(rows=now.options["rows"], hidden=now.options["hidden"], wrong=now.options["wrong"])


def shown(course: Course, wrong: float) -> Tensor:
    """Numbers of the rows that are drawn: those with a wrong label come first. Shape: (rows,)."""
    count = len(course.rows.given)
    changed, drawn = round(wrong * count), min(SHOWN, count)
    share = round(wrong * drawn)
    return torch.cat([torch.arange(share), torch.arange(changed, changed + drawn - share)])


def chosen(rows: Tensor, place: float) -> int:
    """The number of the row that is chosen among those drawn; the last where fewer are drawn now. Shape: (rows,)."""
    return int(rows[min(round(place), len(rows) - 1)])


def errors(now: Now) -> Tensor:
    """Training and validation error of each size after the last epoch. Shape: (sizes, 2)."""
    return 1 - torch.tensor([ended(replace(setting_of(now), hidden=size)) for size in SIZES])


def right_size(now: Now) -> bool:
    """The task of capacity: the size whose validation error is lowest, where labels are wrong."""
    if any(now.options[name] != wanted for name, wanted in HARD.items()):
        return False
    return bool(errors(now)[:, 1].argmin() == SIZES.index(now.options["hidden"]))


def caught(now: Now) -> bool:
    """The task of the hand: a digit with a wrong label, at a time when the network still says what it really is."""
    if not {"t", "row"} <= now.moved or not now.options["wrong"]:
        return False
    course = train(setting_of(now))
    row = chosen(shown(course, now.options["wrong"]), now.values["row"])
    is_wrong = bool(course.rows.given[row] != course.rows.true[row])
    return is_wrong and bool(course.says_true[round(now.values["t"]), row] > SURE)


class Capacity(Lesson):
    """Too small to learn, large enough to learn by heart."""

    choices = (Choice("hidden", N_("Hidden units"), {n: str(n) for n in SIZES}, 64, scale=True),
               Choice("rows", N_("Training rows"), {n: str(n) for n in ROWS}, 100, scale=True),
               Choice("wrong", N_("Wrong labels"), {0.0: "0 %", 0.3: "30 %"}, 0.3, scale=True))  # fmt: skip
    questions = (Question("predict", 0, See(N_("Give it more rows"), {"hidden": 256, "rows": 1000})),)
    tasks = (Task("size", right_size), Task("caught", caught),
             TrainingTask("train", {"digits": ("accuracy", GOAL)},
                          lambda each: each.dataset.label_noise >= HARD["wrong"]))  # fmt: skip
    shown = ("training", "validation", "heart")
    geometry = frozenset({"one"})

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"t": float(EPOCHS), "row": 0.0}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        course, t = train(setting_of(now)), int(at["t"])
        rows = shown(course, now.options["wrong"])
        one = chosen(rows, float(at["row"]))
        wrong = course.rows.given != course.rows.true
        return {"training": 1 - course.accuracies[t, 0], "validation": 1 - course.accuracies[t, 1],
                "heart": (course.says_given[t][wrong] > SURE).double().sum(),
                "says_true": course.says_true[t, rows], "says_given": course.says_given[t, rows],
                "one_true": course.says_true[t, one], "one_given": course.says_given[t, one],
                "given": course.rows.given[one].double(), "true": course.rows.true[one].double(),
                "pixel": course.rows.x[one]}  # fmt: skip

    def board(self, now: Now) -> Board:
        course, size = train(setting_of(now)), math.log2(now.options["hidden"])
        rows, found, pixels = shown(course, now.options["wrong"]), errors(now), torch.arange(64)
        wrong = course.rows.given != course.rows.true
        columns = {
            "drawn": torch.arange(len(rows)), "trues": course.says_true[:, rows].flatten(),
            "givens": course.says_given[:, rows].flatten(), "is_wrong": wrong[rows].int(),
            "labels": course.rows.given[rows], "truths": course.rows.true[rows], "pixels": pixels,
            "across": pixels % 8, "down": 7 - pixels // 8, "pictures": course.rows.x[rows].flatten(),
            "train_errors": 1 - course.accuracies[:, 0], "held_errors": 1 - course.accuracies[:, 1],
            "hearts": (course.says_given[:, wrong] > SURE).sum(1), "sizes": torch.tensor(SIZES).log2(),
            "size_train": found[:, 0], "size_held": found[:, 1],
        }  # fmt: skip
        here = f"t * {len(rows)}"
        return Board(
            main=(samples(), sizes(size)), side=(picture(),),
            knobs=(Slider("t", "t", _("epoch"), 0, EPOCHS, 1, 0),
                   Slider("row", "row", "", 0, len(rows) - 1, 1, 0, hidden=True)),
            readouts=(Readout("training", _("training error"), "training", 3, 1),
                      Readout("validation", _("validation error (estimates the generalization error)"), "validation", 3,
                              1),
                      Readout("heart", _("wrong labels learned by heart, of {count}", count=int(wrong.sum())), "heart",
                              0)),
            columns=columns,
            definitions={
                "training": "at(train_errors, t)", "validation": "at(held_errors, t)", "heart": "at(hearts, t)",
                "says_true": f"at(trues, {here} + drawn)", "says_given": f"at(givens, {here} + drawn)",
                "one_true": f"at(trues, {here} + one)", "one_given": f"at(givens, {here} + one)",
                "one": f"min(row, {len(rows) - 1})", "given": "at(labels, row)", "true": "at(truths, row)",
                "pixel": "at(pictures, one * 64 + pixels)",
            },
            measured=self.numbers(now),
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        numbers, setting = self.numbers(now), setting_of(now)
        count = 64 * setting.hidden + setting.hidden + setting.hidden * 10 + 10
        held, learned = numbers["validation"], numbers["training"]
        gap = f"{held:.3f} - {learned:.3f} = {held - learned:.3f}"
        said = _("{parameters} parameters for {rows} rows", parameters=f"{count:,}", rows=setting.rows)
        return (Block("latex", rf"E_\text{{validation}} - E_\text{{training}} = {gap}"), Block("caption", said)), ()

    def snippet(self, now: Now) -> str:
        return "\n".join([
            *script(setting_of(now), round(now.values["t"])), "shares = net(x[train]).softmax(1)",
            'print("training error", 1 - (shares.argmax(1) == given).double().mean().item())',
            'print("validation error", 1 - (net(x[held]).argmax(1) == y[held]).double().mean().item())',
            f'print("by heart", (shares[range(len(given)), given] > {SURE})[given != y[train]].sum().item())',
        ])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        data = {"name": "digits", "limit": now.options["rows"], "label_noise": now.options["wrong"]}
        network = ("Flatten", now.options["hidden"], "ReLU")
        return studio(data, *network, optimizer=("Adam", 0.01), batch_size=100, epochs=60)


def samples() -> Plane:
    """Every training row, where the network believes it to be."""
    return Plane(
        _("Every training row: does the network believe its label, or the truth?"),
        Axis(-0.04, 1.04, _("probability of what it really is"), (0, 0.5, 1)),
        Axis(-0.04, 1.04, _("probability of its label"), (0, 0.5, 1)),
        (Points("says_true", "says_given", _("training rows; a click or the arrow keys choose one"), "is_wrong",
                (colours.TRAINING, colours.TROUBLE), chosen="row"),),
        _("A row with a wrong label that rises to the upper left has been learned by heart."),
        ((_("right label"), colours.TRAINING), (_("wrong label"), colours.TROUBLE)), 1.2,
    )  # fmt: skip


def sizes(size: float) -> Plane:
    """The errors of six sizes of network after the last epoch."""
    return Plane(
        _("Capacity: six networks, trained to the end"),
        Axis(-0.3, 8.3, _("log₂ of the hidden units"), (0, 2, 4, 6, 8)),
        Axis(0, 1, _("training and validation error"), (0, 0.5, 1)),
        (Segment(size, 0, size, 1, colours.INK, dashed=True),
         Trail("sizes", "size_train", says=_("training error"), dot=False),
         Trail("sizes", "size_held", says=_("validation error"), colour=colours.VALIDATION, dot=False),
         Points("sizes", "size_train", _("training error"), 0, (colours.TRAINING,)),
         Points("sizes", "size_held", _("validation error"), 0, (colours.VALIDATION,))),
        _("Training rows are judged by the labels they were given, 400 held-out rows by right ones."),
        ((_("training"), colours.TRAINING), (_("validation"), colours.VALIDATION)), 1.7,
    )  # fmt: skip


def picture() -> Plane:
    """The row that is chosen."""
    return Plane(
        _("The row that is chosen"), Axis(-0.6, 18, ""), Axis(-0.6, 7.6, ""),
        (Squares("across", "down", "pixel", _("the picture of this row")),
         Label(8.4, 6, _("label: {given}, with {share}", given="{given:0}", share="{one_given:2}")),
         Label(8.4, 4, _("really: {true}, with {share}", true="{true:0}", share="{one_true:2}"))),
        aspect=2.2,
    )  # fmt: skip
