"""Stacks of layers and data that several tests of the network speak about."""

from __future__ import annotations

from typing import Any

from dlcore.data.base import About
from dlcore.declaration import Declaration, Shape
from dlcore.errors import NetworkError
from dlcore.experiment import Experiment, parse_layers
from dlcore.network import diagnose

TEN = tuple("0123456789")
IMAGES = About("multiclass", Shape((3, 32, 32)), rows=1000, classes=TEN)
GREY = About("multiclass", Shape((1, 28, 28)), rows=1000, classes=TEN)
TABLE = About("multiclass", Shape((4,)), rows=150, classes=("a", "b", "c"))
FLAG = About("binary", Shape((4,)), rows=150, classes=("no", "yes"))
LABELS = About("multilabel", Shape((4,)), rows=150, classes=("beach", "forest"))
NUMBERS = About("regression", Shape((10,)), rows=442)


def layer(name: str, **settings: Any) -> dict[str, Any]:
    return {"layer": name, **settings}


def conv(out_channels: int, kernel_size: int = 3) -> dict[str, Any]:
    return layer("Conv2d", out_channels=out_channels, kernel_size=kernel_size)


def linear(out_features: int) -> dict[str, Any]:
    return layer("Linear", out_features=out_features)


def residual(*layers: Any) -> dict[str, Any]:
    return layer("Residual", layers=[each if isinstance(each, dict) else layer(each) for each in layers])


def stack(*layers: Any) -> tuple[Declaration, ...]:
    """Layers by name or by mapping."""
    return parse_layers(list(layers), "network")


def mistake(layers: tuple[Declaration, ...], about: About = IMAGES) -> NetworkError:
    """The error that a stack of layers is diagnosed with."""
    error = diagnose(layers, about).error
    assert error is not None, "this network was expected to be refused"
    return error


def experiment(*layers: Any, dataset: str = "digits", loss: str = "CrossEntropyLoss", **training: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": dataset},
            "network": list(layers),
            "training": {"loss": loss, "optimizer": "Adam", **training},
        }
    )


SMALL_CNN = stack(
    *(conv(32), "ReLU", "MaxPool2d"),
    *(conv(64), "ReLU", "MaxPool2d"),
    *(conv(64), "ReLU", "Flatten"),
    *(linear(64), "ReLU", "Output"),
)
LENET = stack(
    *(conv(6, 5), "ReLU", "MaxPool2d"),
    *(conv(16, 5), "ReLU", "MaxPool2d", "Flatten"),
    *(linear(120), "ReLU", linear(84), "ReLU", "Output"),
)
DENSE = stack("Flatten", linear(512), "ReLU", "Output")
