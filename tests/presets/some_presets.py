"""Starting points for `parametrize`, where each of them costs seconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlcore.network import about_of
from dlcore.presets import PRESETS
from tests.sampling import sweep


def kinds(name: str) -> Iterator[tuple[str, ...]]:
    """What a starting point is an example of: its group with its task, and what it is trained and built with."""
    preset = PRESETS[name]
    training = preset.experiment.training
    yield "group", preset.group, about_of(preset.experiment).task
    yield "loss", training.loss.name
    yield "optimizer", training.optimizer.name
    for layer in preset.experiment.network:
        yield "layer", layer.kind


def some_presets(turn: int = 0) -> list[Any]:
    """At least one for every kind; the others in long tests alone."""
    return sweep(PRESETS, kinds, turn=turn)
