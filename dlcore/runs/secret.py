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

FILE = "secret"


def read_secret(home: Path) -> bytes:
    """The 32 random bytes of this home, made when first asked for; only their owner may read the file."""
    path = home / FILE
    if not path.exists():
        _make(path)
    return path.read_bytes()


def _make(path: Path) -> None:
    """Written beside and linked into place, so that of two processes that come at once one wins, and wholly."""
    beside = path.with_name(f".{FILE}-{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


def sign(secret: bytes, text: str) -> str:
    """A token for a text: 64 hexadecimal digits."""
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def is_signed(secret: bytes, text: str, token: str) -> bool:
    """Whether `sign` made this token for this text."""
    return hmac.compare_digest(sign(secret, text).encode(), token.encode())
