"""ONNX: the network as a file that runs without torch, held against torch before it is handed out.

Torch has two ways to write it. The older one follows one example through the network and takes a tenth of a second;
the newer one reads the code, takes seconds, and knows some layers that the older does not. What neither can write, or
what onnxruntime then computes differently, is refused with a sentence that names the layers.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from dlcore.errors import ExportError
from dlcore.export.quiet import quiet
from dlcore.i18n import N_, Text
from dlcore.inference.trained import allowed, difference, outputs

# What ONNX cannot express the same, by the layer and why; the README says the same. The tests hold both to it.
NOT_IN_ONNX = {
    "AdaptiveMaxPool": N_("ONNX has no maximum over windows of unequal size: the output must divide the input."),
    "AdaptiveAvgPool3d": N_("ONNX has no mean over boxes of unequal size: the output must divide the input."),
    "LayerNorm": N_("onnxruntime loses digits where it averages over more than 10,000 numbers of an example."),
}
MOST_NORMALIZED = 10_000  # numbers over which onnxruntime's LayerNorm is still as exact as torch's
OPSET = 18


def to_onnx(model: nn.Module, x: Tensor, metadata: Mapping[str, str] | None = None) -> tuple[bytes, float]:
    """The bytes of an `.onnx` file with inputs `x` and outputs `y`, both with any number of examples.

    Returns them with the largest difference from torch over the examples `x` (N, *shape), in batches and one by one.
    Raises ExportError for what ONNX cannot express, or computes differently.
    """
    expected = outputs(model, x)
    for write in (_by_example, _by_code):
        try:
            with quiet():
                raw = write(model, x[:2])
                found = largest_difference(raw, x, expected)
        except Exception:  # a file of another project: its kinds of error are many, and all mean that it cannot
            continue
        if found <= allowed(expected):
            return _signed(raw, metadata or {}), found
    raise ExportError(_refusal(model))


def _refusal(model: nn.Module) -> Text:
    """The layer that is known to be at fault, and why; or all layers, where none is."""
    found = [each for each in model.modules() if not list(each.children())]
    layers = sorted({type(each).__name__ for each in found})
    suspects = sorted({type(each).__name__ for each in found if not _is_exact(each)})
    for name, reason in NOT_IN_ONNX.items():
        if guilty := [layer for layer in suspects if layer.startswith(name)]:
            return Text(N_("{layer} cannot be written as ONNX: {reason}"), layer=guilty[0], reason=Text(reason))
    sentence = N_("This network cannot be written as ONNX so that it computes the same. Its layers: {layers}.")
    return Text(sentence, layers=", ".join(layers))


def _is_exact(module: nn.Module) -> bool:
    """Whether this is a LayerNorm over few enough numbers."""
    return isinstance(module, nn.LayerNorm) and math.prod(module.normalized_shape) <= MOST_NORMALIZED


def largest_difference(raw: bytes, x: Tensor, expected: Tensor) -> float:
    """How far onnxruntime is from torch, over all examples at once and over the first by itself.

    Shapes: x (N, *shape), expected (N, *). Raises what onnxruntime raises for a file that it cannot run.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
    return max(
        difference(torch.from_numpy(session.run(None, {"x": x[:count].numpy()})[0]), expected[:count])
        for count in (len(x), 1)
    )


def _by_example(model: nn.Module, x: Tensor) -> bytes:
    """Follow an example through the network, and write down what is computed on the way."""
    buffer: Any = io.BytesIO()
    any_number = {"x": {0: "batch"}, "y": {0: "batch"}}
    torch.onnx.export(model, (x,), buffer, dynamo=False, input_names=["x"], output_names=["y"], dynamic_axes=any_number)
    written: bytes = buffer.getvalue()
    return written


def _by_code(model: nn.Module, x: Tensor) -> bytes:
    """Read the network's code, and write it down in ONNX's operators."""
    buffer = io.BytesIO()
    shapes = ({0: torch.export.Dim("batch")},)
    program: Any = torch.onnx.export(
        model, (x,), dynamo=True, verbose=False, input_names=["x"], output_names=["y"], dynamic_shapes=shapes,
        opset_version=OPSET,
    )  # fmt: skip
    program.save(buffer)
    return buffer.getvalue()


def _signed(raw: bytes, metadata: Mapping[str, str]) -> bytes:
    """The file with what it says about itself."""
    import onnx

    model = onnx.load_from_string(raw)
    onnx.helper.set_model_props(model, dict(metadata))
    return bytes(model.SerializeToString())
