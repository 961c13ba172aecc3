"""A network of the learner's own in a lesson: which of their runs, and as it was at which epoch."""

from __future__ import annotations

import contextlib

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.lessons.course import lesson
from dlcore.lessons.lesson import Lesson
from dlcore.lessons.now import Trained
from dlcore.probes.frame import WEIGHTS
from dlcore.runs.status import Finished
from dlcore.serving.store import runs
from pages.components.lessons import standing
from pages.components.lessons.finished_runs import finished_runs
from pages.components.shared.visitor import viewer

MOST = 10  # of them are offered


def is_offered(declared: Lesson) -> bool:
    """Whether a lesson can show a network that the learner trained."""
    return type(declared).suits is not Lesson.suits


def chooser(name: str) -> None:
    """Choose one of the learner's runs and an epoch, or the lesson's own network."""
    found = suitable(name)
    if not found:
        st.caption(_("Once you have trained such a network in the Studio, it can be looked into here, at any epoch."))
        return
    now = standing.now(name).trained
    key = standing.key(name, "own-run")
    st.session_state[key] = now.run if now and now.run in found else ""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.selectbox(_("Network"), ["", *found], format_func=lambda each: said(found.get(each)), key=key, width=330,
                     on_change=choose, args=(name,))  # fmt: skip
        if now:
            epochs = kept(now.run)
            at = standing.key(name, "own-epoch")
            st.session_state[at] = now.epoch
            st.select_slider(_("Epoch"), epochs, key=at, width=240, on_change=go, args=(name,))


def suitable(name: str) -> dict[str, Finished]:
    """The newest runs that the lesson can show, by their ids."""
    found: dict[str, Finished] = {}
    for run, _experiment in finished_runs(lesson(name).suits):
        if len(found) == MOST:
            break
        with contextlib.suppress(DlcoreError):  # deleted meanwhile
            if kept(run.id):
                found[run.id] = run
    return found


def said(run: Finished | None) -> str:
    """What a run is called in the list."""
    if run is None:
        return _("the lesson's own")
    experiment = Experiment.from_stored(run.experiment)
    score = f"{run.best.accuracy:.1%}" if run.best.accuracy is not None else f"{run.best.loss:.3f}"
    return f"{experiment.dataset.source.name} · {score} · {run.id[:8]}"


def kept(run: str) -> list[int]:
    """The epochs whose weights were kept."""
    return sorted(epoch for epoch, frame in runs().film(run, viewer()).items() if WEIGHTS in frame.parts)


def choose(name: str) -> None:
    """Take a run at its last epoch, or the lesson's own network again."""
    chosen = st.session_state[standing.key(name, "own-run")]
    if chosen:
        take(name, chosen, kept(chosen)[-1])
    else:
        standing.put(name, lesson(name).with_trained(standing.now(name), None))


def go(name: str) -> None:
    """The same run at another epoch."""
    now = standing.now(name).trained
    if now is not None:
        take(name, now.run, st.session_state[standing.key(name, "own-epoch")])


def take(name: str, run: str, epoch: int) -> None:
    """Show a run's network, as it was at an epoch."""
    with contextlib.suppress(DlcoreError):  # deleted meanwhile: the list will say so
        experiment, weights = runs().experiment(run, viewer()), runs().weights(run, viewer(), epoch)
        standing.put(name, lesson(name).with_trained(standing.now(name), Trained(run, experiment, epoch, weights)))
