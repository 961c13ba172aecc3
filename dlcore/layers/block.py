"""Blocks: layers that hold stacks of layers, nested as deep as one likes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import SerializeAsAny, model_validator

from dlcore.declaration import Call, Setting, Shape, setting
from dlcore.experiment import parse_layers, parse_stacks
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES, Layer, Path, ReadStack, Step, axes_of, described, feature_axis, hinted
from dlcore.layers.convolution import write_convolution
from dlcore.layers.dense import write_dense
from dlcore.layers.keras import KerasCode

JOINS = {"Concatenated": "concatenate", "Added": "add"}  # module -> how it joins
Stack = tuple[SerializeAsAny[Layer], ...]


class Block(Layer):
    """A layer with stacks inside. What comes in goes through each of them."""

    abstract: ClassVar[bool] = True
    kind = "block"

    @classmethod
    def settings(cls) -> dict[str, Setting]:
        """The settings a form shows; the stacks inside are edited as layers."""
        return {name: each for name, each in super().settings().items() if name != cls.holds}

    def call(self, received: Shape) -> Call:
        return self.place(received, (0,), Shape())[0]

    def follow_stack(self, layers: Stack, received: Shape, path: Path) -> tuple[Call, Shape, tuple[Step, ...]]:
        """A stack inside: its module, what it makes of the input, and its steps. Raises NetworkError."""
        from dlcore.layers.stack import follow  # waits for torch

        walked = list(follow(layers, received, Shape(), path))
        made = walked[-1][0].made if walked else received
        call = Call("Sequential", *(call for _, call in walked)) if walked else Call("Identity")
        return call, made, tuple(step for step, _ in walked)


class Residual(Block):
    """Adds to its input what the layers inside make of it: they need only learn the difference, and gradients pass.

    Where the layers inside change the sizes, a learned projection (a Linear, or a convolution of kernel 1) fits the
    input to them. Shapes: (N, *) -> what the layers inside make. Source: He et al., 2015.
    """

    holds = "layers"
    example = Shape((4, 8, 8))
    sample = {"layers": [{"layer": "Conv2d", "out_channels": 4, "padding": 1}, {"layer": "ReLU"}]}

    layers: Stack = setting((), help=N_("The layers that the skip leads around."))

    @model_validator(mode="before")
    @classmethod
    def _parse_the_layers(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and "layers" in given:
            return {**given, "layers": parse_layers(given["layers"], "layers")}
        return given

    @classmethod
    def from_code(cls, name: str, given: Mapping[str, Any], stack: ReadStack) -> dict[str, Any]:
        return {"layers": stack(given["inside"])}

    def to_dict(self) -> dict[str, Any]:
        return {"layer": self.name, "layers": [layer.to_dict() for layer in self.layers]}

    def stacks(self) -> tuple[tuple[Path, tuple[Layer, ...]], ...]:
        return (((), self.layers),)

    def with_stacks(self, stacks: tuple[tuple[Layer, ...], ...]) -> Layer:
        (layers,) = stacks
        return self.model_copy(update={"layers": layers})

    def check(self, received: Shape) -> None:
        super().check(received)
        if not self.layers:
            raise hinted(Text(N_("{layer} is empty: put the layers inside that its skip leads around."), layer=""))

    def place(self, received: Shape, path: Path, wanted: Shape) -> tuple[Call, tuple[Step, ...]]:
        inside, made, steps = self.follow_stack(self.layers, received, path)
        projections = () if made == received else (projection(received, made),)
        return Call("Residual", inside, *projections, module=MODULES), steps

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        skip = code.variable("skip")
        code.line(f"{skip} = x")
        with code.within("inside."):
            inside = code.stack(self.layers, received)
        if inside != received:
            with code.within("projection."):
                self._write_projection(code, received, inside, skip)
        code.line(f"x = layers.Add()([x, {skip}])")

    def _write_projection(self, code: KerasCode, received: Shape, made: Shape, skip: str) -> None:
        call = projection(received, made)
        if call.name == "Linear":
            write_dense(code, made[-1], to=skip)
        else:
            write_convolution(code, received, made[0], 1, call.settings.get("stride", 1), to=skip)


class Branches(Block):
    """Sends its input through several stacks side by side, and joins what they make: the idea of Inception.

    An empty branch hands its input on as it is. Shapes: (N, *) -> joined along the channels (of a vector: its
    values), or added up. Source: torch.cat; Szegedy et al., 2014.
    """

    holds = "branches"
    grows = True
    example = Shape((4, 8, 8))
    sample = {"branches": [[{"layer": "Conv2d", "out_channels": 4, "padding": 1}, {"layer": "ReLU"}], []]}

    branches: tuple[Stack, ...] = setting(((),), help=N_("The stacks side by side."))
    join: Literal["concatenate", "add"] = setting(
        "concatenate", main=True, help=N_("Whether the results are laid side by side or added up.")
    )

    @model_validator(mode="before")
    @classmethod
    def _parse_the_branches(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and "branches" in given:
            return {**given, "branches": parse_stacks(given["branches"], "branches")}
        return given

    @classmethod
    def from_code(cls, name: str, given: Mapping[str, Any], stack: ReadStack) -> dict[str, Any]:
        return {"branches": [stack(each) for each in given["branches"]], "join": JOINS[name]}

    def to_dict(self) -> dict[str, Any]:
        stacks = [[layer.to_dict() for layer in stack] for stack in self.branches]
        return {"layer": self.name, "join": self.join, "branches": stacks}

    def stacks(self) -> tuple[tuple[Path, tuple[Layer, ...]], ...]:
        return tuple(((number,), stack) for number, stack in enumerate(self.branches))

    def with_stacks(self, stacks: tuple[tuple[Layer, ...], ...]) -> Layer:
        return self.model_copy(update={"branches": stacks})

    def check(self, received: Shape) -> None:
        super().check(received)
        if not self.branches:
            raise hinted(Text(N_("{layer} has no branches yet: add one, and layers inside."), layer=""))

    def place(self, received: Shape, path: Path, wanted: Shape) -> tuple[Call, tuple[Step, ...]]:
        followed = [self.follow_stack(stack, received, (*path, each)) for each, stack in enumerate(self.branches)]
        calls, made = [call for call, _, _ in followed], [shape for _, shape, _ in followed]
        steps = tuple(step for _, _, inside in followed for step in inside)
        if self.join == "add":
            self._check_that_they_fit(made, made)
            return Call("Added", *calls, module=MODULES), steps
        axis = feature_axis(made[0]) - 1
        self._check_that_they_fit(made, [Shape(size for n, size in enumerate(each) if n != axis) for each in made])
        return Call("Concatenated", *calls, module=MODULES, dim=axis + 1), steps

    def keras(self, code: KerasCode, received: Shape, made: Shape) -> None:
        start = code.variable("start")
        code.line(f"{start} = x")
        ends = []
        for number, stack in enumerate(self.branches):
            with code.within(f"branches.{number}."):
                if number:
                    code.line(f"x = {start}")
                code.stack(stack, received)
                ends.append(code.variable("end"))
                code.line(f"{ends[-1]} = x")
        if len(ends) > 1:
            join = "Add()" if self.join == "add" else f"Concatenate(axis={feature_axis(made)})"
            code.line(f"x = layers.{join}([{', '.join(ends)}])")

    def _check_that_they_fit(self, made: list[Shape], sizes: list[Shape]) -> None:
        """Refuse branches whose results cannot be joined; `sizes` are those that must agree."""
        for number, each in enumerate(sizes):
            if each == sizes[0] and len(made[number]) == len(made[0]):
                continue
            problem = Text(
                N_("{layer} cannot join its branches: the first makes {first}, number {number} makes {other}."),
                layer="",
                first=described(made[0]),
                number=number + 1,
                other=described(made[number]),
            )
            raise hinted(problem, Text(N_("Give convolutions and pooling the padding that keeps the sizes equal.")))


def projection(received: Shape, made: Shape) -> Call:
    """The smallest learned layer that brings the input of a skip to the sizes of what is added to it.

    Raises NetworkError where no such layer does it.
    """
    if len(received) == len(made):
        if len(made) == 1 or (axes_of(received) == axes_of(made) == "LF" and received[0] == made[0]):
            return Call("Linear", received[-1], made[-1])
        stride = _stride(received, made)
        if axes_of(made) != "LF" and stride is not None:
            name, sizes = f"Conv{len(made) - 1}d", (received[0], made[0], 1)
            return Call(name, *sizes) if stride == 1 else Call(name, *sizes, stride=stride)
    problem = Text(
        N_("{layer} cannot add {made}, which its layers make, to {received}, which came in."),
        layer="",
        made=described(made),
        received=described(received),
    )
    raise hinted(problem, Text(N_("Give convolutions and pooling inside the padding that keeps the sizes.")))


def _stride(received: Shape, made: Shape) -> int | None:
    """How far a window of 1 must move each time to get from these sides to those; None where none does."""
    stride = max(math.ceil(before / after) for before, after in zip(received[1:], made[1:], strict=True))
    sides = [(before - 1) // stride + 1 for before in received[1:]]
    return stride if sides == list(made[1:]) else None
