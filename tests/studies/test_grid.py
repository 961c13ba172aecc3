"""Grids: each cell is the run that its two settings make, and double descent is found where it was put."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.studies import Study
from dlcore.studies.assignment import assign, current
from dlcore.studies.conclusions import conclusion
from dlcore.studies.double_descent import Descent, double_descent
from dlcore.studies.grid import Grid
from dlcore.studies.grid_map import cells, lines
from dlcore.studies.local import train_here
from dlcore.studies.variables import variables
from dlcore.training.events import EpochEnded
from dlcore.training.loop import train
from tests.runs.living import digits

BASE = digits(epochs=2)  # Flatten, Linear 32, ReLU, Dropout 0.3, Output; 400 rows


def sizes(experiment: Experiment) -> list[Any]:
    return [getattr(layer, "out_features", getattr(layer, "p", layer.name)) for layer in experiment.network[1:-1]]


def test_a_cell_is_the_run_that_its_settings_make(one_thread: None) -> None:
    kind = Grid(x="network.width", x_values=(0.5, 1), y="dataset.limit", y_values=(60, 400))
    study = Study.of(kind, BASE, 2)
    results = list(train_here(study))
    found = cells(study, results)
    plain = BASE.to_dict()
    plain["network"][1]["out_features"] = 16
    plain["dataset"]["limit"] = 60
    told = [each for each in train(Experiment.from_dict({**plain, "seed": 1})) if isinstance(each, EpochEnded)]
    assert (results[1].train, results[1].last) == (told[-1].train, told[-1].validation)  # to the last bit
    assert (1 - found[0].training[1], 1 - found[0].validation[1]) == pytest.approx(
        (told[-1].train.accuracy, told[-1].validation.accuracy if told[-1].validation else None)
    )
    assert [[(each.x, each.y) for each in line] for line in lines(found).values()] == [
        [(0.5, 60), (1, 60)],
        [(0.5, 400), (1, 400)],
    ]
    assert "The lowest mean validation error (1 − accuracy) is" in conclusion(study, results).says[0]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"network.width": 2}, [64, "ReLU", 0.3]),
        ({"network.hidden_layers": 2}, [32, "ReLU", 0.3, 32, "ReLU", 0.3]),
        ({"network.hidden_layers": 2, "network.width": 0.25, "network.dropout": 0}, [8, "ReLU", 8, "ReLU"]),
        ({"network.dropout": 0.5}, [32, "ReLU", 0.5]),
        ({"network.4.p": 0.1, "network.2.out_features": 5}, [5, "ReLU", 0.1]),
        ({"network.hidden_layers": 3, "network.8.out_features": 4}, [32, "ReLU", 0.3, 32, "ReLU", 0.3, 4, "ReLU", 0.3]),
    ],
)
def test_structure_is_set_as_numbers(values: dict[str, Any], wanted: list[Any]) -> None:
    twin = assign(BASE, values)
    assert sizes(twin) == wanted
    assert {field: current(twin, field) for field in values if field != "network.width"} == {
        field: value for field, value in values.items() if field != "network.width"
    }
    assert twin.training == BASE.training
    assert twin.dataset == BASE.dataset


def test_another_optimizer_comes_with_its_usual_settings_and_leaves_out_what_it_does_not_have() -> None:
    twin = assign(BASE, {"training.optimizer": "SGD", "training.optimizer.weight_decay": 0.1})
    assert twin.training.optimizer.to_dict() == {"name": "SGD", "lr": 0.1, "weight_decay": 0.1} | {
        name: value for name, value in twin.training.optimizer.to_dict().items() if name in ("momentum", "nesterov")
    }
    twin = assign(BASE, {"training.optimizer": "Adagrad", "training.optimizer.momentum": 0.9})
    assert twin.training.optimizer.name == "Adagrad"


def test_what_is_offered_can_be_set() -> None:
    offered = {each.field: each for each in variables(BASE)}
    assert {"training.optimizer.lr", "network.width", "network.hidden_layers", "dataset.limit"} <= set(offered)
    for each in offered.values():
        for value in each.grid:
            assign(BASE, {each.field: value})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"x": "network.9.p", "x_values": (0.1, 0.2)}, "one of 1, 2, 3, 4, 5, but '9' came"),
        ({"x": "network.2.p", "x_values": (0.1, 0.2)}, "layer 2: Unknown setting 'p'"),
        ({"x": "seed", "x_values": (1, 2)}, "seed: names no setting of this experiment"),
        ({"x": "network.width", "x_values": (1,)}, "x_values: must be 2 or more values, each once"),
        ({"x": "network.width", "x_values": (1, 1)}, "x_values: must be 2 or more values, each once"),
        ({"x": "network.width", "x_values": (1, -2)}, r"network.width: must be a number above 0"),
        ({"x": "network.width", "y": "network.width", "y_values": (1, 2)}, "y: must be another setting than x"),
        ({"x": "training.batch_size", "x_values": (8, "many")}, "training.batch_size: must be a whole number"),
        ({"x": "training.batch_size", "x_values": tuple(range(1, 50))}, "arms: must be at most 40, but 49 came"),
    ],
)
def test_a_wrong_grid_is_told_in_a_sentence(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(DlcoreError, match=said):
        Study.of(Grid(**settings), BASE, 1)


def curves(means: Sequence[float], spread: float, seeds: int = 6) -> list[dict[int, float]]:
    """Errors by seed around these means, as noise makes them."""
    draw = random.Random(0)
    return [{seed: mean + draw.gauss(0, spread) for seed in range(seeds)} for mean in means]


def test_a_peak_between_two_valleys_is_double_descent() -> None:
    found = double_descent(curves([0.5, 0.2, 0.35, 0.15, 0.1], 0.01), "accuracy")
    assert found is not None
    assert (found.valley, found.peak, found.beyond) == (1, 2, 4)
    assert found.rise == pytest.approx(0.15, abs=0.02)
    assert found.fall == pytest.approx(0.25, abs=0.02)
    assert double_descent(curves([1.2, 0.6, 1.0, 0.5], 0), "loss") == Descent(1, 2, 3, pytest.approx(0.4), 0.5)


@pytest.mark.parametrize(
    ("means", "spread", "seeds"),
    [
        ([0.5, 0.3, 0.2, 0.15], 0.01, 6),  # falls
        ([0.5, 0.2, 0.3, 0.4], 0.01, 6),  # a U
        ([0.2, 0.203, 0.2, 0.201], 0.0001, 6),  # by less than matters
        ([0.5, 0.2, 0.25, 0.2], 0.2, 6),  # as chance does
        ([0.5, 0.2, 0.4, 0.1], 0, 1),  # one seed
    ],
)
def test_no_other_curve_is_double_descent(means: list[float], spread: float, seeds: int) -> None:
    assert double_descent(curves(means, spread, seeds), "accuracy") is None


def test_noise_alone_is_called_double_descent_less_often_than_once_in_twenty() -> None:
    draw = random.Random(1)
    flat = ([{seed: draw.gauss(0.3, 0.05) for seed in range(6)} for _ in range(6)] for _ in range(300))
    assert sum(double_descent(each, "accuracy") is not None for each in flat) <= 15
