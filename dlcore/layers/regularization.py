"""Layers that disturb training on purpose, so that the network does not learn its examples by heart."""

from __future__ import annotations

from typing import ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_
from dlcore.layers.base import Layer
from dlcore.layers.keras import KerasCode


class RandomLoss(Layer):
    """Loses a random share p while training, and rests in use. Shapes: (N, *) -> (N, *)."""

    abstract: ClassVar[bool] = True
    kind = "regularization"
    bends = "no"

    p: float = setting(0.5, ge=0, lt=1, main=True, hot=True, help=N_("Share of the values set to zero while training."))

    def call(self, received: Shape) -> Call:
        return Call(self.name, self.p)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("Dropout", self.p)


class Dropout(RandomLoss):
    """While training, sets a random share p of the values to zero and enlarges the others by 1/(1 − p); then rests.

    No neuron can rely on one neighbour alone, which holds overfitting back. In use, nothing is dropped.
    Shapes: (N, *) -> (N, *). Source: torch.nn.Dropout; Srivastava et al., 2014.
    """


class ChannelLoss(RandomLoss):
    """Loses whole channels. Shapes: (N, C, *) -> (N, C, *)."""

    abstract: ClassVar[bool] = True

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("Dropout", self.p, noise_shape=(None, received[0], *[1] * (len(received) - 1)))


class Dropout1d(ChannelLoss):
    """Like Dropout, but whole channels of a sequence go at once, since neighbours say almost the same.

    Shapes: (N, C, L) -> (N, C, L). Source: torch.nn.Dropout1d; Tompson et al., 2015.
    """

    axes = ("CL",)
    example = Shape((3, 16), axes="CL")


class Dropout2d(ChannelLoss):
    """Like Dropout, but whole channels of an image go at once, since neighbouring pixels say almost the same.

    Shapes: (N, C, H, W) -> (N, C, H, W). Source: torch.nn.Dropout2d; Tompson et al., 2015.
    """

    axes = ("CHW",)
    example = Shape((3, 8, 8))


class Dropout3d(ChannelLoss):
    """Like Dropout, but whole channels of a volume or clip go at once, since neighbours say almost the same.

    Shapes: (N, C, D, H, W) -> (N, C, D, H, W). Source: torch.nn.Dropout3d; Tompson et al., 2015.
    """

    axes = ("CDHW",)
    example = Shape((2, 4, 4, 4))


class AlphaDropout(RandomLoss):
    """Dropout for networks of SELU: it keeps the mean at 0 and the variance at 1, which SELU depends on.

    Shapes: (N, *) -> (N, *). Source: torch.nn.AlphaDropout; Klambauer et al., 2017.
    """

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("AlphaDropout", self.p)
