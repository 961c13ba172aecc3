"""Blocks in blocks: shapes, source, mistakes and repairs find their way inside."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import yaml

from dlcore.data.base import About
from dlcore.declaration import Shape
from dlcore.errors import ExperimentError
from dlcore.experiment import MAX_LAYERS, Experiment, parse_layers
from dlcore.network import apply_repair, build, call, check, diagnose, trace
from tests.contracts.variants import batch
from tests.network.stacks import IMAGES, TABLE, TEN, conv, experiment, layer, linear, mistake, stack

WORDS = About("multiclass", Shape((12,), vocabulary=50), rows=100, classes=("good", "bad"))


def residual(*layers: Any) -> dict[str, Any]:
    return layer("Residual", layers=list(layers))


def branches(*stacks: list[Any], join: str = "concatenate") -> dict[str, Any]:
    return layer("Branches", branches=list(stacks), join=join)


def same(out_channels: int, **settings: Any) -> dict[str, Any]:
    """A convolution that keeps the sides."""
    return layer("Conv2d", out_channels=out_channels, padding=1, **settings)


def test_a_residual_that_keeps_its_sizes_has_no_projection() -> None:
    layers = stack(residual(linear(4), "ReLU", linear(4)), "Output")
    assert call(layers, TABLE).source() == (
        "nn.Sequential(Residual(nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))), nn.Linear(4, 3))"
    )


@pytest.mark.parametrize(
    ("layers", "projection", "parameters"),
    [
        ([same(8)], "nn.Conv2d(3, 8, 1)", 3 * 8 + 8),
        ([same(8, stride=2)], "nn.Conv2d(3, 8, 1, stride=2)", 3 * 8 + 8),
        ([same(3), layer("MaxPool2d", kernel_size=4)], "nn.Conv2d(3, 3, 1, stride=4)", 3 * 3 + 3),
    ],
)
def test_a_residual_projects_its_input_where_sizes_change(layers: list[Any], projection: str, parameters: int) -> None:
    (step, _), plain = diagnose(stack(residual(*layers), "Flatten"), IMAGES).steps, diagnose(stack(*layers), IMAGES)
    assert step.source.endswith(f", {projection})")
    assert step.parameters == plain.parameters + parameters
    assert step.made == plain.steps[-1].made


def test_a_sequence_is_projected_vector_by_vector() -> None:
    layers = stack("Embedding", residual(linear(8)), "PoolOverTime", "Output")
    assert diagnose(layers, WORDS).steps[1].source.endswith("nn.Linear(32, 8))")


def test_branches_add_up_their_channels() -> None:
    inception = branches(
        [conv(8, 1)], [same(6)], [layer("MaxPool2d", kernel_size=3, stride=1, padding=1), conv(4, 1)], []
    )
    diagnosis = diagnose(stack(inception, "Flatten", "Output"), IMAGES)
    assert diagnosis.error is None
    assert diagnosis.steps[0].made == (8 + 6 + 4 + 3, 32, 32)
    assert [child.path for child in diagnosis.steps[0].children] == [(0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 2, 1)]


def test_a_vocabulary_of_vectors_is_joined_along_its_features() -> None:
    both = branches([layer("LSTM", every_step=True, hidden_size=5)], [linear(7)])
    assert diagnose(stack("Embedding", both, "PoolOverTime", "Output"), WORDS).steps[1].made == (12, 12)


def test_a_nested_network_runs_with_the_shapes_that_were_said() -> None:
    inner = branches([same(4), "ReLU"], [residual(same(4), "BatchNorm2d", "ReLU")], join="add")
    nested = experiment(residual(inner, "ReLU", same(6, stride=2)), "GlobalAvgPool", "Output")
    steps, module = trace(nested), build(nested)
    with torch.no_grad():
        x = batch(Shape((1, 8, 8)))
        for step, part in zip(steps, module, strict=True):
            x = part(x)
            assert tuple(x.shape[1:]) == step.made
    assert sum(each.numel() for each in module.parameters()) == sum(step.parameters for step in steps)
    assert steps[0].children[0].children[2].children[1].layer == "BatchNorm2d"
    assert steps[0].children[0].children[2].children[1].path == (0, 0, 1, 0, 1)
    check(nested)


def test_the_children_stand_in_the_json_of_a_block_alone() -> None:
    block, output = (step.to_json() for step in trace(experiment("Flatten", residual(linear(64)), "Output"))[1:])
    assert [child["layer"] for child in block["children"]] == ["Linear"]
    assert "children" not in output


def test_nested_layers_survive_yaml() -> None:
    nested = experiment(residual(branches([same(4)], []), "ReLU"), "Flatten", "Output")
    assert Experiment.from_yaml_text(nested.to_yaml()) == nested
    assert Experiment.from_dict(yaml.safe_load(nested.to_yaml())) == nested


@pytest.mark.parametrize(
    ("layers", "field", "words"),
    [
        ([residual(layer("Linear", out_features=0))], "network.0.layers.0.out_features", "layers, layer 1, out_feat"),
        ([branches([], ["ReLU", "Linar"])], "network.0.branches.1.1.layer", "Did you mean Linear?"),
        ([residual(residual(layer("Dropout", p=2)))], "network.0.layers.0.layers.0.p", "2 came"),
        ([layer("Residual", layers="ReLU")], "network.0.layers", "must be a list of layers"),
        ([layer("Branches", branches=[1])], "network.0.branches.0", "must be a list of layers"),
        ([layer("Branches", branches={})], "network.0.branches", "must be a list of lists of layers"),
        ([layer("Branches", join="multiply")], "network.0.join", "concatenate, add"),
        ([layer("Residual", layer_list=[])], "network.0.layer_list", "Did you mean layers?"),
        ([residual(*["ReLU"] * (MAX_LAYERS + 1))], "network.0.layers", "at most 500 layers"),
        ([residual(*[{"layer": "ReLU"}] * 300), residual(*[{"layer": "ReLU"}] * 300)], "network", "at most 500 layers"),
    ],
)  # fmt: skip
def test_a_mistake_inside_a_block_is_named_with_its_way_there(layers: list[Any], field: str, words: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        parse_layers(layers, "network")
    assert caught.value.field == field
    assert words in str(caught.value)


def test_blocks_may_be_nested_deep_but_not_endlessly() -> None:
    def nested(depth: int) -> Any:
        made: Any = linear(4)
        for _ in range(depth):
            made = residual(made)
        return made

    diagnosis = diagnose(stack(nested(20), "Output"), TABLE)
    assert diagnosis.error is None
    with pytest.raises(ExperimentError, match="too deep"):
        stack(nested(5000), "Output")


MISTAKES: list[tuple[list[Any], tuple[int, ...], str | None, str]] = [
    (
        [residual("Linear"), "Flatten", "Output"],
        (0, 0),
        "insert:Flatten",
        "Layer 1.1 (Linear) expects a flat vector but receives an image (3, 32, 32). Insert Flatten before it.",
    ),
    (
        [branches([same(4)], [same(4), "BatchNorm1d"]), "Flatten", "Output"],
        (0, 1, 1),
        "replace:BatchNorm2d",
        "Layer 1.2.2 (BatchNorm1d) expects a flat vector or a sequence with channels but receives "
        "an image (4, 32, 32). Use BatchNorm2d here.",
    ),
    (
        [residual(conv(4)), "Flatten", "Output"],
        (0,),
        None,
        "Layer 1 (Residual) cannot add an image (4, 30, 30), which its layers make, to an image (3, 32, 32), which "
        "came in. Give convolutions and pooling inside the padding that keeps the sizes.",
    ),
    (
        [branches([same(4)], [conv(4)]), "Flatten", "Output"],
        (0,),
        None,
        "Layer 1 (Branches) cannot join its branches: the first makes an image (4, 32, 32), number 2 makes an image "
        "(4, 30, 30). Give convolutions and pooling the padding that keeps the sizes equal.",
    ),
    (
        [branches([same(4)], [same(5)], join="add"), "Flatten", "Output"],
        (0,),
        None,
        "Layer 1 (Branches) cannot join its branches: the first makes an image (4, 32, 32), number 2 makes an image "
        "(5, 32, 32). Give convolutions and pooling the padding that keeps the sizes equal.",
    ),
    (
        [residual("Flatten", "Output"), "Output"],
        (0, 1),
        "remove",
        "Layer 1.2 (Output) belongs at the end of the network, not into a block. Remove it.",
    ),
    (
        ["Residual", "Flatten", "Output"],
        (0,),
        None,
        "Layer 1 (Residual) is empty: put the layers inside that its skip leads around.",
    ),
    (
        [branches(), "Flatten", "Output"],
        (0,),
        None,
        "Layer 1 (Branches) has no branches yet: add one, and layers inside.",
    ),
]


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case[3][:50])
def test_a_network_mistake_inside_a_block_shows_the_nesting(
    case: tuple[list[Any], tuple[int, ...], str | None, str],
) -> None:
    layers, path, repair, sentence = case
    error = mistake(stack(*layers))
    assert str(error) == sentence
    assert (error.path, error.repair) == (path, repair)


@pytest.mark.parametrize("case", [case for case in MISTAKES if case[2]], ids=lambda case: case[3][:50])
def test_a_repair_reaches_into_the_block(case: tuple[list[Any], tuple[int, ...], str, str]) -> None:
    layers, path, repair, _ = case
    after = diagnose(apply_repair(stack(*layers), path, repair), IMAGES)
    assert after.error is None or after.error.path != path


def test_the_warnings_look_inside_too() -> None:
    diagnosis = diagnose(stack(residual(linear(4), linear(4), "ReLU", "ReLU"), "Output"), TABLE)
    assert [(warning.path, warning.repair) for warning in diagnosis.warnings] == [
        ((0, 1), "insert:ReLU"),
        ((0, 3), "remove"),
    ]
    assert "Layer 1.1 (Linear)" in str(diagnosis.warnings[0].text)


def test_ten_classes_of_images_come_out_of_a_little_resnet() -> None:
    resnet = stack(
        *(same(16), "BatchNorm2d", "ReLU"),
        *(residual(same(16), "BatchNorm2d", "ReLU", same(16), "BatchNorm2d"), "ReLU"),
        *(residual(same(32, stride=2), "BatchNorm2d", "ReLU", same(32), "BatchNorm2d"), "ReLU"),
        *("GlobalAvgPool", "Output"),
    )
    diagnosis = diagnose(resnet, IMAGES)
    assert diagnosis.error is None
    assert diagnosis.warnings == ()
    assert diagnosis.steps[-1].made == (len(TEN),)
