"""What torch allows and a learner would regret: said as warnings, never as refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dlcore.declaration import Declaration
from dlcore.i18n import N_, Text
from dlcore.layers.base import Path
from dlcore.layers.stack import place_of


@dataclass(frozen=True)
class Warning:
    """One sentence about a layer that works but should not stand there; `repair` as of `NetworkError`."""

    path: Path
    text: Text
    repair: str | None = None


def warnings(layers: Sequence[Declaration], loss: Declaration | None) -> Iterator[Warning]:
    """Everything worth a word in a stack of layers."""
    for number, (layer, follower) in enumerate(pairwise(layers)):
        if layer.name == "Softmax" and follower.name == "Output" and (loss is None or loss.name == "CrossEntropyLoss"):
            yield Warning((number,), _softmax(layer, (number,)), "remove")


def _softmax(layer: Declaration, path: Path) -> Text:
    return Text(
        N_(
            "{layer} is not needed: CrossEntropyLoss applies softmax to the Output's scores itself, and squeezing "
            "them twice flattens the gradients, so that learning nearly stops."
        ),
        layer=place_of(layer.name, path),
    )
