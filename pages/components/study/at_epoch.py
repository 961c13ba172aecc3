"""At one epoch of a slider, the first arm and another one side by side: what they answer, and how they look inside."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dlcore.access import Viewer
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.figures import boundary, histograms, predicted
from dlcore.figures.bindings import fill
from dlcore.figures.hidden_points import hidden_points
from dlcore.i18n import _, current_language, translate
from dlcore.network import about_of, trace
from dlcore.probes import arrays
from dlcore.probes.frame import WEIGHTS
from dlcore.probes.histogram import named, with_weights
from dlcore.probes.predictions import MOST_POINTS
from dlcore.runs import Status
from dlcore.serving.store import runs
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.study.changed import changed_answers
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure

Found = Mapping[str, Any]
Pair = tuple[Status, Status]
PARTS = ("first", "second")
RUN = "run"  # stands for the one that fills a chart


def at_epoch(view: StudyView) -> None:
    """The seed whose films are kept, once both of its runs have ended."""
    base, others = _filmed(view)
    if base is None or not others:
        return
    st.subheader(_("Side by side at one epoch"), anchor=False)
    said = _("Show what two arms answer to the same examples, and how they look inside")
    if not st.toggle(said, key=view.key("beside.shown")):
        return  # another process computes it: nobody's study page starts one unasked
    names = {number: str(view.study.arms[number].name) for number in others}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        arm = st.selectbox(_("Arm"), list(names), format_func=lambda number: names.get(number, str(number)),
                           key=view.key("beside.arm"), width=320)  # fmt: skip
        epoch = _epoch(view, base)
    pair = (base, others[arm])
    try:
        found = _looked(base.id, pair[1].id, epoch, viewer(), current_language())
    except DlcoreError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.caption(_("Seed {seed}, whose runs are filmed.", seed=view.study.seeds[0]))
    _draw(view, pair, arm, found)


def _filmed(view: StudyView) -> tuple[Status | None, dict[int, Status]]:
    """The run of the first arm that is filmed, and by number those of the others, where they have ended."""
    seed = view.study.seeds[0]
    ended = {arm: each for (arm, of), each in view.statuses.items() if of == seed and each.state == "finished"}
    return ended.pop(0, None), dict(sorted(ended.items()))


def _epoch(view: StudyView, base: Status) -> int:
    epochs = _kept(base.id, viewer())
    return int(st.select_slider(_("Epoch"), epochs, epochs[-1], key=view.key("beside.epoch"), width=420))


@functools.lru_cache(maxsize=200)
def _kept(run_id: str, viewer_: Viewer) -> tuple[int, ...]:
    """The epochs whose weights were kept, of a run that has ended."""
    film = runs().film(run_id, viewer_)
    return tuple(sorted(epoch for epoch, frame in film.items() if WEIGHTS in frame.parts)) or (0,)


@functools.lru_cache(maxsize=100)
def _looked(run_id: str, other: str, epoch: int, viewer_: Viewer, language: str) -> Found:
    """What another process found of two runs that have ended. Raises DlcoreError."""
    del language  # its sentences are in the answer
    return arrays.read(runs().analyse(run_id, "beside", {"other": other, "epoch": epoch}, viewer_))


def _draw(view: StudyView, pair: Pair, arm: int, found: Found) -> None:
    both = Both(view, (0, arm), found)
    if "boundary" in found["first"]:
        both.draw("boundary", _boundary)
    if found["classes"] and "truth" in found:
        changed_answers(view, pair[0], both.names, found)
    if "predictions" in found["first"]:
        both.draw("predicted", _predicted)
    hidden, weights = st.tabs([_("Hidden space"), _("Weights")])
    with hidden:
        both.draw("hidden", _hidden)
    with weights:
        both.draw("weights", _weights)


@dataclass(frozen=True)
class Both:
    """The two that stand side by side: their numbers among the arms, and what was found of them."""

    view: StudyView
    arms: tuple[int, int]
    found: Found

    @property
    def names(self) -> list[str]:
        """What the two arms are called."""
        return [str(self.view.study.arms[number].name) for number in self.arms]

    def draw(self, what: str, chart: Callable[[Found, Found, Experiment], Any]) -> None:
        """A chart of each under its name and epoch; nothing of one that has nothing to show."""
        for place, part, name, number in zip(st.columns(2), PARTS, self.names, self.arms, strict=True):
            mine = self.found[part]
            drawn = chart(self.found, mine, self.view.study.arms[number].experiment)
            with place:
                st.markdown(f"**{escape(_('{arm}, epoch {epoch}', arm=name, epoch=mine['epoch']))}**")
                if drawn is not None:
                    draw_figure(_resting(drawn), key=self.view.key(f"beside.{what}.{part}"))


def _resting(chart: Any) -> Any:
    """A chart that holds its numbers, and asks no run for others."""
    for trace_ in chart.data:
        trace_.meta = {"series": trace_.meta["series"]}
    return chart


def _boundary(found: Found, mine: Found, experiment: Experiment) -> Any:
    del found
    about = about_of(experiment)
    axes = about.features or ("x₁", "x₂")
    if about.task == "regression":
        return fill(boundary.heights(axes, translate(about.target), RUN), {RUN: mine})
    return fill(boundary.boundary(about.classes, axes, RUN), {RUN: mine})


def _predicted(found: Found, mine: Found, experiment: Experiment) -> Any:
    del found
    part: Any = "validation" if experiment.dataset.split.validation else "train"
    target = translate(about_of(experiment).target)
    return fill(predicted.predicted(target, part, RUN, MOST_POINTS), {RUN: mine})


def _hidden(found: Found, mine: Found, experiment: Experiment) -> Any:
    del experiment
    hidden = mine["hidden"]
    if "xy" not in hidden:
        return None
    truth = found["truth"][found["places"]] if "truth" in found else None
    return hidden_points(hidden["xy"], truth, found["classes"], hidden["layer"], hidden["explained"])


def _weights(found: Found, mine: Found, experiment: Experiment) -> Any:
    del found
    if "weights" not in mine:
        return None
    layers = named(with_weights(trace(experiment)))
    return fill(histograms.histograms("weights", layers, RUN), {RUN: mine})
