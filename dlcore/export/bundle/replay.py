"""Does a bundle still answer as the app did? Its samples are replayed by this library, not by the file's own code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from dlcore import network
from dlcore.data.base import About
from dlcore.declaration import Declaration, Shape
from dlcore.errors import ExportError
from dlcore.export.bundle.reading import Bundle, open_bundle
from dlcore.export.weights import read
from dlcore.i18n import N_, Text
from dlcore.inference.preprocessing import prepare
from dlcore.inference.trained import allowed, difference, outputs
from dlcore.layers.cost import machine_memory


@dataclass(frozen=True)
class Replayed:
    """How far the answers of now are from those in the file."""

    samples: int
    difference: float
    allowed: float

    @property
    def agrees(self) -> bool:
        """Whether they are the same but for rounding."""
        return self.difference <= self.allowed


def replay(path: Path) -> Replayed:
    """Build the network of a bundle, give it its weights, and compare its answers with the ones written down.

    Raises ExportError, ExperimentError, NetworkError or WeightsError with what is wrong in the file.
    """
    bundle = open_bundle(path)
    experiment = bundle.experiment()
    samples, known = bundle.json("samples.json"), bundle.json("preprocessing.json")
    model = _network(experiment.network, known, bundle)
    model.load_state_dict(read(bundle.files["weights.safetensors"], "weights.safetensors", model), strict=True)
    try:
        inputs, expected = prepare(samples["inputs"], known), torch.tensor(samples["outputs"], dtype=torch.float32)
        apart = difference(outputs(model.eval(), inputs), expected)
    except (KeyError, TypeError, ValueError, IndexError, RuntimeError, OverflowError):
        raise ExportError(Text(N_("{file}: its samples do not suit its network."), file=bundle.name)) from None
    return Replayed(len(expected), apart, allowed(expected))


def _network(layers: Sequence[Declaration], known: dict[str, Any], bundle: Bundle) -> nn.Module:
    """The layers for data like this: the data set itself need not be here. Raises NetworkError, ExportError."""
    try:
        incoming, names = known["input"], json.loads(bundle.files["classes.json"])
        shape = Shape(map(int, incoming["shape"]), vocabulary=incoming.get("vocabulary"))
        about = About(known["task"], shape, 0, tuple(map(str, names)))
    except (KeyError, TypeError, ValueError, RecursionError):
        raise ExportError(Text(N_("{file}: its samples do not suit its network."), file=bundle.name)) from None
    diagnosis = network.diagnose(layers, about, memory_limit=machine_memory() // 2)
    if diagnosis.error is not None:
        raise diagnosis.error
    model: nn.Module = network.call(layers, about).build()
    return model
