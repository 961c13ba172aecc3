"""Whether the server is well, what it has left, and what its processes do."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dlcore.i18n import _
from dlcore.number_format import duration, memory
from dlcore.runs import Status, log_tail, workforce
from dlcore.runs.embedded import LOG
from dlcore.runs.workforce import Workforce
from dlcore.serving import event_stream, health
from dlcore.serving.store import runs
from pages.components.shared.forms import escape

MOST_LINES = 12  # of the log


def well() -> bool:
    """Show database, dispatcher and workers, each with what is wrong with it; whether the database can be asked."""
    names = {"database": _("Database"), "dispatcher": _("Dispatcher"), "workers": _("Workers")}
    found = health.examine()
    with st.container(horizontal=True):
        for what in found:
            mark = ":green[:material/check_circle:]" if found[what] == health.OK else ":red[:material/error:]"
            st.markdown(f"{mark} {names[what]}", width="content")
    for what, trouble in found.items():
        if trouble != health.OK:
            st.error(f"**{names[what]}** · {escape(trouble)}", icon=":material/error:")
    return found["database"] == health.OK


def numbers(training: int, waiting: int) -> None:
    """How much of everything is in use."""
    settings, seen = runs().settings, workforce.read(runs().settings.home)
    places = max(settings.workers, len(seen.workers) if seen else 0)
    disk = shutil.disk_usage(settings.home)
    with st.container(horizontal=True):
        st.metric(_("In training"), f"{training} / {places}", border=True, help=_("Runs, and places for them."))
        oldest = runs().census().oldest_wait
        longest = _("longest {time}", time=duration(oldest)) if waiting else None
        st.metric(_("In the queue"), waiting, longest, delta_color="off", delta_arrow="off", border=True)
        st.metric(_("Watched"), event_stream.watching.watched, border=True, help=_("Runs that open pages watch."))
        st.metric(_("Free on disk"), memory(disk.free), _("of {size}", size=memory(disk.total)), delta_color="off",
                  delta_arrow="off", border=True)  # fmt: skip
    whole = runs().footprint()
    st.caption(_("{database}: {database_size}. Weights, films and data: {files}. Home: {home}", database=whole.database,
                 database_size=memory(whole.database_bytes), files=memory(whole.files_bytes),
                 home=escape(str(settings.home))))  # fmt: skip


def workers(training: Sequence[Status]) -> None:
    """Each worker, the memory it takes, and what it trains."""
    st.subheader(_("Workers"), anchor=False)
    seen = workforce.read(runs().settings.home)
    if seen is None:
        st.caption(_("No dispatcher has told of its workers in the last {time}.", time=duration(workforce.OLD_SECONDS)))
        return
    st.caption(_where(seen))
    names = {status.id: str(status.title) for status in training}
    told = [
        {_("Worker"): each.name, _("Memory"): memory(each.memory) if each.memory else None,
         _("Trains"): names.get(each.run or "")}
        for each in seen.workers
    ]  # fmt: skip
    if told:
        st.dataframe(pd.DataFrame(told), hide_index=True, width="stretch", placeholder="–")
    else:
        st.caption(_("No worker is there."))


def _where(seen: Workforce) -> str:
    gpus = _("{count} GPUs", count=seen.gpus) if seen.gpus else _("no GPU is shared out here")
    where = _("of this machine") if seen.scheduler is None else _("of the cluster at {address}", address=seen.scheduler)
    return f"{escape(where)} · {gpus}"


def log() -> None:
    """The newest warnings and errors of dispatcher and workers."""
    st.subheader(_("Log of dispatcher and workers"), anchor=False)
    found = log_tail.newest(runs().settings.home / LOG, MOST_LINES)
    if not found:
        st.caption(_("No warnings."))
        return
    st.code("\n".join(f"{each.time} {each.level}  {each.message}" for each in found), language=None, wrap_lines=True)
