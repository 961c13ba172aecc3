"""What one student, and the teacher, may use in a class: a form over the declared quotas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dlcore.access.quotas import QUOTAS, Quota
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, _
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.store import runs
from pages.components.shared import keys
from pages.components.shared.visitor import viewer

ROLES = {"student": N_("Each student"), "teacher": N_("The teacher")}
FIELDS = {
    "running": N_("Runs that train at once"),
    "waiting": N_("Runs that wait"),
    "seconds": N_("Seconds that one run may train"),
    "parameters": N_("Parameters of a network"),
    "bytes": N_("Megabytes of data sets and weights"),
}
IN_UNITS = {"bytes": 1_000_000}  # of what is shown, in what is kept


def section(school_class: SchoolClass) -> None:
    """Draw the section."""
    st.caption(_("An empty field is no limit. What a class does not say otherwise is as declared for all classes."))
    allowed = runs().class_quotas(school_class.id, viewer())
    with st.form(keys.CLASS_QUOTAS, border=False):
        columns = zip(st.columns(len(ROLES)), ROLES, strict=True)
        chosen = {role: _limits(column, school_class, role, allowed[role]) for column, role in columns}
        if st.form_submit_button(_("Save the limits"), type="primary", icon=":material/save:"):
            _save(school_class, chosen)


def _limits(column: DeltaGenerator, school_class: SchoolClass, role: str, quota: Quota) -> dict[str, int | None]:
    """The fields of one role, and what stands in them now."""
    with column:
        st.subheader(_(ROLES[role]), anchor=False)
        return {name: _field(school_class, role, name, value) for name, value in asdict(quota).items()}


def _field(school_class: SchoolClass, role: str, name: str, value: int | None) -> int | None:
    unit = IN_UNITS.get(name, 1)
    declared = getattr(QUOTAS[role], name)
    shown: int | None = st.number_input(
        _(FIELDS[name]), min_value=1, step=1, value=None if value is None else max(1, value // unit),
        placeholder=_("no limit"), help=_("{count} in other classes.", count=f"{declared // unit:,}"),
        key=f"{keys.CLASS_QUOTAS}.{school_class.id}.{role}.{name}",
    )  # fmt: skip
    return None if shown is None else int(shown) * unit


def _save(school_class: SchoolClass, chosen: Mapping[str, Mapping[str, int | None]]) -> None:
    """Keep what is other than declared."""
    other = {role: {name: value for name, value in limits.items() if value != getattr(QUOTAS[role], name)}
             for role, limits in chosen.items()}  # fmt: skip
    try:
        runs().set_quotas(school_class.id, other, viewer())
    except DlcoreError as error:
        st.error(str(error), icon=":material/error:")
    else:
        st.success(_("Saved: it holds from the next run on."), icon=":material/check:")
