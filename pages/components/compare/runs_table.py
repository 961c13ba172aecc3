"""The compared runs as rows: what differs in them, how well they did and what that cost; one opens in the Studio."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.figures.trials import Dimension, RunLine, coordinates_of_runs
from dlcore.i18n import _
from dlcore.network import about_of, parameters_of
from dlcore.runs import Status
from dlcore.serving.csv_file import csv_file
from dlcore.serving.setting_differences import distinct, shown, spoken
from dlcore.training.scores import METRICS, metrics_of, value
from dlcore.training.twins import Difference
from pages.components.compare.choice import chosen_among, pick, stand_out
from pages.components.compare.row_filter import row_filter, rows_shown
from pages.components.shared import forms, keys
from pages.components.shared.draft import open_in_studio
from pages.components.web.figure import choose_in_figure

FEWEST_LINES = 3  # runs from which on parallel coordinates show more than a table
MOST_AXES = 8


def runs_table(compared: Sequence[Status], experiments: Sequence[Experiment], found: Sequence[Difference]) -> None:
    """A row a run, to be sorted, filtered, chosen and opened; from three runs on also their parallel coordinates.

    found: in which settings they differ. Rows that are chosen stand out in every chart of the page.
    """
    metric = common_metric(experiments)
    st.subheader(_("Run by run"), anchor=False)
    row_filter(found)
    rows = rows_shown(found, len(compared))
    frame = as_frame(compared, experiments, found, metric).iloc[rows]
    shown = [compared[row] for row in rows]
    chosen = chosen_among(shown)
    choose_rows(frame, [status.id for status in shown], chosen)
    buttons(frame, chosen, {status.id: experiment for status, experiment in zip(compared, experiments, strict=True)})
    parallel(shown, rows, found, metric, chosen)


def choose_rows(frame: pd.DataFrame, shown: Sequence[str], chosen: Sequence[str]) -> None:
    """The table, with the rows of these runs chosen; it is told of them where somebody chose them elsewhere."""
    wanted = [number for number, each in enumerate(shown) if each in chosen]
    known = st.session_state.get(keys.COMPARED_TABLE, {"selection": {"rows": []}})["selection"]["rows"]
    if sorted(known) != wanted:
        st.session_state[keys.COMPARED_TABLE] = {"selection": {"rows": wanted}}
    st.dataframe(
        frame, hide_index=True, width="stretch", selection_mode="multi-row", key=keys.COMPARED_TABLE, placeholder="–",
        on_select=functools.partial(_rows_chosen, tuple(shown)),
    )  # fmt: skip


def _rows_chosen(shown: Sequence[str]) -> None:
    rows = st.session_state[keys.COMPARED_TABLE]["selection"]["rows"]
    stand_out(shown[row] for row in sorted(rows) if row < len(shown))


def buttons(frame: pd.DataFrame, chosen: Sequence[str], experiments: Mapping[str, Experiment]) -> None:
    """Open the run that is chosen, give the choice up, take the table along."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Open in the Studio"), icon=":material/science:", disabled=len(chosen) != 1,
                     key=keys.COMPARED_OPEN,
                     help=_("Choose one row of the table: its experiment is laid on the Studio's desk.")):  # fmt: skip
            open_in_studio(experiments[chosen[0]], chosen[0])
        st.button(_("Choose none"), icon=":material/deselect:", disabled=not chosen, key=keys.COMPARED_CLEAR,
                  help=_("Chosen runs stand out in every chart, the others fade."),
                  on_click=stand_out, args=((),))  # fmt: skip
        written = functools.partial(csv_file, frame)
        st.download_button(_("Table (.csv)"), written, "runs.csv", "text/csv", icon=":material/download:",
                           on_click="ignore", key=keys.COMPARED_CSV)  # fmt: skip


def common_metric(experiments: Sequence[Experiment]) -> str:
    """The score of their task; the loss where tasks differ."""
    tasks = {about_of(each).task for each in experiments}
    return metrics_of(tasks.pop())[0] if len(tasks) == 1 else "loss"


def as_frame(
    compared: Sequence[Status], experiments: Sequence[Experiment], found: Sequence[Difference], metric: str
) -> pd.DataFrame:
    """The rows: name, the settings that differ, the best score and its epoch, parameters, seconds of training."""
    return pd.DataFrame({
        _("Run"): distinct([str(status.title) for status in compared]),
        **{spoken(each): cells(each.values) for each in found},
        _("Best {metric}", metric=_(METRICS[metric].noun)): [value(each.best, metric) for each in compared],
        _("Best epoch"): pd.array([each.best_epoch for each in compared], dtype="Int64"),
        _("Parameters"): [parameters(each) for each in experiments],
        _("Seconds"): [round(each.seconds, 1) for each in compared],
    })  # fmt: skip


def cells(values: Sequence[Any]) -> list[Any]:
    """Numbers as numbers, so that they are sorted as such; all else in words."""
    if all(is_number(each) for each in values if each is not None):
        return list(values)
    return [None if each is None else forms.escape(shown(each)) for each in values]


def is_number(found: Any) -> bool:
    """Whether it is a number, and no yes or no."""
    return isinstance(found, int | float) and not isinstance(found, bool)


def parameters(experiment: Experiment) -> int | None:
    """How many a network has; None of one that this version cannot build."""
    try:
        return _counted(experiment)
    except DlcoreError:
        return None


_counted = functools.lru_cache(maxsize=200)(parameters_of)


def parallel(
    compared: Sequence[Status], rows: Sequence[int], found: Sequence[Difference], metric: str, chosen: Sequence[str]
) -> None:
    """A line a run through the settings that differ, to its score. `rows`: where its values stand among the found."""
    scored = [(each, row, score) for each, row in zip(compared, rows, strict=True)
              if (score := value(each.best, metric)) is not None]  # fmt: skip
    if len(scored) < FEWEST_LINES:
        return
    axes = [Dimension(spoken(each), values, _spans(values)) for each in found[:MOST_AXES]
            if None not in (values := [_plain(each.values[row]) for _run, row, _score in scored])]  # fmt: skip
    if not axes:
        return
    lines = [RunLine(each.id, str(each.title), score, each.id in chosen) for each, _row, score in scored]
    choose = functools.partial(pick, tuple(chosen))
    choose_in_figure(coordinates_of_runs(metric, lines, axes), choose, key=keys.COMPARED_LINES)


def _plain(found: Any) -> Any:
    return found if found is None or is_number(found) else shown(found)


def _spans(values: Sequence[Any]) -> bool:
    """Whether positive numbers lie so far apart that steps should multiply."""
    return all(is_number(each) and each > 0 for each in values) and max(values) >= 20 * min(values)
