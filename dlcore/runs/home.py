"""The folder of an installation: made where it is not there yet, its owner's alone, and refused where nothing can be
kept in it.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from dlcore.errors import RunError, no_room
from dlcore.i18n import N_, Text
from dlcore.runs.settings import Settings
from dlcore.runs.trouble import disk_full

# What only the owner of the home may read, also in a home that was made open to others: weights, data sets, logs.
FOLDERS = ("artifacts", "upload_staging", "exports", "log")
RENAMED = {"ballast": "disk_reserve", "bringing": "upload_staging"}  # what homes of earlier versions have


def open_home(settings: Settings) -> None:
    """Have the folder there, to be read and written. Raises RunError: what is wrong with it, and a way out."""
    home = settings.home
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
            raise OSError(errno.EROFS if _is_read_only(home) else errno.EACCES, "")
    except OSError as error:
        raise RunError(_sentence(home, error)) from None
    for before, now in RENAMED.items():
        with suppress(OSError):  # both are made anew where they are missing
            if not (home / now).exists():
                (home / before).rename(home / now)
    for name in FOLDERS:
        try:
            (home / name).mkdir(exist_ok=True, mode=0o700)
            make_private(home / name, 0o700)
        except OSError as error:
            if not no_room(error):  # with a full disk, what is there can still be looked at
                raise RunError(_sentence(home / name, error)) from None


def make_private(path: Path, mode: int) -> None:
    """Take from others what they may do with a file or folder of ours. One that is not there, or not ours, is left."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return
    if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o077:
        path.chmod(mode)


def _is_read_only(path: Path) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _sentence(path: Path, error: OSError) -> Text:
    if no_room(error):
        return disk_full()
    if isinstance(error, FileExistsError | NotADirectoryError):
        sentence = N_("{home} is not a folder, but a file. Set DLCORE_HOME to a folder, or move the file away.")
    elif error.errno == errno.EROFS:
        sentence = N_("{home} can only be read: nothing can be kept there. Set DLCORE_HOME to a folder of your own.")
    elif isinstance(error, PermissionError):
        sentence = N_("You may not read and write {home}. Set DLCORE_HOME to a folder of your own, or ask its owner.")
    else:
        reason = error.strerror or type(error).__name__
        return Text(
            N_("{home} cannot be used: {reason}. Set DLCORE_HOME to another folder."), home=str(path), reason=reason
        )
    return Text(sentence, home=str(path))
