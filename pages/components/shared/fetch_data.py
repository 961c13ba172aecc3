"""Data that must be downloaded first: the offer, the progress, and what to do where there is no network."""

from __future__ import annotations

import streamlit as st

from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.errors import DataError
from dlcore.i18n import _, translate
from dlcore.number_format import memory
from dlcore.presets import with_stand_in
from pages.components.shared import draft, keys
from pages.components.shared.forms import escape


def before_training(source: Downloaded) -> str:
    """What Train does first, where the data are not here."""
    return _("The data are not here yet: Train downloads {size} first.", size=memory(source.missing()))


def fetch_box(source: Downloaded, in_studio: bool = True) -> None:
    """Offer to download the files, or in the Studio to take what stands in; say where they may be put by hand."""
    names = ", ".join(file.name for file in source.files)
    if in_studio:
        st.markdown(f":small[{escape(translate(source.summary()))}]")
    with st.container(horizontal=True):
        pressed = st.button(
            _("Download {size}", size=memory(source.missing())), key=keys.FETCH, icon=":material/download:"
        )
        if in_studio and source.stand_in:
            st.button(_("Use the enlarged handwritten digits instead"), key=keys.STAND_IN, on_click=_take_stand_in)
    if pressed:
        _fetch(source)
    st.markdown(
        ":small["
        + escape(
            _(
                "Or put the files {files} from {address} into {folder} yourself; they are checked before use.",
                files=names,
                address=source.address,
                folder=str(source.place),
            )
        )
        + "]"
    )


def _fetch(source: Downloaded) -> None:
    bar = st.progress(0.0)
    shown = -1

    def tell(done: int, total: int) -> None:
        nonlocal shown
        if (share := 100 * done // total) > shown:
            shown = share
            said = _("Downloading: {done} of {total}. If it breaks off, it goes on from there.",
                     done=memory(done), total=memory(total))  # fmt: skip
            bar.progress(done / total, said)

    try:
        source.fetch(tell)
    except DataError as error:
        bar.empty()
        st.error(escape(str(error)))
    else:
        st.rerun()


def _take_stand_in() -> None:
    made = with_stand_in(draft.experiment_of(draft.current())).to_dict()
    draft.change(draft.with_value(draft.current(), ("dataset",), made["dataset"]))
