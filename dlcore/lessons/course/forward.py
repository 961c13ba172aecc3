"""Lesson 4, the forward pass: two inputs through three layers of two sigmoid neurons, every number visible.

Weights and biases are those of the network that Hung-yi Lee's lectures count through by hand.
"""

# More than 150 lines: all numbers of three layers, the fold of the plane, and the same as matrices.

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Frames, Slider
from dlcore.lessons.board.marks import Handle, Trail
from dlcore.lessons.board.stages import Axis, Cells, Diagram, Edge, Matrices, Node, Plane
from dlcore.lessons.lesson import Action, Block, Blocks, Lesson, Question, See, studio
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import ANY, Task, TrainingTask, TypedTask, layers

LAYERS = (((1, -2), (-1, 1)), (1, 0)), (((2, -1), (-2, -1)), (0, 0)), (((3, -1), (-1, 4)), (-2, 2))
BOTH, DEPTH = (1, 2), (1, 2, 3)
OUTPUTS = tuple(f"a{layer}{n}" for layer in DEPTH for n in BOTH)
SIDE, STEPS, REACH = 9, 25, 2.0  # lines of the grid each way, places on each, and how far it goes
FIRST = [f"w1{i}{j}" for i in BOTH for j in BOTH]  # weights of the first layer
SIZE = 64  # of the square matrices that are multiplied for the clock
GOAL = 0.9


def parameters() -> dict[str, float]:
    """w<layer><row><column> and b<layer><row>, as they are in the lectures."""
    made: dict[str, float] = {}
    for layer, (weights, biases) in zip(DEPTH, LAYERS, strict=True):
        made |= {f"w{layer}{i}{j}": float(weights[i - 1][j - 1]) for i in BOTH for j in BOTH}
        made |= {f"b{layer}{i}": float(biases[i - 1]) for i in BOTH}
    return made


def matrices(at: Mapping[str, Tensor], layer: int) -> tuple[Tensor, Tensor]:
    """The weights (2, 2) and biases (2,) of a layer."""
    rows = [torch.stack([at[f"w{layer}{i}{j}"] for j in BOTH]) for i in BOTH]
    return torch.stack(rows), torch.stack([at[f"b{layer}{i}"] for i in BOTH])


def through(at: Mapping[str, Tensor], x: Tensor) -> list[tuple[Tensor, Tensor]]:
    """(sum, activation) of each layer for inputs (N, 2): three pairs of (N, 2)."""
    passed = []
    for layer in DEPTH:
        weights, biases = matrices(at, layer)
        z = x @ weights.T + biases
        x = torch.sigmoid(z)
        passed.append((z, x))
    return passed


def grid() -> Tensor:
    """Lines of a grid on the plane of inputs, one after another: (N, 2)."""
    along, beside = torch.linspace(-REACH, REACH, STEPS), torch.linspace(-REACH, REACH, SIDE)
    upright = torch.cartesian_prod(beside, along)
    return torch.cat([upright, upright.flip(1)]).double()


def overtaken(now: Now) -> bool:
    """The task of the hand: the first output above the second, by the biases of the last layer alone."""
    before, numbers = Forward().fresh().values, Forward().numbers(now)
    same = all(now.values[name] == before[name] for name in before if name not in ("b31", "b32", "t"))
    return same and now.by_hand and numbers["a31"] > numbers["a32"]


def first_neuron(_now: Now) -> float:
    """What the first neuron answers for (−1, 1)."""
    at = {name: torch.tensor(value, dtype=torch.float64) for name, value in parameters().items()}
    return through(at, torch.tensor([[-1.0, 1.0]], dtype=torch.float64))[0][1][0, 0].item()


def clock(now: Now) -> Now:
    """Multiply two matrices by a loop in Python and by torch, and see how long each takes."""
    one, other = torch.rand(2, SIZE, SIZE).unbind()
    rows, columns = one.tolist(), other.T.tolist()
    began = time.perf_counter()
    [[sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in rows]
    looped = time.perf_counter()
    for _turn in range(100):
        one @ other
    return replace(now, left={"loop": looped - began, "product": (time.perf_counter() - looped) / 100})


class Forward(Lesson):
    """Numbers go in, numbers come out."""

    actions = (Action("clock", N_("Time a loop against a matrix product"), clock, "timer"),)
    questions = (Question("predict", 1, See(N_("Set them to zero"), values=dict.fromkeys(FIRST, 0.0))),)
    tasks = (Task("overtake", overtaken), TypedTask("first", first_neuron),
             TrainingTask("train", {ANY: ("accuracy", GOAL)},
                          lambda each: layers(each).count("Sigmoid") >= 2))  # fmt: skip
    shown = OUTPUTS
    geometry = frozenset({"across", "up", "dotx", "doty"})

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"x1": 1.0, "x2": -1.0, "t": 0.0, **parameters()}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        one = through(at, torch.stack([at["x1"], at["x2"]])[None])
        made = {f"{name}{layer}{n}": pair[which][0, n - 1] for layer, pair in zip(DEPTH, one, strict=True)
                for which, name in enumerate("za") for n in BOTH}  # fmt: skip
        many = through(at, grid())
        return made | {f"g{layer}{n}": pair[1][:, n - 1] for layer, pair in zip(DEPTH, many, strict=True) for n in BOTH}

    def definitions(self) -> dict[str, str]:
        """Sums and activations of the input, and of every place of the grid; where the fold has them."""
        made: dict[str, str] = {}
        for kind, (first, second) in {"a": ("x1", "x2"), "g": ("gx", "gy")}.items():
            before = (first, second)
            for layer in DEPTH:
                for i in BOTH:
                    z = f"w{layer}{i}1 * {before[0]} + w{layer}{i}2 * {before[1]} + b{layer}{i}"
                    made |= {f"z{layer}{i}": z} if kind == "a" else {}
                    made[f"{kind}{layer}{i}"] = f"sigmoid({z})"
                before = (f"{kind}{layer}1", f"{kind}{layer}2")
        for name, start, each in (
            ("across", "gx", "g{}1"),
            ("up", "gy", "g{}2"),
            ("dotx", "x1", "a{}1"),
            ("doty", "x2", "a{}2"),
        ):
            folds = [f"max(0, 1 - abs(t - {n})) * (4 * {each.format(n)} - 2)" for n in DEPTH]
            made[name] = " + ".join([f"max(0, 1 - t) * {start}", *folds])
        return made

    def board(self, now: Now) -> Board:
        knobs = [Slider("x1", "x_1", _("first input"), -2, 2), Slider("x2", "x_2", _("second input"), -2, 2),
                 Slider("t", "t", "", 0, 3, hidden=True)]  # fmt: skip
        knobs += [Slider(name, "", name, -20, 20, hidden=True) for name in parameters()]
        turns = [n / 30 for n in range(91)]
        return Board(
            main=(diagram(), fold()), side=tuple(as_matrices(layer) for layer in DEPTH), knobs=tuple(knobs),
            columns={"gx": grid()[:, 0].tolist(), "gy": grid()[:, 1].tolist()}, definitions=self.definitions(),
            measured=self.numbers(now),
            frames=Frames(91, 6, {"t": turns}, 0),
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        v, numbers = now.values, self.numbers(now)
        z = f"{v['w111']:g}\\cdot {v['x1']:.2f} + ({v['w112']:g})\\cdot({v['x2']:.2f}) + {v['b11']:g}"
        left = (Block("latex", f"a_1 = \\sigma({z}) = {numbers['a11']:.2f}"),
                Block("latex", r"a^{(l)} = \sigma\big(W^{(l)}a^{(l-1)} + b^{(l)}\big)"))  # fmt: skip
        if "loop" not in now.left:
            return left, ()
        loop, product = now.left["loop"], now.left["product"]
        said = _(
            "Two matrices of {size} × {size}, measured just now: a loop in Python {loop} ms, the product of torch "
            "{product} ms, {times} times as fast.",
            size=SIZE, loop=f"{1000 * loop:.1f}", product=f"{1000 * product:.3f}", times=round(loop / product),
        )  # fmt: skip
        return left, (Block("markdown", said),)

    def snippet(self, now: Now) -> str:
        at = {name: torch.tensor(value, dtype=torch.float64) for name, value in now.values.items()}
        lines = ["import torch", "", f"a = torch.tensor([{now.values['x1']!r}, {now.values['x2']!r}])", "layers = ["]
        for layer in DEPTH:
            weights, biases = matrices(at, layer)
            lines.append(f"    (torch.tensor({weights.tolist()}), torch.tensor({biases.tolist()})),")
        return "\n".join([*lines, "]", "for W, b in layers:", "    a = torch.sigmoid(W @ a + b)",
                          "    for number in a:", "        print(number.item())"])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        return studio("gaussians", 2, "Sigmoid", 2, "Sigmoid", optimizer=("Adam", 0.05), batch_size=32, epochs=60)


def diagram() -> Diagram:
    """The network, with every number of it."""
    columns, rows = (34, 182, 330, 478), (70, 190)
    edges = [Edge(columns[layer - 1] + 26, rows[j - 1], columns[layer] - 26, rows[i - 1], f"w{layer}{i}{j}", "{}",
                  0.2 if i != j else 0.5, 4 if i != j else (-6 if i == 1 else 16), 1)
             for layer in DEPTH for i in BOTH for j in BOTH]  # fmt: skip
    nodes = [Node(columns[0], rows[n - 1], f"x{n}", f"x_{n}") for n in BOTH]
    nodes += [Node(columns[layer], rows[n - 1], f"a{layer}{n}", "a") for layer in DEPTH for n in BOTH]
    said = _("A line is a weight, as thick as it is large; a circle is a neuron with what it answers.")
    return Diagram(_("What goes in on the left comes out on the right"), (*edges, *nodes), 520, 250, said)


def fold() -> Plane:
    """The plane of inputs, and what becomes of it layer by layer."""
    lengths = (STEPS,) * (2 * SIDE)
    moved = {"x1": "where(t < 0.5, clamp(px, -2, 2), x1)", "x2": "where(t < 0.5, clamp(py, -2, 2), x2)"}
    return Plane(
        _("Each layer folds the plane: play it"),
        Axis(-2.2, 2.2, _("first number of the layer")), Axis(-2.2, 2.2, _("second number of the layer")),
        (Trail("across", "up", says=_("a grid of inputs, as far as it has come"), colour=colours.HUES[0],
               lengths=lengths, dot=False, width=1.2),
         Handle("dotx", "doty", _("the input, where it has come"), moved, colours.VALIDATION, "disc")),
        _("Every place of the grid is an input that really went through the network. The inputs run from −2 to 2; "
          "what a layer answers lies between 0 and 1 and is drawn four times as large."),
    )  # fmt: skip


def as_matrices(layer: int) -> Matrices:
    """A layer as a matrix product; its weights and biases can be typed into."""
    before = tuple((f"a{layer - 1}{n}",) for n in BOTH) if layer > 1 else (("x1",), ("x2",))
    rows, sub = tuple(tuple(f"w{layer}{i}{j}" for j in BOTH) for i in BOTH), "₀₁₂₃"[layer]
    came = "x" if layer == 1 else f"a{'₀₁₂'[layer - 1]}"
    return Matrices(_("Layer {number}", number=layer), (
        "σ(", Cells(rows, f"W{sub}", 1, edit=True), "·", Cells(before, came), "+",
        Cells(tuple((f"b{layer}{n}",) for n in BOTH), f"b{sub}", 1, edit=True), ") =",
        Cells(tuple((f"a{layer}{n}",) for n in BOTH), f"a{sub}"),
    ))  # fmt: skip
