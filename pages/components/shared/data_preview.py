"""A look at a data set: its examples, its shape, how many of each class, before anything is learned from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dlcore.coach import DataSummary
from dlcore.data.base import About, Rows
from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.data.load import divided, row_numbers, scaled
from dlcore.data.split import column_of
from dlcore.data.uploads import UserDataset
from dlcore.experiment import Experiment
from dlcore.figures.samples import balance, contact_sheet, scatter, sounds
from dlcore.figures.style import caption
from dlcore.i18n import _, current_language, translate
from dlcore.number_format import count

ROWS_SHOWN = 4
ROWS_MEASURED = 256  # of a learner's own data, whose sizes the coach is told
IMAGES_ACROSS = 12
POINTS_SHOWN = 800
INK = {"light": "#1b2330", "dark": "#e4e8ef"}  # the themes' colours of text


@st.cache_data(max_entries=32, show_spinner=False)
def _looked_at(_experiment: Experiment, _about: About, key: str) -> dict[str, Any]:
    """Examples of the training part before scaling, how many rows (of each class) each part holds, and its summary.

    Raises DataError where the data cannot be split as asked.
    """
    del key  # tells Streamlit which of the results it is
    source = _experiment.dataset.source
    if isinstance(source, UserDataset | Downloaded):
        return _glance(_experiment, source, _about)
    rows = divided(_experiment)
    data = scaled(rows, _experiment.dataset)  # whatever else would stop a run, is said here already
    names = ("train", "validation", "test")
    counts = {name: _counted(_about, y) for name, y in zip(names, rows.y, strict=True)}
    return {
        "x": rows.x[0][:POINTS_SHOWN],
        "y": rows.y[0][:POINTS_SHOWN],
        "words": rows.about.words,
        "rows": dict(zip(names, map(len, rows.y), strict=True)),
        "counts": counts,
        "summary": asdict(DataSummary.of(data)),
    }


def _glance(experiment: Experiment, source: UserDataset | Downloaded, about: About) -> dict[str, Any]:
    """The same of what was brought or downloaded: only a few rows and all answers are kept here."""
    rows = Rows(None, source.answers())
    y, parts = rows.y, row_numbers(experiment, rows, column_of(source, experiment.dataset.split))
    names = ("train", "validation", "test")
    shown = parts[0][:ROWS_SHOWN]
    if len(about.shape) == 3:
        shown = parts[0][_of_each_class(about, y[parts[0]], _images_of_each(about))]
    seen = source.some(shown)
    return {
        **({"frame": seen} if isinstance(seen, pd.DataFrame) else {"x": seen}),
        "y": y[shown],
        "rows": dict(zip(names, map(len, parts), strict=True)),
        "counts": {name: _counted(about, y[part]) for name, part in zip(names, parts, strict=True)},
        "summary": asdict(DataSummary.of_arrays(about, _sample(experiment, source, parts[0]), y[parts[0]])),
    }


def _sample(experiment: Experiment, source: UserDataset | Downloaded, rows: Any) -> Any:
    """Some inputs of the training part (N, columns) as they are learned from; None where no glance tells that."""
    if experiment.dataset.scale != "none" or getattr(source, "recipe", None):
        return None
    seen = source.some(rows[:: max(1, len(rows) // ROWS_MEASURED)][:ROWS_MEASURED])
    if not isinstance(seen, pd.DataFrame):
        return seen if seen.dtype.kind == "f" else None
    numbers = seen.drop(columns=seen.columns[0]).select_dtypes("number")
    return numbers.dropna().to_numpy(float) if len(numbers.columns) else None


def _counted(about: About, y: Any) -> list[int]:
    """How many examples of each class: of those that are there, where there may be several; none for text."""
    if about.task == "multilabel":
        return y.sum(axis=0).astype(int).tolist()  # type: ignore[no-any-return]
    if about.task in ("multiclass", "binary"):
        return np.bincount(y.astype(int), minlength=len(about.classes)).tolist()  # type: ignore[no-any-return]
    return []


def look_at(experiment: Experiment, about: About) -> dict[str, Any]:
    """What there is to show of an experiment's data. Raises DataError."""
    source: Any = experiment.dataset.source
    key = json.dumps([experiment.dataset.to_dict(), experiment.seed_of("split"), source.edition])
    return _looked_at(experiment, about, key)  # type: ignore[no-any-return]


def headline(about: About, look: dict[str, Any] | None) -> str:
    """«1,797 images of 1 × 8 × 8 · 10 classes · training 1,257 · validation 180 · test 360», parts in their colours."""
    said = [
        _extent(about),
        _("{count} classes", count=len(about.classes)) if about.classes else _("a number to predict"),
    ]
    if look is not None:
        rows = {part: count(number) for part, number in look["rows"].items()}
        said += [
            f":blue[{_('training')} {rows['train']}]",
            f":orange[{_('validation')} {rows['validation']}]",
            f":violet[{_('test')} {rows['test']}]",
        ]
    return " · ".join(said)


def _extent(about: About) -> str:
    many = count(about.rows)
    if about.shape.vocabulary is not None:
        length, words = about.shape[0], count(about.shape.vocabulary)
        if not about.words and not about.features:  # those of a learner's own texts are counted when a run begins
            return _("{count} sequences of {length} tokens, at most {words} different ones",
                     count=many, length=length, words=words)  # fmt: skip
        return _("{count} sequences of {length} tokens, {words} different ones", count=many, length=length, words=words)
    if len(about.shape) == 3:
        return _("{count} images of {shape}", count=many, shape=about.shape)
    if len(about.shape) == 4:
        return _("{count} clips of {shape}", count=many, shape=about.shape)
    return _("{count} rows of {shape} numbers", count=many, shape=about.shape)


def examples(about: About, look: dict[str, Any], larger: int = 1) -> None:
    """Some examples as they are: images (so many times larger), clips, sounds, texts, points, or rows of a table."""
    if "frame" in look:
        st.dataframe(look["frame"], hide_index=True, height="content", key="data_frame")
    elif about.shape.vocabulary is not None:
        _texts(about, look)
    elif len(about.shape) == 4:
        _clips(about, look)
    elif len(about.shape) == 3:
        _images(about, look, larger)
    elif len(about.shape) == 2:
        chosen = _of_each_class(about, look["y"], 1)
        chart = sounds(look["x"][chosen, 0], [_answer(about, look["y"][row]) for row in chosen])
        st.plotly_chart(chart, key="data_sounds", config={"displayModeBar": False})
    elif about.on_a_plane and about.task in ("multiclass", "binary"):
        chart = scatter(look["x"], look["y"], about.classes, about.features)
        st.plotly_chart(chart, key="data_scatter", config={"displayModeBar": False})
    else:
        _table(about, look)


def _images(about: About, look: dict[str, Any], larger: int) -> None:
    """Some of each class in the order of the classes, so that a look at the sheet tells what they are."""
    chosen = _of_each_class(about, look["y"], _images_of_each(about))
    if len(chosen):
        across = IMAGES_ACROSS // len(about.classes) * len(about.classes) if about.classes else 0
        sheet(look["x"][chosen], across or IMAGES_ACROSS, about, larger)


def _images_of_each(about: About) -> int:
    """How many pictures of a class fill two lines; of many classes, two."""
    return 2 * max(1, IMAGES_ACROSS // max(1, len(about.classes)))


def _clips(about: About, look: dict[str, Any]) -> None:
    """One clip of each class, a row each, its pictures side by side."""
    clips = look["x"][_of_each_class(about, look["y"], 1)]  # (clips, channels, pictures, height, width)
    if len(clips):
        sheet(clips.swapaxes(1, 2).reshape(-1, *about.shape[:1], *about.shape[2:]), about.shape[1], about)


def sheet(images: Any, across: int, about: About, larger: int = 1) -> None:
    """Images (N, channels, height, width) side by side, so many in a row."""
    ink = INK.get(st.context.theme.type or "light", INK["light"])
    st.image(
        contact_sheet(images, across, scale=larger * max(1, 36 // about.shape[-1]), ink=ink),
        alt=_("Examples: {classes}", classes=", ".join(about.classes)),
        width="content",
    )


def _of_each_class(about: About, y: Any, times: int) -> Any:
    """Row numbers: so many of each class, in turn; simply the first where an example is not of one class."""
    if about.task not in ("multiclass", "binary"):
        return np.arange(min(len(y), 2 * IMAGES_ACROSS if times > 1 else ROWS_SHOWN))
    order = [np.flatnonzero(y == number)[:times] for number in range(len(about.classes))]
    return np.array([each[turn] for turn in range(times) for each in order if turn < len(each)], dtype=int)


def _answer(about: About, y: Any) -> Any:
    """What is to be predicted, as it is called."""
    if about.task == "multilabel":
        return ", ".join(name for name, there in zip(about.classes, y, strict=True) if there)
    return about.classes[int(y)] if about.classes else y


def _texts(about: About, look: dict[str, Any]) -> None:
    """Texts as they read; tokens that are columns of a table, each in its column."""
    said = [[look["words"][token] for token in row] for row in look["x"][:ROWS_SHOWN]]
    if about.features:
        frame = pd.DataFrame(said, columns=[translate(name) for name in about.features])
    else:
        between = "" if all(len(word) < 2 for word in look["words"]) else " "
        frame = pd.DataFrame({_("text"): [between.join(word for word in row if word) for row in said]})
    if about.task != "next-token":
        answers = [_answer(about, each) for each in look["y"][:ROWS_SHOWN]]
        frame.insert(0, translate(about.target) or _("target"), answers)
    st.dataframe(frame, hide_index=True, height="content", key="data_texts")


def _table(about: About, look: dict[str, Any]) -> None:
    names = about.features or tuple(f"x{number + 1}" for number in range(about.shape[0]))
    frame = pd.DataFrame(look["x"][:ROWS_SHOWN].reshape(-1, about.shape[0]), columns=list(names))
    said = [_answer(about, each) for each in look["y"][:ROWS_SHOWN]]
    frame.insert(0, translate(about.target) or _("target"), said)
    st.dataframe(frame, hide_index=True, height="content", key="data_table")


@st.cache_data(max_entries=64, show_spinner=False)
def _balance(classes: tuple[str, ...], counts: dict[str, list[int]], language: str) -> Any:
    del language  # its texts are the figure's
    return balance(classes, counts)


def class_balance(about: About, look: dict[str, Any]) -> None:
    """How many examples of each class there are; the target's range where it is a number."""
    if about.task == "next-token":
        st.caption(_("Every token is to be predicted from those before it."))
    elif about.classes:
        chart = _balance(about.classes, look["counts"], current_language())
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
