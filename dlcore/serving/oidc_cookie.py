"""What a browser keeps while it is at the identity provider, and while its learner looks for the code of the class.

One signed cookie for some minutes, and nothing on the server: who comes back without it did not set out here.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypeVar

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from dlcore.i18n import current_language
from dlcore.runs import secret as signing
from dlcore.runs.secret import read_secret
from dlcore.runs.store.identities import Identity
from dlcore.serving import identity as cookies
from dlcore.serving.store import runs

COOKIE = "dlcore_oidc"
SECONDS = 600
MAX_CODE = 40  # characters of what was typed as the code of a class


@dataclass(frozen=True)
class Attempt:
    """A browser that is sent to the provider. `teacher`: the name of the one who ties their identity; else empty."""

    state: str
    nonce: str
    verifier: str
    code: str
    carry: bool
    teacher: str
    language: str

    @classmethod
    def new(cls, code: str = "", carry: bool = False, teacher: str = "") -> Attempt:
        """One that nobody can guess."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
        return cls(state, nonce, verifier, code[:MAX_CODE], carry, teacher, current_language())

    def is_answered_by(self, state: str) -> bool:
        """Whether a browser came back from this very attempt."""
        return hmac.compare_digest(self.state.encode(), state.encode("utf-8", "replace"))


@dataclass(frozen=True)
class Newcomer:
    """Somebody whom the provider has vouched for, and who is in no class here yet."""

    issuer: str
    subject: str
    called: str
    carry: bool
    language: str

    @property
    def identity(self) -> Identity:
        """Who that is at the provider."""
        return Identity(self.issuer, self.subject)


Kept = TypeVar("Kept", Attempt, Newcomer)


def keep(headers: MutableHeaders, kept: Attempt | Newcomer, scope: Scope) -> None:
    """Have the browser keep it, in place of what it kept before."""
    until = int(time.time()) + SECONDS
    written = json.dumps([until, asdict(kept)], ensure_ascii=False).encode("utf-8", "replace")
    body = base64.urlsafe_b64encode(written).decode().rstrip("=")
    value = f"{body}.{signing.sign(_secret(), _signed(type(kept), body))}"
    headers.append("set-cookie", cookies.cookie(COOKIE, value, scope, SECONDS))


def read(kind: type[Kept], sent: Mapping[str, str]) -> Kept | None:
    """What `keep` had this browser keep; None where that is something else, or too old."""
    body, _dot, signature = str(sent.get(COOKIE, "")).partition(".")
    if not signing.is_signed(_secret(), _signed(kind, body), signature):
        return None
    until, values = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return kind(**values) if time.time() < until else None


def forget(headers: MutableHeaders, scope: Scope) -> None:
    """Have the browser keep nothing any more."""
    headers.append("set-cookie", cookies.no_cookie(COOKIE, scope))


def _secret() -> bytes:
    return read_secret(runs().settings.home)


def _signed(kind: type[Attempt] | type[Newcomer], body: str) -> str:
    return f"oidc:{kind.__name__}:{body}"
