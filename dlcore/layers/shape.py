"""Layers that change how the values of an example are arranged, and none of the values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from dlcore.declaration import Call, Shape, setting
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES, Layer, ReadStack, described, hinted
from dlcore.layers.keras import KerasCode

# A list in YAML and JSON, a tuple in the frozen layer.
Sizes = Annotated[tuple[Annotated[int, Field(strict=True)], ...], Field(strict=False, max_length=8)]


class Reshape(Layer):
    """Arranges the same values in other sizes: 64 values as an 8 × 8 image, an image as a sequence of its rows.

    One size may be −1: it becomes whatever is left. Shapes: (N, *) -> (N, *sizes). Source: torch.nn.Unflatten.
    """

    kind = "shape"
    bends = "no"
    example = Shape((16,))

    sizes: Sizes = setting((1, -1), main=True, help=N_("The new sizes, without the batch; one of them may be -1."))

    @classmethod
    def from_code(cls, name: str, given: Mapping[str, Any], stack: ReadStack) -> dict[str, Any]:
        return {"sizes": given.get("unflattened_size", ())}

    def call(self, received: Shape) -> Call:
        unflatten = Call("Unflatten", 1, self.sizes)
        return unflatten if len(received) == 1 else Call("Sequential", Call("Flatten"), unflatten)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("Reshape", tuple(made))

    def makes(self, received: Shape, rank: int) -> str | None:
        return None  # what the sizes mean is for the learner to know

    def check(self, received: Shape) -> None:
        super().check(received)
        values, asked = math.prod(received), math.prod(size for size in self.sizes if size != -1)
        one_open = self.sizes.count(-1) == 1
        sound = len(self.sizes) > 0 and min(self.sizes) >= -1 and 0 not in self.sizes and self.sizes.count(-1) < 2
        if not sound:
            raise hinted(
                Text(N_("{layer} needs sizes of 1 or more, at most one of them -1."), layer=""),
                Text(N_("Set them to [1, -1], for example.")),
                "set:sizes=[1, -1]",
            )
        if values % asked if one_open else values != asked:
            problem = Text(
                N_("{layer} cannot arrange the {values} values of {received} as {sizes}."),
                layer="",
                values=values,
                received=described(received),
                sizes="(" + ", ".join(map(str, self.sizes)) + ")",
            )
            raise hinted(problem, Text(N_("The sizes must multiply to {values}."), values=values))


class Permute(Layer):
    """Puts the axes of each example in another order; no value changes.

    An axis keeps its number from before, counted from 1: (2, 1) turns a sequence of vectors into a sequence with
    channels, (1, 4, 2, 3) moves the time of a clip [C, H, W, T] before its height. Source: torch.permute.
    """

    kind = "shape"
    bends = "no"
    example = Shape((5, 16), axes="LF")

    dims: Sizes = setting((2, 1), main=True, help=N_("The new order of the axes, counted from 1 without the batch."))

    def call(self, received: Shape) -> Call:
        return Call("Permute", *self.dims, module=MODULES)

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        code.apply("Permute", self.dims)

    def makes(self, received: Shape, rank: int) -> str | None:
        swapped: dict[str | None, str] = {"CL": "LF", "LF": "CL"}
        return received.axes if self.dims == (1, 2) else swapped.get(received.axes)

    def check(self, received: Shape) -> None:
        super().check(received)
        order = list(range(1, len(received) + 1))
        if sorted(self.dims) == order:
            return
        problem = Text(N_("{layer} must name each axis of {received} once."), layer="", received=described(received))
        hint = Text(N_("They are {axes}, in the order you like."), axes=", ".join(map(str, order)))
        raise hinted(problem, hint, f"set:dims={order[::-1]}")
