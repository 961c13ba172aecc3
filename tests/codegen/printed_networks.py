"""Random networks, printed in the styles in which learners write them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from hypothesis import strategies as st

from dlcore.declaration import Shape
from tests.codegen.snippets import IMPORTS

ACTIVATIONS = {
    "nn.ReLU()": ("F.relu({x})", "torch.relu({x})", "{x}.relu()"),
    "nn.Tanh()": ("torch.tanh({x})", "{x}.tanh()"),
    "nn.Sigmoid()": ("torch.sigmoid({x})", "F.sigmoid({x})"),
    "nn.LeakyReLU(0.2)": ("F.leaky_relu({x}, 0.2)", "F.leaky_relu({x}, negative_slope=0.2)"),
    "nn.ELU()": ("F.elu({x})",),
    "nn.GELU()": ("F.gelu({x})",),
    "nn.ReLU(inplace=True)": ("F.relu({x}, inplace=True)", "F.relu_({x})"),
    "nn.Dropout(0.3)": ("F.dropout({x}, 0.3, self.training)", "F.dropout({x}, p=0.3, training=self.training)"),
}
FLATTENS = ("torch.flatten({x}, 1)", "{x}.flatten(1)", "{x}.view({x}.size(0), -1)", "{x}.reshape({x}.shape[0], -1)",
            "{x}.view(-1, %d)")  # fmt: skip
STYLES = ("sequential", "list", "grown list", "ordered", "attributes", "functional", "module list", "arguments",
          "two halves", "skip")  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One layer: the module, and the functions that do the same, with {x} for what comes in."""

    module: str
    functions: tuple[str, ...] = ()


@st.composite
def tables(draw: st.DrawFn) -> tuple[Shape, list[Part]]:
    """A stack of Linear layers and what stands between them."""
    inputs = size = draw(st.integers(2, 12))
    parts: list[Part] = []
    for _ in range(draw(st.integers(0, 3))):
        wide = draw(st.integers(2, 12))
        bias = draw(st.sampled_from(["", ", bias=False"]))
        parts.append(Part(f"nn.Linear({size}, {wide}{bias})"))
        if draw(st.booleans()):
            parts.append(Part(draw(st.sampled_from([f"nn.BatchNorm1d({wide})", f"nn.LayerNorm({wide})"]))))
        parts += draw(between())
        size = wide
    return Shape((inputs,)), [*parts, Part(f"nn.Linear({size}, 3)")]


@st.composite
def pictures(draw: st.DrawFn) -> tuple[Shape, list[Part]]:
    """Convolutions and pooling, then a flat end."""
    channels, side = draw(st.sampled_from([1, 3])), draw(st.integers(10, 20))
    shape = Shape((channels, side, side))
    parts: list[Part] = []
    for _ in range(draw(st.integers(1, 2))):
        made, window, padding = draw(st.integers(1, 6)), draw(st.sampled_from([1, 3])), draw(st.sampled_from([0, 1]))
        parts.append(Part(f"nn.Conv2d({channels}, {made}, {window}, padding={padding})"))
        side += 2 * padding - window + 1
        channels = made
        if draw(st.booleans()):
            parts.append(Part(f"nn.BatchNorm2d({channels})"))
        parts += draw(between())
        if draw(st.booleans()) and side >= 4:
            kind = draw(st.sampled_from(["Max", "Avg"]))
            parts.append(Part(f"nn.{kind}Pool2d(2)", (f"F.{kind.lower()}_pool2d({{x}}, 2)",)))
            side //= 2
    values = channels * side * side
    flat = tuple(each % values if "%" in each else each for each in FLATTENS)
    return shape, [*parts, Part("nn.Flatten()", flat), Part(f"nn.Linear({values}, 3)")]


@st.composite
def between(draw: st.DrawFn) -> list[Part]:
    """One activation or dropout, or none."""
    name = draw(st.sampled_from(["", *ACTIVATIONS]))
    return [Part(name, ACTIVATIONS[name])] if name else []


@st.composite
def networks(draw: st.DrawFn) -> tuple[Shape, str]:
    """The size of an example, and the code of a network for it."""
    shape, parts = draw(st.one_of(tables(), pictures()))
    return shape, IMPORTS + written(draw, draw(st.sampled_from(STYLES)), parts)


def written(draw: st.DrawFn, style: str, parts: list[Part]) -> str:
    names = [each.module for each in parts]
    if style == "sequential":
        return f"model = nn.Sequential({', '.join(names)})\n"
    if style == "list":
        cut = draw(st.integers(0, len(names)))
        first, rest = ", ".join(names[:cut]), ", ".join(names[cut:])
        return f"layers = [{first}]\nlayers += [{rest}]\nmodel = nn.Sequential(*layers)\n"
    if style == "grown list":
        order = draw(st.permutations(range(len(names))))
        lines, present = ["layers = []"], list[int]()
        for number in order:
            place = sum(each < number for each in present)
            lines.append(f"layers.insert({place}, {names[number]})")
            present.append(number)
        return "\n".join([*lines, "model = nn.Sequential(*layers)", ""])
    if style == "ordered":
        pairs = ", ".join(f"('part{number}', {each})" for number, each in enumerate(names))
        return f"from collections import OrderedDict\nmodel = nn.Sequential(OrderedDict([{pairs}]))\n"
    return _class(draw, style, parts)


def _class(draw: st.DrawFn, style: str, parts: list[Part]) -> str:
    names = [each.module for each in parts]
    if style == "module list":
        loop = draw(st.sampled_from(["for layer in self.layers:\n    x = layer(x)",
                                     "for i, layer in enumerate(self.layers):\n    x = layer(x)",
                                     "for i in range(len(self.layers)):\n    x = self.layers[i](x)"]))  # fmt: skip
        return _module(f"self.layers = nn.ModuleList([{', '.join(names)}])", f"{loop}\nreturn x")
    if style == "two halves":
        cut = draw(st.integers(1, max(len(names) - 1, 1)))
        init = (
            f"self.body = nn.Sequential({', '.join(names[:cut])})\nself.head = nn.Sequential({', '.join(names[cut:])})"
        )
        return _module(init, "return self.head(self.body(x))")
    if style == "skip":
        skip = "y = self.part0(x)\nx = y + torch.tanh(y)"
        rest = [f"x = self.part{number}(x)" for number in range(1, len(parts))]
        return _module(_attributes(names), "\n".join([skip, *rest, "return x"]))
    if style == "arguments":
        return _with_arguments(names)
    lines, name = [], "x"
    for number, each in enumerate(parts):
        use_function = style == "functional" and each.functions
        made = draw(st.sampled_from(each.functions)) if use_function else f"self.part{number}({{x}})"
        target = draw(st.sampled_from(["x", "x", "h", "out"])) if "inplace" not in each.module else name
        lines.append(f"{target} = {made.format(x=name)}")
        name = target
        if draw(st.integers(0, 6)) == 0:
            lines.append(draw(st.sampled_from([f"print({name}.shape)", "# on", f"assert {name}.dim() > 1", "pass"])))
    kept = [f"self.part{number} = {each.module}" for number, each in enumerate(parts)
            if any(f"self.part{number}(" in line for line in lines)]  # fmt: skip
    return _module("\n".join(kept) or "pass", "\n".join([*lines, f"return {name}"]))


def _with_arguments(names: list[str]) -> str:
    """The sizes of the first layer come from the call."""
    first = names[0]
    inner = first[first.index("(") + 1 : -1].split(", ")
    head = f"{first[: first.index('(')]}(inputs, {', '.join(['outputs', *inner[2:]])})"
    init = _attributes([head, *names[1:]])
    lines = "\n".join([f"x = self.part{number}(x)" for number in range(len(names))] + ["return x"])
    return _module(init, lines, f"self, inputs, outputs={inner[1]}", f"{inner[0]}")


def _attributes(names: list[str]) -> str:
    return "\n".join(f"self.part{number} = {each}" for number, each in enumerate(names))


def _module(init: str, forward: str, arguments: str = "self", given: str = "") -> str:
    return (
        f"class Net(nn.Module):\n    def __init__({arguments}):\n        super().__init__()\n"
        + textwrap.indent(init, " " * 8)
        + "\n\n    def forward(self, x):\n"
        + textwrap.indent(forward, " " * 8)
        + f"\n\nmodel = Net({given})\n"
    )
