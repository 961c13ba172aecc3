"""An answer of the network, as it is shown: of one example with its probabilities, of many as a table to take away."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dlcore.i18n import Text, _, translate
from dlcore.inference.question import Question
from dlcore.serving.csv_file import csv_file
from pages.components.shared.forms import escape

MOST_CLASSES = 10  # of one answer, the most probable first
PICTURE = 160  # pixels: how wide the network's view of a picture is shown
SAID, SURE = " answer", " probability"  # no column of a table begins with a space

Told = dict[str, Any]


def show_result(told: Told, asked: Question, *, own: bool, key: str) -> None:
    """Draw what `Runs.ask` told. own: the names of classes are the learner's words."""
    for note in told["notes"]:
        st.info(escape(str(Text.from_json(note))), icon=":material/info:")
    if "continued" in told:
        st.code(f"{asked.content.decode('utf-8', 'replace')}▏{told['continued']}", language=None, wrap_lines=True)
        st.caption(_("Up to the bar it is yours; what follows was drawn by the network, one token after the other."))
        return
    if len(told["answers"]) > 1:
        _table(told, own, key)
        return
    if "seen" in told:
        left, right = st.columns([1, 3])
        with left:
            _seen(told["seen"])
        with right:
            _one(told, own, key)
        return
    _one(told, own, key)


def _seen(seen: Told) -> None:
    """The picture as the network gets it."""
    image = np.array(seen["values"], float).reshape(seen["shape"])
    low, high = image.min(), image.max()
    bright = ((image - low) / (high - low or 1) * 255).astype(np.uint8).transpose(1, 2, 0)
    times = max(1, PICTURE // bright.shape[1])
    shown = bright.repeat(times, axis=0).repeat(times, axis=1)
    st.image(shown[..., 0] if shown.shape[2] == 1 else shown, width=PICTURE)
    st.caption(_("What the network sees: {height} × {width} pixels.", height=seen["shape"][1], width=seen["shape"][2]))


def _one(told: Told, own: bool, key: str) -> None:
    """One answer: a number in its unit, or classes with their probabilities."""
    shares = told["answers"][0]
    if told["task"] == "regression":
        st.metric(escape(_target(told, own)), "  ".join(f"{each:.6g}" for each in shares))
        return
    ranked = sorted(zip(_classes(told, own), shares, strict=True), key=lambda each: -each[1])
    if told["task"] == "multilabel":
        there = [name for name, share in ranked if share > 0.5]
        said = f"**{escape(', '.join(there))}**" if there else _("No label is likelier than not.")
        st.markdown(said)
    else:
        st.markdown(f"**{escape(ranked[0][0])}** · {ranked[0][1]:.1%}")
    shown = pd.DataFrame(ranked[:MOST_CLASSES], columns=["class", "probability"])
    column = st.column_config
    st.dataframe(shown, hide_index=True, width="stretch", key=key, column_config={
        "class": column.TextColumn(_("Class"), width="medium"),
        "probability": column.ProgressColumn(_("Probability"), format="percent", min_value=0, max_value=1),
    })  # fmt: skip


def _table(told: Told, own: bool, key: str) -> None:
    """An answer a row, beside the row as it came."""
    frame = pd.DataFrame(rows(told, own))
    sure = st.column_config.ProgressColumn(_("Probability"), format="percent", min_value=0, max_value=1)
    said = st.column_config.Column(_target(told, own))
    st.dataframe(frame, hide_index=True, width="stretch", key=key, column_config={SAID: said, SURE: sure})
    st.download_button(
        _("Answers (.csv)"), partial(csv_file, frame), "answers.csv", "text/csv",
        icon=":material/download:", key=f"{key}.download", on_click="ignore",
    )  # fmt: skip


def rows(told: Told, own: bool) -> list[dict[str, Any]]:
    """What was asked and what was answered, one dict an example."""
    came = told["rows"] or [{}] * len(told["answers"])
    return [{**row, **_said(told, own, shares)} for row, shares in zip(came, told["answers"], strict=True)]


def _said(told: Told, own: bool, shares: list[float]) -> dict[str, Any]:
    names = _classes(told, own)
    if told["task"] == "regression":
        return {SAID: shares[0]}
    if told["task"] == "multilabel":
        return {SAID: ", ".join(name for name, share in zip(names, shares, strict=True) if share > 0.5) or "–"}
    best = max(range(len(shares)), key=shares.__getitem__)
    return {SAID: names[best], SURE: shares[best]}


def _classes(told: Told, own: bool) -> list[str]:
    return told["classes"] if own else [translate(name) for name in told["classes"]]


def _target(told: Told, own: bool) -> str:
    return (told["target"] if own else translate(told["target"])) or _("Answer")
