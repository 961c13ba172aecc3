"""A run whose data are not here yet downloads them first, tells how far it has come, and can be stopped meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlcore.access import ME, OPERATOR
from dlcore.data.catalog.image_benchmarks import Mnist
from dlcore.experiment import Experiment
from dlcore.runs import Runs
from dlcore.runs.recorder import Recorder
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run
from dlcore.serving.feed import Feed
from dlcore.training.events import Downloading, RunStarted
from tests.data.mirror import Mirror, idx, publish
from tests.runs.living import wait_until

IMAGES = np.random.default_rng(0).integers(0, 256, (100, 28, 28), dtype=np.uint8)
LABELS = (np.arange(100) % 10).astype(np.uint8)
FILES = {
    "train-images-idx3-ubyte.gz": idx(IMAGES[:80]),
    "train-labels-idx1-ubyte.gz": idx(LABELS[:80]),
    "t10k-images-idx3-ubyte.gz": idx(IMAGES[80:]),
    "t10k-labels-idx1-ubyte.gz": idx(LABELS[80:]),
}
MNIST = Experiment.from_dict({
    "dataset": {"name": "mnist"},
    "network": [{"layer": "Flatten"}, {"layer": "Output"}],
    "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "epochs": 1, "device": "cpu"},
})  # fmt: skip


@pytest.fixture
def mirror(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A slow mirror of a small MNIST: each file stops on its way until the gate is opened."""
    made = Mirror()
    made.files, made.hold_after = dict(FILES), 16_384
    publish(monkeypatch, Mnist, FILES, 100, made.address)
    yield made
    made.close()


def taken_up(store: Runs, run_id: str) -> threading.Thread:
    """A worker at this run, in a thread of this process."""
    token = Dispatch(store._engine, str(store.settings.home)).claim(run_id)
    worker = threading.Thread(target=train_run, args=(store.settings, run_id, token))
    worker.start()
    return worker


def shown(runs: Runs, run_id: str) -> Any:
    """What the live view is told of the download."""
    feed = Feed(run_id)
    feed.take([runs.news(run_id, OPERATOR, 0)])
    assert feed.status is not None
    return feed._status_json(feed.status)["download"]


def test_a_run_tells_how_far_its_download_has_come_and_trains_when_all_is_there(store: Runs, mirror: Mirror) -> None:
    run_id = store.submit(MNIST, ME)
    worker = taken_up(store, run_id)
    seen = wait_until(lambda: shown(store, run_id))
    total = sum(map(len, FILES.values()))
    assert seen == {"share": pytest.approx(16_384 / total, abs=1e-4), "size": f"{total / 1000:.3g} kB"}
    assert store.status(run_id, OPERATOR).state == "running"
    mirror.gate.set()
    worker.join()
    assert store.status(run_id, OPERATOR).state == "finished"
    told = [event for event in store.events(run_id, OPERATOR) if isinstance(event, Downloading)]
    assert told[-1] == Downloading(total, total)
    assert sum(isinstance(event, RunStarted) for event in store.events(run_id, OPERATOR)) == 1
    assert shown(store, run_id) is None


@pytest.fixture
def recorders(monkeypatch: pytest.MonkeyPatch) -> list[Recorder]:
    """The recorders of the workers of this test, as they are made."""
    made: list[Recorder] = []
    begin = Recorder.__init__

    def noted(self: Recorder, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        made.append(self)

    monkeypatch.setattr(Recorder, "__init__", noted)
    return made


def test_a_run_that_is_stopped_while_it_downloads_leaves_what_came_for_the_next(
    store: Runs, mirror: Mirror, recorders: list[Recorder]
) -> None:
    first = store.submit(MNIST, ME)
    worker = taken_up(store, first)
    wait_until(lambda: shown(store, first))
    store.stop(first, OPERATOR)
    wait_until(lambda: recorders[0].interrupted)  # the worker knows; only now the rest of the file may come
    mirror.gate.set()
    worker.join()
    assert store.status(first, OPERATOR).state == "stopped"
    assert not any(isinstance(event, RunStarted) for event in store.events(first, OPERATOR))
    second = store.submit(MNIST, ME)
    taken_up(store, second).join()
    assert store.status(second, OPERATOR).state == "finished"
    assert mirror.asked.count(("train-images-idx3-ubyte.gz", 0)) == 1, "what was here was not fetched again"


def test_a_run_that_cannot_reach_its_data_says_where_to_put_them(store: Runs, mirror: Mirror) -> None:
    mirror.close()
    run_id = store.submit(MNIST, ME)
    taken_up(store, run_id).join()
    status = store.status(run_id, OPERATOR)
    assert status.state == "failed"
    assert str(status.error).startswith("127.0.0.1")
    assert f"into {Mnist().place} and try again" in str(status.error)
