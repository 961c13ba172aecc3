"""The secret of an installation, and the tokens made with it.

A browser that follows a run shows a token, which only this installation can have made for that run: the routes
beside the pages do not see who is logged in.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from dlcore.errors import RunError, no_room
from dlcore.i18n import N_, Text
from dlcore.runs.home import make_private
from dlcore.runs.trouble import disk_full

FILE = "secret"
BYTES = 32


def read_secret(home: Path) -> bytes:
    """The 32 random bytes of this home, made when first asked for; only their owner may read the file.

    Raises RunError for a file that holds anything else: whoever could guess it could make tokens. It is not replaced
    by itself: with a new secret, addresses that were given away open nothing any more, and somebody should know why.
    """
    path = home / FILE
    try:
        if not path.exists():
            _make(path)
        make_private(path, 0o600)
        found = path.read_bytes()
    except OSError as error:
        if no_room(error):
            raise RunError(disk_full()) from None
        sentence = N_("The secret of this installation, {file}, cannot be read: {reason}.")
        raise RunError(Text(sentence, file=str(path), reason=error.strerror or "")) from None
    if not _is_random(found):
        raise RunError(_damaged(path, len(found)))
    return found


def replace(home: Path, given: bytes) -> None:
    """Take over the secret of another installation, of which this one is to become the copy. Raises RunError."""
    path = home / FILE
    if not _is_random(given):
        raise RunError(_damaged(path, len(given)))
    path.unlink(missing_ok=True)
    _make(path, given)


def _damaged(path: Path, length: int) -> Text:
    return Text(
        N_(
            "The secret of this installation, {file}, is damaged: it must hold {bytes} random bytes, but holds "
            "{received}. Move it away: a new one is made then, and addresses given away before open nothing any more."
        ),
        file=str(path),
        bytes=BYTES,
        received=length,
    )


def _is_random(secret: bytes) -> bool:
    """Whether it is as long as it was made, and not what a power cut leaves of a file: one byte over and over."""
    return len(secret) == BYTES and len(set(secret)) > 1


def _make(path: Path, content: bytes | None = None) -> None:
    """Written beside and linked into place, so that of two processes that come at once one wins, and wholly."""
    beside = path.with_name(f".{FILE}-{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content or secrets.token_bytes(BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def sign(secret: bytes, text: str) -> str:
    """A token for a text: 64 hexadecimal digits. Raises ValueError for a secret that could be guessed."""
    if not _is_random(secret):
        raise ValueError("tokens are made with the secret of an installation alone")
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def is_signed(secret: bytes, text: str, token: str) -> bool:
    """Whether `sign` made this token for this text."""
    return hmac.compare_digest(sign(secret, text).encode(), token.encode())
