"""The verdicts of a study: every seed as a dot, the table ranked by the intervals, and the sentence that closes it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dlcore.figures.differences import Row, differences, row_of
from dlcore.studies.results import ArmResult, ranked
from dlcore.studies.sentences import closing, headings, row
from pages.components.shared.forms import escape
from pages.components.study.opening import open_run
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure

ORDER = (0, 7, 3, 4, 6, 5, 2, 1)  # of the columns: the word beside the arm, where a narrow page shows it
COLOURS = {"helped": "green", "hurt": "red", "leaning": "orange"}  # of Streamlit's Markdown


def every_seed(view: StudyView) -> None:
    """A picture for each score by which arms are judged; a click on a dot opens its run."""
    judged = [line for line in ranked(view.lines) if line.verdict is not None]
    for metric in dict.fromkeys(line.metric for line in judged):
        lines = [line for line in judged if line.metric == metric]
        chart = differences(metric, str(view.lines[0].arm.name), [_drawn(view, line) for line in lines])
        if clicked := draw_figure(chart, key=view.key(f"differences.{metric}")):
            open_run(view, clicked)


def _drawn(view: StudyView, line: ArmResult) -> Row:
    number = next(place for place, each in enumerate(view.lines) if each is line)
    runs = {each.seed: each.run_id for each in view.results if each.arm == number}
    return row_of(view.study, view.results, line, runs)


def table(view: StudyView) -> None:
    """A line an arm, the surest first, and what all of them say."""
    heads = headings(view.study)
    lines = [dict(zip(heads, cells(line), strict=True)) for line in ranked(view.lines)]
    st.table([{heads[place]: line[heads[place]] for place in ORDER} for line in lines], hide_index=True)
    say(closing(view.study, view.lines))


def cells(line: ArmResult) -> Sequence[str]:
    """A line of the table as Markdown, its word in its colour."""
    *others, told = [escape(each) for each in row(line)]
    colour = COLOURS.get(line.verdict.word) if line.verdict else None
    return [*others, f":{colour}[**{told}**]" if colour else told]


def say(sentence: str) -> None:
    """The sentence that closes a study."""
    st.markdown(f"**{escape(sentence)}**")
