"""What trains, waits and failed on the whole server, whoever's it is, and what an operator can do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from dlcore.access import OPERATOR, Viewer
from dlcore.errors import DlcoreError
from dlcore.i18n import _
from dlcore.number_format import duration
from dlcore.runs import Status
from dlcore.serving.store import runs
from pages.components.shared import keys
from pages.components.shared.forms import escape

MOST = 6  # of those that wait or failed


def in_training(found: Sequence[Status]) -> None:
    """What trains now."""
    st.subheader(_("In training"), anchor=False)
    for status in found:
        epochs = _("epoch {epoch} of {epochs}", epoch=status.epoch, epochs=status.epochs)
        where = [status.worker or _("no worker yet"), status.device_name or status.device or ""]
        with _line(status, [epochs, duration(status.seconds) if status.seconds else "", *where]):
            _button(status, "stop", _("Stop"), ":material/stop:", runs().stop)
            _button(status, "pause", _("Pause"), ":material/pause:", runs().pause)
    if not found:
        st.caption(_("Nothing trains."))


def in_queue(found: Sequence[Status]) -> None:
    """What waits, in the order in which it will be served."""
    st.subheader(_("In the queue"), anchor=False)
    for status in found[:MOST]:
        waits = _("place {position}", position=status.position)
        with _line(status, [waits, _("made {time} ago", time=_since(status.created_at))]):
            _button(status, "stop", _("Stop"), ":material/stop:", runs().stop)
    if len(found) > MOST:
        st.caption(_("and {count} more", count=len(found) - MOST))
    if not found:
        st.caption(_("Nothing waits."))


def failed(found: Sequence[Status]) -> None:
    """What failed last, and why."""
    st.subheader(_("Failed last"), anchor=False)
    for status in found:
        ago = _("{time} ago", time=_since(status.finished_at)) if status.finished_at else ""
        with _line(
            status, [ago, _("epoch {epoch} of {epochs}", epoch=status.epoch, epochs=status.epochs)], status.error
        ):
            if status.resumable:
                _button(status, "resume", _("Queue again"), ":material/replay:", runs().resume)
    if not found:
        st.caption(_("No run has failed."))


def _line(status: Status, facts: Sequence[str], error: str | None = None) -> st.delta_generator.DeltaGenerator:
    """One run: its name, facts, whose it is; the place for its buttons."""
    row = st.container(horizontal=True, vertical_alignment="center", border=True)
    owner = _("of {owner}", owner=status.owner[:12])
    said = " · ".join(escape(each) for each in (*facts, owner) if each)
    wrong = f"  \n:red[{escape(error)}]" if error else ""
    row.markdown(f"**{escape(str(status.title))}**  \n:small[{said}]{wrong}", width="stretch")
    return row


def _button(status: Status, what: str, label: str, icon: str, act: Callable[[str, Viewer], None]) -> None:
    key = f"{keys.OPERATE}.{what}.{status.id}"
    asked = status.command is not None
    st.button(label, icon=icon, key=key, disabled=asked, on_click=_carry_out, args=(act, status.id))


def _carry_out(act: Callable[[str, Viewer], None], run_id: str) -> None:
    """Do it; what came between is said."""
    try:
        act(run_id, OPERATOR)
    except DlcoreError as error:
        st.session_state[keys.MESSAGE] = ("error", error.text)


def _since(moment: datetime) -> str:
    return duration(max(1.0, (datetime.now(UTC) - moment).total_seconds()))
