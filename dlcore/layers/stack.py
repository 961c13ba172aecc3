"""Layers one after another: what each receives, makes and costs, asked of the real module on the meta device.

The meta device keeps shapes and no numbers: a layer of a million by a million is measured in milliseconds
and takes no memory, and no shape formula of ours can drift from what torch does.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from dlcore.declaration import Call, Declaration, Shape
from dlcore.errors import NetworkError
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, LostAxes, Path, Step, axes_of, described, hinted

BATCH = 2  # batch normalization cannot learn from a single example


@dataclass(frozen=True)
class Measured:
    """What a module makes of an input, and what it holds."""

    made: Shape
    parameters: int
    bytes: int


def inside(layers: Iterable[Declaration], path: Path = ()) -> Iterator[tuple[Path, Layer]]:
    """Every layer with its path, those inside blocks after their block."""
    for number, layer in enumerate(cast("Iterable[Layer]", layers)):
        yield (*path, number), layer
        for prefix, stack in layer.stacks():
            yield from inside(stack, (*path, number, *prefix))


def follow(
    layers: Iterable[Declaration], received: Shape, wanted: Shape, path: Path = ()
) -> Iterator[tuple[Step, Call]]:
    """Each layer's step and call, in order, from the input's shape on; lazily, so that good steps come before a bad.

    Raises NetworkError, with the place, at the first layer that cannot take what it receives.
    """
    before: list[tuple[Layer, Step]] = []
    for number, layer in enumerate(cast("Iterable[Layer]", layers)):
        try:
            step, call = _place(layer, received, wanted, (*path, number))
        except LostAxes as error:
            raise _flat_because_of(error, before, deep=len(path) > 0) from None
        yield step, call
        before.append((layer, step))
        received = step.made


def shapes(layers: Iterable[Declaration], received: Shape, wanted: Shape) -> Iterator[tuple[Layer, Shape, Shape]]:
    """Each layer with what it receives and what it makes, without the batch axis. Raises NetworkError as `follow`."""
    layers = list(layers)
    for layer, (step, _call) in zip(layers, follow(layers, received, wanted), strict=True):
        yield cast("Layer", layer), step.received, step.made


def _flat_because_of(error: LostAxes, before: list[tuple[Layer, Step]], deep: bool) -> NetworkError:
    """The same with what to do, where the layer that made a flat vector stands before it in this stack.

    Inside a block (`deep`), what is not found is looked for outside.
    """
    for layer, step in reversed(before):
        if axes_of(step.received) == "F" or axes_of(step.made) != "F":
            continue
        place, maker = _maker(layer, step)
        if "every_step" in type(maker).model_fields and error.wants_steps:
            hint = Text(
                N_("Set every_step of {maker} to true: then a vector comes out at every step."),
                maker=place_of(maker.name, place),
            )
            return _completed(error, hint, f"set@{'.'.join(map(str, place))}:every_step=true")
        hint = Text(N_("A flat vector has lost its rows and columns: put this layer before {maker}."), maker=maker.name)
        return _completed(error, hint)
    if deep:
        return error
    return _completed(error, Text(N_("The data are flat: they have no rows, columns or steps for it to work on.")))


def _completed(error: LostAxes, hint: Text, repair: str | None = None) -> NetworkError:
    return NetworkError(Text(N_("{problem} {hint}"), problem=error.text, hint=error.hint or hint), error.path, repair)


def _maker(layer: Layer, step: Step) -> tuple[Path, Layer]:
    """The layer that makes a flat vector of something else: this one, or one inside this block."""
    within = {
        (*step.path, *prefix, number): each for prefix, stack in layer.stacks() for number, each in enumerate(stack)
    }
    for child in reversed(step.children):
        if axes_of(child.received) != "F" and axes_of(child.made) == "F":
            return _maker(within[child.path], child)
    return step.path, layer


def _place(layer: Layer, received: Shape, wanted: Shape, path: Path) -> tuple[Step, Call]:
    try:
        layer.check(received)
        call, children = layer.place(received, path, wanted)
        measured = measure(call, received)
    except LostAxes as error:
        if error.path:
            raise
        text = _located(error.text, place_of(layer.name, path))
        raise LostAxes(text, path, wants_steps=error.wants_steps, hint=error.hint) from None
    except NetworkError as error:
        if error.path:  # a layer inside this block has spoken
            raise
        raise at_place(error, layer, path) from None
    inner = children[-1].made if children else None  # a block's axes are those of the layers inside
    axes = layer.makes(received, len(measured.made)) if inner is None else inner.axes
    made = Shape(measured.made, axes=axes)
    step = Step(
        layer.name, layer.kind, path, received, made, measured.parameters, measured.bytes, call.source(), children
    )
    return step, call


def place_of(layer: str, path: Path) -> Text:
    """«Layer 3 (Linear)», «Layer 2.1 (ReLU)» inside a block: counted as a learner counts."""
    return Text(N_("Layer {number} ({name})"), number=card_number(path), name=layer)


def card_number(path: Path) -> str:
    """A layer's number as its card counts: 2.1 is the first inside the second."""
    return ".".join(str(each + 1) for each in path)


def at_place(error: NetworkError, layer: Layer, path: Path) -> NetworkError:
    """A layer's refusal with its place in the network: «Layer 3 (Linear) expects …» for «Linear expects …»."""
    return NetworkError(_located(error.text, place_of(layer.name, path)), path, error.repair)


def _located(text: Text, place: Text) -> Text:
    """The same sentence with the layer's place where its bare name stood."""
    values = {name: _located(value, place) if isinstance(value, Text) else value for name, value in text.values.items()}
    return Text(text.msgid, **(values | {"layer": place} if "layer" in values else values))


@functools.lru_cache(maxsize=4096)
def _measured(call: Call, sizes: tuple[int, ...], tokens: bool) -> Measured:
    with torch.device("meta"), torch.no_grad():
        module: nn.Module = call.build()
        made: Tensor = module(batch_of(sizes, tokens))
    held = [*module.parameters(), *module.buffers()]
    return Measured(
        Shape(made.shape[1:]),
        sum(each.numel() for each in module.parameters()),
        sum(each.numel() * each.element_size() for each in held),
    )


def measure(call: Call, received: Shape) -> Measured:
    """Build the module on the meta device and send a batch through it. Raises NetworkError with torch's reason."""
    try:
        measured = _measured(call, tuple(received), received.vocabulary is not None)
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError, OverflowError) as error:
        reason = str(error).strip().split("\n")[0].rstrip(".")
        problem = Text(
            N_("{layer} cannot work on {received}: {reason}."), layer="", received=described(received), reason=reason
        )
        raise hinted(problem) from error
    if 0 in measured.made:
        raise hinted(Text(N_("{layer} leaves nothing of {received}."), layer="", received=described(received)))
    return measured


def batch_of(sizes: Iterable[int], tokens: bool, examples: int = BATCH) -> Tensor:
    """An input on the meta device, (examples, *sizes): shape and type, no numbers."""
    return torch.empty((examples, *sizes), dtype=torch.int64 if tokens else torch.float32, device="meta")
