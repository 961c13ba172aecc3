"""Runs: what was trained here, how well it did, and what can be done with it now."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.i18n import N_, _
from dlcore.runs import WELCOME, Status
from pages.components import downloads, keys, language
from pages.components.draft import open_in_studio
from pages.components.identity import owner
from pages.components.store import runs

STATES = {
    "queued": N_("queued"),
    "running": N_("running"),
    "paused": N_("paused"),
    "finished": N_("finished"),
    "stopped": N_("stopped"),
    "failed": N_("failed"),
}
MOST = 6  # runs that one comparison can hold


def table(found: list[Status]) -> pd.DataFrame:
    """One row a run, newest first."""
    return pd.DataFrame([
        {
            _("Run"): status.name,
            _("State"): _(STATES[status.state]),
            _("Epochs"): f"{status.epoch} / {status.epochs}",
            _("Best score"): score(status),
            _("Best epoch"): status.best_epoch,
            _("Training loss at best"): None if status.best is None else status.best.loss,
            _("Duration (s)"): round(status.seconds, 1),
            _("Device"): status.device_name or "",
            _("Started"): status.created_at.astimezone(),
        }
        for status in found
    ])  # fmt: skip


def score(status: Status) -> float | None:
    """Validation accuracy of the best epoch, or R² for regression."""
    if status.best is None:
        return None
    return status.best.accuracy if status.best.accuracy is not None else status.best.r2


def history(found: list[Status]) -> list[Status]:
    """Draw the table; the runs whose rows are chosen."""
    shown = st.dataframe(
        table(found),
        hide_index=True,
        width="stretch",
        selection_mode="multi-row",
        on_select="rerun",
        key=keys.RUNS_TABLE,
        column_config={
            _("Best score"): st.column_config.ProgressColumn(format="%.3f", min_value=0, max_value=1),
            _("Training loss at best"): None,
            _("Started"): st.column_config.DatetimeColumn(format="distance"),
        },
    )
    return [found[row] for row in shown["selection"]["rows"] if row < len(found)]


def rename(status: Status) -> None:
    """Carry out the new name, or say what is wrong with it."""
    try:
        runs().rename(status.id, st.session_state[keys.RUN_NAME], owner=owner())
    except DlcoreError as error:
        st.session_state[keys.MESSAGE] = ("error", error.text)


@st.dialog(_("Delete runs"))
def confirm_deletion(chosen: list[Status]) -> None:
    """Ask once more: a deleted run cannot be brought back."""
    language.apply()
    st.write(_("Delete {names}? Curves and weights are gone for good.", names=", ".join(s.name for s in chosen)))
    if st.button(_("Delete"), type="primary", key=keys.CONFIRM_DELETION):
        for status in chosen:
            runs().delete(status.id, owner=owner())
        st.rerun()


def details(status: Status) -> None:
    """All that can be done with one run."""
    mine = status.owner == owner()
    st.subheader(status.name)
    if status.error or status.note:
        (st.error if status.error else st.info)(status.error or status.note)
    left, right = st.columns(2)
    with left:
        if mine:
            st.text_input(_("Name"), value=status.name, key=f"{keys.RUN_NAME}", on_change=rename, args=(status,))
        if st.button(_("Open in the Studio"), icon=":material/science:", key=keys.OPEN_RUN):
            open_in_studio(runs().experiment(status.id, owner=owner()))
            st.session_state[keys.RUN] = status.id
            st.switch_page("pages/studio.py")
    with right:
        take_away(status)


def take_away(status: Status) -> None:
    """Links to the weights, best and last, and to the experiment."""
    st.markdown(f"**{_('Take it with you')}**")
    if status.best is not None:
        for epoch, label in (("best", _("Best epoch")), ("last", _("Last epoch"))):
            with st.container(horizontal=True):
                for format, ending in (("safetensors", ".safetensors"), ("pt", ".pt (state_dict)")):
                    address = downloads.weights_address(status.id, owner(), epoch, format)  # type: ignore[arg-type]
                    st.link_button(f"{label} · {ending}", address, icon=":material/download:")
    st.link_button(_("Experiment · YAML"), downloads.yaml_address(status.id, owner()), icon=":material/description:")


def nothing_yet() -> None:
    """What stands here before the first run, and the way to it."""
    st.info(_("Every run you train is kept here with its curves, scores and weights."))
    st.page_link("pages/studio.py", label=_("Train the first one"), icon=":material/play_arrow:")


@st.fragment(run_every=2)
def refresh(known: dict[str, int]) -> None:
    """While a run is under way: draw the page anew when something has happened, and not otherwise."""
    pulses = runs().pulses(list(known), owner=owner())
    if any(pulses[run_id].cursor != cursor for run_id, cursor in known.items() if run_id in pulses):
        st.rerun()


st.title(_("Runs"))
found = runs().list(owner=owner())
if message := st.session_state.pop(keys.MESSAGE, None):
    st.error(str(message[1]))
if not any(status.owner != WELCOME for status in found):
    nothing_yet()
if found:
    chosen = history(found)
    with st.container(horizontal=True):
        if st.button(_("Compare"), icon=":material/compare_arrows:", disabled=not 2 <= len(chosen) <= MOST,
                     help=_("Choose two to {most} rows of the table.", most=MOST), key=keys.COMPARE_RUNS):  # fmt: skip
            st.switch_page("pages/compare.py", query_params={"runs": ",".join(status.id for status in chosen)})
        deletable = [status for status in chosen if status.owner == owner()]
        if st.button(_("Delete"), icon=":material/delete:", disabled=not deletable, key=keys.DELETE_RUNS):
            confirm_deletion(deletable)
    if len(chosen) == 1:
        details(chosen[0])
    elif not chosen:
        st.caption(_("Choose a row to rename a run, open it in the Studio or download its weights."))
    under_way = {status.id: status.cursor for status in found if not status.ended}
    if under_way:
        refresh(under_way)
