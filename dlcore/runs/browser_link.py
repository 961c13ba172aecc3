"""A browser on this machine becomes «me»: by an address that the console shows, and that works once.

Browsers are visitors, each with runs of its own; what the command line and notebooks train belongs to «me». Whoever
started the server reads its console, so a code that stands there shows that the browser is theirs. It is kept as a
hash, and is gone when it was used or when a new one is made.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from filelock import FileLock

from dlcore.runs import secret as signing

PATH = "/me"  # where the server takes the code
PARAMETER = "code"
FILE = "browser-link"  # under the home: the hash of the code that is valid now
LOCK = ".browser-link.lock"
_COOKIE = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{64})")


def new_code(home: Path) -> str:
    """A code for one browser, in place of the one before. Raises OSError where the home cannot be written."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    code = secrets.token_urlsafe(24)
    beside = home / f".{FILE}-{secrets.token_hex(8)}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(_hash(code))
    with FileLock(home / LOCK):
        beside.replace(home / FILE)
    return code


def use_code(home: Path, code: str) -> bool:
    """Whether this is the code that is valid now; then it is used up. Of two that come at once, one has it."""
    path = home / FILE
    if not path.exists():
        return False
    with FileLock(home / LOCK):
        try:
            valid = hmac.compare_digest(path.read_text("ascii").encode(), _hash(code).encode())
        except (OSError, ValueError):
            return False
        if valid:
            path.unlink()
        return valid


def new_cookie(secret: bytes) -> str:
    """What a browser shows from now on to be «me»: only this installation can make it, and each is another."""
    number = secrets.token_hex(16)
    return f"{number}.{signing.sign(secret, _signed(number))}"


def is_cookie(secret: bytes, value: str) -> bool:
    """Whether `new_cookie` made this with this secret."""
    found = _COOKIE.fullmatch(value)
    return found is not None and signing.is_signed(secret, _signed(found[1]), found[2])


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()


def _signed(number: str) -> str:
    return f"browser:{number}"
