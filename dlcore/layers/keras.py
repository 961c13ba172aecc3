"""A network in Keras 3, as text: what the layers write themselves into when they are asked to.

Keras is not needed for it. Channels come first, as in torch, and each layer's weights are taken from torch's
state_dict, turned to where Keras keeps them: Linear keeps (out, in), Dense keeps (in, out).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from dlcore.declaration import Declaration, Shape
from dlcore.errors import NotInKeras
from dlcore.i18n import N_, Text


class KerasLayer(Protocol):
    """What is asked of a layer: to write itself."""

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None: ...


# (layers, the shape they receive, what the whole network must give) -> each layer with what it receives and makes
Follow = Callable[[Iterable[Declaration], Shape, Shape], Iterable[tuple[KerasLayer, Shape, Shape]]]


class KerasCode:
    """The lines of a functional model, of its weights, and of what both call.

    `follow` tells what each layer receives and makes: `dlcore.layers.stack.shapes`, which waits for torch.
    `prefix` is where the layer at hand stands in torch's state_dict: `3.` or `3.inside.0.`.
    """

    def __init__(self, follow: Follow) -> None:
        self._follow = follow
        self.lines: list[str] = []
        self.notes: dict[int, str] = {}  # of lines, by their number
        self.weights: list[str] = []
        self.helpers: dict[str, str] = {}  # classes and functions that the lines use, by name
        self.prefix = ""
        self.names: set[str] = set()

    def apply(self, call: str, *arguments: Any, weights: Sequence[str] = (), to: str = "x", **settings: Any) -> None:
        """`x = layers.Dense(64)(x)`; `weights` are expressions of what Keras is to hold, in its own order.

        Where `to` is another variable, the layer is applied to that one.
        """
        if weights:
            settings["name"] = self.name_weights(call, weights)
        self.line(f"{to} = {written(call, *arguments, **settings)}({to})")

    def name_weights(self, call: str, weights: Sequence[str]) -> str:
        """A name for a layer that takes these weights, under which they are set."""
        stem = f"{call.lower()}_{self.prefix.rstrip('.').replace('.', '_')}"
        names = (stem if number == 1 else f"{stem}_{number}" for number in range(1, 1000))
        name = next(each for each in names if each not in self.names)
        self.names.add(name)
        self.weights.append(f'model.get_layer("{name}").set_weights([{", ".join(weights)}])')
        return name

    def line(self, text: str) -> None:
        """A line of the model."""
        self.lines.append(text)

    def state(self, key: str) -> str:
        """The expression for one of the layer's numbers in torch's state_dict."""
        return f'state["{self.prefix}{key}"]'

    def variable(self, stem: str) -> str:
        """A variable that no other layer uses: `skip_3`."""
        return f"{stem}_{self.prefix.rstrip('.').replace('.', '_')}"

    def help(self, name: str, source: str) -> None:
        """Put a class or function before the model; once, however often it is used."""
        self.helpers[name] = source

    @contextmanager
    def within(self, prefix: str) -> Iterator[None]:
        """Inside a part of the layer at hand."""
        before = self.prefix
        self.prefix += prefix
        yield
        self.prefix = before

    def stack(self, layers: Iterable[Declaration], received: Shape, wanted: Shape | None = None) -> Shape:
        """Layers one after another, from `x` to `x`; returns the shape that comes out.

        Raises NetworkError where a layer cannot work, NotInKeras where Keras has nothing that does the same.
        """
        for number, (layer, given, made) in enumerate(self._follow(layers, received, wanted or Shape())):
            with self.within(f"{number}."):
                layer.keras(self, given, made)
                if self.lines:
                    self.notes[len(self.lines) - 1] = f"({', '.join(['N', *map(str, made)])})"
            received = made
        return received

    def refusal(self, layer: str, reason: Text | None = None) -> NotInKeras:
        """«Layer 2 (LocalResponseNorm) cannot be written in Keras: …», to be raised."""
        place = ".".join(str(int(each) + 1) for each in self.prefix.split(".") if each.isdigit())
        return NotInKeras(
            Text(
                N_("Layer {number} ({layer}) cannot be written in Keras: {reason}"),
                number=place or "1",
                layer=layer,
                reason=reason or Text(N_("it has no such layer.")),
            )
        )


def written(call: str, *arguments: Any, **settings: Any) -> str:
    """`layers.Dense(64, use_bias=False)`; a class of the file's own begins with `_` and stands without `layers.`."""
    inside = [repr(each) for each in arguments] + [f"{name}={value!r}" for name, value in settings.items()]
    prefix = "" if call.startswith("_") else "layers."
    return f"{prefix}{call}({', '.join(inside)})".replace("'", '"')
