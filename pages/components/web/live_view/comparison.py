"""`live_comparison`: several runs on shared axes, live or finished, through one stream."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import streamlit as st

from dlcore.data.base import About
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.figures import colours, curves
from dlcore.figures.folds import folds as folds_figure
from dlcore.i18n import _
from dlcore.network import about_of
from dlcore.runs import Status
from dlcore.serving.assets import ignored
from dlcore.serving.empty_charts import plain
from dlcore.serving.event_stream import stream_key
from dlcore.serving.store import runs
from dlcore.training.scores import METRICS, metrics_of
from dlcore.training.twins import dropout_twins
from pages.components.shared.visitor import viewer
from pages.components.web.live_view.mount import LOADER, shared

Json = dict[str, Any]

_component = st.components.v2.component("live_comparison", js=LOADER, isolate_styles=False)


def live_comparison(compared: Sequence[Status], chosen: Collection[str] = (), *, key: str) -> None:
    """Show these runs (of this owner, or everybody's) together: scores, what the gap says, curves.

    chosen: ids of those that stand out, while the others fade; of none, all are alike.
    """
    experiments = [runs().experiment(status.id, viewer()) for status in compared]
    result = _component(
        key=key, data=_described(compared, experiments) | {"chosen": sorted(chosen)},
        on_action_change=ignored, on_ended_change=ignored,
    )  # fmt: skip
    if result.action == "stop":
        _stop(compared)


def live_folds(folds: Sequence[Status], *, key: str) -> None:
    """Show the runs of a k-fold together: a lane each, their mean and standard deviation."""
    experiments = [runs().experiment(status.id, viewer()) for status in folds]
    lanes = [(status.id, str(status.title)) for status in folds]
    described = _described(folds, experiments)
    described["figures"] = {
        "loss": plain(folds_figure("loss", lanes)),
        "metrics": {each["name"]: plain(folds_figure(each["name"], lanes)) for each in described["metrics"]},
    }
    result = _component(key=key, data=described | {"folds": True}, on_action_change=ignored, on_ended_change=ignored)
    if result.action == "stop":
        _stop(folds)


def _stop(compared: Sequence[Status]) -> None:
    for status in compared:
        try:
            if status.owner == viewer().name:
                runs().stop(status.id, viewer())
        except DlcoreError as error:
            st.toast(str(error), icon=":material/error:")


def _described(compared: Sequence[Status], experiments: Sequence[Experiment]) -> Json:
    abouts = [about_of(experiment) for experiment in experiments]
    metrics = _shared_metrics(abouts)
    main = metrics[0] if metrics and METRICS[metrics[0]].share else "loss"
    lanes = [(status.id, str(status.title)) for status in compared]
    cells = _cells(main)
    return shared("comparison") | {
        "runs": [
            {"id": status.id, "key": stream_key(status.id, viewer()), "name": name, "hue": colours.hue(number)}
            for number, (status, (_id, name)) in enumerate(zip(compared, lanes, strict=True))
        ],
        "controls": any(status.owner == viewer().name for status in compared),
        "main": main,
        "lower": METRICS[main].lower,
        "share": METRICS[main].share,
        "heads": [_("Run"), _("State"), *(title for title, _cell in cells)],
        "cells": [cell for _title, cell in cells],
        "metrics": [{"name": name, "label": _(METRICS[name].name)} for name in metrics],
        "figures": {
            "loss": plain(curves.comparison("loss", lanes)),
            "metrics": {name: plain(curves.comparison(name, lanes)) for name in metrics},
        },
        "twins": _twins(compared, experiments),
    }


def _shared_metrics(abouts: Sequence[About]) -> tuple[str, ...]:
    """The metrics that every run has: none where their tasks differ."""
    tasks = {about.task for about in abouts}
    return metrics_of(tasks.pop()) if len(tasks) == 1 else ()


def _cells(main: str) -> list[tuple[str, Json]]:
    """(heading, what it holds) of the score columns: the main metric first, the loss always."""
    noun, share = _(METRICS[main].noun), METRICS[main].share
    wanted: list[tuple[str, Json]] = [
        (_("Training {metric}", metric=noun), {"part": "train", "metric": main, "share": share}),
        (_("Validation {metric}", metric=noun), {"part": "validation", "metric": main, "share": share}),
        (_("Gap"), {"part": "gap", "metric": main, "share": share}),
        (
            _("Validation {metric}, best epoch", metric=noun),
            {"part": "validation", "metric": main, "share": share, "at": "best"},
        ),
    ]
    if main != "loss":
        wanted.append((_("Validation loss, best epoch"), {"part": "validation", "metric": "loss", "at": "best"}))
    return wanted


def _twins(compared: Sequence[Status], experiments: Sequence[Experiment]) -> Json | None:
    """Which of two runs has dropout, where that is all in which they differ."""
    found = dropout_twins(experiments)
    return None if found is None else {"with": compared[found[0]].id, "without": compared[found[1]].id}
