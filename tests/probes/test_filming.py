"""The film of a run: the same for everybody who trains it, whole at its best and last epoch, and without any effect."""

from __future__ import annotations

import logging
from typing import Any, ClassVar

import pytest
import safetensors.torch
import torch

import dlcore
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.probes import grid
from dlcore.probes.arrays import Arrays, read
from dlcore.probes.base import Probe
from dlcore.probes.filming import DEFAULT_ROOM, Film
from dlcore.probes.frame import WEIGHTS, Frame
from dlcore.training.events import Diverged, EpochEnded, Event, RunFinished
from dlcore.training.loop import Trainer
from dlcore.training.model_view import ModelView
from tests.training.experiments import WITH_BATCH_NORM, WITH_DROPOUT, experiment

SHIFTED = ["RandomHorizontalFlip", {"name": "RandomTranslate", "translate": 0.2}]
PICTURES = experiment({"name": "digits", "limit": 120}, WITH_DROPOUT, epochs=2, augmentation=SHIFTED)
MOONS = experiment({"name": "moons", "samples": 120}, WITH_DROPOUT[1:], epochs=4)


def short(name: str, epochs: int = 2, **dataset: Any) -> Experiment:
    """A preset that is over soon."""
    plain = PRESETS[name].experiment.to_dict()
    return Experiment.from_dict({
        **plain, "dataset": {**plain["dataset"], **dataset}, "training": {**plain["training"], "epochs": epochs},
    })  # fmt: skip


def filmed(trainer: Trainer, **options: Any) -> tuple[list[Event], list[Frame]]:
    """(what the loop told, the frames that were taken) of a run to its end."""
    stream = list(Film(trainer, trainer.experiment, **options).run())
    return ([each for each in stream if isinstance(each, Event)], [each for each in stream if isinstance(each, Frame)])


CASES = {
    "dropout": MOONS,
    "batch norm": experiment(network=WITH_BATCH_NORM),
    "augmentation": PICTURES,
    "recurrent": short("manual-lstm", 1),
    "attention": short("sentiment-transformer", 1),
    "convolution": short("digits-cnn", 1, limit=200),
    "several labels": short("scenes", 1),
    "regression": short("diabetes-linear", 3),
}


@pytest.mark.parametrize("name", CASES)
def test_a_filmed_run_learns_the_same_bits_and_tells_the_same(name: str) -> None:
    watched, alone = Trainer(CASES[name]), Trainer(CASES[name])
    told, frames = filmed(watched)
    assert frames
    plain = [event for event in alone.run() if event is not None]
    for kept in ("last", "best"):
        expected = alone.progress.kept[kept]
        assert watched.progress.kept[kept].keys() == expected.keys()
        assert all(torch.equal(watched.progress.kept[kept][key], each) for key, each in expected.items())
    curve = [[(each.train, each.validation, each.gradient_norm) for each in events if isinstance(each, EpochEnded)]
             for events in (told, plain)]  # fmt: skip
    assert curve[0] == curve[1]


@pytest.mark.parametrize("name", ["dropout", "augmentation", "attention"])
def test_two_runs_of_one_experiment_have_the_same_film(name: str) -> None:
    assert filmed(Trainer(CASES[name]))[1] == filmed(Trainer(CASES[name]))[1]


def test_whoever_draws_random_numbers_while_looking_does_not_shift_those_of_the_run() -> None:
    watched, alone = Trainer(MOONS), Trainer(MOONS)
    for _each in Film(watched, MOONS).run():
        if _each is not None:
            torch.rand(3)
    list(alone.run())
    assert all(torch.equal(watched.last_weights[name], each) for name, each in alone.last_weights.items())


def parts_at(frames: list[Frame]) -> dict[int, set[str]]:
    """What is known of each epoch: a later frame of an epoch stands in the place of an earlier one."""
    return {frame.epoch: set(frame.parts) for frame in frames}


def test_each_epoch_of_the_grid_has_all_parts_and_what_does_not_change_is_taken_once() -> None:
    _told, frames = filmed(Trainer(MOONS))
    found = parts_at(frames)
    assert list(found) == [0, 1, 2, 3, 4]
    assert found[0] - found[1] == {"points", "samples"}
    assert {WEIGHTS, "boundary", "confusion", "answers", "weights", "activations", "gradients"} <= found[1]
    assert found[1] == found[2] == found[3] == found[4]


def quick(epochs: int, **changed: Any) -> Experiment:
    return experiment({"name": "moons", "samples": 40}, [{"layer": "Output"}], epochs=epochs, batch_size=40, **changed)


def test_maps_of_the_plane_stand_at_more_epochs_than_the_other_parts() -> None:
    _told, frames = filmed(Trainer(quick(77)))
    found = parts_at(frames)
    assert [epoch for epoch, parts in found.items() if "boundary" in parts] == list(range(78))
    whole = {epoch for epoch, parts in found.items() if "confusion" in parts}
    assert whole - {77} == {*range(33), *range(34, 64, 2), *range(64, 77, 4)} - {77}


@pytest.mark.parametrize("epochs", [37, 45, 77])
def test_the_best_and_the_last_epoch_are_whole_also_where_the_grid_holds_a_part_of_them(epochs: int) -> None:
    trainer = Trainer(quick(epochs, patience=None, optimizer={"name": "SGD", "lr": 8.0}))
    _told, frames = filmed(trainer)
    found, now = parts_at(frames), trainer.progress
    assert not grid.is_recorded(epochs)
    for epoch in {now.best_epoch, now.epoch}:
        assert found[epoch] >= found[2], epoch
    for kept, epoch in (("best", now.best_epoch), ("last", epochs)):
        state = safetensors.torch.load(next(each.parts[WEIGHTS] for each in reversed(frames) if each.epoch == epoch))
        assert all(torch.equal(state[name], each) for name, each in now.kept[kept].items())
    last = next(frame for frame in reversed(frames) if frame.epoch == epochs)
    assert read(last.parts["gradients"])["0"]["moved"] is not None


def test_a_best_epoch_of_which_the_grid_holds_the_maps_alone_is_recorded_whole_at_the_end() -> None:
    trainer = Trainer(quick(45))
    frames = []
    for event in Film(trainer, trainer.experiment).run():
        if isinstance(event, EpochEnded) and event.epoch == 45:
            trainer.progress.best_epoch = 41  # as if it had been
        if isinstance(event, Frame):
            frames.append(event)
    assert next(set(each.parts) for each in frames if each.epoch == 41) == {"boundary", "neurons"}
    assert parts_at(frames)[41] == parts_at(frames)[45] == parts_at(frames)[40]


@pytest.mark.parametrize("lr", [1e30, 30.0])
def test_the_last_frame_of_a_run_that_broke_is_of_the_weights_that_were_kept(lr: float) -> None:
    trainer = Trainer(experiment("moons", WITH_DROPOUT[1:], optimizer={"name": "SGD", "lr": lr}, epochs=9))
    told, frames = filmed(trainer)
    diverged = next(event for event in told if isinstance(event, Diverged))
    assert isinstance(told[-1], RunFinished)
    state = safetensors.torch.load(next(each.parts[WEIGHTS] for each in frames if each.epoch == diverged.kept_epoch))
    assert all(torch.equal(state[name], each) for name, each in trainer.last_weights.items())
    assert max(parts_at(frames)) == diverged.kept_epoch


def test_weights_are_kept_at_fewer_epochs_where_there_is_less_room() -> None:
    size = sum(each.numel() * 4 for each in dlcore.build(quick(1)).state_dict().values())
    kept = {}
    for room in (DEFAULT_ROOM, 40 * size, 20 * size, 0):
        _told, frames = filmed(Trainer(quick(64)), room=room)
        kept[room] = [frame.epoch for frame in frames if WEIGHTS in frame.parts]
        assert parts_at(frames)[64] >= {"boundary", "confusion"}
    assert len(kept[DEFAULT_ROOM]) > len(kept[40 * size]) > len(kept[20 * size]) > 2
    assert len(kept[40 * size]) * size <= 40 * size * 0.75 + 2 * size  # those of the grid, the best and the last
    assert set(kept[20 * size]) - {64} <= set(kept[40 * size])
    assert kept[0] == []


def test_an_attempt_that_goes_on_records_nothing_twice_and_the_same_film_as_one_that_was_not_interrupted() -> None:
    described = quick(48)
    _told, whole = filmed(Trainer(described))
    first, parts, recorded = Trainer(described), list[Frame](), dict[int, set[str]]()
    checkpoint = None
    for event in Film(first, described).run():
        if isinstance(event, Frame):
            parts.append(event)
            recorded[event.epoch] = set(event.parts)
        elif isinstance(event, EpochEnded) and event.epoch == 20:
            checkpoint = first.checkpoint()  # and dies two epochs later: 21 and 22 were told, and are trained again
        elif isinstance(event, EpochEnded) and event.epoch == 22:
            break
    assert checkpoint is not None
    again = Trainer(described)
    again.restore(checkpoint)
    _told, rest = filmed(again, recorded=recorded)
    assert {frame.epoch for frame in rest} & {frame.epoch for frame in parts} <= {again.progress.best_epoch}
    found = {frame.epoch: frame for frame in [*parts, *rest]}
    assert found == {frame.epoch: frame for frame in whole}


def test_who_stops_at_an_epoch_has_its_frame() -> None:
    seen: list[int] = []
    for event in Film(Trainer(MOONS), MOONS).run():
        if isinstance(event, Frame):
            seen.append(event.epoch)
        if isinstance(event, EpochEnded) and event.epoch == 2:
            break
    assert seen == [0, 1, 2]


class Faulty(Probe):
    """Fails when it looks for the second time."""

    looks: ClassVar[int] = 0

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        cls.looks += 1
        if cls.looks == 2:
            raise RuntimeError("nothing to see")
        return {"epoch_seen": view.epoch}


def test_a_probe_that_fails_is_left_out_and_the_run_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    Faulty.looks = 0
    trainer = Trainer(MOONS)
    film = Film(trainer, MOONS)
    film.probes["faulty"] = Faulty
    with caplog.at_level(logging.ERROR):
        frames = [each for each in film.run() if isinstance(each, Frame)]
    assert [frame.epoch for frame in frames if "faulty" in frame.parts] == [0]
    assert Faulty.looks == 2
    assert trainer.progress.epoch == 4
    assert all("confusion" in frame.parts for frame in frames)
    assert "the probe faulty is left out" in caplog.text


def test_the_numbers_of_a_frame_are_those_of_its_arrays() -> None:
    for frame in filmed(Trainer(MOONS))[1]:
        seen = {name: read(part) for name, part in frame.parts.items() if name != WEIGHTS}
        assert frame.numbers["calibration.error"] == seen["calibration"]["error"]
        assert frame.numbers["gradients.0.norm"] == seen["gradients"]["0"]["norm"]
        assert frame.numbers["gradients.0.moved"] == seen["gradients"]["0"]["moved"]
        assert frame.numbers["weights.0.q50"] == seen["weights"]["0"]["quantiles"][2]
        assert (frame.numbers["gradients.0.moved"] is None) is (frame.epoch == 0)
