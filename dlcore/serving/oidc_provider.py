"""The identity provider, asked as OpenID Connect says: where a browser signs in, and who that was.

Authorization code flow with PKCE (RFC 7636). Of what the provider answers nothing is believed that its keys have not
signed for this server and this attempt. No token is kept, and none is logged.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import KeySet, import_key
from joserfc.jws import JWSRegistry

from dlcore.access.words import MAX_NAME
from dlcore.errors import SignInError
from dlcore.i18n import N_, Text, on_one_line
from dlcore.runs.identity_provider import ProviderSettings, is_safe
from dlcore.runs.store.identities import Identity
from dlcore.serving.oidc_cookie import Attempt

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid profile"
TIMEOUT = (5.0, 10.0)  # seconds to be connected, and to be answered
KEPT_SECONDS = 600.0  # how long what discovery said is believed
LEEWAY_SECONDS = 120  # by which two clocks may differ
MAX_SUBJECT = 255  # characters, as the standard says
# Signed by who has the private key alone. «none» is no signature, and HMAC's key would be the client secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
KEY_TYPES = ("RSA", "EC", "OKP")
NAMES = ("name", "nickname", "preferred_username")  # claims, the best first

log = logging.getLogger("dlcore.serving")


@dataclass(frozen=True)
class Person:
    """Whom the provider has vouched for, and how it calls them; empty where it does not say."""

    identity: Identity
    called: str


class Provider:
    """One identity provider. What it answers is asked for when it is needed, and not before."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._metadata: Mapping[str, Any] = {}
        self._known_until = 0.0

    def address(self, attempt: Attempt, back: str) -> str:
        """Where this browser is to be sent; `back` is where the provider sends it then. Raises SignInError."""
        endpoint = self._discover()["authorization_endpoint"]
        more = {"nonce": attempt.nonce, "ui_locales": attempt.language.replace("_", "-")}
        if attempt.teacher:  # whoever sits there now, not whoever signed in there before them
            more["prompt"] = "login"
        with self._session(back) as session:
            where, _state = session.create_authorization_url(
                endpoint, state=attempt.state, code_verifier=attempt.verifier, **more
            )
        return str(where)

    def person(self, code: str, attempt: Attempt, back: str) -> Person:
        """Who came back with this code. Raises SignInError, also where it was used before."""
        metadata = self._discover()
        with self._session(back) as session:
            token = self._redeem(session, code, attempt)
            claims = self._verify(token, attempt)
            identity = Identity(claims["iss"], claims["sub"])
            if not 0 < len(identity.subject) <= MAX_SUBJECT:
                raise self._untrusted("sub")
            called = _name(claims) or _name(_user_info(session, metadata, identity))
        return Person(identity, called)

    def _session(self, back: str) -> OAuth2Session:
        known = self._metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        secret = self.settings.client_secret.get_secret_value()
        return OAuth2Session(
            self.settings.client_id, secret, token_endpoint_auth_method=method, scope=SCOPE, redirect_uri=back,
            code_challenge_method="S256",
        )  # fmt: skip

    def _discover(self) -> Mapping[str, Any]:
        """What the provider says of itself."""
        if time.monotonic() >= self._known_until:
            metadata = self._get(self.settings.issuer.rstrip("/") + DISCOVERY)
            needed = [metadata.get(each) for each in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
            if not all(isinstance(each, str) and is_safe(each) for each in needed):
                raise self._untrusted("discovery")
            if str(metadata.get("issuer")).rstrip("/") != self.settings.issuer.rstrip("/"):
                raise self._untrusted("issuer of discovery")
            self._metadata, self._known_until = metadata, time.monotonic() + KEPT_SECONDS
        return self._metadata

    def _get(self, address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise self._unreachable(error) from None
        if not isinstance(found, dict):
            raise self._untrusted("no object")
        return found

    def _redeem(self, session: OAuth2Session, code: str, attempt: Attempt) -> Mapping[str, Any]:
        """The tokens for a code, once."""
        endpoint = self._metadata["token_endpoint"]
        asked = {"grant_type": "authorization_code", "code": code, "code_verifier": attempt.verifier}
        try:
            token: dict[str, Any] = session.fetch_token(endpoint, **asked, timeout=TIMEOUT, allow_redirects=False)
        except OAuthError as error:
            raise self._refused(str(error.error)) from None
        except (requests.RequestException, ValueError) as error:
            raise self._unreachable(error) from None
        return token

    def _verify(self, token: Mapping[str, Any], attempt: Attempt) -> Mapping[str, Any]:
        """The claims of an ID token that these keys signed for this server and this attempt."""
        keys = self._keys()
        expected = {"iss": self._metadata["issuer"], "aud": self.settings.client_id}
        options = {name: {"essential": True, "value": value} for name, value in expected.items()}
        also = {"nonce": attempt.nonce, "client_id": expected["aud"], "access_token": token.get("access_token")}
        try:
            registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
            decoded = jwt.decode(str(token.get("id_token", "")), keys, registry=registry)
            claims = CodeIDToken(decoded.claims, decoded.header, options, also)
            claims.validate(leeway=LEEWAY_SECONDS)
        except ExpiredTokenError:
            raise self._wrong_time("exp") from None
        except ClaimError as error:
            raise (self._wrong_time if error.claim in ("iat", "nbf") else self._untrusted)(error.claim) from None
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise self._untrusted(type(error).__name__) from None
        return dict(claims)

    def _keys(self) -> KeySet:
        """The provider's public keys of now: it may have changed them a minute ago."""
        listed = self._get(self._metadata["jwks_uri"]).get("keys")
        usable = [each for each in listed if _is_for_signatures(each)] if isinstance(listed, list) else []
        try:
            return KeySet([import_key(each) for each in usable])
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise self._untrusted(type(error).__name__) from None

    def _unreachable(self, error: Exception) -> SignInError:
        log.warning("the identity provider does not answer as it should: %s", type(error).__name__)
        return self._sentence(N_("{provider} does not answer: try again in a minute, or tell whoever looks after this "
                                 "server."))  # fmt: skip

    def _refused(self, reason: str) -> SignInError:
        log.warning("the identity provider refuses a code: %s", _plain(reason))
        return self._sentence(N_("{provider} did not confirm who you are, as when a page is opened twice: sign in "
                                 "again."))  # fmt: skip

    def _untrusted(self, what: str) -> SignInError:
        log.warning("what the identity provider says is not believed: %s", _plain(what))
        return self._sentence(N_("What {provider} says cannot be trusted: nobody was signed in. Tell whoever looks "
                                 "after this server."))  # fmt: skip

    def _wrong_time(self, what: str) -> SignInError:
        log.warning("what the identity provider says is not of now: %s", _plain(what))
        return self._sentence(N_("What {provider} says is not valid now: sign in again. If that does not help, the "
                                 "clock of this server is wrong."))  # fmt: skip

    def _sentence(self, text: str) -> SignInError:
        return SignInError(Text(text, provider=self.settings.name))


def _is_for_signatures(key: Any) -> bool:
    return isinstance(key, dict) and key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"


def _user_info(session: OAuth2Session, metadata: Mapping[str, Any], identity: Identity) -> Mapping[str, Any]:
    """Further claims about the same person: some providers tell no name before they are asked. Empty for none."""
    endpoint = metadata.get("userinfo_endpoint")
    if not isinstance(endpoint, str) or not is_safe(endpoint):
        return {}
    try:
        found = session.get(endpoint, timeout=TIMEOUT, allow_redirects=False).json()
    except (requests.RequestException, OAuthError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("sub") == identity.subject else {}


def _name(claims: Mapping[str, Any]) -> str:
    """How somebody is called, cut where it is too long for a name here; empty where no claim says."""
    found = (on_one_line(each) for each in map(claims.get, NAMES) if isinstance(each, str))
    return next((each[:MAX_NAME].strip() for each in found if each), "")


def _plain(word: str) -> str:
    """A word of the protocol as it is logged; of anything else, that it is something else."""
    return word if re.fullmatch(r"[\w ,]{1,60}", word) else "something else"
