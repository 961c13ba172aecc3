"""A network that has learned, with all that is known of how: what every export starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn

from dlcore import network
from dlcore.data.base import Data
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.inference import file_names
from dlcore.training.events import Event, Scores
from dlcore.training.scores import headlines

SAMPLES = 16  # examples that are sent through to hold an export against the app

# How far an export may be from the app, where outputs are about 1; in proportion where they are larger.
TOLERANCE = 1e-5

State = Mapping[str, Tensor]  # a tensor by the name of its parameter or buffer


@dataclass(frozen=True)
class Trained:
    """An experiment and the weights of one of its epochs; `scores` are that epoch's, of the part that judges."""

    experiment: Experiment
    state: State
    which: Literal["best", "last"]
    epoch: int
    scores: Scores | None = None
    events: Sequence[Event] = field(default=(), repr=False)
    name: str = "network"
    run_id: str = ""
    start: State | None = None  # the weights it began with, where they were not drawn

    @property
    def stem(self) -> str:
        """What its files are called, without the ending."""
        return file_names.stem(self.name, self.which, self.epoch, self.scores)

    def build(self) -> nn.Module:
        """The module with these weights, in eval mode, on the CPU."""
        model = network.build(self.experiment)
        model.load_state_dict(dict(self.state), strict=True)
        return model.cpu().eval()

    def load(self) -> Data:
        """The data it was trained on."""
        return load(self.experiment)

    def metadata(self) -> dict[str, str]:
        """What a file says about itself: plain strings."""
        said = {"name": self.name, "run": self.run_id, "epoch": f"{self.epoch} ({self.which})"}
        for score in (*headlines(), "loss"):
            if getattr(self.scores, score, None) is not None:
                said[score] = repr(getattr(self.scores, score))
        return said


def some_inputs(data: Data, most: int = SAMPLES) -> Tensor:
    """Examples to compare by: of the part that judges, else of the training part. Shapes: (N, *shape)."""
    return data.judging.x[:most]


@torch.inference_mode()
def outputs(model: nn.Module, x: Tensor) -> Tensor:
    """What the app answers to these examples. Shapes: (N, *shape) -> (N, outputs), or (N, L, outputs) for tokens."""
    made: Tensor = model(x)
    return made


def difference(found: Tensor, expected: Tensor) -> float:
    """The largest difference between two answers, each (N, *); infinite where one is no number or the shapes differ."""
    if found.shape != expected.shape:
        return float("inf")
    largest = float((found - expected).abs().max())
    return largest if largest == largest else float("inf")


def allowed(expected: Tensor) -> float:
    """How far an export may be off, for outputs (N, *) of this size."""
    return TOLERANCE * max(1.0, float(expected.abs().max()))
