"""Layers that connect everything with everything, and the one that makes a vector for them."""

from __future__ import annotations

from typing import Any

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, LostAxes, Path, Step, described, hinted
from dlcore.layers.keras import KerasCode


class Flatten(Layer):
    """Lays all values of an example in one row, so that a Linear layer can take them.

    Shapes: (N, *) -> (N, product of *). Source: torch.nn.Flatten.
    """

    kind = "shape"
    bends = "no"
    gives = "F"
    example = Shape((3, 8, 8))

    def call(self, received: Shape) -> Call:
        return Call("Flatten")

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("Reshape", (made[0],))  # its Flatten would put the channels last


class Linear(Layer):
    """Every output is a weighted sum of all inputs, plus a bias: y = x·Wᵀ + b.

    A sequence of vectors goes through it vector by vector.
    Shapes: (N, in) -> (N, out_features), (N, L, in) -> (N, L, out_features). Source: torch.nn.Linear.
    """

    axes = ("F",)
    bends = "weighs"
    example = Shape((16,))

    out_features: int = setting(
        64, ge=1, le=1_000_000, main=True, help=N_("How many neurons; also how many values come out.")
    )
    bias: bool = setting(True, advanced=True, help=N_("Whether each neuron adds a learned constant."))

    def accepts(self, received: Shape) -> bool:
        return received.vocabulary is None and (len(received) == 1 or received.axes == "LF")

    def call(self, received: Shape) -> Call:
        return Call("Linear", received[-1], self.out_features, **self.changed("out_features"))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        write_dense(code, self.out_features, self.bias)


class Output(Layer):
    """The last layer: a Linear with one output for each class, or one for each number to predict.

    It gives raw scores (logits): the loss functions apply softmax or sigmoid themselves, more exactly.
    Shapes: (N, in) -> (N, outputs of the task). Source: torch.nn.Linear.
    """

    kind = "output"
    axes = ("F",)
    bends = "weighs"
    example = Shape((16,))

    def call(self, received: Shape, outputs: int = 10) -> Call:
        return Call("Linear", received[-1], outputs)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        write_dense(code, made[-1])

    def place(self, received: Shape, path: Path, wanted: Shape) -> tuple[Call, tuple[Step, ...]]:
        if len(path) > 1:
            problem = Text(N_("{layer} belongs at the end of the network, not into a block."), layer="")
            raise hinted(problem, Text(N_("Remove it.")), "remove")
        if len(received) > len(wanted):
            raise self.refusal(received)
        if len(received) < len(wanted):
            problem = Text(
                N_("{layer} must say something at every step but receives only {received}."),
                layer="",
                received=described(received),
            )
            hint = Text(N_("Let the recurrent layers give every step, and do not pool over time."))
            raise LostAxes(problem, wants_steps=True, hint=hint)
        return self.call(received, wanted[-1]), ()

    def accepts(self, received: Shape) -> bool:
        return received.vocabulary is None and (len(received) == 1 or received.axes == "LF")

    def hint(self, received: Shape) -> tuple[Text | None, str | None]:
        if received.axes == "LF":
            return Text(N_("Insert PoolOverTime before it: it makes one vector of all.")), "insert:PoolOverTime"
        return super().hint(received)


def write_dense(code: KerasCode, units: int, bias: bool = True, to: str = "x", **settings: Any) -> None:
    """torch's Linear as a Dense of Keras, whose weights stand the other way round: (in, out)."""
    weights = [f"{code.state('weight')}.T", *([code.state("bias")] if bias else [])]
    without = {} if bias else {"use_bias": False}
    code.apply("Dense", units, **without, **settings, weights=weights, to=to)
