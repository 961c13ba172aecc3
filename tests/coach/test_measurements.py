"""What is measured inside a network, against torch and by hand, and that a run does not feel it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from dlcore import network
from dlcore.coach import Course
from dlcore.coach.measurements import Measurements, is_measured, measure, near_ends, path_of, silent_units
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.layers.stack import inside
from dlcore.training.events import BatchesEnded, Event
from dlcore.training.loop import Trainer
from dlcore.training.model_view import ModelView
from tests.training.experiments import MLP, experiment

DROPPING = [*MLP[:2], {"layer": "BatchNorm1d"}, {"layer": "ReLU"}, {"layer": "Dropout", "p": 0.3}, {"layer": "Output"}]
PICTURES = [{"layer": "Conv2d", "out_channels": 4}, {"layer": "BatchNorm2d"}, {"layer": "ReLU"},
            {"layer": "Residual", "layers": [{"layer": "Conv2d", "out_channels": 4, "padding": 1}, {"layer": "Tanh"}]},
            {"layer": "Flatten"}, {"layer": "Dropout", "p": 0.5}, {"layer": "Output"}]  # fmt: skip
WORDS = [{"layer": "Embedding", "embedding_dim": 8}, {"layer": "LSTM", "hidden_size": 8}, {"layer": "Output"}]
ATTENTION = [{"layer": "Embedding", "embedding_dim": 8}, {"layer": "TransformerEncoderLayer", "nhead": 2,
             "dim_feedforward": 16}, {"layer": "PoolOverTime"}, {"layer": "Output"}]  # fmt: skip


def of(name: str) -> Experiment:
    networks: dict[str, Any] = {"dropping": DROPPING, "pictures": PICTURES, "words": WORDS, "attention": ATTENTION}
    data = {"dropping": {"name": "iris"}, "pictures": {"name": "digits", "limit": 100}}
    reviews = {"name": "reviews", "samples": 120}
    plain = experiment().to_dict()
    plain["dataset"] = data.get(name, reviews)
    plain["training"].pop("loss")
    return Experiment.from_dict({**plain, "network": networks[name]})


def losses(events: list[Event]) -> list[float]:
    return [loss for event in events if isinstance(event, BatchesEnded) for loss in event.losses]


@pytest.mark.parametrize("name", ["dropping", "pictures", "words", "attention"])
def test_a_run_is_the_same_bits_with_and_without_the_coach(name: str) -> None:
    watched, plain = Trainer(of(name)), Trainer(of(name))
    before = torch.get_rng_state()
    seen = [event for event in Course(of(name), watched.data).follow(watched) if event is not None]
    assert torch.equal(torch.get_rng_state(), before)
    told = [event for event in plain.run() if event is not None]
    assert losses(seen) == losses(told)
    for weights in ("best_weights", "last_weights"):
        one, other = getattr(watched, weights), getattr(plain, weights)
        assert all(torch.equal(one[key], other[key]) for key in other)


@pytest.mark.parametrize("name", ["dropping", "pictures", "words", "attention"])
def test_measuring_leaves_modes_gradients_and_running_means_alone(name: str) -> None:
    described = of(name)
    data, model = load(described), network.build(described).train()
    next(model.children()).eval()  # a mode of its own
    modes = [module.training for module in model.modules()]
    first = next(model.parameters())
    first.grad = torch.ones_like(first)
    state = {key: each.clone() for key, each in model.state_dict().items()}
    loss = described.loss.call(data.about, data.train.y).build()  # type: ignore[attr-defined]
    measure(ModelView(model, data, torch.device("cpu"), 0, 64, loss))
    assert [module.training for module in model.modules()] == modes
    assert torch.equal(first.grad, torch.ones_like(first))
    assert all(each.grad is None for each in list(model.parameters())[1:])
    assert all(torch.equal(each, state[key]) for key, each in model.state_dict().items())


def test_gradients_are_those_of_torchs_backward() -> None:
    described = experiment()
    data, model = load(described), network.build(described).eval()
    found = measure(ModelView(model, data, torch.device("cpu"), 0, 10_000, nn.CrossEntropyLoss()))
    assert len(data.train) < 256  # so that the sample is the whole part
    loss = nn.CrossEntropyLoss()(model(data.train.x), data.train.y)
    loss.backward()
    linear = [module for module in model if isinstance(module, nn.Linear)]
    expected = [torch.cat([p.grad.flatten() for p in each.parameters()]).norm().item() for each in linear]
    assert found["loss"] == pytest.approx(loss.item(), rel=1e-6)
    np.testing.assert_allclose(found["gradients"], expected, rtol=1e-5)
    assert found["paths"] == ((1,), (3,))


def test_shares_of_units_by_hand() -> None:
    made = torch.tensor([[0.0, 0.0, 1.0], [0.0, 2.0, 0.0]])  # (N, units)
    assert silent_units(made) == pytest.approx(1 / 3)
    channels = torch.zeros(2, 4, 3, 3)
    channels[1, 2, 0, 0] = 1.0
    assert silent_units(channels) == pytest.approx(3 / 4)
    assert near_ends(torch.tensor([[-0.99, 0.0], [0.5, 0.995]]), -1.0, 1.0) == 0.5


def test_places_are_those_of_the_layers_inside_blocks_too() -> None:
    described = of("pictures")
    data, model = load(described), network.build(described)
    found = measure(ModelView(model, data, torch.device("cpu"), 0, 64, nn.CrossEntropyLoss()))
    layers = dict(inside(described.network))
    assert [layers[path].name for path in found["paths"]] == ["Conv2d", "BatchNorm2d", "Conv2d", "Output"]
    assert [layers[path].name for path in found["saturated"]] == ["Tanh"]
    assert path_of("2.branches.1.0") == (2, 1, 0)


def test_the_layer_that_broke_first_is_named() -> None:
    described = of("dropping")
    data, model = load(described), network.build(described)
    with torch.no_grad():
        model[1].weight[0, 0] = float("inf")
    found = measure(ModelView(model, data, torch.device("cpu"), 0, 64, nn.CrossEntropyLoss()))
    assert found["broken"] == (1,)


def test_the_grid_of_epochs_is_a_function_of_the_number_and_grows_thin() -> None:
    assert all(is_measured(epoch) for epoch in range(32))
    assert [epoch for epoch in range(32, 64) if is_measured(epoch)] == list(range(32, 64, 2))
    assert sum(is_measured(epoch) for epoch in range(100_000)) < 300


def test_how_far_weights_moved_is_told_an_epoch_in_proportion_to_their_length() -> None:
    described = experiment()
    data, model = load(described), network.build(described)
    inside_ = Measurements()
    inside_.add(ModelView(model, data, torch.device("cpu"), 0, 64, nn.CrossEntropyLoss()))
    with torch.no_grad():
        for each in model[1].parameters():
            each *= 3
    inside_.add(ModelView(model, data, torch.device("cpu"), 4, 64, nn.CrossEntropyLoss()))
    assert inside_.taken[1].moved == pytest.approx([2 / 4, 0.0])
