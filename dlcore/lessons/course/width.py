"""Lesson 17, deep against wide: draw a curve, fit it with n ReLU units, and race deep networks against wide ones."""

# More than 150 lines: a curve drawn by hand, the hinges it is made of, and a race over seeds on one board.

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dlcore import network
from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons import curve_fit
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.marks import Points, Trail
from dlcore.lessons.board.sketch import Sketch
from dlcore.lessons.board.stages import Axis, Plane
from dlcore.lessons.curve_fit import CURVES, HIGH, KNOTS, LOW, MOST, PLACES, WIDTHS
from dlcore.lessons.lesson import Action, Block, Blocks, Choice, Lesson, Question, See, studio
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask, layers

DRAWN = tuple(f"y{n}" for n in range(KNOTS))
FEW, CLOSE, BENT = 3, 0.005, 0.1  # units; the loss to reach with them, and the least that a straight line must leave
TYPED = 20
BUDGET, GOAL = 300, 0.9
RACE = "race"


def heights(now: Now) -> curve_fit.Heights:
    """The curve that is drawn."""
    return tuple(now.values[name] for name in DRAWN)


def losses(now: Now) -> Tensor:
    """The loss of the fit with each number of units from none to MOST. Shape: (counts,)."""
    answered = curve_fit.fit(heights(now)).at(curve_fit.places())
    return (answered - curve_fit.target(heights(now))).square().mean(1)


def three_kinks(now: Now) -> bool:
    """The task of the hand: a curve of one's own that bends, and that three units fit."""
    left = losses(now)
    return bool(now.moved & set(DRAWN)) and now.values["n"] <= FEW and bool(left[FEW] < CLOSE and left[1] > BENT)


def small_and_deep(experiment: Experiment) -> bool:
    """The task of the Studio: few parameters in at least two hidden layers."""
    return layers(experiment).count("ReLU") >= 2 and network.parameters_of(experiment) <= BUDGET


def raced(now: Now) -> Now:
    """The four kinds of network trained on the drawn curve, six times each."""
    return replace(now, left={RACE: [curve_fit.race(heights(now), widths) for widths in WIDTHS]})


class Width(Lesson):
    """Any curve, out of straight pieces."""

    choices = (Choice("curve", N_("Curve"), CURVES, "hill"),)
    actions = (Action(RACE, N_("Train 24 networks on it"), raced, "sports_score", True),)
    questions = (Question("predict", 2, See(N_("Let them race"), {"curve": "skyline"}, do=raced)),)
    tasks = (Task("three", three_kinks), TypedTask("count", lambda _now: 3.0 * TYPED + 1),
             TrainingTask("train", {"spirals": ("accuracy", GOAL)}, small_and_deep))  # fmt: skip
    shown = ("loss", "parameters")
    geometry = frozenset({"nth", "kinks", "unitx"})

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"n": float(FEW), **dict(zip(DRAWN, curve_fit.curve(options["curve"]), strict=True))}

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        found, count = curve_fit.fit(heights(now)), int(at["n"])
        hinges, weights = found.hinges[count, :count], found.weights[count, :count]
        hidden, out = torch.nn.Linear(1, count).double(), torch.nn.Linear(count, 1).double()
        ends = torch.tensor([LOW, HIGH]).double().expand(count, 2)
        kinks = torch.cat([ends[:, :1], hinges[:, None], ends[:, 1:]], 1)  # (n, 3): where each unit's line begins, …
        with torch.no_grad():
            hidden.weight[:, 0], hidden.bias[:] = 1.0, -hinges
            out.weight[0], out.bias[0] = weights, found.biases[count]
            answer = out(torch.relu(hidden(curve_fit.places()[:, None])))[:, 0]
            each = (torch.relu(hidden(kinks[..., None])) * weights).diagonal(dim1=0, dim2=2).T  # (n, 3)
        rest = 3 * (MOST - count)
        last = torch.arange(MOST).clamp_max(count - 1)
        return {"fit": answer, "loss": functional.mse_loss(answer, curve_fit.target(heights(now))),
                "parameters": torch.tensor(3.0 * count + 1),
                "hingex": hinges[last], "hingey": answer[found.rows[count, last]],
                "unit": functional.pad(each.flatten(), (0, rest))}  # fmt: skip

    def board(self, now: Now) -> Board:
        found = curve_fit.fit(heights(now))
        columns = {
            "places": curve_fit.places(), "steps": torch.arange(PLACES), "fits": found.at(curve_fit.places()).flatten(),
            "losses": losses(now), "order": torch.arange(MOST), "hinges": found.hinges.flatten(),
            "rows": found.rows.flatten(), "units": torch.arange(MOST).repeat_interleave(3),
            "ends": torch.tensor([LOW, 0.0, HIGH]).repeat(MOST), "weights": found.weights.flatten(),
        }  # fmt: skip
        return Board(
            main=(drawing(), *([race_plane()] if RACE in now.left else [])), side=(parts(),),
            knobs=(Slider("n", "n", _("number of ReLU units"), 1, MOST, 1, 0),
                   *(Slider(name, name, "", -2, 2, hidden=True) for name in DRAWN)),
            readouts=(Readout("loss", _("mean squared error"), "loss", 4, 0.5, near=CLOSE),
                      Readout("parameters", _("parameters"), "parameters", 0)),
            columns={**columns, **dots(now)},
            definitions={
                "fit": f"at(fits, n * {PLACES} + steps)", "loss": "at(losses, n)", "parameters": "3 * n + 1",
                "nth": f"n * {MOST} + min(order, n - 1)", "hingex": "at(hinges, nth)",
                "hingey": f"at(fits, n * {PLACES} + at(rows, nth))", "kinks": f"at(hinges, n * {MOST} + units)",
                "unitx": "where(ends == 0, kinks, ends)",
                "unit": f"at(weights, n * {MOST} + units) * max(0, unitx - kinks)",
            },
        )  # fmt: skip

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        found, count = curve_fit.fit(heights(now)), int(now.values["n"])
        terms = [
            rf"{weight:+.2f}\,\mathrm{{ReLU}}(x {-hinge:+.1f})"
            for weight, hinge in zip(found.weights[count, :count][:FEW], found.hinges[count], strict=False)
        ]
        lines = r"\\&\ ".join([f"{found.biases[count]:.2f}", *terms]) + (r" + \ldots" if count > FEW else "")
        left = Block("latex", rf"\begin{{aligned}}\hat y(x) =&\ {lines}\end{{aligned}}")
        if RACE not in now.left:
            return (left,), ()
        said = ["| {} | {} | {} |".format(_("hidden layers"), _("median error"), _("best and worst")), "|---|---|---|"]
        for widths, found_losses in zip(WIDTHS, now.left[RACE], strict=True):
            low, middle, high = min(found_losses), torch.tensor(found_losses).median(), max(found_losses)
            said.append(f"| {' – '.join(map(str, widths))} | {middle:.4f} | {low:.4f} … {high:.4f} |")
        return (left,), (Block("markdown", "\n".join(said)),)

    def snippet(self, now: Now) -> str:
        found, count = curve_fit.fit(heights(now)), int(now.values["n"])
        return "\n".join([
            "import torch", "from torch import nn", "", f"drawn = torch.tensor({list(heights(now))}).double()",
            f"x = torch.linspace({LOW}, {HIGH}, {PLACES}).double()[:, None]  # (N, 1)",
            f'y = nn.functional.interpolate(drawn[None, None], {PLACES}, mode="linear", align_corners=True)[0].T',
            f"hinges = torch.tensor({[round(each, 3) for each in found.hinges[count, :count].tolist()]}).double()",
            f"net = nn.Sequential(nn.Linear(1, {count}), nn.ReLU(), nn.Linear({count}, 1)).double()",
            "with torch.no_grad():", "    net[0].weight[:], net[0].bias[:] = 1, -hinges",
            "    units = net[1](net[0](x))  # (N, n)",
            "    solved = torch.linalg.lstsq(torch.cat([torch.ones_like(x), units], 1), y).solution[:, 0]",
            "    net[2].bias[0], net[2].weight[0] = solved[0], solved[1:]",
            'print("error", nn.functional.mse_loss(net(x), y).item())',
            'print("parameters", sum(each.numel() for each in net.parameters()))',
        ])  # fmt: skip

    def experiment(self, now: Now) -> Experiment:
        return studio("spirals", 12, "ReLU", 12, "ReLU", optimizer=("Adam", 0.02), batch_size=32, epochs=100)


def dots(now: Now) -> dict[str, list[float]]:
    """The raced networks: a row for each seed of each depth."""
    if RACE not in now.left:
        return {}
    rows = [(depth + (seed - 2.5) / 20, math.log10(max(loss, 1e-6)), depth - 1)
            for depth, found in enumerate(now.left[RACE], 1) for seed, loss in enumerate(found)]  # fmt: skip
    return dict(zip(("depths", "reached", "kinds"), map(list, zip(*rows, strict=True)), strict=True))


def drawing() -> Plane:
    """The drawn curve, the fit, and its hinges."""
    return Plane(
        _("Draw a curve with a finger, the mouse, or the arrow keys"), Axis(LOW, HIGH, "x", (-2, 0, 2)),
        Axis(-2.2, 2.2, "y", (-2, 0, 2)),
        (Sketch(DRAWN, _("the curve to be fitted: left and right choose a place, up and down move it; Shift draws on")),
         Trail("places", "fit", says=_("what the network answers"), dot=False),
         Points("hingex", "hingey", _("the hinges of the units"), 0, (colours.TRAINING,), radius=5)),
        _("Each ring is the hinge of one unit. The first stands at the left end and gives the slope, each further one "
          "adds a kink. Hinges and weights are solved, not trained: this is how close n units can come."),
        ((_("drawn"), colours.VALIDATION), (_("network"), colours.TRAINING),
         (_("hinge"), f"ring {colours.TRAINING}")), 1.3,
    )  # fmt: skip


def parts() -> Plane:
    """What each unit adds."""
    return Plane(
        _("What each unit adds: a line with one kink"), Axis(LOW, HIGH, "x", (-2, 0, 2)),
        Axis(-5, 5, _("weight · ReLU"), (-4, 0, 4)),
        (Trail("unitx", "unit", says=_("the units, each by itself"), colour=colours.HUES[0], lengths=(3,) * MOST,
               dot=False, width=1.5),),
        _("Their sum, and the bias, is the blue line."), aspect=2.2,
    )  # fmt: skip


def race_plane() -> Plane:
    """The raced networks, one dot each."""
    return Plane(
        _("{count} parameters each, six seeds: the more layers the better?", count=curve_fit.parameters(WIDTHS[0])),
        Axis(0.5, 4.5, _("hidden layers"), (1, 2, 3, 4)), Axis(-5, 0.5, _("log₁₀ of the error"), (-4, -2, 0)),
        (Points("depths", "reached", _("trained networks"), "kinds", colours.HUES[:4]),),
        _("Every dot is a network trained on your curve for {steps} steps of Adam; lower is better.",
          steps=curve_fit.STEPS), aspect=1.9,
    )  # fmt: skip
