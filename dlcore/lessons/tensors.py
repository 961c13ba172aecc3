"""Real batches of tables, images, videos and texts, and what torch makes of their dimensions, wrong shapes included."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

OUTPUTS = 3  # of the linear layer


@dataclass(frozen=True)
class Batch:
    """A batch, the name of each of its dimensions, and the lines of plain torch that make the same."""

    axes: str
    x: Tensor
    source: tuple[str, ...]


PHOTOS = (
    "import numpy as np",
    "import torch",
    "from sklearn.datasets import load_sample_images",
    "from torch.nn import functional",
    "",
    "photos = torch.tensor(np.stack(load_sample_images().images)) / 255  # (2, 427, 640, 3): two photographs",
)


def _photos(side: int) -> Tensor:
    """(2, 3, H, W): scikit-learn's two photographs, squares of `side` pixels made one."""
    from sklearn.datasets import load_sample_images

    photos = torch.tensor(np.stack(load_sample_images().images)) / 255
    return functional.avg_pool2d(photos.permute(0, 3, 1, 2), side)


def _table() -> Batch:
    from sklearn.datasets import load_iris

    lines = ("import torch", "from sklearn.datasets import load_iris", "",
             "x = torch.tensor(load_iris().data[::19]).float()  # eight irises, four measurements each")  # fmt: skip
    return Batch("NF", torch.tensor(load_iris().data[::19]).float(), lines)


def _image() -> Batch:
    lines = (*PHOTOS, "small = functional.avg_pool2d(photos.permute(0, 3, 1, 2), 16)  # (2, 3, 26, 40)",
             "x = torch.cat(small.chunk(2, dim=3))  # left halves, then right halves")  # fmt: skip
    return Batch("NCHW", torch.cat(_photos(16).chunk(2, dim=3)), lines)


def _video() -> Batch:
    lines = (*PHOTOS, "small = functional.avg_pool2d(photos.permute(0, 3, 1, 2), 20)  # (2, 3, 21, 32)",
             "x = torch.stack([small[..., 3 * t : 3 * t + 16] for t in range(6)], dim=-1)  # it pans")  # fmt: skip
    small = _photos(20)
    return Batch("NCHWT", torch.stack([small[..., 3 * t : 3 * t + 16] for t in range(6)], dim=-1), lines)


def _text() -> Batch:
    from pydoc_data.topics import topics

    lines = ("import torch", "from pydoc_data.topics import topics", "",
             'text = " ".join(topics["lambda"].split())  # of Python\'s own documentation',
             'text = text[text.index("Lambda expr") :][:120]',
             "x = torch.tensor([ord(each) for each in text]).view(5, 24)  # a number a character")  # fmt: skip
    text = " ".join(topics["lambda"].split())
    text = text[text.index("Lambda expr") :][:120]
    return Batch("NL", torch.tensor([ord(each) for each in text]).view(5, 24), lines)


BATCHES: dict[str, Callable[[], Batch]] = {"table": _table, "image": _image, "video": _video, "text": _text}


@functools.cache
def batch(name: str) -> Batch:
    """One of `BATCHES`; nobody changes it."""
    return BATCHES[name]()


@dataclass(frozen=True)
class Outcome:
    """A line of torch, and its result with the names of its dimensions; or torch's own error."""

    line: str
    result: Tensor | None
    axes: tuple[str, ...] = ()
    error: str = ""
    other: Tensor | None = None  # what is stretched over x: its mean


Turned = tuple[str, Callable[[Tensor], Tensor], tuple[str, ...]]  # a line, what it does, and the names that remain


def outcome(name: str, kind: str, values: Mapping[str, float]) -> Outcome:
    """What torch makes of a batch. `values`: a whole number a dimension, d0, d1, …, and `keep` of `broadcast`."""
    made = batch(name)
    numbers = [round(value) for name, value in values.items() if name != "keep"]
    if kind == "broadcast":
        return _broadcast(made, numbers, bool(values["keep"]))
    line, do, axes = {"slice": _slice, "permute": _permute, "flatten": _flatten, "linear": _linear}[kind](made, numbers)
    try:
        return Outcome(line, do(made.x), axes)
    except (RuntimeError, IndexError) as error:
        return Outcome(line, None, error=str(error).splitlines()[0])


def _slice(made: Batch, numbers: list[int]) -> Turned:
    """A number takes one place of a dimension, which goes; -1 leaves all of it."""
    place = tuple(slice(None) if each < 0 else each for each in numbers)
    said = ", ".join(":" if each < 0 else str(each) for each in numbers)
    left = tuple(axis for axis, each in zip(made.axes, numbers, strict=True) if each < 0)
    return f"x[{said}]", lambda x: x[place], left


def _permute(made: Batch, numbers: list[int]) -> Turned:
    return f"x.permute{tuple(numbers)}", lambda x: x.permute(numbers), tuple(made.axes[each] for each in numbers)


def _flatten(made: Batch, numbers: list[int]) -> Turned:
    """d0 and d1 are the first and the last dimension that become one."""
    first, last = numbers[:2]
    one = "·".join(made.axes[first : last + 1])
    left = (*made.axes[:first], one, *made.axes[last + 1 :])
    return f"x.flatten({first}, {last})", lambda x: x.flatten(first, last), left


def _linear(made: Batch, numbers: list[int]) -> Turned:
    """Flattened but for the first dimension, into a layer made for as many inputs as the marked dimensions have."""
    inputs = in_features(made, numbers)
    tokens = "" if made.x.is_floating_point() else ".float()"

    def do(x: Tensor) -> Tensor:
        with torch.random.fork_rng(devices=()):
            torch.manual_seed(0)
            layer = nn.Linear(inputs, OUTPUTS)
        return layer(x.float().flatten(1)).detach()  # type: ignore[no-any-return]

    return f"torch.nn.Linear({inputs}, {OUTPUTS})(x{tokens}.flatten(1))", do, ("N", "out")


def in_features(made: Batch, numbers: list[int]) -> int:
    """The product of the sizes that are marked by a 1."""
    return math.prod(size for size, each in zip(made.x.shape, numbers, strict=True) if each)


def _broadcast(made: Batch, numbers: list[int], keep: bool) -> Outcome:
    """x less its mean over the dimensions that are marked by a 1; over all where none is."""
    over = [n for n, each in enumerate(numbers) if each]
    x, given = (made.x, "x") if made.x.is_floating_point() else (made.x.float(), "x.float()")
    said = f"dim={tuple(over) if len(over) > 1 else over[0]}, keepdim={keep}" if over else ""
    mean = x.mean(dim=over, keepdim=keep) if over else x.mean()
    line = f"{given} - {given}.mean({said})"
    try:
        return Outcome(line, x - mean, tuple(made.axes), other=mean)
    except RuntimeError as error:
        return Outcome(line, None, error=str(error).splitlines()[0], other=mean)
