"""Lesson 10, preparing data: gaps, names, scales and outliers of real tables, and what leaks, however little."""

# More than 150 lines: two tables, each with flaws of its own, and a leak stand on two boards.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlcore import presets
from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons import preparation, preparation_snippets
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.marks import Curve, Points
from dlcore.lessons.board.stages import Axis, Bar, Bars, Plane
from dlcore.lessons.board.tiles import Tiles
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See
from dlcore.lessons.now import Now
from dlcore.lessons.preparation import GAPS, LEAKS, NAMES, SCALES, TABLES, Steps
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask

VIEWS = {"penguins": N_("penguins: which species?"), "cars": N_("cars: how far on a gallon?"), "leakage": N_("leakage")}
GOAL, STUDIO_GOAL = 0.86, 0.8


def steps(now: Now) -> Steps:
    """What the sliders say is to be done."""
    v = now.values
    return Steps(GAPS[round(v["gaps"])], NAMES[round(v["names"])], SCALES[round(v["scale"])])


def kind(now: Now) -> str:
    """The leak that is chosen."""
    return list(LEAKS)[round(now.values["leak"])]


def ready(now: Now) -> bool:
    """The task of the hand: the cars ready for their neighbours, and no row given up."""
    is_cars = now.options["view"] == "cars"
    return is_cars and steps(now).gaps == "median" and Preparation().numbers(now)["score"] >= GOAL


def standardized(_now: Now) -> float:
    """A validation value of 11, by a scaler that was fitted on 3, 5 and 7."""
    return float((11 - np.mean([3, 5, 7])) / np.std([3, 5, 7]))


class Preparation(Lesson):
    """Before anything can be learned."""

    choices = (Choice("view", N_("Look at"), VIEWS, "penguins"),)
    questions = (Question("predict", 1, See(N_("Look at the leaks"), {"view": "leakage"}, {"leak": 0.0})),)
    tasks = (Task("ready", ready), TypedTask("scale", standardized, 0.01),
             TrainingTask("train", {"cars": ("r2", STUDIO_GOAL)},
                          lambda each: each.dataset.scale != "none"))  # fmt: skip
    grid = (1.0, 0.0, 2.0, 3.5)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        if options["view"] == "leakage":
            return {"leak": 0.0}
        return {"gaps": 0.0, "names": 0.0, "scale": 0.0, "limit": 5.0}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        if now.options["view"] == "leakage":
            return {name: torch.tensor(np.mean(scores)) for name, scores in
                    zip(("honest", "leaky"), preparation.leak(kind(now)), strict=True)}  # fmt: skip
        name = now.options["view"]
        train, _validation = preparation.training_part(name, steps(now))
        far = torch.tensor(preparation.farness(TABLES[name], train).to_numpy())
        inputs, score = preparation.prepared(name, steps(now), now.values["limit"])
        return {"out": (far > at["limit"]).double(), "rows": (far <= at["limit"]).double().sum(),
                "inputs": torch.tensor(float(inputs)), "score": torch.tensor(score)}  # fmt: skip

    def numbers(self, now: Now) -> dict[str, float]:
        at = {name: torch.tensor(each, dtype=torch.float64) for name, each in now.values.items()}
        return {name: each.item() for name, each in self.truth(now, at).items() if name != "out"}

    def board(self, now: Now) -> Board:
        return leak_board(now) if now.options["view"] == "leakage" else table_board(now, self.numbers(now))

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        numbers = self.numbers(now)
        if now.options["view"] == "leakage":
            honest, leaky = numbers["honest"], numbers["leaky"]
            said = rf"{leaky:.4f} - {honest:.4f} = {leaky - honest:+.4f}"
            return (Block("latex", said),), (Block("markdown", _(SAID[kind(now)])),)
        name = now.options["view"]
        train, _validation = preparation.training_part(name, steps(now))
        column = train[TABLES[name].up]
        mean, deviation, first = column.mean(), column.std(ddof=0), column.dropna().iloc[0]
        formula = rf"x' = \frac{{x - \mu}}{{\sigma}} = \frac{{{first:g} - {mean:.1f}}}{{{deviation:.1f}}}"
        return (Block("latex", rf"{formula} = {(first - mean) / deviation:.2f}"),), ()

    def snippet(self, now: Now) -> str:
        if now.options["view"] == "leakage":
            return preparation_snippets.LEAKS[kind(now)]
        return preparation_snippets.table(TABLES[now.options["view"]], steps(now), now.values["limit"])

    def experiment(self, now: Now) -> Experiment:
        return presets.PRESETS["penguins" if now.options["view"] == "penguins" else "cars"].at_hand


SAID = {
    "scaler": N_("The cars. A scaler that has seen the validation rows knows their mean and spread, and nothing of "
                 "their answers: the difference is there, and it is tiny."),
    "copies": N_("In which year was a penguin measured? Its measurements hardly tell. Where every third row stands "
                 "twice, its twin lies in the training part and gives the answer away."),
    "selection": N_("2,000 columns of pure chance, and the sex of 80 penguins. Whoever chooses the ten best columns on "
                    "all rows has looked at the answers: 80 % where a coin would do as well."),
}  # fmt: skip


def table_board(now: Now, numbers: dict[str, float]) -> Board:
    """The rows as the model sees them; a few of them before and after."""
    name, done = now.options["view"], steps(now)
    table, (train, _validation) = TABLES[name], preparation.training_part(name, done)
    few, made, called = preparation.shown_rows(name, done)
    raw = few[list(table.numbers)].to_numpy(dtype=float)
    seen = preparation.columns(table, Steps(done.gaps, "none", done.scale)).fit_transform(train)
    seen = (seen - seen.mean(0)) / seen.std(0).max()
    return Board(
        main=(plane(table), tiles(_("Some rows as they came; an empty place is a gap"), "where(gap, 0 / 0, raw)", raw,
                                  table.numbers)),
        side=(tiles(_("The same rows as the model sees them"), "made", made, called),),
        knobs=(Slider("gaps", _("gaps"), _("what is done with gaps"), 0, 1, 1, 0,
                      stops=(_("leave the row out"), _("fill in the median"))),
               Slider("names", _("names"), _("what is done with names"), 0, 2, 1, 0,
                      stops=(_("leave the column out"), _("number them 0, 1, 2"), _("one column a name"))),
               Slider("scale", _("scale"), _("how numbers are scaled"), 0, 2, 1, 0,
                      stops=(_("as they are"), _("from 0 to 1"), _("standardize"))),
               Slider("limit", _("outliers"), _("rows farther out than this many standard deviations do not teach"),
                      1.5, 5, 0.1, 1)),
        readouts=(Readout("rows", _("rows that teach"), "rows", 0, len(preparation.rows(name)) * 0.8),
                  Readout("inputs", _("numbers a row"), "inputs", 0),
                  Readout("score", _("accuracy on the validation rows") if name == "penguins"
                          else _("R² on the validation rows"), "score", 3, 1, higher_is_better=True)),
        columns={"px": seen[:, table.numbers.index(table.across)].tolist(),
                 "py": seen[:, table.numbers.index(table.up)].tolist(), "group": groups(table, train),
                 "far": preparation.farness(table, train).tolist(), "made": made.ravel().tolist(),
                 "raw": np.nan_to_num(raw).ravel().tolist(), "gap": np.isnan(raw).astype(float).ravel().tolist(),
                 "found": [numbers["inputs"], numbers["score"]]},
        definitions={"out": "far > limit", "rows": "sum(1 - out)", "inputs": "at(found, 0)", "score": "at(found, 1)"},
        measured=numbers,
    )  # fmt: skip


def groups(table: preparation.Table, train: Any) -> list[float]:
    """The colour of each training row: its species, or whether it goes farther than half of the cars."""
    target = train[table.target]
    if table.name == "penguins":
        return [float(each) for each in target.astype("category").cat.codes]
    return [float(each) for each in target > target.median()]


def tiles(title: str, data: str, numbers: Any, called: Any) -> Tiles:
    """A table (n, columns) as cells, with the names of its columns below."""
    known = numbers[~np.isnan(numbers)]
    return Tiles(title, data, numbers.shape, float(known.min()), float(known.max()), caption=" · ".join(called))


def plane(table: preparation.Table) -> Plane:
    """Two of the columns, both in the same unit: what is far apart here is far apart for the model."""
    said = {"penguins": ("Adelie", "Chinstrap", "Gentoo"), "cars": (_("thirsty"), _("thrifty"))}[table.name]
    return Plane(
        _("How far apart rows are for the model"), Axis(-3, 3, table.across, (-2, 0, 2)),
        Axis(-3, 3, table.up, (-2, 0, 2)),
        (Points("px", "py", _("training rows; those that do not teach are ringed"), "group", colours.HUES[:3], "out",
                radius=3.5),),
        _("Both axes have the same unit, the larger of their two spreads."),
        (*zip(said, colours.HUES, strict=False), (_("outlier, does not teach"), f"ring {colours.TROUBLE}")),
        aspect=1.25,
    )  # fmt: skip


def leak_board(now: Now) -> Board:
    """Scores of the same model over many splits, with the leak and without."""
    honest, leaky = preparation.leak(kind(now))
    low, high = min(honest + leaky), max(honest + leaky)
    axis = Axis(low - 0.05, high + 0.05, _("validation score"), (round(low, 1), round(high, 1)))
    plane = Plane(
        _("Twenty splits, each scored twice"), Axis(0, len(honest) + 1, _("split"), (1, 10, 20)), axis,
        (Curve("honest", _("mean without the leak"), colours.BEST, dashed=True),
         Curve("leaky", _("mean with the leak"), colours.TROUBLE, dashed=True),
         Points("split", "hs", _("without the leak"), 0, (colours.BEST,), radius=6),
         Points("split", "ls", _("with the leak"), 0, (colours.TROUBLE,), radius=3.5)),
        legend=((_("prepared on the training part alone"), colours.BEST),
                (_("prepared on all rows, then divided"), colours.TROUBLE)), aspect=1.5,
    )  # fmt: skip
    bars = (Bar(_("honest"), "honest", colours.BEST), Bar(_("leaky"), "leaky", colours.TROUBLE))
    stops = (_("a scaler saw all rows"), _("rows stand twice"), _("columns chosen on all rows"))
    return Board(
        main=(plane,), side=(Bars(_("Mean of the twenty"), bars, digits=4),),
        knobs=(Slider("leak", _("leak"), _("what leaked"), 0, 2, 1, 0, stops=stops),),
        readouts=(Readout("honest", _("without the leak"), "honest", 4), Readout("leaky", _("with it"), "leaky", 4)),
        columns={"split": list(range(1, len(honest) + 1)), "hs": honest, "ls": leaky},
        definitions={"honest": "mean(hs)", "leaky": "mean(ls)"},
        measured={"honest": float(np.mean(honest)), "leaky": float(np.mean(leaky))},
    )  # fmt: skip
