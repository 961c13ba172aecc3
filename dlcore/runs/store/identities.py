"""Who comes from an identity provider (OpenID Connect): it says that somebody is somebody, and we say who that is here.

The provider makes nobody a teacher. A student comes into a class by its code, as everybody does; a teacher who is
signed in ties an identity of theirs to themselves.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import cast

import sqlalchemy as sa

from dlcore.access import Role, Viewer
from dlcore.access.words import clean_name
from dlcore.errors import ClassError
from dlcore.i18n import N_, Text, _
from dlcore.runs.store import rows
from dlcore.runs.store.classes import new_member
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.joining import Joining, class_of, free_name
from dlcore.runs.store.schema import identities, members, teachers

WRONG_CODE = Text(N_("There is no class with this code."))


@dataclass(frozen=True)
class Identity:
    """Somebody at an identity provider: `subject` says who, and means nothing without the issuer."""

    issuer: str
    subject: str


class IdentityStore(Joining):
    """The identities in the database. Where a function takes no viewer, the provider's token was verified before."""

    _engine: sa.Engine

    def identity_viewer(self, identity: Identity) -> Viewer | None:
        """The student or teacher who comes in by this identity; None where nobody does, or they are gone."""
        with reading(self._engine) as connection:
            return _viewer(connection, identity)

    def join_by_identity(self, identity: Identity, called: str, code: str, source: str) -> Viewer:
        """A student of the class with this code, who is made where the identity is nobody's yet.

        called: as the provider calls them, empty where it does not. Raises ClassError for a wrong code, for too many
        of them, for a teacher.
        """
        self._check_tries(source)
        row = new_member("", clean_name(called or _("Student")), secrets.token_hex(16))  # a word that nobody knows
        with writing(self._engine) as connection:
            class_id = class_of(connection, code)
            name = None if class_id is None else _tie_student(connection, identity, row["name"])
            if class_id is not None and name is not None:
                _join(connection, {**row, "class_id": class_id, "name": name})
        return self._answer(name, source, wrong=WRONG_CODE)

    def tie_identity(self, identity: Identity, viewer: Viewer) -> None:
        """Let a teacher in by this identity from now on. Raises ClassError for anybody else's, or anybody else."""
        with writing(self._engine) as connection:
            if viewer.role != "teacher" or not _is_invited(connection, viewer):
                raise ClassError(Text(N_("Only a teacher who was invited signs in with an identity provider.")))
            rows.add(connection, identities, asdict(identity), _whose(viewer))
            if _viewer(connection, identity) != viewer:
                raise ClassError(Text(N_("Somebody else comes in by this already, as a student or as a teacher.")))

    def has_identity(self, viewer: Viewer) -> bool:
        """Whether this viewer comes in by an identity provider."""
        with reading(self._engine) as connection:
            return bool(connection.execute(sa.select(sa.exists().where(_is_of(viewer)))).scalar())

    def forget_identities(self, viewer: Viewer) -> None:
        """Let this viewer in by no identity any more."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(identities).where(_is_of(viewer)))


def _viewer(connection: sa.Connection, identity: Identity) -> Viewer | None:
    is_student = sa.exists().where(members.c.name == identities.c.name)
    is_teacher = sa.exists().where(teachers.c.name == identities.c.name)
    there = sa.case((identities.c.role == "student", is_student), else_=is_teacher)
    row = connection.execute(sa.select(identities.c.name, identities.c.role).where(_is(identity), there)).one_or_none()
    return None if row is None else Viewer(row.name, cast(Role, row.role))


def _tie_student(connection: sa.Connection, identity: Identity, new_name: str) -> str:
    """The name of the student who comes in by this identity: a new one's, where it is nobody's yet."""
    rows.add(connection, identities, asdict(identity), _whose(Viewer(new_name, "student")))
    row = connection.execute(sa.select(identities.c.name, identities.c.role).where(_is(identity))).one()
    if row.role != "student":
        raise ClassError(Text(N_("You come in as a teacher: classes are joined by students.")))
    return str(row.name)


def _join(connection: sa.Connection, row: dict[str, object]) -> None:
    """Make somebody a member of a class, who may be one; in another class of theirs they have one word."""
    mine = connection.execute(sa.select(members.c.class_id, members.c.word).where(members.c.name == row["name"])).all()
    if row["class_id"] in [each.class_id for each in mine]:
        return
    called = free_name(connection, str(row["class_id"]), str(row["called"]))
    word = mine[0].word if mine else row["word"]
    connection.execute(sa.insert(members).values({**row, "called": called, "word": word}))


def _is_invited(connection: sa.Connection, viewer: Viewer) -> bool:
    return connection.execute(sa.select(teachers.c.name).where(teachers.c.name == viewer.name)).first() is not None


def _whose(viewer: Viewer) -> dict[str, object]:
    return {"role": viewer.role, "name": viewer.name, "created_at": rows.now()}


def _is(identity: Identity) -> sa.ColumnElement[bool]:
    return sa.and_(identities.c.issuer == identity.issuer, identities.c.subject == identity.subject)


def _is_of(viewer: Viewer) -> sa.ColumnElement[bool]:
    return sa.and_(identities.c.role == viewer.role, identities.c.name == viewer.name)
