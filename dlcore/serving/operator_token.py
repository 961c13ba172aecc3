"""Whether somebody holds the operator's token (`DLCORE_METRICS_TOKEN`)."""

from __future__ import annotations

import secrets

from dlcore.serving.store import runs


def is_set() -> bool:
    """Whether there is such a token at all."""
    return runs().settings.metrics_token is not None


def is_token(sent: str) -> bool:
    """Whether this is it; nothing is where there is none. Takes as long for any."""
    token = runs().settings.metrics_token
    return token is not None and secrets.compare_digest(sent.strip().encode("utf-8", "surrogatepass"), token.encode())
