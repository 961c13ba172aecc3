"""Lesson 8, backpropagation: one step of a tiny network, forward, loss, backward, update, with every gradient."""

# More than 150 lines: every number of two layers, forward and backward, is an expression that follows the finger.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Frames, Readout, Slider
from dlcore.lessons.board.stages import Cells, Code, Diagram, Edge, Matrices, Node
from dlcore.lessons.lesson import Action, Block, Blocks, Choice, Lesson, Question, See, studio
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask, layers

BOTH = (1, 2)
START = {"x1": 1.0, "x2": 0.5, "t": 1.0, "w11": 0.5, "w12": -1.0, "b1": 0.0, "w21": 1.0, "w22": 0.5, "b2": 0.2,
         "v1": 1.0, "v2": -1.0, "c": 0.0}  # fmt: skip
WEIGHTS = ("w11", "w12", "b1", "w21", "w22", "b2", "v1", "v2", "c")
LINES = (
    "h = torch.sigmoid(W @ x + b)",
    "y = V @ h + c",
    "loss = (y - target) ** 2",
    "loss.backward()",
    "optimizer.step()",
)
ORDER = (0, 1, 2, 3, 3, 3, 4)  # the line of each frame: hidden, output, loss, three parts of backward, the step
LOSS, OUTPUT, HIDDEN, STEP = (
    2,
    3,
    5,
    6,
)  # frames: the loss is known; gradients of the last layer, of the first; the update
RATES = (0.1, 0.5, 1.0, 3.0)
GONE, STILL = 1e-3, 0.5  # gradients that are nothing, under a loss that is something
GOAL = 0.9


def forward(at: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Sums, hidden answers, output and loss, each a scalar ()."""
    made: dict[str, Tensor] = {}
    for i in BOTH:
        made[f"z{i}"] = at[f"w{i}1"] * at["x1"] + at[f"w{i}2"] * at["x2"] + at[f"b{i}"]
        made[f"h{i}"] = torch.sigmoid(made[f"z{i}"])
    made["out"] = at["v1"] * made["h1"] + at["v2"] * made["h2"] + at["c"]
    return {**made, "loss": (made["out"] - at["t"]) ** 2}


def gradients(values: Mapping[str, float]) -> dict[str, float]:
    """The gradient of the loss in each weight and bias, by autograd."""
    at = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in values.items()}
    slopes = torch.autograd.grad(forward(at)["loss"], [at[name] for name in WEIGHTS])
    return {name: slope.item() for name, slope in zip(WEIGHTS, slopes, strict=True)}


def step(now: Now) -> Now:
    """One step of gradient descent."""
    slopes, rate = gradients(now.values), now.options["rate"]
    return now.with_values(**{name: now.values[name] - rate * slopes[name] for name in WEIGHTS})


def vanished(now: Now) -> bool:
    """The task of the hand: a first layer that cannot learn, though the loss is large."""
    slopes, numbers = gradients(now.values), Backpropagation().numbers(now)
    first = max(abs(slopes[name]) for name in WEIGHTS[:6])
    return now.by_hand and first < GONE and numbers["loss"] > STILL and all(now.values[v] != 0 for v in ("v1", "v2"))


class Backpropagation(Lesson):
    """The way back."""

    choices = (Choice("rate", N_("Learning rate"), {rate: f"{rate:g}" for rate in RATES}, 0.5, scale=True),)
    actions = (Action("step", N_("One step"), step, "step_over", True),)
    questions = (Question("predict", 1, See(N_("Set it to zero"), values={"v1": 0.0})),)
    tasks = (
        Task("vanish", vanished),
        TypedTask("type", lambda now: gradients(now.values)["w11"]),
        TrainingTask("train", {"xor": ("accuracy", GOAL)}, lambda each: "Linear" in layers(each)),
    )
    shown = ("out", "loss", *(f"d{name}" for name in WEIGHTS))
    geometry = frozenset({"line", "unknown", *(f"s{name}" for name in WEIGHTS)})

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return dict(START)

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        leaf = {name: at[name].detach().clone().requires_grad_() for name in START}
        made = forward(leaf)
        wanted = {**{f"d{name}": leaf[name] for name in WEIGHTS}, "dout": made["out"]}
        wanted |= {f"d{name}{i}": made[f"{name}{i}"] for name in "zh" for i in BOTH}
        slopes = torch.autograd.grad(made["loss"], list(wanted.values()))
        found = dict(zip(wanted, slopes, strict=True))
        return {**{name: each.detach() for name, each in made.items()}, **found}

    def definitions(self) -> dict[str, str]:
        """Forward, then the chain rule backward; what the last frames show stays unknown before them."""
        made = {"out": "v1 * h1 + v2 * h2 + c", "loss": "(out - t) ** 2", "dout": "2 * (out - t)", "dc": "dout"}
        for i in BOTH:
            made |= {f"z{i}": f"w{i}1 * x1 + w{i}2 * x2 + b{i}", f"h{i}": f"sigmoid(z{i})", f"dv{i}": f"dout * h{i}",
                     f"dh{i}": f"dout * v{i}", f"dz{i}": f"dh{i} * h{i} * (1 - h{i})", f"db{i}": f"dz{i}",
                     **{f"dw{i}{j}": f"dz{i} * x{j}" for j in BOTH}}  # fmt: skip
        shown = {f"s{name}": f"where(frame > {OUTPUT if name in WEIGHTS[6:] else HIDDEN} - 1, d{name}, unknown)"
                 for name in WEIGHTS}  # fmt: skip
        return {**made, **shown, "unknown": "0 / 0", "line": "at(order, frame)"}

    def board(self, now: Now) -> Board:
        knobs = [Slider("x1", "x_1", _("first input"), -2, 2), Slider("x2", "x_2", _("second input"), -2, 2),
                 Slider("t", "t", _("target"), -2, 2)]  # fmt: skip
        knobs += [Slider(name, "", name, -20, 20, hidden=True) for name in WEIGHTS]
        return Board(
            main=(diagram(), code()), side=(layer("W", "b", "w", "b", _("First layer")), last()), knobs=tuple(knobs),
            readouts=(Readout("loss", _("loss"), "loss", 4, 4),), columns={"order": ORDER},
            definitions=self.definitions(), measured={"loss": self.numbers(now)["loss"]},
            frames=Frames(len(ORDER), 6, start=LOSS),
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        v, n = now.values, self.numbers(now)
        h1 = torch.sigmoid(torch.tensor(v["w11"] * v["x1"] + v["w12"] * v["x2"] + v["b1"], dtype=torch.float64)).item()
        back = r"\frac{\partial L}{\partial \hat y}"
        chain = rf"\frac{{\partial L}}{{\partial v_1}} = {back}\cdot\frac{{\partial \hat y}}{{\partial v_1}}"
        said = f"{chain} = 2\\,({n['out']:.3f} - {v['t']:.2f})\\cdot {h1:.3f} = {n['dv1']:.3f}"
        long = (
            r"\frac{\partial L}{\partial w_{11}} = \frac{\partial L}{\partial \hat y}\cdot v_1\cdot h_1(1-h_1)\cdot x_1"
        )
        return (Block("latex", said),), (Block("latex", long),)

    def snippet(self, now: Now) -> str:
        v = now.values
        leaf = "dtype=torch.float64, requires_grad=True)"
        return "\n".join([
            "import torch", f"x = torch.tensor([{v['x1']!r}, {v['x2']!r}], dtype=torch.float64)",
            f"W = torch.tensor([[{v['w11']!r}, {v['w12']!r}], [{v['w21']!r}, {v['w22']!r}]], {leaf}",
            f"b = torch.tensor([{v['b1']!r}, {v['b2']!r}], {leaf}",
            f"V = torch.tensor([{v['v1']!r}, {v['v2']!r}], {leaf}",
            f"c = torch.tensor({v['c']!r}, {leaf}", "", "h = torch.sigmoid(W @ x + b)  # forward", "y = V @ h + c",
            f"loss = (y - {v['t']!r}) ** 2", "loss.backward()  # backward", 'print("y", y.item())',
            'print("loss", loss.item())',
            "for row, bias in zip(W.grad.tolist(), b.grad.tolist()):", '    print(*row, bias, sep="\\n")',
            'print(*V.grad.tolist(), c.grad.item(), sep="\\n")',
        ])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        return studio("xor", 8, "Sigmoid", optimizer=("Adam", 0.05), batch_size=32, epochs=80)


def lit(*frames: int) -> str:
    """An expression that is not 0 in these frames."""
    return " + ".join(f"(frame == {each})" for each in frames)


def diagram() -> Diagram:
    """The graph: lit from left to right on the way forward, from right to left on the way back."""
    rows, middle = (66, 194), 130
    beside = {(1, 1): (0.5, -6), (2, 2): (0.5, 16), (1, 2): (0.2, 4), (2, 1): (0.2, 4)}  # where labels stand
    first = [Edge(66, rows[j - 1], 186, rows[i - 1], f"w{i}{j}", "{}", *beside[i, j], lit=lit(0, HIDDEN, STEP))
             for i in BOTH for j in BOTH]  # fmt: skip
    second = [Edge(238, rows[i - 1], 336, middle, f"v{i}", "{}", 0.5, (-8, 18)[i - 1], lit=lit(1, OUTPUT, STEP))
              for i in BOTH]  # fmt: skip
    nodes = [*(Node(40, rows[i - 1], f"x{i}", f"x_{i}") for i in BOTH),
             *(Node(212, rows[i - 1], f"h{i}", f"h_{i}", lit=lit(0, 4, HIDDEN)) for i in BOTH),
             Node(362, middle, "out", "ŷ", lit=lit(1, OUTPUT)),
             Node(470, middle, "loss", "L", 30, lit=lit(2, OUTPUT))]  # fmt: skip
    said = _("Orange is what this moment computes: forward from left to right, backward from right to left.")
    between = Edge(388, middle, 440, middle, 0, bare=True)
    return Diagram(_("One step, moment by moment: play it"), (*first, *second, between, *nodes), 520, 260, said)


def code() -> Code:
    """The lines of a step, and what each has just made."""
    notes = {
        0: "h₁ = σ({z1}) = {h1:3},  h₂ = σ({z2}) = {h2:3}", 1: "ŷ = {out:3}", 2: "L = ({out:3} − {t})² = {loss:3}",
        3: "∂L/∂ŷ = {dout:3};  ∂L/∂h₁ = {dh1:3},  ∂L/∂h₂ = {dh2:3}", 4: _("every weight goes against its gradient"),
    }  # fmt: skip
    return Code(_("The lines that run"), LINES, "line", notes)


def layer(weights: str, bias: str, w: str, b: str, title: str) -> Matrices:
    """The first layer: weights and biases to type into, and their gradients as far as they are known."""
    return Matrices(title, (
        Cells(tuple(tuple(f"{w}{i}{j}" for j in BOTH) for i in BOTH), weights, 2, edit=True),
        Cells(tuple((f"{b}{i}",) for i in BOTH), bias, 2, edit=True), "∂:",
        Cells(tuple(tuple(f"s{w}{i}{j}" for j in BOTH) for i in BOTH), f"∂L/∂{weights}", 3),
        Cells(tuple((f"s{b}{i}",) for i in BOTH), f"∂L/∂{bias}", 3),
    ))  # fmt: skip


def last() -> Matrices:
    """The last layer, likewise."""
    return Matrices(_("Last layer"), (
        Cells((("v1", "v2"),), "V", 2, edit=True), Cells((("c",),), "c", 2, edit=True), "∂:",
        Cells((("sv1", "sv2"),), "∂L/∂V", 3), Cells((("sc",),), "∂L/∂c", 3),
    ), _("A dash is a gradient that has not been computed yet at this moment."))  # fmt: skip
