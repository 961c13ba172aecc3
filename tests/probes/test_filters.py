"""The filters that are shown are the first layer's own weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import safetensors.torch

from dlcore import network
from dlcore.network import about_of
from dlcore.probes import arrays
from dlcore.probes.filters import as_bytes, first_of
from dlcore.probes.frame import WEIGHTS
from tests.analyses.filmed import frames_of
from tests.training.experiments import experiment

END = [{"layer": "Flatten"}, {"layer": "Output"}]
CASES: dict[str, tuple[Any, Any, tuple[int, ...]]] = {
    "pictures": ("digits", [{"layer": "Conv2d", "out_channels": 5, "kernel_size": 3}, *END], (5, 1, 3, 3)),
    "rows of a Linear": ("digits", [*END[:1], {"layer": "Dropout"}, {"layer": "Linear", "out_features": 70}, *END[1:]],
                         (64, 1, 8, 8)),
    "rows of the output": ("digits", END, (10, 1, 8, 8)),
    "curves": ({"name": "waves", "samples": 200},
               [{"layer": "Conv1d", "out_channels": 6, "kernel_size": 9}, {"layer": "GlobalAvgPool"}, END[1]],
               (6, 1, 9)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_the_first_weights_at_every_epoch(name: str) -> None:
    dataset, layers, shape = CASES[name]
    frames = frames_of(experiment(dataset, layers, epochs=2))
    assert len(frames) == 3
    for frame in frames.values():
        seen = arrays.read(frame.parts["filters"])
        state = safetensors.torch.load(frame.parts[WEIGHTS])
        weights = state[min(key for key in state if key.endswith("weight"))]
        wanted = weights.numpy().reshape(len(weights), *shape[1:])[: shape[0]]
        assert seen["weights"].shape == shape
        assert seen["count"] == len(weights)
        assert seen["high"] == pytest.approx(np.abs(wanted).max())
        shown = (seen["weights"].astype(float) - 128) / 127 * seen["high"]
        assert np.abs(shown - wanted).max() <= seen["high"] / 254 + 1e-9


@pytest.mark.parametrize(
    ("dataset", "layers"),
    [
        ("iris", [{"layer": "Linear", "out_features": 4}, {"layer": "ReLU"}, {"layer": "Output"}]),
        ("digits", [{"layer": "MaxPool2d"}, *END]),
        ("digits", [{"layer": "BatchNorm2d"}, {"layer": "Conv2d"}, *END]),
        ({"name": "reviews", "samples": 200},
         [{"layer": "Embedding", "embedding_dim": 4}, {"layer": "PoolOverTime"}, {"layer": "Output"}]),
    ],
    ids=["a table", "places no more", "behind another layer with weights", "texts"],
)  # fmt: skip
def test_a_first_layer_whose_weights_are_no_picture_shows_none(dataset: Any, layers: Any) -> None:
    loss = "BCEWithLogitsLoss" if dataset != "iris" and dataset != "digits" else "CrossEntropyLoss"
    made = experiment(dataset, layers, loss=loss)
    assert first_of(about_of(made), network.trace(made)) is None


def test_a_weight_that_is_no_finite_number_is_the_byte_zero_and_sets_no_scale() -> None:
    bytes_of, high = as_bytes(np.array([np.nan, np.inf, -np.inf, 0.5, -2.0, 0.0]))
    assert list(bytes_of) == [0, 0, 0, 160, 1, 128]
    assert high == 2.0
    nothing, none = as_bytes(np.array([np.nan]))
    assert list(nothing) == [0]
    assert none is None
    assert list(as_bytes(np.zeros(2))[0]) == [128, 128]
