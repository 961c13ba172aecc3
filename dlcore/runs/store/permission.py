"""The policy as conditions of statements: what a viewer may not touch is not found."""

from __future__ import annotations

import sqlalchemy as sa

from dlcore.access import WELCOME, Action, Viewer, Whose, whose
from dlcore.runs.store.schema import classes, members, runs, shown_runs


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
        case "shown":  # no owner is: see `may_see_run`
            return sa.false()
