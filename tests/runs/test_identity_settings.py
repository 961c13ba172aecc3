"""An identity provider is set wholly or not at all, and its secret is shown to nobody."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dlcore.errors import RunError
from dlcore.runs.settings import read_settings

WHOLE = {"ISSUER": "https://login.school.example/realms/green", "CLIENT_ID": "layers", "CLIENT_SECRET": "hush-hush"}


def set_all(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"DLCORE_OIDC_{name}", value)


def test_nothing_set_is_no_provider() -> None:
    assert read_settings().identity_provider is None


def test_all_three_are_a_provider_called_by_its_host_or_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, **WHOLE)
    provider = read_settings().identity_provider
    assert provider is not None
    assert (provider.issuer, provider.client_id, provider.name) == (WHOLE["ISSUER"], "layers", "login.school.example")
    assert provider.client_secret.get_secret_value() == "hush-hush"
    set_all(monkeypatch, NAME="Green School")
    named = read_settings().identity_provider
    assert named is not None
    assert named.name == "Green School"


@pytest.mark.parametrize("missing", WHOLE)
@pytest.mark.parametrize("empty", [False, True])
def test_a_part_of_it_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch, missing: str, empty: bool) -> None:
    set_all(monkeypatch, **{name: value for name, value in WHOLE.items() if name != missing})
    if empty:
        set_all(monkeypatch, **{missing: ""})
    with pytest.raises(RunError, match="needs all three: DLCORE_OIDC_ISSUER, DLCORE_OIDC_CLIENT_ID and") as refused:
        read_settings()
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("issuer", "right"),
    [
        ("http://127.0.0.1:8700", True), ("http://localhost/x", True), ("http://[::1]:8700", True),
        ("http://login.school.example", False), ("http://10.0.0.1", False), ("login.school.example", False),
        ("ftp://login.school.example", False), ("https://", False), ("http://[", False),
        ("http://127.0.0.1.evil.example", False), (f"https://a.example/{'x' * 500}", False),
    ],
)  # fmt: skip
def test_its_address_is_https_unless_it_is_this_machine(
    monkeypatch: pytest.MonkeyPatch, issuer: str, right: bool
) -> None:
    set_all(monkeypatch, **WHOLE | {"ISSUER": issuer})
    if right:
        assert read_settings().identity_provider
    else:
        with pytest.raises(RunError, match="DLCORE_OIDC_ISSUER must be an https address"):
            read_settings()


def test_its_secret_is_not_shown_and_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, **WHOLE, NAME="x" * 61)
    with pytest.raises(RunError, match="DLCORE_OIDC_NAME is not valid") as refused:
        read_settings()
    set_all(monkeypatch, NAME="Green School")
    settings = read_settings()
    shown = f"{settings!r} {settings} {settings.identity_provider!r} {settings.environment()} {refused.value}"
    assert "hush" not in shown


def test_serve_says_it_before_anything_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, ISSUER=WHOLE["ISSUER"])
    command = [sys.executable, "-m", "dlcore", "serve", "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "An identity provider needs all three" in done.stderr
    assert "Traceback" not in done.stderr
