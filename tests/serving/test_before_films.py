"""Runs recorded before there were films open as they did: their last looks, and the examples on their maps."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO

import pytest

import dlcore
from dlcore.access import OPERATOR, student
from dlcore.experiment import Experiment
from dlcore.runs import Runs
from dlcore.serving.before_films import with_points
from dlcore.serving.watchers import Watching
from dlcore.training.events import Event, Probed
from tests.pages.test_live_routes import Worker
from tests.training.experiments import WITH_DROPOUT, experiment

MAP = Probed(3, "boundary", {"x": [0, 1], "y": [0, 1], "size": 1, "classes": "AA==", "values": "/w=="})
MATCHES = Probed(3, "predictions", {"truth": [1.0], "answers": [2.0]})


def told(store: Runs, described: Experiment, *events: Event) -> str:
    run_id = store.submit(described, student("ada"))
    worker = Worker(store, run_id)
    worker.tell(*events)
    worker.end()
    return run_id


def points_of(store: Runs, run_id: str) -> dict[str, dict[str, list[float]]] | None:
    overview = with_points(store, store.overview(run_id, OPERATOR))
    found = [event for event in overview.events if event.get("what") == "points"]
    return found[0]["values"] if found else None


def test_the_examples_stand_on_the_last_map_of_such_a_run(store: Runs) -> None:
    described = experiment({"name": "moons", "samples": 100}, WITH_DROPOUT[1:])
    points = points_of(store, told(store, described, MAP, MATCHES))
    data = dlcore.load(described)
    assert points is not None
    assert points["train"]["x"] == pytest.approx(data.train.x[:, 0].tolist())
    assert points["train"]["y"] == pytest.approx(data.train.x[:, 1].tolist())
    assert points["validation"]["target"] == data.validation.y.tolist()


def test_a_run_without_a_map_has_none(store: Runs) -> None:
    run_id = told(store, experiment("diabetes"), MATCHES)
    assert points_of(store, run_id) is None
    assert with_points(store, store.overview(run_id, OPERATOR)).events == store.overview(run_id, OPERATOR).events


def test_where_the_data_are_gone_the_map_is_shown_without_points(store: Runs) -> None:
    table = BytesIO(b"a,b,kind\n" + b"".join(b"%d,%d,%s\n" % (n, n * n % 7, b"xyz"[n % 3 :][:1]) for n in range(60)))
    table.name = "table.csv"
    upload = store.upload(table, student("ada"), target="kind")
    described = Experiment.from_dict({**experiment("iris").to_dict(), "dataset": {"name": f"upload:{upload.id}"}})
    run_id = told(store, described, MAP)
    assert points_of(store, run_id) is not None
    store.delete_upload(upload.id, student("ada"))
    assert points_of(store, run_id) is None
    assert any(event["event"] == "Probed" for event in store.overview(run_id, OPERATOR).events)


def test_who_opens_such_a_run_is_sent_both(store: Runs) -> None:
    run_id = told(store, experiment({"name": "moons", "samples": 40}, WITH_DROPOUT[1:]), MAP, MATCHES)
    feed = asyncio.run(Watching(lambda: store).feed(run_id))
    message = json.loads(feed.since(0)[1][0][6:])
    assert set(message["probes"]) == {"boundary", "predictions", "points"}
    assert len(message["probes"]["points"]["train"]["x"]) == len(dlcore.load(store.experiment(run_id, OPERATOR)).train)
    assert "film" not in message
