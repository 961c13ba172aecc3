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

from dlcore.codegen.importer.agreement import SHAPES, OtherLayer, Size, agreement, settings_of
from dlcore.codegen.importer.arguments import arguments, line_of
from dlcore.codegen.importer.values import CannotRead, TooMuch, Unknown, Written
from dlcore.declaration import Call, Setting, Shape
from dlcore.errors import ExperimentError, NetworkError
from dlcore.i18n import N_, Text
from dlcore.layers import LAYERS, Layer
from dlcore.layers.base import MODULES
from dlcore.layers.stack import follow


@dataclass(frozen=True)
class Problem:
    """A sentence about a line: a layer that is not here, or one that cannot take what arrives."""

    line: int
    text: Text


@dataclass
class Cards:
    """A stack as layers of the registry; `sizes` and `misfits` by the number of the item that they are about."""

    layers: list[Layer] = field(default_factory=list)
    unread: list[Problem] = field(default_factory=list)
    sizes: list[tuple[int, Size]] = field(default_factory=list)
    misfits: list[tuple[int, Problem]] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)  # item -> layer
    made: Shape | None = None  # what comes out, where that can be told

    @property
    def fits(self) -> bool:
        return not self.sizes and not self.misfits


def read(
    items: list[Written | Unknown], received: Shape | None, wanted: Shape | None = None, whole: bool = False
) -> Cards:
    """The layers of a stack for data of this shape, or of any where it is None. Never raises but TooMuch.

    whole: the stack is a whole network, and its last Linear the Output; wanted: what the task wants then, where it is
    known, else as many outputs as the code says.
    """
    cards = Cards(made=received)
    for number, item in enumerate(items):
        goal = None
        try:
            if isinstance(item, Unknown):
                raise item.why
            if whole and number == len(items) - 1:
                goal = wanted or _outputs(item, cards.made)
            layer, sizes = _read_last(item, cards.made, goal) if goal else read_layer(item, cards.made, None)
        except TooMuch:
            raise
        except CannotRead as error:
            cards.unread.append(Problem(error.line, error.text))
            cards.made = None
            continue
        if layer is not None:
            _lay(cards, layer, number, item, sizes, goal)
    return cards


def _read_last(item: Written, received: Shape | None, goal: Shape) -> tuple[Layer | None, list[Size]]:
    """The last layer as Output where it can be that; a Linear without bias stays a card of its own."""
    try:
        return read_layer(item, received, goal)
    except CannotRead:
        return read_layer(item, received, None)


def _outputs(item: Written, received: Shape | None) -> Shape:
    """What a network gives whose last layer is this one, as the code says it."""
    count = arguments(item).get("out_features", 1) if item.name == "Linear" else 1
    return Shape((*(received or ())[:-1], count if isinstance(count, int) and count > 0 else 1))


def _lay(cards: Cards, layer: Layer, number: int, item: Written, sizes: list[Size], wanted: Shape | None) -> None:
    received = cards.made
    cards.places[number] = len(cards.layers)
    cards.layers.append(layer)
    cards.sizes += [(number, size) for size in sizes]
    cards.made = None
    try:
        if received is not None:
            cards.made = next(follow([layer], received, wanted or Shape((1,))))[0].made
        elif item.name == "Linear" and len(cards.layers) > 1 and cards.layers[-2].name == "Flatten":
            cards.made = Shape((getattr(layer, "out_features", 1),))  # whatever was flattened, a vector comes out
    except NetworkError as error:
        cards.misfits.append((number, Problem(item.line, error.text)))


def read_layer(written: Written, received: Shape | None, wanted: Shape | None) -> tuple[Layer | None, list[Size]]:
    """The layer of a call, and the sizes in which the code contradicts what arrives; no layer for Identity.

    wanted: the shape that the task wants, where this is the last call. Raises CannotRead.
    """
    if written.spoiled is not None:
        raise written.spoiled
    if written.name == "Identity":
        return None, []
    refusals: list[CannotRead] = []
    fits: list[tuple[int, Layer, list[Size]]] = []
    for declared in _candidates(written, wanted is not None):
        sizes: list[Size] = []
        try:
            for layer in _proposals(declared, written, received, sizes):
                try:
                    found = sizes + agreement(layer, written, received, wanted)
                except CannotRead as error:
                    refusals.append(error)
                    continue
                fits.append((len(found), layer, found))
        except TooMuch:
            raise
        except CannotRead as error:
            refusals.append(error)
    if fits:
        _count, layer, sizes = min(fits, key=lambda each: each[0])
        return layer, sizes + _width(written, received)
    if refusals:
        raise max(enumerate(refusals), key=lambda each: (not isinstance(each[1], OtherLayer), each[0]))[1]
    raise CannotRead(Text(N_("{layer} cannot stand here alone."), layer=written.name), written.line)


def _width(written: Written, received: Shape | None) -> list[Size]:
    """`x.view(-1, 784)` of examples with another number of values mixes them: it is no Flatten then."""
    if written.width is None or received is None:
        return []
    values = functools.reduce(lambda a, b: a * b, received, 1)
    return [] if values == written.width else [Size(written.line, "view(-1, …)", written.width, values)]


def is_one_layer(written: Written) -> bool:
    """Whether a Sequential is what one layer of the registry is made of: a GlobalAvgPool, a Reshape of an image."""
    if written.name != "Sequential" or len(written.arguments) != 2:
        return False
    try:
        return read_layer(written, None, None)[0] is not None
    except CannotRead:
        return False


def _candidates(written: Call, last: bool) -> list[type[Layer]]:
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


def _proposals(declared: type[Layer], written: Written, received: Shape | None, sizes: list[Size]) -> Iterator[Layer]:
    """Layers with the settings that the call names; what it does not name, but changes the call, is tried out.

    sizes: grows by those in which the layers inside a block contradict what arrives at them.
    """
    known = settings_of(declared)
    named = {name: _as_declared(known.get(name), value) for name, value in _named(written).items()}
    stack = functools.partial(_stack, received=received, sizes=sizes)
    named |= declared.from_code(written.name, named, stack)
    given = {name: value for name, value in named.items() if name in declared.model_fields}
    for value in given.values():
        if isinstance(value, Unknown):
            raise value.why
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
        for name, each in settings_of(declared).items()
        if name not in given and (each.choices or each.type is bool)
    }
    for values in itertools.product(*open_.values()):
        yield dict(zip(open_, values, strict=True))


def _named(call: Call) -> dict[str, Any]:
    """The arguments of a call, and of the calls inside, by their names."""
    found = arguments(call)
    inside = call.arguments if call.name == "Sequential" else tuple(found.values())
    for each in inside:
        if isinstance(each, Call) and each.name != "Sequential":
            found = _named(each) | found
    return found


def _as_declared(setting: Setting | None, value: Any) -> Any:
    """(3, 3) for a setting that is one number, as torch takes both; 1 for a share."""
    if setting is None or setting.type not in (int, float):
        return value
    if isinstance(value, tuple | list) and value and all(each == value[0] for each in value):
        value = value[0]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if setting.type is float and is_whole else value


def _stack(found: Any, received: Shape | None, sizes: list[Size]) -> list[dict[str, Any]]:
    """The layers inside a block, as plain data. Raises CannotRead.

    sizes: grows by those in which they contradict what arrives at them.
    """
    if not isinstance(found, Written):
        raise CannotRead(Text(N_("a block holds something that is no layer.")), 1)
    whole = found.name == "Sequential" and not is_one_layer(found)
    cards = read(list(found.arguments) if whole else [found], received)
    if cards.unread:
        raise CannotRead(cards.unread[0].text, cards.unread[0].line)
    if cards.misfits:
        problem = cards.misfits[0][1]
        raise CannotRead(problem.text, problem.line)
    sizes += [size for _place, size in cards.sizes]
    return [layer.to_dict() for layer in cards.layers]


def has_weights(item: Written | Unknown) -> bool:
    """Whether a layer learns anything; one that nobody knows counts where it is known to hold weights."""
    if isinstance(item, Unknown):
        return item.learns
    if item.name in ("Flatten", "Unflatten", "Identity") or item.module == MODULES:
        return "PositionalEncoding" in item.name or item.name == "SelfAttention"
    declared = LAYERS.get(item.name)
    kind = getattr(declared, "kind", "")
    return item.name == "PReLU" or kind not in ("activation", "pooling", "regularization", "shape")
