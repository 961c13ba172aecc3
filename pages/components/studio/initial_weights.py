"""The weights that training begins with: drawn from the seed, or learned before by a run or in a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.runs.runs import Epoch
from dlcore.runs.status import Status
from dlcore.serving.store import runs
from pages.components.shared import draft, keys
from pages.components.shared.forms import escape
from pages.components.shared.uploading import file_uploader, taking_in
from pages.components.shared.visitor import viewer
from pages.components.studio import assignment

PROBLEM = f"{keys.BEGIN_WITH}.problem"
RUN, EPOCH, FILE = (f"{keys.BEGIN_WITH}.{each}" for each in ("run", "epoch", "file"))


def begin_with(experiment: Experiment) -> None:
    """What training begins with, and the choice of something else."""
    start = experiment.start
    said = _("Begins with drawn weights") if start is None else _("Begins with {origin}", origin=start.origin)
    off = assignment.locked("training")
    with st.popover(escape(said), icon=":material/flag:", type="tertiary", key=keys.BEGIN_WITH, disabled=off):
        st.caption(_("Weights that were learned before can be trained further, or on other data. Epoch 0 then shows "
                     "what they know already."))  # fmt: skip
        problem = st.session_state.get(PROBLEM)
        if problem is not None:
            st.error(escape(str(problem)))
        found = [each for each in runs().list(viewer(), limit=50) if each.best is not None]
        if found:
            _from_a_run(found)
        file_uploader(_("Weights of a file"), type=["safetensors", "pt", "pth"], key=FILE, megabytes=200,
                      on_change=_take_file)  # fmt: skip
        if start is not None:
            st.button(_("Draw the weights again"), icon=":material/casino:", key=f"{keys.BEGIN_WITH}.none",
                      on_click=_forget)  # fmt: skip


def _from_a_run(found: list[Status]) -> None:
    names = {each.id: str(each.title) for each in found}
    epochs = {"best": _("best epoch"), "last": _("last epoch")}
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
    left.selectbox(_("Weights of a run"), list(names), format_func=names.__getitem__, key=keys.in_language(RUN))
    middle.selectbox(_("Epoch"), list(epochs), format_func=epochs.__getitem__, key=keys.in_language(EPOCH))
    right.button(_("Begin with these"), key=f"{keys.BEGIN_WITH}.use", on_click=_take_run)


def _take_run() -> None:
    run_id, epoch = (st.session_state[keys.in_language(each)] for each in (RUN, EPOCH))
    _try(lambda now: runs().continued(run_id, epoch, viewer(), now))


def _take_file() -> None:
    with taking_in(FILE) as files:
        for file in files:
            _try(partial(_with_file, file))


def _with_file(file: Any, now: Experiment) -> Experiment:
    return runs().begin_with_file(now, file.getvalue(), file.name, viewer())


def _forget() -> None:
    _try(lambda now: now.model_copy(update={"start": None}))


def _try(change: Callable[[Experiment], Experiment]) -> None:
    """Take other first weights, or keep why they do not fit."""
    st.session_state[PROBLEM] = None
    present = draft.current()
    try:
        made = change(draft.experiment_of(present))
    except DlcoreError as error:
        st.session_state[PROBLEM] = error.text
        return
    draft.change({**present, "experiment": made.to_dict()})


def continue_button(status: Status) -> None:
    """On the page Runs: lay a run on the Studio's desk, to be trained further from its best or its last epoch."""
    if status.best is None:
        return
    with st.popover(_("Continue training"), icon=":material/resume:", key=f"{keys.CONTINUE}.{status.id}"):
        st.caption(_("Opens the Studio with this experiment, which then begins with what the run has learned. The run "
                     "itself stays as it is."))  # fmt: skip
        chosen: Epoch | None = None
        if st.button(_("From epoch {number} (best)", number=status.best_epoch), key=f"{keys.CONTINUE}.best"):
            chosen = "best"
        if st.button(_("From epoch {number} (last)", number=status.epoch), key=f"{keys.CONTINUE}.last"):
            chosen = "last"
        if chosen is not None:
            try:
                made = runs().continued(status.id, chosen, viewer())
            except DlcoreError as error:
                st.error(escape(str(error)))
                return
            draft.open_in_studio(made, status.id)
