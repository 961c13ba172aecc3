"""One picture on its way through convolutions and poolings: what each receives, makes, and where it looks.

Pictures are real: a handwritten digit and the two photographs that come with scikit-learn.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

DIGIT = 17  # of scikit-learn's digits: a seven
PHOTOGRAPHS = {"temple": "china.jpg", "flower": "flower.jpg"}
SIZE = (32, 48)  # of a photograph, reduced


@functools.cache
def picture(name: str) -> Tensor:
    """A picture, (C, H, W), 0 to 1: the digit (1, 8, 8), a photograph (3, 32, 48)."""
    from sklearn.datasets import load_digits, load_sample_image

    if name in PHOTOGRAPHS:
        pixels = torch.from_numpy(load_sample_image(PHOTOGRAPHS[name]).copy()).double() / 255
        return functional.interpolate(pixels.permute(2, 0, 1)[None], size=SIZE, mode="area")[0]
    return torch.from_numpy(load_digits().images[DIGIT])[None] / 16


def fitted(name: str, channels: int, rows: int, columns: int) -> Tensor:
    """The middle of a picture in the shape that a network takes, (1, C, H, W): grey for one channel."""
    whole = picture(name)[None].float()
    left = (whole.shape[3] - whole.shape[2]) // 2
    made = functional.interpolate(whole[..., left : whole.shape[3] - left], size=(rows, columns), mode="area")
    return made.mean(1, keepdim=True) if channels == 1 else made.expand(1, channels, rows, columns)


def lenet() -> nn.Sequential:
    """The convolutions of LeNet-5 for pictures of 3 × 32 × 32, its weights drawn from seed 0."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
                         nn.MaxPool2d(2))  # fmt: skip


@dataclass(frozen=True)
class Window:
    """A convolution or a pooling that a picture came through. kernel, stride and padding: pixels, the same both ways.

    received (C, H, W), padded; made (c, h, w); weight (c, C, k, k) and bias (c,) of a convolution.
    """

    layer: str
    kernel: int
    stride: int
    padding: int
    received: Tensor
    made: Tensor
    weight: Tensor | None = None
    bias: Tensor | None = None

    def shares(self, channel: int) -> Tensor:
        """What each channel that it received adds to an output channel, before the bias: (C, h, w)."""
        assert self.weight is not None
        each = self.weight[channel][:, None]  # (C, 1, k, k): every channel by itself
        return functional.conv2d(self.received[None], each, stride=self.stride, groups=len(each))[0]


def windows(model: nn.Sequential, x: Tensor) -> list[Window]:
    """The convolutions and poolings at the beginning of a network, for x (1, C, H, W); up to what is neither.

    Poolings without padding: what theirs adds is less than any number, and no picture shows that.
    """
    found: list[Window] = []
    with torch.no_grad():
        for layer in model:
            made = layer(x)
            if isinstance(layer, nn.Conv2d) or (
                isinstance(layer, nn.MaxPool2d | nn.AvgPool2d) and not _one(layer.padding)
            ):
                found.append(_window(layer, x, made))
            elif made.shape != x.shape or "Pool" in type(layer).__name__:  # it flattens, or is a block of its own
                break
            x = made
    return found


def _window(layer: nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d, x: Tensor, made: Tensor) -> Window:
    kernel, stride, padding = (_one(each) for each in (layer.kernel_size, layer.stride, layer.padding))
    padded, name = functional.pad(x, [padding] * 4)[0], f"{type(layer).__name__} {kernel}×{kernel}"
    if not isinstance(layer, nn.Conv2d):
        return Window(name, kernel, stride, padding, padded, made[0])
    bias = torch.zeros(layer.out_channels) if layer.bias is None else layer.bias.detach()
    return Window(name, kernel, stride, padding, padded, made[0], layer.weight.detach(), bias)


def _one(size: object) -> int:
    """The size of a square, however torch has it written."""
    first = size[0] if isinstance(size, tuple) else size
    assert isinstance(first, int)
    return first


def receptive_field(passed: list[Window], row: int, column: int) -> tuple[int, int, int]:
    """What of the picture one cell of the last of these windows sees: first row, first column, and size in pixels.

    It may reach beyond the picture, into the padding.
    """
    size = 1
    for window in reversed(passed):
        row, column = row * window.stride - window.padding, column * window.stride - window.padding
        size = (size - 1) * window.stride + window.kernel
    return row, column, size
