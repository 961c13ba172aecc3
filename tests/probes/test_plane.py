"""The map of a plane is what the network answers there; the points on it are the examples."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

from dlcore.data.base import Part, Task
from dlcore.experiment import DatasetChoice
from dlcore.network import trace
from dlcore.probes.base import suitable
from dlcore.probes.boundary import MARGIN, SIDE, Boundary
from dlcore.probes.points import MOST_POINTS, Points
from dlcore.training.loop import Trainer
from tests.probes.learned import Learned, learned
from tests.training.experiments import WITH_DROPOUT, experiment
from tests.training.test_tasks import CASES, Toy

MOONS = experiment("moons", WITH_DROPOUT[1:], epochs=2)
DENSE = [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}]


def toy(task: Task) -> Learned:
    loss = next(name for each, name in CASES if each == task)
    plain = experiment("iris", DENSE, loss=loss, epochs=2)
    return learned(plain.model_copy(update={"dataset": DatasetChoice(source=Toy(asked=task))}))


def places(seen: dict[str, list[float]]) -> torch.Tensor:
    """(SIDE, SIDE, 2): every place of the map, computed one by one, a row being one x₂."""
    (left, right), (low, high) = seen["x"], seen["y"]
    across = [left + (right - left) * column / (SIDE - 1) for column in range(SIDE)]
    up = [low + (high - low) * row / (SIDE - 1) for row in range(SIDE)]
    return torch.tensor([[[x, y] for x in across] for y in up])


@torch.no_grad()
def answers(model: nn.Module, seen: dict[str, list[float]]) -> torch.Tensor:
    return model(places(seen).reshape(-1, 2)).reshape(SIDE, SIDE, -1)  # type: ignore[no-any-return]


def test_the_map_is_what_the_network_answers_at_its_points() -> None:
    run = learned(MOONS)
    seen = Boundary.measure(run.view)
    shares = answers(run.model, seen).softmax(dim=2)
    clear = ((shares[..., 0] - shares[..., 1]).abs() > 1e-4).numpy()  # elsewhere the last digit decides
    assert (seen["classes"] == shares.argmax(dim=2).numpy())[clear].all()
    assert np.abs(seen["values"] / 255 - shares.max(dim=2).values.numpy()).max() < 0.5 / 255 + 1e-4
    assert clear.mean() > 0.9
    assert set(np.unique(seen["classes"])) == {0, 1}


def test_yes_and_no_are_two_regions_of_one_score() -> None:
    run = toy("binary")
    seen = Boundary.measure(run.view)
    yes = answers(run.model, seen).sigmoid()[..., 0].numpy()
    clear = np.abs(yes - 0.5) > 1e-4
    assert ((seen["classes"] == 1) == (yes > 0.5))[clear].all()
    assert np.abs(seen["values"] / 255 - np.maximum(yes, 1 - yes)).max() < 0.5 / 255 + 1e-4


def test_a_learned_surface_is_between_its_lowest_and_highest_answer() -> None:
    run = toy("regression")
    seen = Boundary.measure(run.view)
    heights = answers(run.model, seen)[..., 0].numpy()
    assert (seen["low"], seen["high"]) == (pytest.approx(heights.min()), pytest.approx(heights.max()))
    extent = seen["high"] - seen["low"]
    assert seen["low"] + seen["values"] / 255 * extent == pytest.approx(heights, abs=0.51 / 255 * extent)
    assert "unfinite" not in seen


class Broken(nn.Module):
    """Answers no number on one side of the plane."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.where(x[:, :1] > 0, x[:, 1:], torch.nan)


def test_places_without_a_finite_answer_are_marked_as_such() -> None:
    run = toy("regression")
    seen = Boundary.measure(dataclasses.replace(run.view, model=Broken()))
    left = places(seen)[..., 0].numpy() <= 0
    assert (seen["unfinite"].astype(bool) == left).all()
    assert np.isfinite([seen["low"], seen["high"]]).all()


def test_a_map_without_any_finite_answer_is_one_of_nothing() -> None:
    run = toy("regression")

    class Lost(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.full((len(x), 1), torch.inf)

    seen = Boundary.measure(dataclasses.replace(run.view, model=Lost()))
    assert seen["unfinite"].all()
    assert (seen["low"], seen["high"]) == (0.0, 0.0)


@pytest.mark.parametrize("name", ["moons", "circles", "xor"])
def test_the_plane_holds_all_training_points_with_a_margin(name: str) -> None:
    trainer = Trainer(experiment(name, WITH_DROPOUT[1:]))
    seen = Boundary.measure(trainer.view())
    for axis, letter in enumerate("xy"):
        column = trainer.data.train.x[:, axis].double()
        margin = MARGIN * (column.max() - column.min())
        assert seen[letter] == pytest.approx([(column.min() - margin).item(), (column.max() + margin).item()], rel=1e-4)


@pytest.mark.parametrize("described", [experiment("iris"), experiment("diabetes"), experiment("digits")])
def test_data_with_other_than_two_columns_has_neither_map_nor_points(described: object) -> None:
    view = Trainer(described).view()  # type: ignore[arg-type]
    assert {"boundary", "points"}.isdisjoint(suitable(view.about, trace(described)))  # type: ignore[arg-type]


def test_looking_leaves_dropout_as_it_was() -> None:
    trainer = Trainer(MOONS)
    trainer.model.train()
    Boundary.measure(trainer.view())
    assert all(each.training for each in trainer.model.modules())


def test_points_are_the_examples_with_their_targets() -> None:
    run = learned(MOONS)
    seen = Points.measure(run.view)
    for name, part in (("train", run.data.train), ("validation", run.data.validation)):
        rows = np.linspace(0, len(part) - 1, min(MOST_POINTS, len(part))).round().astype(int)
        assert np.stack([seen[name]["x"], seen[name]["y"]], axis=1) == pytest.approx(part.x.numpy()[rows])
        assert seen[name]["target"].tolist() == part.y.numpy()[rows].tolist()


def test_of_a_long_part_four_hundred_points_are_taken_evenly() -> None:
    view = Trainer(MOONS).view()
    long = Part(torch.stack([torch.arange(4_000.0), torch.zeros(4_000)], dim=1), torch.zeros(4_000).long())
    seen = Points.measure(dataclasses.replace(view, data=dataclasses.replace(view.data, train=long)))
    assert len(seen["train"]["x"]) == MOST_POINTS
    assert (seen["train"]["x"][0], seen["train"]["x"][-1]) == (0, 3_999)
    assert set(np.diff(seen["train"]["x"])) == {10, 11} or set(np.diff(seen["train"]["x"])) == {10}
