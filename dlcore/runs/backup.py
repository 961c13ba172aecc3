"""Everything an installation keeps in one file, and back again: into a new home, or another kind of database.

The file is a ZIP: the rows as an SQLite database (also where they came from a PostgreSQL server), every weight,
film and data set under its name, the secret with which addresses were given away, and what made it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from dlcore.errors import RunError, no_room
from dlcore.i18n import N_, Text
from dlcore.runs import secret
from dlcore.runs.artifacts import BLOCK_BYTES, SUBMISSIONS, UPLOADS, Artifact, Artifacts
from dlcore.runs.artifacts import RUNS as RUNS_FOLDER
from dlcore.runs.embedded import LOCK
from dlcore.runs.home import make_private, open_home
from dlcore.runs.settings import Settings
from dlcore.runs.store import snapshot, soundness
from dlcore.runs.store.engine import connect

MANIFEST, FILES = "backup.json", "artifacts/"
FORMAT = 1
NAME = re.compile(
    rf"(?:{RUNS_FOLDER}|{UPLOADS}|{SUBMISSIONS})(?:/[A-Za-z0-9][A-Za-z0-9_.-]*)+"
)  # as Artifacts makes them


@dataclass(frozen=True)
class Contents:
    """What a backup holds, or what was brought back from one."""

    runs: int
    uploads: int
    files: int
    lost: tuple[str, ...] = ()  # files that were gone, or not what was written: left out


def backup(settings: Settings, target: Path) -> Contents:
    """Write everything this installation keeps into one file, which only its owner may read. The app may run.

    Raises RunError where the file is there already or cannot be written; then none is left behind.
    """
    open_home(settings)
    if target.exists():
        raise RunError(Text(N_("{file} is there already: a backup is never written over one."), file=str(target)))
    beside = target.with_name(f".{target.name}.part")
    try:
        with beside.open("xb") as stream:
            make_private(beside, 0o600)
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
                contents = _write(settings, archive, target.parent)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(target)
    except OSError as error:
        raise RunError(_unwritable(target, error)) from None
    finally:
        beside.unlink(missing_ok=True)
    return contents


def _write(settings: Settings, archive: zipfile.ZipFile, near: Path) -> Contents:
    kept = Artifacts(settings)
    live = connect(settings)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=near) as folder:
        rows = snapshot.take(live, Path(folder))
        found = snapshot.files(rows)
        lost = [file for file, sha256 in found.items() if not _add(archive, kept, Artifact(file, 0, sha256))]
        snapshot.forget_files(rows, lost)
        runs, uploads = snapshot.counts(rows)
        rows.dispose()
        live.dispose()
        archive.write(Path(folder) / soundness.FILE, soundness.FILE, zipfile.ZIP_DEFLATED)
    archive.writestr(secret.FILE, secret.read_secret(settings.home))
    made = {"format": FORMAT, "created_at": datetime.now(UTC).isoformat(), "runs": runs, "uploads": uploads}
    archive.writestr(MANIFEST, json.dumps(made))
    return Contents(runs, uploads, len(found) - len(lost), tuple(lost))


def _add(archive: zipfile.ZipFile, kept: Artifacts, artifact: Artifact) -> bool:
    """Take a file in; False where it is gone (its run was deleted since), or is not what was written."""
    try:
        source = kept.open(artifact, check=True)
    except RunError:
        return False
    with source, archive.open(FILES + artifact.file, "w", force_zip64=True) as member:
        shutil.copyfileobj(source, member, BLOCK_BYTES)
    return True


def restore(settings: Settings, source: Path) -> Contents:
    """Bring a backup back into an installation that holds nothing yet; runs that trained go on from their checkpoints.

    Raises RunError, and leaves the installation empty, for a file that is no whole backup or a newer version's, for an
    installation that is in use or not empty, and where no room is left.
    """
    open_home(settings)
    try:
        with FileLock(settings.home / LOCK, timeout=0), _opened(source) as archive:
            return _read(settings, archive, source)
    except Timeout:
        raise RunError(Text(N_("The app is running on {home}. End it first."), home=str(settings.home))) from None


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            made = json.loads(archive.read(MANIFEST))
            if made["format"] > FORMAT:
                raise RunError(Text(N_("{file} was made by a newer version of this app."), file=str(source)))
            yield archive
    except FileNotFoundError:
        raise RunError(Text(N_("There is no file {file}."), file=str(source))) from None
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError):
        raise RunError(Text(N_("{file} is no backup of this app, or not a whole one."), file=str(source))) from None
    except OSError as error:
        raise RunError(_unwritable(source, error)) from None


def _read(settings: Settings, archive: zipfile.ZipFile, source: Path) -> Contents:
    target, kept = connect(settings), Artifacts(settings)
    try:
        if not snapshot.is_empty(target):
            sentence = N_("There are runs or data sets already: a backup is brought back into an empty home alone.")
            raise RunError(Text(sentence))
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.home) as folder:
            archive.extract(soundness.FILE, folder)
            rows = connect(Settings(home=Path(folder), database_url=None))
            with _all_or_none(kept, snapshot.files(rows)) as found:
                for file, sha256 in found.items():
                    _bring(archive, kept, file, sha256, Path(folder), source)
                secret.replace(settings.home, archive.read(secret.FILE))
                snapshot.copy_rows(rows, target)
            runs, uploads = snapshot.counts(target)
            rows.dispose()
        return Contents(runs, uploads, len(found))
    finally:
        target.dispose()


@contextmanager
def _all_or_none(kept: Artifacts, files: dict[str, str]) -> Iterator[dict[str, str]]:
    """The files to be brought back; where that breaks off, none of them stays."""
    try:
        yield files
    except BaseException:
        for file in filter(NAME.fullmatch, files):
            kept.remove(file)
        raise


def _bring(archive: zipfile.ZipFile, kept: Artifacts, file: str, sha256: str, folder: Path, source: Path) -> None:
    """Keep one file under the name that its row has. Raises RunError where it is not what was written."""
    if not NAME.fullmatch(file):
        raise RunError(Text(N_("{file} is no backup of this app, or not a whole one."), file=str(source)))
    beside = folder / "file"
    with archive.open(FILES + file) as member, beside.open("wb") as stream:
        shutil.copyfileobj(member, stream, BLOCK_BYTES)
    if kept.keep(file, beside) != sha256:
        raise RunError(Text(N_("The file {file} is damaged: it is not what was written."), file=file))


def _unwritable(file: Path, error: OSError) -> Text:
    if no_room(error):
        return Text(N_("There is no room left for {file}."), file=str(file))
    return Text(N_("{file} cannot be used: {reason}."), file=str(file), reason=error.strerror or type(error).__name__)
