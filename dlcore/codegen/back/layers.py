"""Calls of torch as layers of the registry: each layer's own declaration says which calls are its.

A layer is proposed with the settings that stand in the call, asked for the call it would make itself, and taken where
the two agree. So whatever is registered is read back, and nothing is read as something else.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from dlcore import network
from dlcore.codegen.back.arguments import arguments, is_required, line_of
from dlcore.codegen.back.reader import Reader
from dlcore.codegen.back.values import CannotRead, Opaque, Written
from dlcore.data.base import About
from dlcore.declaration import Call, Setting, Shape
from dlcore.errors import ExperimentError, NetworkError
from dlcore.i18n import N_, Text
from dlcore.layers import LAYERS, Layer
from dlcore.layers.block import Block
from dlcore.layers.stack import follow

# Inputs on which layers are asked for the call they make: it differs by the number of axes.
SHAPES = (Shape((16,)), Shape((8, 16), axes="CL"), Shape((5, 16), axes="LF"), Shape((8, 8, 8)), Shape((4, 6, 6, 6)))
LAST_ACTIVATIONS = ("Softmax", "LogSoftmax", "Sigmoid")  # what the losses of the app apply themselves


@dataclass(frozen=True)
class Note:
    """One sentence about a line of the code: what was not read, or what reads as something else."""

    line: int
    text: Text


@dataclass
class Back:
    """The layers that were read, what was not, and what in the code contradicts the data, by place in the stack."""

    layers: list[Layer] = field(default_factory=list)
    unread: list[Note] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    warnings: dict[int, Text] = field(default_factory=dict)


def layers_in(code: str, about: About) -> Back:
    """The layers of a network written in torch, for data of this kind. Never raises, and never runs the code."""
    back = Back()
    try:
        reader = Reader(code)
        found = reader.network()
    except CannotRead as error:
        back.unread.append(Note(error.line, error.text))
        return back
    back.unread += [Note(each.line, each.text) for each in reader.notes]
    found = _without_last_activation(found, back)
    received: Shape | None = about.shape
    wanted = network.wanted(about)
    for number, each in enumerate(found):
        try:
            if isinstance(each, Opaque):
                raise each.why
            is_last = number == len(found) - 1
            layer, sizes = read_layer(each, received, wanted if is_last else None)
        except CannotRead as error:
            back.unread.append(Note(error.line, error.text))
            received = None
            continue
        if layer is None:
            continue
        if sizes and received is not None:
            back.warnings[len(back.layers)] = _contradiction(each, sizes[0])
        received = _made(layer, received, wanted)
        back.layers.append(layer)
    back.unread = sorted(set(back.unread), key=lambda note: note.line)
    return back


Size = tuple[str, Any, Any]  # argument, as it stands in the code, as it would have to be


def read_layer(written: Written, received: Shape | None, wanted: Shape | None) -> tuple[Layer | None, list[Size]]:
    """The layer of a call, and the sizes in which the code contradicts what arrives; no layer for Identity.

    wanted: the shape that the task wants, where this is the last call. Raises CannotRead.
    """
    if written.name == "Identity":
        return None, []
    refusals: list[CannotRead] = []
    fits: list[tuple[int, Layer, list[Size]]] = []
    for declared in candidates(written, wanted is not None):
        try:
            proposed = list(proposals(declared, written))
        except CannotRead as error:
            refusals.append(error)
            continue
        for layer in proposed:
            try:
                sizes = _agreement(layer, written, received, wanted)
            except CannotRead as error:
                refusals.append(error)
                continue
            fits.append((len(sizes), layer, sizes))
    if fits:
        _count, layer, sizes = min(fits, key=lambda each: each[0])
        return layer, sizes
    if refusals:
        raise max(enumerate(refusals), key=lambda each: (not isinstance(each[1], OtherLayer), each[0]))[1]
    raise CannotRead(Text(N_("{layer} cannot stand here alone."), layer=written.name), written.line)


def is_one_layer(written: Written) -> bool:
    """Whether a Sequential is what one layer of the registry is made of: a GlobalAvgPool, a Reshape of an image."""
    if written.name != "Sequential" or len(written.arguments) != 2:
        return False
    try:
        return read_layer(written, None, None)[0] is not None
    except CannotRead:
        return False


def candidates(written: Call, last: bool) -> list[type[Layer]]:
    """The layers that make calls of this name; Output where it is the last."""
    found = _makers().get(written.name, ())
    return [each for each in found if (each.kind == "output") == (last and written.name == "Linear")]


@functools.cache
def _makers() -> Mapping[str, tuple[type[Layer], ...]]:
    """Name of a call -> the layers that make it; those that say more about it come first."""
    made: dict[str, list[type[Layer]]] = {}
    for declared in cast("Iterator[type[Layer]]", LAYERS.values()):
        for name in _names_of(declared):
            made.setdefault(name, []).append(declared)
    return {name: tuple(sorted(each, key=lambda layer: layer.name == name)) for name, each in made.items()}


def _names_of(declared: type[Layer]) -> set[str]:
    names = set()
    for choice in _choices(declared, {}):
        layer = declared(**{**declared.sample, **choice})
        for shape in (declared.example, *SHAPES):
            if layer.accepts(shape):
                with contextlib.suppress(NetworkError):
                    names.add(layer.call(shape).name)
    return names


def proposals(declared: type[Layer], written: Written) -> Iterator[Layer]:
    """Layers with the settings that the call names; what it does not name, but changes the call, is tried out."""
    known = declared.settings()
    named = {name: _as_declared(known.get(name), value) for name, value in _named(written).items()}
    named |= declared.from_code(written.name, named, _stack)
    given = {name: value for name, value in named.items() if name in declared.model_fields}
    for choice in _choices(declared, given):
        try:
            yield declared.parse({**given, **choice})
        except ExperimentError as error:
            text = Text(N_("{layer}: {problem}."), layer=declared.name, problem=str(error))
            raise CannotRead(text, line_of(written)) from None


def _choices(declared: type[Layer], given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every combination of the switches that are not given."""
    open_ = {
        name: each.choices or (False, True)
        for name, each in declared.settings().items()
        if name not in given and (each.choices or each.type is bool)
    }
    for values in itertools.product(*open_.values()):
        yield dict(zip(open_, values, strict=True))


def _named(call: Call) -> dict[str, Any]:
    """The arguments of a call, and of the calls inside, by their names."""
    found = arguments(call)
    inside = call.arguments if call.name == "Sequential" else tuple(found.values())
    for each in inside:
        if isinstance(each, Opaque):
            raise each.why
        if isinstance(each, Call) and each.name != "Sequential":
            found = _named(each) | found
    return found


def _as_declared(setting: Setting | None, value: Any) -> Any:
    """(3, 3) for a setting that is one number, as torch takes both; 1 for a share."""
    if setting is None or setting.type not in (int, float):
        return value
    if isinstance(value, tuple | list) and len(set(value)) == 1:
        value = value[0]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if setting.type is float and is_whole else value


# Whether two calls are the same


def _agreement(layer: Layer, written: Written, received: Shape | None, wanted: Shape | None) -> list[Size]:
    """The sizes in which they differ; none where nobody knows what arrives. Raises CannotRead for any other."""
    if isinstance(layer, Block):
        return []  # its stacks were read one by one, and its settings with them
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
    if isinstance(written, Opaque):
        raise written.why
    if not isinstance(written, Call) or (written.name, written.module) != (own.name, own.module):
        raise _no_match(written)
    if own.name == "Sequential":
        return _compare_parts(layer, written, own, received)
    found, expected = arguments(written), arguments(own)
    sizes: list[Size] = []
    for name, value in found.items():
        other = expected[name]
        if isinstance(other, Call):
            sizes += _compare(layer, value, other, received)
        elif name not in layer.settings() and not _same(name, value, other, received):
            if not is_required(own, name):
                text = Text(N_("{layer} with {setting}={value} is not known here; it would be {known}."),
                            layer=written.name, setting=name, value=str(value)[:40], known=str(other)[:40])  # fmt: skip
                raise CannotRead(text, line_of(written))
            sizes.append((name, value, other))
    return sizes


def _compare_parts(layer: Layer, written: Call, own: Call, received: Shape) -> list[Size]:
    """A layer that is two of torch's: these must agree in everything."""
    if len(written.arguments) != len(own.arguments):
        raise _no_match(written)
    for each, other in zip(written.arguments, own.arguments, strict=True):
        if _compare(layer, each, other, received):
            raise _no_match(written)
    return []


def _same(name: str, value: Any, other: Any, received: Shape) -> bool:
    if name == "dim" and isinstance(value, int) and value < 0:
        return bool(value + len(received) + 1 == other)
    if isinstance(value, tuple | list) or isinstance(other, tuple | list):
        return _in_a_row(value) == _in_a_row(other)
    return bool(value == other)


def _in_a_row(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple | list) else [value]


# Stacks


def _stack(found: Any) -> list[dict[str, Any]]:
    """The layers of a Sequential inside a block, as plain data. Raises CannotRead."""
    if isinstance(found, Opaque):
        raise found.why
    if isinstance(found, Written) and (found.name != "Sequential" or is_one_layer(found)):
        if found.plain is None:  # a block that stands in many places is read once
            layer = read_layer(found, None, None)[0]
            found.plain = [layer.to_dict()] if layer is not None else []
        return found.plain
    inside = found.arguments if isinstance(found, Written) else found
    if not isinstance(inside, list | tuple):
        raise CannotRead(Text(N_("a block holds something that is no layer.")), 1)
    return [each for one in inside for each in _stack(one)]


def _made(layer: Layer, received: Shape | None, wanted: Shape) -> Shape | None:
    """What arrives at the next layer; None from the first on that cannot work."""
    if received is None:
        return None
    try:
        return next(follow([layer], received, wanted))[0].made
    except NetworkError:
        return None


def _contradiction(written: Written, size: Size) -> Text:
    name, said, arrives = size
    return Text(
        N_("The code says {name}={said}, but here it is {arrives}: sizes follow from the data and the layers before."),
        name=name,
        said=str(said)[:40],
        arrives=str(arrives)[:40],
    )


def _without_last_activation(found: list[Any], back: Back) -> list[Any]:
    """A softmax after the last Linear stays away: the loss takes raw scores and applies it itself."""
    if len(found) < 2 or not all(isinstance(each, Written) for each in found[-2:]):
        return found
    before, last = found[-2:]
    if last.name in LAST_ACTIVATIONS and before.name == "Linear":
        text = Text(N_("{layer} after the last Linear is left out: the loss applies it itself."), layer=last.name)
        back.notes.append(Note(last.line, text))
        return found[:-1]
    return found
