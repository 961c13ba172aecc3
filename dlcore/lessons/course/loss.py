"""Lesson 6, loss functions: drag a prediction and see what it costs, example by example and in all."""

# More than 150 lines: four losses by two boards, each with the expression that follows the finger.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.marks import Curve, Handle, Points, Segment
from dlcore.lessons.board.stages import Axis, Bar, Bars, Plane
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See, studio
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import ANY, Task, TrainingTask, TypedTask

FOUR = (1, 2, 3, 4)
TARGETS = {"mse": (1.0, -0.5, 2.0, 0.5), "l1": (1.0, -0.5, 2.0, 0.5), "bce": (1.0, 0.0, 1.0, 0.0)}
STARTS = {"mse": (1.5, -1.0, 0.5, 0.5), "l1": (1.5, -1.0, 0.5, 0.5), "bce": (2.0, -1.0, -0.5, 1.0)}
NAMES = {"mse": N_("MSE"), "l1": N_("L1"), "bce": N_("binary cross entropy"), "ce": N_("cross entropy")}
MODULES = {"mse": "MSELoss", "l1": "L1Loss", "bce": "BCEWithLogitsLoss", "ce": "CrossEntropyLoss"}
# The loss of one example, of its prediction p and its target y; and how it would be written.
EACH = {"mse": "(p - y) ** 2", "l1": "abs(p - y)", "bce": "max(p, 0) - p * y + log1p(exp(0 - abs(p)))"}
WRITTEN = {"mse": "({p:.2f} - {y})^2", "l1": "|{p:.2f} - {y}|"}
AFTER_SOFTMAX = """import torch
from torch.nn import functional

scores = torch.tensor([{scores}])  # (1, 3): one example, three classes
right = torch.tensor([0])  # it is of the first class
print("loss", functional.cross_entropy(scores, right).item())

softened = torch.softmax(scores, dim=1)  # a mistake: the loss does this itself
print("loss after softmax", functional.cross_entropy(softened, right).item())
"""
FAR_OFF = {"p1": 3.0, "p2": -0.5, "p3": 2.0, "p4": 0.5}  # one twice as far as at the start, the others right
ON_TARGET, WANTED = 0.03, 1.0
GOAL = 0.3


def predictions(values: Mapping[str, Any]) -> list[Any]:
    """The four, in their order."""
    return [values[f"p{n}"] for n in FOUR]


def one_wrong(now: Now) -> bool:
    """The task of the hand: three predictions are right, the fourth alone makes a squared loss of 1."""
    if now.options["kind"] != "mse" or not now.by_hand:
        return False
    off = [abs(p - y) for p, y in zip(predictions(now.values), TARGETS["mse"], strict=True)]
    return sum(each > ON_TARGET for each in off) == 1 and abs(Losses().numbers(now)["loss"] - WANTED) < ON_TARGET


def floor(_now: Now) -> float:
    """The cross entropy of a network that is quite sure and right, where softmax has been applied before it."""
    sure = torch.softmax(torch.tensor([[1000.0, 0.0, 0.0]]), 1)
    return functional.cross_entropy(sure, torch.tensor([0])).item()


class Losses(Lesson):
    """What being wrong costs."""

    choices = (Choice("kind", N_("Loss"), NAMES, "mse"),)
    questions = (Question("predict", 1, See(N_("Move it there"), {"kind": "mse"}, FAR_OFF)),)
    tasks = (Task("one-wrong", one_wrong), TypedTask("floor", floor),
             TrainingTask("train", {ANY: ("r2", GOAL)},
                          lambda each: getattr(each.training.loss, "name", "") == "L1Loss"))  # fmt: skip
    geometry = frozenset({"all", "below"})  # steps on the way to others
    grid = (-1.7, 2.4, 0.3, 1.9, -2.6)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        if options["kind"] == "ce":
            return {"p1": 1.0, "p2": 0.5, "p3": -1.0}
        return {f"p{n}": each for n, each in zip(FOUR, STARTS[options["kind"]], strict=True)}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        kind, x = now.options["kind"], at.get("x", torch.zeros(1, dtype=torch.float64))
        if kind == "ce":
            return of_classes(torch.stack([at["p1"], at["p2"], at["p3"]]), x)
        module = getattr(nn, MODULES[kind])(reduction="none")
        targets = torch.tensor(TARGETS[kind], dtype=torch.float64)
        losses = module(torch.stack(predictions(at)), targets)
        curves = {f"curve{y}": module(x, torch.full_like(x, y)) for y in (0, 1)}
        if kind != "bce":
            curves = {"curve": module(x, torch.zeros_like(x))}
        off = torch.stack(predictions(at)) - (0 if kind == "bce" else targets)
        made = {f"l{n}": losses[n - 1] for n in FOUR}
        return {**made, "loss": losses.mean(), **curves, "off": off, "each": losses}

    def numbers(self, now: Now) -> dict[str, float]:
        truth = self.truth(now, {name: torch.tensor(each, dtype=torch.float64) for name, each in now.values.items()})
        shown = ("loss", "softened") if now.options["kind"] == "ce" else ("l1", "l2", "l3", "l4", "loss")
        return {name: truth[name].item() for name in shown}

    def board(self, now: Now) -> Board:
        kind, numbers = now.options["kind"], self.numbers(now)
        return classes_board(numbers) if kind == "ce" else four_board(kind, numbers)

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        kind, numbers = now.options["kind"], self.numbers(now)
        if kind == "ce":
            scores = [now.values[f"p{n}"] for n in (1, 2, 3)]
            below = " + ".join(f"e^{{{each:.2f}}}" for each in scores)
            said = rf"L = -\ln\frac{{e^{{{scores[0]:.2f}}}}}{{{below}}} = {numbers['loss']:.3f}"
            return (Block("latex", said),), ()
        pairs = zip(predictions(now.values), TARGETS[kind], strict=True)
        if kind == "bce":
            terms = [rf"-\ln\sigma({p if y else -p:.2f})" for p, y in pairs]
        else:
            terms = [WRITTEN[kind].format(p=p, y=f"({y:g})" if y < 0 else f"{y:g}") for p, y in pairs]
        inside = " + ".join(f"\\big({term}\\big)" if kind == "bce" else term for term in terms)
        return (Block("latex", rf"L = \tfrac{{1}}{{4}}\big[{inside}\big] = {numbers['loss']:.3f}"),), ()

    def snippet(self, now: Now) -> str:
        kind = now.options["kind"]
        if kind == "ce":
            scores = [now.values[f"p{n}"] for n in (1, 2, 3)]
            return AFTER_SOFTMAX.format(scores=scores)
        return "\n".join(["import torch", "from torch import nn", "",
                          f"prediction = torch.tensor({predictions(now.values)})",
                          f"target = torch.tensor({list(TARGETS[kind])})",
                          f'each = nn.{MODULES[kind]}(reduction="none")(prediction, target)', "for number in each:",
                          '    print("one example", number.item())',
                          f'print("loss", nn.{MODULES[kind]}()(prediction, target).item())'])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        kind = now.options["kind"]
        name, loss = ("diabetes", MODULES[kind]) if kind in ("mse", "l1") else ("iris", "CrossEntropyLoss")
        return studio(name, optimizer=("Adam", 0.1), loss=loss, batch_size=32, epochs=60)


def of_classes(scores: Tensor, x: Tensor) -> dict[str, Tensor]:
    """Three scores as shares; the loss of the right class, and the same after a softmax too many.

    Shapes: scores (3,), x (N,).
    """
    right = torch.zeros(1, dtype=torch.long)
    along = torch.stack([x, scores[1].expand_as(x), scores[2].expand_as(x)], 1)  # (N, 3): the first score is x
    rights = right.expand(len(along))
    shares = torch.softmax(scores, 0)
    return {
        "s1": shares[0], "s2": shares[1], "s3": shares[2],
        "loss": functional.cross_entropy(scores[None], right),
        "softened": functional.cross_entropy(shares[None], right),
        "curve": functional.cross_entropy(along, rights, reduction="none"),
        "flat": functional.cross_entropy(torch.softmax(along, 1), rights, reduction="none"),
    }  # fmt: skip


def of(text: str, p: str, y: str) -> str:
    """The loss of one example, with a prediction and a target in their places."""
    spelled = text.replace("exp", "EXP").replace("log1p", "LOG").replace("p", f"({p})").replace("y", y)
    return spelled.replace("EXP", "exp").replace("LOG", "log1p")


def four_board(kind: str, numbers: dict[str, float]) -> Board:
    """Four predictions, their targets, and what each costs."""
    sharp, targets = kind == "bce", TARGETS[kind]
    handles = tuple(Handle(n, f"p{n}", _("prediction {number}", number=n), {f"p{n}": "py"}, colours.TRAINING, "disc")
                    for n in FOUR)  # fmt: skip
    ends = [0.0] * 4 if sharp else list(targets)
    gaps = tuple(Segment(n, ends[n - 1], n, f"p{n}", colours.TROUBLE, dashed=True) for n in FOUR)
    goals = () if sharp else (Points("places", "targets", _("the targets"), 0, (colours.BEST,), radius=6),)
    batch = Plane(
        _("Drag a prediction"), Axis(0.3, 4.7, _("example"), (1, 2, 3, 4)),
        Axis(-4, 4, _("score (logit)") if sharp else _("value"), (-2, 0, 2)), (*gaps, *goals, *handles),
        _("The targets are {targets}: a positive score says 1, a negative one says 0.",
          targets=", ".join(f"{each:g}" for each in targets)) if sharp else "",
        ((_("prediction"), colours.TRAINING), *(() if sharp else ((_("target"), colours.BEST),))), aspect=1.5,
    )  # fmt: skip
    curves: tuple[Curve, ...] = (Curve("curve", _("the loss"), colours.TRAINING),)
    if sharp:
        curves = (Curve("curve1", _("where the target is 1"), colours.BEST),
                  Curve("curve0", _("where it is 0"), colours.TEST))  # fmt: skip
    cost = Plane(
        _("What one example costs"),
        Axis(-4, 4, _("score (logit)") if sharp else _("prediction − target"), (-2, 0, 2)),
        Axis(-0.3, 5, _("loss"), (0, 2, 4)),
        (*curves, Points("off", "each", _("the four examples"), 0, (colours.INK,))),
        legend=((_("target 1"), colours.BEST), (_("target 0"), colours.TEST)) if sharp else (), aspect=1.7,
    )  # fmt: skip
    each = tuple(Bar(_("example {number}", number=n), f"l{n}", colours.TROUBLE) for n in FOUR)
    bars = Bars(_("Example by example"), each, 0, 5)
    return Board(
        main=(batch, cost), side=(bars,),
        knobs=tuple(Slider(f"p{n}", f"p_{n}", _("prediction {number}", number=n), -4, 4) for n in FOUR),
        readouts=(Readout("loss", _("loss: the mean of the four"), "loss", 3, 5),),
        columns={"targets": targets, "places": FOUR}, measured={"loss": numbers["loss"]},
        definitions={
            **{f"l{n}": of(EACH[kind], f"p{n}", str(targets[n - 1])) for n in FOUR},
            "loss": "(l1 + l2 + l3 + l4) / 4",
            "all": "where(places == 1, p1, where(places == 2, p2, where(places == 3, p3, p4)))",
            "off": "all" if sharp else "all - targets", "each": of(EACH[kind], "all", "targets"),
            **({f"curve{y}": of(EACH[kind], "x", str(y)) for y in (0, 1)} if sharp else {}),
            **({} if sharp else {"curve": of(EACH[kind], "x", "0")}),
        },
    )  # fmt: skip


def classes_board(numbers: dict[str, float]) -> Board:
    """Three scores of one example, and what becomes of its loss where softmax is applied before."""
    flat = "log(exp(q1) + exp(q2) + exp(q3)) - q1"
    plane = Plane(
        _("The loss as the score of the right class grows"), Axis(-6, 6, _("score of the right class"), (-4, 0, 4)),
        Axis(-0.3, 6, _("loss"), (0, 2, 4)),
        (Curve("curve", _("cross entropy of the scores"), colours.TRAINING),
         Curve("flat", _("cross entropy after a softmax"), colours.TROUBLE, dashed=True),
         Handle("p1", "loss", _("score of the right class"), {"p1": "px"}, colours.TRAINING, "disc")),
        _("CrossEntropyLoss applies softmax itself. Whoever applies it before squeezes all scores between 0 and 1."),
        ((_("scores"), colours.TRAINING), (_("softmax first"), colours.TROUBLE)), aspect=1.4,
    )  # fmt: skip
    hues = (colours.BEST, colours.QUIET, colours.QUIET)
    each = tuple(Bar(_("class {number}", number=n), f"s{n}", hues[n - 1]) for n in (1, 2, 3))
    bars = Bars(_("Shares of the three classes; the first is right"), each)
    along = {n: f"exp({score}) / (exp(x) + exp(p2) + exp(p3))" for n, score in enumerate(("x", "p2", "p3"), 1)}
    return Board(
        main=(plane,), side=(bars,),
        knobs=tuple(Slider(f"p{n}", f"z_{n}", _("score {number}", number=n), -6, 6) for n in (1, 2, 3)),
        readouts=(Readout("loss", _("loss"), "loss", 3, 6),
                  Readout("softened", _("with softmax before"), "softened", 3, 6)),
        measured=numbers,
        definitions={
            "below": "exp(p1) + exp(p2) + exp(p3)", **{f"s{n}": f"exp(p{n}) / below" for n in (1, 2, 3)},
            "loss": "log(below) - p1", "softened": "log(exp(s1) + exp(s2) + exp(s3)) - s1",
            "curve": "log(exp(x) + exp(p2) + exp(p3)) - x",
            "flat": flat.replace("q1", f"({along[1]})").replace("q2", f"({along[2]})").replace("q3", f"({along[3]})"),
        },
    )  # fmt: skip
