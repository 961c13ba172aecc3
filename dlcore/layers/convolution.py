"""Small learned windows that slide over a sequence, an image or a volume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, ReadStack, described, hinted
from dlcore.layers.keras import KerasCode

KERNEL_SIZE = N_("Length of the window along each axis, in steps or pixels.")
STRIDE = N_("How far the window moves each time; 2 halves what comes out.")
PADDING = N_("Zeros added around the edges before the window slides.")
DILATION = N_("Distance between the values a window looks at; 1 means neighbours.")
GROUPS = N_("Into how many groups the channels are split, each with windows of its own.")
BIAS = N_("Whether each window adds a learned constant.")
OUT_CHANNELS = N_("How many windows to learn; also the channels that come out.")


class Convolution(Layer):
    """A convolution over the last `len(received) - 1` axes; the first holds the channels."""

    abstract: ClassVar[bool] = True
    kind = "convolution"
    bends = "weighs"

    out_channels: int = setting(16, ge=1, le=4096, main=True, help=OUT_CHANNELS)
    kernel_size: int = setting(3, ge=1, le=63, help=KERNEL_SIZE)
    stride: int = setting(1, ge=1, le=63, help=STRIDE)
    padding: int = setting(0, ge=0, le=31, help=PADDING)
    dilation: int = setting(1, ge=1, le=32, advanced=True, help=DILATION)
    groups: int = setting(1, ge=1, le=4096, advanced=True, help=GROUPS)
    bias: bool = setting(True, advanced=True, help=BIAS)

    @classmethod
    def from_code(cls, name: str, given: Mapping[str, Any], stack: ReadStack) -> dict[str, Any]:
        """Padding that torch takes as a word: `same` keeps the sides, where windows of odd length step by one."""
        window, step = given["kernel_size"], given["stride"]
        if given["padding"] == "same" and isinstance(window, int) and window % 2 and step == 1:
            return {"padding": given["dilation"] * (window - 1) // 2}
        return {"padding": 0} if given["padding"] == "valid" else {}

    def call(self, received: Shape) -> Call:
        others = self.changed("out_channels", "kernel_size")
        return Call(self.name, received[0], self.out_channels, self.kernel_size, **others)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        if self.stride > 1 and self.dilation > 1:
            reason = Text(N_("its convolutions take no stride together with a dilation."))
            raise code.refusal(self.name, reason)
        pad(code, received, self.padding)
        write_convolution(code, received, made[0], self.kernel_size, self.stride, self.dilation, self.groups, self.bias)

    def check(self, received: Shape) -> None:
        super().check(received)
        check_groups("groups", self.groups, received[0], self.out_channels)
        check_window(received, self.kernel_size, self.padding, self.dilation)


class Conv1d(Convolution):
    """Slides small learned windows along a sequence; each window makes one channel of the result.

    Shapes: (N, C, L) -> (N, out_channels, L') with
    L' = (L + 2·padding − dilation·(kernel_size − 1) − 1) // stride + 1. Source: torch.nn.Conv1d.
    """

    axes = ("CL",)
    gives = "CL"
    example = Shape((3, 16), axes="CL")


class Conv2d(Convolution):
    """Slides small learned windows over an image; each window makes one channel of the result.

    Shapes: (N, C, H, W) -> (N, out_channels, H', W') with
    H' = (H + 2·padding − dilation·(kernel_size − 1) − 1) // stride + 1, and W' likewise. Source: torch.nn.Conv2d.
    """

    axes = ("CHW",)
    example = Shape((3, 8, 8))


class Conv3d(Convolution):
    """Slides small learned windows through a volume, or through the frames of a clip; each makes one channel.

    Shapes: (N, C, D, H, W) -> (N, out_channels, D', H', W'), each side as for Conv2d. A clip has its time as D.
    Source: torch.nn.Conv3d.
    """

    axes = ("CDHW",)
    example = Shape((2, 5, 6, 6))

    kernel_size: int = setting(3, ge=1, le=15, help=KERNEL_SIZE)
    padding: int = setting(0, ge=0, le=7, help=PADDING)


class DepthwiseConv2d(Layer):
    """Gives each channel of an image windows of its own instead of mixing the channels: far fewer weights.

    A Conv2d with kernel_size 1 after it mixes the channels again. Shapes: (N, C, H, W) -> (N, C·multiplier, H', W')
    with sides as for Conv2d. Source: torch.nn.Conv2d with groups = C; Howard et al., 2017.
    """

    kind = "convolution"
    axes = ("CHW",)
    example = Shape((3, 8, 8))

    kernel_size: int = setting(3, ge=1, le=63, main=True, help=KERNEL_SIZE)
    multiplier: int = setting(1, ge=1, le=64, help=N_("How many windows each channel gets."))
    stride: int = setting(1, ge=1, le=63, help=STRIDE)
    padding: int = setting(0, ge=0, le=31, help=PADDING)
    bias: bool = setting(True, advanced=True, help=BIAS)

    @classmethod
    def from_code(cls, name: str, given: Mapping[str, Any], stack: ReadStack) -> dict[str, Any]:
        channels, made = given["in_channels"], given["out_channels"]
        whole = isinstance(channels, int) and isinstance(made, int) and channels > 0
        return {"multiplier": max(made // channels, 1)} if whole else {}

    def call(self, received: Shape) -> Call:
        channels = received[0]
        others = self.changed("kernel_size", "multiplier")
        return Call("Conv2d", channels, channels * self.multiplier, self.kernel_size, groups=channels, **others)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        pad(code, received, self.padding)
        kernel = f"{code.state('weight')}.reshape({received[0]}, {self.multiplier}, {self.kernel_size}, -1)"
        settings = {
            "strides": (self.stride, 1),
            "depth_multiplier": (self.multiplier, 1),
            "use_bias": (self.bias, True),
        }
        weights = [f"{kernel}.transpose(2, 3, 0, 1)", *([code.state("bias")] if self.bias else [])]
        code.apply("DepthwiseConv2D", self.kernel_size, **unlike(settings), weights=weights)

    def check(self, received: Shape) -> None:
        super().check(received)
        check_window(received, self.kernel_size, self.padding)


def pad(code: KerasCode, received: Shape, padding: int) -> None:
    """Zeros around the edges, as a layer of its own: Keras knows only all of them or none."""
    if padding:
        code.apply(f"ZeroPadding{len(received) - 1}D", padding)


def write_convolution(
    code: KerasCode,
    received: Shape,
    channels: int,
    kernel_size: int,
    stride: int = 1,
    dilation: int = 1,
    groups: int = 1,
    bias: bool = True,
    to: str = "x",
) -> None:
    """torch's convolution in Keras, whose kernels have their axes in another order: (*window, in, out)."""
    axes = ", ".join(map(str, (*range(2, len(received) + 1), 1, 0)))
    settings = {"strides": (stride, 1), "dilation_rate": (dilation, 1), "groups": (groups, 1), "use_bias": (bias, True)}
    weights = [f"{code.state('weight')}.transpose({axes})", *([code.state("bias")] if bias else [])]
    code.apply(f"Conv{len(received) - 1}D", channels, kernel_size, **unlike(settings), weights=weights, to=to)


def unlike(settings: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    """The settings that differ from their default, from (value, default)."""
    return {name: value for name, (value, default) in settings.items() if value != default}


def check_window(received: Shape, kernel_size: int, padding: int, dilation: int = 1) -> None:
    """Refuse a window that does not fit into the input even once, naming the largest that would.

    Raises NetworkError.
    """
    smallest = min(received[1:]) + 2 * padding
    reach = dilation * (kernel_size - 1) + 1
    if reach <= smallest:
        return
    problem = Text(
        N_("{layer} has a window {reach} wide but receives {received}: it does not fit in."),
        layer="",
        reach=reach,
        received=described(received),
    )
    fits = (smallest - 1) // dilation + 1
    raise hinted(problem, Text(N_("Make kernel_size at most {fits}."), fits=fits), f"set:kernel_size={fits}")


def check_groups(setting_name: str, groups: int, *counts: int) -> None:
    """Refuse channels that do not divide into the groups, naming the nearest number of groups that would.

    Raises NetworkError.
    """
    if all(count % groups == 0 for count in counts):
        return
    fits = max(each for each in range(1, groups + 1) if all(count % each == 0 for count in counts))
    raise hinted(
        Text(
            N_("{layer} splits channels into {groups} groups, but {channels} do not divide evenly."),
            layer="",
            groups=groups,
            channels=" → ".join(map(str, counts)),
        ),
        Text(N_("Set {setting} to {fits}, for example."), setting=setting_name, fits=fits),
        f"set:{setting_name}={fits}",
    )
