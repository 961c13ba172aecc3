"""The same network in Keras gives the same outputs, layer by layer and preset by preset."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from dlcore import network
from dlcore.codegen import keras_code
from dlcore.codegen.keras import LOADING
from dlcore.data.base import About
from dlcore.declaration import Call, Shape
from dlcore.errors import NotInKeras
from dlcore.experiment import Experiment, parse_layers
from dlcore.layers import Layer
from dlcore.layers.keras import KerasCode
from dlcore.layers.stack import follow, shapes
from dlcore.presets import PRESETS
from dlcore.registry import LOSSES, OPTIMIZERS
from tests.contracts.variants import batch, described, some_of_each, variants
from tests.presets.some_presets import some_presets

os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")

TOLERANCE = 1e-5

# What Keras cannot express, by name and reason; the README says the same.
NOT_IN_KERAS = {
    **{f"LocalResponseNorm{end}": "it has no such layer." for end in ("", "-size=1", "-size=63")},
    **{f"ConvTranspose{n}d-dilation=16": "its transposed convolutions take no dilation." for n in (1, 2, 3)},
    "RMSNorm-elementwise_affine=False": "its RMSNormalization always learns a scale.",
}
WIDE = 4_000_000  # numbers in a layer: beyond it a test would take seconds and teach nothing


def alone(layer: Layer, received: Shape) -> tuple[str, Call]:
    """A Keras file with this one layer, and the torch call of it."""
    code = KerasCode(shapes)
    code.stack([layer], received, Shape((10,)))
    ((_, call),) = follow([layer], received, Shape((10,)))
    kind = ', dtype="int64"' if received.vocabulary is not None else ""
    lines = [
        "import keras", "import numpy as np", "from keras import layers", "from safetensors.numpy import load_file",
        'keras.config.set_image_data_format("channels_first")', *code.helpers.values(),
        f"x = inputs = keras.Input({tuple(received)!r}{kind})", *code.lines, "model = keras.Model(inputs, x)",
        LOADING, *(f"    {line}" for line in code.weights),
    ]  # fmt: skip
    return "\n".join(lines), call


def run(source: str, module: nn.Module, folder: Path, x: Tensor) -> Tensor:
    """What the Keras file makes of x with the module's weights."""
    names: dict[str, Any] = {}
    exec(source, names)
    save_file({key: value.contiguous() for key, value in module.state_dict().items()}, folder / "weights.safetensors")
    if "load_pytorch_weights" in names:
        names["load_pytorch_weights"](folder / "weights.safetensors")
    made: Tensor = names["model"](x, training=False)
    return made.detach()


def lived_in(module: nn.Module) -> nn.Module:
    """With every number away from where it starts, so that none can hide."""
    torch.manual_seed(1)
    with torch.no_grad():
        for name, number in module.state_dict().items():
            if number.is_floating_point():
                shaken = 0.1 * torch.randn_like(number)
                number.add_(shaken.abs() if name.endswith("var") else shaken)
    return module.eval()


def small_enough(layer: Layer) -> bool:
    try:
        ((step, _),) = follow([layer], layer.example, Shape((10,)))
    except Exception:
        return False
    return step.bytes < WIDE and np.prod(step.made) < WIDE


FITTING = [layer for layer in variants() if small_enough(layer)]


@pytest.mark.parametrize("layer", some_of_each(FITTING, turn=2, besides=NOT_IN_KERAS), ids=described)
def test_every_layer_computes_the_same_in_keras(layer: Layer, tmp_path: Path) -> None:
    if described(layer) in NOT_IN_KERAS:
        with pytest.raises(NotInKeras) as refused:
            alone(layer, layer.example)
        assert str(refused.value).partition("in Keras: ")[2] == NOT_IN_KERAS[described(layer)]
        return
    source, call = alone(layer, layer.example)
    module = lived_in(nn.Sequential(call.build()))
    torch.manual_seed(0)
    x = batch(layer.example)
    with torch.no_grad():
        expected = module(x)
    found = run(source, module, tmp_path, x)
    assert found.shape == expected.shape
    scale = max(1.0, float(expected.abs().max()))
    assert float((found - expected).abs().max()) <= TOLERANCE * scale


@pytest.mark.parametrize("name", some_presets(turn=2))
def test_every_preset_computes_the_same_in_keras(name: str, tmp_path: Path) -> None:
    experiment = PRESETS[name].experiment
    module = lived_in(network.build(experiment))
    torch.manual_seed(0)
    x = batch(network.about_of(experiment).shape)
    with torch.no_grad():
        expected = module(x)
    found = run(keras_code(experiment), module, tmp_path, x)
    assert float((found - expected).abs().max()) <= TOLERANCE * max(1.0, float(expected.abs().max()))


def test_blocks_in_blocks_with_projections_compute_the_same(tmp_path: Path) -> None:
    inner = {"layer": "Residual", "layers": [{"layer": "Conv2d", "out_channels": 6, "stride": 2, "padding": 1}]}
    branches = [[inner], [{"layer": "MaxPool2d", "kernel_size": 3, "stride": 2, "padding": 1}], []]
    layers = parse_layers([
        {"layer": "Residual", "layers": [{"layer": "Branches", "join": "concatenate", "branches": branches[:2]}]},
        {"layer": "Branches", "join": "add", "branches": [[{"layer": "Tanh"}], [], [{"layer": "BatchNorm2d"}]]},
    ], "network")  # fmt: skip
    block = parse_layers([{"layer": "Residual", "layers": [layer.to_dict() for layer in layers]}], "network")[0]
    assert isinstance(block, Layer)
    source, call = alone(block, Shape((3, 8, 8)))
    module, x = lived_in(nn.Sequential(call.build())), batch(Shape((3, 8, 8)))
    with torch.no_grad():
        assert float((run(source, module, tmp_path, x) - module(x)).abs().max()) <= TOLERANCE


def test_a_refusal_names_the_layer_by_its_place() -> None:
    experiment = with_layers("LocalResponseNorm")
    with pytest.raises(NotInKeras, match=r"^Layer 2 \(LocalResponseNorm\) cannot be written in Keras: "):
        keras_code(experiment)


def with_layers(*names: str) -> Experiment:
    plain = PRESETS["digits-cnn"].experiment.to_dict()
    plain["network"][1:1] = [{"layer": name} for name in names]
    return Experiment.from_dict(plain)


@pytest.mark.parametrize("name", list(LOSSES))
def test_a_loss_of_keras_computes_the_same_or_is_said_to_be_missing(name: str) -> None:
    loss: Any = LOSSES[name]()
    task = loss.tasks[0]
    about = About(task, Shape((4,)), 9, tuple("abc") if task in ("multiclass", "multilabel") else ())
    torch.manual_seed(0)
    prediction = torch.randn(9, about.outputs)
    y = torch.randint(0, 3, (9,)) if task == "multiclass" else torch.rand(9, about.outputs).round()
    made = eval(f"keras.losses.{loss.keras()}", {"keras": keras})(y, prediction)
    assert float(made) == pytest.approx(float(loss.call(about).build()(prediction, y)), abs=1e-6)


@pytest.mark.parametrize("momentum", [{}, {"momentum": 0.9}], ids=str)
@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_an_optimizer_of_keras_takes_the_same_steps_or_is_said_to_be_missing(
    name: str, momentum: dict[str, Any]
) -> None:
    optimizer: Any = OPTIMIZERS[name](
        **{key: value for key, value in momentum.items() if key in OPTIMIZERS[name].model_fields}
    )
    if optimizer.keras() is None:
        assert name == "NAdam"
        return
    weight = nn.Parameter(torch.linspace(-1, 1, 5))
    of_torch = optimizer.build([weight], torch.device("cpu"))
    kept = keras.Variable(weight.detach().clone().numpy())
    of_keras = eval(f"keras.optimizers.{optimizer.keras()}", {"keras": keras})
    for step in range(5):
        gradient = torch.cos(torch.arange(5.0) + step)
        weight.grad = gradient
        of_torch.step()
        of_keras.apply([gradient], [kept])
    assert torch.allclose(weight.detach(), kept.value.detach(), atol=1e-5)


def test_l2_weight_decay_is_said_to_be_missing() -> None:
    plain = PRESETS["digits-mlp"].experiment.to_dict()
    plain["training"]["optimizer"]["weight_decay"] = 0.1
    assert "Keras has no Adam that computes the same" in keras_code(Experiment.from_dict(plain))
