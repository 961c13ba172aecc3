"""Lesson 2, the neuron: weights, bias and activation under the learner's hands, on points of the plane."""

# More than 150 lines: its board moves by hand, by descent and by training, and each outcome has a sentence.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons import neuron
from dlcore.lessons.board import stages
from dlcore.lessons.board.board import Board, Frames, Readout, Slider
from dlcore.lessons.board.marks import Handle, Heat, Points, Segment, Straight, Trail
from dlcore.lessons.lesson import Action, Block, Blocks, Choice, Lesson, Question, See, under
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, layers

FUNCTIONS = {"Sigmoid": "sigmoid({})", "Tanh": "tanh({})", "ReLU": "max(0, {})", "Identity": "{}", "Step": "{} > 0"}
SAID = {"Sigmoid": N_("Sigmoid"), "Tanh": N_("Tanh"), "ReLU": N_("ReLU"), "Identity": N_("none"),
        "Step": N_("step (1958)")}  # fmt: skip
RATES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
NEAR_BEST = 1.5  # by hand, the loss must come down to this many times the lowest possible
GOAL = 0.9  # validation accuracy that the same neuron must reach in the Studio
TRAINING = {"loss": "CrossEntropyLoss", "optimizer": {"name": "SGD", "lr": 0.5}, "batch_size": 32, "epochs": 30}
CROSS_ENTROPY = "max(zs, 0) - zs * target + log1p(exp(0 - abs(zs)))"  # so that nothing overflows
TURNED = "atan2(py - foot2, px - foot1)"
TIP = {"w1": f"long * cos({TURNED})", "w2": f"long * sin({TURNED})",
       "b": f"border - long * (cos({TURNED}) * foot1 + sin({TURNED}) * foot2)"}  # fmt: skip


def weights(now: Now) -> neuron.Weights:
    """The three numbers."""
    return now.values["w1"], now.values["w2"], now.values["b"]


def descend(now: Now, steps: int) -> Now:
    """Let torch take steps of gradient descent from where the neuron stands."""
    data, options = neuron.points(now.options["points"]), now.options
    path = neuron.descend(data, options["activation"], weights(now), options["rate"], steps)
    w1, w2, b = path[-1].weights
    return replace(now.with_values(w1=w1, w2=w2, b=b), left={"path": path})


def double(now: Now) -> Now:
    """Twice each number, as the question asks."""
    w1, w2, b = weights(now)
    return replace(now.with_values(w1=2 * w1, w2=2 * w2, b=2 * b), by_hand=now.by_hand, left={})


def by_hand(now: Now) -> bool:
    """The task of the hand: on the flowers, by moving, not by descending."""
    is_set = now.options["points"] == "iris" and now.options["activation"] == "Sigmoid" and now.by_hand
    measured = neuron.measure(neuron.points("iris"), "Sigmoid", weights(now))
    return is_set and measured.loss <= NEAR_BEST * neuron.best("iris", "Sigmoid").loss


class Neuron(Lesson):
    """One neuron."""

    choices = (
        Choice("points", N_("Points"), neuron.TITLES, "iris"),
        Choice("activation", N_("Activation"), SAID, "Sigmoid"),
        Choice("rate", N_("Learning rate"), {rate: f"{rate:g}" for rate in RATES}, 1.0, scale=True),
    )
    actions = (
        Action("descend", N_("Let gradient descent find it"), lambda now: descend(now, 200), "trending_down", True),
        Action("step", N_("One step"), lambda now: descend(now, 1), "step_over"),
    )
    questions = (Question("predict", right=2, see=See(N_("Double all three"), do=double)),)
    tasks = (Task("hand", by_hand),
             TrainingTask("train", dict.fromkeys(neuron.PLANES, ("accuracy", GOAL)),
                          lambda each: layers(each) == ["Output"]))  # fmt: skip
    geometry = frozenset({"long", "border", "away", "foot1", "foot2", "reach"})
    shown = ("loss", "accuracy")

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        w1, w2, b = neuron.START
        return {"w1": w1, "w2": w2, "b": b, "point": 0}

    def definitions(self, activation: str) -> dict[str, str]:
        """The sums of a neuron: at a place (x, y), for all points, for the chosen one."""
        f, (low, high) = FUNCTIONS[activation], neuron.ACTIVATIONS[activation].targets
        loss = CROSS_ENTROPY if activation == "Sigmoid" else "(outputs - targets) ** 2"
        return {
            "answer": f.format("(w1 * x + w2 * y + b)"), "f": f.format("x"),
            "zs": "w1 * x1 + w2 * x2 + b", "outputs": f.format("zs"),
            "targets": f"where(target == 1, {high}, {low})", "loss": f"mean({loss})",
            "missed": "1 - ((zs > border) == target)", "accuracy": "1 - mean(missed)",
            "input1": "at(x1, point)", "input2": "at(x2, point)", "z": "at(zs, point)", "output": "at(outputs, point)",
            "wanted": "at(targets, point)",
            "long": "hypot(w1, w2)", "border": f"0 * b + {neuron.ACTIVATIONS[activation].border}",
            "away": "(border - b) / max(long, 0.000001) ** 2",
            "foot1": "clamp(w1 * away, -2.4, 2.4)", "foot2": "clamp(w2 * away, -2.4, 2.4)",
            "reach": "(0.5 + 0.9 * min(1, long / 8)) / max(long, 0.000001)",
        }  # fmt: skip

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        data, chosen = neuron.points(now.options["points"]), neuron.activation(now.options["activation"])
        x, y = at.get("x", torch.zeros(1)), at.get("y", torch.zeros(1))
        f, n = chosen.module(), int(at["point"])
        zs = data.x @ torch.stack([at["w1"], at["w2"]]) + at["b"]  # (N,)
        measured = neuron.measure(data, now.options["activation"], (at["w1"].item(), at["w2"].item(), at["b"].item()))
        targets = torch.tensor(chosen.targets, dtype=torch.float64)[data.y]
        loss, accuracy = torch.tensor([measured.loss, measured.accuracy], dtype=torch.float64)
        missed = ((zs > chosen.border) != (data.y == 1)).double()
        return {
            "answer": f(at["w1"] * x + at["w2"] * y + at["b"]), "f": f(x.double()), "zs": zs, "outputs": f(zs),
            "targets": targets, "loss": loss, "accuracy": accuracy,
            "missed": missed, "input1": data.x[n, 0], "input2": data.x[n, 1], "z": zs[n], "output": f(zs[n]),
            "wanted": targets[n],
        }  # fmt: skip

    def board(self, now: Now) -> Board:
        data, activation = neuron.points(now.options["points"]), now.options["activation"]
        best, path = neuron.best(now.options["points"], activation), now.left.get("path")
        columns = {"x1": data.x[:, 0].tolist(), "x2": data.x[:, 1].tolist(), "target": data.y.tolist()}
        if path:
            columns["losses"] = [each.loss for each in path]
            columns["steps"] = [float(n) for n in range(len(path))]
        return Board(
            main=(self.plane(data, activation), *(way_down(path, best.loss) if path and len(path) > 2 else ())),
            side=(diagram(activation),),
            knobs=(
                Slider("w1", "w_1", _("weight of the first input"), -10, 10),
                Slider("w2", "w_2", _("weight of the second input"), -10, 10),
                Slider("b", "b", _("bias"), -5, 5),
                Slider("point", "", _("the chosen point"), 0, len(data.y) - 1, 1, 0, hidden=True),
            ),
            readouts=(
                Readout("loss", _("loss"), "loss", 3, max(1, 3 * best.loss), best.loss,
                        _("lowest possible {value}", value=f"{best.loss:.3f}"), 1.1 * best.loss),
                Readout("accuracy", _("accuracy"), "accuracy", 3, 1, best.accuracy,
                        _("with it {value}", value=f"{best.accuracy:.3f}"), best.accuracy - 0.01, True),
            ),
            columns=columns,
            definitions=self.definitions(activation),
            measured=self.numbers(now),
            frames=frames(path),
        )  # fmt: skip

    def plane(self, data: neuron.Points, activation: str) -> stages.Plane:
        """The points, the neuron's answer at every place, and the arrow that turns it."""
        low, high = (-1, 1) if activation == "Tanh" else (0, 1)
        across, up = (_("{feature} (standardized)", feature=_(axis)) for axis in data.axes)
        first, second = (_(name) for name in data.classes)
        tip = ("foot1 + w1 * reach", "foot2 + w2 * reach")
        foot = {"b": "border - w1 * px - w2 * py"}
        return stages.Plane(
            _("The line is where the neuron changes its mind"),
            stages.Axis(-3, 3, across, (-2, 0, 2)), stages.Axis(-3, 3, up, (-2, 0, 2)),
            (
                Heat("answer", "", low, high),
                Straight("w1", "w2", "border - b", _("The line where the neuron is undecided")),
                Points("x1", "x2", _("{count} points of two classes; arrow keys choose one", count=len(data.y)),
                       "target", wrong="missed", chosen="point"),
                Segment("foot1", "foot2", *tip, arrow=True),
                Handle("foot1", "foot2", _("foot of the arrow: pushes the line"), foot),
                Handle(*tip, _("tip of the arrow: turns the line"), TIP, shape="none"),
            ),
            _("Colour: the neuron's answer at each place, stronger where it is surer. Drag the arrow to turn the line, "
              "its foot to push it, and click a point to see its own sum. While something moves your browser computes; "
              "at rest, loss and accuracy are what torch measures on all points."),
            ((first, colours.hue(0)), (second, colours.hue(1)), (_("on the wrong side"), f"ring {colours.TROUBLE}")),
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        data, activation = neuron.points(now.options["points"]), now.options["activation"]
        measured = neuron.measure(data, activation, weights(now))
        left = [
            Block("markdown", f"**{_('The sum for the chosen point')}**"),
            Block("latex", formula(now)),
            Block("latex", loss_of_point(now)),
            Block("caption", mean_of(len(data.y))),
        ]
        if activation == "Sigmoid":
            left += same_as(now.options["points"], measured)
        right = [
            Block("markdown", f"**{_('The next step of gradient descent')}**"),
            Block("latex", next_step(measured, now.options["rate"])),
            *outcome(now.left.get("path") or [], measured),
        ]
        return tuple(left), tuple(right)

    def snippet(self, now: Now) -> str:
        name, (w1, w2, b) = now.options["activation"], weights(now)
        low, high = neuron.ACTIVATIONS[name].targets
        f = {"Identity": "z", "Step": "(z > 0).double()"}.get(name, f"torch.{name.lower()}(z)")
        loss = ("functional.binary_cross_entropy_with_logits(z, y)" if name == "Sigmoid"
                else f"functional.mse_loss({f}, torch.where(y == 1, {high}, {low}).double())")  # fmt: skip
        return "\n".join([
            "import torch", "from torch.nn import functional", *rows_in_torch(now.options["points"]), "",
            f"w, b = torch.tensor([{w1!r}, {w2!r}], dtype=torch.float64), {b!r}",
            "z = x @ w + b  # the weighted sum of every point, (N,)",
            f"loss = {loss}",
            f"accuracy = ((z > {neuron.ACTIVATIONS[name].border}) == (y == 1)).double().mean()",
            'print("loss", loss.item())', 'print("accuracy", accuracy.item())',
        ])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        """Nothing but an Output layer, on these points; for the flowers, on a point set where the task can be done."""
        name = "gaussians" if now.options["points"] == "iris" else now.options["points"]
        dataset = {**neuron.PLANES[name].to_dict(), "split": {"method": "holdout", "test": 0.0, "validation": 0.3}}
        return Experiment.from_dict({"dataset": dataset, "network": [{"layer": "Output"}], "training": TRAINING})


def rows_in_torch(points: str) -> list[str]:
    """The lines that make x, (N, 2), and y, (N,)."""
    if points == "iris":
        return ["from sklearn.datasets import load_iris", "from sklearn.preprocessing import StandardScaler", "",
                "iris = load_iris()", "rows = iris.target > 0  # the two species that overlap",
                "x = torch.from_numpy(StandardScaler().fit_transform(iris.data[rows][:, 2:]))  # (N, 2)",
                "y = torch.from_numpy(iris.target[rows] - 1).double()"]  # fmt: skip
    data = neuron.points(points)
    rows = [[round(each, 6) for each in row] for row in data.x.tolist()]
    x, y = f"x = torch.tensor({rows}, dtype=torch.float64)  # (N, 2)", f"y = torch.tensor({data.y.tolist()}).double()"
    return ["", x, y]


def diagram(activation: str) -> stages.Diagram:
    """The neuron and its numbers for the chosen point."""
    middle, rows = 95, (34, 95, 156)
    labels = (("w1", "× {}", 48), ("w2", "× {}", 88), ("b", "{}", 146))
    edges = [stages.Edge(62, y, 196, middle, name, label, 0.42, at - (y + (middle - y) * 0.42))
             for y, (name, label, at) in zip(rows, labels, strict=True)]  # fmt: skip
    nodes = [stages.Node(34, rows[0], "input1", "x_1", 28), stages.Node(34, rows[1], "input2", "x_2", 28),
             stages.Node(34, rows[2], 1, "", 28, 0), stages.Node(218, middle, "z", "z", 30)]  # fmt: skip
    rest = [
        stages.Edge(248, middle, 274, middle, 0, bare=True), stages.Edge(358, middle, 372, middle, 0, bare=True),
        stages.Small(316, middle, "f", "z", _(SAID[activation])), stages.Words(395, 80, "ŷ", symbol=True),
        stages.Words(395, 100, "{output}"), stages.Words(395, 122, _("target") + " {wanted:0}"),
    ]  # fmt: skip
    return stages.Diagram("", (*edges, *nodes, *rest), caption="", positive=colours.hue(1), negative=colours.hue(0))


def frames(path: list[neuron.Measured] | None) -> Frames | None:
    """The neurons that gradient descent went through."""
    if not path or len(path) < 2:
        return None
    columns = zip(*(each.weights for each in path), strict=True)
    values = dict(zip(("w1", "w2", "b"), map(list, columns), strict=True))
    return Frames(len(path), min(4, 0.4 + len(path) / 60), values, label=_("step {frame}", frame="{frame}"))


def way_down(path: list[neuron.Measured], lowest: float) -> tuple[stages.Plane, ...]:
    """The loss at each step of a descent, beside the lowest there is."""
    most, said = max(each.loss for each in path), _("lowest possible {value}", value=f"{lowest:.3f}")
    if path[-1].loss > path[0].loss:
        return ()
    return (stages.Plane(
        _("The loss falls with every step"),
        stages.Axis(0, len(path) - 1, _("step"), (0, len(path) // 2, len(path) - 1)),
        stages.Axis(0, 1.05 * most, _("loss"), (0, round(most / 2, 1), round(most, 1))),
        (Segment(0, lowest, len(path) - 1, lowest, colours.BEST, dashed=True, says=said),
         Trail("steps", "losses", "frame", _("the loss, step by step"))),
        _("Mean loss of all points before each step of torch.optim.SGD; every step uses all points."),
        ((_("loss"), colours.TRAINING), (said, colours.BEST)),
        aspect=2.4,
    ),)  # fmt: skip


def mean_of(count: int) -> str:
    """What the board's loss is."""
    return _("The loss on the board is the mean of this over all {count} points.", count=count)


def formula(now: Now) -> str:
    """The neuron for the chosen point in LaTeX, live values under the symbols."""
    data, activation, number = neuron.points(now.options["points"]), now.options["activation"], int(now.values["point"])
    (w1, w2, b), (x1, x2) = weights(now), data.x[number].tolist()
    said = neuron.answer(data, activation, weights(now), number)
    inside = f"{under('w_1', w1)}\\,{under('x_1', x1)} + {under('w_2', w2)}\\,{under('x_2', x2)} + {under('b', b)}"
    f = neuron.ACTIVATIONS[activation].formula
    return f"\\hat y = {f % inside} = {f % under('z', said.z)} = {said.output:.3f}"


def loss_of_point(now: Now) -> str:
    """The loss of the chosen point in LaTeX."""
    data, activation = neuron.points(now.options["points"]), now.options["activation"]
    said = neuron.answer(data, activation, weights(now), int(now.values["point"]))
    if activation != "Sigmoid":
        return f"L = (\\hat y - y)^2 = ({said.output:.3f} - {said.target:g})^2 = {said.loss:.3f}"
    probability = "\\hat y" if said.target else "(1 - \\hat y)"
    value = said.output if said.target else 1 - said.output
    return f"y = {said.target:g}:\\quad L = -\\ln {probability} = -\\ln {value:.3f} = {said.loss:.3f}"


def next_step(measured: neuron.Measured, rate: float) -> str:
    """What one step of gradient descent would change, in LaTeX."""
    lines = [
        rf"{symbol} &\leftarrow {value:.3f} - {rate:g}\cdot({slope:.3f}) &&= {value - rate * slope:.3f}"
        for symbol, value, slope in zip(("w_1", "w_2", "b"), measured.weights, measured.gradient, strict=True)
    ]
    return r"\begin{aligned}" + r"\\".join(lines) + r"\end{aligned}"


def outcome(path: list[neuron.Measured], measured: neuron.Measured) -> Blocks:
    """What went wrong with the last steps."""
    losses = [each.loss for each in path]
    if not losses:
        return ()
    if max(map(abs, measured.gradient)) < 1e-9 and losses[0] == losses[-1]:
        said = _("Nothing moved: here the slope is zero in every direction, so there is no way down to follow.")
    elif losses[-1] > losses[0] or len(losses) == 1:
        said = _("The steps were too long: the loss went from {before} up to {after}. Try a smaller learning rate.",
                 before=f"{losses[0]:.3f}", after=f"{losses[-1]:.3g}")  # fmt: skip
    else:
        return ()
    return (Block("warning", said),)


def same_as(points: str, measured: neuron.Measured) -> Blocks:
    """The neuron beside scikit-learn's logistic regression: the same three numbers."""
    fitted = neuron.logistic_regression(points)
    rows = [
        *zip(("$w_1$", "$w_2$", "$b$"), measured.weights, fitted.weights, strict=True),
        (_("loss"), measured.loss, fitted.loss),
        (_("accuracy"), measured.accuracy, fitted.accuracy),
    ]
    lines = [f"| | {_('your neuron')} | LogisticRegression |", "|---|--:|--:|"]
    lines += [f"| {said} | {mine:.3f} | {theirs:.3f} |" for said, mine, theirs in rows]
    return (
        Block("markdown", f"**{_('A neuron is a logistic regression')}**"),
        Block("markdown", "\n".join(lines)),
        Block("caption", _("LogisticRegression is scikit-learn's, without regularization, on the same points.")),
    )
