"""Layers that bring values back to mean 0 and variance 1, so that deep networks keep learning."""

from __future__ import annotations

import math
from typing import ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, hinted


class BatchNormalization(Layer):
    """Mean and variance are taken over the batch (and every position), for each channel alone."""

    abstract: ClassVar[bool] = True
    kind = "normalization"
    bends = "no"

    eps: float = setting(
        1e-5, gt=0, le=1, advanced=True, log=True, help=N_("Added to the variance, so that nothing is divided by zero.")
    )
    momentum: float = setting(
        0.1, gt=0, le=1, help=N_("Share of the newest batch in the running mean and variance that are used later.")
    )
    affine: bool = setting(True, advanced=True, help=N_("Whether a learned scale and shift follow for each channel."))

    def call(self, received: Shape) -> Call:
        return Call(self.name, received[0], **self.changed())

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
