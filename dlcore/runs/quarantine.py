"""A damaged database is put aside, never removed: with it what the dispatcher would else remove as nobody's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from dlcore.errors import RunError
from dlcore.i18n import N_, Text
from dlcore.runs.embedded import LOCK
from dlcore.runs.home import open_home
from dlcore.runs.settings import Settings
from dlcore.runs.store import soundness
from dlcore.runs.store.engine import connect


def new_database(settings: Settings) -> Path:
    """Put a damaged database aside and begin a new one. Returns the folder in which the old one is.

    The files of its runs and data sets are put aside within the folder of artifacts, under the same name.
    Raises RunError where the database is sound, where it is no file of the home, or while the home is served.
    """
    if settings.database_url is not None:
        raise RunError(Text(N_("The database is not kept in the home but by the server of DLCORE_DATABASE_URL.")))
    open_home(settings)
    try:
        with FileLock(settings.home / LOCK, timeout=0):
            return _put_aside(settings)
    except Timeout:
        raise RunError(Text(N_("The app is running on {home}. End it first."), home=str(settings.home))) from None


def _put_aside(settings: Settings) -> Path:
    home = settings.home
    try:
        soundness.check(home)
    except soundness.Damaged:
        pass
    else:
        raise RunError(Text(N_("The database of {home} is sound: nothing was changed."), home=str(home)))
    name = f"damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside = home / name
    aside.mkdir(mode=0o700)
    for kind in soundness.KINDS:  # the database last: until it has gone, the same command goes on where this one ended
        source, target = home / kind, home / "artifacts" / name / Path(kind).name
        if source.exists():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            source.rename(target)
    for ending in (*soundness.BESIDE, ""):
        source = home / (soundness.FILE + ending)
        if source.exists():
            source.rename(aside / source.name)
    connect(settings).dispose()
    return aside
