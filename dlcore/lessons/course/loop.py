"""Lesson 9, the training loop: the line that runs is lit, with what it has just made, batch after batch."""

# More than 150 lines: each line of the loop carries what it has just made, and the loop itself stands here to be read.

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Frames, Readout, Slider
from dlcore.lessons.board.marks import Curve, Points
from dlcore.lessons.board.stages import Axis, Code, Plane
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, studio
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask

ROWS, EPOCHS = 32, 2
LINES = ("for x, y in DataLoader(data, batch_size, shuffle=True):", "    prediction = w * x + b",
         "    loss = ((prediction - y) ** 2).mean()", "    loss.backward()", "    optimizer.step()",
         "    optimizer.zero_grad()")  # fmt: skip
FELL = 0.9  # the mean loss after two epochs that the task asks for
Moment = tuple[float, float, float, float, float, float, float]  # w, b, loss, ∂w, ∂b, batch, epoch


@functools.cache
def rows() -> tuple[Tensor, Tensor]:
    """Body mass index and progression of the disease of some patients, standardized: (32,) each."""
    from sklearn.datasets import load_diabetes

    data = load_diabetes()
    x, y = torch.from_numpy(data.data[:ROWS, 2]), torch.from_numpy(data.target[:ROWS])
    return (x - x.mean()) / x.std(), (y - y.mean()) / y.std()


@functools.lru_cache(maxsize=64)
def trained(size: int, lr: float, w0: float, b0: float) -> tuple[tuple[Moment, ...], tuple[tuple[float, ...], ...]]:
    """Every moment of two epochs, a line of the loop each; and of each epoch, the batch that each row was in."""
    x, y = rows()
    w, b = (torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in (w0, b0))
    optimizer = torch.optim.SGD([w, b], lr=lr)
    order = torch.Generator().manual_seed(0)
    loader = DataLoader(TensorDataset(x, y, torch.arange(ROWS)), size, shuffle=True, generator=order)
    moments: list[Moment] = []
    places = []
    for epoch in range(EPOCHS):
        place = [0.0] * ROWS
        for number, (inputs, targets, which) in enumerate(loader):
            for row in which.tolist():
                place[row] = float(number)
            loss = ((w * inputs + b - targets) ** 2).mean()
            unknown = (math.nan, math.nan)
            before, at = (w.item(), b.item()), (float(number), float(epoch))
            moments += [(*before, math.nan, *unknown, *at)] * 2
            moments.append((*before, loss.item(), *unknown, *at))
            loss.backward()
            assert w.grad is not None
            assert b.grad is not None
            slopes = (w.grad.item(), b.grad.item())
            moments.append((*before, loss.item(), *slopes, *at))
            optimizer.step()
            moments.append((w.item(), b.item(), loss.item(), *slopes, *at))
            optimizer.zero_grad()
            moments.append((w.item(), b.item(), loss.item(), *unknown, *at))
        places.append(tuple(place))
    return tuple(moments), tuple(places)


def history(now: Now) -> tuple[tuple[Moment, ...], tuple[tuple[float, ...], ...]]:
    """The moments of what is set."""
    return trained(now.options["size"], now.options["rate"], now.values["w0"], now.values["b0"])


def fell(now: Now) -> bool:
    """The task of the hand: set out with w at −2, and come down within two epochs."""
    return now.values["w0"] <= -2 and Loop().numbers(now)["end"] < FELL


class Loop(Lesson):
    """Again and again."""

    choices = (
        Choice("size", N_("Batch size"), {size: str(size) for size in (1, 4, 8, 32)}, 8, scale=True),
        Choice("rate", N_("Learning rate"), {rate: f"{rate:g}" for rate in (0.01, 0.03, 0.1, 0.3)}, 0.03, scale=True),
    )
    questions = (Question("predict", 1),)
    tasks = (
        Task("fall", fell),
        TypedTask("count", lambda now: 5.0 * math.ceil(1000 / 64)),
        TrainingTask("train", {"digits": ("accuracy", 0.9)}, lambda each: each.training.batch_size >= 64),
    )
    shown = ("wend", "bend", "end")

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"w0": -1.0, "b0": 1.0}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        (moments, places), (x, y) = history(now), rows()
        made = torch.tensor(moments, dtype=torch.float64)
        frame = int(at.get("frame", torch.tensor(0)))
        w, b, loss, dw, db, batch, epoch = made[frame]
        inside = (torch.tensor(places, dtype=torch.float64)[int(epoch)] == batch).double()
        where = at.get("x", torch.zeros(1, dtype=torch.float64))
        wend, bend = made[-1, 0], made[-1, 1]
        return {"w": w, "b": b, "loss": loss, "dw": dw, "db": db, "batch": batch, "epoch": epoch, "inside": inside,
                "line": torch.tensor(float(frame % 6)), "fit": w * where + b, "wend": wend, "bend": bend,
                "end": ((wend * x + bend - y) ** 2).mean(), "number": batch + 1, "turn": epoch + 1}  # fmt: skip

    def board(self, now: Now) -> Board:
        (moments, places), (x, y) = history(now), rows()
        columns: dict[str, Any] = {"xs": x.tolist(), "ys": y.tolist(), "first": places[0], "second": places[1],
                                   "lines": [float(n % 6) for n in range(len(moments))]}  # fmt: skip
        known = [tuple(0.0 if math.isnan(each) else each for each in moment) for moment in moments]
        for place, name in enumerate(("w", "b", "loss", "dw", "db", "batch", "epoch")):
            columns[f"{name}s"] = [moment[place] for moment in known]
        return Board(
            main=(plane(), Code(_("The lines that run"), LINES, "line", notes())),
            knobs=(Slider("w0", "w", _("weight at the start"), -3, 3),
                   Slider("b0", "b", _("bias at the start"), -3, 3)),
            readouts=(Readout("end", _("mean loss after two epochs"), "end", 3, 4, near=FELL),
                      Readout("wend", "w", "wend"), Readout("bend", "b", "bend")),
            columns=columns,
            definitions={
                "line": "at(lines, frame)", "w": "at(ws, frame)", "b": "at(bs, frame)", "batch": "at(batchs, frame)",
                "epoch": "at(epochs, frame)", "number": "batch + 1", "turn": "epoch + 1",
                "loss": "where(line > 1, at(losss, frame), 0 / 0)",
                "dw": "where((line == 3) + (line == 4), at(dws, frame), 0 / 0)",
                "db": "where((line == 3) + (line == 4), at(dbs, frame), 0 / 0)",
                "inside": "where(epoch == 0, first, second) == batch", "fit": "w * x + b",
                "wend": "at(ws, 1000000)", "bend": "at(bs, 1000000)", "end": "mean((wend * xs + bend - ys) ** 2)",
            },
            frames=Frames(len(moments), 14, start=0, label=_("line {frame}", frame="{frame}")),
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        steps = math.ceil(ROWS / now.options["size"])
        said = rf"\lceil {ROWS} / {now.options['size']} \rceil = {steps}"
        epochs = _("steps an epoch; two epochs are {count} steps", count=2 * steps)
        return (Block("latex", rf"{said}\ \text{{{epochs}}}"),), ()

    def snippet(self, now: Now) -> str:
        return "\n".join([
            "import torch", "from sklearn.datasets import load_diabetes",
            "from torch.utils.data import DataLoader, TensorDataset", "", "data = load_diabetes()",
            f"x, y = torch.from_numpy(data.data[:{ROWS}, 2]), torch.from_numpy(data.target[:{ROWS}])",
            "x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()",
            f"w, b = torch.tensor([{now.values['w0']!r}, {now.values['b0']!r}], dtype=torch.float64).split(1)",
            "w, b = w.requires_grad_(), b.requires_grad_()",
            f"optimizer = torch.optim.SGD([w, b], lr={now.options['rate']})",
            f"loader = DataLoader(TensorDataset(x, y), {now.options['size']}, shuffle=True,",
            "                    generator=torch.Generator().manual_seed(0))", f"for epoch in range({EPOCHS}):",
            "    for inputs, targets in loader:", "        loss = ((w * inputs + b - targets) ** 2).mean()",
            "        loss.backward()", "        optimizer.step()", "        optimizer.zero_grad()",
            'print(w.item(), b.item(), ((w * x + b - y) ** 2).mean().item(), sep="\\n")',
        ])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        return studio("digits", "Flatten", 32, "ReLU", optimizer=("Adam", 0.003), batch_size=8, epochs=10)


def plane() -> Plane:
    """The patients, the line, and the batch that is being learned from."""
    return Plane(
        _("A batch at a time, the line moves"), Axis(-3, 3, _("body mass index (standardized)"), (-2, 0, 2)),
        Axis(-3, 3, _("progression (standardized)"), (-2, 0, 2)),
        (Points("xs", "ys", _("patients; those of this batch are ringed"), 0, (colours.QUIET,), "inside"),
         Curve("fit", _("what the model says"))),
        legend=((_("patient"), colours.QUIET), (_("in this batch"), f"ring {colours.TROUBLE}"),
                (_("model"), colours.TRAINING)),
        aspect=1.5,
    )  # fmt: skip


def notes() -> dict[int, str]:
    """What each line has just made, with live values."""
    at = _("epoch {turn}, batch {number}", turn="{turn:0}", number="{number:0}")
    return {0: at, 1: f"{at}:  w = {{w:3}}, b = {{b:3}}", 2: f"{at}:  L = {{loss:4}}",
            3: f"{at}:  ∂L/∂w = {{dw:3}}, ∂L/∂b = {{db:3}}", 4: f"{at}:  w = {{w:3}}, b = {{b:3}}",
            5: _("{at}: the gradients are zero again", at=at)}  # fmt: skip
