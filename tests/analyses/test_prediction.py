"""An example of one's own is answered, at any epoch, as a fresh network with that epoch's weights answers it."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from sklearn.neighbors import NearestNeighbors
from torch import Tensor

from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError
from dlcore.inference import postprocess
from tests.analyses.filmed import answered, filmed_run
from tests.training.experiments import experiment

DENSE = [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 8}, {"layer": "Tanh"}, {"layer": "Output"}]
TEXT = [{"layer": "Embedding", "embedding_dim": 4}, {"layer": "LSTM", "hidden_size": 4, "every_step": True},
        {"layer": "Output"}]  # fmt: skip


@pytest.fixture(scope="module")
def digits() -> FilmedRun:
    return filmed_run(experiment("digits", DENSE, epochs=3))


@pytest.fixture(scope="module")
def manual() -> FilmedRun:
    return filmed_run(experiment("manual", TEXT, epochs=1))


def drawn(pixels: np.ndarray[Any, Any]) -> str:
    """A picture (8, 8) of 0 to 255 as base64 of a PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def a_digit() -> np.ndarray[Any, Any]:
    pixels = np.zeros((8, 8))
    pixels[1:7, 3:5] = 255
    return pixels


def scaled(run: FilmedRun, pixels: np.ndarray[Any, Any]) -> Tensor:
    """The same picture as the network wants it: 0 to 16, then as the training part was scaled."""
    x, learned = pixels.reshape(-1) / 255 * 16, run.data.scaling["x"]
    x = (x - np.array(learned["offset"])) / np.array(learned["scale"])
    return torch.tensor(x, dtype=torch.float32).reshape(1, 1, 8, 8)


@torch.no_grad()
def test_a_drawn_digit_is_answered_at_every_epoch_and_of_others_at_the_nearest(digits: FilmedRun) -> None:
    question = {"kind": "picture", "question": drawn(a_digit())}
    for epoch in digits.epochs:
        found = answered(digits, "prediction", **question, epoch=epoch)
        wanted = digits.model(epoch)(scaled(digits, a_digit())).double().softmax(dim=1)[0].numpy()
        assert found["epoch"] == epoch
        assert found["values"] == pytest.approx(wanted, abs=1e-6)
        assert found["input"][0] == pytest.approx(a_digit() / 255 * 16, abs=1e-2)
    assert answered(digits, "prediction", **question, epoch=999)["epoch"] == digits.epochs[-1]


@torch.no_grad()
def test_its_way_through_the_layers_is_that_of_a_fresh_network(digits: FilmedRun) -> None:
    found = answered(digits, "prediction", kind="picture", question=drawn(a_digit()), epoch=2, layers=True)
    x = scaled(digits, a_digit())
    for part, layer in zip(found["parts"].values(), digits.model(2).children(), strict=True):
        x = layer(x)
        assert part["values"].shape == (1, x.numel())
        assert part["values"][0].astype(float) == pytest.approx(x[0].flatten().numpy(), rel=2e-3, abs=1e-3)


@pytest.mark.parametrize(
    ("dataset", "layer"),
    [({"name": "waves", "samples": 100}, "Conv1d"), ({"name": "clips", "samples": 60}, "Conv3d"), ("digits", "Conv2d")],
    ids=str,
)
def test_what_cannot_be_typed_is_picked_from_the_data(dataset: Any, layer: str) -> None:
    stack = [{"layer": layer, "out_channels": 2, "kernel_size": 3}, {"layer": "Flatten"}, {"layer": "Output"}]
    run = filmed_run(experiment(dataset, stack, epochs=1))
    form = answered(run, "prediction")["form"]
    assert form["is"] == ("picture" if dataset == "digits" else "example")
    assert (form["part"], form["count"]) == ("validation", len(run.data.validation))
    row = int(form["rows"][5])
    found = answered(
        run, "prediction", kind="example", question=["validation", row], epoch=1, layers=True, nearest=True
    )
    x, y = run.data.validation.x[row : row + 1], run.data.validation.y[row]
    with torch.no_grad():
        wanted = run.model(1)(x).double().softmax(dim=1)[0].numpy()
    assert found["values"] == pytest.approx(wanted, abs=1e-6)
    assert found["truth"] == y
    assert np.array(found["input"]).shape == tuple(x.shape[1:])
    assert np.array_equal(found["input"], form["inputs"][5])
    assert len(found["parts"]) == len(run.steps)
    assert len(found["nearest"]["rows"]) == 8


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["test", 0], "part must be one of"),
        (["validation", 10**9], "row must be"),
        (["validation", "seven"], "row must be"),
        ("seven", "question must be a part and a row, but 'seven' came."),
        (None, "question must be a part and a row, but None came."),
    ],
)
def test_a_pick_that_is_no_example_is_refused_in_a_sentence(digits: FilmedRun, asked: Any, said: str) -> None:
    with pytest.raises(DlcoreError, match=said):
        answered(digits, "prediction", kind="example", question=asked, epoch=1)


@torch.no_grad()
def test_the_nearest_training_examples_are_scikit_learns(digits: FilmedRun) -> None:
    found = answered(digits, "prediction", kind="picture", question=drawn(a_digit()), epoch=3, nearest=True)
    before_last = torch.nn.Sequential(*list(digits.model(3).children())[:-1])
    train = digits.data.train
    trees = NearestNeighbors(n_neighbors=8, algorithm="brute").fit(before_last(train.x).numpy())
    far, rows = trees.kneighbors(before_last(scaled(digits, a_digit())).numpy())
    seen = found["nearest"]
    assert seen["distances"] == pytest.approx(far[0], rel=1e-4)
    assert sorted(seen["rows"]) == sorted(rows[0])
    assert seen["truth"].tolist() == train.y[seen["rows"].astype(int)].tolist()
    assert (seen["among"], seen["layer"]) == (len(train), "3 Tanh")


def test_a_row_is_answered_in_its_own_units() -> None:
    run = filmed_run(experiment("diabetes", DENSE, loss="MSELoss", epochs=2))
    form = answered(run, "prediction")["form"]
    assert form["is"] == "rows"
    row = {field["name"]: field["typical"] for field in form["fields"]}
    assert all(field["low"] <= field["typical"] <= field["high"] for field in form["fields"])
    found = answered(run, "prediction", kind="rows", question=row, epoch=2)
    learned, target = run.data.scaling["x"], run.data.scaling["y"]
    x = (np.array(list(row.values())) - np.array(learned["offset"])) / np.array(learned["scale"])
    with torch.no_grad():
        made = run.model(2)(torch.tensor(x, dtype=torch.float32)[None]).double().item()
    assert found["values"] == pytest.approx([made * target["scale"][0] + target["offset"][0]], rel=1e-5)


def test_a_text_is_written_on_among_the_likeliest_alone(manual: FilmedRun) -> None:
    asked = {"kind": "text", "question": "the loss of a network", "epoch": 1, "more": 40, "temperature": 1.0}
    greedy = answered(manual, "prediction", **asked | {"temperature": 0.0})["continued"]
    assert answered(manual, "prediction", **asked, top_k=1)["continued"] == greedy
    assert len(greedy) == 40
    free = answered(manual, "prediction", **asked, seed=3)["continued"]
    assert free == answered(manual, "prediction", **asked, seed=3)["continued"]
    assert free != greedy


def test_each_token_of_a_continuation_is_one_of_the_k_likeliest(manual: FilmedRun) -> None:
    model, window = manual.model(1), manual.data.train.x[0].tolist()
    for token in postprocess.continued(model, window, 25, temperature=2.0, seed=1, top_k=3):
        with torch.no_grad():
            likely = model(torch.tensor([window]))[0, -1].topk(3).indices.tolist()
        assert token in likely
        window = [*window[1:], token]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"kind": "picture", "question": "!"}, "question is no picture that can be read."),
        ({"kind": "picture", "question": base64.b64encode(b"no").decode()}, "."),
        ({"kind": "sound", "question": ""}, "kind must be one of rows, text, picture, example, but 'sound' came."),
        ({"kind": "text", "question": 3}, "question must be a text, but 3 came."),
        ({"kind": "rows", "question": [1]}, "question must be a row by the names of its columns"),
    ],
)
def test_what_cannot_be_asked_gets_a_sentence(digits: FilmedRun, asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DlcoreError, match=sentence):
        answered(digits, "prediction", **asked)


def test_settings_of_a_continuation_have_bounds(manual: FilmedRun) -> None:
    asked = {"kind": "text", "question": "a layer"}
    with pytest.raises(DlcoreError, match="temperature must be a number from 0 to 5"):
        answered(manual, "prediction", **asked, temperature=9)
    with pytest.raises(DlcoreError, match="more must be a whole number from 0 to 1000"):
        answered(manual, "prediction", **asked, more=2000)
    with pytest.raises(DlcoreError, match="There is no text to answer to"):
        answered(manual, "prediction", kind="text", question="  ")
