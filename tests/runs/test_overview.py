"""A long run is opened by reading what is drawn: the same curves as all its events make, in a fraction of the time."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dlcore.access import OPERATOR, student
from dlcore.errors import RunNotFound
from dlcore.probes.grid import is_recorded
from dlcore.runs import Runs
from dlcore.runs.store import overview
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.work import Progress, Work
from dlcore.serving.feed import Feed, history_of
from dlcore.training.events import BatchesEnded, EpochEnded, Event, Probed, Recorded, RunStarted, Scores
from dlcore.training.history import BATCH_POINTS, Curve, Epochs, History, stride_for, stride_of_epochs
from tests.training.experiments import experiment


def scores(epoch: int, confusion: bool = False) -> Scores:
    loss = 1 / (1 + epoch) if epoch < 777 else 0.5  # the best is epoch 776
    return Scores(loss=loss, accuracy=0.5, confusion=((epoch, 1), (2, 3)) if confusion else None)


def events(epochs: int, batches: int) -> list[Event]:
    """What a run tells: a loss of NaN now and then, a film, and looks inside as earlier versions told them."""
    numbers = np.random.default_rng(0)
    told: list[Event] = [
        RunStarted(
            "cpu", "a processor", 10, {"train": 8, "validation": 2, "test": 2}, batches, epochs, {"torch": "2"}, 1
        )
    ]
    for epoch in range(epochs + 1):
        if epoch:
            trend = 1000 / (1 + epoch / 200)
            losses = [math.nan if n == 7 else trend + float(n) for n in numbers.integers(1, 100, batches)]
            first = (epoch - 1) * batches + 1
            middle = max(1, batches // 3)
            for start, end in ((0, middle), (middle, batches)):
                if start < end:
                    steps = tuple(range(first + start, first + end))
                    told.append(BatchesEnded(epoch, steps, tuple(losses[start:end])))
        told.append(EpochEnded(epoch, scores(epoch, True), scores(epoch, True), 0.1, 0.5, 0.01, 1e4))
        if epoch % 100 == 0:
            told.append(Probed(epoch, "boundary", {"values": [epoch] * 50}))
        if is_recorded(epoch):
            told.append(Recorded(epoch, f"film-{epoch}", {"confusion": [0, 9]}, {"calibration.error": 1 / (1 + epoch)}))
        if epoch % 150 == 0:
            told.append(Probed(epoch, "weights", {"layers": [epoch]}))
    return told


@pytest.fixture
def run(store: Runs) -> Callable[..., tuple[str, Work, list[Event]]]:
    """A run of so many epochs of so many batches, as a worker tells it."""

    def made(epochs: int, batches: int) -> tuple[str, Work, list[Event]]:
        told = events(epochs, batches)
        run_id, work = begun(store)
        tell(work, told)
        return run_id, work, told

    return made


def begun(store: Runs) -> tuple[str, Work]:
    """A run that a worker has in hand."""
    run_id = store.submit(experiment(), student("ada"))
    token = Dispatch(store._engine, "here").claim(run_id)
    assert token is not None
    work = Work(store._engine, run_id, token)
    work.begin("here:1")
    return run_id, work


def tell(work: Work, told: list[Event]) -> None:
    """All that `events` made, with what the run's own columns say then."""
    progress = Progress()
    progress.events.extend(each.to_json() for each in told)
    last = told[-1]
    epochs = [each for each in told if isinstance(each, EpochEnded)]
    steps = [each.steps[-1] for each in told if isinstance(each, BatchesEnded)]
    best = min(epochs, key=lambda each: (each.validation or each.train).loss)
    progress.columns.update({
        "epoch": epochs[-1].epoch, "step": steps[-1], "best_epoch": best.epoch,
        "best": last.to_json().get("validation"), "last": {"loss": 0.5},
    })  # fmt: skip
    work.tell(progress)


def tell_run(store: Runs, told: list[Event]) -> str:
    """The id of a run of these events."""
    run_id, work = begun(store)
    tell(work, told)
    return run_id


def test_a_short_run_is_read_whole(store: Runs, run: Callable[..., Any]) -> None:
    run_id, _work, told = run(20, 5)
    found = store.overview(run_id, student("ada"))
    assert found.events == [each.to_json() for each in told]
    assert found.cursor == store.status(run_id, OPERATOR).cursor == len(told)
    assert (found.batches, found.every) == ([], 1)


def drawn(history: History) -> dict[str, Any]:
    """All that charts show of it."""
    return {
        "epochs": history.epochs.kept, "stride": history.epochs.stride, "best": history.best, "newest": history.newest,
        "first": history.first, "probes": history.probes, "milestones": history.milestones, "step": history.step,
        "points": len(history.batches.x), "batches": history.batches.stride, "chance": history.chance(),
        "film": history.film,
    }  # fmt: skip


def assert_same_line(curve: Curve, other: Curve) -> None:
    assert curve.x == pytest.approx(other.x)
    assert curve.y == [None if each is None else pytest.approx(each) for each in other.y]


@pytest.mark.parametrize(("epochs", "batches"), [(400, 7), (600, 1), (1000, 3), (1023, 2), (1025, 4), (2047, 1)])
def test_a_long_run_has_the_curves_that_all_its_events_make(
    store: Runs, run: Callable[..., Any], epochs: int, batches: int
) -> None:
    run_id, _work, told = run(epochs, batches)
    whole, found = History.of(told), store.overview(run_id, OPERATOR)
    assert len(found.events) < 600 + len(whole.milestones) + len(whole.film)
    assert found.every == 1
    history = history_of(found)
    assert drawn(history) == drawn(whole)
    assert_same_line(history.batches, whole.batches)
    for each in events(epochs + 40, batches)[len(told) :]:  # it goes on
        history.add(each)
        whole.add(each)
    assert drawn(history) == drawn(whole)
    assert_same_line(history.batches, whole.batches)


def test_of_very_many_batches_some_of_each_point_are_read(
    store: Runs, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "MOST_LOSSES", 5_000)
    run_id, _work, told = run(12_000, 2)
    whole, found = History.of(told), store.overview(run_id, OPERATOR)
    assert found.every > 1
    read = sum(len(each["steps"]) for each in found.batches)
    assert read < found.steps * 0.7
    history = history_of(found)
    assert drawn(history) == drawn(whole)
    assert None not in history.batches.y
    assert history.batches.x == pytest.approx(whole.batches.x)
    known = np.array([each or np.nan for each in whole.batches.y])
    error = np.array(history.batches.y, float) - known
    assert np.nanmean(np.abs(error)) < 15  # of losses that fall from 1,000 to 20 and are spread by 29
    assert np.nanmax(np.abs(error)) < 60
    for each in events(12_040, 2)[len(told) :]:
        history.add(each)
        whole.add(each)
    assert drawn(history) == drawn(whole)


@pytest.mark.parametrize("count", [1, 2, 999, 1000, 1001, 1999, 2000, 2001, 2002, 4001, 12345])
def test_a_curve_of_means_is_the_curve_that_is_drawn_point_by_point(count: int) -> None:
    losses = np.random.default_rng(count).normal(size=count)
    losses[::7] = np.nan
    one_by_one = Curve()
    for step, loss in enumerate(losses, start=1):
        one_by_one.add(step / 5, loss)
    at_once = Curve.of_means(np.arange(1, count + 1), losses, count, 1, 5)
    for curve in (one_by_one, at_once):
        for step in range(count + 1, count + 50):
            curve.add(step / 5, 1.0)
    assert at_once.stride == one_by_one.stride
    assert_same_line(at_once, one_by_one)
    assert at_once.changes()[0] == 0


def test_the_strides_are_those_that_curves_and_epochs_come_to() -> None:
    curve, kept = Curve(limit=20), Epochs(limit=20)
    for number in range(500):
        curve.add(number + 1, 0.0)
        kept.add(EpochEnded(number, scores(number), None, 0.1, None, 0.0, 0.0))
        assert curve.stride == stride_for(number + 1, 20)
        assert kept.stride == stride_of_epochs(number, 20), number
    assert Curve().limit == BATCH_POINTS


def test_epochs_that_were_told_twice_are_read_whole(store: Runs, run: Callable[..., Any]) -> None:
    run_id, work, told = run(1000, 1)
    progress = Progress()
    again = [each for each in told if isinstance(each, EpochEnded)][-30:]
    progress.events.extend(each.to_json() for each in again)
    work.tell(progress)
    found = store.overview(run_id, OPERATOR)
    assert found.events == [each.to_json() for each in [*told, *again]]


def test_somebody_elses_run_has_no_overview(store: Runs, run: Callable[..., Any]) -> None:
    run_id, _work, _told = run(3, 1)
    with pytest.raises(RunNotFound):
        store.overview(run_id, student("eve"))


def test_a_watcher_is_told_of_a_long_run_what_it_was_told_before(store: Runs, run: Callable[..., Any]) -> None:
    run_id, work, told = run(1000, 3)
    begun, read = Feed(run_id), Feed(run_id)
    begun.begin(store.overview(run_id, OPERATOR))
    pages = [store.news(run_id, OPERATOR)]
    while pages[-1].more:
        pages.append(store.news(run_id, OPERATOR, pages[-1].cursor))
    read.take(pages)
    assert_same_message(begun, read, 0)
    progress = Progress()
    progress.events.append(BatchesEnded(1001, (3001,), (2.0,)).to_json())
    work.tell(progress)
    for feed in (begun, read):
        feed.take([store.news(run_id, OPERATOR, feed.cursor)])
    assert_same_message(begun, read, len(told))


def assert_same_message(feed: Feed, other: Feed, cursor: int) -> None:
    """The same but for the last of five digits, which a mean may be rounded to either way."""
    (number, (message,)), (other_number, (other_message,)) = feed.since(cursor), other.since(cursor)
    found, expected = (json.loads(each.removeprefix(b"data: ")) for each in (message, other_message))
    line, expected_line = found.pop("batches"), expected.pop("batches")
    assert (number, found) == (other_number, expected)
    assert (line["keep"], line["stride"]) == (expected_line["keep"], expected_line["stride"])
    assert line["x"] == pytest.approx(expected_line["x"], rel=1e-4)
    assert line["y"] == pytest.approx(expected_line["y"], rel=1e-4)


@pytest.mark.slow
def test_the_first_opening_of_forty_thousand_epochs_takes_a_second_at_most(
    store: Runs, run: Callable[..., Any]
) -> None:
    run_id, _work, _told = run(40_000, 10)
    store.status(run_id, OPERATOR)
    taken = []
    for _try in range(3):
        began = time.process_time()  # of this process alone: others may want the cores
        feed = Feed(run_id)
        feed.begin(store.overview(run_id, OPERATOR))
        taken.append(time.process_time() - began)
        assert feed.history.newest is not None
        assert feed.history.newest.epoch == 40_000
        assert feed.history.best is not None
        assert feed.history.best.epoch == 776
    assert min(taken) < 1.0
