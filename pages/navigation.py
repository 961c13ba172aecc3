"""The table of contents: every page of the app, in the order of the menu. Streamlit runs this file for every visit."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from dlcore.i18n import N_, _
from pages.components.classroom import follow
from pages.components.lessons import texts
from pages.components.shared import account, language
from pages.components.shared.visitor import viewer

HERE = Path(__file__).parent


def show_lesson(name: str) -> None:
    """Show a lesson. Its page loads torch, for which no other page should wait."""
    from pages.components.lessons import page

    page.show(name)


PAGES = {
    "studio.py": (N_("Studio"), ":material/science:"),
    "course.py": (N_("Course"), ":material/school:"),
    "data.py": (N_("Data"), ":material/table_chart:"),
    "compare.py": (N_("Compare"), ":material/compare_arrows:"),
    "runs.py": (N_("Runs"), ":material/history:"),
    "glossary.py": (N_("Glossary"), ":material/menu_book:"),
    "classroom.py": (N_("My class"), ":material/groups:"),
}
OF_TEACHERS = {"classroom.py"}
STUDY = "study.py"  # is reached from Compare and by its address
OPERATIONS = "operations.py"  # … from Runs, by whoever looks after the server, and by its address
OF_ONE_PAGE = {
    "runs": "compare",
    "id": "study",
    "data": "data",
    "class": "classroom",
    "section": "classroom",
    "term": "glossary",
    "view": "glossary",
}  # what an address says to one page alone
st.set_page_config(page_title="Layer by Layer · 逐层", page_icon=str(HERE / "icon.svg"), layout="wide")
st.html(HERE / "style.css")
language.apply()

menu = [
    st.Page(HERE / file, title=_(title), icon=icon, default=file == "studio.py")
    for file, (title, icon) in PAGES.items()
    if (HERE / file).exists() and (file not in OF_TEACHERS or viewer().role == "teacher")
]
lessons = [  # more than a menu can hold: the course leads to them
    st.Page(partial(show_lesson, each.name), title=each.title, url_path=f"lesson-{each.name}", visibility="hidden")
    for each in texts.lessons()
]
study = st.Page(HERE / STUDY, title=_("Study"), visibility="hidden")
followed = st.Page(HERE / "follow.py", title=_("Your teacher shows this"), visibility="hidden")
operations = st.Page(HERE / OPERATIONS, title=_("Server"), visibility="hidden")
pages = [*menu, study, followed, operations, *lessons]
chosen = st.navigation(pages, position="top")
for name in [name for name, of in OF_ONE_PAGE.items() if name in st.query_params and chosen.url_path != of]:
    del st.query_params[name]
with st.container(horizontal=True, vertical_alignment="center", key="heading"):
    st.title(chosen.title, anchor=False)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        account.show()
        language.choose()
follow.watch(chosen, pages)
chosen.run()
