"""The operator's numbers: read by Prometheus' own parser, refused to everybody without the token."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dlcore.access import student
from dlcore.serving import metrics
from dlcore.serving.store import runs
from tests.runs.living import digits

TOKEN = "an operator's secret"


@pytest.fixture
def operator(home: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("DLCORE_METRICS_TOKEN", TOKEN)
    return TestClient(Starlette(routes=metrics.routes), headers={"Authorization": f"Bearer {TOKEN}"})


def numbers(client: TestClient) -> dict[str, float]:
    """name{state} -> value."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    samples = [each for family in text_string_to_metric_families(answer.text) for each in family.samples]
    return {"".join([each.name, *each.labels.values()]): each.value for each in samples}


def test_what_runs_do_is_counted_and_nobody_is_named(operator: TestClient) -> None:
    assert numbers(operator)["dlcore_oldest_wait_seconds"] == 0
    ann, bob = (runs().submit(digits(), each, name="a secret plan") for each in (student("ann"), student("bob")))
    runs().submit(digits(), student("bob"))
    runs().stop(bob, student("bob"))
    found = numbers(operator)
    assert {state: found[f"dlcore_runs{state}"] for state in ("queued", "running", "stopped", "failed")} == {
        "queued": 2,
        "running": 0,
        "stopped": 1,
        "failed": 0,
    }
    assert 0 < found["dlcore_oldest_wait_seconds"] < 60
    assert found["process_resident_memory_bytes"] > 10_000_000
    assert found["dlcore_workers"] == runs().settings.workers
    text = operator.get("/metrics").text
    assert not any(each in text for each in ("ann", "bob", ann, bob, "secret"))


def test_a_database_that_is_gone_is_said_and_what_it_would_say_is_left_out(operator: TestClient, home: Path) -> None:
    assert numbers(operator)["dlcore_database_up"] == 1
    runs().close()
    (home / "dlcore.db").unlink()
    found = numbers(operator)
    assert found["dlcore_database_up"] == 0
    assert "process_resident_memory_bytes" in found


@pytest.mark.parametrize("sent", [None, "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ключ"])
def test_nobody_else_may_read_them(operator: TestClient, sent: str | None) -> None:
    headers = {} if sent is None else {"Authorization": sent.encode()}
    answer = TestClient(operator.app).get("/metrics", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "dlcore_runs" not in answer.text


def test_without_a_token_there_is_no_such_page(home: Path) -> None:
    client = TestClient(Starlette(routes=metrics.routes))
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
