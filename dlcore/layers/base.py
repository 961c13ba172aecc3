"""What every layer is: settings, the shapes it accepts, and the torch call that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from dlcore.declaration import Call, Declaration, Shape
from dlcore.errors import NetworkError
from dlcore.i18n import N_, Text
from dlcore.layers.keras import KerasCode
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
MODULES = "dlcore.layers.modules"  # where the modules are that torch lacks
ReadStack = Callable[[Any], list[dict[str, Any]]]
Path = tuple[int, ...]  # (3,) is the fourth layer of the stack, (3, 0, 1) lies inside a block

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


@dataclass(frozen=True)
class Step:
    """One layer at work: what it received, what it made of it, what it costs. Shapes are without the batch axis."""

    layer: str
    kind: str
    path: Path
    received: Shape
    made: Shape
    parameters: int  # numbers it learns
    bytes: int  # that its parameters and buffers take in memory
    source: str  # "nn.Linear(64, 10)"
    children: tuple[Step, ...] = ()  # the layers inside a block

    def to_json(self) -> dict[str, Any]:
        """Plain data with lists of ints; `children` only where there are some."""
        plain: dict[str, Any] = {
            "layer": self.layer,
            "received": list(self.received),
            "made": list(self.made),
            "parameters": self.parameters,
            "bytes": self.bytes,
        }
        return plain | {"children": [child.to_json() for child in self.children]} if self.children else plain


class LostAxes(NetworkError):  # noqa: N818 (it says what is the case)
    """A flat vector comes where rows, columns or steps are needed.

    What made it flat is found by who sees the stack.

    `wants_steps`: a sequence would do, as a recurrent layer gives one at every step. `hint`: what to do, if not that.
    """

    def __init__(self, text: Text, path: Path = (), *, wants_steps: bool, hint: Text | None = None) -> None:
        super().__init__(text, path)
        self.wants_steps, self.hint = wants_steps, hint


class Layer(Declaration):
    """One layer of a network.

    A subclass declares its settings as fields and says in `call` which torch module it is. `axes` lists the
    kinds of input it accepts (keys of `AXES`); empty means any but tokens. Output shapes are never computed
    here: the network asks the real module, on torch's meta device.
    """

    REGISTRY = LAYERS
    KEY = "layer"
    abstract: ClassVar[bool] = True
    kind: ClassVar[Kind] = "dense"
    axes: ClassVar[tuple[str, ...]] = ()
    gives: ClassVar[str | None] = None  # the axes that come out, where neither rank nor input tell
    holds: ClassVar[str] = ""  # the field of a block with the stacks inside
    grows: ClassVar[bool] = False  # whether a block may hold more or fewer stacks
    bends: ClassVar[Literal["yes", "no", "weighs"]] = "yes"  # no: a line stays a line; weighs: it sums with weights
    example: ClassVar[Shape] = Shape((16,))  # an input that suits it, for contract tests and documentation
    sample: ClassVar[Mapping[str, Any]] = {}  # settings that suit `example` where the defaults do not

    def call(self, received: Shape) -> Call:
        """The torch call that makes this layer for an input of this shape (without the batch axis)."""
        raise NotImplementedError

    def place(self, received: Shape, path: Path, wanted: Shape) -> tuple[Call, tuple[Step, ...]]:
        """The call, and the steps inside for a block. `wanted` is what the whole network must give."""
        return self.call(received), ()

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        """Write the same into a Keras model, from `x` to `x`, with its weights. Raises NotInKeras where it cannot."""
        raise code.refusal(self.name)

    def stacks(self) -> tuple[tuple[Path, tuple[Layer, ...]], ...]:
        """The stacks inside a block, each with the path that leads from the block to it; a plain layer has none."""
        return ()

    def with_stacks(self, stacks: tuple[tuple[Layer, ...], ...]) -> Layer:
        """The same block with other stacks inside; a plain layer takes none."""
        return self

    @classmethod
    def from_code(cls, name: str, given: Mapping[str, Any], stack: ReadStack) -> dict[str, Any]:
        """Settings that a call of torch says in words of its own; `given` are its arguments by torch's names.

        name: what is called. stack: reads an argument that holds layers, as plain data.
        """
        return {}

    def check_batch(self, received: Shape, examples: int) -> None:
        """Refuse to learn from batches this small, where a layer cannot."""

    def changed(self, *left_out: str) -> dict[str, Any]:
        """The settings that differ from the default: only those are worth a word in the source code."""
        fields = type(self).model_fields.items()
        now = {name: (getattr(self, name), field.get_default()) for name, field in fields if name not in left_out}
        return {name: value for name, (value, default) in now.items() if value != default}

    def accepts(self, received: Shape) -> bool:
        """Whether the kind of input suits this layer; sizes are for `check`.

        Two sizes of which nobody knows what they are may be a sequence either way round.
        """
        if received.vocabulary is not None or not self.axes:
            return axes_of(received) in self.axes if self.axes else received.vocabulary is None
        either = {"CL", "LF"} if received.axes is None and len(received) == 2 else {axes_of(received)}
        return bool(either & set(self.axes))

    def makes(self, received: Shape, rank: int) -> str | None:
        """The axes of what comes out, given how many there are."""
        return self.gives or (received.axes if rank == len(received) else None)

    def check(self, received: Shape) -> None:
        """Refuse an input this layer cannot take, in one sentence with what it expects and receives.

        Raises NetworkError.
        """
        if not self.accepts(received):
            raise self.refusal(received)

    def refusal(self, received: Shape) -> NetworkError:
        """«Linear expects a flat vector but receives an image (16, 8, 8). Insert Flatten before it.»"""
        problem = Text(
            N_("{layer} expects {expects} but receives {received}."),
            layer=self.name,
            expects=_either(self.axes) if self.axes else Text(N_("numbers")),
            received=described(received),
        )
        hint, repair = self.hint(received)
        if hint is None and axes_of(received) == "F":
            return LostAxes(problem, wants_steps=bool({"LF", "CL"} & set(self.axes)))
        return hinted(problem, hint, repair)

    def hint(self, received: Shape) -> tuple[Text | None, str | None]:
        """What to do about an input of the wrong kind, and the repair that does it with one click."""
        axes = axes_of(received)
        if axes == "L":
            return Text(N_("Insert Embedding before it: it turns each token into a vector.")), "insert:Embedding"
        relative = self._relative(received)
        if relative is not None:
            return Text(N_("Use {relative} here."), relative=relative), f"replace:{relative}"
        if "F" in self.axes:
            return Text(N_("Insert Flatten before it.")), "insert:Flatten"
        if {"CL", "LF"} & set(self.axes) and axes in ("CL", "LF") and "Permute" in LAYERS:
            return Text(N_("Insert Permute before it: it swaps the two axes.")), "insert:Permute"
        return None, None

    def _relative(self, received: Shape) -> str | None:
        """Conv1d for a Conv2d that receives a sequence: the same layer for another number of dimensions."""
        stem = self.name[:-2]
        if self.name[-2:] not in ("1d", "2d", "3d"):
            return None
        family = [LAYERS[stem + end] for end in ("1d", "2d", "3d") if stem + end in LAYERS]
        axes = axes_of(received)
        return next((each.name for each in family if issubclass(each, Layer) and axes in each.axes), None)


def axes_of(shape: Shape) -> str | None:
    """Which key of `AXES` a shape is; None where it has a rank nobody named."""
    return "L" if shape.vocabulary is not None else shape.axes or BY_RANK.get(len(shape))


def feature_axis(shape: Shape) -> int:
    """Which axis of a batch holds the features: the last of a sequence of vectors, else the first, the channels."""
    return 2 if axes_of(shape) == "LF" else 1


def described(shape: Shape) -> Text:
    """«an image (16, 8, 8)»: a shape as a message names it."""
    sizes = "(" + ", ".join(map(str, shape)) + ")"
    axes = axes_of(shape)
    return Text(N_("{kind} {sizes}"), kind=Text(AXES[axes] if axes else N_("values")), sizes=sizes)


def hinted(problem: Text, hint: Text | None = None, repair: str | None = None) -> NetworkError:
    """A refusal that says what is wrong and, where it is known, what to do. The network adds the place."""
    return NetworkError(Text(N_("{problem} {hint}"), problem=problem, hint=hint) if hint else problem, repair=repair)


def _either(axes: tuple[str, ...]) -> Text:
    first, *others = (Text(AXES[each]) for each in axes)
    return Text(N_("{first} or {second}"), first=first, second=others[0]) if others else first
