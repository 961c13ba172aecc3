"""Server: whether it is well, what it trains for whom, and what went wrong; for whoever looks after it."""

from __future__ import annotations

import streamlit as st

from dlcore.access import OPERATOR
from dlcore.errors import DlcoreError
from dlcore.serving.store import runs
from pages.components.operations import machine, runs_in_hand
from pages.components.operations.admission import ask_for_token, is_operator
from pages.components.shared import keys, language

REFRESH = 2  # seconds between two looks


def of_all_runs() -> None:
    """What trains, waits and failed, and what everything takes."""
    under_way = runs().under_way(OPERATOR)
    training = [status for status in under_way if status.state == "running"]
    waiting = [status for status in under_way if status.state == "queued"]
    machine.numbers(len(training), len(waiting))
    if message := st.session_state.pop(keys.MESSAGE, None):
        st.error(str(message[1]), icon=":material/error:")
    runs_in_hand.in_training(training)
    machine.workers(training)
    runs_in_hand.failed(runs().failures(OPERATOR, runs_in_hand.MOST))
    runs_in_hand.in_queue(waiting)


@st.fragment(run_every=REFRESH)
def everything() -> None:
    """Drawn anew every few seconds; a database that is away is told of until it is back."""
    language.apply()
    if machine.well():
        try:
            of_all_runs()
        except DlcoreError as error:  # it went away just now
            st.error(str(error), icon=":material/error:")
    machine.log()


if is_operator():
    everything()
else:
    ask_for_token()
