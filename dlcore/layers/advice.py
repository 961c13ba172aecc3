"""What torch allows and a learner would regret: said as warnings, never as refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from dlcore.declaration import Declaration
from dlcore.i18n import N_, Text
from dlcore.layers.activation import Activation, LogSoftmax, Sigmoid, Softmax
from dlcore.layers.base import Layer, Path, Step
from dlcore.layers.dense import Flatten, Output
from dlcore.layers.stack import place_of

MANY_SIGMOIDS = 4  # (1/4)⁴: less than half a percent of the gradient is left


@dataclass(frozen=True)
class Warning:
    """One sentence about a layer that works but should not stand there; `repair` as of `NetworkError`."""

    path: Path
    text: Text
    repair: str | None = None


def warnings(layers: Sequence[Declaration], steps: Sequence[Step], classify: bool) -> Iterator[Warning]:
    """Everything worth a word in a stack of layers, inside its blocks too, in the order of the stack.

    `steps` are those of the layers that work; `classify` says that CrossEntropyLoss judges the output.
    """
    known = cast("Sequence[Layer]", layers)
    found = [*_without_bend(known, ()), *_twice_bent(known, ()), *_flat_already(known, steps), *_sigmoids(known)]
    if classify:
        found += _softmax_before_output(known, steps)
    yield from sorted(found, key=lambda warning: warning.path)


def _without_bend(layers: Sequence[Layer], path: Path) -> Iterator[Warning]:
    """Weighted sums of weighted sums: nothing between two layers with weights bends the line."""
    last: int | None = None
    for number, layer in enumerate(layers):
        for prefix, inner in layer.stacks():
            yield from _without_bend(inner, (*path, number, *prefix))
        if layer.bends == "weighs":
            if last is not None:
                text = Text(
                    N_(
                        "Between {first} and {layer} nothing bends the line: weighted sums of weighted sums are "
                        "again weighted sums, so the two can do no more than one. Insert an activation such as ReLU."
                    ),
                    first=place_of(layers[last].name, (*path, last)),
                    layer=place_of(layer.name, (*path, number)),
                )
                yield Warning((*path, number), text, "insert:ReLU")
            last = number
        elif layer.bends == "yes":
            last = None


def _twice_bent(layers: Sequence[Layer], path: Path) -> Iterator[Warning]:
    for number, (layer, follower) in enumerate(pairwise(layers), start=1):
        if isinstance(layer, Activation) and isinstance(follower, Activation):
            place = (*path, number)
            text = Text(
                N_("{layer} follows another activation directly. One is enough."), layer=place_of(follower.name, place)
            )
            yield Warning(place, text, "remove")
    for number, layer in enumerate(layers):
        for prefix, inner in layer.stacks():
            yield from _twice_bent(inner, (*path, number, *prefix))


def _flat_already(layers: Sequence[Layer], steps: Sequence[Step]) -> Iterator[Warning]:
    for step, layer in zip(steps, layers, strict=False):
        if isinstance(layer, Flatten) and len(step.received) == 1:
            text = Text(
                N_("{layer} changes nothing here: it receives a flat vector already."),
                layer=place_of(step.layer, step.path),
            )
            yield Warning(step.path, text, "remove")


def _sigmoids(layers: Sequence[Layer]) -> Iterator[Warning]:
    places = [number for number, layer in enumerate(layers) if isinstance(layer, Sigmoid)]
    if len(places) >= MANY_SIGMOIDS:
        text = Text(
            N_(
                "The gradient passes {count} sigmoids on its way back, and each leaves at most a quarter of it: "
                "almost nothing reaches the first layers. ReLU lets it through."
            ),
            count=len(places),
        )
        yield Warning((places[0],), text, "replace:ReLU")


def _softmax_before_output(layers: Sequence[Layer], steps: Sequence[Step]) -> Iterator[Warning]:
    """A softmax at the end (or a sigmoid for each class) repeats what the loss does anyway."""
    if not layers or not isinstance(layers[-1], Output):
        return
    places = [number for number, layer in enumerate(layers[:-1]) if layer.bends == "yes"]
    if not places:
        return
    number = places[-1]
    layer = layers[number]
    one_a_class = len(steps) == len(layers) and steps[number].made == steps[-1].made
    if isinstance(layer, (Softmax, LogSoftmax)) or (isinstance(layer, Sigmoid) and one_a_class):
        text = Text(
            N_(
                "{layer} is not needed: CrossEntropyLoss applies softmax to the scores of Output itself. Here it "
                "only squeezes what Output gets to see, so that the gradients shrink and learning slows down."
            ),
            layer=place_of(layer.name, (number,)),
        )
        yield Warning((number,), text, "remove")
