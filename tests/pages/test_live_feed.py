"""What watchers of a run are sent: enough to draw it, no more than is new, never unbounded."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore.i18n import N_, Text
from dlcore.probes.filming import Film
from dlcore.probes.frame import Frame
from dlcore.runs import News, Status
from dlcore.serving.feed import Feed
from dlcore.training.events import (
    BatchesEnded,
    EpochEnded,
    Event,
    FilmEnded,
    Probed,
    Recorded,
    RunFailed,
    RunFinished,
    RunStarted,
    Scores,
)
from dlcore.training.loop import Trainer
from tests.sampling import examples
from tests.training.experiments import experiment
from tests.web.node import Node

RUN = "0123456789abcdef"


def status(state: str = "running", **changed: Any) -> Status:
    known: dict[str, Any] = {
        "id": RUN, "owner": "me", "name": "digits 1", "group": None, "state": state, "command": None, "epoch": 0,
        "epochs": 5, "step": 0, "steps": 50, "error_text": None, "note_text": None, "worker": None, "position": None,
        "device": "cpu", "device_name": "a processor", "created_at": datetime.now(UTC), "started_at": None,
        "finished_at": None, "seconds": 0.0, "best_epoch": None, "best": None, "last": None, "attempt": 1,
        "test_opened_at": None, "cursor": 0, "resumable": False,
    }  # fmt: skip
    return Status(**(known | changed))


def page(events: list[Event], after: int, state: str = "running") -> News:
    return News(status(state), [event.to_json() for event in events], after + len(events), more=False)


class Browser:
    """A browser that follows a run: it is the view's own JavaScript that keeps what it was sent."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.messages: list[dict[str, Any]] = []

    def read(self, messages: list[bytes]) -> None:
        for each in messages:
            assert each.startswith(b"data: ")
            assert each.endswith(b"\n\n")
            self.messages.append(json.loads(each[6:]))

    @property
    def known(self) -> dict[str, Any]:
        """All that it knows, but how the run stands: that says the time left, which is another at each look."""
        known = self.node.call("tests/web/live_view/replay.js", "replay", self.messages)
        return {name: value for name, value in known.items() if name != "status"}

    @property
    def cursor(self) -> int:
        return self.known["cursor"] if self.messages else 0


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """A real run with its film, its batches told one by one."""
    told: list[Event] = []
    for event in Film(Trainer(experiment(epochs=4)), experiment(epochs=4)).run():
        if isinstance(event, Frame):
            places = {name: [0, len(part)] for name, part in event.parts.items()}
            told.append(Recorded(event.epoch, f"film-{event.epoch}", places, dict(event.numbers)))
        elif event is None:
            continue
        elif isinstance(event, BatchesEnded):
            told += [BatchesEnded(event.epoch, (s,), (x,)) for s, x in zip(event.steps, event.losses, strict=True)]
        else:
            told.append(event)
    return told


def fed(events: list[Event], state: str = "finished") -> Feed:
    feed = Feed(RUN)
    feed.take([page(events, 0, state)])
    return feed


def test_a_browser_that_comes_late_sees_what_one_saw_that_was_there_all_along(node: Node, events: list[Event]) -> None:
    feed, early = Feed(RUN), Browser(node)
    number = 0
    for place, event in enumerate(events):
        feed.take([page([event], place)])
        number, messages = feed.after(number)
        early.read(messages)
    late = Browser(node)
    late.read(feed.since(0)[1])
    known = early.known
    assert known == late.known
    assert known["confusion"]["best"]["counts"]
    assert known["best"]["epoch"]
    assert known["log"]["milestones"]


def test_what_is_sent_is_what_was_measured(node: Node, events: list[Event]) -> None:
    browser = Browser(node)
    browser.read(fed(events).since(0)[1])
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    known = browser.known
    assert known["epochs"]["epoch"] == [each.epoch for each in epochs]
    assert known["epochs"]["train"]["loss"] == pytest.approx([each.train.loss for each in epochs], rel=1e-4)
    assert known["epochs"]["validation"]["accuracy"] == pytest.approx(
        [each.validation.accuracy for each in epochs if each.validation], rel=1e-4
    )
    losses = [loss for event in events if isinstance(event, BatchesEnded) for loss in event.losses]
    assert known["batches"]["y"] == pytest.approx(losses, rel=1e-4)


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.integers(1, 25), min_size=1, max_size=8), st.integers(0, 7), st.booleans())
def test_whoever_reconnects_with_its_cursor_misses_nothing(
    node: Node, events: list[Event], portions: list[int], left: int, restarted: bool
) -> None:
    feed, browser, done = Feed(RUN), Browser(node), 0
    for place, portion in enumerate(portions):
        portion = events[done : done + portion]
        feed.take([page(portion, done)])
        done += len(portion)
        if place == left:
            browser.read(feed.since(browser.cursor)[1])
    if restarted:  # another server process, which has read the whole run at once
        feed = fed(events[:done], "running")
    browser.read(feed.since(browser.cursor)[1])
    fresh = Browser(node)
    fresh.read(feed.since(0)[1])
    assert browser.known == fresh.known


def test_nothing_new_costs_next_to_nothing(events: list[Event]) -> None:
    feed = fed(events)
    _, messages = feed.since(feed.cursor)
    assert len(messages) == 1
    assert len(messages[0]) < 700
    assert feed.after(feed.number)[1] == []


def test_a_browser_that_fell_far_behind_gets_everything_anew(node: Node, events: list[Event]) -> None:
    feed, browser = Feed(RUN), Browser(node)
    feed.take([page(events[:3], 0)])
    number, messages = feed.since(0)
    browser.read(messages)
    for place, event in enumerate(events[3:], 3):
        feed.take([page([event], place)])
    for _ in range(200):
        feed.take([page([], len(events))])
    browser.read(feed.after(number)[1])
    fresh = Browser(node)
    fresh.read(feed.since(0)[1])
    assert browser.known == fresh.known


def long_run(batches: int) -> list[Event]:
    started = RunStarted("cpu", "a processor", 10, {"train": 100, "validation": 20, "test": 20}, 100, 1000, {}, 1)
    told: list[Event] = [started]
    for first in range(1, batches + 1, 50):
        steps = tuple(range(first, min(first + 50, batches + 1)))
        told.append(BatchesEnded(1 + first // 100, steps, tuple(1 / step + 0.123456789 for step in steps)))
    return told


def test_everything_about_a_hundred_thousand_batches_fits_a_bounded_message() -> None:
    short, long = fed(long_run(2_000)), fed(long_run(100_000))
    sizes = [len(feed.since(0)[1][0]) for feed in (short, long)]
    assert max(sizes) < 40_000
    tick = [BatchesEnded(1001, (100_001,), (0.5,))]
    long.take([page(list(tick), long.cursor)])
    assert len(long.after(long.number - 1)[1][0]) < 1_000


def test_many_epochs_fit_a_bounded_message() -> None:
    scores = Scores(0.123456789, 0.987654321, 0.9, 0.9, 0.9, ((5, 1), (2, 4)))
    epochs: list[Event] = [EpochEnded(n, scores, scores, 0.001, 0.5, 0.1, 1000.0) for n in range(20_000)]
    assert len(fed(epochs).since(0)[1][0]) < 120_000


def test_losses_that_are_not_finite_become_gaps(node: Node, events: list[Event]) -> None:
    started = next(event for event in events if isinstance(event, RunStarted))
    feed = fed([started, BatchesEnded(1, (1, 2), (float("nan"), 2.0))])
    browser = Browser(node)
    browser.read(feed.since(0)[1])
    assert browser.known["batches"]["y"] == [None, 2.0]


def test_sentences_come_in_every_language_so_that_one_message_serves_all() -> None:
    error = Text(N_("This run does not exist."))
    feed = Feed(RUN)
    failed = status("failed", error_text=error)
    feed.take([News(failed, [RunFailed(error).to_json()], 1, more=False)])
    message = json.loads(feed.since(0)[1][0][6:])
    assert set(message["status"]["error"]) == {"en", "zh_CN"}
    assert message["log"]["milestones"][0]["error"]["en"] == "This run does not exist."


def test_a_feed_is_settled_when_nothing_more_will_happen() -> None:
    assert not fed([], "queued").settled
    assert not fed([], "running").settled
    assert not fed([], "paused").settled
    assert fed([], "finished").settled
    feed = fed([], "running")
    feed.forget()
    assert feed.settled
    assert json.loads(feed.after(feed.number - 1)[1][0][6:])["gone"]


def test_time_left_follows_the_pace_of_the_last_epochs() -> None:
    feed = Feed(RUN)
    started = RunStarted("cpu", "a processor", 10, {}, 10, 5, {}, 1)
    epochs = [EpochEnded(n, Scores(1.0), None, 0.1, None, 2.0, 50.0) for n in range(3)]
    steps = BatchesEnded(1, tuple(range(1, 21)), (1.0,) * 20)
    feed.take([page([started, steps, *epochs], 0)])
    message = json.loads(feed.since(0)[1][0][6:])
    assert message["status"]["left"] == pytest.approx(30 * 0.2)
    assert message["status"]["step"] == 20


def test_a_finished_run_has_no_time_left(events: list[Event]) -> None:
    message = json.loads(fed(events).since(0)[1][0][6:])
    assert message["status"]["left"] is None
    assert [each["kind"] for each in message["log"]["milestones"]] == ["RunStarted", "RunFinished"]
    finished = next(event for event in events if isinstance(event, RunFinished))
    assert message["best_epoch"] == finished.best_epoch


def test_a_frame_is_told_once_and_every_number_of_it_stands_in_a_column_over_the_epochs(
    node: Node, events: list[Event]
) -> None:
    feed, browser = Feed(RUN), Browser(node)
    for place, event in enumerate(events):
        feed.take([page([event], place)])
        browser.read(feed.after(feed.number - 1)[1])
    sent = [message["film"] for message in browser.messages if "film" in message]
    frames = [event for event in events if isinstance(event, Recorded)]
    assert [epoch for each in sent for epoch in each["epoch"]] == [each.epoch for each in frames]
    kept = {frame["epoch"]: (frame["file"], frame["parts"]) for frame in browser.known["film"]["frames"]}
    assert kept == {each.epoch: (each.file, each.parts) for each in frames}
    film = browser.known["film"]
    assert film["recorded"] == film["series"]["epoch"] == [0, 1, 2, 3, 4]
    norms = [each.numbers["gradients.1.norm"] for each in frames]
    assert film["series"]["gradients"]["1"]["norm"] == pytest.approx(norms, rel=1e-4)
    assert film["series"]["gradients"]["1"]["moved"][0] is None


def test_a_frame_of_an_epoch_that_was_recorded_in_part_stands_in_its_place(node: Node) -> None:
    part = Recorded(7, "film-1", {"boundary": [0, 5]}, {})
    whole = Recorded(7, "film-2", {"boundary": [0, 5], "confusion": [5, 9]}, {"calibration.error": 0.5})
    browser = Browser(node)
    browser.read(fed([part, whole]).since(0)[1])
    film = browser.known["film"]
    assert [frame["file"] for frame in film["frames"]] == ["film-2"]
    assert film["parts"] == {"boundary": [7], "confusion": [7]}


def test_where_the_film_ends_before_its_run_is_said_in_every_language(events: list[Event]) -> None:
    ended = FilmEnded(3, Text(N_("This run does not exist.")))
    feed = fed([*events[:5], ended])
    told = json.loads(feed.since(0)[1][0][6:])["status"]["film_ended"]
    assert told["epoch"] == 3
    assert set(told["reason"]) == {"en", "zh_CN"}
    assert json.loads(fed(events).since(0)[1][0][6:])["status"]["film_ended"] is None


def test_a_run_from_before_there_were_films_tells_what_its_probes_saw_last(node: Node) -> None:
    browser = Browser(node)
    probed = [Probed(epoch, "predictions", {"truth": [1.0], "answers": [float(epoch)]}) for epoch in range(3)]
    browser.read(fed(list(probed)).since(0)[1])
    assert browser.known["probes"]["predictions"] == {"epoch": 2, "truth": [1.0], "answers": [2.0]}
    assert browser.known["film"]["recorded"] == []
