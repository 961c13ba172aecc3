"""What leaves as ONNX or through torch.export computes what torch computes, layer by layer and preset by preset."""

from __future__ import annotations

import io
import json
from pathlib import Path

import onnx
import onnxruntime
import pytest
import torch
from torch import nn

from dlcore import network
from dlcore.declaration import Shape
from dlcore.errors import ExportError
from dlcore.export.onnx import NOT_IN_ONNX, to_onnx
from dlcore.export.program import METADATA, to_program
from dlcore.layers import Layer
from dlcore.layers.stack import follow
from dlcore.presets import PRESETS
from tests.codegen.test_keras import FITTING, NOT_IN_KERAS, lived_in
from tests.contracts.variants import batch, described, some_of_each
from tests.presets.some_presets import some_presets

# What ONNX cannot express, setting by setting; `NOT_IN_ONNX` has the reasons, and the README says the same.
REFUSED = {
    "AdaptiveMaxPool1d-output_size=512", "AdaptiveMaxPool2d-output_size=512", "AdaptiveMaxPool3d-output_size=64",
    "AdaptiveAvgPool3d-output_size=64",
}  # fmt: skip


def alone(layer: Layer) -> nn.Sequential:
    ((_, call),) = follow([layer], layer.example, Shape((10,)))
    return nn.Sequential(call.build())


def opened(raw: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # tests share the cores
    return onnxruntime.InferenceSession(raw, options)


@pytest.mark.parametrize("layer", some_of_each(FITTING, turn=3, besides=REFUSED), ids=described)
def test_every_layer_computes_the_same_in_onnxruntime_or_is_refused_by_name(layer: Layer) -> None:
    torch.manual_seed(0)
    model, x = lived_in(alone(layer)), batch(layer.example, 3)
    if described(layer) in REFUSED:
        with pytest.raises(ExportError) as refused:
            to_onnx(model, x)
        assert any(str(refused.value) == f"{layer.name} cannot be written as ONNX: {why}"
                   for name, why in NOT_IN_ONNX.items() if layer.name.startswith(name))  # fmt: skip
        return
    raw, _ = to_onnx(model, x)
    session = opened(raw)
    for count in (1, 5):
        x = batch(layer.example, count)
        with torch.inference_mode():
            expected = model(x)
        found = torch.from_numpy(session.run(None, {"x": x.numpy()})[0])
        assert found.shape == expected.shape
        assert float((found - expected).abs().max()) <= 1e-5 * max(1.0, float(expected.abs().max()))


@pytest.mark.parametrize("name", some_presets(turn=1))
def test_every_preset_leaves_as_onnx_for_any_number_of_examples(name: str) -> None:
    experiment = PRESETS[name].experiment
    shape = network.about_of(experiment).shape
    raw, difference = to_onnx(lived_in(network.build(experiment)), batch(shape, 4), {"run": name})
    assert difference <= 1e-4  # of outputs beyond 1, in proportion: see `allowed`
    model = onnx.load_from_string(raw)
    assert model.graph.input[0].type.tensor_type.shape.dim[0].dim_param
    assert {each.key: each.value for each in model.metadata_props} == {"run": name}


@pytest.mark.parametrize("name", ["digits-mlp", "little-resnet", "sentiment-lstm", "manual-gpt"])
def test_a_preset_leaves_through_torch_export_and_runs_without_its_code(name: str) -> None:
    experiment = PRESETS[name].experiment
    model, shape = lived_in(network.build(experiment)), network.about_of(experiment).shape
    x = batch(shape, 5)
    with torch.inference_mode():
        expected = model(x)
    raw, _ = to_program(model, batch(shape, 3), {"run": name})
    said = {METADATA: ""}
    program = torch.export.load(io.BytesIO(raw), extra_files=said)
    assert json.loads(said[METADATA]) == {"run": name}
    with torch.inference_mode():
        assert torch.allclose(program.module()(x), expected, atol=1e-5)


def test_a_network_that_would_compute_something_else_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlcore.export.onnx.largest_difference", lambda *_: 0.5)
    with pytest.raises(ExportError, match=r"cannot be written as ONNX so that it computes the same.*Linear"):
        to_onnx(nn.Sequential(nn.Linear(4, 2)), torch.randn(3, 4))
    monkeypatch.setattr("dlcore.export.program.difference", lambda *_: float("nan"))
    with pytest.raises(ExportError, match="something else"):
        to_program(nn.Sequential(nn.Linear(4, 2)), torch.randn(3, 4))


def test_the_readme_lists_what_cannot_be_expressed_and_why() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    rows = [line for line in readme.splitlines() if line.startswith(("| ONNX |", "| Keras |"))]
    for reasons, where in ((NOT_IN_ONNX, "ONNX"), (NOT_IN_KERAS, "Keras")):
        for name, why in reasons.items():
            layer = name.partition("-")[0].rstrip("123d") if where == "Keras" else name
            assert any(row.startswith(f"| {where} | `{layer}") and row.endswith(f"| {why} |") for row in rows), name
