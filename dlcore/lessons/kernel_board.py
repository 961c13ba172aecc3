"""The board of one kernel: a picture, the patch under the pointer, what the kernel makes of it, and pooling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from dlcore.i18n import _
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.rasters import Raster, Rasters, Window
from dlcore.lessons.board.stages import Cells, Matrices
from dlcore.lessons.feature_maps import picture
from dlcore.lessons.lesson import Block, Blocks
from dlcore.lessons.now import Now

THREE = (0, 1, 2)
PLACES = [(i, j) for i in THREE for j in THREE]


def weights_of(values: Mapping[str, Any], channels: int) -> list[list[list[Any]]]:
    """The kernel on the board: channels, rows, columns."""
    return [[[values[f"w{c}{i}{j}"] for j in THREE] for i in THREE] for c in range(channels)]


def padded(now: Now) -> Tensor:
    """The picture with zeros around it, (C, H, W)."""
    return functional.pad(picture(now.options["picture"]), [now.options["padding"]] * 4)


def sizes(now: Now) -> tuple[int, int]:
    """Rows and columns of the output."""
    _channels, high, wide = padded(now).shape
    return (high - 3) // now.options["stride"] + 1, (wide - 3) // now.options["stride"] + 1


def truth(now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What torch's convolution and pooling make of the values of the board."""
    received, stride, (rows, columns) = padded(now), now.options["stride"], sizes(now)
    kernel = torch.tensor(weights_of(at, len(received)), dtype=torch.float64)
    bias = torch.as_tensor(at["bias"], dtype=torch.float64).reshape(1)
    made = functional.conv2d(received[None], kernel[None], bias, stride)
    pooled = functional.max_pool2d(made, 2)[0, 0]
    r, c = min(int(at["row"]), rows - 1), min(int(at["column"]), columns - 1)
    pr, pc = min(r // 2, len(pooled) - 1), min(c // 2, pooled.shape[1] - 1)
    patch = received[:, r * stride : r * stride + 3, c * stride : c * stride + 3]
    places = {"r": r, "c": c, "pr": pr, "pc": pc, "corner": r * stride * received.shape[2] + c * stride}
    return {
        **{f"p{n}{i}{j}": patch[n, i, j] for n in range(len(patch)) for i, j in PLACES},
        **{f"s{n}": (patch[n] * kernel[n]).sum() for n in range(len(patch))},
        **{name: torch.tensor(float(place)) for name, place in places.items()},
        "made": made.flatten(), "z": made[0, 0, r, c], "pooled": pooled.flatten(), "most": pooled[pr, pc],
    }  # fmt: skip


def definitions(now: Now) -> dict[str, str]:
    """The same in the grammar of boards."""
    channels, _high, wide = padded(now).shape
    rows, columns = sizes(now)
    four = [f"at(made, quarter + {step})" for step in (0, 1, columns, columns + 1)]
    products = [f"w{n}{i}{j} * at(x{n}, base + {i * wide + j})" for n in range(channels) for i, j in PLACES]
    return {
        "r": f"min(row, {rows - 1})", "c": f"min(column, {columns - 1})", "corner": f"at(base, r * {columns} + c)",
        **{f"p{n}{i}{j}": f"at(x{n}, corner + {i * wide + j})" for n in range(channels) for i, j in PLACES},
        **{f"s{n}": " + ".join(f"w{n}{i}{j} * p{n}{i}{j}" for i, j in PLACES) for n in range(channels)},
        "z": " + ".join(f"s{n}" for n in range(channels)) + " + bias", "made": " + ".join(["bias", *products]),
        "pooled": f"max(max({four[0]}, {four[1]}), max({four[2]}, {four[3]}))",
        "pr": f"min(at(half, r), {rows // 2 - 1})", "pc": f"min(at(half, c), {columns // 2 - 1})",
        "most": f"at(pooled, pr * {columns // 2} + pc)",
    }  # fmt: skip


def board(now: Now, measured: Mapping[str, float]) -> Board:
    """The picture, the kernel on it, what it makes, and the largest of every four."""
    received, stride, (rows, columns) = padded(now), now.options["stride"], sizes(now)
    channels, high, wide = received.shape
    each = range(channels)
    names = [_("red"), _("green"), _("blue")] if channels == 3 else [_("patch")]
    sums = tuple(Matrices("", (
        Cells(tuple(tuple(f"p{n}{i}{j}" for j in THREE) for i in THREE), names[n]), "⊙",
        Cells(tuple(tuple(f"w{n}{i}{j}" for j in THREE) for i in THREE), f"K{'₁₂₃'[n]}", edit=True), "=",
        Cells(((f"s{n}",),), "Σ"),
    )) for n in each)  # fmt: skip
    return Board(
        main=(pictures(now),), side=sums,
        knobs=(Slider("row", "", "", 0, high, 1, hidden=True), Slider("column", "", "", 0, wide, 1, hidden=True),
               Slider("bias", "b", _("bias"), -2, 2),
               *(Slider(f"w{n}{i}{j}", "", f"K{n + 1}", -9, 9, hidden=True) for n in each for i, j in PLACES)),
        readouts=(Readout("z", _("output at this pixel: the sums and the bias"), "z"),
                  Readout("most", _("largest of its four"), "most")),
        columns={
            **{f"x{n}": received[n].flatten().tolist() for n in each},
            "half": [float(n // 2) for n in range(max(rows, columns))],
            "base": [float(i * stride * wide + j * stride) for i in range(rows) for j in range(columns)],
            "quarter": [float(2 * i * columns + 2 * j) for i in range(rows // 2) for j in range(columns // 2)],
        },
        definitions=definitions(now), measured=measured,
    )  # fmt: skip


def pictures(now: Now) -> Rasters:
    """What goes in, what the kernel makes of it, and what pooling leaves."""
    received, stride, (rows, columns) = padded(now), now.options["stride"], sizes(now)
    channels, high, wide = received.shape
    where = {"row": f"clamp((py - 1) / {stride}, 0, {rows - 1})",
             "column": f"clamp((px - 1) / {stride}, 0, {columns - 1})"}  # fmt: skip
    before = Raster(
        _("picture {shape}", shape=f"{channels}×{high}×{wide}"), tuple(f"x{n}" for n in range(channels)), high, wide,
        windows=(Window(f"r * {stride}", f"c * {stride}", 3, 3),), set=where, width=196,
    )  # fmt: skip
    after = Raster(
        _("output {shape}", shape=f"1×{rows}×{columns}"), ("made",), rows, columns, 0, 1, "signed",
        (Window("r", "c"),), {"row": "py", "column": "px"}, ("r", "c"), width=196,
    )  # fmt: skip
    smaller = Raster(
        _("max pooling 2×2: {shape}", shape=f"1×{rows // 2}×{columns // 2}"), ("pooled",), rows // 2, columns // 2,
        0, 1, "signed", (Window("pr", "pc"),), {"row": "py * 2", "column": "px * 2"}, width=98,
    )  # fmt: skip
    said = _("Point at a pixel: the frame is the patch from which it is made. Blue is positive, brown negative.")
    return Rasters(_("Slide the kernel over the picture"), (before, "→", after, "→", smaller), said)


def blocks(now: Now, z: float) -> tuple[Blocks, Blocks]:
    """The pixel, and the size of the output."""
    options, rows = now.options, sizes(now)[0]
    high = padded(now).shape[1] - 2 * options["padding"]
    size = rf"\frac{{{high} + 2 \cdot {options['padding']} - 3}}{{{options['stride']}}}"
    return (
        (Block("latex", rf"z = \sum_c \sum_{{i,j}} K_{{c,i,j}}\, x_{{c,i,j}} + b = {z:.3f}"),),
        (Block("latex", rf"H_\text{{out}} = \left\lfloor {size} \right\rfloor + 1 = {rows}"),),
    )


def photograph(name: str) -> list[str]:
    """The lines of a program that read a picture."""
    if name == "digit":
        return ["import torch", "from sklearn.datasets import load_digits", "from torch.nn import functional", "",
                "image = torch.from_numpy(load_digits().images[17])[None] / 16"]  # fmt: skip
    file = {"flower": "flower.jpg", "temple": "china.jpg"}[name]
    return ["import torch", "from sklearn.datasets import load_sample_image", "from torch.nn import functional", "",
            f'image = torch.from_numpy(load_sample_image("{file}").copy()).double().permute(2, 0, 1) / 255',
            'image = functional.interpolate(image[None], size=(32, 48), mode="area")[0]']  # fmt: skip


def snippet(now: Now) -> str:
    """The same in torch."""
    rows, columns = sizes(now)
    row, column = (int(min(now.values[name], most - 1)) for name, most in (("row", rows), ("column", columns)))
    around = f"stride={now.options['stride']}, padding={now.options['padding']}"
    return "\n".join([
        *photograph(now.options["picture"]),
        f"kernel = torch.tensor([{weights_of(now.values, len(padded(now)))}]).double()  # (1, channels, 3, 3)",
        f"bias = torch.tensor([{now.values['bias']!r}]).double()",
        f"made = functional.conv2d(image[None], kernel, bias, {around})",
        f"row, column = {row}, {column}", "print(made[0, 0, row, column].item())",
        "pooled = functional.max_pool2d(made, 2)[0, 0]",
        "last = len(pooled) - 1, len(pooled[0]) - 1  # what does not fill a window is left out",
        "print(pooled[min(row // 2, last[0]), min(column // 2, last[1])].item())",
    ])  # fmt: skip
