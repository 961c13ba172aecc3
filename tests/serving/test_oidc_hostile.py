"""What an identity provider says is believed only where it is signed, for this server, for this attempt and of now."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from dlcore.access import FIRST_TEACHER
from dlcore.runs import Runs
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving import identity
from dlcore.serving.oidc_cookie import COOKIE
from tests.serving.conftest import HERE
from tests.serving.identity_provider import SECRET, Claims, IdentityProvider, in_base64, unsigned

Open = Callable[[], TestClient]

UNTRUSTED, NOT_NOW = "cannot be trusted", "is not valid now"
CLAIMS: dict[str, tuple[Callable[[Claims], Claims], str]] = {
    "another nonce": (lambda claims: claims | {"nonce": "other"}, UNTRUSTED),
    "no nonce": (lambda claims: without(claims, "nonce"), UNTRUSTED),
    "another audience": (lambda claims: claims | {"aud": "mail"}, UNTRUSTED),
    "no audience": (lambda claims: without(claims, "aud"), UNTRUSTED),
    "for several, made for another": (lambda claims: claims | {"aud": ["layers", "mail"], "azp": "mail"}, UNTRUSTED),
    "another issuer": (lambda claims: claims | {"iss": "https://evil.example"}, UNTRUSTED),
    "no issuer": (lambda claims: without(claims, "iss"), UNTRUSTED),
    "expired": (lambda claims: claims | {"exp": time.time() - 3_600}, NOT_NOW),
    "without an end": (lambda claims: without(claims, "exp"), UNTRUSTED),
    "an end that is no number": (lambda claims: claims | {"exp": "tomorrow"}, UNTRUSTED),
    "of tomorrow": (lambda claims: claims | {"iat": time.time() + 86_400, "exp": time.time() + 90_000}, NOT_NOW),
    "nobody": (lambda claims: without(claims, "sub"), UNTRUSTED),
    "an empty subject": (lambda claims: claims | {"sub": ""}, UNTRUSTED),
    "a subject that is a number": (lambda claims: claims | {"sub": 7}, UNTRUSTED),
    "a subject too long": (lambda claims: claims | {"sub": "x" * 256}, UNTRUSTED),
}
SIGNED: dict[str, Callable[[Claims, IdentityProvider], str]] = {
    "another key": lambda claims, _: IdentityProvider.signed(claims, RSAKey.generate_key(2048)),
    "another key of another name": lambda claims, _: IdentityProvider.signed(claims, RSAKey.generate_key(), kid="x"),
    "no signature": lambda claims, _: unsigned(claims),
    "a signature taken off": lambda claims, school: school.signed(claims, school.key).rpartition(".")[0] + ".",
    "the client's secret as key": lambda claims, _: _by_secret(claims, SECRET.encode()),
    "the public key as secret": lambda claims, school: _by_secret(claims, school.key.as_pem(private=False)),
    "no token": lambda claims, _: "nonsense",
}


def without(claims: Claims, name: str) -> Claims:
    return {key: value for key, value in claims.items() if key != name}


def _by_secret(claims: Claims, secret: bytes) -> str:
    """By hand: a library refuses to take a public key for a secret."""
    signed = unsigned(claims, alg="HS256", kid="oct").rstrip(".")
    return f"{signed}.{in_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"


def there(client: TestClient, code: str = "") -> str:
    """Where a browser is sent that wants to sign in."""
    return client.post("/oidc", data={"code": code}, headers={"origin": HERE}).headers["location"]


def check_nobody(answer: Any, client: TestClient, store: Runs, seventh: SchoolClass, said: str) -> None:
    """One sentence, a way back, and nothing stored."""
    assert answer.status_code == 403
    assert said in answer.text
    assert "join" in answer.text
    assert identity.session_viewer(dict(client.cookies)) is None
    assert store.members(seventh.id, FIRST_TEACHER) == []


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_that_are_not_for_this_attempt_let_nobody_in(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass, name: str
) -> None:
    provider.change, said = CLAIMS[name]
    client = browser()
    answer = client.get(provider.sign_in(there(client, seventh.code), "anna"))
    check_nobody(answer, client, store, seventh, said)
    assert COOKIE not in client.cookies


@pytest.mark.parametrize("name", SIGNED)
def test_a_token_that_the_providers_key_has_not_signed_lets_nobody_in(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass, name: str
) -> None:
    provider.sign = lambda claims: SIGNED[name](claims, provider)
    client = browser()
    answer = client.get(provider.sign_in(there(client, seventh.code), "anna"))
    check_nobody(answer, client, store, seventh, UNTRUSTED)


def test_two_clocks_may_differ_by_a_minute(browser: Open, provider: IdentityProvider, seventh: SchoolClass) -> None:
    now = time.time()
    for shift in (-60, 60):
        provider.change = lambda claims, at=now + shift: claims | {"iat": at, "exp": at + 30}
        client = browser()
        assert client.get(provider.sign_in(there(client, seventh.code), "anna")).status_code == 303


def test_a_key_that_was_changed_a_moment_ago_is_found(
    browser: Open, provider: IdentityProvider, seventh: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser()
    client.get(provider.sign_in(there(client, seventh.code), "anna"))
    monkeypatch.setattr(provider, "key", RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}))
    assert client.get(provider.sign_in(there(client), "anna")).status_code == 303


def test_an_answer_to_another_browser_is_nobodys(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    mallory, victim = browser(), browser()
    back = provider.sign_in(there(mallory, seventh.code), "mallory")
    check_nobody(victim.get(back), victim, store, seventh, "no sign-in that this browser has begun")
    there(victim)
    check_nobody(victim.get(back), victim, store, seventh, "no sign-in that this browser has begun")
    assert COOKIE in victim.cookies  # what the victim has begun goes on


def test_an_address_that_somebody_is_made_to_open_brings_nobody_into_a_class(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    eighth = store.make_class("8a", FIRST_TEACHER)
    client = browser()
    client.get(provider.sign_in(there(client, seventh.code), "anna"))
    lured = client.get(f"/oidc?code={eighth.code}&carry=1").headers["location"]
    assert client.get(provider.sign_in(lured, "anna")).status_code == 303
    assert store.members(eighth.id, FIRST_TEACHER) == []
    headers = {"origin": "http://evil.example"}
    assert client.post("/oidc", data={"code": eighth.code}, headers=headers).status_code == 403


def test_of_two_windows_the_newer_one_goes_on(browser: Open, provider: IdentityProvider, seventh: SchoolClass) -> None:
    client = browser()
    first, second = there(client, seventh.code), there(client, seventh.code)
    assert "in one window" in client.get(provider.sign_in(first, "anna")).text
    assert client.get(provider.sign_in(second, "anna")).status_code == 303


def test_a_code_is_good_once(browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass) -> None:
    client = browser()
    back = provider.sign_in(there(client), "anna")
    kept = client.cookies[COOKIE]
    assert "in no class here yet" in client.get(back).text
    assert "in one window" in client.get(back).text
    again = browser()
    again.cookies.set(COOKIE, kept, domain="testserver.local")
    check_nobody(again.get(back), again, store, seventh, "did not confirm who you are")


def test_what_the_browser_keeps_cannot_be_changed_or_taken_for_another_thing(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    client = browser()
    there(client)
    attempt = client.cookies[COOKIE]
    for forged in (attempt, "", ".", attempt[:-1] + ("0" if attempt[-1] != "0" else "1"), f"x{attempt}", "é.é"):
        client.cookies.clear()
        headers = {"origin": HERE, "cookie": f"{COOKIE}={forged}".encode()}
        answer = client.post("/oidc/back", data={"code": seventh.code}, headers=headers)
        check_nobody(answer, client, store, seventh, "too long ago")


def test_what_the_browser_keeps_is_good_for_ten_minutes(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser()
    client.get(provider.sign_in(there(client), "anna"))
    now = time.time()
    monkeypatch.setattr("dlcore.serving.oidc_cookie.time.time", lambda: now + 601)
    answer = client.post("/oidc/back", data={"code": seventh.code}, headers={"origin": HERE})
    check_nobody(answer, client, store, seventh, "too long ago")


def test_who_is_denied_there_is_told_so_in_our_words(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    provider.signs_in = False
    client = browser()
    answer = client.get(provider.sign_in(there(client, seventh.code), "anna"))
    check_nobody(answer, client, store, seventh, "Green School has not let you in")
    assert f"../join?code={seventh.code}" in answer.text
    assert "<b>" not in answer.text


def test_a_provider_that_is_away_is_said_to_be(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DLCORE_OIDC_ISSUER", "http://127.0.0.1:9")
    client = browser()
    answer = client.post("/oidc", data={"code": seventh.code}, headers={"origin": HERE})
    check_nobody(answer, client, store, seventh, "Green School does not answer")
    assert f"./join?code={seventh.code}" in answer.text


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
)
def test_a_provider_that_is_not_the_one_of_the_settings_is_not_asked(
    school: IdentityProvider, monkeypatch: pytest.MonkeyPatch, metadata: Claims, browser: Open
) -> None:
    other = IdentityProvider()
    other.metadata = metadata
    other.start()
    for name, value in other.environment().items():
        monkeypatch.setenv(name, value)
    answer = browser().get("/oidc")
    other.stop()
    assert (answer.status_code, UNTRUSTED in answer.text) == (403, True)


def test_no_log_holds_a_secret_a_code_or_a_token(
    browser: Open, provider: IdentityProvider, seventh: SchoolClass, caplog: pytest.LogCaptureFixture
) -> None:
    tokens: list[str] = []

    def sign(claims: Claims) -> str:
        tokens.append(provider.signed(claims, RSAKey.generate_key(2048)))
        return tokens[-1]

    provider.sign = sign
    caplog.set_level(logging.INFO)
    client = browser()
    back = provider.sign_in(there(client), "anna")
    client.get(back)
    provider.reset()
    client.get(provider.sign_in(there(client), "anna"))
    said = caplog.text + "".join(str(vars(each)) for each in caplog.records if each.name.startswith("dlcore"))
    assert "is not believed: BadSignatureError" in said
    assert SECRET not in said
    assert not [each for each in tokens if each in said]
