"""The end of every form that makes a study: seeds, what it will cost, what refuses it, and the button."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.number_format import duration
from dlcore.serving.store import runs
from dlcore.studies import MOST_SEEDS, SEEDS, Study, StudyKind
from dlcore.studies.chance import EVERYTHING, NAMES, VARIED, Varied
from dlcore.studies.variance import VarianceParts
from dlcore.studies.verdicts import LEAST_SEEDS
from pages.components.shared import forms, keys
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.studio import assignment


def begin(kind: StudyKind, base: Experiment, name: str, form: str, label: str) -> None:
    """Seeds, cost and the button that queues the study and shows its page. `form` is the prefix of the keys.

    Raises DlcoreError where there is nothing to compare.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        study = Study.of(kind, base, seeds_field(kind, form), name, varies_field(kind, form))
        refusal = runs().study_refusal(study)
        pressed = st.button(label, type="primary", icon=":material/balance:", key=f"{form}.{keys.STUDY_BEGIN}",
                            disabled=refusal is not None)  # fmt: skip
        if pressed:  # at once: whatever is drawn next may end this run of the script, and the press with it
            _submit(study)
        st.markdown(f":small[{escape(cost(study))}]")
    if refusal is not None:
        st.error(escape(str(refusal)), icon=":material/block:")


def _submit(study: Study) -> None:
    for arm in study.arms:
        assignment.check(arm.experiment)
    study_id = runs().submit_study(study, viewer(), **assignment.submitted_for())
    st.switch_page("study.py", query_params={"id": study_id})


def seeds_field(kind: StudyKind, form: str) -> int:
    """How many seeds each arm has."""
    if kind.only_seeds is not None:
        return kind.only_seeds
    key, usual = f"{form}.{keys.STUDY_SEEDS}.{kind.name}", SEEDS if kind.name != "folds" else 1
    value = st.session_state.get(key) or usual
    forms.hold(key, value, every_time=False)
    return int(st.number_input(_("Seeds"), 1, MOST_SEEDS, value, key=key, width=140, help=_(
        "Each arm is trained once with each seed. With the same seed, arms share rows, first weights and order."
    )))  # fmt: skip


def varies_field(kind: StudyKind, form: str) -> Varied:
    """What is another with each seed, where there are several; the parts of chance vary each by itself."""
    if kind.name == VarianceParts.name or kind.only_seeds == 1:
        return EVERYTHING
    chosen: Varied = st.selectbox(
        _("Between seeds varies"), VARIED, format_func=lambda each: _(NAMES[each]),
        key=keys.in_language(f"{form}.{keys.STUDY_VARIES}"), width=200,
        help=_("Everything, or one part of chance alone, while all else stays as it is with the first seed."),
    )  # fmt: skip
    return chosen


def cost(study: Study) -> str:
    """How many runs there will be, and about how long they train; that one seed allows no verdict."""
    if study.kind.planned_arms is not None:
        said = [_("{runs} trials at most, a run each, all with the same seed.", runs=study.planned)]
    else:
        said = [_arms(study)]
    seconds = runs().study_seconds(study)
    if seconds is not None:
        said.append(_("About {time} of training in all, by as many workers as there are.", time=duration(seconds)))
    if len(study.seeds) < LEAST_SEEDS and study.kind.paired:
        said.append(_("With one seed there are curves, and no verdict."))
    return " ".join(said)


def _arms(study: Study) -> str:
    return _("{arms} arms × {seeds} seeds = {runs} runs.", arms=len(study.arms), seeds=len(study.seeds),
              runs=len(study))  # fmt: skip


def or_sentence(draw: Callable[..., None], *arguments: object) -> None:
    """Draw a form; what hinders it is said in its place."""
    try:
        draw(*arguments)
    except DlcoreError as error:
        st.error(escape(str(error)), icon=":material/error:")
