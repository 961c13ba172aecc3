"""A small identity provider (OpenID Connect), as a server of its own on this machine: what the app asks is HTTP.

It is strict where a real one is: a code is good once, for who has begun with its challenge, shows the client's secret
and comes from the same address. What it says can be made wrong by a test.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.runs.living import wait_until

CLIENT, SECRET = "layers", "a secret: of both +/% alone"
Claims = dict[str, Any]


class IdentityProvider:
    """Start with `start`, end with `stop`.

    people: the claims of each account, and those that only /userinfo tells, under `userinfo:<account>`. change: what
    becomes of the claims of an ID token. sign: how it is signed. signs_in: whether who comes is let in.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.people: dict[str, Claims] = {}
        self.asked: dict[str, str] = {}  # with what the last browser came
        self.reset()
        self._codes: dict[str, tuple[dict[str, str], str]] = {}  # what was asked, and by which account
        self._tokens: dict[str, str] = {}
        routes = [
            Route("/.well-known/openid-configuration", self._discovery), Route("/keys", self._keys),
            Route("/authorize", self._authorize, methods=["GET", "POST"]),
            Route("/token", self._token, methods=["POST"]), Route("/userinfo", self._user_info),
        ]  # fmt: skip
        config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=0, log_level="warning")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.issuer = ""

    def reset(self) -> None:
        """Let it be as it should again."""
        self.change: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = lambda claims: self.signed(claims, self.key)
        self.metadata: Claims = {}
        self.signs_in = True

    def start(self) -> None:
        """Returns when it answers."""
        self._thread.start()
        wait_until(lambda: self._server.started, "the identity provider")
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.issuer = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        """End it."""
        self._server.should_exit = True
        self._thread.join(30)

    def environment(self) -> dict[str, str]:
        """The settings of a server that trusts it."""
        asked = {"ISSUER": self.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "NAME": "Green School"}
        return {f"DLCORE_OIDC_{name}": value for name, value in asked.items()} | {"DLCORE_CLASSES": "true"}

    def sign_in(self, address: str, account: str) -> str:
        """Where a browser that was sent here is sent back to, once somebody has signed in."""
        answer = httpx.post(address, data={"account": account})
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    @staticmethod
    def signed(claims: Claims, key: RSAKey, **header: str) -> str:
        """An ID token."""
        return jwt.encode({"alg": "RS256", "kid": "first"} | header, claims, key, algorithms=["RS256"])

    async def _discovery(self, _request: Request) -> Response:
        there = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys",
                 "userinfo_endpoint": "userinfo"}  # fmt: skip
        told = {name: f"{self.issuer}/{path}" for name, path in there.items()}
        return JSONResponse({"issuer": self.issuer, **told, **self.metadata})

    async def _keys(self, _request: Request) -> Response:
        other = {"kty": "oct", "k": in_base64(SECRET.encode()), "kid": "oct"}
        return JSONResponse({"keys": [other, self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = self.asked = dict(request.query_params)
        expected = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        if {**asked, **expected} != asked or "openid" not in asked["scope"].split():
            return PlainTextResponse("this is no request of OpenID Connect with PKCE", status_code=400)
        if request.method == "GET":
            form = f'<title>Green School</title><form method="post" action="{escape(str(request.url))}">'
            return HTMLResponse(f'{form}<label>Account <input name="account"></label><button>Sign in</button></form>')
        account = (await request.body()).decode().partition("=")[2]
        if not self.signs_in:
            answer = {"error": "access_denied", "error_description": "<b>no</b>"}
        else:
            answer = {"code": secrets.token_urlsafe(24)}
            self._codes[answer["code"]] = (asked, account)
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer | {'state': asked['state']})}", 303)

    async def _token(self, request: Request) -> Response:
        form = dict(httpx.QueryParams((await request.body()).decode()))
        shown = base64.b64decode(request.headers.get("authorization", "").removeprefix("Basic ")).decode()
        if shown != f"{CLIENT}:{SECRET}":
            return JSONResponse({"error": "invalid_client"}, 401)
        asked, account = self._codes.pop(form["code"], ({}, ""))
        digest = in_base64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if not asked or (asked["redirect_uri"], asked["code_challenge"]) != (form["redirect_uri"], digest):
            return JSONResponse({"error": "invalid_grant", "error_description": "used, or another's"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": account, "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"], **self.people.get(account, {})}  # fmt: skip
        access = secrets.token_urlsafe(24)
        self._tokens[access] = account
        token = self.sign(self.change(claims))
        return JSONResponse({"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": token})

    async def _user_info(self, request: Request) -> Response:
        account = self._tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        told = self.people.get(f"userinfo:{account}", {})
        return JSONResponse({"sub": account, **told}, 200 if account else 401)


def unsigned(claims: Claims, **header: str) -> str:
    """An ID token with `alg: none`, unless it is said otherwise, and an empty signature."""
    parts = [{"alg": "none", "typ": "JWT"} | header, claims]
    return ".".join(in_base64(json.dumps(each).encode()) for each in parts) + "."


def in_base64(raw: bytes) -> str:
    """As tokens have it."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
