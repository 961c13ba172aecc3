"""Lesson 18, hyperparameters: rate, batch size and schedule by hand, the learning-rate finder, and a search, live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.i18n import N_, _
from dlcore.lessons import learning_rate_board, search_board, search_trials
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.learning_rates import EPOCHS, HIDDEN, RATES, ROWS, SCHEDULES, Course, factors, script, train
from dlcore.lessons.lesson import Action, Block, Blocks, Choice, Lesson, Question, See, studio
from dlcore.lessons.now import Now
from dlcore.lessons.search_trials import MOST, Found, search
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask
from dlcore.studies.kind import StudyKind

SIZES, BEGUN = (16, 64, ROWS), RATES.index(0.1)
NAMES = {"constant": N_("constant"), "steps": N_("in steps"), "exponential": N_("constant, then × e⁻⁰·¹"),
         "cosine": N_("cosine")}  # fmt: skip
FACTORS = {"constant": "1", "steps": r"0.3^{\lfloor (t-1)/10 \rfloor}", "exponential": r"e^{-0.1\,\max(0,\,t-10)}",
           "cosine": r"\tfrac12\left(1+\cos\tfrac{\pi (t-1)}{30}\right)"}  # fmt: skip
FALLING = "ConstantThenExponential"
HELD_GOAL, ENOUGH, GOAL = 0.83, 10, 0.95


def course_of(now: Now) -> Course:
    """The trainings at all rates."""
    return train(now.options["size"], now.options["schedule"])


def trials(now: Now) -> Found:
    """The search as far as it has come."""
    return search(round(now.values["trials"]))


def made_up(now: Now) -> bool:
    """The task of the hand: a rate that makes up for so few steps."""
    reached = course_of(now).accuracies[-1, round(now.values["rate"])]
    return now.options["size"] == ROWS and "rate" in now.moved and bool(reached >= HELD_GOAL)


def smallest(now: Now) -> bool:
    """The task of the search: of the trials that are as good as the best, the one with the fewest parameters."""
    found, pick = trials(now), round(now.values["pick"])
    sizes = [size for size, near in zip(found.parameters, search_board.good(found), strict=True) if near]
    few = search_board.good(found)[pick] and found.parameters[pick] == min(sizes)
    return "pick" in now.moved and len(found.trials) >= ENOUGH and few


def further(now: Now, by: int) -> Now:
    """The search, so many trials further, and the newest looked at."""
    count = min(now.values["trials"] + by, MOST)
    return now.with_values(trials=count, pick=count - 1)


class Hyperparameters(Lesson):
    """What no gradient finds."""

    choices = (Choice("size", N_("Batch size"), {n: str(n) for n in SIZES}, SIZES[0], scale=True),
               Choice("schedule", N_("Schedule"), NAMES, "constant", keeps=True))  # fmt: skip
    actions = (Action("next", N_("Next trial"), lambda now: further(now, 1), "skip_next", True),
               Action("five", N_("Five more trials"), lambda now: further(now, 5), "fast_forward"))  # fmt: skip
    questions = (Question("predict", 1, See(N_("Look at it"), {"size": ROWS})),)
    tasks = (Task("whole", made_up), TypedTask("grid", lambda _now: 5.0**4), Task("smallest", smallest),
             TrainingTask("train", {"digits": ("accuracy", GOAL)},
                          lambda each: getattr(each.training.schedule, "name", "") == FALLING))  # fmt: skip
    shown = ("loss", "accuracy")
    geometry = frozenset({"lograte"})
    grid = (3.0, 9.0)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"rate": float(BEGUN), "pick": 0.0, "trials": 1.0}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        course, rate, found = course_of(now), int(at["rate"]), search_board.columns(trials(now))
        looked_at = {f"the_{name}": torch.tensor(found[name])[int(at["pick"])] for name in search_board.LOOKED_AT}
        return {"loss": course.held[-1, rate], "accuracy": course.accuracies[-1, rate],
                "learned": course.losses[:, rate], "held": course.held[:, rate], **looked_at,
                "last": torch.tensor(RATES[rate] * factors(now.options["schedule"])[-1])}  # fmt: skip

    def board(self, now: Now) -> Board:
        size, found = now.options["size"], trials(now)
        count = len(found.trials)
        stops, numbers = tuple(f"{each:g}" for each in RATES), tuple(str(n + 1) for n in range(count))
        return Board(
            main=(learning_rate_board.curves(), learning_rate_board.finder(size), learning_rate_board.schedule()),
            side=(search_board.history(), search_board.places(), *search_board.importances(count)),
            knobs=(Slider("rate", "η", _("learning rate"), 0, len(RATES) - 1, 1, 0, stops=stops),
                   Slider("pick", "i", _("trial to look at"), 0, count - 1, 1, 0, count < 2, numbers),
                   Slider("trials", "n", "", 1, MOST, 1, 0, True)),
            readouts=(Readout("loss", _("held-out loss at the end"), "loss", 3, 2.5),
                      Readout("accuracy", _("held-out accuracy at the end"), "accuracy", 3, 1),
                      Readout("last", _("learning rate in the last epoch"), "last", 4),
                      Readout("score", _("accuracy of the trial"), "the_score", 3, 1, found.records[-1], _("best")),
                      Readout("size", _("parameters of the trial"), "the_size", 0)),
            columns={**learning_rate_board.columns(size, now.options["schedule"]), **search_board.columns(found)},
            definitions={**learning_rate_board.definitions(), **search_board.definitions()},
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        rate, size, found = RATES[round(now.values["rate"])], now.options["size"], trials(now)
        last = rate * factors(now.options["schedule"])[-1]
        formula = rf"\eta_t = \eta_0 \cdot {FACTORS[now.options['schedule']]},\quad \eta_0 = {rate:g},\ "
        steps = rf"\left\lceil \tfrac{{{ROWS}}}{{{size}}} \right\rceil \cdot {EPOCHS} = {-(-ROWS // size) * EPOCHS}"
        said = _("The experiment as it is: {first}. The best of {count} trials: {best}, after as many trainings.",
                 first=f"{found.scores[0]:.3f}", count=len(found.trials), best=f"{found.records[-1]:.3f}")  # fmt: skip
        return (Block("latex", rf"{formula}\eta_{{{EPOCHS}}} = {last:.4f}"),
                Block("latex", rf"{steps}\ \text{{{_('steps')}}}")), (Block("markdown", said),)  # fmt: skip

    def snippet(self, now: Now) -> str:
        return "\n".join(script(now.options["size"], now.options["schedule"], RATES[round(now.values["rate"])]))

    def experiment(self, now: Now) -> Experiment:
        schedule, rate = SCHEDULES[now.options["schedule"]], RATES[round(now.values["rate"])]
        return studio("digits", "Flatten", HIDDEN, "ReLU", optimizer=("SGD", rate), batch_size=now.options["size"],
                      epochs=EPOCHS, **({"schedule": schedule.to_dict()} if schedule else {}))  # fmt: skip

    def study(self, now: Now) -> tuple[StudyKind, Experiment]:
        return search_trials.KIND, search_trials.BASE
