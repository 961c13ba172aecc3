"""The routes behind *follow me*, on a real server: who may ask, who may move the slider, who is seen."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from dlcore.access import Viewer, student
from dlcore.errors import ClassNotFound
from dlcore.runs import Runs
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving import class_show, presence
from dlcore.serving.class_show import EPOCH, SHOWN, address
from tests.runs.living import digits

TIA = Viewer("tia", "teacher")


@pytest.fixture
def server(store: Runs, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(class_show, "runs", lambda: store)
    monkeypatch.setattr(presence, "runs", lambda: store)
    monkeypatch.setattr(class_show, "presence", presence.Presence())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        served = uvicorn.Server(uvicorn.Config(Starlette(routes=class_show.routes), log_level="error"))
        thread = threading.Thread(target=served.run, args=([listening],))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        served.should_exit = True
        thread.join()


def ask(server: str, route: str, key: str, body: bytes | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(server + address(route, key).removeprefix("."), data=body)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, None


@pytest.fixture
def seventh(store: Runs) -> SchoolClass:
    return store.make_class("7b", TIA)


def test_the_class_is_told_where_the_slider_of_its_teacher_stands(
    server: str, store: Runs, seventh: SchoolClass
) -> None:
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    hers, mine = store.class_key(seventh.id, ann), store.class_key(seventh.id, TIA)
    assert ask(server, SHOWN, hers) == (200, {})
    run_id = store.submit(digits(), TIA)
    shown = store.show_run(seventh.id, run_id, TIA)
    assert ask(server, EPOCH, mine, b'{"epoch": 12}')[0] == 204
    assert ask(server, SHOWN, hers) == (200, {"run": run_id, "epoch": 12, "since": shown.since})
    assert ask(server, EPOCH, mine, b'{"epoch": null}')[0] == 204
    assert ask(server, SHOWN, hers)[1]["epoch"] is None


def test_nobody_but_the_teacher_moves_it_and_nobody_asks_without_a_key(
    server: str, store: Runs, seventh: SchoolClass
) -> None:
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    hers = store.class_key(seventh.id, ann)
    store.show_run(seventh.id, store.submit(digits(), TIA), TIA)
    assert ask(server, EPOCH, hers, b'{"epoch": 1}')[0] == 409
    forged = [
        hers.replace("student", "teacher"),
        hers[:-1],
        "",
        "a.b.c.d",
        hers.replace(ann.name, "0" * 32),
        "x" * 9999,
    ]
    for key in forged:
        assert ask(server, SHOWN, key)[0] == 403, key
        assert ask(server, EPOCH, key, b'{"epoch": 1}')[0] == 403, key
    for viewer in (student("bob"), student(""), Viewer("bob", "teacher")):
        with pytest.raises(ClassNotFound):
            store.class_key(seventh.id, viewer)
    store.remove_member(seventh.id, ann.name, TIA)
    assert ask(server, SHOWN, hers) == (200, {})


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[]", 400), (b'{"epoch": "1"}', 400), (b'{"epoch": true}', 400), (b'{"epoch": -1}', 409),
     (b'{"epoch": 1e3}', 400), (b"[" * 150, 400), (b"x" * 999, 413)],
)  # fmt: skip
def test_what_is_no_epoch_is_refused(server: str, store: Runs, seventh: SchoolClass, body: bytes, status: int) -> None:
    assert ask(server, EPOCH, store.class_key(seventh.id, TIA), body)[0] == status


def test_who_asks_has_a_page_open(server: str, store: Runs, seventh: SchoolClass) -> None:
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    ask(server, SHOWN, store.class_key(seventh.id, ann))
    (hers,) = store.class_activity(seventh.id, TIA)
    assert hers.seen_at is not None
    for _again in range(3):  # written once for all that were seen meanwhile
        ask(server, SHOWN, store.class_key(seventh.id, ann))
    assert store.class_activity(seventh.id, TIA)[0].seen_at == hers.seen_at
