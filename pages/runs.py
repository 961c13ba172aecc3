"""Runs: what was trained here, how well it did, and what can be done with it now."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dlcore.access import Viewer
from dlcore.errors import DlcoreError, RunNotFound
from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, _
from dlcore.number_format import duration
from dlcore.presets import PRESETS
from dlcore.runs import WELCOME, Status
from dlcore.serving.csv_file import csv_file
from dlcore.serving.store import runs
from dlcore.training.scores import METRICS, Metric, Scores, headlines, value
from pages.components.operations.admission import is_operator
from pages.components.runs.export_panel import take_away
from pages.components.runs.predictions import let_it_answer
from pages.components.shared import keys, language
from pages.components.shared.draft import FIRST_PRESET, open_in_studio
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.studio.import_panel import open_an_experiment
from pages.components.studio.initial_weights import continue_button
from pages.components.study.study_list import study_list

STATES = {
    "queued": (N_("queued"), colours.QUIET),
    "running": (N_("running"), colours.TRAINING),
    "paused": (N_("paused"), colours.QUIET),
    "finished": (N_("finished"), colours.BEST),
    "stopped": (N_("stopped"), colours.QUIET),
    "failed": (N_("failed"), colours.TROUBLE),
}
SCORES = (*headlines(), "loss")  # with a column of the table each
MOST = 6  # runs that one comparison can hold
REFRESH = 2  # seconds between two looks at the runs under way


@functools.lru_cache(maxsize=1000)
def experiment_of(run_id: str, viewer_: Viewer) -> Experiment:
    """What a run trains; it never changes."""
    return runs().experiment(run_id, viewer_)


def table(found: Sequence[Status]) -> pd.DataFrame:
    """One row a run, newest first; a column that would be empty throughout is left out."""
    frame = pd.DataFrame([row(status) for status in found])
    return frame.dropna(axis="columns", how="all")


def row(status: Status) -> dict[str, Any]:
    """What the table says of a run."""
    return {
        "name": str(status.title),
        "state": [status.state],
        "data": experiment_of(status.id, viewer()).dataset.source.called,
        **{name: value(status.best, name) for name in SCORES},
        "epochs": f"{status.epoch} / {status.epochs}",
        "seconds": duration(status.seconds) if status.seconds else None,
        "created": status.created_at.astimezone(),
    }


def as_csv(found: Sequence[Status], frame: pd.DataFrame) -> bytes:
    """The table as a file, with the names of states and times of one form."""
    told = {"state": [status.state for status in found],
            "created": [status.created_at.isoformat(timespec="seconds") for status in found]}  # fmt: skip
    return csv_file(frame.assign(**told))


def columns() -> dict[str, Any]:
    """How the columns of the table look."""
    column = st.column_config
    measured = _("On the validation part, at the epoch of lowest validation loss.")
    return {
        "name": column.TextColumn(_("Run"), width="medium"),
        "state": column.MultiselectColumn(
            _("State"), options=list(STATES), color=[colour for _name, colour in STATES.values()],
            format_func=lambda state: _(STATES[state][0]), width="small",
        ),
        "data": column.TextColumn(_("Data set"), width="small"),
        **{name: score_column(METRICS[name], measured) for name in SCORES},
        "epochs": column.TextColumn(_("Epochs"), width="small"),
        "seconds": column.TextColumn(_("Duration"), help=_("Time spent training, without waiting and pauses.")),
        "created": column.DatetimeColumn(_("Created"), format="YYYY-MM-DD HH:mm"),
    }  # fmt: skip


def score_column(metric: Metric, measured: str) -> Any:
    """A column of scores: a bar where they have a lowest and a highest value, else a number."""
    (low, high), form = metric.bounds, f"%.{metric.digits}f"
    if low is None or high is None:
        return st.column_config.NumberColumn(_(metric.name), format=form, help=measured)
    return st.column_config.ProgressColumn(_(metric.name), format=form, min_value=low, max_value=high, help=measured)


def history(found: Sequence[Status]) -> list[Status]:
    """Draw the table; the runs whose rows are chosen."""
    shown = st.dataframe(
        table(found), hide_index=True, width="stretch", selection_mode="multi-row", on_select="rerun",
        key=keys.RUNS_TABLE, column_config=columns(), placeholder="–",
    )  # fmt: skip
    return [found[number] for number in shown["selection"]["rows"] if number < len(found)]


def actions(chosen: Sequence[Status]) -> None:
    """What can be done with the chosen rows together."""
    mine = [status for status in chosen if status.owner == viewer().name]
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Compare"), icon=":material/compare_arrows:", disabled=not 2 <= len(chosen) <= MOST,
                     help=_("Choose two to {most} rows of the table.", most=MOST), key=keys.COMPARE_RUNS):  # fmt: skip
            st.switch_page("compare.py", query_params={"runs": ",".join(status.id for status in chosen)})
        if st.button(_("Delete"), icon=":material/delete:", disabled=not mine,
                     help=_("Choose rows of the table. Example runs stay: they are everybody's."),
                     key=keys.DELETE_RUNS):  # fmt: skip
            confirm_deletion(mine)
        if any(status.owner != WELCOME for status in found):  # else it stands beside the first steps
            bring_back()
        written = functools.partial(as_csv, found, table(found))
        st.download_button(_("Table (.csv)"), written, "runs.csv", "text/csv", icon=":material/download:",
                           on_click="ignore", key=keys.RUNS_CSV)  # fmt: skip
        if not chosen:
            st.caption(_("Choose a row to rename a run, open it in the Studio or download its weights."))


@st.dialog(_("Delete runs"))
def confirm_deletion(chosen: Sequence[Status]) -> None:
    """Ask once more: a deleted run cannot be brought back."""
    language.apply()
    st.markdown(_("These runs, their curves and their weights will be gone for good:"))
    st.markdown("\n".join(f"- {escape(status.name)}" for status in chosen))
    if st.button(_("Delete for good"), type="primary", icon=":material/delete:", on_click=delete, args=(chosen,),
                 key=keys.CONFIRM_DELETION):  # fmt: skip
        st.rerun()


def delete(chosen: Sequence[Status]) -> None:
    """Carry it out; a run that is gone already is as good as deleted."""
    for status in chosen:
        with contextlib.suppress(RunNotFound):
            runs().delete(status.id, viewer())


def details(status: Status) -> None:
    """All that can be done with one run."""
    experiment = experiment_of(status.id, viewer())
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name(status)
            if st.button(_("Open in the Studio"), type="primary", icon=":material/science:", key=keys.OPEN_RUN):
                open_in_studio(experiment, status.id)
            continue_button(status)
            if st.button(_("Study"), icon=":material/balance:", key=keys.STUDY_RUN_HERE,
                         help=_("What would help this network, and how sure is that?")):  # fmt: skip
                st.session_state[keys.STUDY_OF_NEXT] = status.id
                st.switch_page("compare.py")
        say_how_it_ended(status)
        left, right = st.columns([3, 2], gap="large")
        with left:
            scores(status)
        with right:
            take_away(status)
        let_it_answer(status)
        with st.expander(_("The experiment"), icon=":material/description:"):
            st.code(experiment.to_yaml(), language="yaml")


def name(status: Status) -> None:
    """The run's name, to be changed where the run is this learner's."""
    if status.owner != viewer().name:
        st.markdown(f"**{escape(str(status.title))}**  \n{_('An example that everybody can look at.')}")
        return
    st.text_input(_("Name"), value=status.name, max_chars=100, on_change=rename, args=(status,), width=360,
                  key=f"{keys.RUN_NAME}.{status.id}")  # fmt: skip


def rename(status: Status) -> None:
    """Carry out the new name, or say what is wrong with it."""
    try:
        runs().rename(status.id, st.session_state[f"{keys.RUN_NAME}.{status.id}"], viewer())
    except DlcoreError as error:
        st.session_state[keys.MESSAGE] = ("error", error.text)


def say_how_it_ended(status: Status) -> None:
    """What went wrong, what the learner should know, or where the run stands in the queue."""
    if status.error:
        st.error(escape(status.error), icon=":material/error:")
    if status.note:
        st.info(escape(status.note), icon=":material/info:")
    if status.position is not None:
        st.info(_("Waiting: place {position} in the queue.", position=status.position), icon=":material/hourglass:")


def scores(status: Status) -> None:
    """Best and last epoch side by side."""
    if status.best is None or status.last is None:
        st.caption(_("No epoch has been measured yet."))
        return
    st.markdown(f"**{_('Scores on the validation part')}**")
    best, last = _("epoch {number} (best)", number=status.best_epoch), _("epoch {number} (last)", number=status.epoch)
    lines = [f"| | {best} | {last} |", "|---|--:|--:|"]
    lines += [
        f"| {_(metric.noun)} | {number(status.best, name)} | {number(status.last, name)} |"
        for name, metric in METRICS.items()
        if getattr(status.best, name) is not None
    ]
    st.markdown("\n".join(lines))
    where = status.device_name or status.device or "–"
    st.caption(_("Measured in eval mode after the epoch. Trained for {time} on {device}.",
                 time=duration(status.seconds), device=escape(where)))  # fmt: skip


def number(measured: Scores, metric: str) -> str:
    """One score with the digits that mean something."""
    found = value(measured, metric)
    return "–" if found is None else METRICS[metric].number(found)


def nothing_yet() -> None:
    """What stands here before the first run, and the button that fills it."""
    with st.container(border=True):
        st.markdown(_("Every run you train is kept here with its curves, scores and weights. You have none yet."))
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(_("Train a first network"), type="primary", icon=":material/play_arrow:", key=keys.FIRST_RUN):
                train_first()
            st.page_link("studio.py", label=_("Build one in the Studio"), icon=":material/science:")
            bring_back()


def bring_back() -> None:
    """A bundle or an experiment that was taken away comes back, onto the Studio's desk."""
    with st.popover(_("Open a file"), icon=":material/upload_file:", key=keys.BRING_BACK):
        st.caption(_("Opens the Studio with the experiment of the file. One from a bundle begins with the weights that "
                     "the bundle holds."))  # fmt: skip
        if open_an_experiment():
            st.switch_page("studio.py")


def train_first() -> None:
    """Queue the first starting point, and show it in the table."""
    preset = PRESETS[FIRST_PRESET]
    try:
        runs().submit(preset.experiment, viewer(), name=_(preset.title))
    except DlcoreError as error:
        st.error(str(error), icon=":material/error:")
        return
    st.rerun()


@st.fragment(run_every=REFRESH)
def refresh(known: dict[str, int]) -> None:
    """While a run is under way: draw the page anew when something has happened, and not otherwise."""
    pulses = runs().pulses(list(known), viewer())
    if any(run_id not in pulses or pulses[run_id].cursor != cursor for run_id, cursor in known.items()):
        st.rerun()


found = runs().list(viewer(), own=True)
if message := st.session_state.pop(keys.MESSAGE, None):
    st.error(str(message[1]), icon=":material/error:")
if not any(status.owner != WELCOME for status in found):
    nothing_yet()
if found:
    chosen = history(found)
    actions(chosen)
    if len(chosen) == 1:
        details(chosen[0])
    under_way = {status.id: status.cursor for status in found if not status.ended and status.state != "paused"}
    if under_way:
        refresh(under_way)
study_list()
if is_operator():
    st.page_link("operations.py", label=_("How this server is doing"), icon=":material/monitor_heart:")
