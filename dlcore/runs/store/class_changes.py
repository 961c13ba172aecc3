"""A class is renamed, gets another code, or is forgotten with its tasks. Every function asks what its viewer may."""

from __future__ import annotations

import sqlalchemy as sa

from dlcore.access import Viewer
from dlcore.access.words import clean_name, new_code
from dlcore.runs.store.classes import class_row
from dlcore.runs.store.engine import writing
from dlcore.runs.store.permission import allowed
from dlcore.runs.store.schema import (
    assignments,
    classes,
    extensions,
    identities,
    members,
    preferences,
    shown_runs,
    submissions,
)


class ClassChanges:
    """What becomes of classes in the database."""

    _engine: sa.Engine

    def rename_class(self, class_id: str, name: str, viewer: Viewer) -> None:
        """Call a class otherwise. Raises ClassNotFound, ClassError."""
        called = clean_name(name)
        with writing(self._engine) as connection:
            class_row(connection, class_id, allowed(viewer, "teach", classes.c.teacher))
            connection.execute(sa.update(classes).where(classes.c.id == class_id).values(name=called))

    def renew_code(self, class_id: str, viewer: Viewer) -> str:
        """Another code; the old one opens nothing any more, and whoever is in the class stays. Raises ClassNotFound."""
        code = new_code()
        with writing(self._engine) as connection:
            class_row(connection, class_id, allowed(viewer, "teach", classes.c.teacher))
            connection.execute(sa.update(classes).where(classes.c.id == class_id).values(code=code))
        return code

    def _delete_class(self, class_id: str, viewer: Viewer) -> list[str]:
        """Returns the ids of what was handed in, whose files are now nobody's."""
        tasks = sa.select(assignments.c.id).where(assignments.c.class_id == class_id).scalar_subquery()
        with writing(self._engine) as connection:
            teacher = class_row(connection, class_id, allowed(viewer, "teach", classes.c.teacher))["teacher"]
            handed_in = submissions.c.assignment_id.in_(tasks)
            forgotten = sa.delete(submissions).where(handed_in).returning(submissions.c.id)
            gone = list(connection.execute(forgotten).scalars())
            connection.execute(sa.delete(extensions).where(extensions.c.assignment_id.in_(tasks)))
            _forget_members(connection, class_id)
            for column in (shown_runs.c.class_id, assignments.c.class_id, classes.c.id):
                connection.execute(sa.delete(column.table).where(column == class_id))
            of_it = preferences.c.key.startswith(f"class.{class_id}.", autoescape=True)
            connection.execute(sa.delete(preferences).where(preferences.c.owner == teacher, of_it))
        return gone


def _forget_members(connection: sa.Connection, class_id: str) -> None:
    """Nobody is in a class any more; who is in no other one comes in as nobody here."""
    left = connection.execute(sa.delete(members).where(members.c.class_id == class_id).returning(members.c.name))
    names = list(left.scalars())
    still = sa.exists().where(members.c.name == identities.c.name)
    signs_in = sa.and_(identities.c.role == "student", identities.c.name.in_(names), ~still)
    connection.execute(sa.delete(identities).where(signs_in))
