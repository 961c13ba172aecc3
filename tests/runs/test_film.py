"""The film of a run as real workers write it: its files, its addresses, its end, and what is computed from it later."""

from __future__ import annotations

import errno
import gzip
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
import safetensors.torch
import torch
from starlette.applications import Starlette
from starlette.testclient import TestClient

import dlcore
from dlcore.access import ME, OPERATOR, student
from dlcore.analyses.base import ANALYSES
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError, RunError, RunNotFound
from dlcore.experiment import Experiment
from dlcore.probes import grid
from dlcore.probes.arrays import read, write
from dlcore.probes.filming import Film
from dlcore.probes.frame import WEIGHTS, Frame
from dlcore.runs import Runs, Settings, film
from dlcore.runs.artifacts import Artifacts
from dlcore.runs.film import FilmWriter
from dlcore.runs.recorder import Recorder
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run
from dlcore.serving import film as film_routes
from dlcore.serving.film import FOR_EVER
from dlcore.training.events import EpochEnded, FilmEnded, Recorded, RunFinished
from dlcore.training.loop import Trainer
from tests.runs.living import digits, pid_of, until_epoch, until_state, wait_until
from tests.training.experiments import experiment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

MOONS = {"name": "moons", "samples": 200}


def small(epochs: int = 40, **training: Any) -> Experiment:
    """Two columns and dropout: every kind of part, in a moment an epoch."""
    network = [
        {"layer": "Linear", "out_features": 8},
        {"layer": "Tanh"},
        {"layer": "Dropout", "p": 0.2},
        {"layer": "Output"},
    ]
    return experiment(MOONS, network, epochs=epochs, **training)


def parts(runs: Runs, run_id: str) -> dict[int, dict[str, bytes]]:
    """The bytes of every part that is told of, by epoch and name."""
    found = runs.film(run_id, OPERATOR)
    return {epoch: {name: runs.film_part(run_id, frame.file, *place, OPERATOR) for name, place in frame.parts.items()}
            for epoch, frame in sorted(found.items())}  # fmt: skip


def here(described: Experiment) -> dict[int, dict[str, bytes]]:
    """The film of the same experiment, trained in this process."""
    stream = Film(Trainer(described), described).run()
    return {each.epoch: dict(each.parts) for each in stream if isinstance(each, Frame)}


def files_of(runs: Runs, run_id: str) -> list[str]:
    return sorted(path.name for path in (runs.settings.home / "artifacts" / "runs" / run_id).glob("film-*"))


@pytest.fixture(scope="module")
def done(served: Runs) -> str:
    """A run that is over."""
    run_id = served.submit(small(), student("ada"))
    until_state(served, run_id, "finished")
    return run_id


def test_a_worker_records_what_this_process_would(served: Runs, done: str) -> None:
    found = parts(served, done)
    assert found == here(small())
    assert set(found) >= set(grid.recorded_epochs(40))
    frames = served.film(done, OPERATOR)
    assert {frame.file for frame in frames.values()} == set(files_of(served, done))
    assert len(files_of(served, done)) < len(frames)  # some frames a file


def test_the_events_say_where_each_frame_is_and_their_last_word_is_the_end_of_the_run(served: Runs, done: str) -> None:
    events = served.events(done, OPERATOR)
    assert isinstance(events[-1], RunFinished)
    recorded = [event for event in events if isinstance(event, Recorded)]
    assert {each.epoch for each in recorded} == set(served.film(done, OPERATOR))
    assert all(name.partition(".")[0] in each.parts for each in recorded for name in each.numbers)


def test_weights_of_a_recorded_epoch_are_those_of_that_epoch(served: Runs, done: str) -> None:
    model, data = dlcore.build(small()), dlcore.load(small())
    losses = {each.epoch: each.validation.loss for each in served.events(done, OPERATOR)
              if isinstance(each, EpochEnded) and each.validation}  # fmt: skip
    for epoch in (0, 7, 32, 40):
        model.load_state_dict(served.weights(done, OPERATOR, epoch=epoch))
        with torch.no_grad():
            outputs = model.eval()(data.validation.x)
        loss = torch.nn.functional.cross_entropy(outputs, data.validation.y).item()
        assert loss == pytest.approx(losses[epoch], rel=1e-5)
    for which, epoch in (("last", 40), ("best", served.status(done, OPERATOR).best_epoch)):
        kept, recorded = served.weights(done, OPERATOR, which), served.weights(done, OPERATOR, epoch)  # type: ignore[arg-type]
        assert all(torch.equal(kept[name], each) for name, each in recorded.items())


@pytest.mark.parametrize("epoch", [33, 41, 10**9, -1])
def test_weights_that_were_not_kept_are_one_sentence_that_names_those_that_were(
    served: Runs, done: str, epoch: int
) -> None:
    if epoch in served.film(done, OPERATOR) and WEIGHTS in served.film(done, OPERATOR)[epoch].parts:
        pytest.skip("it was the best")
    with pytest.raises(RunError, match=rf"The weights of epoch {epoch} were not kept; those of .*: 0, 1, 2, .*40\.$"):
        served.weights(done, OPERATOR, epoch)


def test_what_was_seen_at_an_epoch_says_the_recorded_one_that_it_is_of(served: Runs, done: str) -> None:
    seen = served.seen(done, OPERATOR, 33)
    assert seen["boundary"]["epoch"] == 33
    assert seen["gradients"]["epoch"] in (32, 33)
    assert seen["samples"]["epoch"] == 0
    assert served.seen(done, OPERATOR)["confusion"]["epoch"] == 40
    assert WEIGHTS not in seen
    with pytest.raises(RunNotFound):
        served.seen(done, student("eve"))


def test_a_part_that_is_gone_is_left_out_of_what_was_seen(served: Runs) -> None:
    run_id = served.submit(small(2), ME)
    until_state(served, run_id, "finished")
    for name in files_of(served, run_id):
        path = served.settings.home / "artifacts" / "runs" / run_id / name
        path.write_bytes(path.read_bytes()[:50])
    assert "boundary" not in served.seen(run_id, OPERATOR)


# Its addresses


@pytest.fixture
def client(served: Runs, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(film_routes, "runs", lambda: served)
    with TestClient(Starlette(routes=film_routes.routes)) as found:
        yield found


def address(served: Runs, run_id: str, part: str = "confusion", epoch: int = 3) -> str:
    frame = served.film(run_id, OPERATOR)[epoch]
    first, length = frame.parts[part]
    return f"/film/{run_id}.{served.token(run_id, OPERATOR)}/{frame.file}/{first}-{length}"


def test_a_part_is_sent_as_it_was_compressed_for_ever_the_same(served: Runs, done: str, client: TestClient) -> None:
    with client.stream("GET", address(served, done)) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.status_code == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert "immutable" in FOR_EVER
    assert raw == parts(served, done)[3]["confusion"]
    assert client.get(address(served, done)).content == gzip.decompress(raw)  # as a browser has it


@pytest.mark.parametrize("token", ["", "0" * 64, "x"])
def test_who_does_not_show_the_runs_token_gets_nothing(served: Runs, done: str, client: TestClient, token: str) -> None:
    _key, _slash, rest = address(served, done).removeprefix("/film/").partition("/")
    for key in (f"{done}.{token}", done, f"{'f' * 16}.{served.token(done, OPERATOR)}"):
        assert client.get(f"/film/{key}/{rest}").status_code == 403
        assert client.get(f"/analysis/{key}/probed").status_code == 403
        assert client.get(f"/analysis/{key}/probed/progress").status_code == 403


OUTSIDE = ["../../../private", quote("../../../private", safe=""), quote("..\\private", safe=""), "best-00000000",
           "film-000000000000-00000000", ".film-000000000000-00000000"]  # fmt: skip
BEYOND = ["999999999-10", "0-999999999999", "99999999999999999999999999-5", "0-99999999999999999999999999", "0-0"]


@pytest.mark.parametrize("place", [*[f"{each}/0-10" for each in OUTSIDE], *[f"{{file}}/{each}" for each in BEYOND]])
def test_what_is_no_part_of_the_film_is_gone_and_nothing_else(
    served: Runs, done: str, client: TestClient, place: str
) -> None:
    (served.settings.home / "private").write_text("not to be seen")
    file = served.film(done, OPERATOR)[3].file
    answer = client.get(f"/film/{done}.{served.token(done, OPERATOR)}/{place.format(file=file)}")
    assert answer.status_code == 404
    assert "not to be seen" not in answer.text


@pytest.mark.parametrize("place", ["{file}/-1-10", "{file}/1.5-10", "{file}/a-b", "{file}", "{file}/0-10/more"])
def test_an_address_of_another_form_leads_nowhere(served: Runs, done: str, client: TestClient, place: str) -> None:
    file = served.film(done, OPERATOR)[3].file
    assert client.get(f"/film/{done}.{served.token(done, OPERATOR)}/{place.format(file=file)}").status_code == 404


def test_a_link_into_the_folder_of_a_run_is_of_no_use(served: Runs, done: str, client: TestClient) -> None:
    run_id = served.submit(small(1), ME)
    until_state(served, run_id, "finished")
    first = address(served, done).partition(".")[2].partition("/")[2]
    assert client.get(f"/film/{run_id}.{served.token(run_id, OPERATOR)}/{first}").status_code == 404


def test_deleting_a_run_removes_its_film_and_what_was_computed_from_it(served: Runs, client: TestClient) -> None:
    run_id = served.submit(small(3), ME)
    until_state(served, run_id, "finished")
    known = address(served, run_id)
    served.analyse(run_id, "probed", {"probe": "confusion", "epoch": 1}, OPERATOR)
    assert client.get(known).status_code == 200
    assert files_of(served, run_id)
    served.delete(run_id, OPERATOR)
    assert client.get(known).status_code == 404
    assert not (served.settings.home / "artifacts" / "runs" / run_id).exists()
    assert not (served.settings.home / "exports" / run_id).exists()


# Of a run that was interrupted


def same_parts(found: dict[int, dict[str, bytes]], expected: dict[int, dict[str, bytes]]) -> None:
    assert found.keys() == expected.keys()
    for epoch, those in expected.items():
        assert found[epoch].keys() == those.keys(), epoch
        for name, content in those.items():
            if name == WEIGHTS:
                one, other = (safetensors.torch.load(each) for each in (found[epoch][name], content))
                assert all(torch.equal(one[key], each) for key, each in other.items())
            assert found[epoch][name] == content, (epoch, name)


def interrupted(runs: Runs, how: str, epochs: int) -> str | None:
    """The id of a run of so many epochs that was paused or killed in its midst; None where it was over before."""
    run_id = runs.submit(digits(epochs), ME)
    until_epoch(runs, run_id, 12)
    if how == "paused":
        runs.pause(run_id, OPERATOR)
    else:
        wait_until(lambda: runs._artifact(run_id, "checkpoint", OPERATOR), "a checkpoint")
        with suppress(AssertionError, ProcessLookupError):  # it has just ended
            os.kill(pid_of(runs.status(run_id, OPERATOR)), 9)
    return run_id if until_state(runs, run_id, "paused", "failed", "finished").state != "finished" else None


@pytest.mark.parametrize("how", ["paused", "killed"])
def test_the_film_of_a_run_that_was_interrupted_is_that_of_one_that_was_not(served: Runs, how: str) -> None:
    epochs, run_id = 120, None
    while run_id is None:  # a fast machine is given more to do
        epochs *= 2
        run_id = interrupted(served, how, epochs)
    served.resume(run_id, OPERATOR)
    assert until_state(served, run_id, "finished", "failed").attempt == 2
    same_parts(parts(served, run_id), here(digits(epochs)))
    told = [each.epoch for each in served.events(run_id, OPERATOR) if isinstance(each, Recorded)]
    assert len(told) == len(set(told))


def test_a_pause_at_any_moment_of_an_epoch_loses_no_frame(store: Runs, settings: Settings,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Interrupted at each of the events around the end of an epoch, one after the other."""
    described = small(6)
    run_id = store.submit(described, ME)
    for stop_at in range(40):
        token = Dispatch(store._engine, str(settings.home)).claim(run_id)
        if token is None:
            break
        pausing_after(monkeypatch, 3 + stop_at % 5)
        train_run(settings, run_id, token)
        if store.status(run_id, OPERATOR).state == "finished":
            break
        store.resume(run_id, OPERATOR)
    monkeypatch.undo()
    assert store.status(run_id, OPERATOR).state == "finished"
    assert store.status(run_id, OPERATOR).attempt > 3
    same_parts(parts(store, run_id), here(described))


def pausing_after(monkeypatch: pytest.MonkeyPatch, events: int) -> None:
    """Recorders that tell of a pause once so many events have been handed over."""
    seen = [0]

    def add(recorder: Recorder, event: Any) -> None:
        ORDINARY_ADD(recorder, event)
        seen[0] += 1
        if seen[0] >= events:
            recorder.command = "pause"

    monkeypatch.setattr(Recorder, "add", add)


ORDINARY_ADD = Recorder.add


# Of a run whose film ends before it


def trained(store: Runs, settings: Settings, described: Experiment) -> str:
    """Trained in this process, as a worker does."""
    run_id = store.submit(described, ME)
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    return run_id


def test_a_film_ends_with_a_sentence_at_its_cap_and_training_goes_on(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, workers=1, film_bytes=40_000)  # type: ignore[arg-type]
    with Runs(settings) as store:
        run_id = trained(store, settings, digits(60))
        status = store.status(run_id, OPERATOR)
        assert (status.state, status.epoch, status.error) == ("finished", 60, None)
        (ended,) = [event for event in store.events(run_id, OPERATOR) if isinstance(event, FilmEnded)]
        assert str(ended.reason) == "The film of this run has reached its 0 MB; training goes on without it." or (
            "has reached its" in str(ended.reason)
        )
        frames = store.film(run_id, OPERATOR)
        assert max(frames, default=0) == ended.epoch < 60
        taken = sum(path.stat().st_size for path in (tmp_path / "artifacts" / "runs" / run_id).glob("film-*"))
        assert taken <= 40_000
        assert store.weights(run_id, OPERATOR, "last")


def test_a_cap_of_nothing_is_a_run_without_a_film(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, workers=1, film_bytes=0)  # type: ignore[arg-type]
    with Runs(settings) as store:
        run_id = trained(store, settings, small(3))
        assert store.status(run_id, OPERATOR).state == "finished"
        assert store.film(run_id, OPERATOR) == {}
        with pytest.raises(DlcoreError, match="No weights were kept"):
            store.analyse(run_id, "probed", {"probe": "confusion", "epoch": 1}, OPERATOR)


@pytest.mark.parametrize(
    ("number", "sentence"), [(errno.ENOSPC, "The disk is full"), (errno.EIO, "Input/output error")]
)
def test_a_film_that_cannot_be_written_ends_and_training_goes_on(
    store: Runs, settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    ordinary = Artifacts.write

    def write(artifacts: Artifacts, run_id: str, name: str, content: bytes) -> Any:
        if name.startswith("film-"):
            raise OSError(number, os.strerror(number))
        return ordinary(artifacts, run_id, name, content)

    monkeypatch.setattr(Artifacts, "write", write)
    run_id = trained(store, settings, small(30))
    status = store.status(run_id, OPERATOR)
    assert (status.state, status.epoch, status.error) == ("finished", 30, None)
    (ended,) = [event for event in store.events(run_id, OPERATOR) if isinstance(event, FilmEnded)]
    assert sentence in str(ended.reason)
    assert isinstance(store.events(run_id, OPERATOR)[-1], RunFinished)
    assert store.seen(run_id, OPERATOR) == {}


class Never:
    """A place that refuses nothing, and keeps nothing."""

    def write(self, run_id: str, name: str, content: bytes) -> Any:
        from dlcore.runs.artifacts import Artifact

        return Artifact(f"runs/{run_id}/{name}-00000000", len(content), "")


def test_frames_are_joined_and_said_where_they_lie() -> None:
    writer = FilmWriter(Never(), "r", 100)  # type: ignore[arg-type]
    assert writer.write() == ([], {})
    writer.add(Frame(0, {"a": b"xx", "b": b"yyy"}, {"a.n": 1.0}))
    writer.add(Frame(1, {"a": b"z"}, {}))
    assert writer.waiting
    told, kept = writer.write()
    assert [(each.epoch, each.parts, each.numbers) for each in told if isinstance(each, Recorded)] == [
        (0, {"a": [0, 2], "b": [2, 3]}, {"a.n": 1.0}), (1, {"a": [5, 1]}, {}),
    ]  # fmt: skip
    ((artifact, epoch),) = kept.values()
    assert (artifact.bytes, epoch) == (6, 1)
    writer.add(Frame(2, {"a": b"q" * 95}, {}))
    (ended,), nothing = writer.write()
    assert isinstance(ended, FilmEnded)
    assert (ended.epoch, nothing) == (1, {})
    writer.add(Frame(3, {"a": b"q"}, {}))
    assert not writer.waiting


@pytest.mark.parametrize(("epoch", "expected"), [(None, 8), (0, 0), (3, 2), (5, 2), (6, 8), (99, 8), (-4, 0)])
def test_the_nearest_frame_that_has_the_part_is_shown_the_earlier_of_two(epoch: int | None, expected: int) -> None:
    frames = {each: Recorded(each, "f", {"a": [0, 1]} if each % 2 == 0 and each != 4 else {"b": [0, 1]}, {})
              for each in (0, 1, 2, 3, 4, 5, 7, 8)}  # fmt: skip
    found = film.nearest(frames, "a", epoch)
    assert found is not None
    assert found.epoch == expected
    assert film.nearest(frames, "c", epoch) is None


# What is computed from it


@pytest.fixture(scope="module")
def filmed(served: Runs, done: str) -> FilmedRun:
    """What an analysis is given, here without the process of its own."""
    epochs = [epoch for epoch, frame in served.film(done, OPERATOR).items() if WEIGHTS in frame.parts]
    return FilmedRun(
        served.experiment(done, OPERATOR), sorted(epochs), lambda epoch: served.recorded_weights(done, epoch, OPERATOR)
    )


def probed(filmed: FilmedRun, asked: dict[str, Any]) -> dict[str, Any]:
    return read(write(ANALYSES["probed"].compute(filmed, asked, lambda _share: None)))


@pytest.mark.parametrize("epoch", [0, 5, 40])
def test_a_probe_that_is_asked_later_sees_what_it_saw(served: Runs, done: str, filmed: FilmedRun, epoch: int) -> None:
    recorded = parts(served, done)[epoch]
    for name in set(recorded) - {WEIGHTS, "gradients"}:
        found = probed(filmed, {"probe": name, "epoch": epoch})
        assert found.pop("epoch") == epoch
        assert_close(found, read(recorded[name]), name)
    gradients, known = probed(filmed, {"probe": "gradients", "epoch": epoch}), read(recorded["gradients"])
    assert gradients["0"]["norm"] == pytest.approx(known["0"]["norm"], rel=1e-4)


def test_another_process_answers_the_same(served: Runs, done: str) -> None:
    found = read(served.analyse(done, "probed", {"probe": "confusion", "epoch": 5}, OPERATOR))
    assert found["epoch"] == 5
    assert found["counts"].tolist() == read(parts(served, done)[5]["confusion"])["counts"].tolist()


def assert_close(found: Any, expected: Any, name: str) -> None:
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), name
        for key, each in expected.items():
            assert_close(found[key], each, f"{name}.{key}")
    elif isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
        assert found.astype(float) == pytest.approx(expected.astype(float), rel=1e-3, abs=1e-5, nan_ok=True), name
    else:
        assert found == (pytest.approx(expected) if isinstance(expected, float) else expected), name


def test_an_epoch_without_weights_is_answered_for_the_nearest_that_has_them(filmed: FilmedRun) -> None:
    for epoch, nearest in ((31, 31), (10**6, 40), (0, 0)):
        assert probed(filmed, {"probe": "confusion", "epoch": epoch})["epoch"] == nearest
    assert probed(filmed, {"probe": "confusion"})["epoch"] == 40


BAD = [
    ({"probe": "nothing", "epoch": 1}, "probe must be one of"), ({"probe": "labels"}, "probe must be one of"),
    ({"probe": ["x"]}, "probe must be one of"), ({"probe": {}}, "probe must be one of"),
    ({"probe": "confusion", "epoch": "1"}, "epoch must be a whole number"),
    ({"probe": "confusion", "epoch": -1}, "epoch must be a whole number from 0"),
    ({"probe": "confusion", "epoch": 1.5}, "but 1.5 came"), ({"probe": "confusion", "epoch": True}, "but True came"),
    ({"probe": "x" * 10_000}, "probe must be one of"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "sentence"), BAD, ids=range(len(BAD)))
def test_a_question_that_cannot_be_answered_is_one_sentence(
    filmed: FilmedRun, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DlcoreError, match=sentence) as caught:
        probed(filmed, asked)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(("name", "asked", "sentence"), [
    ("nothing", {}, "nothing"), ("probed", {"probe": "confusion", "epoch": -1}, "epoch must be a whole number from 0"),
])  # fmt: skip
def test_such_a_sentence_comes_through_the_other_process_and_the_route(
    served: Runs, done: str, client: TestClient, name: str, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DlcoreError, match=sentence) as caught:
        served.analyse(done, name, asked, OPERATOR)
    answer = client.get(f"/analysis/{done}.{served.token(done, OPERATOR)}/{name}", params={"asked": json.dumps(asked)})
    assert (answer.status_code, answer.text) == (409, str(caught.value))


@pytest.mark.parametrize("asked", ["", "[1]", "3", "null", "{", "[" * 5_000, '{"a": "' + "x" * 30_000 + '"}'],
                         ids=range(7))  # fmt: skip
def test_what_is_asked_must_be_a_json_object(served: Runs, done: str, client: TestClient, asked: str) -> None:
    key = f"{done}.{served.token(done, OPERATOR)}"
    for path in (f"/analysis/{key}/probed", f"/analysis/{key}/probed/progress"):
        answer = client.get(path, params={"asked": asked})
        assert answer.status_code == 409
        assert answer.text == "What is asked must be a JSON object of 20000 characters at most."


def test_an_analysis_is_sent_as_it_is_and_its_progress_is_nothing_once_it_is_done(
    served: Runs, done: str, client: TestClient
) -> None:
    key, asked = f"{done}.{served.token(done, OPERATOR)}", {"asked": json.dumps({"probe": "confusion", "epoch": 2})}
    answer = client.get(f"/analysis/{key}/probed", params=asked)
    assert answer.status_code == 200
    assert (
        read(gzip.compress(answer.content))["counts"].tolist()
        == read(parts(served, done)[2]["confusion"])["counts"].tolist()
    )
    assert client.get(f"/analysis/{key}/probed/progress", params=asked).json() == {"share": None}


def test_what_is_longer_than_an_address_may_be_is_posted(served: Runs, done: str, client: TestClient) -> None:
    key, asked = f"{done}.{served.token(done, OPERATOR)}", {"probe": "confusion", "epoch": 2}
    answer = client.post(f"/analysis/{key}/probed", content=json.dumps(asked | {"more": "x" * 30_000}))
    assert read(gzip.compress(answer.content))["epoch"] == 2
    assert answer.headers["cache-control"] == "no-store"
    assert client.post(f"/analysis/{done}.wrong/probed", content=json.dumps(asked)).status_code == 403
    assert client.post(f"/analysis/{key}/probed", content="[1]").status_code == 409
    assert client.post(f"/analysis/{key}/probed", content="x" * 8_000_001).status_code == 413
