"""What a network receives, told from its code: the first layer says how many channels, the first Linear how large.

Windows and steps make what is flattened grow with the side of a picture, so the side is found by halving.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dlcore.codegen.importer import agreement, cards
from dlcore.codegen.importer.arguments import arguments
from dlcore.codegen.importer.cards import Cards
from dlcore.codegen.importer.graph import Item, inside
from dlcore.codegen.importer.network import Network, followed, held
from dlcore.codegen.importer.values import CannotRead, Unknown, Written
from dlcore.declaration import Shape

SIDES = (28, 32, 64, 224)  # of pictures that networks are usually written for
LONGEST = 2_048
LENGTH = 7  # of a sequence, where any will do
PICTURE = 3  # axes
MOST_NODES = 8_000  # of a file that is read more than once or twice
MOST_WORK = 2_500  # layers looked at, in all tries


@dataclass
class Fit:
    """A network read for one size of the input."""

    shape: Shape | None
    network: Network
    cards: Cards

    @property
    def faults(self) -> int:
        return len(self.cards.unread) + len(self.cards.sizes) + len(self.cards.misfits)


class Search:
    """Reads a file for one size of the input after another, until all sizes in the code fit."""

    def __init__(self, tree: ast.Module, wanted: str | None, trim: Callable[[Network], list[Item]]) -> None:
        self.tree, self.wanted, self.trim = tree, wanted, trim
        self.work = 0
        self._hint: Shape | None = None  # what the code itself sends through its network
        self._is_large = sum(1 for _node in ast.walk(tree)) > MOST_NODES

    def best(self, likely: Shape | None) -> Fit:
        """The reading in which the fewest lines are not read. Raises CannotRead where the file has no network.

        likely: the size of the learner's own data, tried first.
        """
        found: list[Fit] = []
        for shape in self._shapes(likely, found):
            fit = self._read(shape, found)
            if fit is None or shape is None:
                continue
            if shape in (likely, self._hint) and fit.cards.fits:
                return fit
            if not fit.faults and not (fit.network.takes_any_rank and len(shape) < PICTURE):
                return fit
        if not found:
            followed(self.tree, self.wanted, None)  # says why
        best = min(found, key=lambda fit: (fit.faults, fit.shape is None))
        tried = [fit for fit in found if fit.shape is not None]
        if best.shape is not None or not tried:
            return best
        nearest = min(tried, key=lambda fit: fit.faults)
        return best if _only_the_size_is_open(nearest, self.trim(nearest.network)) else nearest

    def _read(self, shape: Shape | None, found: list[Fit]) -> Fit | None:
        try:
            network = followed(self.tree, self.wanted, shape)
        except CannotRead:
            self.work += 200
            return None
        fit = Fit(shape, network, cards.read(self.trim(network), shape, whole=True))
        found.append(fit)
        self.work += len(network.items) + 20
        return fit

    def _shapes(self, likely: Shape | None, found: list[Fit]) -> Iterator[Shape | None]:
        if likely is not None:
            yield likely
        yield None
        read = found[-1] if found and found[-1].shape is None else None
        hint = read.network.called_with if read else None
        if hint is not None and all(isinstance(size, int) for size in hint.sizes[1:]) and len(hint.sizes) > 1:
            self._hint = Shape(hint.sizes[1:])
            yield self._hint
        if self._is_large and read is None:
            return
        for family in _families(read.network.items if read else held(self.tree, self.wanted)):
            yield from self._within(family, found)

    def _within(self, family: Family, found: list[Fit]) -> Iterator[Shape]:
        """Members of a family, each next one chosen by what the last left to wish."""
        low, high, tried = 1, LONGEST if family.grows else 1, 0
        starts = list(family.starts)
        while low <= high and self.work < MOST_WORK:
            side = next((each for each in starts if low <= each <= high), (low + high) // 2)
            starts = [each for each in starts if each != side]
            before = len(found)
            yield family.shape(side)
            tried += 1
            wish = _wish(found[-1].cards) if len(found) > before else 0
            if not family.grows or wish == 0:
                return
            low, high = (side + 1, high) if wish > 0 else (low, side - 1)


def _only_the_size_is_open(fit: Fit, items: list[Item]) -> bool:
    """Whether nothing but what was flattened has another size than the code says: pictures that are not square."""
    flattened = {number + 1 for number, each in enumerate(items) if isinstance(each, Written) and (
        each.name == "Flatten" or (each.name == "Sequential" and each.arguments[-1].name == "Flatten"))}  # fmt: skip
    wrong = {number for number, _size in fit.cards.sizes}
    return not fit.cards.misfits and (wrong <= flattened or all(_of_view(size) for _number, size in fit.cards.sizes))


def _of_view(size: agreement.Size) -> bool:
    return size.name.startswith("view")


@dataclass(frozen=True)
class Family:
    """Shapes that differ in one size; where it does not grow, there is one of them."""

    shape: Callable[[int], Shape]
    grows: bool = True
    starts: tuple[int, ...] = SIDES


def _only(shape: Shape) -> Family:
    """A family of one."""
    return Family(lambda _side: shape, grows=False)


def _wish(found: Cards) -> int:
    """1 where the input should be larger, -1 where smaller, 0 where its size is no matter."""
    faults = [(number, 1) for number, _problem in found.misfits]
    for number, size in found.sizes:
        if isinstance(size.written, int) and isinstance(size.arrives, int):
            faults.append((number, 1 if size.written > size.arrives else -1))
        else:
            faults.append((number, 0))
    return min(faults)[1] if faults else 0


def _families(items: list[Item]) -> Iterator[Family]:
    """Shapes that the first layers ask for."""
    steps = [each for each in inside(items) if isinstance(each, Written)]
    first = next((each for each in steps if _sizes(each)), None)
    width = next((each.width for each in steps if each.width), None)
    if first is None:
        if width is not None:
            yield _only(Shape((width,)))
        yield from _without_sizes(steps)
        return
    before = steps[: steps.index(first)]
    yield from _before(before, _sizes(first))
    name, (size, *others) = first.name, _sizes(first)
    if name.endswith("2d") or name == "GroupNorm":
        yield Family(lambda side: Shape((size, side, side)))
        if size == 1:
            yield Family(lambda side: Shape((side, side)))
    if name.endswith("1d") and name != "BatchNorm1d":
        yield Family(lambda side: Shape((size, side), axes="CL"), starts=(LENGTH, *SIDES))
        yield Family(lambda side: Shape((side, size), axes="LF"), starts=(LENGTH, *SIDES))
        if size == 1:
            yield Family(lambda side: Shape((side,)))
    if name.endswith("3d"):
        yield Family(lambda side: Shape((size, side, side, side)), starts=(16, 8, 32))
    if name in ("Linear", "BatchNorm1d", "LayerNorm", "RMSNorm", "GroupNorm"):
        yield _only(Shape((size, *others)))
        yield Family(lambda side: Shape((side, size), axes="LF"), starts=(LENGTH,))
        yield Family(lambda side: Shape((size, side), axes="CL"), starts=(LENGTH,))
        yield from _pictures(size)
    if name in ("RNN", "LSTM", "GRU", "MultiheadAttention", "SelfAttention", "TransformerEncoderLayer",
                "CausalTransformerEncoderLayer"):  # fmt: skip
        yield Family(lambda side: Shape((side, size), axes="LF"), starts=(LENGTH, *SIDES))
        yield Family(lambda side: Shape((size, side), axes="CL"), starts=(LENGTH, *SIDES))
        yield Family(lambda side: Shape((1, side, size)), starts=SIDES)
    if "PositionalEncoding" in name and others:
        yield _only(Shape((size, others[0]), axes="LF"))
    if name == "Embedding":
        yield Family(lambda side: Shape((side,), vocabulary=size), starts=(LENGTH, *SIDES))


def _pictures(values: int) -> Iterator[Family]:
    """Square pictures of so many values, grey or in colour."""
    for channels in (1, 3):
        side = math.isqrt(values // channels)
        if side * side * channels == values:
            yield _only(Shape((channels, side, side)))


def _before(steps: list[Written], sizes: list[int]) -> Iterator[Family]:
    """What is arranged anew before the first weights: `x.view(-1, 1, 28, 28)` of a vector or a picture."""
    for each in steps:
        if each.name == "Unflatten":
            found = arguments(each).get("unflattened_size")
            if isinstance(found, tuple) and all(isinstance(size, int) for size in found) and -1 not in found:
                yield _only(Shape((math.prod(found),)))
                yield _only(Shape(found))
                yield from _pictures(math.prod(found))
    if any(each.name == "Permute" for each in steps) and len(sizes) == 1:
        yield Family(lambda side: Shape((side, sizes[0]), axes="LF"), starts=(LENGTH, *SIDES))
        yield Family(lambda side: Shape((side, side, sizes[0])))


def _without_sizes(steps: list[Written]) -> Iterator[Family]:
    """Where no layer says a size: lazy ones, or those that take any."""
    names = [each.name for each in steps]
    if any(each.endswith("2d") for each in names):
        yield Family(lambda side: Shape((1, side, side)))
        yield Family(lambda side: Shape((3, side, side)))
    if any(each.endswith("1d") for each in names):
        yield Family(lambda side: Shape((1, side), axes="CL"))
    if any(each.endswith("3d") for each in names):
        yield Family(lambda side: Shape((1, side, side, side)), starts=(16, 8, 32))
    if any(each in ("RNN", "LSTM", "GRU") for each in names):
        yield Family(lambda side: Shape((LENGTH, side), axes="LF"))
    yield _only(Shape((20,)))
    yield _only(Shape((1, 28, 28)))


SIZED = ("in_features", "in_channels", "num_features", "input_size", "embed_dim", "d_model", "num_embeddings",
         "num_channels", "normalized_shape", "length")  # fmt: skip


def _sizes(item: Written) -> list[int]:
    """The sizes of its input that a layer names; none where it takes any."""
    try:
        known = arguments(item)
    except CannotRead:
        return []
    found = next((known[name] for name in SIZED if name in known), None)
    if isinstance(found, Unknown) or found is None:
        return []
    sizes = list(found) if isinstance(found, tuple | list) else [found]
    if item.name == "LearnedPositionalEncoding" or item.name == "SinusoidalPositionalEncoding":
        sizes = [known.get("length"), known.get("features")]
    return sizes if all(isinstance(each, int) and 0 < each < 10**7 for each in sizes) else []
