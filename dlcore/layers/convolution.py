"""Small learned windows that slide over a sequence, an image or a volume."""

from __future__ import annotations

from typing import ClassVar

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, described, hinted


class Convolution(Layer):
    """A convolution over the last `len(received) - 1` axes; the first holds the channels."""

    abstract: ClassVar[bool] = True
    kind = "convolution"
    bends = "weighs"

    out_channels: int = setting(
        16, ge=1, le=4096, main=True, help=N_("How many windows to learn; also the channels that come out.")
    )
    kernel_size: int = setting(3, ge=1, le=63, help=N_("Length of the window along each axis, in steps or pixels."))
    stride: int = setting(1, ge=1, le=63, help=N_("How far the window moves each time; 2 halves what comes out."))
    padding: int = setting(0, ge=0, le=63, help=N_("Zeros added around the edges before the window slides."))
    dilation: int = setting(
        1, ge=1, le=32, advanced=True, help=N_("Distance between the values a window looks at; 1 means neighbours.")
    )
    groups: int = setting(
        1,
        ge=1,
        le=4096,
        advanced=True,
        help=N_("Into how many groups the channels are split, each with windows of its own."),
    )
    bias: bool = setting(True, advanced=True, help=N_("Whether each window adds a learned constant."))

    def call(self, received: Shape) -> Call:
        others = self.changed("out_channels", "kernel_size")
        return Call(self.name, received[0], self.out_channels, self.kernel_size, **others)

    def check(self, received: Shape) -> None:
        super().check(received)
        check_groups("groups", self.groups, received[0], self.out_channels)
        check_window(received, self.kernel_size, self.padding, self.dilation)


class Conv2d(Convolution):
    """Slides small learned windows over an image; each window makes one channel of the result.

    Shapes: (N, C, H, W) -> (N, out_channels, H', W') with
    H' = (H + 2·padding − dilation·(kernel_size − 1) − 1) // stride + 1, and W' likewise. Source: torch.nn.Conv2d.
    """

    axes = ("CHW",)
    example = Shape((3, 8, 8))


def check_window(received: Shape, kernel_size: int, padding: int, dilation: int = 1) -> None:
    """Refuse a window that does not fit into the input even once, naming the largest that would."""
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
    """Refuse channels that do not divide into the groups, naming the nearest number of groups that would."""
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
