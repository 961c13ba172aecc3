"""Students from a CSV file: all of them, or, where a line is wrong, none."""

from __future__ import annotations

import streamlit as st

from dlcore.access.roster import write_roster
from dlcore.errors import DlcoreError
from dlcore.i18n import _
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.store import runs
from pages.components.shared import forms, keys
from pages.components.shared.trouble import Sentence
from pages.components.shared.uploading import file_uploader, files_at, taking_in
from pages.components.shared.visitor import viewer


def roster_file(school_class: SchoolClass) -> None:
    """Draw the way in for a file, what was wrong with the last one, and the words of those who were added."""
    with st.popover(_("Add students by .csv"), icon=":material/upload:", key=f"{keys.CLASS_FILE}.open"):
        st.markdown(_("A table with the column `name`, one student a line, and `word` if you choose their words; "
                      "without it, each gets one. If a line is wrong, nobody is added."))  # fmt: skip
        file_uploader(_("Roster"), key=keys.CLASS_FILE, megabytes=1, type=["csv", "txt", "tsv"],
                      label_visibility="collapsed")  # fmt: skip
        st.button(_("Add them"), type="primary", on_click=_add, args=(school_class,),
                  disabled=not files_at(keys.CLASS_FILE), key=f"{keys.CLASS_FILE}.add")  # fmt: skip
        if keys.CLASS_FILE_PROBLEM in st.session_state:
            st.error(forms.escape(str(st.session_state.pop(keys.CLASS_FILE_PROBLEM))), icon=":material/error:")
    _added(school_class)


def _add(school_class: SchoolClass) -> None:
    with taking_in(keys.CLASS_FILE) as files:
        for file in files:
            try:
                entries = runs().import_roster(school_class.id, file.getvalue(), viewer())
            except DlcoreError as error:
                st.session_state[keys.CLASS_FILE_PROBLEM] = Sentence.of(error)
            else:
                words = [(each.called, each.word) for each in entries]
                st.session_state[keys.CLASS_ADDED] = (school_class.id, words)


def _added(school_class: SchoolClass) -> None:
    """The words of those who were just added, as a file: they are told this once."""
    class_id, words = st.session_state.get(keys.CLASS_ADDED, ("", []))
    if class_id != school_class.id or not words:
        return
    st.download_button(
        _("Words of the {count} new students (.csv)", count=len(words)), write_roster(words),
        f"words-{school_class.code}.csv", "text/csv", type="primary", icon=":material/key:", on_click="ignore",
        key=f"{keys.CLASS_ADDED}.csv", help=_("Hand them out: they are not shown again once you leave this page."),
    )  # fmt: skip
