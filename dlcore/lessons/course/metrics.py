"""Lesson 11, validation and metrics: threshold, costs, ROC and confusion together; lanes of folds; MSE and R²."""

# More than 150 lines: threshold, folds and regression are three boards with a snippet each.

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.lessons import metrics
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.marks import Curve, Handle, Points, Segment, Trail
from dlcore.lessons.board.stages import Axis, Bar, Bars, Cells, Matrices, Plane
from dlcore.lessons.board.tiles import Tiles
from dlcore.lessons.lesson import Block, Blocks, Choice, Lesson, Question, See, studio
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import ANY, Task, TrainingTask, TypedTask

VIEWS = {"threshold": N_("a threshold"), "folds": N_("folds"), "numbers": N_("numbers")}
KS = (2, 3, 5, 10)
RATES = ("accuracy", "precision", "recall", "f1")
COUNTS = ("tp", "fp", "fn", "tn")
TASKS = ("multiclass", "binary")  # of runs whose probabilities can stand here
GOAL = 0.9


def cheapest(now: Now) -> bool:
    """The task of the hand: a miss costs ten times a false alarm, and the threshold costs as little as any."""
    v = now.values
    if now.options["view"] != "threshold" or v["miss"] < 10 * v["alarm"] or "t" not in now.moved:
        return False
    return Metrics().numbers(now)["cost"] <= min(costs(now)) + 1e-9


def costs(now: Now) -> list[float]:
    """What each threshold costs."""
    found = metrics.curves(metrics.predictions(now.run))
    pairs = zip(found.misses, found.alarms, strict=True)
    return [now.values["miss"] * misses + now.values["alarm"] * alarms for misses, alarms in pairs]


def zero_fold(now: Now) -> bool:
    """The task of the hand: folds of rows in their order, one of which is never right."""
    v = now.values
    return now.options["view"] == "folds" and not v["shuffle"] and min(metrics.folds(KS[round(v["k"])], False)[1]) == 0


def in_folds(experiment: Experiment) -> bool:
    """The task of the Studio: one of shuffled folds."""
    split = experiment.dataset.split
    return split.method == "kfold" and getattr(split, "shuffle", False)


class Metrics(Lesson):
    """How good is it?"""

    choices = (Choice("view", N_("Look at"), VIEWS, "threshold"),)
    questions = (Question("predict", 2, See(N_("Always say no"), {"view": "threshold"}, {"t": 1.0})),)
    tasks = (Task("cost", cheapest), Task("zero", zero_fold), TypedTask("f1", lambda now: 2 * 0.5 * 0.8 / (0.5 + 0.8)),
             TrainingTask("train", {ANY: ("accuracy", GOAL)}, in_folds))  # fmt: skip
    geometry = frozenset({"yes", "off", "price", "m"})
    grid = (0.3, 4.0, 1.0, 0.7)

    def reads(self, experiment: Experiment) -> bool:
        return experiment.dataset.source.about().task in TASKS  # type: ignore[attr-defined]

    def read(self, seen: Mapping[str, Any]) -> Mapping[str, Any]:
        return metrics.of_run(seen)

    def start(self, options: Mapping[str, Any]) -> dict[str, float]:
        return {"threshold": {"t": 0.5, "miss": 1.0, "alarm": 1.0}, "folds": {"k": 0.0, "shuffle": 0.0},
                "numbers": {"slope": 1.0, "shift": 0.0}}[options["view"]]  # fmt: skip

    def truth(self, now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
        if now.options["view"] == "folds":
            _lanes, judged = metrics.folds(KS[round(now.values["k"])], bool(now.values["shuffle"]))
            scores = torch.tensor(judged, dtype=torch.float64)
            return {"mean": scores.mean(), "spread": scores.std(unbiased=False), "lowest": scores.min()}
        if now.options["view"] == "numbers":
            y, p = (torch.tensor(each, dtype=torch.float64) for each in metrics.cars())
            made = p.mean() + at["slope"] * (p - p.mean()) + at["shift"]
            mse = ((made - y) ** 2).mean()
            return {"made": made, "mse": mse, "r2": 1 - mse / y.var(unbiased=False)}
        found = metrics.counts(metrics.predictions(now.run), at["t"].item())
        cost = at["miss"] * found["fn"] + at["alarm"] * found["fp"]
        return {**{name: torch.tensor(each, dtype=torch.float64) for name, each in found.items()}, "cost": cost}

    def numbers(self, now: Now) -> dict[str, float]:
        at = {name: torch.tensor(each, dtype=torch.float64) for name, each in now.values.items()}
        return {name: each.item() for name, each in self.truth(now, at).items() if name != "made"}

    def board(self, now: Now) -> Board:
        return {"threshold": threshold_board, "folds": folds_board, "numbers": numbers_board}[now.options["view"]](now)

    def blocks(self, now: Now) -> tuple[Blocks, Blocks]:
        n = self.numbers(now)
        if now.options["view"] == "numbers":
            said = rf"R^2 = 1 - \frac{{\mathrm{{MSE}}}}{{\mathrm{{Var}}(y)}} = {n['r2']:.3f}"
            return (Block("latex", said),), ()
        if now.options["view"] == "folds":
            return (Block("latex", rf"\bar a = {n['mean']:.3f} \pm {n['spread']:.3f}"),), ()
        tp, fp, fn, tn = (f"{n[name]:.0f}" for name in COUNTS)
        left = (rf"P = \frac{{{tp}}}{{{tp} + {fp}}} = {n['precision']:.3f},\quad "
                rf"R = \frac{{{tp}}}{{{tp} + {fn}}} = {n['recall']:.3f}").replace("nan", "?")  # fmt: skip
        accuracy = rf"\frac{{{tp} + {tn}}}{{{tp} + {fp} + {fn} + {tn}}} = {n['accuracy']:.3f}"
        return (Block("latex", left),), (Block("latex", accuracy),)

    def snippet(self, now: Now) -> str:
        return SNIPPETS[now.options["view"]](now)

    def experiment(self, now: Now) -> Experiment:
        folds = {"method": "kfold", "folds": 5, "fold": 1, "test": 0.0}
        data = {"name": "breast_cancer", "split": folds}
        return studio(data, 16, "ReLU", optimizer=("Adam", 0.01), batch_size=32, epochs=20)


def threshold_board(now: Now) -> Board:
    """One threshold, and everything that follows of it."""
    made = metrics.predictions(now.run)
    found, price = metrics.curves(made), costs(now)
    best = int(np.argmin(price))
    count = len(made.y)
    jitter = [((n * 0.618) % 1 - 0.5) * 0.7 for n in range(count)]  # so that they do not hide one another
    scores = Plane(
        _("Drag the threshold"), Axis(-0.02, 1.02, _("probability of a yes"), (0, 0.5, 1)),
        Axis(-0.5, 1.5, _("truth"), (0, 1)),
        (Points("ps", "rows", _("examples; those that are answered wrongly are ringed"), "ys",
                (colours.hue(0), colours.hue(1)), "off", radius=2.5),
         Segment("t", -0.5, "t", 1.5, colours.INK, dashed=True),
         Handle("t", 0.5, _("threshold"), {"t": "px"}, colours.INK, "disc", 0.02)),
        legend=((_("truly no"), colours.hue(0)), (_("truly yes"), colours.hue(1)),
                (_("answered wrongly"), f"ring {colours.TROUBLE}")), aspect=1.6,
    )  # fmt: skip
    roc = Plane(
        _("ROC: drag along it"), Axis(0, 1, _("false alarms among the no"), (0, 0.5, 1)),
        Axis(0, 1.02, _("recall"), (0, 0.5, 1)),
        (Curve("x", _("guessing"), colours.QUIET, dashed=True),
         Trail("fprs", "tprs", says=_("every threshold"), colour=colours.VALIDATION, dot=False),
         Handle("fp / (fp + tn)", "recall", _("this threshold"), {"t": "at(threshold_of, 100 * px)"},
                colours.VALIDATION, "disc", 0.02)), aspect=1.25,
    )  # fmt: skip
    cost = Plane(
        _("What each threshold costs"), Axis(0, 1, _("threshold"), (0, 0.5, 1)),
        Axis(0, max(price[0], price[-1]) * 1.05 + 1, _("cost")),
        (Trail("ts", "price", says=_("cost"), colour=colours.TROUBLE, dot=False),
         Points("best_at", "best_price", _("the cheapest"), 0, (colours.BEST,), radius=7),
         Handle("t", "cost", _("this threshold"), {"t": "px"}, colours.TROUBLE, "disc", 0.02)),
        legend=((_("cheapest"), f"ring {colours.BEST}"),), aspect=2.4,
    )  # fmt: skip
    said = _("Rows: truly yes, truly no. Columns: answered yes, answered no.")
    confusion = Matrices(_("Confusion matrix"), (Cells((("tp", "fn"), ("fp", "tn")), "", 0, tint=False),), said)
    hues = dict(zip(RATES, (colours.QUIET, colours.TRAINING, colours.VALIDATION, colours.TEST), strict=True))
    names = {"accuracy": _("accuracy"), "precision": _("precision"), "recall": _("recall"), "f1": "F1"}
    bars = Bars(_("What one might call good"), tuple(Bar(names[name], name, hues[name]) for name in RATES))
    numbers = Metrics().numbers(now)
    return Board(
        main=(scores, roc), side=(bars, confusion, cost),
        knobs=(Slider("t", "t", _("threshold"), 0, 1, 0.01),
               Slider("miss", _("miss"), _("cost of a miss"), 1, 20, 1, 0),
               Slider("alarm", _("alarm"), _("cost of a false alarm"), 1, 20, 1, 0)),
        readouts=(Readout("cost", _("cost in all"), "cost", 0, max(price), best=price[best], best_said=_("cheapest")),),
        columns={"ps": made.p.tolist(), "ys": made.y.tolist(), "ts": metrics.thresholds(), "fprs": found.fpr,
                 "rows": [y + j for y, j in zip(made.y.tolist(), jitter, strict=True)], "tprs": found.tpr,
                 "misses": found.misses, "alarms": found.alarms, "threshold_of": found.threshold_of,
                 "best_at": [best / metrics.STEPS], "best_price": [price[best]]},
        definitions={
            "yes": "1 - (ps < t)", "off": "1 - (yes == ys)", "tp": "sum(yes * ys)", "fp": "sum(yes * (1 - ys))",
            "fn": "sum((1 - yes) * ys)", "tn": "sum((1 - yes) * (1 - ys))",
            "accuracy": "(tp + tn) / (tp + fp + fn + tn)",
            "precision": "tp / (tp + fp)", "recall": "tp / (tp + fn)", "f1": "2 * tp / (2 * tp + fp + fn)",
            "cost": "miss * fn + alarm * fp", "price": "miss * misses + alarm * alarms",
        },
        measured={name: each for name, each in numbers.items() if math.isfinite(each)},
    )  # fmt: skip


def folds_board(now: Now) -> Board:
    """Lanes: each fold judges once; what it said of its rows."""
    k, shuffle = KS[round(now.values["k"])], bool(now.values["shuffle"])
    lanes, scores = metrics.folds(k, shuffle)
    species = [float(each) for each in metrics.penguins()[1]]
    return Board(
        main=(Tiles(_("The rows in the order of their file, a grey a species"), "species", (len(species),), 0, 2),
              Tiles(_("A lane a fold: the bright rows judge, the dark ones teach"), "lanes", (k, len(species)))),
        side=(Bars(_("Accuracy of each fold"),
                   tuple(Bar(_("fold {number}", number=n + 1), f"at(scores, {n})", colours.VALIDATION)
                         for n in range(k))),),
        knobs=(Slider("k", "k", _("how many folds"), 0, 3, 1, 0, stops=tuple(map(str, KS))),
               Slider("shuffle", _("order"), _("order of the rows"), 0, 1, 1, 0,
                      stops=(_("as they came"), _("shuffled")))),
        readouts=(Readout("mean", _("mean of the folds"), "mean", 3, 1),
                  Readout("spread", _("their spread"), "spread", 3),
                  Readout("lowest", _("the lowest"), "lowest", 3)),
        columns={"species": species, "lanes": [each for lane in lanes for each in lane], "scores": scores},
        definitions={"m": "mean(scores)", "mean": "m", "spread": "sqrt(mean((scores - m) ** 2))",
                     "lowest": f"at(scores, {int(np.argmin(scores))})"},
        measured=Metrics().numbers(now),
    )  # fmt: skip


def numbers_board(now: Now) -> Board:
    """Numbers that were predicted, beside the truth."""
    truth, said = metrics.cars()
    plane = Plane(
        _("Predicted and true: on the dashed line it is right"), Axis(5, 50, _("true miles a gallon"), (10, 30, 50)),
        Axis(0, 50, _("predicted"), (0, 25, 50)),
        (Curve("x", _("where it is right"), colours.QUIET, dashed=True),
         Points("ys", "made", _("cars"), 0, (colours.hue(0),), radius=3)), aspect=1.3,
    )  # fmt: skip
    return Board(
        main=(plane,), knobs=(Slider("slope", "a", _("how boldly it predicts"), -0.5, 2),
                              Slider("shift", "b", _("added to every prediction"), -15, 15, 0.5, 1)),
        readouts=(Readout("mse", "MSE", "mse", 2, 200), Readout("r2", "R²", "r2", 3, 1, higher_is_better=True)),
        columns={"ys": truth, "ps": said},
        definitions={"made": "mean(ps) + slope * (ps - mean(ps)) + shift", "mse": "mean((made - ys) ** 2)",
                     "r2": "1 - mse / mean((ys - mean(ys)) ** 2)"},
        measured={name: Metrics().numbers(now)[name] for name in ("mse", "r2")},
    )  # fmt: skip


def _threshold_snippet(now: Now) -> str:
    theirs = [f"p = torch.tensor({now.run.get('p')}, dtype=torch.float64)", f"y = torch.tensor({now.run.get('y')})"]
    lines = ["import torch", *(theirs if now.run else EIGHTS)]
    return "\n".join([
        *lines, f"yes = p >= {now.values['t']!r}",
        "tp, fp, fn, tn = [(each & (y == truth)).sum() for each in (yes, ~yes) for truth in (1, 0)]",
        "print(*[count.item() for count in (tp, fp, fn, tn)], sep='\\n')",
        "print('accuracy', ((tp + tn) / len(y)).item())", "print('precision', (tp / (tp + fp)).item())",
        "print('recall', (tp / (tp + fn)).item())", "print('F1', (2 * tp / (2 * tp + fp + fn)).item())",
        f"print('cost', ({now.values['miss']!r} * fn + {now.values['alarm']!r} * fp).item())",
    ])  # fmt: skip


EIGHTS = (
    "from sklearn.datasets import load_digits",
    "from torch.nn.functional import binary_cross_entropy_with_logits as bce",
    "data = load_digits()", "x, y = torch.tensor(data.data / 16), torch.tensor(data.target == 8).double()",
    "w, b = (torch.zeros(n, dtype=torch.float64, requires_grad=True) for n in (64, 1))",
    "optimizer = torch.optim.Adam([w, b], lr=0.1)", "for step in range(60):", "    optimizer.zero_grad()",
    "    bce(x[:1200] @ w + b, y[:1200]).backward()", "    optimizer.step()",
    "p, y = torch.sigmoid(x[1200:] @ w + b).detach(), y[1200:]",
)  # fmt: skip


def _folds_snippet(now: Now) -> str:
    k, shuffle = KS[round(now.values["k"])], bool(now.values["shuffle"])
    return f"""import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

columns = {metrics.MEASURED}
data = pd.read_csv("datasets/penguins.csv").dropna(subset=columns)
model = make_pipeline(StandardScaler(), KNeighborsClassifier())
folds = KFold({k}, shuffle={shuffle}{", random_state=0" if shuffle else ""})
scores = cross_val_score(model, data[columns].to_numpy(), data["species"], cv=folds)
print("mean", np.mean(scores), "\\nspread", np.std(scores), "\\nlowest", np.min(scores))
"""


def _numbers_snippet(now: Now) -> str:
    return f"""import numpy as np
import pandas as pd
from sklearn.metrics import mean_squared_error, r2_score

cars = pd.read_csv("datasets/cars.csv").dropna(subset=["mpg"])
slope, start = np.polyfit(cars["weight"], cars["mpg"], 1)
line = slope * cars["weight"] + start
predicted = line.mean() + {now.values["slope"]!r} * (line - line.mean()) + {now.values["shift"]!r}
print("MSE", mean_squared_error(cars["mpg"], predicted))
print("R²", r2_score(cars["mpg"], predicted))
"""


SNIPPETS = {"threshold": _threshold_snippet, "folds": _folds_snippet, "numbers": _numbers_snippet}
