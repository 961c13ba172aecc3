"""What torch allows and a learner would regret: said as warnings, never as refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from dlcore.declaration import Declaration
from dlcore.i18n import N_, Text
from dlcore.layers.activation import Activation, Hardsigmoid, LogSigmoid, LogSoftmax, Sigmoid, Softmax
from dlcore.layers.base import Layer, Path, Step
from dlcore.layers.dense import Flatten, Output
from dlcore.layers.stack import place_of

SIGMOIDS = (Sigmoid, LogSigmoid, Hardsigmoid)
PASSING = ("normalization", "pooling", "regularization", "shape")  # kinds that hand on what came, as far as that goes
NO_ACTIVATION, VANISHING_GRADIENT = "no-activation", "vanishing-gradient"  # what the coach calls the same
WRONG_OUTPUT_ACTIVATION = "wrong-output-activation"
MANY_SIGMOIDS = 4  # (1/4)⁴: less than half a percent of the gradient is left


@dataclass(frozen=True)
class Warning:
    """One sentence about a layer that works but should not stand there; `repair` as of `NetworkError`.

    `rule` is that of the coach which speaks of the same, where there is one.
    """

    path: Path
    text: Text
    repair: str | None = None
    rule: str = ""


def warnings(layers: Sequence[Declaration], steps: Sequence[Step], loss: Declaration | None) -> Iterator[Warning]:
    """Everything worth a word in a stack of layers, inside its blocks too, in the order of the stack.

    A layer is only offered to be removed where the network without it computes the same.
    `steps` are those of the layers that work; `loss` judges the output.
    """
    known = cast("Sequence[Layer]", layers)
    found = [*_without_bend(known, ()), *_twice_bent(known, ()), *_flat_already(known, steps), *_sigmoids(known)]
    found += _squeezed_before_output(known, steps, loss)
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
                yield Warning((*path, number), text, "insert:ReLU", NO_ACTIVATION)
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
            yield Warning(place, text, "remove" if follower.repeats(layer) else None)
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
        yield Warning((places[0],), text, "replace:ReLU", VANISHING_GRADIENT)


def _squeezed_before_output(
    layers: Sequence[Layer], steps: Sequence[Step], loss: Declaration | None
) -> Iterator[Warning]:
    """What looks like the last step of a network elsewhere, before an Output whose scores the loss turns itself.

    A softmax, or a sigmoid as wide as the output. It may as well be a hidden activation that the network needs: so it
    is spoken of, and nobody is offered to remove it.
    """
    applied = getattr(loss, "applies", "")
    if not applied or not layers or not isinstance(layers[-1], Output):
        return
    made = {step.path: step.made for step in _every(steps)}
    outputs = made.get((len(layers) - 1,))
    for path, layer in _last_to_bend(layers[:-1], ()):
        as_wide = outputs is not None and made.get(path) == outputs
        if isinstance(layer, (Softmax, LogSoftmax)) or (isinstance(layer, SIGMOIDS) and as_wide):
            text = Text(
                N_(
                    "{layer} squeezes what Output receives, and {loss} applies {function} to the scores of Output "
                    "itself. If it was meant to make probabilities of them, leave it out; as an activation between "
                    "layers, ReLU learns faster."
                ),
                layer=place_of(layer.name, path),
                loss=loss.name if loss is not None else "",
                function=applied,
            )
            yield Warning(path, text, rule=WRONG_OUTPUT_ACTIVATION)


def _last_to_bend(layers: Sequence[Layer], path: Path) -> Iterator[tuple[Path, Layer]]:
    """The last layer that bends the line, with its place; of a block, the last of each stack inside."""
    for number in reversed(range(len(layers))):
        layer = layers[number]
        if layer.bends != "yes" or layer.kind in PASSING:
            continue
        if not layer.stacks():
            yield (*path, number), layer
        for prefix, stack in layer.stacks():
            yield from _last_to_bend(stack, (*path, number, *prefix))
        return


def _every(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _every(step.children)
