"""The landscape of the loss is what plain torch measures at moved weights; its directions are those of the papers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from sklearn.decomposition import PCA
from torch import Tensor, nn

from dlcore.analyses.directions import principal_plane, random_direction
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.analyses.landscape import Landscape, around
from dlcore.analyses.weights_loss import ROWS, heights, plan
from dlcore.errors import DlcoreError
from dlcore.probes import arrays
from tests.analyses.trained import filmed, state_of, without_progress

CNN = [{"layer": "Conv2d", "out_channels": 4, "kernel_size": 3}, {"layer": "BatchNorm2d"}, {"layer": "ReLU"},
       {"layer": "Flatten"}, {"layer": "Linear", "out_features": 12}, {"layer": "ReLU"},
       {"layer": "Output"}]  # fmt: skip


@pytest.fixture(scope="module")
def run() -> FilmedRun:
    return filmed({"name": "digits"}, CNN, epochs=5)


@pytest.fixture(scope="module")
def found(run: FilmedRun) -> dict[str, dict[str, Any]]:
    return {mode: asked(run, mode=mode) for mode in ("random", "path")}


def asked(run: FilmedRun, **question: Any) -> dict[str, Any]:
    return arrays.read(arrays.write(Landscape.compute(run, question, without_progress)))


def moved(run: FilmedRun, *steps: tuple[float, dict[str, Tensor]]) -> nn.Module:
    """The final network, its parameters moved by hand along these directions."""
    model = run.model(run.epochs[-1])
    with torch.no_grad():
        for step, direction in steps:
            for name, each in model.named_parameters():
                each += step * direction[name]
    return model


def loss_of(run: FilmedRun, model: nn.Module, rows: int) -> float:
    """Plain torch: the mean cross entropy of so many rows of the training part, evenly spread."""
    chosen = np.round(np.linspace(0, len(run.data.train) - 1, rows)).astype(int)
    x, y = run.data.train.x[chosen], run.data.train.y[chosen]
    with torch.no_grad():
        return float(nn.functional.cross_entropy(model(x), y))


@pytest.mark.parametrize("mode", ["random", "path"])
def test_the_centre_is_the_loss_of_the_final_weights(
    run: FilmedRun, found: dict[str, dict[str, Any]], mode: str
) -> None:
    expected = loss_of(run, run.model(run.epochs[-1]), found[mode]["rows"])
    assert found[mode]["centre"] == pytest.approx(expected, rel=1e-4)
    assert found[mode]["epoch"] == run.epochs[-1]
    if mode == "random":
        middle = found[mode]["size"] // 2
        assert found[mode]["loss"][middle, middle] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("corner", [(0, 0), (0, -1), (-1, 0), (-1, -1)])
def test_the_corners_are_the_losses_of_weights_moved_by_hand(
    run: FilmedRun, found: dict[str, dict[str, Any]], corner: tuple[int, int]
) -> None:
    row, column = corner
    first, second = (random_direction(run.model(run.epochs[-1]), seed) for seed in (0, 1))
    steps = [(found["random"]["x"][column], first), (found["random"]["y"][row], second)]
    assert {abs(step) for step, _ in steps} == {1}
    expected = loss_of(run, moved(run, *steps), found["random"]["rows"])
    assert found["random"]["loss"][row, column] == pytest.approx(expected, rel=1e-3)


def test_another_seed_shows_other_directions(run: FilmedRun) -> None:
    one, same, other = (random_direction(run.model(5), seed)["0.weight"] for seed in (0, 0, 2))
    assert torch.equal(one, same)
    assert not torch.allclose(one, other)


def test_each_filter_of_a_random_direction_is_as_long_as_that_of_the_weights(run: FilmedRun) -> None:
    model = run.model(run.epochs[-1])
    direction, weights = random_direction(model, 7), state_of(run, run.epochs[-1])
    for name in ("0.weight", "4.weight", "6.weight"):
        for own, drawn in zip(weights[name], direction[name], strict=True):
            assert drawn.norm().item() == pytest.approx(own.norm().item(), rel=1e-5)
    still = set(direction) - {"0.weight", "4.weight", "6.weight"}
    assert still == {"0.bias", "1.weight", "1.bias", "4.bias", "6.bias"}
    assert all(direction[name].abs().sum() == 0 for name in still)


def test_a_normalization_over_several_axes_stays_still_as_well() -> None:
    model = nn.Sequential(nn.LayerNorm([3, 4, 4]), nn.Flatten(), nn.Linear(48, 2))
    direction = random_direction(model, 0)
    assert direction["0.weight"].abs().sum() == 0
    assert direction["2.weight"].abs().sum() > 0


def test_the_path_is_the_recorded_weights_in_sklearns_principal_components(
    run: FilmedRun, found: dict[str, dict[str, Any]]
) -> None:
    vectors = np.stack(
        [np.concatenate([each.numpy().ravel() for each in state_of(run, epoch).values()]) for epoch in run.epochs]
    )
    from_final = (vectors - vectors[-1]).astype(np.float64)
    oracle = PCA(n_components=2).fit(from_final[:-1])
    np.testing.assert_allclose(found["path"]["shares"], oracle.explained_variance_ratio_, rtol=1e-5)
    expected = from_final @ oracle.components_.T
    for axis, name in enumerate("xy"):
        drawn = found["path"]["path"][name]
        sign = np.sign(drawn[0] * expected[0, axis])
        np.testing.assert_allclose(drawn, sign * expected[:, axis], rtol=1e-3, atol=1e-4)
    assert found["path"]["path"]["epoch"].tolist() == run.epochs


def test_the_last_point_of_the_path_is_the_origin_and_all_of_it_is_shown(found: dict[str, dict[str, Any]]) -> None:
    path = found["path"]
    assert path["path"]["x"][-1] == path["path"]["y"][-1] == 0
    for name in "xy":
        low, high = path[name]
        assert low < path["path"][name].min()
        assert high > path["path"][name].max()


def test_the_plane_of_the_path_holds_the_losses_of_weights_moved_by_hand(
    run: FilmedRun, found: dict[str, dict[str, Any]]
) -> None:
    plane = principal_plane([state_of(run, epoch) for epoch in run.epochs])
    assert plane is not None
    path = found["path"]
    for row, column in ((0, 0), (-1, 0), (12, 24)):
        x, y = (np.linspace(*path[name], path["size"])[at] for name, at in (("x", column), ("y", row)))
        model = moved(run, (x, plane.directions[0]), (y, plane.directions[1]))
        assert path["loss"][row, column] == pytest.approx(loss_of(run, model, path["rows"]), rel=1e-3)


def test_the_losses_told_along_the_path_are_those_of_the_recorded_weights(
    run: FilmedRun, found: dict[str, dict[str, Any]]
) -> None:
    told = found["path"]["path"]["loss"]
    with_running_means = [run.model(epoch) for epoch in run.epochs]
    final = run.model(run.epochs[-1])
    for epoch, model, loss in zip(run.epochs, with_running_means, told, strict=True):
        own = dict(model.named_parameters())
        with torch.no_grad():
            for name, each in final.named_parameters():  # what batch norm has seen is that of the final network
                each.copy_(own[name])
        assert loss == pytest.approx(loss_of(run, final, found["path"]["rows"]), rel=1e-3), epoch


def test_heights_are_logarithms_with_marks_that_are_losses() -> None:
    height, ticks, labels = heights(np.array([[0.01, 1.0], [30.0, np.nan]]))
    np.testing.assert_allclose(height, [[-2, 0], [np.log10(30), np.nan]])
    assert labels == ["0.01", "0.1", "1", "10"]
    np.testing.assert_allclose(ticks, [-2, -1, 0, 1], atol=1e-12)
    assert heights(np.array([0.12, 0.6]))[2] == ["0.2", "0.5"]
    assert len(heights(np.array([0.301, 0.302]))[1]) >= 2
    assert heights(np.array([1e-9, 1e12]))[1][0] == pytest.approx(-6)


def test_losses_below_zero_are_their_own_heights() -> None:
    losses = np.array([[-3.0, 1.0], [0.0, 5.0]])
    height, ticks, labels = heights(losses)
    np.testing.assert_array_equal(height, losses)
    assert (ticks[0], ticks[-1], labels[0], labels[-1]) == (-3, 5, "-3", "5")


def test_where_no_loss_is_a_number_there_are_no_marks() -> None:
    height, ticks, labels = heights(np.full((2, 2), np.nan))
    assert np.isnan(height).all()
    assert ticks == labels == []


@pytest.mark.parametrize(
    ("row_seconds", "expected"),
    [(0.0, (512, 25)), (6 / 625 / 256, (256, 25)), (6 / 625 / 64, (64, 25)), (60 / 225 / 64, (64, 15))],
)
def test_a_slow_network_gets_fewer_rows_and_then_a_coarser_map(row_seconds: float, expected: tuple[int, int]) -> None:
    assert plan(lambda rows: rows * row_seconds * 0.999) == expected


def test_what_would_take_minutes_is_refused() -> None:
    asked_for: list[int] = []

    def seconds(rows: int) -> float:
        asked_for.append(rows)
        return 1.0

    with pytest.raises(DlcoreError) as refused:
        plan(seconds)
    assert str(refused.value) == (
        "The landscape of this network would take about 4 minutes here: the loss of 64 examples takes 1.0 s, and is "
        "needed 225 times."
    )
    assert asked_for == list(ROWS)


def test_progress_grows_from_nothing_towards_all() -> None:
    shares: list[float] = []
    Landscape.compute(filmed("iris", [{"layer": "Output"}]), {}, shares.append)
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert 0.9 < shares[-1] <= 1


def test_a_plane_needs_four_epochs() -> None:
    run = filmed("iris", [{"layer": "Output"}], epochs=2)
    with pytest.raises(DlcoreError, match="at least 4 epochs; this run has kept those of 3"):
        asked(run, mode="path")
    assert asked(run, mode="random")["size"] == 25


def test_weights_that_did_not_move_have_no_path() -> None:
    run = filmed("iris", [{"layer": "Output"}], optimizer={"name": "SGD", "lr": 1e-12})
    still = FilmedRun(run.experiment, run.epochs, lambda _epoch: safetensors.torch.save(run.weights(0)))
    with pytest.raises(DlcoreError, match="did not move"):
        asked(still, mode="path")


def test_a_path_of_broken_weights_is_refused_and_a_landscape_of_them_has_gaps() -> None:
    run = filmed("iris", [{"layer": "Output"}])
    spoiled = {name: torch.full_like(each, torch.nan) for name, each in run.weights(0).items()}
    broken = FilmedRun(run.experiment, run.epochs, lambda _epoch: safetensors.torch.save(spoiled))
    assert np.isnan(asked(broken, mode="random")["loss"]).all()
    with pytest.raises(DlcoreError, match="no finite numbers"):
        asked(broken, mode="path")


@pytest.mark.parametrize("question", [{"mode": "sideways"}, {"seed": -1}, {"seed": 1.5}])
def test_what_cannot_be_asked_is_refused(run: FilmedRun, question: dict[str, Any]) -> None:
    with pytest.raises(DlcoreError, match="must be"):
        asked(run, **question)


def test_what_is_shown_of_a_plane_is_never_a_thin_strip() -> None:
    (low_x, high_x), (low_y, high_y) = around(torch.tensor([[0.0, 0.0], [10.0, 0.1]]))
    assert (low_x, high_x) == pytest.approx((-1.5, 11.5))
    assert high_y - low_y == pytest.approx(1.3)
    assert (low_y + high_y) / 2 == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("dataset", "network"),
    [
        ({"name": "reviews", "samples": 200}, [{"layer": "Embedding", "embedding_dim": 4, "padding_idx": 0},
                                               {"layer": "LSTM", "hidden_size": 4}, {"layer": "Output"}]),
        ("diabetes", [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["random", "path"])
def test_networks_of_every_kind_have_a_landscape(dataset: Any, network: list[dict[str, Any]], mode: str) -> None:
    found = asked(filmed(dataset, network), mode=mode)
    assert np.isfinite(found["loss"]).all()
    assert found["loss"].max() > found["loss"].min()
