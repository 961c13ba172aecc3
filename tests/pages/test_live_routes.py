"""The route of the live view on a real server: tokens, streams that follow and end."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from dlcore.access import ME, OPERATOR, Viewer, student
from dlcore.runs import Runs
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.work import Progress, Work
from dlcore.serving import event_stream
from dlcore.serving.event_stream import routes as live_routes
from dlcore.serving.event_stream import stream_key
from dlcore.serving.watchers import Watching
from dlcore.training.events import BatchesEnded, Event
from tests.training.experiments import experiment


@pytest.fixture
def server(store: Runs, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The routes alone, served over HTTP: their address."""
    monkeypatch.setattr(event_stream, "watching", Watching(lambda: store))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(Starlette(routes=live_routes), log_level="error", timeout_graceful_shutdown=1)
        served = uvicorn.Server(config)
        thread = threading.Thread(target=served.run, args=([listening],))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        served.should_exit = True
        thread.join()


def get(address: str, **headers: str) -> tuple[int, Any, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@contextmanager
def streaming(server: str, *keys: str) -> Iterator[Iterator[dict[str, Any]]]:
    """The messages of a stream, as they come."""
    query = "&".join(f"run={key}" for key in keys)
    with urllib.request.urlopen(f"{server}/live/stream?{query}", timeout=20) as answer:
        yield (json.loads(line[6:]) for line in answer if line.startswith(b"data: "))


class Worker:
    """What a worker tells the database about a run, told by a test."""

    def __init__(self, store: Runs, run_id: str) -> None:
        token = Dispatch(store._engine, "here").claim(run_id)
        assert token is not None
        self.work = Work(store._engine, run_id, token)
        self.work.begin("here:1")

    def tell(self, *events: Event) -> None:
        progress = Progress()
        progress.events.extend(event.to_json() for event in events)
        self.work.tell(progress)

    def end(self) -> None:
        self.work.conclude("finished", Progress(), keep_checkpoint=False)


@pytest.fixture
def run_id(store: Runs) -> str:
    return store.submit(experiment(), ME)


def key(store: Runs, run_id: str, cursor: int = 0) -> str:
    return f"{run_id}.{store.token(run_id, OPERATOR)}.{cursor}"


def test_a_stream_needs_the_token_of_its_own_run(server: str, store: Runs, run_id: str) -> None:
    other = store.submit(experiment(seed=1), ME)
    for wrong in (
        f"{run_id}..0",
        f"{run_id}.{store.token(other, OPERATOR)}.0",
        f"{run_id}.{'0' * 32}.0",
        "nonsense",
        "a.b.c.d",
    ):
        assert get(f"{server}/live/stream?run={wrong}")[0] == 403
    assert get(f"{server}/live/stream?run={key(store, run_id)}&run={other}.wrong.0")[0] == 403


def test_the_key_of_somebody_elses_run_is_not_given(server: str, store: Runs, run_id: str) -> None:
    from dlcore.errors import RunNotFound

    assert stream_key(run_id, ME) == f"{run_id}.{store.token(run_id, OPERATOR)}"
    with pytest.raises(RunNotFound):
        stream_key(run_id, student("somebody else"))


def test_a_deleted_run_has_no_stream(server: str, store: Runs, run_id: str) -> None:
    asked = key(store, run_id)
    store.delete(run_id, OPERATOR)
    assert get(f"{server}/live/stream?run={asked}")[0] == 404


def test_a_stream_follows_its_run_to_the_end(server: str, store: Runs, run_id: str) -> None:
    with streaming(server, key(store, run_id)) as messages:
        assert next(messages)["status"]["state"] == "queued"
        worker = Worker(store, run_id)
        while next(messages)["status"]["state"] != "running":
            pass
        worker.tell(BatchesEnded(1, (1, 2), (2.5, 2.0)))
        message = next(each for each in messages if "batches" in each)
        assert message["batches"]["y"] == [2.5, 2.0]
        worker.end()
        *_, last, end = messages
        assert last["status"]["state"] == "finished"
        assert end == {"end": True}


def test_several_watchers_are_served_by_one_look(server: str, store: Runs, run_id: str) -> None:
    worker = Worker(store, run_id)
    with streaming(server, key(store, run_id)) as one, streaming(server, key(store, run_id)) as other:
        assert next(one)["run"] == next(other)["run"] == run_id
        worker.tell(BatchesEnded(1, (1,), (2.5,)))
        told = [next(each for each in messages if "batches" in each) for messages in (one, other)]
        assert told[0] == told[1]
        worker.end()
        assert [list(messages)[-1] for messages in (one, other)] == [{"end": True}] * 2


def test_one_stream_carries_several_runs(server: str, store: Runs, run_id: str) -> None:
    other = store.submit(experiment(seed=1), ME)
    for each in (run_id, other):
        store.stop(each, OPERATOR)
    with streaming(server, key(store, run_id), key(store, other)) as messages:
        told = list(messages)
    assert [each.get("run") for each in told] == [run_id, other, None]


def test_a_watcher_hears_that_the_run_was_deleted(server: str, store: Runs, run_id: str) -> None:
    with streaming(server, key(store, run_id)) as messages:
        next(messages)
        store.delete(run_id, OPERATOR)
        assert any(each.get("gone") for each in messages)


def test_who_comes_back_with_a_cursor_gets_only_what_is_new(server: str, store: Runs, run_id: str) -> None:
    worker = Worker(store, run_id)
    worker.tell(BatchesEnded(1, (1,), (2.5,)))
    with streaming(server, key(store, run_id)) as messages:
        cursor = next(messages)["cursor"]
    with streaming(server, key(store, run_id, cursor)) as messages:
        assert "batches" not in next(messages)
        worker.tell(BatchesEnded(1, (2,), (2.0,)))
        message = next(each for each in messages if "batches" in each)
        assert (message["batches"]["keep"], message["batches"]["y"]) == (1, [2.0])


def test_a_stream_of_a_run_that_is_shown_ends_with_the_show(
    server: str, store: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    tia = Viewer("tia", "teacher")
    seventh = store.make_class("7b", tia)
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    run_id = store.submit(experiment(), tia)
    store.show_run(seventh.id, run_id, tia)
    monkeypatch.setattr(event_stream, "CHECK_SECONDS", 0.0)
    monkeypatch.setattr(event_stream, "ALIVE_SECONDS", 0.1)
    key = stream_key(run_id, ann)
    with streaming(server, f"{key}.0") as messages:
        assert next(messages)["run"] == run_id
        store.end_show(seventh.id, tia)
        assert all("end" not in message for message in messages)  # it ends, and not as a run does
    assert get(f"{server}/live/stream?run={key}.0")[0] == 403
