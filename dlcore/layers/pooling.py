"""Layers that make a sequence, image or volume smaller by keeping one number of each window; nothing is learned."""

from __future__ import annotations

from typing import Any, ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, hinted
from dlcore.layers.convolution import check_window, pad
from dlcore.layers.keras import KerasCode


class Pooling(Layer):
    """One number out of each window: side' = (side + 2·padding − kernel_size) // stride + 1."""

    abstract: ClassVar[bool] = True
    kind = "pooling"

    in_keras: ClassVar[str] = ""  # what Keras calls it, without its number of dimensions

    kernel_size: int = setting(2, ge=1, le=63, main=True, help=N_("Length of the window along each axis."))
    stride: int | None = setting(
        None, ge=1, le=63, help=N_("How far the window moves each time; empty means its own length.")
    )
    padding: int = setting(
        0, ge=0, le=31, advanced=True, help=N_("Values added around the edges, at most half the window.")
    )

    def call(self, received: Shape) -> Call:
        return Call(self.name, self.kernel_size, **self.changed("kernel_size"))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        self.pad_keras(code, received)
        stride: dict[str, Any] = {} if self.stride in (None, self.kernel_size) else {"strides": self.stride}
        code.apply(f"{self.in_keras}{len(received) - 1}D", self.kernel_size, **stride)

    def pad_keras(self, code: KerasCode, received: Shape) -> None:
        """The edges, as a step of its own."""
        pad(code, received, self.padding)

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


class MaxPooling(Pooling):
    """The largest of each window. What is added at the edges never wins."""

    abstract: ClassVar[bool] = True
    in_keras = "MaxPooling"

    def pad_keras(self, code: KerasCode, received: Shape) -> None:
        if self.padding:
            edges = ", ".join(["(0, 0)", "(0, 0)", *[f"({self.padding}, {self.padding})"] * (len(received) - 1)])
            code.line(f'x = keras.ops.pad(x, ({edges}), constant_values=-float("inf"))')


class AvgPooling(Pooling):
    """The mean of each window; zeros added at the edges count."""

    abstract: ClassVar[bool] = True
    in_keras = "AveragePooling"


class AdaptivePooling(Layer):
    """As many windows as are asked for, spread evenly: whatever comes in, output_size comes out."""

    abstract: ClassVar[bool] = True
    kind = "pooling"

    output_size: int = setting(1, ge=1, le=512, main=True, help=N_("Length of the result along each axis."))

    def call(self, received: Shape) -> Call:
        return Call(self.name, self.output_size)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        kind = "Max" if "Max" in self.name else "Average"
        code.apply(f"Adaptive{kind}Pooling{len(received) - 1}D", self.output_size)


class GlobalPooling(Layer):
    """One number for each channel, wherever it was found."""

    abstract: ClassVar[bool] = True
    kind = "pooling"
    axes = ("CHW", "CL", "CDHW")
    gives = "F"
    example = Shape((3, 8, 8))
    adaptive: ClassVar[str] = ""  # torch's layer without its number of dimensions

    def call(self, received: Shape) -> Call:
        return Call("Sequential", Call(f"{self.adaptive}{len(received) - 1}d", 1), Call("Flatten"))

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        kind = "Max" if "Max" in self.adaptive else "Average"
        code.apply(f"Global{kind}Pooling{len(received) - 1}D")


class MaxPool1d(MaxPooling):
    """Keeps the largest value of each window, so that the sequence gets shorter and small shifts matter less.

    Shapes: (N, C, L) -> (N, C, L'). Source: torch.nn.MaxPool1d.
    """

    axes = ("CL",)
    gives = "CL"
    example = Shape((3, 16), axes="CL")


class MaxPool2d(MaxPooling):
    """Keeps the largest value of each window, so that the image shrinks and small shifts matter less.

    Shapes: (N, C, H, W) -> (N, C, H', W'). Source: torch.nn.MaxPool2d.
    """

    axes = ("CHW",)
    example = Shape((3, 8, 8))


class MaxPool3d(MaxPooling):
    """Keeps the largest value of each window, so that the volume or clip shrinks and small shifts matter less.

    Shapes: (N, C, D, H, W) -> (N, C, D', H', W'). Source: torch.nn.MaxPool3d.
    """

    axes = ("CDHW",)
    example = Shape((2, 6, 6, 6))


class AvgPool1d(AvgPooling):
    """Keeps the mean of each window: a smooth way to make a sequence shorter.

    Shapes: (N, C, L) -> (N, C, L'). Source: torch.nn.AvgPool1d.
    """

    axes = ("CL",)
    bends = "no"
    gives = "CL"
    example = Shape((3, 16), axes="CL")


class AvgPool2d(AvgPooling):
    """Keeps the mean of each window: a smooth way to make an image smaller.

    Shapes: (N, C, H, W) -> (N, C, H', W'). Source: torch.nn.AvgPool2d.
    """

    axes = ("CHW",)
    bends = "no"
    example = Shape((3, 8, 8))


class AvgPool3d(AvgPooling):
    """Keeps the mean of each window: a smooth way to make a volume or clip smaller.

    Shapes: (N, C, D, H, W) -> (N, C, D', H', W'). Source: torch.nn.AvgPool3d.
    """

    axes = ("CDHW",)
    bends = "no"
    example = Shape((2, 6, 6, 6))


class AdaptiveMaxPool1d(AdaptivePooling):
    """Keeps the largest value of each of output_size even stretches of a sequence, however long it is.

    Shapes: (N, C, L) -> (N, C, output_size). Source: torch.nn.AdaptiveMaxPool1d.
    """

    axes = ("CL",)
    gives = "CL"
    example = Shape((3, 16), axes="CL")


class AdaptiveMaxPool2d(AdaptivePooling):
    """Keeps the largest value of each of output_size × output_size even tiles, however large the image is.

    Shapes: (N, C, H, W) -> (N, C, output_size, output_size). Source: torch.nn.AdaptiveMaxPool2d.
    """

    axes = ("CHW",)
    example = Shape((3, 8, 8))


class AdaptiveMaxPool3d(AdaptivePooling):
    """Keeps the largest value of each of output_size³ even boxes, however large the volume or clip is.

    Shapes: (N, C, D, H, W) -> (N, C, output_size, output_size, output_size). Source: torch.nn.AdaptiveMaxPool3d.
    """

    axes = ("CDHW",)
    example = Shape((2, 4, 4, 4))

    output_size: int = setting(1, ge=1, le=64, main=True, help=N_("Length of the result along each axis."))


class AdaptiveAvgPool1d(AdaptivePooling):
    """Keeps the mean of each of output_size even stretches of a sequence, however long it is.

    Shapes: (N, C, L) -> (N, C, output_size). Source: torch.nn.AdaptiveAvgPool1d.
    """

    axes = ("CL",)
    bends = "no"
    gives = "CL"
    example = Shape((3, 16), axes="CL")


class AdaptiveAvgPool2d(AdaptivePooling):
    """Keeps the mean of each of output_size × output_size even tiles, however large the image is.

    Shapes: (N, C, H, W) -> (N, C, output_size, output_size). Source: torch.nn.AdaptiveAvgPool2d.
    """

    axes = ("CHW",)
    bends = "no"
    example = Shape((3, 8, 8))


class AdaptiveAvgPool3d(AdaptivePooling):
    """Keeps the mean of each of output_size³ even boxes, however large the volume or clip is.

    Shapes: (N, C, D, H, W) -> (N, C, output_size, output_size, output_size). Source: torch.nn.AdaptiveAvgPool3d.
    """

    axes = ("CDHW",)
    bends = "no"
    example = Shape((2, 4, 4, 4))

    output_size: int = setting(1, ge=1, le=64, main=True, help=N_("Length of the result along each axis."))


class GlobalMaxPool(GlobalPooling):
    """Keeps the largest value of each channel, wherever it lies: a sequence, image or volume becomes a vector.

    Shapes: (N, C, *) -> (N, C). Source: torch.nn.AdaptiveMaxPool1d to 3d with output size 1.
    """

    adaptive = "AdaptiveMaxPool"


class GlobalAvgPool(GlobalPooling):
    """Keeps the mean of each channel: a sequence, image or volume becomes a vector, however large it was.

    Shapes: (N, C, *) -> (N, C). Source: torch.nn.AdaptiveAvgPool1d to 3d with output size 1; Lin et al., 2013.
    """

    adaptive = "AdaptiveAvgPool"
    bends = "no"
