"""What every layer is: settings, the shapes it accepts, and the torch call that makes it."""

from __future__ import annotations

from typing import ClassVar, Literal

from dlcore.declaration import Call, Declaration, Shape
from dlcore.errors import NetworkError
from dlcore.i18n import N_, Text
from dlcore.registry import LAYERS

Kind = Literal[
    "dense",
    "activation",
    "convolution",
    "pooling",
    "normalization",
    "regularization",
    "shape",
    "recurrent",
    "attention",
    "embedding",
    "block",
    "output",
]

# What the sizes of an example are called: one letter an axis, as torch's documentation writes them.
AXES = {
    "F": N_("a flat vector"),
    "CL": N_("a sequence with channels"),
    "CHW": N_("an image"),
    "CDHW": N_("a volume or clip"),
    "LF": N_("a sequence of vectors"),
    "L": N_("a sequence of tokens"),
}
BY_RANK = {1: "F", 2: "CL", 3: "CHW", 4: "CDHW"}


class Layer(Declaration):
    """One layer of a network.

    A subclass declares its settings as fields and says in `call` which torch module it is. `axes` lists the
    kinds of input it accepts (keys of `AXES`); empty means any. Output shapes are never computed here: the
    network asks the real module, on torch's meta device.
    """

    REGISTRY = LAYERS
    KEY = "layer"
    abstract: ClassVar[bool] = True
    kind: ClassVar[Kind] = "dense"
    axes: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[tuple[int, ...]] = (16,)  # an input that suits it, for contract tests and documentation

    def call(self, received: Shape) -> Call:
        """The torch call that makes this layer for an input of this shape (without the batch axis)."""
        raise NotImplementedError

    def check(self, received: Shape) -> None:
        """Refuse an input this layer cannot take, in one sentence with what it expects and receives."""
        if not self.axes or any(len(axes) == len(received) for axes in self.axes):
            return
        expects = (
            Text(N_("{first} or {second}"), first=Text(AXES[self.axes[0]]), second=Text(AXES[self.axes[1]]))
            if len(self.axes) > 1
            else Text(AXES[self.axes[0]])
        )
        raise NetworkError(
            Text(
                N_("{layer} expects {expects} but receives {received}."),
                layer=self.name,
                expects=expects,
                received=described(received),
            ),
            repair="insert:Flatten" if self.axes == ("F",) else None,
        )


def described(shape: Shape) -> Text:
    """«an image (16, 8, 8)»: a shape as a message names it."""
    sizes = "(" + ", ".join(map(str, shape)) + ")"
    if shape.vocabulary is not None:
        return Text(N_("{kind} {sizes}"), kind=Text(AXES["L"]), sizes=sizes)
    axes = BY_RANK.get(len(shape))
    return Text(N_("{kind} {sizes}"), kind=Text(AXES[axes]), sizes=sizes) if axes else Text("{sizes}", sizes=sizes)
