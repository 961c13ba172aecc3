"""Layers that connect everything with everything, and the one that makes a vector for them."""

from __future__ import annotations

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_
from dlcore.layers.base import Layer


class Flatten(Layer):
    """Lays all values of an example in one row, so that a Linear layer can take them.

    Shapes: (N, *) -> (N, product of *). Source: torch.nn.Flatten.
    """

    kind = "shape"
    example = (3, 8, 8)

    def call(self, received: Shape) -> Call:
        return Call("Flatten")


class Linear(Layer):
    """Every output is a weighted sum of all inputs, plus a bias: y = x·Wᵀ + b.

    Shapes: (N, in) -> (N, out_features). Source: torch.nn.Linear.
    """

    axes = ("F",)
    example = (16,)

    out_features: int = setting(64, ge=1, le=1_000_000, main=True, help=N_("How many neurons; also how many values come out."))
    bias: bool = setting(True, advanced=True, help=N_("Whether each neuron adds a learned constant."))

    def call(self, received: Shape) -> Call:
        settings = {} if self.bias else {"bias": False}
        return Call("Linear", received[0], self.out_features, **settings)


class Output(Layer):
    """The last layer: a Linear with one output for each class, or one for each number to predict.

    It gives raw scores (logits): the loss functions apply softmax or sigmoid themselves, more exactly.
    Shapes: (N, in) -> (N, outputs of the task). Source: torch.nn.Linear.
    """

    kind = "output"
    axes = ("F",)
    example = (16,)

    def call(self, received: Shape, outputs: int = 10) -> Call:
        return Call("Linear", received[0], outputs)
