"""Compare: two to six runs on shared axes; with and without dropout by one button."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text, _
from dlcore.network import about_of
from dlcore.runs import Status
from dlcore.serving import downloads
from dlcore.serving.setting_differences import what_differs
from dlcore.serving.store import runs
from dlcore.training.twins import DROPPED, differences, has_dropout, twins
from pages.components.compare.choice import standing_out
from pages.components.compare.runs_table import runs_table
from pages.components.shared import forms, keys
from pages.components.shared.draft import current, experiment_of
from pages.components.shared.visitor import viewer
from pages.components.studio.fold_form import MOST_FOLDS, in_folds, train_folds, train_group, with_count
from pages.components.study.overfit_card import overfit_card
from pages.components.study.study_form import study_form
from pages.components.study.study_list import study_list
from pages.components.web.live_view.comparison import live_comparison, live_folds

MOST = 6  # runs in one picture: more hues could not be told apart
IN_ADDRESS = "runs"  # ?runs=<id>,<id>: what a link to a comparison holds
DRAFT = ""  # stands for the draft among the experiments to make twins of
RUNS_OFFERED = 200


def train_twins(experiment: Experiment, name: str) -> list[str]:
    """Queue an experiment with and without dropout, as one group. Returns the ids. Raises DlcoreError."""
    dropping, plain = twins(experiment)
    return train_group(
        [(_("{name}, with dropout", name=name), dropping), (_("{name}, without dropout", name=name), plain)]
    )


def together(found: Sequence[Status]) -> None:
    """Choose an experiment, and train it with and without dropout, or once for every fold."""
    named = {DRAFT: _("The draft in the Studio")} | {status.id: str(status.title) for status in found}
    if (wanted := st.session_state.pop(keys.STUDY_OF_NEXT, None)) in named:
        st.session_state[keys.TWINS_OF] = wanted
    with st.container(border=True):
        chosen = st.selectbox(_("Experiment"), list(named), format_func=lambda each: named[each], key=keys.TWINS_OF)
        experiment = experiment_of(current()) if chosen == DRAFT else runs().experiment(chosen, viewer())
        name = experiment.dataset.source.called if chosen == DRAFT else named[chosen]
        left, right = st.columns(2, gap="large")
        with left:
            twins_section(experiment, name)
        with right:
            folds_section(experiment, name)
        study_form(experiment, name)


def twins_section(experiment: Experiment, name: str) -> None:
    """What the twins will be, and the button that trains both."""
    st.subheader(_("With and without dropout"), anchor=False)
    possible = has_dropout(experiment) or twins(experiment)[0] != experiment
    st.caption(about_twins(experiment, possible))
    pressed = st.button(
        _("Train both"), type="primary", icon=":material/call_split:", disabled=not possible, key=keys.TRAIN_TWINS
    )
    if pressed:
        start(lambda: train_twins(experiment, name))


def folds_section(experiment: Experiment, name: str) -> None:
    """What k-fold is, and the button that trains every fold."""
    st.subheader(_("In folds that take turns at judging"), anchor=False)
    st.caption(
        _(
            "Each run learns from all folds but one, which judges it: how much does the score depend on who judges? "
            "The sealed test part takes no part."
        )
    )
    divided = in_folds(experiment)
    if divided is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        known = divided.dataset.split.folds  # type: ignore[union-attr]
        count = st.number_input(_("Folds"), 2, MOST_FOLDS, known, key=keys.FOLDS, width=120)
        pressed = st.button(_("Train every fold"), icon=":material/view_week:", key=keys.TRAIN_FOLDS)
    if pressed:
        start(lambda: train_folds(with_count(divided, int(count)), name))


def about_twins(experiment: Experiment, possible: bool) -> str:
    """What the twins have in common, and in what they differ."""
    if not possible:
        return _(
            "This network has no hidden activation after which anything could be dropped. Add a hidden layer first."
        )
    if has_dropout(experiment):
        difference = _("One is the network as it is, the other has its Dropout layers taken out.")
    else:
        difference = _(
            "The network has no Dropout: one twin gets Dropout({p}) after each hidden activation, "
            "the other stays as it is.",
            p=DROPPED,
        )
    return f"{difference} {_('Both start from the same weights and see the same batches in the same order.')}"


def start(train: Callable[[], list[str]]) -> None:
    """Queue runs and show them; what hinders them is said here."""
    try:
        queued = train()
    except DlcoreError as error:
        st.error(str(error), icon=":material/error:")
    else:
        compare(queued)


def compare(chosen: Sequence[str]) -> None:
    """Show these runs from the next script run on, which begins now."""
    st.session_state[keys.COMPARED_NEXT] = list(chosen)
    st.rerun()


def choose(found: Sequence[Status]) -> list[Status]:
    """The runs to compare: from a button, the address, or the list; the address always says which."""
    known = {status.id: status for status in found}
    asked = [each for each in st.query_params.get(IN_ADDRESS, "").split(",") if each]
    if keys.COMPARED_NEXT in st.session_state:
        st.session_state[keys.COMPARED] = st.session_state.pop(keys.COMPARED_NEXT)
    elif asked and asked != st.session_state.get(keys.COMPARED_SEEN):
        st.session_state[keys.COMPARED] = [each for each in dict.fromkeys(asked) if each in known][:MOST_FOLDS]
        if len(st.session_state[keys.COMPARED]) < len(asked):
            st.info(_("Some runs of this address are not yours, were deleted, or are too many."))
    shown = [each for each in st.session_state.get(keys.COMPARED, newest_twins(found)) if each in known]
    forms.hold(keys.COMPARED, shown, every_time=False)
    chosen: list[str] = st.multiselect(
        _("Runs to compare"), list(known), shown, format_func=lambda each: label(known[each]),
        max_selections=MOST_FOLDS, key=keys.COMPARED, persist_state="session",
        placeholder=_("Choose two to {most} runs", most=MOST),
    )  # fmt: skip
    st.session_state[keys.COMPARED_SEEN] = chosen
    if chosen:
        st.query_params[IN_ADDRESS] = ",".join(chosen)
    elif asked:
        del st.query_params[IN_ADDRESS]
    return [known[each] for each in chosen]


def newest_twins(found: Sequence[Status]) -> list[str]:
    """What a visitor who has not chosen yet is shown: the newest two runs that were trained as a pair, if any."""
    groups: dict[str, list[str]] = {}
    for status in found:
        if status.group is not None:
            groups.setdefault(status.group, []).append(status.id)
    return next((pair[::-1] for pair in groups.values() if len(pair) == 2), [])


def label(status: Status) -> str:
    """A run in the list: its name, and when it was made.

    Nothing that changes while the run goes on, such as its score: a browser tells its choice by these words, and one
    that was told in the words of a moment ago would be lost.
    """
    return f"{status.title} · {status.created_at.astimezone():%m-%d %H:%M:%S}"


def table_of_differences(compared: Sequence[Status], experiments: Sequence[Experiment]) -> None:
    """Only the settings that are not the same in all, a column a run."""
    heads, rows = what_differs([str(status.title) for status in compared], experiments)
    st.subheader(_("What differs"), anchor=False)
    if not rows:
        st.caption(_("Nothing: these runs have the same settings. What is not equal in them is chance of the machine."))
        return
    st.table([{forms.escape(head): forms.escape(cell) for head, cell in zip(heads, row, strict=True)} for row in rows])


def nothing_yet(found: Sequence[Status]) -> None:
    """What stands here before two runs are chosen, and the ways to it."""
    st.info(
        _(
            "Here two to six runs stand side by side: their curves on the same axes, the gap between training and "
            "validation of each, the settings that differ, and what all that says. Choose runs above, or train twins."
        ),
        icon=":material/compare_arrows:",
    )
    if len(found) >= 2 and st.button(_("Compare the newest two"), key=keys.COMPARE_NEWEST):
        compare([status.id for status in found[:2]])


def warn_of_mixtures(experiments: Sequence[Experiment]) -> None:
    """Say where a comparison means less than it seems."""
    sources = {str(each.dataset.to_dict()) for each in experiments}
    if len({about_of(each).task for each in experiments}) > 1:
        warning = Text(N_("These runs have different tasks: their losses measure different things."))
    elif len({each.loss.name for each in experiments}) > 1:
        warning = Text(N_("These runs have different loss functions: compare their other scores, not their losses."))
    elif len(sources) > 1 or len({each.seed for each in experiments}) > 1:
        warning = Text(N_("These runs did not learn from, or were not judged on, the same examples: see what differs."))
    else:
        return
    st.warning(str(warning), icon=":material/info:")


history = runs().list(viewer(), limit=RUNS_OFFERED, own=True)
overfit_card()
study_list()
together(history)
compared = choose(history)
if len(compared) < 2:
    nothing_yet(history)
    st.stop()
settings = [runs().experiment(status.id, viewer()) for status in compared]
found = differences(settings)
if {each.field for each in found} == {"dataset.split.fold"}:
    live_folds(compared, key=keys.COMPARISON)
    st.stop()
every, all_settings = compared, settings
if len(compared) > MOST:
    st.warning(_("Only the first {most} are drawn: more could not be told apart.", most=MOST))
compared, settings = compared[:MOST], settings[:MOST]
warn_of_mixtures(settings)
live_comparison(compared, standing_out(every, found), key=keys.COMPARISON)
table_of_differences(compared, settings)
runs_table(every, all_settings, found)
if len(compared) >= 2:
    st.link_button(
        _("Report (.html)"),
        downloads.report_address([status.id for status in compared], viewer()),
        icon=":material/download:",
        help=_("This comparison with its charts in one file that opens offline."),
    )
