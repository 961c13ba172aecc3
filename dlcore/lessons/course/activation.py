"""Lesson 3, activation functions: the curve and its slope, what bends a stack of layers, what kills a gradient."""

# More than 150 lines: eight curves with slopes, and softmax, which has no curve and so a board of its own.

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
from dlcore.lessons.board.marks import Curve, Handle, Segment
from dlcore.lessons.board.stages import Axis, Bar, Bars, Plane
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See, studio, under
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask, layers

# Of each: torch's module, f and its slope as expressions of v, and f in LaTeX.
FUNCTIONS: dict[str, tuple[nn.Module, str, str, str]] = {
    "ReLU": (nn.ReLU(), "max(0, v)", "v > 0", r"\max(0,\,%s)"),
    "LeakyReLU": (nn.LeakyReLU(), "where(v > 0, v, 0.01 * v)", "where(v > 0, 1, 0.01)", r"\max(0.01\,%s,\ %s)"),
    "ELU": (nn.ELU(), "where(v > 0, v, exp(min(v, 0)) - 1)", "where(v > 0, 1, exp(min(v, 0)))", r"\mathrm{ELU}(%s)"),
    "GELU": (nn.GELU(), "v * (1 + erf(v / sqrt(2))) / 2",
             "(1 + erf(v / sqrt(2))) / 2 + v * exp(0 - v * v / 2) / sqrt(2 * pi)", r"\mathrm{GELU}(%s)"),
    "SiLU": (nn.SiLU(), "v * sigmoid(v)", "sigmoid(v) * (1 + v * (1 - sigmoid(v)))", r"%s\cdot\sigma(%s)"),
    "Sigmoid": (nn.Sigmoid(), "sigmoid(v)", "sigmoid(v) * (1 - sigmoid(v))", r"\sigma(%s)"),
    "Tanh": (nn.Tanh(), "tanh(v)", "1 - tanh(v) * tanh(v)", r"\tanh(%s)"),
    "Identity": (nn.Identity(), "v", "0 * v + 1", "%s"),
}  # fmt: skip
DEPTHS = (2, 5, 10, 20)
SAMPLES = torch.linspace(-3, 3, 25, dtype=torch.float64)
NEAR = 0.01  # mean squared error at which two bent layers are as good as |x|
GOAL = 0.95


def of(text: str, name: str) -> str:
    """An expression of v, with an expression in its place."""
    return text.replace("exp", "EXP").replace("v", f"({name})").replace("EXP", "exp")


def bent(now: Now) -> bool:
    """The task of the hand: two ReLU units make |x|."""
    fits = now.options["f"] != "Identity" and now.options["f"] != "Softmax"
    return fits and now.by_hand and Activation().numbers(now)["loss"] < NEAR


def steepest(_now: Now) -> float:
    """The largest slope that a sigmoid has: where it crosses the middle."""
    z = torch.zeros((), dtype=torch.float64, requires_grad=True)
    torch.sigmoid(z).backward()  # type: ignore[no-untyped-call]
    assert z.grad is not None
    return z.grad.item()


class Activation(Lesson):
    """What bends."""

    choices = (Choice("f", N_("Activation"), {**{name: name for name in FUNCTIONS}, "Identity": N_("none"),
                                              "Softmax": "Softmax"}, "ReLU"),)  # fmt: skip
    questions = (Question("predict", 2, See(N_("Show me"), {"f": "Sigmoid"}, {"z": 0.0})),)
    tasks = (Task("bend", bent), TypedTask("slope", steepest),
             TrainingTask("train", {"moons": ("accuracy", GOAL)},
                          lambda each: bool(set(layers(each)) & set(FUNCTIONS))))  # fmt: skip
    grid = (-1.7, 0.9, 0.3, 1.9, -2.6)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        if options["f"] == "Softmax":
            return {"z1": 2.0, "z2": 1.0, "z3": -0.5, "t": 1.0}
        return {"z": 1.0, "a1": 1.0, "a2": 0.5, "v1": 0.5, "v2": 0.5}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        if now.options["f"] == "Softmax":
            p = torch.softmax(torch.stack([at["z1"], at["z2"], at["z3"]]) / at["t"], 0)
            return {"p1": p[0], "p2": p[1], "p3": p[2]}
        f, x = FUNCTIONS[now.options["f"]][0], at.get("x", torch.zeros(1, dtype=torch.float64))
        slope = slope_of(f, at["z"])
        made = {"f": f(x), "slope": slope_of(f, x), "fz": f(at["z"]), "slopez": slope}

        def out(rows: Tensor) -> Tensor:
            made: Tensor = at["v1"] * f(at["a1"] * rows) + at["v2"] * f(at["a2"] * rows)
            return made

        loss = functional.mse_loss(out(SAMPLES), SAMPLES.abs())
        return {**made, "out": out(x), "fits": out(SAMPLES), "loss": loss, **{f"left{n}": slope**n for n in DEPTHS}}

    def board(self, now: Now) -> Board:
        return softmax_board() if now.options["f"] == "Softmax" else curve_board(now, self.numbers(now))

    def numbers(self, now: Now) -> dict[str, float]:
        at = {name: torch.tensor(value, dtype=torch.float64) for name, value in now.values.items()}
        shown = ("p1", "p2", "p3") if now.options["f"] == "Softmax" else ("fz", "slopez", "loss")
        truth = self.truth(now, at)
        return {name: truth[name].item() for name in shown}

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        values, numbers = now.values, self.numbers(now)
        if now.options["f"] == "Softmax":
            scores = [values[f"z{n}"] / values["t"] for n in (1, 2, 3)]
            below = " + ".join(f"e^{{{each:.2f}}}" for each in scores)
            return (Block("latex", rf"p_1 = \frac{{e^{{{scores[0]:.2f}}}}}{{{below}}} = {numbers['p1']:.3f}"),), ()
        formula = FUNCTIONS[now.options["f"]][3]
        z = under("z", values["z"])
        said = formula % ((z,) * formula.count("%s"))
        left = (Block("latex", f"f(z) = {said} = {numbers['fz']:.3f}"),
                Block("latex", rf"\frac{{\partial f}}{{\partial z}} = {numbers['slopez']:.3f}"))  # fmt: skip
        a1, a2, v1, v2 = (values[name] for name in ("a1", "a2", "v1", "v2"))
        product = (
            rf"\begin{{bmatrix}}{v1:.2f} & {v2:.2f}\end{{bmatrix}}\begin{{bmatrix}}{a1:.2f}\\{a2:.2f}\end{{bmatrix}}"
        )
        if now.options["f"] == "Identity":
            return left, (Block("latex", f"y = {product}\\,x = {v1 * a1 + v2 * a2:.2f}\\,x"),)
        f = FUNCTIONS[now.options["f"]][3]
        inside = [f % ((f"{a:.2f}\\,x",) * f.count("%s")) for a in (a1, a2)]
        return left, (Block("latex", f"y = {v1:.2f}\\cdot {inside[0]} + {v2:.2f}\\cdot {inside[1]}"),)

    def snippet(self, now: Now) -> str:
        v = now.values
        if now.options["f"] == "Softmax":
            return "\n".join(["import torch", f"z = torch.tensor([{v['z1']!r}, {v['z2']!r}, {v['z3']!r}])",
                              f"temperature = {v['t']!r}", "p = torch.softmax(z / temperature, dim=0)",
                              "for number in p:", '    print("p", number.item())'])  # fmt: skip
        return "\n".join([
            "import torch", "from torch import nn", "", f"f = nn.{now.options['f']}()",
            f"z = torch.tensor({v['z']!r}, dtype=torch.float64, requires_grad=True)", "f(z).backward()",
            'print("f(z)", f(z).item())', 'print("slope", z.grad.item())', "",
            f"A = torch.tensor([[{v['a1']!r}], [{v['a2']!r}]], dtype=torch.float64)  # the first layer, (2, 1)",
            f"V = torch.tensor([[{v['v1']!r}, {v['v2']!r}]], dtype=torch.float64)  # the second, (1, 2)",
            "x = torch.linspace(-3, 3, 25, dtype=torch.float64)[:, None]  # (25, 1)",
            "y = f(x @ A.T) @ V.T", 'print("loss", nn.functional.mse_loss(y, x.abs()).item())',
        ])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        f = "ReLU" if now.options["f"] == "Softmax" else now.options["f"]
        bend = [] if f == "Identity" else [f]
        return studio("moons", 16, *bend, 8, *bend, optimizer=("Adam", 0.01), batch_size=32, epochs=60)


def slope_of(f: nn.Module, at: Tensor) -> Tensor:
    """The slope of f by autograd. Shapes: any shape (*) in, the same out."""
    z = at.detach().clone().requires_grad_()
    f(z).sum().backward()
    assert z.grad is not None
    return z.grad


def curve_board(now: Now, measured: dict[str, float]) -> Board:
    """The curve, its slope, two layers with it between them, and what is left of a gradient behind many."""
    name = now.options["f"]
    _module, f, slope, _latex = FUNCTIONS[name]
    said = _("none") if name == "Identity" else name
    curve = Plane(
        _("{f} and its slope", f=said), Axis(-6, 6, "z", (-4, 0, 4)), Axis(-2, 4, "f(z)", (-1, 0, 1, 3)),
        (Segment("z", 0, "z", "fz", colours.QUIET, dashed=True),
         Curve("slope", _("the slope"), colours.VALIDATION, dashed=True),
         Curve("f", _("the function")), Handle("z", "fz", _("the input z"), {"z": "px"}, colours.TRAINING, "disc")),
        _("Drag the dot: z is what the neuron adds up, f(z) what it says."),
        ((_("function"), colours.TRAINING), (_("slope"), colours.VALIDATION)), aspect=1.5,
    )  # fmt: skip
    stack = Plane(
        _("Two layers with it between them, and what they are to become: |x|"),
        Axis(-3, 3, "x", (-2, 0, 2)),
        Axis(-3, 3, "y", (-2, 0, 2)),
        (Curve("abs(x)", "|x|", colours.BEST, dashed=True), Curve("out", _("what the two layers make"))),
        legend=((_("two layers"), colours.TRAINING), ("|x|", colours.BEST)),
        aspect=1.7,
    )
    bars = Bars(_("What is left of a gradient behind so many layers at this z"),
                tuple(Bar(_("{count} layers", count=n), f"left{n}") for n in DEPTHS), 0, 1.2, 4)  # fmt: skip
    knobs = [Slider("z", "z", _("what the neuron adds up"), -6, 6)]
    knobs += [Slider(f"a{n}", f"a_{n}", _("weight of the first layer"), -3, 3) for n in (1, 2)]
    knobs += [Slider(f"v{n}", f"v_{n}", _("weight of the second layer"), -3, 3) for n in (1, 2)]
    out = f"v1 * ({of(f, 'a1 * {}')}) + v2 * ({of(f, 'a2 * {}')})"
    return Board(
        main=(curve, stack), side=(bars,), knobs=tuple(knobs),
        readouts=(Readout("fz", "f(z)", "fz"), Readout("slopez", _("slope"), "slopez"),
                  Readout("loss", _("distance from |x|"), "loss", 3, 2, NEAR, _("done at {value}", value=NEAR), NEAR)),
        columns={"rows": SAMPLES.tolist()}, measured=measured,
        definitions={
            "f": of(f, "x"), "slope": of(slope, "x"), "fz": of(f, "z"), "slopez": of(slope, "z"),
            "out": out.replace("{}", "x"), "fits": out.replace("{}", "rows"), "loss": "mean((fits - abs(rows)) ** 2)",
            **{f"left{n}": f"slopez ** {n}" for n in DEPTHS},
        },
    )  # fmt: skip


def softmax_board() -> Board:
    """Three scores, and the shares that softmax makes of them."""
    below = "(exp(z1 / t) + exp(z2 / t) + exp(z3 / t))"
    scores, shares = (tuple(Bar(f"{kind}{n}", f"{kind}{n}") for n in (1, 2, 3)) for kind in "zp")
    said = _("The temperature divides the scores first: a high one makes the shares alike.")
    bars = (Bars(_("Scores, as they come"), scores, -4, 4, 2),
            Bars(_("Softmax makes shares of them that add up to 1"), shares, caption=said))  # fmt: skip
    knobs = (*(Slider(f"z{n}", f"z_{n}", _("score {number}", number=n), -4, 4) for n in (1, 2, 3)),
             Slider("t", "T", _("temperature"), 0.2, 5))  # fmt: skip
    return Board(bars, knobs=knobs, definitions={f"p{n}": f"exp(z{n} / t) / {below}" for n in (1, 2, 3)})
