"""The identity provider of a school (OpenID Connect) as the settings say it: all of it, or none."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import SecretStr

from dlcore.errors import RunError
from dlcore.i18n import N_, Text

MAX_ISSUER = 500  # characters


@dataclass(frozen=True)
class ProviderSettings:
    """Where the provider is, as whom this server asks it, and what its button is called."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    name: str


def provider_settings(
    issuer: str | None, client_id: str | None, client_secret: SecretStr | None, name: str | None
) -> ProviderSettings | None:
    """None where nothing is set. Raises RunError where something is missing, or the address is not safe."""
    if not (issuer or client_id or client_secret):
        return None
    if not (issuer and client_id and client_secret):
        needed = N_("An identity provider needs all three: DLCORE_OIDC_ISSUER, DLCORE_OIDC_CLIENT_ID and "
                    "DLCORE_OIDC_CLIENT_SECRET.")  # fmt: skip
        raise RunError(Text(needed))
    if not is_safe(issuer) or len(issuer) > MAX_ISSUER:
        text = N_("DLCORE_OIDC_ISSUER must be an https address (http on this machine alone), not {received}.")
        raise RunError(Text(text, received=repr(issuer[:100])))
    return ProviderSettings(issuer, client_id, client_secret, name or str(urlsplit(issuer).hostname))


def is_safe(address: str) -> bool:
    """Whether nobody between reads what is sent to this address: TLS, or this very machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host)))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
