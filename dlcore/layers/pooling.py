"""Layers that make an image smaller by keeping one number of each window."""

from __future__ import annotations

from typing import ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, hinted
from dlcore.layers.convolution import check_window


class Pooling(Layer):
    """One number out of each window, channel by channel; nothing is learned."""

    abstract: ClassVar[bool] = True
    kind = "pooling"

    kernel_size: int = setting(2, ge=1, le=63, main=True, help=N_("Length of the window along each axis."))
    stride: int | None = setting(
        None, ge=1, le=63, help=N_("How far the window moves each time; empty means its own length.")
    )
    padding: int = setting(
        0, ge=0, le=31, advanced=True, help=N_("Values added around the edges, at most half the window.")
    )

    def call(self, received: Shape) -> Call:
        return Call(self.name, self.kernel_size, **self.changed("kernel_size"))

    def check(self, received: Shape) -> None:
        super().check(received)
        if self.padding > self.kernel_size // 2:
            fits = self.kernel_size // 2
            problem = Text(
                N_("{layer} has padding {padding}, more than half its window of {kernel_size}."),
                layer="",
                padding=self.padding,
                kernel_size=self.kernel_size,
            )
            raise hinted(problem, Text(N_("Make padding at most {fits}."), fits=fits), f"set:padding={fits}")
        check_window(received, self.kernel_size, self.padding)


class MaxPool2d(Pooling):
    """Keeps the largest value of each window, so that the image shrinks and small shifts matter less.

    Shapes: (N, C, H, W) -> (N, C, H', W') with H' = (H + 2·padding − kernel_size) // stride + 1, and W' likewise.
    Source: torch.nn.MaxPool2d.
    """

    axes = ("CHW",)
    example = Shape((3, 8, 8))


class AvgPool2d(Pooling):
    """Keeps the mean of each window: a smooth way to make an image smaller.

    Shapes: (N, C, H, W) -> (N, C, H', W') with H' = (H + 2·padding − kernel_size) // stride + 1, and W' likewise.
    Source: torch.nn.AvgPool2d.
    """

    axes = ("CHW",)
    bends = "no"
    example = Shape((3, 8, 8))
