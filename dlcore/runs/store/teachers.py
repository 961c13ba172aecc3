"""Teachers in the database: an address that works once lets a browser of theirs in, and no word is asked."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from dlcore.access import Viewer, whose
from dlcore.access.words import clean_name
from dlcore.errors import ClassError, ClassNotFound
from dlcore.i18n import N_, Text
from dlcore.runs.store import rows
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.schema import identities, teachers


@dataclass(frozen=True)
class Teacher:
    """`name` is the owner of what is theirs, `called` what others read."""

    name: str
    called: str


class TeacherStore:
    """The teachers of this installation, beside whoever works at this machine, who needs no row here."""

    _engine: sa.Engine

    def invite_teacher(self, called: str, viewer: Viewer) -> str:
        """A code that makes one browser this teacher's, who is made where there is none of that name.

        A newer code replaces the one before. Raises ClassError for anybody but the operator.
        """
        called, code = clean_name(called), secrets.token_urlsafe(24)
        check_operator(viewer)
        with writing(self._engine) as connection:
            if _find(connection, called) is None:
                made = {"name": secrets.token_hex(16), "called": called, "key": new_key(), "created_at": rows.now()}
                connection.execute(sa.insert(teachers).values(made))
            mine = teachers.c.called == called
            connection.execute(sa.update(teachers).where(mine).values(link=_hash(code)))
        return code

    def teachers(self, viewer: Viewer) -> list[Teacher]:
        """All of them by their names, for the operator."""
        if "any" not in whose(viewer, "teach"):
            return []
        chosen = sa.select(teachers.c.name, teachers.c.called).order_by(teachers.c.called)
        with reading(self._engine) as connection:
            return [Teacher(*row) for row in connection.execute(chosen)]

    def sign_teacher_out(self, called: str, viewer: Viewer) -> None:
        """End a teacher in every browser, the code that was not used yet, and what an identity provider says of them.

        Raises ClassNotFound, ClassError.
        """
        check_operator(viewer)
        with writing(self._engine) as connection:
            name = _find(connection, clean_name(called))
            if name is None:
                raise ClassNotFound(Text(N_("There is no teacher {name}."), name=called[:40]))
            mine = teachers.c.called == clean_name(called)
            connection.execute(sa.update(teachers).where(mine).values(key=new_key(), link=None))
            theirs = sa.and_(identities.c.role == "teacher", identities.c.name == name)
            connection.execute(sa.delete(identities).where(theirs))

    def open_invitation(self, code: str) -> Viewer | None:
        """The teacher whom this code lets in; then it is used up. Of two that come at once, one has it."""
        link = _hash(code)
        with writing(self._engine) as connection:
            found = connection.execute(sa.select(teachers.c.name, teachers.c.link).where(teachers.c.link == link))
            row = found.one_or_none()
            if row is None or not hmac.compare_digest(row.link, link):
                return None
            connection.execute(sa.update(teachers).where(teachers.c.name == row.name).values(link=None))
        return Viewer(row.name, "teacher")


def check_operator(viewer: Viewer) -> None:
    """Raises ClassError for who may not do everything here."""
    if "any" not in whose(viewer, "teach"):
        raise ClassError(Text(N_("Only who works at the server's console appoints teachers.")))


def new_key() -> str:
    """What the cookies of a teacher are signed with, beside the secret of the installation."""
    return secrets.token_hex(32)


def _find(connection: sa.Connection, called: str) -> str | None:
    return connection.execute(sa.select(teachers.c.name).where(teachers.c.called == called)).scalar()


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
