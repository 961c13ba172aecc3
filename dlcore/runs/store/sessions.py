"""Who has signed in: cookies of students and teachers, which end with a word that is reset or a person who is removed.

A cookie is signed with the secret of the installation and with what is kept of the word: nothing of it is stored.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa

from dlcore.access import Role, Viewer
from dlcore.runs import secret as signing
from dlcore.runs.store.classes import nobody
from dlcore.runs.store.engine import reading
from dlcore.runs.store.schema import classes, members, teachers

_COOKIE = re.compile(r"(student|teacher)\.([0-9a-f]{32})\.([0-9a-f]{32})\.([0-9a-f]{64})")


@dataclass(frozen=True)
class Profile:
    """What others read of somebody who has signed in; a teacher is in no class."""

    called: str
    class_name: str = ""


class Sessions:
    """Signing in with a cookie, and who that is."""

    _engine: sa.Engine
    _secret: bytes

    def session_cookie(self, viewer: Viewer) -> str:
        """What a browser shows from now on to be this student or teacher. Raises ClassNotFound where there is none."""
        key = self._key(viewer)
        if key is None:
            raise nobody(viewer.name)
        number = secrets.token_hex(16)
        return f"{viewer.role}.{viewer.name}.{number}.{signing.sign(self._secret, _signed(viewer, number, key))}"

    def session_viewer(self, cookie: str) -> Viewer | None:
        """Whom `session_cookie` made this for; None where it is not so, or not so any more."""
        found = _COOKIE.fullmatch(cookie)
        if found is None:
            return None
        viewer = Viewer(found[2], cast(Role, found[1]))
        key = self._key(viewer)
        right = key is not None and signing.is_signed(self._secret, _signed(viewer, found[3], key), found[4])
        return viewer if right else None

    def profile(self, viewer: Viewer) -> Profile:
        """How a viewer who has signed in is called. Raises ClassNotFound for who has not."""
        if viewer.role == "teacher":
            chosen = sa.select(teachers.c.called, sa.literal("")).where(teachers.c.name == viewer.name)
        else:
            chosen = sa.select(members.c.called, classes.c.name).join(classes, classes.c.id == members.c.class_id)
            chosen = chosen.where(members.c.name == viewer.name).order_by(members.c.joined_at)
        with reading(self._engine) as connection:
            row = connection.execute(chosen).first()
        if row is None:
            raise nobody(viewer.name)
        return Profile(*row)

    def _key(self, viewer: Viewer) -> str | None:
        """What changes when a viewer's cookies are to end; None where there is no such viewer.

        Of a student in several classes, the word, which is one in all: who leaves one of them goes on in the others.
        """
        kept = members.c.word if viewer.role == "student" else teachers.c.key
        chosen = sa.select(kept).distinct().where(kept.table.c.name == viewer.name).order_by(kept)
        with reading(self._engine) as connection:
            return "\n".join(connection.execute(chosen).scalars()) or None


def _signed(viewer: Viewer, number: str, key: str) -> str:
    return f"session:{viewer.role}:{viewer.name}:{number}:{key}"
