"""The hidden space is scikit-learn's PCA of what a layer gives, fitted once and used at every epoch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA

from dlcore.analyses.filmed_run import FilmedRun
from dlcore.analyses.hidden_space import Components
from dlcore.errors import DlcoreError
from tests.analyses.filmed import answered, filmed_run
from tests.training.experiments import experiment

SEQUENCE = [
    {"layer": "Embedding", "embedding_dim": 8},
    {"layer": "GRU", "hidden_size": 6, "every_step": True},
    {"layer": "PoolOverTime"},
    {"layer": "Output"},
]
CASES = {
    "a table": experiment(),
    "values": experiment("diabetes"),
    "images": experiment(
        "digits",
        [{"layer": "Conv2d", "out_channels": 4}, {"layer": "ReLU"}, {"layer": "Flatten"}, {"layer": "Output"}],
        epochs=2,
    ),
    "texts": experiment({"name": "reviews", "samples": 200}, SEQUENCE, loss="BCEWithLogitsLoss", epochs=2),
}


def outputs(run: FilmedRun, epoch: int, layer: int, places: np.ndarray) -> np.ndarray:
    """(N, D): what the first layers, cut off behind this one, give for these examples of the validation part."""
    with torch.no_grad():
        made = run.model(epoch)[: layer + 1](run.data.validation.x[places.tolist()])  # type: ignore[index]
    return made.flatten(1).double().numpy()


@pytest.mark.parametrize("name", CASES)
def test_every_epoch_is_projected_with_the_components_of_the_last(name: str) -> None:
    run = filmed_run(CASES[name])
    for layer in range(len(run.steps)):
        seen = answered(run, "hidden_space", layer=layer)
        assert list(seen["epochs"]) == run.epochs
        last = outputs(run, run.epochs[-1], layer, seen["places"])
        if last.shape[1] < 2:
            continue
        pca = PCA(2, svd_solver="full").fit(last)
        assert seen["explained"] == pytest.approx(pca.explained_variance_ratio_, abs=1e-5)
        for epoch, xy in zip(run.epochs, seen["xy"], strict=True):
            wanted = pca.transform(outputs(run, epoch, layer, seen["places"]))
            for axis in range(2):
                scale = max(np.abs(wanted[:, axis]).max(), np.abs(pca.transform(last)).max())
                apart = min(np.abs(xy[:, axis].astype(float) - sign * wanted[:, axis]).max() for sign in (1, -1))
                assert apart < 2e-3 * scale, (layer, epoch, axis)


def test_the_truth_is_that_of_the_examples() -> None:
    run = filmed_run(CASES["a table"])
    seen = answered(run, "hidden_space")
    assert seen["layer"] == len(run.steps) - 2
    assert list(seen["truth"]) == run.data.validation.y[seen["places"].tolist()].tolist()
    values = filmed_run(CASES["values"])
    told = answered(values, "hidden_space")["truth"]
    scaled = values.data.validation.y[:, 0].double().numpy() * values.data.scaling["y"]["scale"][0]
    assert told == pytest.approx(scaled + values.data.scaling["y"]["offset"][0], rel=1e-5)


def test_a_layer_with_one_output_lies_on_a_line() -> None:
    seen = answered(filmed_run(CASES["values"]), "hidden_space", layer=3)
    assert not seen["xy"][:, :, 1].any()
    assert seen["explained"] == pytest.approx([1, 0])


@pytest.mark.parametrize("layer", [-1, 4, "2", None, True, 1.5])
def test_a_layer_that_there_is_not_is_refused(layer: object) -> None:
    run = filmed_run(CASES["a table"])
    with pytest.raises(DlcoreError, match="layer must be a whole number from 0 to 3"):
        answered(run, "hidden_space", layer=layer)


def test_an_example_without_finite_numbers_has_no_place_and_moves_no_other() -> None:
    numbers = torch.randn(20, 5, generator=torch.Generator().manual_seed(1)).double()
    spoiled = numbers.clone()
    spoiled[3, 2], spoiled[7, 0] = float("nan"), float("inf")
    known = [place for place in range(20) if place not in (3, 7)]
    xy = Components(spoiled).project(spoiled)
    assert np.isnan(xy[[3, 7]]).all()
    assert xy[known] == pytest.approx(Components(numbers[known]).project(numbers[known]))


def test_a_layer_that_gives_no_finite_numbers_at_the_end_is_said() -> None:
    with pytest.raises(DlcoreError, match="no finite numbers"):
        Components(torch.full((9, 3), float("nan")).double())


def test_outputs_that_are_all_the_same_lie_on_one_point() -> None:
    components = Components(torch.ones(9, 3).double())
    assert not components.project(torch.ones(9, 3).double()).any()
    assert not components.explained.any()
