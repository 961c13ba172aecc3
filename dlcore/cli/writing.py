"""Files that commands write: refused before the work where they could not be, whole or not there after it."""

from __future__ import annotations

import os
from pathlib import Path

from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text


def check_place(path: Path, option: str, *endings: str) -> None:
    """Refuse, before training for hours, a file that could not be written, or that means nothing here.

    Raises DlcoreError.
    """
    if path.suffix not in endings:
        allowed = ", ".join(endings)
        raise DlcoreError(
            Text(
                N_("{option}: the name of the file must end in one of {allowed}, not as {file} does."),
                option=option,
                file=str(path),
                allowed=allowed,
            )
        )
    folder = path.absolute().parent
    if not folder.is_dir():
        raise DlcoreError(Text(N_("{option}: there is no folder {folder}."), option=option, folder=str(folder)))
    if path.is_dir() or not os.access(folder, os.W_OK):
        raise _unwritable(path, option, "")


def write(path: Path, content: bytes, option: str) -> None:
    """Beside it first, then renamed: a file of that name is whole or not there. Raises DlcoreError."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise _unwritable(path, option, error.strerror or "") from None


def _unwritable(path: Path, option: str, reason: str) -> DlcoreError:
    return DlcoreError(
        Text(N_("{option}: {file} cannot be written. {reason}"), option=option, file=str(path), reason=reason)
    )
