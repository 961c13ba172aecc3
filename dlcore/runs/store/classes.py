"""Classes in the database: who teaches which, and who is in it. Every function asks what its viewer may."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dlcore.access import Action, Viewer, whose
from dlcore.access.quotas import QUOTAS, Quota, check_limits, quota_of
from dlcore.access.roster import Entry, read_roster
from dlcore.access.words import clean_name, hashed, new_code, new_word
from dlcore.errors import ClassError, ClassNotFound
from dlcore.i18n import N_, Text
from dlcore.runs import status
from dlcore.runs.store import rows, usage
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.permission import allowed
from dlcore.runs.store.schema import (
    classes,
    drafts,
    extensions,
    identities,
    members,
    preferences,
    runs,
    sittings,
    studies,
    submissions,
    turns,
    uploads,
)

OWNED = (runs, studies, uploads, submissions)  # what can go from one owner to another as it is


@dataclass(frozen=True)
class SchoolClass:
    """A class, and the code by which students join it."""

    id: str
    name: str
    teacher: str
    code: str
    created_at: datetime | None


@dataclass(frozen=True)
class Member:
    """A student of a class: `name` is the owner of what is theirs, `called` what others read."""

    name: str
    called: str
    joined_at: datetime | None


class ClassStore:
    """The classes in the database."""

    _engine: sa.Engine

    def make_class(self, name: str, viewer: Viewer) -> SchoolClass:
        """A new class of this teacher, with a code to join it. Raises ClassError."""
        called = clean_name(name)
        if "own" not in whose(viewer, "teach"):
            raise ClassError(Text(N_("Only a teacher makes a class.")))
        made = {"id": secrets.token_hex(8), "name": called, "teacher": viewer.name, "code": new_code()}
        with writing(self._engine) as connection:
            connection.execute(sa.insert(classes).values(**made, created_at=rows.now()))
        return self.find_class(made["id"], viewer)

    def classes(self, viewer: Viewer) -> list[SchoolClass]:
        """The classes that this viewer looks after, the newest first."""
        chosen = sa.select(classes).where(_may(viewer, "teach")).order_by(classes.c.created_at.desc(), classes.c.id)
        with reading(self._engine) as connection:
            return [_class(row) for row in connection.execute(chosen).mappings()]

    def find_class(self, class_id: str, viewer: Viewer) -> SchoolClass:
        """One of them. Raises ClassNotFound, also for somebody else's."""
        with reading(self._engine) as connection:
            return _class(class_row(connection, class_id, _may(viewer, "teach")))

    def members(self, class_id: str, viewer: Viewer) -> list[Member]:
        """The students of a class by their names. Raises ClassNotFound."""
        chosen = sa.select(members).where(members.c.class_id == class_id).order_by(members.c.called)
        with reading(self._engine) as connection:
            class_row(connection, class_id, _may(viewer, "teach"))
            return [_member(row) for row in connection.execute(chosen).mappings()]

    def member_runs(self, class_id: str, viewer: Viewer) -> dict[str, int]:
        """By the names of the students of a class who have trained something, how many runs. Raises ClassNotFound."""
        of_class = sa.select(members.c.name).where(members.c.class_id == class_id)
        counted = sa.select(runs.c.owner, sa.func.count()).where(runs.c.owner.in_(of_class)).group_by(runs.c.owner)
        with reading(self._engine) as connection:
            class_row(connection, class_id, _may(viewer, "teach"))
            return {row.owner: row[1] for row in connection.execute(counted)}

    def reset_word(self, class_id: str, member: str, viewer: Viewer) -> str:
        """A new word for a student who forgot theirs; the old one opens nothing any more. Raises ClassNotFound."""
        word = new_word()
        kept = hashed(word)
        with writing(self._engine) as connection:
            class_row(connection, class_id, _may(viewer, "teach"))
            _check_member(connection, class_id, member)
            connection.execute(sa.update(members).where(members.c.name == member).values(word=kept))
        return word

    def remove_member(self, class_id: str, member: str, viewer: Viewer) -> None:
        """Take a student out of a class: their work stays theirs, and the teacher sees it no more."""
        with writing(self._engine) as connection:
            class_row(connection, class_id, _may(viewer, "teach"))
            _check_member(connection, class_id, member)
            connection.execute(sa.delete(members).where(members.c.class_id == class_id, members.c.name == member))
            still = sa.exists().where(members.c.name == member)
            connection.execute(sa.delete(identities).where(_signs_in(member), ~still))

    def quota(self, viewer: Viewer) -> Quota:
        """What this viewer may use, by their classes."""
        with reading(self._engine) as connection:
            return usage.quota(connection, viewer.name)

    def class_quotas(self, class_id: str, viewer: Viewer) -> dict[str, Quota]:
        """What a class allows, by role. Raises ClassNotFound."""
        with reading(self._engine) as connection:
            stored = class_row(connection, class_id, _may(viewer, "teach"))["quotas"]
        return {role: quota_of(stored, role) for role in QUOTAS}

    def set_quotas(self, class_id: str, quotas: Mapping[str, Mapping[str, int | None]], viewer: Viewer) -> None:
        """What a class allows by role where it is not what is declared, as `{"student": {"running": 1}}`."""
        for role, limits in quotas.items():
            check_limits(role, limits)
        with writing(self._engine) as connection:
            class_row(connection, class_id, _may(viewer, "teach"))
            values = {role: dict(limits) for role, limits in quotas.items()}
            connection.execute(sa.update(classes).where(classes.c.id == class_id).values(quotas=values))

    def import_roster(self, class_id: str, raw: bytes, viewer: Viewer) -> list[Entry]:
        """Add the students of a CSV file; returns them with the words that open the class to each, told this once.

        Raises ClassError that names every line that is wrong; then nobody was added.
        """
        entries = read_roster(raw, [each.called for each in self.members(class_id, viewer)])
        added = [new_member(class_id, each.called, each.word) for each in entries]
        with writing(self._engine) as connection:
            there = set(connection.execute(_called(class_id)).scalars())
            for each in entries:
                if each.called in there:
                    raise ClassError(Text(N_("Nothing was imported: {name} has joined meanwhile."), name=each.called))
            if added:
                connection.execute(sa.insert(members), added)
        return entries

    def _merge_members(self, class_id: str, second: str, first: str, viewer: Viewer) -> None:
        """All that the second identity of a student has becomes the first one's, and the second is no more."""
        with writing(self._engine) as connection:
            class_row(connection, class_id, _may(viewer, "teach"))
            for member in (first, second):
                _check_member(connection, class_id, member)
            _hand_over(connection, second, first)
            _hand_over_classes(connection, second, first)

    def has_work(self, viewer: Viewer) -> bool:
        """Whether anything is this viewer's that they may want to keep: a run, a study, a data set, a draft."""
        own = [sa.exists().where(each.c.owner == viewer.name) for each in (*OWNED, drafts)]
        with reading(self._engine) as connection:
            return bool(connection.execute(sa.select(sa.or_(*own))).scalar())

    def _carry_work(self, member: str, owner: str) -> None:
        with writing(self._engine) as connection:
            there = connection.execute(sa.select(members.c.name).where(members.c.name == member)).first()
            if there is None:
                raise nobody(member)
            _hand_over(connection, owner, member)

    def _check_work(self, owner: str, viewer: Viewer, action: Action) -> None:
        """Raises ClassNotFound where this viewer may not do this with all that is somebody's."""
        with reading(self._engine) as connection:
            if not connection.execute(sa.select(allowed(viewer, action, sa.literal(owner)))).scalar():
                raise nobody(owner)

    def _runs_of(self, owner: str) -> list[str]:
        """The ids of somebody's runs; the caller has asked whether that may be told."""
        with reading(self._engine) as connection:
            chosen = sa.select(runs.c.id).where(runs.c.owner == owner).order_by(runs.c.created_at, runs.c.id)
            return list(connection.execute(chosen).scalars())

    def _forget_owner(self, owner: str, viewer: Viewer) -> None:
        """The rows that are left of somebody whose runs, studies and data sets are gone."""
        with writing(self._engine) as connection:
            owners = (table.c.owner for table in (drafts, preferences, turns, sittings, submissions, extensions))
            for column in (*owners, members.c.name, identities.c.name):
                mine = sa.and_(column == owner, allowed(viewer, "change", column))
                connection.execute(sa.delete(column.table).where(mine))


def find(connection: sa.Connection, class_id: str, viewer: Viewer) -> sa.RowMapping:
    """The row of a class that this viewer looks after. Raises ClassNotFound, also for somebody else's."""
    return class_row(connection, class_id, _may(viewer, "teach"))


def class_row(connection: sa.Connection, class_id: str, may: sa.ColumnElement[bool]) -> sa.RowMapping:
    """The row of a class of which `may` is so. Raises ClassNotFound, also where it is not."""
    found = connection.execute(sa.select(classes).where(classes.c.id == class_id, may)).mappings().one_or_none()
    if found is None:
        raise class_not_found(class_id)
    return found


def new_member(class_id: str, called: str, word: str) -> dict[str, Any]:
    """The row of a student who has nothing yet."""
    name = secrets.token_hex(16)
    return {"class_id": class_id, "name": name, "called": called, "word": hashed(word), "joined_at": rows.now()}


def class_not_found(class_id: str) -> ClassNotFound:
    """Somebody else's class is answered as one that does not exist."""
    return ClassNotFound(Text(N_("There is no class {id}."), id=class_id[:40]))


def nobody(member: str) -> ClassNotFound:
    """Somebody else's student is answered as one who does not exist."""
    return ClassNotFound(Text(N_("There is no student {id}."), id=member[:40]))


def _hand_over(connection: sa.Connection, second: str, first: str) -> None:
    """All that is the second one's becomes the first one's."""
    for table in OWNED:
        connection.execute(sa.update(table).where(table.c.owner == second).values(owner=first))
    _take_over(connection, drafts, (), second, first)
    _take_over(connection, preferences, (preferences.c.key,), second, first)
    _take_over(connection, extensions, (extensions.c.assignment_id,), second, first)
    for table in (turns, sittings):
        connection.execute(sa.delete(table).where(table.c.owner == second))


def _hand_over_classes(connection: sa.Connection, second: str, first: str) -> None:
    """The first one is in the classes of both, and comes in as either did at an identity provider."""
    joined = sa.select(members.c.class_id).where(members.c.name == first).scalar_subquery()
    there = members.c.class_id.in_(joined)
    connection.execute(sa.update(members).where(members.c.name == second, ~there).values(name=first))
    connection.execute(sa.delete(members).where(members.c.name == second))
    connection.execute(sa.update(identities).where(_signs_in(second)).values(name=first))


def _signs_in(member: str) -> sa.ColumnElement[bool]:
    """By which identities a student comes in."""
    return sa.and_(identities.c.role == "student", identities.c.name == member)


def _take_over(
    connection: sa.Connection, table: sa.Table, key: Sequence[sa.Column[Any]], second: str, first: str
) -> None:
    """What the first one has stays; what only the second one has becomes theirs."""
    other = table.alias()
    there = sa.exists().where(other.c.owner == first, *(other.c[each.name] == each for each in key))
    connection.execute(sa.update(table).where(table.c.owner == second, ~there).values(owner=first))
    connection.execute(sa.delete(table).where(table.c.owner == second))


def _may(viewer: Viewer, action: Action) -> sa.ColumnElement[bool]:
    return allowed(viewer, action, classes.c.teacher)


def _called(class_id: str) -> sa.Select[str]:
    return sa.select(members.c.called).where(members.c.class_id == class_id)


def _check_member(connection: sa.Connection, class_id: str, member: str) -> None:
    chosen = sa.select(members.c.name).where(members.c.class_id == class_id, members.c.name == member)
    if connection.execute(chosen).first() is None:
        raise nobody(member)


def _class(row: sa.RowMapping) -> SchoolClass:
    return SchoolClass(row["id"], row["name"], row["teacher"], row["code"], status.moment(row["created_at"]))


def _member(row: sa.RowMapping) -> Member:
    return Member(row["name"], row["called"], status.moment(row["joined_at"]))
