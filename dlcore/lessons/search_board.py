"""A search on a board: its trials in their order, where they stand among all settings, and which setting matters."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dlcore.figures import colours
from dlcore.i18n import _
from dlcore.lessons.board.marks import Label, Points, Trail
from dlcore.lessons.board.stages import Axis, Bar, Bars, Plane
from dlcore.lessons.search_trials import BASE, BATCH, DEPTH, MOST, RATE, UNITS, Found, search, shares
from dlcore.studies.variables import title_of

NEAR = 0.02  # of the best accuracy: what is as good, for who wants a small network
DEPTHS = colours.HUES[:3]  # of one, two and three hidden layers
LOOKED_AT = ("number", "score", "lr", "batch", "depth", "units", "size")  # what is said of a trial


def good(found: Found) -> list[bool]:
    """Which trials came to their end, and near the best."""
    least = found.records[-1] - NEAR
    return [trial.state == "finished" and (trial.score or 0.0) >= least for trial in found.trials]


def columns(found: Found) -> dict[str, list[float]]:
    """A row for each trial: what is said of it, and where it is drawn."""
    rates, sizes = found.setting(RATE), [float(each) for each in found.parameters]
    return {
        "score": found.scores, "lr": rates, "batch": found.setting(BATCH), "depth": found.setting(DEPTH),
        "units": found.setting(UNITS), "size": sizes,
        "number": [float(n + 1) for n in range(len(sizes))], "record": found.records,
        "loglr": [math.log10(each) for each in rates], "logsize": [math.log10(each) for each in sizes],
        "poor": [float(not each) for each in good(found)],
        "failed": [float(trial.state == "failed") for trial in found.trials],
    }  # fmt: skip


def definitions() -> Mapping[str, str]:
    """What is said of the trial that is looked at: `the_score` and so on."""
    return {f"the_{name}": f"at({name}, pick)" for name in LOOKED_AT}


def history() -> Plane:
    """The trials, one after another."""
    hidden = [_("1 hidden layer"), _("2 hidden layers"), _("3 hidden layers")]
    return Plane(
        _("A search: each trial is a training, and the next is chosen from them all"),
        Axis(0, MOST + 1, _("trial"), (1, 10, 20, 30)), Axis(0, 1.06, _("validation accuracy"), (0, 0.5, 1)),
        (Trail("number", "record", says=_("the best so far"), colour=colours.BEST, dot=False, width=1.5),
         Points("number", "score", _("trials; a click or the arrow keys choose one"), "depth - 1", DEPTHS,
                "failed", chosen="pick")),
        _("{count} digits teach each trial for {epochs} epochs. The first is the experiment as it is, the next are "
          "drawn by chance; then Optuna's TPE looks where trials went well.", count=BASE.dataset.limit,
          epochs=BASE.training.epochs),
        ((_("best so far"), colours.BEST), *zip(hidden, DEPTHS, strict=True),
         (_("diverged"), f"ring {colours.TROUBLE}")), 2.1,
    )  # fmt: skip


def places() -> Plane:
    """Where in the space of settings the trials stand."""
    return Plane(
        _("Where it looks"), Axis(-2.7, 0.6, _("log₁₀ of the learning rate"), (-2, -1, 0)),
        Axis(2.2, 4.4, _("log₁₀ of the parameters"), (2.5, 3, 3.5, 4)),
        (Points("loglr", "logsize", _("trials; a click or the arrow keys choose one"), "poor",
                (colours.BEST, colours.QUIET), "failed", chosen="pick"),
         Label(-2.6, 4.2, _("trial {number}: rate {rate}, batch size {batch}, hidden layers {layers} × {units}",
                            number="{the_number:0}", rate="{the_lr:3}", batch="{the_batch:0}",
                            layers="{the_depth:0}", units="{the_units:0}"))),
        legend=((_("within {near} of the best", near=NEAR), colours.BEST), (_("worse"), colours.QUIET)), aspect=2.1,
    )  # fmt: skip


def importances(count: int) -> tuple[Bars, ...]:
    """Which settings matter, once so many trials can say it."""
    found = shares(count)
    if found is None:
        return ()
    bars = tuple(Bar(str(title_of(field)), share, colours.HUES[4]) for field, share in found.items())
    ended = sum(trial.state == "finished" for trial in search(count).trials)
    said = _("Share of each setting in how the scores differ (fANOVA), as far as {count} trials tell.", count=ended)
    return (Bars(_("Which setting matters"), bars, digits=2, caption=said),)
