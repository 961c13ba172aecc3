"""What a map of attributions says is true: held against autograd, hand arithmetic, and other weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import Tensor

from dlcore import network
from dlcore.analyses import attribution_methods
from dlcore.analyses.attribution import Attribution, drawn_anew
from dlcore.analyses.attribution_methods import Attributed, Question, similarity, windows
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.probes import arrays
from tests.analyses.trained import filmed, without_progress

MLP = [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 24}, {"layer": "ReLU"}, {"layer": "Output"}]
CNN = [{"layer": "Conv2d", "out_channels": 6, "kernel_size": 3}, {"layer": "ReLU"}, {"layer": "Flatten"},
       {"layer": "Output"}]  # fmt: skip
WORDS = [{"layer": "Embedding", "embedding_dim": 6}, {"layer": "LSTM", "hidden_size": 8}, {"layer": "Output"}]
KINDS: dict[str, tuple[Any, list[dict[str, Any]]]] = {
    "table": ("iris", MLP),
    "image": ("digits", CNN),
    "colours": ({"name": "shapes", "samples": 100}, CNN),
    "curve": ({"name": "waves", "samples": 100}, [{"layer": "Conv1d", "out_channels": 4, "kernel_size": 9}, *MLP]),
    "clip": ({"name": "clips", "samples": 100}, [{"layer": "Conv3d", "out_channels": 2, "kernel_size": 3}, *MLP]),
    "text": ({"name": "reviews", "samples": 200}, WORDS),
    "number": ("diabetes", MLP),
    "labels": ({"name": "scenes", "samples": 100}, CNN),
    "next": (
        {"name": "manual", "characters": 10000},
        [{"layer": "Embedding", "embedding_dim": 8}, {"layer": "LSTM", "hidden_size": 8, "every_step": True},
         {"layer": "Output"}],
    ),
}  # fmt: skip
known: dict[str, FilmedRun] = {}


def run_of(kind: str) -> FilmedRun:
    if kind not in known:
        known[kind] = filmed(*KINDS[kind])
    return known[kind]


def asked(run: FilmedRun, **question: Any) -> dict[str, Any]:
    """What a browser is sent: written and read again."""
    return arrays.read(arrays.write(Attribution.compute(run, question, without_progress)))


def gradient(run: FilmedRun, row: int, target: int) -> Tensor:
    """Plain autograd: of the target's score at the input."""
    x = run.view(run.epochs[-1]).examples.x[row : row + 1].clone().requires_grad_()
    run.model(run.epochs[-1])(x)[0, target].backward()
    assert x.grad is not None
    return x.grad[0]


@pytest.mark.parametrize(("kind", "axis"), [("image", 0), ("colours", 0), ("curve", 0), ("clip", 0), ("table", None)])
def test_saliency_is_the_gradient_of_the_score_summed_over_channels_with_its_sign(kind: str, axis: int | None) -> None:
    run = run_of(kind)
    found = asked(run, method="saliency", row=3, target=1)
    expected = gradient(run, 3, 1)
    expected = expected if axis is None else expected.sum(dim=axis)
    assert found["map"].shape == tuple(expected.shape)
    np.testing.assert_allclose(found["map"], expected.numpy(), rtol=1e-4, atol=1e-6)
    assert (found["map"] < 0).any()


def test_saliency_of_a_word_is_the_length_of_the_gradient_at_its_vector() -> None:
    run = run_of("text")
    found = asked(run, method="saliency", row=2, target=1)
    model, tokens = run.model(run.epochs[-1]), run.view(run.epochs[-1]).examples.x[2:3]
    vectors = model[0](tokens).detach().requires_grad_()
    model[1:](vectors)[0, 0].backward()
    np.testing.assert_allclose(found["map"], vectors.grad[0].norm(dim=1).numpy(), rtol=1e-4, atol=1e-7)
    words = run.data.about.words
    assert found["names"] == [words[each] for each in tokens[0].tolist()]


def score(run: FilmedRun, x: Tensor, target: int) -> float:
    """The score that is explained, written out for each task once more."""
    with torch.no_grad():
        output = run.model(run.epochs[-1])(x)[0]
    task = run.data.about.task
    if task == "binary":
        return float(output[0] if target else -output[0])
    if task == "regression":
        learned = run.data.scaling["y"]
        return float(output[0]) * learned["scale"][0] + learned["offset"][0]
    return float(output[-1, target] if task == "next-token" else output[target])


def nothing(run: FilmedRun) -> Tensor:
    """(1, *shape) what stands for «nothing is there», by hand: black, or the training part's mean."""
    x, learned = run.data.train.x, run.data.scaling.get("x")
    if x.dim() < 4:
        return x.mean(dim=0, keepdim=True)
    zero = np.zeros(x[0].shape) if learned is None else -np.array(learned["offset"]) / np.array(learned["scale"])
    return torch.tensor(zero.reshape(1, *x[0].shape), dtype=torch.float32)


@pytest.mark.parametrize("kind", ["table", "image", "colours", "curve", "clip", "number", "labels"])
def test_integrated_gradients_add_up_to_the_difference_from_the_baseline(kind: str) -> None:
    run = run_of(kind)
    found = asked(run, method="integrated_gradients", row=1)
    x = run.view(run.epochs[-1]).examples.x[1:2]
    before, after = (score(run, each, found["target"]) for each in (nothing(run), x))
    assert found["score"] == pytest.approx(after, rel=1e-4, abs=1e-5)
    assert found["baseline_score"] == pytest.approx(before, rel=1e-4, abs=1e-5)
    assert found["map"].sum() == pytest.approx(found["total"], rel=1e-3, abs=1e-4)
    assert found["delta"] == pytest.approx(found["total"] - (after - before), rel=1e-2, abs=1e-4)
    assert abs(found["delta"]) < 0.02 * abs(after - before)


@pytest.mark.parametrize("kind", ["text", "next"])
def test_integrated_gradients_of_words_add_up_to_the_difference_from_vectors_of_zeros(kind: str) -> None:
    run = run_of(kind)
    found = asked(run, method="integrated_gradients", row=1)
    model, tokens = run.model(run.epochs[-1]), run.view(run.epochs[-1]).examples.x[1:2]
    after = score(run, tokens, found["target"])
    with torch.no_grad():
        model[0].weight.zero_()
        output = model(tokens)[0]
    before = output[-1, found["target"]] if kind == "next" else output[0] * (1 if found["target"] else -1)
    assert found["map"].shape == tuple(tokens[0].shape)
    assert found["map"].sum() == pytest.approx(after - float(before), rel=0.02)


def test_occlusion_of_a_linear_network_is_weight_times_distance_from_the_baseline() -> None:
    run = filmed("iris", [{"layer": "Output"}])
    found = asked(run, method="occlusion", row=0, target=2)
    x = run.view(run.epochs[-1]).examples.x[0]
    weight = run.model(run.epochs[-1])[0].weight[2].detach()
    expected = weight * (x - run.data.train.x.mean(dim=0))
    np.testing.assert_allclose(found["map"], expected.numpy(), rtol=1e-4, atol=1e-6)


def test_occlusion_of_an_image_covers_patches_and_takes_the_mean_of_those_over_a_place() -> None:
    run = filmed("digits", [{"layer": "Flatten"}, {"layer": "Output"}])
    found = asked(run, method="occlusion", row=0, target=4)
    assert found["window"] == [1, 2, 2]
    x, model = run.view(run.epochs[-1]).examples.x[:1], run.model(run.epochs[-1])
    sums, counts = np.zeros((8, 8)), np.zeros((8, 8))
    with torch.no_grad():
        for row in range(7):
            for column in range(7):
                covered = x.clone()
                patch = (..., slice(row, row + 2), slice(column, column + 2))
                covered[patch] = nothing(run)[patch]
                sums[patch] += float(model(x)[0, 4] - model(covered)[0, 4])
                counts[patch] += 1
    np.testing.assert_allclose(found["map"], sums / counts, rtol=1e-3, atol=1e-5)


def test_windows_cover_all_channels_and_few_enough_places() -> None:
    assert windows("CHW", (3, 224, 224)) == ((3, 28, 28), (3, 14, 14))
    assert windows("CHW", (3, 1, 5)) == ((3, 1, 2), (3, 1, 1))
    assert windows("LF", (20, 6)) == ((1, 6), (1, 6))
    assert windows("CL", (2, 5120)) == ((2, 10), (2, 5))
    assert windows("F", (4,)) == ((1,), (1,))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", attribution_methods.METHODS)
def test_every_kind_of_data_can_be_explained_by_every_method(kind: str, method: str) -> None:
    run = run_of(kind)
    found = asked(run, method=method, row=1, randomized=True)
    assert np.isfinite(found["map"]).all()
    assert np.abs(found["map"]).max() > 0
    assert found["map"].shape == found["anew"]["map"].shape
    assert set(found["map"].shape) <= set(found["input"].shape)
    assert -1 <= found["similarity"] <= 1


def test_other_weights_make_another_map_and_none_for_a_method_that_looks_at_the_input_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def edges(question: Question) -> Attributed:  # as an edge detector does
        return Attributed(question.x - question.x.roll(1, dims=-1), {})

    monkeypatch.setitem(attribution_methods.METHODS, "edges", edges)
    run = run_of("image")
    trained = asked(run, method="integrated_gradients", row=0, randomized=True)
    assert trained["similarity"] < 0.8
    assert not np.allclose(trained["map"], trained["anew"]["map"])
    alone = asked(run, method="edges", row=0, randomized=True)
    assert alone["similarity"] == pytest.approx(1)


def test_weights_are_drawn_anew_the_same_each_time_and_others_than_the_run_began_with() -> None:
    run = run_of("image")
    one, same = (drawn_anew(run.experiment).state_dict() for _ in range(2))
    first = network.build(run.experiment).state_dict()
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not any(torch.equal(one[name], first[name]) for name in one)


def test_weights_that_begin_at_zero_are_none_the_less_drawn() -> None:
    run = run_of("image")
    zeros = Experiment.from_dict(run.experiment.to_dict())
    zeros = zeros.model_copy(update={"training": zeros.training.model_copy(update={"initialization": "zeros"})})
    assert all(each.abs().sum() > 0 for each in drawn_anew(zeros).state_dict().values())


def test_similarity_is_spearmans_rank_correlation() -> None:
    drawn = np.random.default_rng(0)
    one, other = drawn.integers(0, 5, (6, 7)).astype(np.float32), drawn.normal(size=(6, 7)).astype(np.float32)
    assert similarity(one, other) == pytest.approx(spearmanr(one.ravel(), other.ravel()).statistic)
    assert similarity(one, -one) == pytest.approx(-1)
    assert similarity(one, np.zeros_like(one)) is None
    assert similarity(one, np.full_like(one, np.nan)) is None


def test_the_answered_class_is_explained_where_none_is_named_and_the_epoch_is_the_nearest_kept() -> None:
    run = run_of("image")
    found = asked(run, row=5, epoch=2)
    model, x = run.model(2), run.view(2).examples.x[5:6]
    assert found["epoch"] == 2
    assert found["target"] == found["answer"] == int(model(x).argmax())
    assert asked(run, row=5, epoch=999)["epoch"] == run.epochs[-1]
    assert found["truth"] == int(run.view(2).examples.y[5])


def test_the_input_is_told_in_its_own_units() -> None:
    run = run_of("table")
    found = asked(run, row=0)
    learned = run.data.scaling["x"]
    x = run.view(run.epochs[-1]).examples.x[0].numpy()
    np.testing.assert_allclose(found["input"], x * learned["scale"] + learned["offset"], rtol=1e-5)
    assert found["names"] == list(run.data.about.features)


def test_gradients_that_are_not_finite_are_told_as_such() -> None:
    run = filmed("iris", MLP)
    broken = FilmedRun(run.experiment, run.epochs, lambda _epoch: spoiled(run))
    found = asked(broken, method="saliency", randomized=True)
    assert np.isnan(found["map"]).all()
    assert found["similarity"] is None


def spoiled(run: FilmedRun) -> bytes:
    import safetensors.torch

    state = {name: torch.full_like(each, torch.nan) for name, each in run.weights(run.epochs[-1]).items()}
    return safetensors.torch.save(state)


def test_an_epoch_at_which_nothing_was_trained_yet_has_a_map_too() -> None:
    run = run_of("image")
    assert asked(run, epoch=0)["epoch"] == min(run.epochs)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"method": "magic"}, "method must be one of integrated_gradients, saliency, occlusion, but 'magic' came."),
        ({"row": -1}, "row must be a whole number from 0 to 359, but -1 came."),
        ({"row": 360}, "row must be a whole number from 0 to 359, but 360 came."),
        ({"target": 10}, "target must be a whole number from 0 to 9, but 10 came."),
        ({"randomized": 1}, "randomized must be true or false, but 1 came."),
        ({"epoch": "last"}, "epoch must be a whole number from 0 to 1000000000, but 'last' came."),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(question: dict[str, Any], sentence: str) -> None:
    run = run_of("image")
    with pytest.raises(DlcoreError) as refused:
        asked(run, **question)
    count = len(run.view(run.epochs[-1]).numbers)
    assert str(refused.value) == sentence.replace("359", str(count - 1)).replace("360 came", "360 came")


def test_tokens_without_vectors_cannot_be_explained() -> None:
    text, picture = run_of("text"), run_of("image")
    assert Attribution.suits(text.data.about, text.steps)
    assert not Attribution.suits(text.data.about, text.steps[1:])
    assert Attribution.suits(picture.data.about, picture.steps)


def test_a_zero_of_the_data_is_told_as_zero_whatever_scaling_has_left_of_it() -> None:
    run = run_of("image")
    found = [asked(run, row=row, method="saliency")["input"] for row in range(8)]
    assert all(each.min() == 0 for each in found)
    assert {float(value) for each in found for value in each.ravel()} <= set(range(17))
