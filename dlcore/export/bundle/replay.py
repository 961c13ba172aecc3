"""Does a bundle still answer as the app did? Its samples are replayed by this library, not by the file's own code."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlcore import network
from dlcore.errors import ExportError
from dlcore.export.bundle.reading import open_bundle
from dlcore.export.trained import allowed, difference, outputs
from dlcore.export.weights import read
from dlcore.i18n import N_, Text


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
    network.check(experiment)
    model = network.build(experiment)
    model.load_state_dict(read(bundle.files["weights.safetensors"], "weights.safetensors", model), strict=True)
    samples, known = bundle.json("samples.json"), bundle.json("preprocessing.json")
    try:
        inputs, expected = prepared(samples["inputs"], known), torch.tensor(samples["outputs"], dtype=torch.float32)
        apart = difference(outputs(model.eval(), inputs), expected)
    except (KeyError, TypeError, ValueError, IndexError, RuntimeError, OverflowError):
        raise ExportError(Text(N_("{file}: its samples do not suit its network."), file=bundle.name)) from None
    return Replayed(len(expected), apart, allowed(expected))


def prepared(raw: Any, known: dict[str, Any]) -> Tensor:
    """Raw examples as the network wants them, by what `preprocessing.json` says."""
    incoming = known["input"]
    shape = tuple(map(int, incoming["shape"]))
    if "words" in incoming:
        return torch.from_numpy(np.asarray(raw, dtype=np.int64).reshape(-1, *shape))
    x = np.asarray(raw, dtype=np.float32).astype(np.float64).reshape(-1, math.prod(shape))
    if incoming["scaling"] is not None:
        x = (x - np.asarray(incoming["scaling"]["offset"])) / np.asarray(incoming["scaling"]["scale"])
    return torch.from_numpy(x.astype(np.float32).reshape(-1, *shape))
