"""The exported script knows nothing of this library and prints its numbers, to the last bit."""

from __future__ import annotations

import functools
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import dlcore
from dlcore import network
from dlcore.codegen import keras_code, model_code, source_code
from dlcore.codegen.data_source import _from_file
from dlcore.codegen.model import pasted
from dlcore.data.base import About
from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.data.load import all_rows
from dlcore.data.uploads import UserDataset, upload_access
from dlcore.declaration import Shape
from dlcore.experiment import Experiment
from dlcore.layers.initialization import WEIGHTS
from dlcore.layers.stack import follow
from dlcore.presets import PRESETS
from dlcore.registry import AUGMENTATIONS, DATASETS, LAYERS, LOSSES, OPTIMIZERS, SCHEDULES
from dlcore.training.events import EpochEnded
from tests.presets.some_presets import some_presets

EPOCHS = 2


@pytest.fixture(autouse=True)
def _one_thread(one_thread: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def app_losses(experiment: Experiment) -> list[tuple[float, float | None]]:
    return [
        (event.train.loss, None if event.validation is None else event.validation.loss)
        for event in dlcore.train(experiment) if isinstance(event, EpochEnded)
    ]  # fmt: skip


def script_losses(experiment: Experiment, folder: Path) -> list[tuple[float, float | None]]:
    script = folder / "train.py"
    script.write_text(source_code(experiment), encoding="utf-8")
    assert "dlcore" not in script.read_text("utf-8")
    losses: list[tuple[float, float | None]] = runpy.run_path(str(script))["history"]
    return losses


def variant(**changes: Any) -> Experiment:
    plain: dict[str, Any] = {
        "dataset": {"name": "digits"},
        "network": [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 24}, {"layer": "ReLU"},
                    {"layer": "Dropout", "p": 0.4}, {"layer": "Output"}],
        "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "epochs": EPOCHS, "device": "cpu"},
        "seed": 5,
    }  # fmt: skip
    for key, value in changes.items():
        plain[key] = {**plain[key], **value} if isinstance(plain[key], dict) else value
    return Experiment.from_dict(plain)


def suiting(about: About) -> list[dict[str, Any]]:
    if about.task == "next-token":
        return [{"layer": "Embedding", "embedding_dim": 4}, {"layer": "Output"}]
    first = [] if about.shape.vocabulary is None else [{"layer": "Embedding", "embedding_dim": 4}]
    return [*first, {"layer": "Flatten"}, {"layer": "Linear", "out_features": 24}, {"layer": "ReLU"},
            {"layer": "Dropout", "p": 0.4}, {"layer": "Output"}]  # fmt: skip


def shortened(experiment: Experiment) -> Experiment:
    plain = experiment.to_dict()
    plain["training"] |= {"epochs": EPOCHS, "device": "cpu"}
    plain["dataset"] |= {"limit": 150} | ({"samples": 500} if "samples" in plain["dataset"] else {})
    return Experiment.from_dict(plain)


@pytest.mark.parametrize("name", some_presets(turn=3))
def test_every_preset_gives_the_apps_losses_as_a_script(name: str, tmp_path: Path) -> None:
    experiment = shortened(PRESETS[name].at_hand)
    if isinstance(experiment.dataset.source, UserDataset):  # no script reaches its rows
        np.savez(tmp_path / "data.npz", **all_rows(experiment))  # type: ignore[arg-type]
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


@pytest.mark.parametrize(
    "name", [name for name, each in DATASETS.items() if not issubclass(each, UserDataset | Downloaded)]
)
def test_every_data_set_gives_the_apps_losses_as_a_script(name: str, tmp_path: Path) -> None:
    about = DATASETS[name]().about()  # type: ignore[attr-defined]
    loss = next(loss for loss, each in LOSSES.items() if about.task in each.tasks)
    fewer = {"samples": 500} if "samples" in DATASETS[name].model_fields else {}
    experiment = variant(dataset={"name": name, **fewer}, network=suiting(about), training={"loss": loss})
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


# What can be before a layer so that it works on some data set: data set, and the layers in front.
BEFORE: list[tuple[str, list[dict[str, Any]]]] = [
    ("iris", [{"layer": "Linear", "out_features": 16}]),
    ("digits", [{"layer": "Conv2d", "out_channels": 8, "kernel_size": 1}]),
    ("reviews", [{"layer": "Embedding", "embedding_dim": 16}]),
    ("reviews", []),
    ("waves", [{"layer": "AvgPool1d", "kernel_size": 16}]),
    ("clips", [{"layer": "AvgPool3d", "kernel_size": 2}]),
]


def around(layer: dict[str, Any]) -> Experiment:
    """The first data set on which a network with this layer works."""
    for dataset, before in BEFORE:
        about = DATASETS[dataset]().about()  # type: ignore[attr-defined]
        for after in ([], [{"layer": "Flatten"}]):
            made = variant(
                dataset={"name": dataset, "limit": 50},
                network=[*before, layer, *after, {"layer": "Output"}],
                training={"loss": next(loss for loss, each in LOSSES.items() if about.task in each.tasks)},
            )
            if network.diagnose(made.network, about).error is None:
                return made
    raise AssertionError(f"no data set suits {layer}")


@pytest.mark.parametrize("name", [name for name in LAYERS if name != "Output"])
def test_every_layer_gives_the_apps_losses_as_a_script(name: str, tmp_path: Path) -> None:
    declared: Any = LAYERS[name]
    experiment = around(declared(**declared.sample).to_dict())
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_optimizer_gives_the_apps_losses_as_a_script(name: str, tmp_path: Path) -> None:
    experiment = variant(training={"optimizer": {"name": name, "lr": 0.01, "weight_decay": 0.02}})
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


@pytest.mark.parametrize("choice", [
    {"scale": "none"}, {"scale": "minmax"}, {"limit": 100}, {"split": {"test": 0, "validation": 0.3}},
    {"split": {"method": "kfold", "folds": 3, "fold": 2}},
    {"split": {"method": "kfold", "folds": 4, "shuffle": False, "stratify": False, "test": 0}},
    {"split": {"test": 0.3, "validation": 0}}, {"split": {"test": 0, "validation": 0}}, {"label_noise": 0.3},
    {"label_noise": 0.4, "limit": 60, "split": {"method": "kfold", "folds": 3, "fold": 2}},
], ids=str)  # fmt: skip
def test_every_way_to_divide_and_scale_gives_the_apps_losses(choice: dict[str, Any], tmp_path: Path) -> None:
    experiment = variant(dataset={"name": "digits", **choice})
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


def test_an_unscaled_target_and_a_lone_last_example_are_treated_alike(tmp_path: Path) -> None:
    experiment = variant(
        dataset={"name": "diabetes", "scale_target": "none", "limit": 97},
        network=[
            {"layer": "Linear", "out_features": 8},
            {"layer": "BatchNorm1d"},
            {"layer": "ReLU"},
            {"layer": "Output"},
        ],
        training={"loss": "MSELoss"},
    )
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


def unlike_default(name: str) -> dict[str, Any]:
    """A loss with each of its settings changed."""
    others: dict[str, Any] = {"class_weights": "balanced", "label_smoothing": 0.1, "pos_weight": 2.5, "delta": 0.3}
    return {"name": name, **{key: value for key, value in others.items() if key in LOSSES[name].model_fields}}


@pytest.mark.parametrize("changed", [False, True], ids=["default", "changed"])
@pytest.mark.parametrize(("name", "task"), [(name, task) for name, loss in LOSSES.items() for task in loss.tasks])  # type: ignore[attr-defined]
def test_every_loss_gives_the_apps_losses_as_a_script(name: str, task: str, changed: bool, tmp_path: Path) -> None:
    data = {"binary": "reviews", "multilabel": "scenes", "next-token": "manual", "regression": "diabetes"}
    dataset = {"name": data.get(task, "digits"), "limit": 90}
    about = DATASETS[dataset["name"]]().about()  # type: ignore[attr-defined]
    loss = unlike_default(name) if changed else name
    experiment = variant(dataset=dataset, network=suiting(about), training={"loss": loss})
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_every_schedule_gives_the_apps_losses_as_a_script(name: str, tmp_path: Path) -> None:
    short: dict[str, Any] = {"StepLR": {"step_size": 1}, "ConstantThenExponential": {"constant": 1, "rate": 0.5},
                             "ReduceLROnPlateau": {"patience": 0, "factor": 0.5}}  # fmt: skip
    training = {"epochs": 4, "schedule": {"name": name, **short.get(name, {})}, "optimizer": {"name": "SGD", "lr": 2.0}}
    experiment = variant(dataset={"name": "digits", "limit": 150}, training=training)
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


@pytest.mark.parametrize("training", [
    *({"initialization": name} for name in WEIGHTS), {"clip_norm": 0.05}, {"precision": "mixed"},
    {"patience": 1, "optimizer": {"name": "SGD", "lr": 3.0}}, {"patience": 2, "min_delta": 0.2, "epochs": 9},
], ids=str)  # fmt: skip
def test_what_is_seldom_set_gives_the_apps_losses_as_a_script(training: dict[str, Any], tmp_path: Path) -> None:
    experiment = variant(dataset={"name": "digits", "limit": 150}, training={"epochs": 6, **training})
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


def test_a_script_whose_data_lies_beside_it_reads_it_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment = variant(dataset={"name": "iris"}, network=[{"layer": "Output"}])
    rows = experiment.dataset.source.read(experiment.seed)  # type: ignore[attr-defined]
    np.savez(tmp_path / "data.npz", x=rows.x, y=rows.y)
    monkeypatch.setattr("dlcore.codegen.data_source._bundled", lambda source: _from_file(by=False, kept=False))
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


@pytest.mark.parametrize("every", [False, True])
def test_augmented_pictures_give_the_apps_losses_as_a_script(tmp_path: Path, every: bool) -> None:
    chosen = list(AUGMENTATIONS) if every else ["RandomRotation"]
    training = {"augmentation": [{"name": name} for name in chosen]}
    experiment = variant(dataset={"name": "digits", "limit": 150}, training=training)
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


@pytest.mark.parametrize("action", ["clip", "drop"])
@pytest.mark.parametrize("target", ["kind", "width"])
def test_a_cleaned_table_gives_the_apps_losses_as_a_script(tmp_path: Path, action: str, target: str) -> None:
    random = np.random.default_rng(1)
    lengths = [f"{each:.3f}" if number % 9 else "" for number, each in enumerate(random.normal(size=80))]
    rows = [f"{each},{random.normal():.3f},{'rgb'[n % 3]},{'ab'[n % 2]}" for n, each in enumerate(lengths)]
    (tmp_path / "table.csv").write_text("\n".join(["length,width,colour,kind", *rows]))
    upload_access.allow_files(tmp_path)
    recipe = [{"step": "Outliers", "method": "zscore", "limit": 1.5, "action": action},
              {"step": "FillMissing", "strategy": "mean"}, {"step": "Encode", "to": "ordinal"}]  # fmt: skip
    loss = "BCEWithLogitsLoss" if target == "kind" else "MSELoss"
    experiment = variant(dataset={"name": "file:table.csv", "target": target, "recipe": recipe},
                         network=[{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}],
                         training={"loss": loss, "schedule": "OneCycleLR", "batch_size": 4})  # fmt: skip
    np.savez(tmp_path / "data.npz", **all_rows(experiment))  # type: ignore[arg-type]
    assert script_losses(experiment, tmp_path) == app_losses(experiment)


@pytest.mark.parametrize("name", list(PRESETS))
def test_a_script_is_formatted_as_a_textbook_prints_it(name: str) -> None:
    experiment = PRESETS[name].experiment
    models = [model_code(experiment, style).text for style in ("sequential", "module")]  # type: ignore[arg-type]
    for text in (source_code(experiment), keras_code(experiment), *models):
        lines = text.splitlines()
        assert max(map(len, lines)) <= 120
        assert "\n\n\n\n" not in "\n".join(lines)


@functools.cache
def some_rows(name: str) -> torch.Tensor:
    """Four examples of what a preset learns from."""
    return dlcore.load(PRESETS[name].at_hand).train.x[:4].clone()


@pytest.mark.parametrize("style", ["sequential", "module"])
@pytest.mark.parametrize("name", some_presets(turn=4))
def test_the_exported_model_takes_the_apps_weights(name: str, style: Any) -> None:
    experiment = PRESETS[name].at_hand
    built = network.build(experiment)
    namespace: dict[str, Any] = {}
    exec(model_code(experiment, style).text, namespace)
    model = namespace["model"] if style == "sequential" else namespace["Network"]()
    model.load_state_dict(built.state_dict(), strict=True)
    x = some_rows(name)
    assert torch.equal(model.eval()(x), built.eval()(x))


@pytest.mark.parametrize("style", ["sequential", "module"])
def test_the_line_of_each_layer_is_where_it_is_said_to_be(style: Any) -> None:
    experiment = PRESETS["digits-cnn"].experiment
    listing = model_code(experiment, style)
    lines = listing.text.splitlines()
    for place, step in enumerate(network.trace(experiment)):
        assert step.source in lines[listing.lines[(place,)] - 1]


def test_the_script_compiles_and_shows_the_shape_each_layer_makes() -> None:
    text = source_code(PRESETS["digits-mlp"].experiment)
    compile(text, "train.py", "exec")
    assert "nn.Linear(64, 128),                   # (N, 128)" in text


@pytest.mark.parametrize("name", list(LAYERS))
def test_what_a_layer_needs_beyond_torch_is_pasted_whole(name: str) -> None:
    """In a namespace with nothing but torch, the pasted source and the layer's line make the same module."""
    declared: Any = LAYERS[name]
    layer = declared(**declared.sample)
    ((_step, call),) = follow([layer], layer.example, Shape((10,)))
    namespace: dict[str, Any] = {"torch": torch, "nn": torch.nn}
    exec("\n".join(pasted((call,))), namespace)
    written, built = eval(call.source(), namespace), call.build()
    written.load_state_dict(built.state_dict(), strict=True)
    assert repr(written) == repr(built)
