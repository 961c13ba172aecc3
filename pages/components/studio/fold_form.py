"""Training one experiment once for every fold: the folds are chosen here, their lanes are seen on the page Compare."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import DatasetChoice, Experiment, KFold
from dlcore.i18n import _
from dlcore.network import about_of
from dlcore.serving.store import runs
from dlcore.training.folds import folds
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.studio import assignment
from pages.components.studio.split_form import FOLDS, choose_way

MOST_FOLDS = 20  # of one k-fold: their mean is what is looked at
ON_COMPARE = ".compare"


def train_group(named: Sequence[tuple[str, Experiment]]) -> list[str]:
    """Queue experiments that belong together. Returns the ids. Raises DlcoreError."""
    group = secrets.token_hex(8)
    task = assignment.submitted_for()
    return [runs().submit(each, viewer(), name=name, group=group, **task) for name, each in named]


def train_folds(experiment: Experiment, name: str) -> list[str]:
    """Queue an experiment once for every fold, as one group. Returns the ids. Raises DlcoreError."""
    made = folds(experiment)
    for each in made:
        assignment.check(each)
    return train_group([(_("{name}, fold {number}", name=name, number=n), each) for n, each in enumerate(made, 1)])


def folds_here(experiment: Experiment, ready: bool) -> None:
    """In the Studio: the button that trains every fold of the draft, and then shows the lanes. Nothing without folds.

    ready: whether the experiment can be trained as it is.
    """
    split = experiment.dataset.split
    if not isinstance(split, KFold):
        return
    st.caption(_("Train takes the one fold that judges; this button all of them, with mean ± standard deviation."))
    pressed = st.button(
        _("Train every fold"), icon=":material/view_week:", key=keys.TRAIN_FOLDS_HERE,
        disabled=not ready or assignment.locked("data"), width="stretch",
    )  # fmt: skip
    if pressed:
        try:
            queued = train_folds(experiment, experiment.dataset.source.called)  # type: ignore[attr-defined]
        except DlcoreError as error:
            st.error(escape(str(error)), icon=":material/error:")
        else:
            st.session_state[keys.COMPARED_NEXT] = queued
            st.switch_page("compare.py")


def in_folds(experiment: Experiment) -> Experiment | None:
    """On the page Compare: the experiment as the learner divides it there into folds; None where it cannot be."""
    try:
        about = about_of(experiment)
        begun = folds(experiment)[0].dataset.split
        made = with_split(experiment, _chosen(experiment) or begun.model_dump())
        choose_way(made, about, lambda split: _choose(experiment, split), FOLDS, ON_COMPARE)
    except DlcoreError as error:
        st.info(escape(str(error)))
        return None
    return made


def with_count(experiment: Experiment, count: int) -> Experiment:
    """The same with so many folds."""
    return with_split(experiment, {**experiment.dataset.split.model_dump(), "folds": count, "fold": 1})


def with_split(experiment: Experiment, split: dict[str, Any]) -> Experiment:
    """The experiment with its rows divided in another way. Raises ExperimentError for one that is not allowed."""
    dataset = DatasetChoice.parse({**experiment.dataset.to_dict(), "split": split}, "dataset")
    return experiment.model_copy(update={"dataset": dataset})


def _choose(experiment: Experiment, split: dict[str, Any]) -> None:
    st.session_state[keys.FOLDS_OF] = (experiment.to_dict(), split)


def _chosen(experiment: Experiment) -> dict[str, Any] | None:
    """How the folds of this experiment were chosen before in this session."""
    known, split = st.session_state.get(keys.FOLDS_OF, (None, None))
    return split if known == experiment.to_dict() else None
