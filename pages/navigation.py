"""The table of contents: every page of the app, in the order of the menu. Streamlit runs this file for every visit."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from dlcore.i18n import N_, _
from pages.components.lessons import texts
from pages.components.shared import language

HERE = Path(__file__).parent


def show_lesson(name: str) -> None:
    """Show a lesson. Its page loads torch, for which no other page should wait."""
    from pages.components.lessons import page

    page.show(name)


PAGES = {
    "studio.py": (N_("Studio"), ":material/science:"),
    "data.py": (N_("Data"), ":material/table_chart:"),
    "compare.py": (N_("Compare"), ":material/compare_arrows:"),
    "runs.py": (N_("Runs"), ":material/history:"),
}
GLOSSARY = "glossary.py"  # stands beside the lessons
OF_ONE_PAGE = {
    "runs": "compare",
    "data": "data",
    "term": "glossary",
    "view": "glossary",
}  # what an address says to one page alone
st.set_page_config(page_title="Layer by Layer · 逐层", page_icon=str(HERE / "icon.svg"), layout="wide")
st.html(HERE / "style.css")
language.apply()

menu = {
    "": [
        st.Page(HERE / file, title=_(title), icon=icon, default=file == "studio.py")
        for file, (title, icon) in PAGES.items()
        if (HERE / file).exists()
    ],
    _("Lessons"): [
        *(
            st.Page(partial(show_lesson, each.name), title=each.title, url_path=f"lesson-{each.name}")
            for each in texts.lessons()
        ),
        st.Page(HERE / GLOSSARY, title=_("Glossary"), icon=":material/menu_book:"),
    ],
}
chosen = st.navigation({section: pages for section, pages in menu.items() if pages}, position="top")
for name in [name for name, of in OF_ONE_PAGE.items() if name in st.query_params and chosen.url_path != of]:
    del st.query_params[name]
with st.container(horizontal=True, vertical_alignment="center", key="heading"):
    st.title(chosen.title, anchor=False)
    language.choose()
chosen.run()
