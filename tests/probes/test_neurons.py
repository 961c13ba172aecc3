"""The map of a neuron is what it gives at each place, and the edges are the weights: against torch, and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import dlcore
from dlcore.network import about_of, trace
from dlcore.presets import PRESETS
from dlcore.probes import arrays
from dlcore.probes.base import suitable
from dlcore.probes.boundary import Boundary
from dlcore.probes.neurons import SIDE, Neurons
from dlcore.training.loop import Trainer
from tests.training.experiments import experiment

DEEP = [
    {"layer": "Linear", "out_features": 5},
    {"layer": "BatchNorm1d"},
    {"layer": "LeakyReLU", "negative_slope": 0.2},
    {"layer": "Dropout", "p": 0.4},
    {"layer": "Linear", "out_features": 3, "bias": False},
    {"layer": "Tanh"},
    {"layer": "Output"},
]
ENDS = {"1": 3, "2": 5, "3": 6}  # by the column: the place of the last layer that works on its units


def network(*layers: Any) -> list[dict[str, Any]]:
    """Layers of these sizes, or by these names, and an Output."""
    return [{"layer": "Linear", "out_features": each} if isinstance(each, int) else {"layer": each}
            for each in (*layers, "Output")]  # fmt: skip


def values(column: dict[str, Any]) -> np.ndarray:
    """(units, side²): what a reader of the arrays takes the outputs for."""
    low, high = (column[name].astype(float)[:, None] for name in ("low", "high"))
    return low + column["values"].reshape(len(low), -1) / 255 * (high - low)


def points(seen: dict[str, Any]) -> torch.Tensor:
    """(side², 2): the points of the grid, row by row from the lowest x₂ up."""
    steps = np.arange(SIDE) / (SIDE - 1)
    x, y = (seen[axis][0] + (seen[axis][1] - seen[axis][0]) * steps for axis in "xy")
    return torch.tensor([(each, other) for other in y for each in x], dtype=torch.float32)


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    trainer = Trainer(experiment("moons", DEEP))
    list(trainer.run())
    return trainer


@pytest.fixture(scope="module")
def seen(trainer: Trainer) -> dict[str, Any]:
    return arrays.read(arrays.write(Neurons.measure(trainer.view())))


def test_each_map_is_what_a_hook_on_a_fresh_network_sees_at_its_points(trainer: Trainer, seen: dict[str, Any]) -> None:
    model = dlcore.build(trainer.experiment)
    model.load_state_dict(trainer.model.state_dict())
    model.eval()
    hooked: dict[str, torch.Tensor] = {}
    for column, place in ENDS.items():
        model[place].register_forward_hook(lambda _m, _x, made, column=column: hooked.update({column: made.detach()}))
    model(points(seen))
    for column, made in hooked.items():
        expected = made.double().T.numpy()
        steps = (expected.max(axis=1) - expected.min(axis=1))[:, None] / 255
        assert (np.abs(values(seen[column]) - expected) <= 0.51 * steps + 1e-5).all()
        assert seen[column]["low"] == pytest.approx(expected.min(axis=1), abs=1e-5)


def test_the_inputs_are_two_slopes_over_the_plane_of_the_boundary(trainer: Trainer, seen: dict[str, Any]) -> None:
    boundary = Boundary.measure(trainer.view())
    assert (seen["x"], seen["y"]) == (boundary["x"], boundary["y"])
    x1, x2 = seen["0"]["values"]
    assert (x1[:, 0] == 0).all()
    assert (x1[:, -1] == 255).all()
    assert (x2[0] == 0).all()
    assert (x2[-1] == 255).all()
    assert seen["0"]["high"] == pytest.approx([seen["x"][1], seen["y"][1]])


def test_the_edges_are_the_weights_and_a_layer_without_biases_has_none(trainer: Trainer, seen: dict[str, Any]) -> None:
    state = trainer.model.state_dict()
    for column, place in (("1", 0), ("2", 4), ("3", 6)):
        assert np.array_equal(seen[column]["weights"], state[f"{place}.weight"].numpy())
    assert np.array_equal(seen["1"]["bias"], state["0.bias"].numpy())
    assert "bias" not in seen["2"]
    assert "weights" not in seen["0"]


def test_two_neurons_by_hand() -> None:
    trainer = Trainer(experiment("xor", network(2, "ReLU")))
    with torch.no_grad():
        for name, rows in (("0.weight", [[1.0, 1.0], [1.0, -1.0]]), ("0.bias", [0.0, -0.5])):
            trainer.model.get_parameter(name).copy_(torch.tensor(rows))
        trainer.model.get_parameter("2.weight").copy_(torch.tensor([[2.0, -3.0], [0.0, 0.0]]))
        trainer.model.get_parameter("2.bias").copy_(torch.tensor([0.25, 7.0]))
    seen: Any = Neurons.measure(trainer.view())
    for place, (x1, x2) in enumerate(points(seen).tolist()):
        first, second = max(0.0, x1 + x2), max(0.0, x1 - x2 - 0.5)
        assert values(seen["1"])[:, place] == pytest.approx([first, second], abs=0.02)
        assert values(seen["2"])[0, place] == pytest.approx(2 * first - 3 * second + 0.25, abs=0.06)
    constant = {name: seen["2"][name][1] for name in ("low", "high", "values")}
    assert (constant["low"], constant["high"]) == (7.0, 7.0)
    assert not constant["values"].any()


def test_what_is_not_finite_is_marked_and_never_taken_for_a_number() -> None:
    trainer = Trainer(experiment("moons", network(3, "ReLU")))
    with torch.no_grad():
        trainer.model.get_parameter("0.weight")[1, 0] = 3e38  # overflows where |x₁| is more than about 1
        trainer.model.get_parameter("0.bias")[2] = torch.nan
    seen: Any = Neurons.measure(trainer.view())
    made = trainer.model[:2].eval()(points(seen)).T.detach()
    assert np.array_equal(seen["1"]["unfinite"].reshape(3, -1), (~made.isfinite()).numpy())
    assert 0 < seen["1"]["unfinite"][1].mean() < 1
    known = made[1][made[1].isfinite()]
    assert (seen["1"]["low"][1], seen["1"]["high"][1]) == pytest.approx((known.min().item(), known.max().item()))
    assert np.isnan(seen["1"]["low"][2])
    assert np.isnan(seen["1"]["high"][2])
    assert "unfinite" not in seen["0"]
    assert arrays.read(arrays.write(seen))["1"]["unfinite"].dtype == np.uint8


def test_looking_changes_neither_the_network_nor_its_mode(trainer: Trainer) -> None:
    before = {name: each.clone() for name, each in trainer.model.state_dict().items()}
    trainer.model.train()
    Neurons.measure(trainer.view())
    assert trainer.model.training
    assert all(torch.equal(each, before[name]) for name, each in trainer.model.state_dict().items())


@pytest.mark.parametrize(
    ("dataset", "layers", "suits"),
    [
        ("moons", network(), True),
        ("moons", network(24, "Tanh", 24, "Tanh", 24, "Tanh", 24, "Tanh"), True),  # 100 with inputs and outputs
        ("moons", network(24, "Tanh", 24, "Tanh", 24, "Tanh", 24, "Tanh", 1), False),
        ("moons", network(25, "Tanh"), False),
        ("moons", network("Flatten", "Tanh", 4, "Softmax", "LayerNorm", "Dropout"), True),
        ("moons", [*network(4)[:1], {"layer": "Reshape", "sizes": [2, 2]}, *network("Flatten")], False),
        ("moons", [{"layer": "Residual", "layers": network(2)[:1]}, *network()], False),
        ("iris", network(4, "ReLU"), False),
        ({"name": "films"}, network("Embedding", "Flatten"), False),
    ],
)
def test_networks_of_a_few_linear_layers_on_the_plane_have_a_diagram(dataset: Any, layers: Any, suits: bool) -> None:
    made = experiment(dataset, layers, **({"loss": "MSELoss"} if isinstance(dataset, dict) else {}))
    assert ("neurons" in suitable(about_of(made), trace(made))) is suits
    if suits:
        described = Neurons.options(made, about_of(made), trace(made))["columns"]
        seen: Any = Neurons.measure(Trainer(made).view())
        assert [each["units"] for each in described] == [len(seen[str(n)]["values"]) for n in range(len(described))]


def test_columns_are_called_by_their_layers_and_outputs_by_their_classes() -> None:
    made = PRESETS["playground"].experiment
    columns = Neurons.options(made, about_of(made), trace(made))["columns"]
    assert [each["layers"] for each in columns] == [[], ["Linear", "Tanh"], ["Linear", "Tanh"], ["Output"]]
    assert columns[0]["names"] == ["x₁", "x₂"]
    assert columns[-1]["names"] == list(about_of(made).classes)
