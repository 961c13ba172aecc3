"""A run from the click to its weights, by a real dispatcher and real workers."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
import torch

import dlcore
from dlcore.access import ME, OPERATOR, student
from dlcore.errors import RunError
from dlcore.experiment import Experiment
from dlcore.runs import Runs
from dlcore.training.events import BatchesEnded, Diverged, EpochEnded, RunFinished, RunStarted
from tests.runs.living import LONG, digits, until_epoch, until_state, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def _curve(events: list[object]) -> list[tuple[int, float, float]]:
    return [
        (event.epoch, event.train.loss, event.validation.loss)  # type: ignore[union-attr]
        for event in events
        if isinstance(event, EpochEnded)
    ]


def _losses(events: list[object]) -> list[tuple[int, float]]:
    return [
        pair
        for event in events
        if isinstance(event, BatchesEnded)
        for pair in zip(event.steps, event.losses, strict=True)
    ]


def test_a_run_tells_in_the_database_what_it_tells_in_this_process(served: Runs) -> None:
    experiment = digits(epochs=4)
    run_id = served.submit(experiment, ME)
    status = until_state(served, run_id, "finished")
    told, here = served.events(run_id, OPERATOR), list(dlcore.train(experiment))
    assert isinstance(told[0], RunStarted)
    assert isinstance(told[-1], RunFinished)
    assert _curve(told) == _curve(here)
    assert _losses(told) == _losses(here)
    assert (status.epoch, status.step, status.steps) == (4, len(_losses(here)), len(_losses(here)))
    assert (status.best_epoch, status.best, status.last) == (here[-1].best_epoch, here[-1].best, here[-1].last)  # type: ignore[attr-defined]
    assert status.device == "cpu"
    assert status.device_name
    assert 0 < status.seconds < 60


@pytest.mark.parametrize("kind", ["best", "last"])
def test_the_weights_give_the_scores_that_were_told(served: Runs, kind: str) -> None:
    experiment = digits(epochs=6, seed=3)
    run_id = served.submit(experiment, ME, name="Ziffern / MLP «2»")
    status = until_state(served, run_id, "finished")
    model, data = dlcore.build(experiment), dlcore.load(experiment)
    model.load_state_dict(served.weights(run_id, OPERATOR, epoch=kind))  # type: ignore[arg-type]
    with torch.no_grad():
        accuracy = (model.eval()(data.validation.x).argmax(1) == data.validation.y).double().mean().item()
    scores = status.best if kind == "best" else status.last
    assert scores is not None
    assert accuracy == pytest.approx(scores.accuracy, abs=1e-9)
    number = status.best_epoch if kind == "best" else 6
    for format in ("safetensors", "pt"):
        name, content = served.weights_file(run_id, OPERATOR, kind, format)  # type: ignore[arg-type]
        assert name == f"Ziffern-MLP-2_{kind}-epoch-{number}_accuracy-{accuracy:.3f}.{format}"
        assert content


def test_a_pt_file_holds_nothing_but_a_state_dict(served: Runs, tmp_path: object) -> None:
    import io

    run_id = served.submit(digits(epochs=1), ME)
    until_state(served, run_id, "finished")
    _, content = served.weights_file(run_id, OPERATOR, "best", "pt")
    loaded = torch.load(io.BytesIO(content), weights_only=True)
    assert loaded.keys() == dlcore.build(digits(epochs=1)).state_dict().keys()


def test_events_read_in_pieces_are_those_read_at_once(served: Runs) -> None:
    run_id = served.submit(digits(epochs=30), ME)
    pieces: list[object] = []
    cursor = 0
    while True:
        ended = served.status(run_id, OPERATOR).ended
        piece = served.events(run_id, OPERATOR, after=cursor)
        pieces += piece
        cursor = piece.cursor
        if ended:
            break
    assert pieces == served.events(run_id, OPERATOR)
    news = served.news(run_id, OPERATOR)
    assert (news.cursor, news.more, len(news.events)) == (cursor, False, len(pieces))
    assert served.pulses([run_id], OPERATOR)[run_id].cursor == cursor
    assert served.news(run_id, OPERATOR, after=cursor).events == []


def test_stop_keeps_what_was_learned(served: Runs) -> None:
    run_id = served.submit(digits(epochs=LONG), ME)
    until_epoch(served, run_id, 3)
    served.stop(run_id, OPERATOR)
    status = until_state(served, run_id, "stopped")
    events = served.events(run_id, OPERATOR)
    ending = events[-1]
    assert isinstance(ending, RunFinished)
    assert (ending.reason, ending.epochs) == ("stopped", status.epoch)
    assert [step for step, _ in _losses(events)] == list(range(1, status.step + 1))
    assert served.weights(run_id, OPERATOR, "last").keys() == served.weights(run_id, OPERATOR, "best").keys()
    assert not status.resumable


def test_stop_acts_between_two_batches_of_an_epoch_that_would_take_long(served: Runs) -> None:
    experiment = digits(epochs=2).to_dict()
    experiment["dataset"] = {"name": "moons", "samples": 5000}
    experiment["network"] = (
        [{"layer": "Linear", "out_features": 2000}]
        + [{"layer": "Linear", "out_features": 2000} for _ in range(6)]
        + [{"layer": "Output"}]
    )
    experiment["training"]["batch_size"] = 64
    run_id = served.submit(Experiment.from_dict(experiment), ME)
    wait_until(lambda: served.status(run_id, OPERATOR).step > 0)
    served.stop(run_id, OPERATOR)
    status = until_state(served, run_id, "stopped")
    assert status.epoch == 0
    assert status.steps is not None
    assert status.step < status.steps / 4


def test_pause_gives_the_place_away_and_resume_ends_where_an_uninterrupted_run_ends(served: Runs) -> None:
    experiment = digits(epochs=400, seed=7)
    run_id = served.submit(experiment, ME)
    for epoch in (3, 60, 120):
        until_epoch(served, run_id, epoch)
        until_state(served, run_id, "running")  # it may have come so far before the last pause
        served.pause(run_id, OPERATOR)
        status = until_state(served, run_id, "paused")
        assert status.resumable
        assert epoch <= status.epoch < 400
        assert served.weights(run_id, OPERATOR, "last")
        served.resume(run_id, OPERATOR)
    status = until_state(served, run_id, "finished")
    assert status.attempt == 4
    told, uninterrupted = served.events(run_id, OPERATOR), list(dlcore.train(experiment))
    assert _curve(told) == _curve(uninterrupted)
    assert _losses(told) == _losses(uninterrupted)
    assert [type(event) for event in told].count(RunStarted) == 1
    assert told[-1].best_epoch == uninterrupted[-1].best_epoch  # type: ignore[attr-defined]
    weights = {kind: served.weights(run_id, OPERATOR, kind) for kind in ("best", "last")}  # type: ignore[arg-type]
    trainer = dlcore.training.loop.Trainer(experiment)
    for _event in trainer.run():
        pass
    for kind, expected in (("best", trainer.best_weights), ("last", trainer.last_weights)):
        assert all(torch.equal(weights[kind][name], tensor) for name, tensor in expected.items()), kind


def test_resuming_before_the_pause_came_lets_the_run_go_on(served: Runs) -> None:
    run_id = served.submit(digits(epochs=600), ME)
    until_epoch(served, run_id, 1)
    served.pause(run_id, OPERATOR)
    served.resume(run_id, OPERATOR)
    assert until_state(served, run_id, "finished").epoch == 600


def test_a_paused_run_can_be_stopped_and_keeps_its_weights(served: Runs) -> None:
    run_id = served.submit(digits(epochs=LONG), ME)
    until_epoch(served, run_id, 2)
    served.pause(run_id, OPERATOR)
    until_state(served, run_id, "paused")
    served.stop(run_id, OPERATOR)
    assert served.status(run_id, OPERATOR).state == "stopped"
    assert isinstance(served.events(run_id, OPERATOR)[-1], RunFinished)
    assert served.weights(run_id, OPERATOR, "best")


def test_a_run_that_is_deleted_while_it_trains_leaves_nothing(served: Runs) -> None:
    run_id = served.submit(digits(epochs=LONG), ME)
    until_epoch(served, run_id, 2)
    served.delete(run_id, OPERATOR)
    other = [served.submit(digits(epochs=1), ME) for _ in range(2)]
    for each in other:
        until_state(served, each, "finished")
    wait_until(lambda: not (served.settings.home / "artifacts" / "runs" / run_id).exists())


def test_a_loss_that_explodes_fails_the_run_and_keeps_the_last_finite_weights(served: Runs) -> None:
    run_id = served.submit(digits(epochs=50, optimizer={"name": "SGD", "lr": 1e30}), ME)
    status = until_state(served, run_id, "failed")
    assert status.error is not None
    assert "no longer a finite number" in status.error
    assert "learning rate" in status.error
    assert not status.resumable
    events = served.events(run_id, OPERATOR)
    assert any(isinstance(event, Diverged) for event in events)
    assert isinstance(events[-1], RunFinished)
    assert all(tensor.isfinite().all() for tensor in served.weights(run_id, OPERATOR, "last").values())
    with pytest.raises(RunError):
        served.resume(run_id, OPERATOR)


def test_a_data_set_that_cannot_be_trained_on_says_why_in_the_readers_language(served: Runs) -> None:
    experiment = digits().to_dict()
    experiment["dataset"]["limit"] = 1
    experiment["dataset"]["split"] = {"method": "holdout", "test": 0.9, "validation": 0.0}
    run_id = served.submit(Experiment.from_dict(experiment), ME)
    status = until_state(served, run_id, "failed", "finished")
    assert status.state == "finished" or status.error


def test_a_class_is_served_in_rounds(served: Runs) -> None:
    """Six pupils press Train three times each; nobody's second run starts before everybody's first."""
    before = [served.submit(digits(epochs=LONG), student(f"teacher {n}")) for n in range(2)]
    for run_id in before:  # both places are taken until all have pressed: who is alone may take both
        until_epoch(served, run_id, 1)
    ids = [served.submit(digits(epochs=2), student(f"pupil {n}")) for n in range(6) for _ in range(3)]
    for run_id in before:
        served.stop(run_id, OPERATOR)
    for run_id in ids:
        until_state(served, run_id, "finished")
    order = sorted((served.status(run_id, OPERATOR) for run_id in ids), key=lambda status: status.started_at or 0)  # type: ignore[return-value,arg-type]
    turns = []
    count: dict[str, int] = {}
    for status in order:
        count[status.owner] = count.get(status.owner, 0) + 1
        turns.append(count[status.owner])
    # two workers take runs up at once, so neighbours may have changed places
    assert all(later >= earlier - 1 for earlier, later in pairwise(turns))
    assert max(turns[:5]) == 1


def test_two_hundred_watchers_are_served_by_small_reads(served: Runs) -> None:
    """As the live view does it: one look for all at what changed, and then what is new for each."""
    run_id = served.submit(digits(epochs=40), ME)
    cursors = [0] * 200
    while True:
        pulse = served.pulses([run_id], OPERATOR)[run_id]
        for watcher, cursor in enumerate(cursors):
            if cursor != pulse.cursor:
                cursors[watcher] = served.news(run_id, OPERATOR, after=cursor).cursor
        if pulse.state == "finished":
            break
        time.sleep(0.25)
    assert cursors == [served.status(run_id, OPERATOR).cursor] * 200
