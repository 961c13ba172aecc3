"""Every layer with every setting at both ends, the others at what suits the layer's own example."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

import torch
from torch import Tensor

from dlcore.declaration import Setting, Shape
from dlcore.layers import LAYERS, Layer
from tests.sampling import sweep


def variants() -> list[Layer]:
    """The layer as its example wants it, and once for each end of each setting."""
    made: list[Layer] = []
    for name in LAYERS:
        declared = LAYERS[name]
        assert issubclass(declared, Layer)
        made.append(declared(**declared.sample))
        for setting in declared.settings().values():
            made += [declared(**{**declared.sample, setting.name: end}) for end in ends(setting)]
    return made


def ends(setting: Setting) -> list[Any]:
    """The smallest and the largest allowed value, every choice, both truths, and None where it is allowed."""
    found: list[Any] = [None] if setting.optional else []
    if setting.choices:
        return [*found, *setting.choices]
    if setting.type is bool:
        return [*found, True, False]
    if setting.type not in (int, float):
        return found
    low = setting.ge if setting.ge is not None else (setting.gt or 0) + 1e-6
    high = setting.le if setting.le is not None else setting.lt * (1 - 1e-6) if setting.lt is not None else 1e6
    return [*found, setting.type(low), setting.type(high)]


def described(layer: Layer) -> str:
    """A test's name: `Conv2d-padding=5`."""
    plain = type(layer)(**type(layer).sample)
    changed = [
        f"{name}={getattr(layer, name)}" for name in layer.settings() if getattr(layer, name) != getattr(plain, name)
    ]
    return "-".join([layer.name, *changed])


def some_of_each(layers: list[Layer], turn: int, besides: Container[str] = ()) -> list[Any]:
    """For `parametrize`: each layer as it is and at one end of one setting; at its other ends only in long tests.

    `besides`: those of which a test says something particular; they are tried always.
    """

    def kinds(layer: Layer) -> Iterator[tuple[str, bool]]:
        name = described(layer)
        yield layer.name, name == layer.name
        if name in besides:
            yield name, True

    return sweep(layers, kinds, turn=turn)


def batch(shape: Shape, examples: int = 3) -> Tensor:
    """Real numbers (or tokens) of this shape, on the CPU."""
    if shape.vocabulary is not None:
        return torch.randint(0, shape.vocabulary, (examples, *shape))
    return torch.randn(examples, *shape)
