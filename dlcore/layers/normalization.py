"""Layers that bring values back to mean 0 and variance 1, so that deep networks keep learning."""

from __future__ import annotations

import math
from typing import Any, ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, axes_of, hinted
from dlcore.layers.convolution import check_groups
from dlcore.layers.keras import KerasCode

FLOAT_EPS = 2.0**-23  # the distance from 1 to the next number of 32 bits, which RMSNorm adds
EPS = N_("Added to the variance, so that nothing is divided by zero.")
AFFINE = N_("Whether a learned scale and shift follow for each channel.")


class Normalization(Layer):
    """Mean 0 and variance 1. Shapes: (N, *) -> (N, *)."""

    abstract: ClassVar[bool] = True
    kind = "normalization"


class BatchNormalization(Normalization):
    """Mean and variance are taken over the batch (and every position), for each channel alone."""

    abstract: ClassVar[bool] = True
    bends = "no"  # in use it is a fixed scale and shift

    eps: float = setting(1e-5, gt=0, le=1, advanced=True, log=True, help=EPS)
    momentum: float = setting(
        0.1, gt=0, le=1, help=N_("Share of the newest batch in the running mean and variance that are used later.")
    )
    affine: bool = setting(True, advanced=True, help=AFFINE)

    def call(self, received: Shape) -> Call:
        return Call(self.name, received[0], **self.changed())

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        learned = [code.state("weight"), code.state("bias")] if self.affine else []
        weights = [*learned, code.state("running_mean"), code.state("running_var")]
        kept = round(1 - self.momentum, 12)  # Keras counts what stays, torch what comes in
        off = affine_off(self.affine)
        code.apply("BatchNormalization", axis=1, momentum=kept, epsilon=self.eps, **off, weights=weights)

    def check_batch(self, received: Shape, examples: int) -> None:
        if examples * math.prod(received[1:]) < 2:
            problem = Text(
                N_("{layer} needs more than one value of each feature to find a mean, but receives batches of one."),
                layer="",
            )
            raise hinted(problem, Text(N_("Make the batch size 2 or more, or remove this layer.")), "remove")


class BatchNorm1d(BatchNormalization):
    """Brings each feature to mean 0 and variance 1 over the batch, then scales and shifts it as learned.

    In use, running means of the training batches take the place of the batch's own.
    Shapes: (N, C) -> (N, C), (N, C, L) -> (N, C, L). Source: torch.nn.BatchNorm1d; Ioffe and Szegedy, 2015.
    """

    axes = ("F", "CL")
    example = Shape((16,))


class BatchNorm2d(BatchNormalization):
    """Brings each channel of an image to mean 0 and variance 1 over the batch, then scales and shifts it as learned.

    In use, running means of the training batches take the place of the batch's own.
    Shapes: (N, C, H, W) -> (N, C, H, W). Source: torch.nn.BatchNorm2d; Ioffe and Szegedy, 2015.
    """

    axes = ("CHW",)
    example = Shape((3, 8, 8))


class BatchNorm3d(BatchNormalization):
    """Brings each channel of a volume or clip to mean 0 and variance 1 over the batch, then scales and shifts it.

    In use, running means of the training batches take the place of the batch's own.
    Shapes: (N, C, D, H, W) -> (N, C, D, H, W). Source: torch.nn.BatchNorm3d; Ioffe and Szegedy, 2015.
    """

    axes = ("CDHW",)
    example = Shape((2, 4, 4, 4))


class LayerNorm(Normalization):
    """Brings the values of each example to mean 0 and variance 1 by themselves, whatever else is in the batch.

    In a sequence of vectors, each vector is brought there alone. Shapes: (N, *) -> (N, *).
    Source: torch.nn.LayerNorm; Ba, Kiros and Hinton, 2016.
    """

    example = Shape((5, 16), axes="LF")

    eps: float = setting(1e-5, gt=0, le=1, advanced=True, log=True, help=EPS)
    elementwise_affine: bool = setting(
        True, advanced=True, help=N_("Whether a learned scale and shift follow for each value.")
    )

    def call(self, received: Shape) -> Call:
        return Call(self.name, normalized(received), **self.changed())

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        weights = [code.state("weight"), code.state("bias")] if self.elementwise_affine else []
        settings: dict[str, Any] = {"epsilon": self.eps, **affine_off(self.elementwise_affine)}
        code.apply("LayerNormalization", axis=normalized_axes(received), **settings, weights=weights)


class RMSNorm(Normalization):
    """Divides each vector by the root of its mean square; like LayerNorm without taking the mean away, and faster.

    Shapes: (N, *) -> (N, *). Source: torch.nn.RMSNorm; Zhang and Sennrich, 2019.
    """

    example = Shape((5, 16), axes="LF")

    elementwise_affine: bool = setting(True, advanced=True, help=N_("Whether a learned scale follows for each value."))

    def call(self, received: Shape) -> Call:
        return Call(self.name, normalized(received), **self.changed())

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        weights = [code.state("weight")] if self.elementwise_affine else []
        if not weights:
            raise code.refusal(self.name, Text(N_("its RMSNormalization always learns a scale.")))
        code.apply("RMSNormalization", axis=normalized_axes(received), epsilon=FLOAT_EPS, weights=weights)


class GroupNorm(Normalization):
    """Brings groups of channels to mean 0 and variance 1, example by example: works with the smallest batches.

    One group takes all channels together; as many groups as channels take each alone.
    Shapes: (N, C, *) -> (N, C, *). Source: torch.nn.GroupNorm; Wu and He, 2018.
    """

    axes = ("F", "CL", "CHW", "CDHW")
    example = Shape((8, 6, 6))

    num_groups: int = setting(
        4, ge=1, le=4096, main=True, help=N_("Into how many groups the channels are divided; must divide them evenly.")
    )
    eps: float = setting(1e-5, gt=0, le=1, advanced=True, log=True, help=EPS)
    affine: bool = setting(True, advanced=True, help=AFFINE)

    def call(self, received: Shape) -> Call:
        return Call(self.name, self.num_groups, received[0], **self.changed("num_groups"))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        weights = [code.state("weight"), code.state("bias")] if self.affine else []
        settings: dict[str, Any] = {"axis": 1, "epsilon": self.eps, **affine_off(self.affine)}
        code.apply("GroupNormalization", self.num_groups, **settings, weights=weights)

    def check(self, received: Shape) -> None:
        super().check(received)
        check_groups("num_groups", self.num_groups, received[0])


class LocalResponseNorm(Normalization):
    """Divides each value by the strength of its neighbouring channels, so that the strongest stand out.

    Shapes: (N, C, *) -> (N, C, *). Source: torch.nn.LocalResponseNorm; Krizhevsky, Sutskever and Hinton, 2012.
    """

    axes = ("CHW", "CL", "CDHW")
    example = Shape((8, 6, 6))

    size: int = setting(5, ge=1, le=63, main=True, help=N_("How many neighbouring channels are looked at."))

    def call(self, received: Shape) -> Call:
        return Call(self.name, self.size)


def normalized(received: Shape) -> int | list[int]:
    """Which sizes are brought to mean 0 together: the vector in a sequence of vectors, else the whole example."""
    return received[-1] if len(received) == 1 or axes_of(received) == "LF" else list(received)


def normalized_axes(received: Shape) -> int | list[int]:
    """The same as axes of a batch."""
    return -1 if len(received) == 1 or axes_of(received) == "LF" else list(range(1, len(received) + 1))


def affine_off(learned: bool) -> dict[str, Any]:
    """What Keras is told where no scale and shift are learned."""
    return {} if learned else {"center": False, "scale": False}
