"""What training a layer costs, held against torch's own counter and a real backward pass, each layer in turn."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from dlcore.declaration import Call, Shape
from dlcore.layers import LAYERS, Layer
from dlcore.layers.cost import cost
from dlcore.layers.stack import batch_of, follow

EXAMPLES = 4
SLIPS = {
    "DepthwiseConv2d"
}  # torch's counter takes the weights' gradient of grouped convolutions for that of whole ones


def call_of(name: str, shape: Shape) -> Call:
    declared = LAYERS[name]
    assert issubclass(declared, Layer)
    ((_, call),) = follow([declared(**declared.sample)], shape, Shape((10,)))
    return call


def watched(call: Call, shape: Shape) -> tuple[int, int]:
    """(bytes that autograd saves beyond weights, operations forwards and backwards), by running both."""
    with torch.device("meta"):
        module, x = call.build(), batch_of(shape, shape.vocabulary is not None, EXAMPLES)
    weights = {storage(each) for each in module.parameters()}
    saved = {storage(x): x.untyped_storage()}

    def save(tensor: Tensor) -> Tensor:
        if storage(tensor) not in weights:
            saved[storage(tensor)] = tensor.untyped_storage()
        return tensor

    counter = FlopCounterMode(display=False)
    with counter, torch.autograd.graph.saved_tensors_hooks(save, lambda tensor: tensor):
        total = module(x).sum()
        if total.requires_grad:
            total.backward()
    return sum(each.nbytes() for each in saved.values()), counter.get_total_flops()


def storage(tensor: Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)


@pytest.mark.parametrize("name", list(LAYERS))
def test_a_layer_costs_what_torch_counts_when_it_goes_forwards_and_backwards(name: str) -> None:
    declared = LAYERS[name]
    assert issubclass(declared, Layer)
    call = call_of(name, declared.example)
    found = cost(call, declared.example, EXAMPLES)
    saved, operations = watched(call, declared.example)
    assert found.activations == saved
    assert found.flops == operations or name in SLIPS


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("steps", [1, 2, 3, 4, 11])
def test_steps_that_are_not_run_are_reckoned_as_if_they_were(name: str, steps: int) -> None:
    shape = Shape((steps, 6), axes="LF")
    call = call_of(name, shape)
    found = cost(call, shape, EXAMPLES)
    assert (found.activations, found.flops) == watched(call, shape)


def test_recurrent_networks_in_a_row_cost_as_much_as_one_run_through() -> None:
    inner = {"every_step": True, "num_layers": 2, "bidirectional": True, "hidden_size": 5}
    layers = [LAYERS["LSTM"](**inner), LAYERS["GRU"](**inner), LAYERS["Linear"](), LAYERS["RNN"](), LAYERS["Output"]()]
    shape = Shape((7, 6), axes="LF")
    call = Call("Sequential", *(made for _, made in follow(layers, shape, Shape((10,)))))
    found = cost(call, shape, EXAMPLES)
    saved, operations = watched(call, shape)
    assert found.flops == operations
    assert found.activations == pytest.approx(saved, rel=0.05)  # what one layer gives and the next keeps is shared


def test_the_channels_of_a_depthwise_convolution_are_counted_alone() -> None:
    shape = LAYERS["DepthwiseConv2d"].example  # type: ignore[attr-defined]
    found = cost(call_of("DepthwiseConv2d", shape), shape, EXAMPLES)
    forwards = 2 * 3 * 3 * 3 * 6 * 6  # multiply and add, window, channels, places
    assert found.flops == EXAMPLES * 2 * forwards  # forwards, and once more for the weights' gradient
