"""The data sets that learners brought: who owns which, what is in them, where their rows lie.

Every function asks what its viewer may, inside: somebody else's upload is one that does not exist. The rows of an
upload never change; another version is another upload.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dlcore.access import Action, Viewer, is_somebody
from dlcore.access.quotas import check_bytes
from dlcore.data.uploads import upload_access
from dlcore.data.uploads.description import Description, from_json
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text, on_one_line
from dlcore.runs import status
from dlcore.runs.artifacts import Artifact
from dlcore.runs.store import rows
from dlcore.runs.store.engine import reading, writing
from dlcore.runs.store.permission import allowed, begins_with, is_given, may_read_data
from dlcore.runs.store.schema import assignments, classes, runs, uploads
from dlcore.runs.store.usage import quota, usage

MAX_NAME = 120
DELETED = ""  # in place of a file: its rows are gone, what they were is still told to runs that learned from them


@dataclass(frozen=True)
class Upload:
    """A data set that somebody brought: its name and what is in it, without its rows."""

    id: str
    owner: str
    name: str
    target: str | None  # the column to predict, where an experiment names none
    file_name: str  # as it came
    bytes: int  # as it is kept
    sha256: str  # of what is kept
    description: Description
    created_at: datetime

    @property
    def dataset(self) -> str:
        """What an experiment calls it: `upload:<id>`."""
        return f"upload:{self.id}"

    def __str__(self) -> str:
        return self.dataset


class UploadStore:
    """The uploads in the database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def uploads(self, viewer: Viewer) -> list[Upload]:
        """The data sets of this viewer, the newest first."""
        chosen = sa.select(uploads).where(_may(viewer, "read data"), uploads.c.file != DELETED)
        chosen = chosen.order_by(uploads.c.created_at.desc(), uploads.c.id)
        with reading(self._engine) as connection:
            return [_upload(row) for row in connection.execute(chosen).mappings()]

    def given_uploads(self, viewer: Viewer) -> list[Upload]:
        """The data sets that teachers brought for tasks of this viewer's classes, the newest first."""
        chosen = sa.select(uploads).where(is_given(viewer), uploads.c.file != DELETED)
        with reading(self._engine) as connection:
            found = connection.execute(chosen.order_by(uploads.c.created_at.desc(), uploads.c.id)).mappings()
            return [_upload(row) for row in found]

    def find_upload(self, upload_id: str, viewer: Viewer) -> Upload:
        """One that this viewer has or was given. Raises UploadError where there is none of this id."""
        with reading(self._engine) as connection:
            return _upload(_row(connection, upload_id, may_read_data(viewer)))

    def _known_upload(self, upload_id: str, viewer: Viewer) -> Upload:
        """The same, or what is still known of one that was deleted after runs learned from it."""
        with reading(self._engine) as connection:
            return _upload(_row(connection, upload_id, may_read_data(viewer), deleted=True))

    def rename_upload(self, upload_id: str, name: str, viewer: Viewer) -> None:
        """Give an upload another name. Raises UploadError for an empty or very long one."""
        name = clean_name(name)
        with writing(self._engine) as connection:
            _row(connection, upload_id, _may(viewer, "change data"))
            connection.execute(sa.update(uploads).where(uploads.c.id == upload_id).values(name=name))

    def runs_of_upload(self, upload_id: str, viewer: Viewer) -> list[str]:
        """Ids of the runs that learn or learned from an upload: they stay readable when it is deleted."""
        with reading(self._engine) as connection:
            whose = _row(connection, upload_id, _may(viewer, "read data"))["owner"]
            return list(connection.execute(_learners(upload_id).where(runs.c.owner == whose)).scalars())

    def _place_of_upload(self, upload_id: str, viewer: Viewer) -> Artifact:
        with reading(self._engine) as connection:
            row = _row(connection, upload_id, may_read_data(viewer))
        return Artifact(row["file"], row["bytes"], row["sha256"])

    def _add_upload(self, upload: Mapping[str, Any], artifact: Artifact) -> None:
        values = {**upload, "file": artifact.file, "bytes": artifact.bytes, "sha256": artifact.sha256}
        with writing(self._engine) as connection:
            allowed_to = quota(connection, upload["owner"])
            if allowed_to.bytes is not None:
                check_bytes(allowed_to, usage(connection, upload["owner"]), artifact.bytes)
            connection.execute(sa.insert(uploads).values(**values, created_at=rows.now()))

    def _forget_upload(self, upload_id: str, viewer: Viewer) -> str:
        """Remove it, but for what its runs want to know of it; returns the file that nobody names any more.

        Raises UploadError where a task begins with it.
        """
        mine = uploads.c.id == upload_id
        with writing(self._engine) as connection:
            row = _row(connection, upload_id, _may(viewer, "change data"))
            _check_not_given(connection, row)
            if connection.execute(_learners(upload_id).limit(1)).first() is None:
                connection.execute(sa.delete(uploads).where(mine))
            else:
                connection.execute(sa.update(uploads).where(mine).values(file=DELETED, bytes=0))
        file: str = row["file"]
        return file


def new_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(8)


def clean_name(name: str) -> str:
    """An upload's name on one line, at most 120 characters. Raises UploadError."""
    cleaned = on_one_line(name)
    if not cleaned or len(cleaned) > MAX_NAME:
        raise UploadError(Text(N_("The name of a data set must have 1 to {limit} characters."), limit=MAX_NAME))
    return cleaned


def check_owner(viewer: Viewer) -> str:
    """Whose a data set of this viewer will be. Raises UploadError where nobody in particular brings something."""
    if not is_somebody(viewer.name):
        raise UploadError(Text(N_("A data set must belong to somebody.")))
    return viewer.name


def _may(viewer: Viewer, action: Action) -> sa.ColumnElement[bool]:
    return allowed(viewer, action, uploads.c.owner)


def _learners(upload_id: str) -> sa.Select[str]:
    """Ids of the runs that learn or learned from it, whoever's."""
    named = runs.c.experiment["dataset"]["name"].as_string() == f"upload:{upload_id}"
    return sa.select(runs.c.id).where(named).order_by(runs.c.created_at)


def _check_not_given(connection: sa.Connection, row: sa.RowMapping) -> None:
    """Raises UploadError where a task begins with this row's data set: those who do it learn from it."""
    chosen = sa.select(assignments.c.title, classes.c.name).join(classes, classes.c.id == assignments.c.class_id)
    given = connection.execute(chosen.where(begins_with(sa.literal(row["id"]), sa.literal(row["owner"])))).first()
    if given is not None:
        said = N_("{name} is what the task “{title}” of the class {class_name} begins with: delete the task first.")
        raise UploadError(Text(said, name=row["name"], title=given.title, class_name=given.name))


def _row(
    connection: sa.Connection, upload_id: str, may: sa.ColumnElement[bool], deleted: bool = False
) -> sa.RowMapping:
    chosen = sa.select(uploads).where(uploads.c.id == upload_id, may)
    chosen = chosen if deleted else chosen.where(uploads.c.file != DELETED)
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        raise upload_access.gone(upload_id)
    return row


def _upload(row: sa.RowMapping) -> Upload:
    created_at = status.moment(row["created_at"])
    assert created_at is not None
    plain = {name: row[name] for name in ("id", "owner", "name", "target", "bytes", "sha256")}
    about = row["about"]
    return Upload(**plain, file_name=about["file"], description=from_json(about["description"]), created_at=created_at)
