"""Bringing a data set: copied aside, read by a process that is thrown away, kept whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dlcore.access import Viewer
from dlcore.data.uploads.convert import convert, disk_full
from dlcore.data.uploads.description import AS_FOUND, Description, Reading, Table, to_json
from dlcore.data.uploads.limits import MAX_BYTES
from dlcore.errors import UploadError, no_room, unknown
from dlcore.i18n import N_, Text
from dlcore.runs import disk_reserve, upload_staging
from dlcore.runs.artifacts import Artifact, Artifacts
from dlcore.runs.settings import Settings
from dlcore.runs.store.engine import DiskFull
from dlcore.runs.store.uploads import Upload, UploadStore, check_owner, clean_name, new_id

if TYPE_CHECKING:
    import pandas as pd

UploadSource = str | Path | BinaryIO  # a path, or an open file that has a name


class Uploads(UploadStore):
    """What learners brought, with its rows. `Runs` is one of these."""

    settings: Settings
    _artifacts: Artifacts

    def upload(
        self,
        file: UploadSource | Sequence[UploadSource],
        viewer: Viewer,
        name: str | None = None,
        target: str | None = None,
        reading: Reading = AS_FOUND,
    ) -> Upload:
        """Keep a data set: a path, an open file with a name, or the two files of an IDX pair.

        How a text file is read is found by looking at it, but for what `reading` says.

        Raises UploadError with one sentence where it cannot be read or is over a limit; then nothing is stored.
        """
        files: list[UploadSource] = [*file] if isinstance(file, list | tuple) else [file]  # type: ignore[list-item]
        owner = check_owner(viewer)
        file_name = _file_name(files[0])
        name = clean_name(Path(file_name).stem[:120] if name is None else name)
        upload_id = new_id()
        with _room_on_disk(file_name), upload_staging.place(self.settings.home, upload_id) as folder:
            given = [(_copied(each, folder / str(n)), _file_name(each)) for n, each in enumerate(files)]
            made = folder / "rows.parquet"
            description = convert(given, made, reading)
            _check_target(description, target)
            artifact = self._artifacts.adopt(upload_id, made)
            about = {"file": file_name, "description": to_json(description)}
            try:
                self._add_upload(
                    {"id": upload_id, "owner": owner, "name": name, "target": target, "about": about}, artifact
                )
            except BaseException:
                self._artifacts.remove(artifact.file)
                raise
        return self.find_upload(upload_id, viewer)

    def delete_upload(self, upload_id: str, viewer: Viewer) -> None:
        """Forget a data set and its rows. Runs that learned from it keep their curves, weights and settings.

        For these, what its columns were stays known; nothing can be trained on it any more.
        """
        forget = partial(self._forget_upload, upload_id, viewer)

        def with_room_of_its_own() -> str:  # on a full disk its rows go first
            self._artifacts.remove(self._place_of_upload(upload_id, viewer).file)
            return forget()

        disk_reserve.forgetting(self.settings.home, forget, self._artifacts.remove, with_room_of_its_own)

    def frame(
        self,
        upload_id: str,
        viewer: Viewer,
        rows: int = 200,
        columns: Sequence[str] | None = None,
        spread: bool = False,
    ) -> pd.DataFrame:
        """Some of its rows as a pandas frame, numbered as in the file: the first, or evenly spread over all.

        At most 5,000,000 cells, whatever is asked for. Of images, `picture` holds the bytes of a PNG.
        """
        from dlcore.data.uploads.rows import frame  # with pandas and pyarrow

        artifact = self._place_of_upload(upload_id, viewer)
        file = self._artifacts.open(artifact)
        return frame(file, rows, None if columns is None else list(columns), spread)

    def upload_access(self, viewer: Viewer) -> OwnerUploads:
        """The uploads that one viewer may read, for `dlcore.data.uploads.upload_access.use`."""
        return OwnerUploads(self, self._artifacts, viewer)


class OwnerUploads:
    """The uploads that one viewer may read as data sets; each description is read once."""

    def __init__(self, store: UploadStore, artifacts: Artifacts, viewer: Viewer) -> None:
        self._store, self._artifacts, self._viewer = store, artifacts, viewer
        self._found: dict[str, Upload] = {}

    def _find(self, upload_id: str) -> Upload:
        if upload_id not in self._found:
            self._found[upload_id] = self._store._known_upload(upload_id, self._viewer)
        return self._found[upload_id]

    def describe(self, upload_id: str) -> Description:
        """What is known of it without its rows."""
        return self._find(upload_id).description

    def called(self, upload_id: str) -> str:
        """Its name, which its owner may change."""
        return self._find(upload_id).name

    def target(self, upload_id: str) -> str | None:
        """The column that was named as its target when it was brought."""
        return self._find(upload_id).target

    def check_rows(self, upload_id: str) -> None:
        """Raises UploadError where it was deleted."""
        self._store.find_upload(upload_id, self._viewer)

    def open(self, upload_id: str) -> BinaryIO:
        """Its rows, held against the fingerprint that was taken when they were kept."""
        artifact: Artifact = self._store._place_of_upload(upload_id, self._viewer)
        return self._artifacts.open(artifact, check=True)


@contextmanager
def _room_on_disk(file: str) -> Iterator[None]:
    """Raises UploadError where there is no room for it, whoever notices that."""
    try:
        yield
    except (OSError, DiskFull) as error:
        if not isinstance(error, DiskFull) and not no_room(error):
            raise
        raise disk_full(file) from None


def _file_name(file: UploadSource) -> str:
    """The last part of a name, which is shown and never becomes a path."""
    given = str(file) if isinstance(file, str | Path) else str(getattr(file, "name", ""))
    return given.replace("\\", "/").rpartition("/")[2][:200] or "?"


def _copied(file: UploadSource, place: Path) -> Path:
    """The file under a name of our own, block by block, at most as long as is allowed."""
    if isinstance(file, str | Path):
        source = Path(file)
        if not source.is_file():
            raise UploadError(Text(N_("{file}: there is no such file."), file=str(file)))
        return source
    left = MAX_BYTES + 1
    with place.open("wb") as copy:
        file.seek(0)
        while left > 0 and (block := file.read(min(1 << 20, left))):
            copy.write(block)
            left -= len(block)
    return place


def _check_target(description: Description, target: str | None) -> None:
    if target is None:
        return
    names = [each.name for each in description.columns] if isinstance(description, Table) else []
    if target not in names:
        raise UploadError(unknown(Text(N_("column")), target, names[:50]))


__all__ = ["OwnerUploads", "Upload", "Uploads"]
