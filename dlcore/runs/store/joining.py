"""Joining a class, and coming back to it: with its code, a name and a word. Wrong tries are slowed."""

from __future__ import annotations

import functools
import hashlib

import sqlalchemy as sa

from dlcore.access import Viewer, student
from dlcore.access.words import clean_code, clean_name, clean_word, hashed, is_word
from dlcore.errors import ClassError
from dlcore.i18n import N_, Text
from dlcore.runs.store import rows
from dlcore.runs.store.classes import new_member
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.schema import classes, members, wrong_codes

FREE_TRIES = 5  # wrong codes and words before a next try has to wait
MOST_SECONDS = 300.0  # that it waits
FORGOTTEN_SECONDS = 3600.0  # after which old tries do not count
WRONG = Text(N_("The code of the class, the name and the word do not belong together."))


@functools.cache
def _nobodys() -> str:
    """What a word is held against where nobody is called so: it takes as long."""
    return hashed("nobody's")


class Joining:
    """How students come into classes. Nobody is a viewer here before the code is right."""

    _engine: sa.Engine

    def join_class(self, code: str, called: str, word: str, source: str) -> Viewer:
        """A new student of the class with this code; a second one of a name is called by a number, too.

        source: from where it is tried. Raises ClassError, with the same sentence for all that can be wrong of it.
        """
        called, word = clean_name(called), clean_word(word)
        self._check_tries(source)
        row = new_member("", called, word)
        with writing(self._engine) as connection:
            class_id = class_of(connection, code)
            if class_id is not None:
                free = free_name(connection, class_id, called)
                connection.execute(sa.insert(members).values({**row, "class_id": class_id, "called": free}))
        return self._answer(row["name"] if class_id is not None else None, source)

    def sign_in(self, code: str, called: str, word: str, source: str) -> Viewer:
        """A student of the class who comes back, as after losing a cookie. Raises ClassError as `join_class` does.

        Tries at one student's word are counted by themselves, too: who comes in as another between them waits as long.
        """
        at_one = _at_one(source, code, called)
        self._check_tries(source)
        self._check_tries(at_one)
        chosen = sa.select(members.c.name, members.c.word).join(classes, classes.c.id == members.c.class_id)
        chosen = chosen.where(classes.c.code == clean_code(code), members.c.called == clean_name(called))
        with reading(self._engine) as connection:
            found = connection.execute(chosen).one_or_none()
        right = is_word(word, _nobodys() if found is None else found.word)
        return self._answer(found.name if found is not None and right else None, source, at_one)

    def _check_tries(self, source: str) -> None:
        """Raises ClassError with the seconds to wait, whatever is tried."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(wrong_codes).where(wrong_codes.c.source == source)).one_or_none()
        if row is None or row.tries < FREE_TRIES:
            return
        left = row.tried_at + min(2.0 ** (row.tries - FREE_TRIES), MOST_SECONDS) - rows.now()
        if left > 0:
            text = N_("Too many tries that were wrong: try again in {seconds} s.")
            raise ClassError(Text(text, seconds=int(left) + 1))

    def _answer(self, name: str | None, *sources: str, wrong: Text = WRONG) -> Viewer:
        """The student of this name; without one, a try from each of these sources was wrong. Raises ClassError."""
        with writing(self._engine) as connection:
            if name is not None:
                connection.execute(sa.delete(wrong_codes).where(wrong_codes.c.source.in_(sources)))
                return student(name)
            for source in sources:
                _count(connection, source)
        raise ClassError(wrong)


def class_of(connection: sa.Connection, code: str) -> str | None:
    """The id of the class with this code; None where there is none."""
    return connection.execute(sa.select(classes.c.id).where(classes.c.code == clean_code(code))).scalar()


def free_name(connection: sa.Connection, class_id: str, called: str) -> str:
    """«Anna», «Anna 2», …: no two in a class are called alike."""
    there = set(connection.execute(sa.select(members.c.called).where(members.c.class_id == class_id)).scalars())
    numbered = (called if number == 1 else f"{called[:190]} {number}" for number in range(1, len(there) + 2))
    return next(each for each in numbered if each not in there)


def _at_one(source: str, code: str, called: str) -> str:
    """Tries from somewhere at the word of one student, of whom nothing is kept here but a hash."""
    student_of_class = f"{clean_code(code)}\n{clean_name(called)}".encode("utf-8", "replace")
    return f"{source[:100]} {hashlib.sha256(student_of_class).hexdigest()[:32]}"


def _count(connection: sa.Connection, source: str) -> None:
    """One more try that was wrong."""
    old = wrong_codes.c.tried_at < rows.now() - FORGOTTEN_SECONDS
    connection.execute(sa.delete(wrong_codes).where(old))
    before = connection.execute(sa.select(wrong_codes.c.tries).where(wrong_codes.c.source == source)).scalar() or 0
    rows.put(connection, wrong_codes, {"source": source}, {"tries": before + 1, "tried_at": rows.now()})
