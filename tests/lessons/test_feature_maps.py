"""What a lesson says of convolutions is what autograd, a bare forward pass and hand arithmetic say."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from dlcore import network
from dlcore.experiment import Experiment
from dlcore.lessons.course import lesson
from dlcore.lessons.course.convolution import balanced
from dlcore.lessons.feature_maps import picture, receptive_field, windows
from dlcore.lessons.now import Now, Trained

CONVOLUTION = {"layer": "Conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}
POOLING = {"layer": "MaxPool2d", "kernel_size": 2}


def experiment(*layers: dict[str, Any]) -> Experiment:
    ends = [{"layer": "Flatten"}, {"layer": "Output"}]
    training = {"optimizer": {"name": "Adam", "lr": 0.01}}
    return Experiment.from_dict({"dataset": {"name": "digits"}, "network": [*layers, *ends], "training": training})


def own(*layers: dict[str, Any]) -> Trained:
    made = experiment(*layers)
    torch.manual_seed(5)
    weights = {name: torch.rand_like(each) - 0.5 for name, each in network.build(made).state_dict().items()}
    return Trained("run", made, 3, weights)


def test_a_receptive_field_is_where_autograd_finds_a_gradient() -> None:
    model = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1), nn.AvgPool2d(2), nn.Conv2d(1, 1, 3, stride=2))
    for parameter in model.parameters():
        nn.init.ones_(parameter)
    x = torch.rand(1, 1, 24, 24, requires_grad=True)
    passed = windows(model, x)
    row, column = 2, 3
    (gradient,) = torch.autograd.grad(model(x)[0, 0, row, column], x)
    rows, columns = (gradient[0, 0].abs().sum(axis) > 0 for axis in (1, 0))
    found = [int(each.nonzero()[0]) for each in (rows, columns)]
    assert receptive_field(passed, row, column) == (*found, int(rows.sum()))


def test_a_network_of_ones_own_is_traced_as_it_is() -> None:
    trained = own(CONVOLUTION, {"layer": "ReLU"}, POOLING, CONVOLUTION)
    convolution = lesson("convolution")
    now = convolution.with_trained(convolution.fresh({"picture": "digit", "layer": 3, "channel": 2}), trained)
    model = network.build(trained.experiment)
    model.load_state_dict(dict(trained.weights))
    x = picture("digit")[None].float()
    with torch.no_grad():
        made = model[:4]((x - x.mean()) / x.std())
    last = made.shape[-1] - 1
    row, column = (int(min(now.values[name], last)) for name in ("row", "column"))
    assert convolution.numbers(now)["z"] == pytest.approx(made[0, 1, row, column].item(), rel=1e-4)


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_the_snippet_of_ones_own_network_prints_its_number(layer: int, capsys: pytest.CaptureFixture[str]) -> None:
    convolution = lesson("convolution")
    now = convolution.with_trained(convolution.fresh({"layer": layer}), own(CONVOLUTION, POOLING, CONVOLUTION))
    exec(compile(convolution.snippet(now), "snippet.py", "exec"), {})
    assert float(capsys.readouterr().out) == pytest.approx(convolution.numbers(now)["z"], rel=1e-4)


def test_a_channel_in_a_sum_gives_what_its_patch_times_its_kernel_gives() -> None:
    layer = nn.Conv2d(3, 2, 3, stride=2, padding=1)
    (window,) = windows(nn.Sequential(layer), x := torch.rand(1, 3, 9, 9))
    shares = window.shares(1)
    around = functional.pad(x, [1] * 4)[0]
    for channel, row, column in itertools.product(range(3), range(5), range(5)):
        patch = around[channel, 2 * row : 2 * row + 3, 2 * column : 2 * column + 3]
        wanted = (patch * layer.weight[1, channel]).sum().item()
        assert shares[channel, row, column].item() == pytest.approx(wanted, abs=1e-5)


def test_only_networks_that_can_be_traced_are_offered() -> None:
    suits = lesson("convolution").suits
    assert suits(experiment(CONVOLUTION))
    assert not suits(experiment({**CONVOLUTION, "dilation": 2}))
    assert not suits(experiment({"layer": "Flatten"}, {"layer": "Linear", "out_features": 8}))


def test_the_task_is_done_by_a_kernel_that_an_even_picture_leaves_at_zero() -> None:
    blur = lesson("convolution").fresh({"what": "blur", "picture": "digit"})
    edges = lesson("convolution").fresh({"what": "upright", "picture": "digit"})
    typed = Now({**blur.values, **edges.values}, blur.options)
    kernel = torch.tensor([typed.values[f"w0{i}{j}"] for i, j in itertools.product(range(3), range(3))])
    even = functional.conv2d(torch.ones(1, 1, 5, 5), kernel.reshape(1, 1, 3, 3))
    assert even.abs().max() < 1e-6
    assert balanced(typed)
    assert not balanced(blur)
    assert not balanced(replace(typed, by_hand=False))
