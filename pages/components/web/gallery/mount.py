"""The gallery in a page: the button that opens it, and what happens when a card was chosen."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dlcore.i18n import _, translate
from dlcore.presets import PRESETS
from dlcore.serving import assets
from pages.components.shared import draft, keys, language
from pages.components.web.gallery.cards import cards, groups

_component = st.components.v2.component(
    "gallery",
    css=(Path(__file__).parent / "component.css").read_text("utf-8"),
    js=assets.loader("gallery"),
    isolate_styles=False,  # a dialog leads Tab through its own document alone, and past a shadow root
)


def gallery_button() -> None:
    """The button that opens the gallery. Nothing of the gallery is sent before it is pressed.

    It stays open when the page runs again by itself, as when a run ends.
    """
    st.button(_("Starting points"), icon=":material/auto_awesome:", key="starting_points", on_click=turn, args=(True,))
    opened = st.session_state.pop(keys.GALLERY_OPENED, None)
    if opened is not None:
        title = translate(PRESETS[opened].title)
        st.toast(_("“{title}” is open. Undo brings back what was here before.", title=title))
    if st.session_state.get(keys.GALLERY_OPEN):
        st.dialog(_("Starting points"), width="large", on_dismiss=lambda: turn(False))(show)()


def turn(to_open: bool) -> None:
    """Open the gallery, or close it."""
    st.session_state[keys.GALLERY_OPEN] = to_open


def show() -> None:
    """The gallery; it closes when a card was chosen."""
    language.apply()
    _component(
        key=keys.GALLERY,
        data={"groups": groups(), "cards": cards(st.context.theme.type), "texts": texts()},
        on_opened_change=receive,
    )
    if not st.session_state[keys.GALLERY_OPEN]:
        st.rerun()


def receive() -> None:
    """Open what the browser names."""
    if open_preset(st.session_state[keys.GALLERY].opened):
        turn(False)


def open_preset(name: object) -> bool:
    """Lay a starting point on the desk, as an edit that can be undone. Whether there is one of this name."""
    if not isinstance(name, str) or name not in PRESETS:
        return False
    draft.change(draft.draft_of(PRESETS[name].experiment))
    st.session_state[keys.GALLERY_OPENED] = name
    return True


def texts() -> dict[str, str]:
    """What the component says, in the visitor's language. `{placeholders}` are filled in by the browser."""
    return {
        "search": _("Search: overfitting, Conv2d, text …"),
        "all": _("All"),
        "groups": _("Groups"),
        "found": _("{found} of {count}"),
        "nothing": _("No starting point is found by these words."),
        "clear": _("Show all"),
        "duration": _("trains in {duration}"),
        "layers": _("Layers: {layers}"),
    }
