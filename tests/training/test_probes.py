"""The map of a plane is what the network answers there, taken after epochs and never of a broken network."""

from __future__ import annotations

import base64
from itertools import pairwise

import numpy as np
import torch

from dlcore.training.events import EpochEnded, Probed, RunFinished
from dlcore.training.loop import Trainer, train
from dlcore.training.probes import BOUNDARY_SIDE, with_probes

from .experiments import WITH_DROPOUT, experiment

MOONS = experiment("moons", WITH_DROPOUT[1:], epochs=3)


def bytes_of(packed: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed), dtype=np.uint8).reshape(BOUNDARY_SIDE, BOUNDARY_SIDE)


def test_the_map_is_what_the_network_answers_at_its_points() -> None:
    trainer = Trainer(MOONS)
    probed = [event for event in with_probes(trainer) if isinstance(event, Probed) and event.what == "boundary"][-1]
    low_x, high_x = probed.values["x"]
    low_y, high_y = probed.values["y"]
    trainer.model.eval()
    classes, shares = bytes_of(probed.values["classes"]), bytes_of(probed.values["values"])
    for row, column in [(0, 0), (3, 70), (40, 12), (79, 79)]:
        x = low_x + (high_x - low_x) * column / (BOUNDARY_SIDE - 1)
        y = low_y + (high_y - low_y) * row / (BOUNDARY_SIDE - 1)
        answer = trainer.model(torch.tensor([[x, y]])).softmax(dim=1)[0]
        assert classes[row, column] == answer.argmax()
        assert abs(int(shares[row, column]) / 255 - answer.max().item()) < 0.01


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


def test_the_map_of_a_run_that_broke_is_the_kept_networks() -> None:
    broken = experiment("moons", WITH_DROPOUT[1:], optimizer={"name": "SGD", "lr": 1e30}, epochs=9)
    *_, finished = train(broken)
    assert isinstance(finished, RunFinished)
    assert finished.reason == "diverged"
