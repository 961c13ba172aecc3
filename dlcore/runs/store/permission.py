"""The policy as conditions of statements: what a viewer may not touch is not found."""

from __future__ import annotations

import sqlalchemy as sa

from dlcore.access import WELCOME, Action, Viewer, Whose, whose
from dlcore.runs.store.schema import assignments, classes, members, runs, shown_runs, uploads


def allowed(viewer: Viewer, action: Action, owner: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether this viewer may do this with what belongs to whom the column `owner` names."""
    found = sorted(whose(viewer, action))
    return sa.or_(sa.false(), *(_belongs_to(each, viewer.name, owner) for each in found))


def allowed_in_class(viewer: Viewer, action: Action, class_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether this viewer may do this in the class that the column `class_id` names."""
    teacher = sa.select(classes.c.id).where(allowed(viewer, action, classes.c.teacher))
    joined = sa.select(members.c.class_id).where(members.c.name == viewer.name)
    learns = class_id.in_(joined) if "joined" in whose(viewer, action) else sa.false()
    return sa.or_(class_id.in_(teacher), learns)


def may_see_run(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Whether this viewer may look at a run: also at one of somebody else that is shown to their class now."""
    seen = allowed(viewer, "see", runs.c.owner)
    if "shown" not in whose(viewer, "see"):
        return seen
    shown = sa.select(shown_runs.c.run_id).join(members, members.c.class_id == shown_runs.c.class_id)
    return sa.or_(seen, runs.c.id.in_(shown.where(members.c.name == viewer.name)))


def may_read_data(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Whether this viewer may read a data set: also one that their teacher brought for a task of their class."""
    return sa.or_(allowed(viewer, "read data", uploads.c.owner), is_given(viewer))


def is_given(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Whether a data set is what a task of a class that this viewer has joined begins with, and its teacher's."""
    if "given" not in whose(viewer, "read data"):
        return sa.false()
    joined = sa.select(members.c.class_id).where(members.c.name == viewer.name)
    in_class = sa.and_(classes.c.id == assignments.c.class_id, classes.c.id.in_(joined))
    return sa.exists().where(in_class, begins_with(uploads.c.id, uploads.c.owner))


def begins_with(upload_id: sa.ColumnElement[str], owner: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether a task, given by this teacher to their class, begins with this data set of theirs."""
    named = assignments.c.experiment["dataset"]["name"].as_string() == sa.literal("upload:") + upload_id
    return sa.and_(named, classes.c.teacher == owner)


def _belongs_to(which: Whose, name: str, owner: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    match which:
        case "own":
            return owner == name
        case "class":
            taught = sa.select(members.c.name).join(classes, classes.c.id == members.c.class_id)
            return owner.in_(taught.where(classes.c.teacher == name))
        case "joined":  # a class can be joined, a person cannot: see allowed_in_class
            return sa.false()
        case "welcome":
            return owner == WELCOME
        case "any":
            return sa.true()
        case "shown" | "given":  # no owner is: see `may_see_run`, `may_read_data`
            return sa.false()
