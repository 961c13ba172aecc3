"""Functions applied to each value: without one between them, stacked Linear layers collapse into a single one."""

from __future__ import annotations

from typing import ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_
from dlcore.layers.base import Layer


class Activation(Layer):
    """A function of each value alone. Shapes: (N, *) -> (N, *)."""

    abstract: ClassVar[bool] = True
    kind = "activation"

    def call(self, received: Shape) -> Call:
        return Call(self.name, **self.changed())


class ReLU(Activation):
    """Keeps what is positive and makes the rest zero: max(0, x).

    Source: torch.nn.ReLU.
    """


class LeakyReLU(Activation):
    """Like ReLU, but lets a little of the negative side through, so that no neuron goes silent for ever.

    Source: torch.nn.LeakyReLU.
    """

    negative_slope: float = setting(0.01, ge=0, le=1, main=True, help=N_("Slope of the line left of zero."))


class GELU(Activation):
    """A smooth ReLU: x times the probability that a normal draw lies below x. The transformers' usual choice.

    Source: torch.nn.GELU; Hendrycks and Gimpel, 2016.
    """


class Sigmoid(Activation):
    """Squeezes every value between 0 and 1; far from zero it is nearly flat and learns slowly.

    Source: torch.nn.Sigmoid.
    """


class Tanh(Activation):
    """Squeezes every value between −1 and 1, with zero staying zero.

    Source: torch.nn.Tanh.
    """


class Softmax(Activation):
    """Turns scores into positive shares that add up to 1: e^x divided by the sum of all e^x.

    Source: torch.nn.Softmax.
    """

    def call(self, received: Shape) -> Call:
        return Call("Softmax", dim=1)
