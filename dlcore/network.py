"""The stack of layers as a whole: shapes through it, what is wrong with it, what it costs, and the torch module.

Everything here runs on torch's meta device but `build`: no memory, no arithmetic, milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import nn

from dlcore.data.base import About, Dataset
from dlcore.declaration import Call, Declaration, Shape, parse_declared
from dlcore.errors import NetworkError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers import LAYERS
from dlcore.layers.advice import Warning, warnings
from dlcore.layers.base import Path, Step
from dlcore.layers.dense import Output
from dlcore.layers.stack import follow, place_of

__all__ = [
    "Diagnosis",
    "Step",
    "Warning",
    "apply_repair",
    "build",
    "call",
    "diagnose",
    "trace",
]

Layers = Sequence[Declaration]


@dataclass(frozen=True)
class Diagnosis:
    """How far a stack of layers works. `steps` are the layers before the first mistake."""

    steps: tuple[Step, ...]
    error: NetworkError | None
    warnings: tuple[Warning, ...]

    @property
    def parameters(self) -> int:
        return sum(step.parameters for step in self.steps)


def trace(experiment: Experiment) -> list[Step]:
    """One step a layer: what it received, made and costs. Raises NetworkError at the first that cannot work."""
    return [step for step, _ in _walk(experiment.network, about_of(experiment))]


def diagnose(layers: Layers, about: About, loss: Declaration | None = None) -> Diagnosis:
    """The steps that work, the first mistake if there is one, and what is allowed but unwise. Never raises."""
    steps: list[Step] = []
    error = None
    try:
        for step, _ in _walk(layers, about):
            steps.append(step)
    except NetworkError as found:
        error = found
    return Diagnosis(tuple(steps), error, tuple(warnings(layers, loss)))


def call(layers: Layers, about: About) -> Call:
    """`nn.Sequential(...)` written down: it builds the module and prints its source. Raises NetworkError."""
    return Call("Sequential", *(made for _, made in _walk(layers, about)))


def build(experiment: Experiment) -> nn.Sequential:
    """The module with its initial weights, drawn from the experiment's seed. Raises NetworkError."""
    written = call(experiment.network, about_of(experiment))
    torch.manual_seed(experiment.seed)
    module: nn.Sequential = written.build()
    return module


def _walk(layers: Layers, about: About) -> Iterator[tuple[Step, Call]]:
    """Each layer's step and call; NetworkError at the first mistake, misplaced Outputs among them."""
    if not layers:
        raise NetworkError(Text(N_("The network is empty. Add an Output layer to begin with.")), repair="append:Output")
    for number, found in enumerate(follow(layers, about.shape, wanted(about))):
        if isinstance(layers[number], Output) and number < len(layers) - 1:
            raise _misplaced(layers, number)
        yield found
    if not isinstance(layers[-1], Output):
        raise NetworkError(
            Text(N_("The network has no Output layer. Its last layer must be Output.")), repair="append:Output"
        )


def _misplaced(layers: Layers, number: int) -> NetworkError:
    place = place_of(layers[number], (number,))
    if isinstance(layers[-1], Output):
        return NetworkError(
            Text(N_("{layer} stands before the end, and there is another Output. Remove this one."), layer=place),
            (number,),
            "remove",
        )
    return NetworkError(
        Text(N_("{layer} must be the last layer. Move it to the end."), layer=place), (number,), "move:end"
    )


def about_of(experiment: Experiment) -> About:
    """What the experiment's data set holds, without loading it."""
    return cast("Dataset", experiment.dataset.source).about()


def wanted(about: About) -> Shape:
    """The shape the network must give for one example."""
    return Shape((about.outputs,))


def apply_repair(layers: Layers, path: Path, repair: str) -> tuple[Declaration, ...]:
    """The layers after one click on a repair: the ones given stay as they are.

    `insert:NAME` before the layer at `path`, `replace:NAME`, `remove`, `move:end`, `append:NAME`,
    `set:SETTING=VALUE` (VALUE as JSON). Settings that NAME shares with the layer it replaces are kept.
    """
    if len(path) > 1:
        block = layers[path[0]]
        inner, rest = block.inside(path[1:])  # type: ignore[attr-defined]
        changed = block.with_inside(path[1:], apply_repair(inner, rest, repair))  # type: ignore[attr-defined]
        return (*layers[: path[0]], changed, *layers[path[0] + 1 :])
    number = path[0] if path else len(layers)
    before, at, after = tuple(layers[:number]), tuple(layers[number : number + 1]), tuple(layers[number + 1 :])
    action, _, what = repair.partition(":")
    if action == "insert":
        return (*before, _layer(what), *at, *after)
    if action == "append":
        return (*layers, _layer(what))
    if action == "replace":
        return (*before, *(_replaced(each, what) for each in at), *after)
    if action == "remove":
        return (*before, *after)
    if action == "move":
        return (*before, *after, *at)
    if action == "set":
        name, _, value = what.partition("=")
        return (*before, *(_layer(each.name, {**each.model_dump(), name: json.loads(value)}) for each in at), *after)
    raise ValueError(f"no such repair: {repair}")


def _layer(name: str, settings: dict[str, object] | None = None) -> Declaration:
    return parse_declared(LAYERS, "layer", {"layer": name, **(settings or {})})


def _replaced(layer: Declaration, name: str) -> Declaration:
    shared = {key: value for key, value in layer.model_dump().items() if key in LAYERS[name].model_fields}
    return _layer(name, shared)
