"""The curves of a study's arms: training and validation over the epochs, all seeds of an arm as one band."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import streamlit as st

from dlcore.access import Viewer
from dlcore.figures.seed_bands import Band, Curve, seed_bands
from dlcore.i18n import _
from dlcore.network import about_of
from dlcore.runs import Status
from dlcore.serving.store import runs
from dlcore.studies.results import ranked
from dlcore.training.events import EpochEnded, from_json
from dlcore.training.scores import METRICS, metrics_of, value
from pages.components.shared import keys
from pages.components.shared.visitor import viewer
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure

AT_FIRST = 3  # arms that are drawn at first: the first one and the surest; the others wait in the legend
PARTS = ("train", "validation")


def curves(view: StudyView) -> None:
    """A band an arm; the legend switches arms."""
    names = ("loss", *metrics_of(about_of(view.study.base).task))
    chosen = st.segmented_control(
        _("Score"), names, default=names[0], required=True, format_func=lambda name: _(METRICS[name].name),
        key=keys.in_language(view.key("metric")), label_visibility="collapsed",
    )  # fmt: skip
    draw_figure(seed_bands(chosen, bands(view, chosen)), key=view.key(f"curves.{chosen}"))


def bands(view: StudyView, metric: str) -> list[Band]:
    """The curves of each arm that has any, by one metric."""
    first = [id(line) for line in ranked(view.lines)[:AT_FIRST]]
    found = []
    for number, line in enumerate(view.lines):
        measured = [epochs_of(each.id, each.cursor, viewer()) for each in drawn(view, number)]
        train, validation = ([_curve(each[part], metric) for each in measured] for part in PARTS)
        if any(validation):
            stars = _stars(view, number, metric)
            found.append(Band(str(line.arm.name), number, train, validation, stars, shown=id(line) in first))
    return found


def drawn(view: StudyView, arm: int) -> list[Status]:
    """The runs of an arm that make its mean: those that trained to their end; before there is one, those that train."""
    runs_ = [status for (number, _seed), status in view.statuses.items() if number == arm]
    return [each for each in runs_ if each.state == "finished"] or [each for each in runs_ if each.epoch]


def _stars(view: StudyView, arm: int, metric: str) -> list[tuple[int, float]]:
    """(epoch, score) of the best epoch of each run that ended."""
    found = [(each.best_epoch, value(each.best, metric)) for each in drawn(view, arm) if each.state == "finished"]
    return [(epoch, score) for epoch, score in found if epoch is not None and score is not None]


def _curve(scores: Sequence[tuple[int, Mapping[str, float]]], metric: str) -> Curve:
    return {epoch: each[metric] for epoch, each in scores if metric in each}


@functools.lru_cache(maxsize=2000)
def epochs_of(run_id: str, cursor: int, viewer_: Viewer) -> Mapping[str, list[tuple[int, dict[str, float]]]]:
    """By part, what was measured of a run after each epoch; it changes only with the number of its newest event."""
    del cursor
    return {part: [(each.epoch, _numbers(each, part)) for each in _ended(run_id, viewer_)] for part in PARTS}


@functools.lru_cache(maxsize=2000)
def paces_of(run_id: str, cursor: int, viewer_: Viewer) -> list[tuple[int, float, float]]:
    """(epoch, its seconds, the training loss after it), where that is a finite number."""
    del cursor
    found = [(each.epoch, each.seconds, value(each.train, "loss")) for each in _ended(run_id, viewer_)]
    return [(epoch, seconds, loss) for epoch, seconds, loss in found if loss is not None]


def _ended(run_id: str, viewer_: Viewer) -> list[EpochEnded]:
    told = [from_json(body) for body in runs().overview(run_id, viewer_).events if body["event"] == EpochEnded.__name__]
    return [each for each in told if isinstance(each, EpochEnded)]


def _numbers(ended: EpochEnded, part: str) -> dict[str, float]:
    scores = getattr(ended, part)
    found = {name: value(scores, name) for name in METRICS}
    return {name: each for name, each in found.items() if each is not None}
