"""What every layer promises, held by all of them at both ends of every setting."""

from __future__ import annotations

import pytest
import torch
import yaml
from torch import nn

import dlcore.layers.modules
from dlcore.declaration import Call, Shape
from dlcore.errors import NetworkError
from dlcore.experiment import parse_layers
from dlcore.layers import LAYERS, Layer
from dlcore.layers.base import Step
from dlcore.layers.stack import follow
from tests.contracts.variants import batch, described, variants

WANTED = Shape((10,))


def refused(layer: Layer) -> bool:
    try:
        placed(layer)
    except NetworkError:
        return True
    return False


def placed(layer: Layer) -> tuple[Step, Call]:
    """What tracing says of a layer at its own example."""
    ((step, call),) = follow([layer], layer.example, WANTED)
    return step, call


ALL = variants()
WORKING = [layer for layer in ALL if not refused(layer)]
REFUSED = [layer for layer in ALL if refused(layer)]


def from_source(source: str) -> nn.Module:
    """The module that the exported line of source code makes, with the names that the script has."""
    names = {name: value for name, value in vars(dlcore.layers.modules).items() if isinstance(value, type)}
    module = eval(source, {"nn": nn, "torch": torch, **names})
    assert isinstance(module, nn.Module)
    return module


@pytest.mark.parametrize("layer", WORKING, ids=described)
def test_the_declared_shape_is_what_real_data_comes_out_with(layer: Layer) -> None:
    step, call = placed(layer)
    module = call.build()
    with torch.no_grad():
        assert tuple(module(batch(layer.example)).shape[1:]) == step.made
    assert sum(each.numel() for each in module.parameters()) == step.parameters
    assert sum(each.nbytes for each in [*module.parameters(), *module.buffers()]) == step.bytes


@pytest.mark.parametrize("layer", WORKING, ids=described)
def test_the_exported_line_makes_the_module_that_was_built(layer: Layer) -> None:
    _, call = placed(layer)
    torch.manual_seed(0)
    built = call.build().eval()
    torch.manual_seed(0)
    exported = from_source(call.source()).eval()
    assert repr(exported) == repr(built)
    assert list(exported.state_dict()) == list(built.state_dict())
    x = batch(layer.example)
    with torch.no_grad():
        assert torch.equal(exported(x), built(x))


@pytest.mark.parametrize("layer", ALL, ids=described)
def test_the_settings_survive_yaml(layer: Layer) -> None:
    text = yaml.safe_dump([layer.to_dict()])
    assert parse_layers(yaml.safe_load(text), "network") == (layer,)


@pytest.mark.parametrize("layer", REFUSED, ids=described)
def test_what_is_refused_could_not_have_run(layer: Layer) -> None:
    with pytest.raises(NetworkError, match=rf"^Layer 1 \({layer.name}\) "):
        placed(layer)
    with pytest.raises((RuntimeError, ValueError, AssertionError)):
        layer.call(layer.example).build()(batch(layer.example))


@pytest.mark.parametrize("layer", [each for each in WORKING if placed(each)[0].parameters], ids=described)
def test_gradients_reach_every_parameter(layer: Layer) -> None:
    module = placed(layer)[1].build()
    module(batch(layer.example)).square().sum().backward()
    assert all(each.grad is not None for each in module.parameters())


@pytest.mark.parametrize("name", list(LAYERS))
def test_its_own_example_suits_each_layer(name: str) -> None:
    declared = LAYERS[name]
    assert issubclass(declared, Layer)
    ((step, _),) = follow([declared(**declared.sample)], declared.example, WANTED)
    assert step.received == declared.example
    assert step.kind == declared.kind


@pytest.mark.parametrize("name", list(LAYERS))
def test_each_layer_explains_itself_and_each_of_its_settings(name: str) -> None:
    declared = LAYERS[name]
    assert declared.summary().endswith(".")
    assert "Source:" in (declared.__doc__ or "")
    assert all(setting.help.endswith(".") for setting in declared.settings().values())


@pytest.mark.parametrize("name", list(LAYERS))
def test_at_most_one_setting_stands_on_the_compact_row(name: str) -> None:
    assert sum(setting.main for setting in LAYERS[name].settings().values()) <= 1
