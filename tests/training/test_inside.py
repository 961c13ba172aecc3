"""A look into the layers tells what is there, at any time, and disturbs nothing."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcore.training.events import EpochEnded, Probed
from dlcore.training.layer_statistics import BINS, activations, counted, silent, weights
from dlcore.training.loop import Trainer
from dlcore.training.probes import with_probes

from .experiments import MLP, WITH_DROPOUT, experiment

BLOCK = {"layer": "Residual", "layers": [{"layer": "Linear", "out_features": 32}, {"layer": "ReLU"}]}


def test_every_weight_of_a_layer_is_counted_and_no_bias() -> None:
    trainer = Trainer(experiment())
    layers = {layer["place"]: layer for layer in weights(trainer.view()).values["layers"]}
    assert sorted(layers) == [1, 3]
    weight = trainer.model[1].weight.detach().numpy()  # type: ignore[index]
    assert sum(layers[1]["counts"]) == weight.size
    assert layers[1]["low"] == pytest.approx(weight.min())
    assert layers[1]["high"] == pytest.approx(weight.max())


def test_what_each_layer_gives_is_what_it_gives_in_eval_mode() -> None:
    trainer = Trainer(experiment(network=WITH_DROPOUT))
    layers = activations(trainer.view()).values["layers"]
    assert [layer["place"] for layer in layers] == list(range(len(WITH_DROPOUT)))
    made = trainer.data.validation.x.flatten(1)
    for module, layer in zip(trainer.model.eval().children(), layers, strict=True):
        made = module(made)
        assert layer["high"] == pytest.approx(made.max().item(), rel=1e-5)
        assert sum(layer["counts"]) == made.numel()


def test_a_neuron_that_never_speaks_is_silent() -> None:
    made = torch.tensor([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0]])
    assert silent(made) == 0.5


def test_blocks_are_looked_at_as_one_layer() -> None:
    trainer = Trainer(experiment(network=[*MLP[:2], BLOCK, MLP[3]]))
    assert [layer["place"] for layer in weights(trainer.view()).values["layers"]] == [1, 2, 3]
    assert [layer["place"] for layer in activations(trainer.view()).values["layers"]] == [0, 1, 2, 3]


def test_a_large_layer_is_sampled_and_what_is_not_finite_left_out() -> None:
    counts = counted(torch.cat([torch.randn(100_000), torch.tensor([torch.nan, torch.inf])]))["counts"]
    assert len(counts) == BINS
    assert 19_000 < sum(counts) <= 21_000
    assert counted(torch.full((3,), torch.nan)) == {"low": 0.0, "high": 0.0, "counts": [0] * BINS}


def test_looking_changes_neither_the_weights_nor_the_scores() -> None:
    looked, alone = Trainer(experiment(network=WITH_DROPOUT)), Trainer(experiment(network=WITH_DROPOUT))
    scores = [
        [event.validation for event in stream if isinstance(event, EpochEnded)]
        for stream in (with_probes(looked), alone.run())
    ]
    assert scores[0] == scores[1]
    assert all(torch.equal(looked.last_weights[name], each) for name, each in alone.last_weights.items())


def test_the_first_and_the_last_epoch_are_looked_into() -> None:
    events = list(with_probes(Trainer(experiment(epochs=3))))
    for what in ("weights", "activations"):
        seen = [event.epoch for event in events if isinstance(event, Probed) and event.what == what]
        assert seen[0] == 0
        assert seen[-1] == 3


def test_what_is_seen_is_plain_json() -> None:
    import json

    for probed in (weights(Trainer(experiment()).view()), activations(Trainer(experiment()).view())):
        assert json.loads(json.dumps(probed.to_json(), allow_nan=False))
        assert np.isfinite([layer["low"] for layer in probed.values["layers"]]).all()
