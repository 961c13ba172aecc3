"""Every data set as a card: the learner's own, then those that are there for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dlcore.data.base import About
from dlcore.data.uploads import Description, Images, Table
from dlcore.errors import DlcoreError
from dlcore.figures.thumbnails.files import PLACEHOLDER, of_dataset
from dlcore.i18n import N_, _, translate
from dlcore.number_format import memory
from dlcore.registry import DATASETS
from dlcore.runs.uploads import Upload
from dlcore.serving import thumbnails
from pages.components.shared import data_preview
from pages.components.shared.forms import escape

ACROSS = 3
PICTURE = 110  # pixels across; its sides are as 5 to 3
TASKS = {
    "multiclass": N_("one of several classes"),
    "binary": N_("yes or no"),
    "multilabel": N_("several labels at once"),
    "regression": N_("a number to predict"),
    "next-token": N_("the next token"),
}

Open = Callable[[str], None]  # called with the name that an experiment uses


def user_datasets(uploads: Iterable[Upload], open_: Open) -> None:
    """Cards of what this visitor brought, the newest first."""
    places = _places()
    for upload in uploads:
        with next(places):
            _title(upload.name, upload.dataset, open_)
            with _beside(PLACEHOLDER, kind_of(upload.description)):
                st.markdown(f":small[{escape(extent(upload.description))}]")
                said = [upload.file_name, memory(upload.bytes), f"{upload.created_at.astimezone():%Y-%m-%d %H:%M}"]
                st.caption(escape(" · ".join(said)))


def registered(open_: Open) -> None:
    """Cards of all data sets that are there for everybody."""
    places = _places()
    for name, declared in DATASETS.items():
        source: Any = declared()
        with next(places):
            _title(translate(source.title), name, open_)
            with _beside(*of_dataset(name)):
                try:
                    about: About = source.about()
                    st.markdown(f":small[{summary(about)}]")
                except DlcoreError as error:  # its file cannot be read, or is not what its card speaks of
                    st.error(escape(str(error)))
                st.caption(escape(translate(source.card)))


def _places() -> Any:
    while True:
        for place in st.columns(ACROSS):
            yield place.container(border=True, gap=None, height="stretch")


def _beside(kind: str, name: str) -> DeltaGenerator:
    """A picture; what is written into the container that comes back stands to its right."""
    row = st.container(horizontal=True, gap="small")
    address = thumbnails.address(kind, name, st.context.theme.type)
    with row.container(width=PICTURE):
        st.html(f'<img src="{address}" alt="" loading="lazy" width="{PICTURE}" height="{PICTURE * 3 // 5}">')
    return row.container(gap=None)


def kind_of(description: Description) -> str:
    """Which kind of data a learner brought: a name of `MODALITIES`."""
    if isinstance(description, Table):
        kinds = {column.kind for column in description.columns}
        return "text" if "text" in kinds and "numeric" not in kinds else "table"
    if isinstance(description, Images):
        return "images"
    return {2: "signals", 3: "images", 4: "video"}.get(len(description.shape), "table")


def _title(title: str, name: str, open_: Open) -> None:
    label = f"**{escape(title)}**"
    st.button(label, key=f"open.{name}", on_click=open_, args=(name,), type="tertiary", icon=":material/folder_open:")


def summary(about: About) -> str:
    """«150 rows of 4 numbers · 3 classes · one of several classes»."""
    said = [data_preview.headline(about, None), *([_(TASKS[about.task])] if about.classes else [])]
    return escape(" · ".join(said))


def extent(description: Description) -> str:
    """«300 rows, 5 columns», «40 images in 2 classes», «60,000 examples of 1 × 28 × 28»."""
    rows = f"{description.rows:,}"
    if isinstance(description, Table):
        return _("{rows} rows, {columns} columns", rows=rows, columns=len(description.columns))
    if isinstance(description, Images):
        return _("{rows} images in {classes} classes", rows=rows, classes=len(description.classes))
    return _("{rows} examples of {shape}", rows=rows, shape=" × ".join(map(str, description.shape)))
