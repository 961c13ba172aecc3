"""A look at a data set: its examples, its shape, how many of each class, before anything is learned from it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dlcore.data.base import About
from dlcore.data.load import load
from dlcore.data.split import divide
from dlcore.experiment import Experiment
from dlcore.figures.samples import balance, contact_sheet, scatter
from dlcore.figures.style import caption
from dlcore.i18n import _, translate
from pages.components.numbers import count

ROWS_SHOWN = 4
IMAGES_ACROSS = 12
POINTS_SHOWN = 800
INK = {"light": "#1b2330", "dark": "#e4e8ef"}  # the themes' colours of text


@st.cache_data(max_entries=32, show_spinner=False)
def _looked_at(_experiment: Experiment, _about: About, key: str) -> dict[str, Any]:
    """Examples of the training part before scaling, and how many rows (of each class) each part holds.

    Raises DataError where the data cannot be split as asked.
    """
    del key  # tells Streamlit which of the results it is
    rows = _about_source(_experiment).read(_experiment.seed)
    parts = divide(rows.y, _experiment.dataset.split, _about, _experiment.seed)
    load(_experiment)  # whatever else would stop a run, is said here already
    chosen = parts[0][: _experiment.dataset.limit]
    parts = (chosen, *parts[1:])
    names = ("train", "validation", "test")
    counts = {
        name: np.bincount(rows.y[part], minlength=len(_about.classes)).tolist() if _about.classes else []
        for name, part in zip(names, parts, strict=True)
    }
    shown = chosen[:POINTS_SHOWN]
    return {
        "x": rows.x[shown],
        "y": rows.y[shown],
        "rows": dict(zip(names, map(len, parts), strict=True)),
        "counts": counts,
    }


def _about_source(experiment: Experiment) -> Any:
    return experiment.dataset.source


def look_at(experiment: Experiment, about: About) -> dict[str, Any]:
    """What there is to show of an experiment's data. Raises DataError."""
    key = json.dumps([experiment.dataset.to_dict(), experiment.seed])
    return _looked_at(experiment, about, key)  # type: ignore[no-any-return]


def headline(about: About, look: dict[str, Any] | None) -> str:
    """«1,797 images of 1 × 8 × 8 · 10 classes · training 1,257 · validation 180 · test 360», parts in their colours."""
    if len(about.shape) == 3:
        what = _("{count} images of {shape}", count=count(about.rows), shape=about.shape)
    else:
        what = _("{count} rows of {shape} numbers", count=count(about.rows), shape=about.shape)
    said = [what, _("{count} classes", count=len(about.classes)) if about.classes else _("a number to predict")]
    if look is not None:
        rows = {part: count(number) for part, number in look["rows"].items()}
        said += [
            f":blue[{_('training')} {rows['train']}]",
            f":orange[{_('validation')} {rows['validation']}]",
            f":violet[{_('test')} {rows['test']}]",
        ]
    return " · ".join(said)


def examples(about: About, look: dict[str, Any]) -> None:
    """Some examples as they are: images, points of the plane, or rows of a table."""
    if len(about.shape) == 3:
        _images(about, look)
    elif about.shape == (2,) and about.classes:
        chart = scatter(look["x"], look["y"], about.classes, about.features)
        st.plotly_chart(chart, key="data_scatter", config={"displayModeBar": False})
    else:
        _table(about, look)


def _images(about: About, look: dict[str, Any]) -> None:
    """Two of each class in the order of the classes, so that a look at the sheet tells what they are."""
    order = [np.flatnonzero(look["y"] == number)[:2] for number in range(len(about.classes))]
    chosen = np.array([each[turn] for turn in range(2) for each in order if turn < len(each)], dtype=int)
    if not len(chosen):
        return
    across = min(len(about.classes) or IMAGES_ACROSS, IMAGES_ACROSS)
    st.image(
        contact_sheet(
            look["x"][chosen],
            across,
            scale=max(1, 36 // about.shape[-1]),
            ink=INK.get(st.context.theme.type or "light", INK["light"]),
        ),
        alt=_("Examples: {classes}", classes=", ".join(about.classes)),
        width="content",
    )


def _table(about: About, look: dict[str, Any]) -> None:
    names = about.features or tuple(f"x{number + 1}" for number in range(about.shape[0]))
    frame = pd.DataFrame(look["x"][:ROWS_SHOWN].reshape(-1, about.shape[0]), columns=list(names))
    target = look["y"][:ROWS_SHOWN]
    said = [about.classes[int(each)] for each in target] if about.classes else target
    frame.insert(0, translate(about.target) or _("target"), said)
    st.dataframe(frame, hide_index=True, height="content", key="data_table")


def class_balance(about: About, look: dict[str, Any]) -> None:
    """How many examples of each class there are; the target's range where it is a number."""
    if about.classes:
        chart = balance(about.classes, look["counts"])
        st.plotly_chart(chart, key="data_balance", config={"displayModeBar": False})
        st.caption(caption(chart))
    else:
        low, high, mean = (f"{value:.4g}" for value in (look["y"].min(), look["y"].max(), look["y"].mean()))
        st.caption(
            _(
                "{target}: from {low} to {high}, {mean} on average in the training part.",
                target=translate(about.target),
                low=low,
                high=high,
                mean=mean,
            )
        )
