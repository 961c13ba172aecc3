"""Lesson 19, saving, loading, continuing: a training gone on with from its file, beside one without interruption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.marks import Segment, Trail
from dlcore.lessons.board.stages import Axis, Code, Plane
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See
from dlcore.lessons.now import Now
from dlcore.lessons.resumed import HELD_OUT, ROWS, SAVED, STEPS, continued, fresh, script
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask
from dlcore.presets import PRESETS

WHAT = {"weights": N_("the weights alone"), "both": N_("weights and optimizer")}
OPTIMIZERS = {"sgd": "SGD", "momentum": N_("SGD with momentum"), "adam": "Adam"}
WEIGHTS = (
    'torch.save(net.state_dict(), "weights.pt")', "", "# in another program",
    "net = Network()  # the class must be there", 'net.load_state_dict(torch.load("weights.pt"))', "net.eval()",
    "optimizer = torch.optim.…(net.parameters())  # begins anew",
)  # fmt: skip
WHOLE = (
    'states = {"net": net.state_dict(),', '          "optimizer": optimizer.state_dict()}',
    'torch.save(states, "training.pt")', "", "# in another program", 'states = torch.load("training.pt")',
    "net = Network()  # the class must be there", 'net.load_state_dict(states["net"])',
    "optimizer = torch.optim.…(net.parameters())", 'optimizer.load_state_dict(states["optimizer"])',
)  # fmt: skip
PLACE = 4  # of SAVED, at first
GOAL, LEAST_EPOCHS = 0.95, 5


def losses(now: Now) -> tuple[Tensor, Tensor, Tensor]:
    """Losses without interruption (steps,), gone on with (saves, steps), and how large each file is (saves,)."""
    return continued(now.options["optimizer"], now.options["what"] == "both")


def enough(now: Now) -> bool:
    """The task of the hand: an optimizer that remembers nothing needs no more than the weights."""
    return (now.options["optimizer"], now.options["what"]) == ("sgd", "weights") and "s" in now.moved


def of_state_dict(_now: Now) -> float:
    """How many tensors the state_dict of a small network with batch norm has, says torch."""
    return float(len(nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2)).state_dict()))


class Saving(Lesson):
    """What must be kept, so that nothing is lost."""

    choices = (Choice("what", N_("In the file"), WHAT, "weights"),
               Choice("optimizer", N_("Optimizer"), OPTIMIZERS, "momentum"))  # fmt: skip
    questions = (Question("predict", 1, See(N_("Look at it"), {"optimizer": "momentum", "what": "weights"})),)
    tasks = (Task("enough", enough), TypedTask("tensors", of_state_dict),
             TrainingTask("train", {"digits": ("accuracy", GOAL)},
                          lambda each: each.training.epochs >= LEAST_EPOCHS))  # fmt: skip
    shown = ("uninterrupted", "continued")
    geometry = frozenset({"begin"})
    grid = (3.0, 9.0)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"s": float(PLACE)}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        plain, rows, sizes = losses(now)
        place = int(at["s"])
        return {"uninterrupted": plain[-1], "continued": rows[place, -1], "curve": rows[place],
                "apart": (rows[place] - plain).abs().max(), "size": sizes[place].double() / 1000}  # fmt: skip

    def board(self, now: Now) -> Board:
        plain, rows, sizes = losses(now)
        columns = {
            "steps": torch.arange(STEPS + 1), "plains": plain, "rows": rows.flatten(), "saves": torch.tensor(SAVED),
            "sizes": sizes / 1000, "aparts": (rows - plain).abs().amax(1),
        }  # fmt: skip
        return Board(
            main=(curves(),), side=(keep(now),),
            knobs=(Slider("s", "s", _("saved after step"), 0, len(SAVED) - 1, 1, 0, stops=tuple(map(str, SAVED))),),
            readouts=(Readout("uninterrupted", _("loss at the end, uninterrupted"), "uninterrupted", 4),
                      Readout("continued", _("loss at the end, gone on from the file"), "continued", 4),
                      Readout("apart", _("how far the curves lie apart at most"), "apart", 4, 0.3),
                      Readout("size", _("size of the file, kB"), "size", 1)),
            columns=columns,
            definitions={
                "uninterrupted": f"at(plains, {STEPS})", "continued": f"at(rows, s * {STEPS + 1} + {STEPS})",
                "curve": f"at(rows, s * {STEPS + 1} + steps)", "apart": "at(aparts, s)", "size": "at(sizes, s)",
                "begin": "at(saves, s)",
            },
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        net, optimizer = fresh(now.options["optimizer"])
        for weight in net.parameters():
            weight.grad = torch.zeros_like(weight)
        optimizer.step()  # from now on it has something to remember
        lines = [f"| {_('in the state_dict')} | {_('its shape')} |", "|---|---|"]
        lines += [f"| `{name}` | {tuple(each.shape)} |" for name, each in net.state_dict().items()]
        kept = sorted({name for each in optimizer.state.values() for name in each if each[name] is not None})
        said = (_("For each of these the optimizer remembers: {names}.", names=", ".join(f"`{each}`" for each in kept))
                if kept else _("This optimizer remembers nothing from one step to the next."))  # fmt: skip
        return (Block("markdown", "\n".join(lines)),), (Block("markdown", said),)

    def snippet(self, now: Now) -> str:
        return "\n".join(script(now.options["optimizer"], now.options["what"] == "both", SAVED[round(now.values["s"])]))

    def experiment(self, now: Now) -> Experiment:
        return PRESETS["digits-mlp"].experiment


def curves() -> Plane:
    """Both losses, and where one of them was interrupted."""
    return Plane(
        _("The loss on held-out digits, with an interruption and without"), Axis(0, STEPS, _("step"), (0, 20, 40, 60)),
        Axis(0, 2.6, _("loss"), (0, 1, 2)),
        (Trail("steps", "curve", says=_("gone on from the file"), colour=colours.VALIDATION, dot=False),
         Trail("steps", "plains", says=_("uninterrupted"), colour=colours.TRAINING, dot=False, width=1.5),
         Segment("begin", 0, "begin", 2.6, colours.INK, dashed=True)),
        _("{count} digits teach, all at once in every step; {others} others judge. At the dashed line the program "
          "ends; a new one opens the file and goes on.", count=ROWS, others=HELD_OUT),
        ((_("uninterrupted"), colours.TRAINING), (_("gone on from the file"), colours.VALIDATION)), 1.4,
    )  # fmt: skip


def keep(now: Now) -> Code:
    """The lines that save and load."""
    return Code(_("How it is kept, and opened again"), WHOLE if now.options["what"] == "both" else WEIGHTS)
