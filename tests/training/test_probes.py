"""The map of a plane is what the network answers there, taken after epochs and never of a broken network."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

import dlcore
from dlcore.training.events import Diverged, EpochEnded, Event, Probed, RunFinished
from dlcore.training.loop import Trainer, train
from dlcore.training.probes import BOUNDARY_SIDE, with_probes

from .experiments import WITH_DROPOUT, experiment

MOONS = experiment("moons", WITH_DROPOUT[1:], epochs=3)


def bytes_of(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), dtype=np.uint8).reshape(BOUNDARY_SIDE, BOUNDARY_SIDE)


def maps(events: Iterable[Event | None]) -> list[Probed]:
    return [event for event in events if isinstance(event, Probed) and event.what == "boundary"]


def holds_what_it_answers(probed: Probed, model: nn.Module) -> None:
    """Every point of the map is the class that the network answers there, and how sure it is."""
    (low_x, high_x), (low_y, high_y) = probed.values["x"], probed.values["y"]
    classes, shares = bytes_of(probed.values["classes"]), bytes_of(probed.values["values"])
    steps = np.arange(BOUNDARY_SIDE) / (BOUNDARY_SIDE - 1)
    model.eval()
    for row in range(BOUNDARY_SIDE):
        points = np.stack(
            [low_x + (high_x - low_x) * steps, np.full(BOUNDARY_SIDE, low_y + (high_y - low_y) * steps[row])]
        )
        with torch.no_grad():
            answers = model(torch.tensor(points.T, dtype=torch.float32)).softmax(dim=1)  # (side, classes)
        clear = (answers[:, 0] - answers[:, 1]).abs().numpy() > 1e-4  # elsewhere the last digit decides
        assert (classes[row] == answers.argmax(dim=1).numpy())[clear].all()
        assert np.abs(shares[row] / 255 - answers.max(dim=1).values.numpy()).max() < 0.5 / 255 + 1e-4


def test_the_map_is_what_the_network_answers_at_its_points() -> None:
    trainer = Trainer(MOONS)
    probed = maps(with_probes(trainer))[-1]
    assert probed.epoch == trainer.progress.epoch
    holds_what_it_answers(probed, trainer.model)


def test_the_plane_holds_all_training_points_with_a_margin() -> None:
    trainer = Trainer(MOONS)
    probed = next(event for event in with_probes(trainer) if isinstance(event, Probed))
    x = trainer.data.train.x
    for axis, name in enumerate("xy"):
        low, high = probed.values[name]
        assert low < x[:, axis].min()
        assert high > x[:, axis].max()


def test_the_first_and_the_last_epoch_are_always_seen() -> None:
    events = list(train(MOONS))
    seen = [event.epoch for event in events if isinstance(event, Probed)]
    assert seen[0] == 0
    assert seen[-1] == 3
    assert isinstance(events[-1], RunFinished)
    for before, event in pairwise(events):
        if isinstance(event, Probed) and event.epoch < 3:
            assert isinstance(before, EpochEnded | Probed)
            assert before.epoch == event.epoch


def test_watching_changes_nothing_in_what_is_learned() -> None:
    watched, alone = Trainer(MOONS), Trainer(MOONS)
    list(with_probes(watched))
    list(alone.run())
    for name, tensor in alone.last_weights.items():
        assert torch.equal(watched.last_weights[name], tensor)


def test_data_with_other_than_two_columns_has_no_map() -> None:
    probed = [event.what for event in train(experiment("iris")) if isinstance(event, Probed)]
    assert "boundary" not in probed


@pytest.mark.parametrize("lr", [1e30, 30.0])
def test_the_map_of_a_run_that_broke_is_the_kept_networks(lr: float) -> None:
    trainer = Trainer(experiment("moons", WITH_DROPOUT[1:], optimizer={"name": "SGD", "lr": lr}, epochs=9))
    events = list(with_probes(trainer))
    diverged = next(event for event in events if isinstance(event, Diverged))
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.reason == "diverged"
    last = maps(events)[-1]
    assert last.epoch == diverged.kept_epoch
    kept = dlcore.build(trainer.experiment)
    kept.load_state_dict(trainer.last_weights)
    holds_what_it_answers(last, kept)
