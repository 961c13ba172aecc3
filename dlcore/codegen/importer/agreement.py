"""Whether the call that a layer makes is the one that stands in the code."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from dlcore.codegen.importer.arguments import arguments, explicit, is_required, line_of, signature
from dlcore.codegen.importer.values import CannotRead, FromData, Unknown, Written
from dlcore.declaration import Call, Setting, Shape
from dlcore.errors import NetworkError
from dlcore.i18n import N_, Text
from dlcore.layers import Layer
from dlcore.layers.block import Block

# Inputs on which layers are asked for the call they make: it differs by the number of axes.
SHAPES = (Shape((16,)), Shape((8, 16), axes="CL"), Shape((5, 16), axes="LF"), Shape((8, 8, 8)), Shape((4, 6, 6, 6)))


@dataclass(frozen=True)
class Size:
    """A size in which the code and what arrives differ."""

    line: int
    name: str
    written: Any
    arrives: Any

    def text(self) -> Text:
        return Text(
            N_("The code says {name}={said}, but here it is {arrives}: sizes follow from the data and the layers "
               "before."),
            name=self.name,
            said=str(self.written)[:40],
            arrives=str(self.arrives)[:40],
        )  # fmt: skip


@functools.cache
def settings_of(declared: type[Layer]) -> dict[str, Setting]:
    return declared.settings()


def agreement(layer: Layer, written: Written, received: Shape | None, wanted: Shape | None) -> list[Size]:
    """The sizes in which they differ; none where nobody knows what arrives. Raises CannotRead for any other."""
    if isinstance(layer, Block):
        return _joined(layer, written, received)
    known = received is not None and layer.accepts(received)
    refusals: list[CannotRead] = []
    for shape in [received] if known else [layer.example, *SHAPES]:
        if shape is None or not layer.accepts(shape):
            continue
        try:
            sizes = _compare(layer, written, _own_call(layer, shape, wanted), shape)
        except CannotRead as error:
            refusals.append(error)
            continue
        except (NetworkError, ValueError, ZeroDivisionError):
            continue
        return sizes if known else []
    raise refusals[0] if refusals else _no_match(written)


def _joined(block: Block, written: Written, received: Shape | None) -> list[Size]:
    """How a block puts its ways together, where the sizes are known: its stacks were read one by one before."""
    if received is None:
        return []
    try:
        own = block.call(received)
    except NetworkError as error:
        raise CannotRead(error.text, written.line) from None
    if (own.name, own.module) != (written.name, written.module):
        raise _no_match(written)
    if own.settings.get("dim", 1) != _from_front(written.settings.get("dim", 1), len(received)):
        text = Text(N_("torch.cat along axis {dim} is not known here; it would be {known}."),
                    dim=written.settings.get("dim", 1), known=own.settings.get("dim", 1))  # fmt: skip
        raise CannotRead(text, written.line)
    if own.name != "Residual":
        return []
    if len(own.arguments) != len(written.arguments):
        raise CannotRead(Text(N_("what is added here has sizes that differ.")), written.line)
    return [size for other, each in zip(own.arguments[1:], written.arguments[1:], strict=True)
            for size in _compare(block, each, other, received)]  # fmt: skip


def _from_front(dim: Any, axes: int) -> Any:
    return dim + axes + 1 if isinstance(dim, int) and dim < 0 else dim


class OtherLayer(CannotRead):
    """The call is none of this layer's; whatever another layer says of it is worth more."""


def _no_match(written: Any) -> CannotRead:
    return OtherLayer(Text(N_("{layer} does not fit here."), layer=getattr(written, "name", "?")), line_of(written))


def _own_call(layer: Layer, received: Shape, wanted: Shape | None) -> Call:
    if layer.kind == "output":
        assert wanted is not None
        return Call("Linear", received[-1], wanted[-1])
    return layer.call(received)


def _compare(layer: Layer, written: Any, own: Call, received: Shape) -> list[Size]:
    if not isinstance(written, Call) or (written.name, written.module) != (own.name, own.module):
        raise _no_match(written)
    if own.name == "Sequential":
        return _compare_parts(layer, written, own, received)
    found, expected = arguments(written), arguments(own)
    _check_that_it_is_named(layer, written, own)
    sizes: list[Size] = []
    for name, value in found.items():
        other = expected[name]
        if isinstance(other, Call):
            sizes += _compare(layer, value, other, received)
        elif name not in settings_of(type(layer)) and not _same(name, value, other, received):
            if isinstance(value, Unknown):
                if not is_required(own, name) or not isinstance(value.why, FromData):
                    raise value.why
                continue  # a size that follows from the data: it is what arrives, or torch refuses it
            if not is_required(own, name):
                text = Text(N_("{layer} with {setting}={value} is not known here; it would be {known}."),
                            layer=written.name, setting=name, value=str(value)[:40], known=str(other)[:40])  # fmt: skip
                raise CannotRead(text, line_of(written))
            sizes.append(Size(line_of(written), name, value, other))
    return sizes


def _check_that_it_is_named(layer: Layer, written: Call, own: Call) -> None:
    """A Conv2d is depthwise where its code names groups, not where there happens to be one channel."""
    if layer.name == own.name or own.module != "torch.nn":
        return
    named, known = explicit(written), signature(own.module, own.name).parameters
    for name in own.settings:
        if name not in settings_of(type(layer)) and (name not in named or named[name] == known[name].default):
            raise _no_match(written)


def _compare_parts(layer: Layer, written: Call, own: Call, received: Shape) -> list[Size]:
    """A layer that is two of torch's: these must agree in everything."""
    if len(written.arguments) != len(own.arguments):
        raise _no_match(written)
    for each, other in zip(written.arguments, own.arguments, strict=True):
        if _compare(layer, each, other, received):
            raise _no_match(written)
    return []


def _same(name: str, value: Any, other: Any, received: Shape) -> bool:
    if name == "dim" and value is None:  # torch's own choice where softmax is not told: the last but for images
        return bool(other == 1 and len(received) in (1, 3))
    if name == "dim" and isinstance(value, int) and value < 0:
        return bool(value + len(received) + 1 == other)
    if isinstance(value, tuple | list) or isinstance(other, tuple | list):
        return _in_a_row(value) == _in_a_row(other)
    return bool(value == other)


def _in_a_row(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple | list) else [value]
