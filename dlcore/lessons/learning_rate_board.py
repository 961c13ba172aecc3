"""Trainings at many learning rates on a board: their curves, the range test beside where they end, the schedule."""

from __future__ import annotations

import torch

from dlcore.figures import colours
from dlcore.i18n import _
from dlcore.lessons.board.marks import Handle, Points, Segment, Trail
from dlcore.lessons.board.stages import Axis, Plane
from dlcore.lessons.learning_rates import EPOCHS, FINENESS, HELD_OUT, LOWEST, RATES, ROWS, factors, range_test, train

COUNT = len(RATES)
TESTED = colours.HUES[1]


def columns(batch_size: int, schedule: str) -> dict[str, list[float]]:
    """Everything that was measured with these, at every rate."""
    course, (logs, tested, _suggested) = train(batch_size, schedule), range_test(batch_size)
    epochs = torch.arange(EPOCHS + 1)
    made = {
        "epochs": epochs, "again": epochs.repeat(COUNT), "each": course.held.T.flatten(),
        "losses": course.losses.T.flatten(), "helds": course.held.T.flatten(), "ends": course.held[-1],
        "accuracies": course.accuracies[-1], "order": torch.arange(COUNT), "rates": torch.tensor(RATES).double(),
        "turns": epochs[1:], "factors": torch.tensor(factors(schedule)), "testx": logs, "testy": tested,
    }  # fmt: skip
    return {name: each.tolist() for name, each in made.items()}


def definitions() -> dict[str, str]:
    """What is read of them at the rate that is set."""
    here = f"rate * {EPOCHS + 1} + epochs"
    return {
        "lograte": f"{LOWEST} + rate / {FINENESS}", "loss": "at(ends, rate)", "accuracy": "at(accuracies, rate)",
        "learned": f"at(losses, {here})", "held": f"at(helds, {here})",
        "last": f"at(rates, rate) * at(factors, {EPOCHS})",
    }  # fmt: skip


def loss_axis() -> Axis:
    """Up, in both pictures of losses; what blows up leaves it above."""
    return Axis(0, 3, _("loss"), (0, 1, 2, 3))


def curves() -> Plane:
    """Both losses at the rate that is set, and those of the others."""
    return Plane(
        _("One network, {count} learning rates", count=COUNT),
        Axis(0, EPOCHS, _("epoch"), (0, 10, 20, 30)), loss_axis(),
        (Trail("again", "each", says=_("held-out loss at the other rates"), colour=colours.QUIET,
               lengths=(EPOCHS + 1,) * COUNT, dot=False, width=0.8),
         Trail("epochs", "learned", says=_("training loss"), dot=False),
         Trail("epochs", "held", says=_("held-out loss"), colour=colours.VALIDATION, dot=False)),
        _("{count} digits teach by SGD, {others} others judge. Every training begins with the same weights and sees "
          "the same batches.", count=ROWS, others=HELD_OUT),
        ((_("training"), colours.TRAINING), (_("held out"), colours.VALIDATION), (_("other rates"), colours.QUIET)),
        1.5,
    )  # fmt: skip


def finder(batch_size: int) -> Plane:
    """The range test, and what the whole trainings came to."""
    best = range_test(batch_size)[2]
    line = () if best is None else (Segment(best, 0, best, 3, colours.BEST, dashed=True),)
    to = {"rate": f"at(order, (px - {LOWEST}) * {FINENESS})"}
    return Plane(
        _("The finder: 150 batches foresee where to train"),
        Axis(-4, 1, _("log₁₀ of the learning rate"), (-4, -3, -2, -1, 0, 1)), loss_axis(),
        (*line, Trail("testx", "testy", says=_("loss while the rate grows"), colour=TESTED, dot=False),
         Points(f"{LOWEST} + order / {FINENESS}", "ends", _("where whole trainings end"), 0, (colours.VALIDATION,)),
         Segment("lograte", 0, "lograte", 3, colours.INK),
         Handle("lograte", "loss", _("the learning rate"), to, colours.VALIDATION, "disc", 1 / FINENESS)),
        _("The range test takes one batch at each rate while the rate grows: dashed is where its loss falls most "
          "steeply. A ring is a whole training."),
        ((_("range test"), TESTED), (_("{epochs} epochs", epochs=EPOCHS), f"ring {colours.VALIDATION}"),
         (_("suggestion"), colours.BEST)), 1.7,
    )  # fmt: skip


def schedule() -> Plane:
    """What the rate is multiplied by, epoch by epoch."""
    return Plane(
        _("The schedule"), Axis(0, EPOCHS, _("epoch"), (0, 10, 20, 30)),
        Axis(0, 1.1, _("share"), (0, 0.5, 1)),
        (Trail("turns", "factors", says=_("share of the first learning rate"), dot=False),), aspect=2.6,
    )  # fmt: skip
