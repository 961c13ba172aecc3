"""Lesson 21, where it is used: six applications and one loop; what changes is what goes in, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.applications import APPLICATIONS
from dlcore.lessons.applications.application import SPREAD, TICKS, WORST, Application, Learned, learned
from dlcore.lessons.board.board import Board, Frames, Readout, Slider
from dlcore.lessons.board.marks import Segment, Trail
from dlcore.lessons.board.stages import Axis, Plane
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask
from dlcore.presets import PRESETS

LAST = len(TICKS) - 1
GOALS = {PRESETS[each.preset].experiment.dataset.source.name: each.goal for each in APPLICATIONS.values()}
EXAMPLES = range(1, SPREAD + WORST + 1)


def stands(now: Now) -> tuple[Application, Learned, int, int]:
    """The application that is chosen, what became of its network, the tick, and the held-out row that is shown."""
    application = APPLICATIONS[now.options["application"]]
    found = learned(application)
    return application, found, round(now.values["e"]), found.shown[now.options["example"] - 1]


def fooled(now: Now) -> bool:
    """The task of the hand: an example that the network answers wrongly, though it has been trained to the end."""
    _application, found, e, n = stands(now)
    return e == LAST and not found.hits[e, n]


def of_a_clip(_now: Now) -> float:
    """How many numbers one clip is."""
    return float(learned(APPLICATIONS["video"]).x[0].numel())


class Applications(Lesson):
    """One loop, six uses."""

    choices = (
        Choice("application", N_("Application"), {name: each.title for name, each in APPLICATIONS.items()}, "images"),
        Choice("example", N_("Example"), {n: str(n) for n in EXAMPLES}, 1, True),
    )
    questions = (Question("predict", 1, See(N_("Show it"), {"application": "sentiment", "example": 4})),)
    tasks = (Task("fooled", fooled), TypedTask("count", of_a_clip), TrainingTask("train", GOALS))
    shown = ("right", "score")
    grid = (2.0, 0.0, 5.0)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"e": float(LAST)}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        application, found, _e, n = stands(now)
        e = int(at["e"])
        tables = application.tables(found, n)
        bars = {f"{name}{k}": table[e, k] for name, table in tables.items() for k in range(table.shape[1])}
        return {"right": found.right[e, n], "score": found.scores[e], **bars}

    def board(self, now: Now) -> Board:
        application, found, _e, n = stands(now)
        tables = application.tables(found, n)
        enters, leaves = application.stages(found, n)
        columns = {
            "steps": torch.tensor(TICKS), "rights": found.right[:, n], "scores": found.scores,
            **{f"{name}_table": table for name, table in tables.items()}, **application.columns(found, n),
        }  # fmt: skip
        below = (course(application.guess(found.y)),)
        main, side = (enters, (leaves, *below)) if application.tall else ((*enters, *below), (leaves,))
        return Board(
            main=main, side=side,
            knobs=(Slider("e", "t", _("steps of training"), 0, LAST, 1, 0, stops=tuple(map(str, TICKS))),),
            readouts=(Readout("right", _(application.right_is), "right", 3, application.full),
                      Readout("score", _("of those never seen, answered rightly"), "score", 3, 1.0)),
            columns=columns,
            definitions={
                "right": "at(rights, e)", "score": "at(scores, e)",
                **{f"{name}{k}": f"at({name}_table, e * {table.shape[1]} + {k})"
                   for name, table in tables.items() for k in range(table.shape[1])},
            },
            frames=Frames(8, 1.2, label=_("picture {frame}", frame="{frame}")) if "clip" in columns else None,
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        application, found, e, n = stands(now)
        facts, weights = application.facts, sum(each.numel() for each in found.models[0].parameters())
        enters = f"{_(facts.enters)}; {_('shape of one')} `{tuple(found.x.shape[1:])}`"
        rows = {
            _("What goes in"): enters, _("What comes out"): _(facts.leaves),
            _("Layers"): f"{_(facts.layers)}; {_('{count} weights', count=f'{weights:,}')}", _("Loss"): _(facts.loss),
            _("What says that it is good"): _(facts.score), _("Where it fails"): _(facts.fails),
        }  # fmt: skip
        said = (f"| **{name}** | {each} |" for name, each in rows.items())
        table = "\n".join([f"| {_(application.title)} | |", "|---|---|", *said])
        return (Block("markdown", table),), (Block("latex", application.formula(found, e, n)),)

    def snippet(self, now: Now) -> str:
        application, _found, e, n = stands(now)
        return "\n".join(application.snippet(n, TICKS[e]))

    def experiment(self, now: Now) -> Experiment:
        return PRESETS[APPLICATIONS[now.options["application"]].preset].experiment


def course(guess: float) -> Plane:
    """The score over the training, and that of who always gives the same answer."""
    return Plane(
        _("How many of those it has never seen it answers rightly"), Axis(0, TICKS[-1], _("step"), (0, 40, 80, 120)),
        Axis(0, 1, _("share"), (0, 0.5, 1)),
        (Segment(0, guess, TICKS[-1], guess, colours.INK, dashed=True, says=_("always the same answer")),
         Trail("steps", "scores", "e", _("share of right answers"), colours.VALIDATION)),
        legend=((_("the network"), colours.VALIDATION), (_("always the same answer"), colours.INK)), aspect=2.6,
    )  # fmt: skip
