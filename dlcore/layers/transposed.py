"""Convolutions that make an image larger: each value paints a small learned window into the result."""

from __future__ import annotations

from typing import ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, hinted
from dlcore.layers.convolution import BIAS, DILATION, GROUPS, KERNEL_SIZE, OUT_CHANNELS, check_groups, unlike
from dlcore.layers.keras import KerasCode


class TransposedConvolution(Layer):
    """Each side grows to (side − 1)·stride − 2·padding + dilation·(kernel_size − 1) + output_padding + 1."""

    abstract: ClassVar[bool] = True
    kind = "convolution"
    bends = "weighs"

    out_channels: int = setting(16, ge=1, le=4096, main=True, help=OUT_CHANNELS)
    kernel_size: int = setting(2, ge=1, le=31, help=KERNEL_SIZE)
    stride: int = setting(2, ge=1, le=16, help=N_("How far apart the windows are painted; 2 doubles what comes out."))
    padding: int = setting(0, ge=0, le=31, help=N_("How much is cut off around the edges of the result."))
    output_padding: int = setting(
        0, ge=0, le=15, advanced=True, help=N_("Extra length at the end of each axis; must be below the stride.")
    )
    dilation: int = setting(1, ge=1, le=16, advanced=True, help=DILATION)
    groups: int = setting(1, ge=1, le=4096, advanced=True, help=GROUPS)
    bias: bool = setting(True, advanced=True, help=BIAS)

    def call(self, received: Shape) -> Call:
        others = self.changed("out_channels", "kernel_size", "stride")
        return Call(self.name, received[0], self.out_channels, self.kernel_size, stride=self.stride, **others)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        if self.groups > 1:
            raise code.refusal(self.name, Text(N_("its transposed convolutions know no groups.")))
        if self.dilation > 1:
            raise code.refusal(self.name, Text(N_("its transposed convolutions take no dilation.")))
        if self.output_padding > self.padding:
            raise code.refusal(self.name, Text(N_("it cannot lengthen the result beyond what padding cuts off.")))
        axes = ", ".join(map(str, (*range(2, len(received) + 1), 1, 0)))
        weights = [f"{code.state('weight')}.transpose({axes})", *([code.state("bias")] if self.bias else [])]
        settings = unlike({"strides": (self.stride, 1), "use_bias": (self.bias, True)})
        name = f"Conv{len(received) - 1}DTranspose"
        code.apply(name, self.out_channels, self.kernel_size, **settings, weights=weights)
        if self.padding or self.kernel_size < self.stride:  # Keras then adds to the end what torch leaves out
            parts = ", ".join(f"{self.padding}:{self.padding + side}" for side in made[1:])
            code.line(f"x = x[:, :, {parts}]")

    def check(self, received: Shape) -> None:
        super().check(received)
        check_groups("groups", self.groups, received[0], self.out_channels)
        below = max(self.stride, self.dilation)
        if self.output_padding >= below:
            problem = Text(
                N_("{layer} has output_padding {output_padding}, which must be below its stride of {stride}."),
                layer="",
                output_padding=self.output_padding,
                stride=self.stride,
            )
            fits = below - 1
            raise hinted(
                problem, Text(N_("Make output_padding at most {fits}."), fits=fits), f"set:output_padding={fits}"
            )
        self._check_that_something_is_left(received)

    def _check_that_something_is_left(self, received: Shape) -> None:
        whole = (min(received[1:]) - 1) * self.stride + self.dilation * (self.kernel_size - 1) + self.output_padding + 1
        if whole - 2 * self.padding < 1:
            problem = Text(
                N_("{layer} cuts {padding} off each edge of a result only {whole} long: nothing is left."),
                layer="",
                padding=self.padding,
                whole=whole,
            )
            fits = (whole - 1) // 2
            raise hinted(problem, Text(N_("Make padding at most {fits}."), fits=fits), f"set:padding={fits}")


class ConvTranspose1d(TransposedConvolution):
    """Makes a sequence longer: each value paints a small learned window, and overlapping windows add up.

    Shapes: (N, C, L) -> (N, out_channels, L'). Source: torch.nn.ConvTranspose1d.
    """

    axes = ("CL",)
    gives = "CL"
    example = Shape((3, 8), axes="CL")


class ConvTranspose2d(TransposedConvolution):
    """Makes an image larger: each pixel paints a small learned window, and overlapping windows add up.

    Shapes: (N, C, H, W) -> (N, out_channels, H', W'). Source: torch.nn.ConvTranspose2d.
    """

    axes = ("CHW",)
    example = Shape((3, 6, 6))


class ConvTranspose3d(TransposedConvolution):
    """Makes a volume or clip larger: each value paints a small learned window, and overlapping windows add up.

    Shapes: (N, C, D, H, W) -> (N, out_channels, D', H', W'). Source: torch.nn.ConvTranspose3d.
    """

    axes = ("CDHW",)
    example = Shape((2, 3, 3, 3))
