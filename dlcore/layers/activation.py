"""Functions applied to each value: without one between them, stacked Linear layers collapse into a single one."""

from __future__ import annotations

from math import inf
from typing import ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_
from dlcore.layers.base import Layer, feature_axis
from dlcore.layers.keras import KerasCode

Interval = tuple[float, float]  # both ends belong to it

EVERYTHING: Interval = (-inf, inf)
POSITIVE: Interval = (0, inf)
UNIT: Interval = (0, 1)
AROUND_ZERO: Interval = (-1, 1)


class Activation(Layer):
    """A function of each value alone. Shapes: (N, *) -> (N, *)."""

    abstract: ClassVar[bool] = True
    kind = "activation"
    in_keras: ClassVar[str] = ""  # what Keras calls the same function
    gives_between: ClassVar[Interval] = EVERYTHING  # no value that comes out lies outside
    same_between: ClassVar[Interval | None] = None  # values in here come out as they came in

    def repeats(self, before: Activation) -> bool:
        """Whether this one changes nothing of what the other gives."""
        if self.same_between is None:
            return False
        return self.same_between[0] <= before.gives_between[0] and before.gives_between[1] <= self.same_between[1]

    def call(self, received: Shape) -> Call:
        return Call(self.name, **self.changed())

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("Activation", self.in_keras)


class ReLU(Activation):
    """Keeps what is positive and makes the rest zero: max(0, x).

    Source: torch.nn.ReLU.
    """

    in_keras = "relu"
    gives_between = POSITIVE
    same_between = POSITIVE


class LeakyReLU(Activation):
    """Like ReLU, but lets a little of the negative side through, so that no neuron goes silent for ever.

    Source: torch.nn.LeakyReLU.
    """

    same_between = POSITIVE

    negative_slope: float = setting(0.01, ge=0, le=1, main=True, help=N_("Slope of the line left of zero."))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("LeakyReLU", self.negative_slope)


class PReLU(Activation):
    """A LeakyReLU that learns the slope of its negative side.

    Source: torch.nn.PReLU; He et al., 2015.
    """

    same_between = POSITIVE

    init: float = setting(0.25, ge=0, le=1, main=True, help=N_("The slope that learning starts from."))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        axes = list(range(1, len(received) + 1))
        code.apply("PReLU", shared_axes=axes, weights=[f"{code.state('weight')}.reshape({[1] * len(axes)})"])


class ReLU6(Activation):
    """ReLU that stops at 6, for arithmetic with few bits: min(max(0, x), 6).

    Source: torch.nn.ReLU6.
    """

    in_keras = "relu6"
    gives_between = (0, 6)
    same_between = (0, 6)


class ELU(Activation):
    """Like ReLU, but the negative side bends smoothly towards −alpha: alpha·(e^x − 1).

    Source: torch.nn.ELU; Clevert et al., 2015.
    """

    same_between = POSITIVE

    alpha: float = setting(1.0, gt=0, le=10, main=True, help=N_("How far the negative side goes down."))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("ELU", self.alpha)


class CELU(Activation):
    """An ELU without a kink at zero, whatever its alpha: alpha·(e^(x/alpha) − 1) on the negative side.

    Source: torch.nn.CELU; Barron, 2017.
    """

    same_between = POSITIVE

    alpha: float = setting(1.0, gt=0, le=10, main=True, help=N_("How far the negative side goes down."))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.line(f"x = keras.ops.celu(x, alpha={self.alpha})")


class SELU(Activation):
    """An ELU scaled so that a deep stack of Linear layers keeps mean 0 and variance 1 by itself.

    Source: torch.nn.SELU; Klambauer et al., 2017.
    """

    in_keras = "selu"


class GELU(Activation):
    """A smooth ReLU: x times the probability that a normal draw lies below x. The transformers' usual choice.

    Source: torch.nn.GELU; Hendrycks and Gimpel, 2016.
    """

    in_keras = "gelu"


class SiLU(Activation):
    """A smooth ReLU: x times sigmoid(x); also called swish.

    Source: torch.nn.SiLU; Ramachandran et al., 2017.
    """

    in_keras = "silu"


class Mish(Activation):
    """A smooth ReLU that dips a little below zero: x times tanh(softplus(x)).

    Source: torch.nn.Mish; Misra, 2019.
    """

    in_keras = "mish"


class Hardswish(Activation):
    """SiLU drawn with straight lines and a parabola, cheap on small devices: x·min(max(0, x + 3), 6)/6.

    Source: torch.nn.Hardswish; Howard et al., 2019.
    """

    in_keras = "hard_silu"


class Softplus(Activation):
    """ReLU with a rounded corner, positive everywhere: log(1 + e^(beta·x))/beta.

    Source: torch.nn.Softplus.
    """

    gives_between = POSITIVE

    beta: float = setting(1.0, gt=0, le=100, main=True, help=N_("How sharp the corner is; large means like ReLU."))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        same = self.beta == 1
        code.line("x = keras.ops.softplus(x)" if same else f"x = keras.ops.softplus({self.beta} * x) / {self.beta}")


class Softsign(Activation):
    """Squeezes every value between −1 and 1, more gently than tanh: x/(1 + |x|).

    Source: torch.nn.Softsign.
    """

    in_keras = "softsign"
    gives_between = AROUND_ZERO


class Sigmoid(Activation):
    """Squeezes every value between 0 and 1; far from zero it is nearly flat and learns slowly.

    Source: torch.nn.Sigmoid.
    """

    in_keras = "sigmoid"
    gives_between = UNIT


class LogSigmoid(Activation):
    """The logarithm of sigmoid: zero for large values, a falling line for small ones.

    Source: torch.nn.LogSigmoid.
    """

    in_keras = "log_sigmoid"


class Hardsigmoid(Activation):
    """Sigmoid drawn with straight lines: min(max(0, x + 3), 6)/6.

    Source: torch.nn.Hardsigmoid.
    """

    in_keras = "hard_sigmoid"
    gives_between = UNIT


class Tanh(Activation):
    """Squeezes every value between −1 and 1, with zero staying zero.

    Source: torch.nn.Tanh.
    """

    in_keras = "tanh"
    gives_between = AROUND_ZERO


class Hardtanh(Activation):
    """Tanh drawn with straight lines: cuts off what is below −1 or above 1.

    Source: torch.nn.Hardtanh.
    """

    in_keras = "hard_tanh"
    gives_between = AROUND_ZERO
    same_between = AROUND_ZERO


class Softmax(Activation):
    """Turns scores into positive shares that add up to 1: e^x divided by the sum of all e^x.

    Shares are taken over the features of a vector, or over the channels. Source: torch.nn.Softmax.
    """

    gives_between = UNIT

    def call(self, received: Shape) -> Call:
        return Call(self.name, dim=feature_axis(received))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("Softmax", axis=feature_axis(received))


class LogSoftmax(Activation):
    """The logarithm of softmax, found more exactly than by taking one after the other.

    Source: torch.nn.LogSoftmax.
    """

    def call(self, received: Shape) -> Call:
        return Call(self.name, dim=feature_axis(received))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.line(f"x = keras.ops.log_softmax(x, axis={feature_axis(received)})")
