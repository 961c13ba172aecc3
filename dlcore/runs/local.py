"""The uploads of this machine, for a notebook, a script and the command line: no server and no worker asks here.

A server and a worker lay out the uploads of one owner, and forbid these when they start
(`upload_access.forbid_local`).
"""

from __future__ import annotations

import functools
from typing import BinaryIO

from dlcore.access import ME, Viewer
from dlcore.data.uploads import upload_access
from dlcore.data.uploads.description import Description
from dlcore.runs.runs import Runs
from dlcore.runs.settings import Settings
from dlcore.runs.store import soundness


class LocalUploads:
    """The uploads that one viewer may read, in the home that the environment names.

    The database is opened when an upload is asked for, and never made for that.
    """

    def __init__(self, viewer: Viewer = ME) -> None:
        self._viewer = viewer

    def _shelf(self, upload_id: str) -> upload_access.UploadAccess:
        settings = Settings()
        if settings.database_url is None and not (settings.home / soundness.FILE).is_file():
            raise upload_access.gone(upload_id)
        return _opened(settings.model_dump_json()).upload_access(self._viewer)

    def describe(self, upload_id: str) -> Description:
        """What is known of it without its rows."""
        return self._shelf(upload_id).describe(upload_id)

    def called(self, upload_id: str) -> str:
        """Its name."""
        return self._shelf(upload_id).called(upload_id)

    def target(self, upload_id: str) -> str | None:
        """The column that was named as its target when it was brought."""
        return self._shelf(upload_id).target(upload_id)

    def check_rows(self, upload_id: str) -> None:
        """Raises UploadError where it was deleted."""
        self._shelf(upload_id).check_rows(upload_id)

    def open(self, upload_id: str) -> BinaryIO:
        """Its rows."""
        return self._shelf(upload_id).open(upload_id)


@functools.lru_cache(maxsize=8)
def _opened(_settings: str) -> Runs:
    """The database of these settings, opened once in a process."""
    return Runs(Settings())
