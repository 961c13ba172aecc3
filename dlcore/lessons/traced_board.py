"""The board of a network traced: the picture, one layer's map before and after it, and the pixel in between."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlcore import network
from dlcore.figures import colours
from dlcore.i18n import _
from dlcore.lessons.board.board import Board, Readout, Slider
from dlcore.lessons.board.rasters import Raster, Rasters
from dlcore.lessons.board.rasters import Window as Frame
from dlcore.lessons.board.stages import Bar, Bars, Cells, Code, Matrices
from dlcore.lessons.feature_maps import PHOTOGRAPHS, Window, fitted, lenet, receptive_field, windows
from dlcore.lessons.kernel_board import photograph
from dlcore.lessons.lesson import Block, Blocks
from dlcore.lessons.now import Now, Trained

SQUARE = "x = image[None, :, :, 8:40].float()  # the middle of it"
ENLARGED = 'x = functional.interpolate(image[None].float(), size=(32, 32), mode="area").expand(1, 3, 32, 32)'
MOST_SHARES = 8  # input channels whose share in a sum has a bar of its own


@dataclass(frozen=True)
class Traced:
    """A picture's way through the convolutions of a network, and where on it one looks. Numbers count from 0."""

    picture: Tensor  # (C, H, W), 0 to 1, as it is shown
    passed: list[Window]
    layer: int
    channel: int

    @property
    def window(self) -> Window:
        """The layer that is looked at."""
        return self.passed[self.layer]

    @property
    def field(self) -> tuple[int, int, int]:
        """Of a cell: where its receptive field begins for the first row, how far the next row's is, and its size."""
        upto = self.passed[: self.layer + 1]
        first, _column, size = receptive_field(upto, 0, 0)
        return first, receptive_field(upto, 1, 0)[0] - first, size


@functools.lru_cache(maxsize=32)
def _passed(name: str, trained: Trained | None) -> tuple[Tensor, list[Window]]:
    """A picture as a network takes it, and what its layers make of it."""
    if trained is None:
        shown = fitted(name, 3, 32, 32)
        return shown[0], windows(lenet().double(), shown.double())
    shown = fitted(name, *network.about_of(trained.experiment).shape)
    x = (shown - shown.mean()) / shown.std() if trained.experiment.dataset.scale == "standard" else shown
    model = network.build(trained.experiment)
    model.load_state_dict(trained.weights)
    return shown[0], windows(model.eval().double(), x.double())


def traced(now: Now) -> Traced:
    """The way of the chosen picture; a layer or a channel that there is not is the last there is."""
    picture, passed = _passed(now.options["picture"], now.trained)
    layer = min(now.options["layer"], len(passed)) - 1
    return Traced(picture, passed, layer, min(now.options["channel"], len(passed[layer].made)) - 1)


def shares(window: Window, channel: int) -> Tensor:
    """(C, h, w): what each received channel gives to an output channel; of a pooling, that channel alone gives."""
    return window.shares(channel) if window.weight is not None else window.made[channel][None]


def truth(now: Now, at: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """What the layers gave at the place of the board's values."""
    way = traced(now)
    window, (first, step, size) = way.window, way.field
    _channels, rows, columns = window.made.shape
    r, c = min(int(at["row"]), rows - 1), min(int(at["column"]), columns - 1)
    within = min(int(at["within"]), len(window.received)) - 1 if window.weight is not None else way.channel
    top, left, kernel = r * window.stride, c * window.stride, range(window.kernel)
    patch = window.received[within, top : top + window.kernel, left : left + window.kernel]
    given = shares(window, way.channel)[:, r, c]
    z = window.made[way.channel, r, c]
    made = {
        "r": r, "c": c, "source": within, "top": first + r * step, "left": first + c * step, "size": size,
        **{f"p{i}{j}": patch[i, j] for i in kernel for j in kernel},
        **{f"s{n}": share for n, share in enumerate(given[:MOST_SHARES])},
        "z": z, "bias": bias(way), "rest": z - bias(way) - given[:MOST_SHARES].sum(),
    }  # fmt: skip
    if window.weight is not None:
        weight = window.weight[way.channel, within]
        made |= {f"w{i}{j}": weight[i, j] for i in kernel for j in kernel}
        made["share"] = given[within]
    return {name: torch.as_tensor(float(each), dtype=torch.float64) for name, each in made.items()}


def bias(way: Traced) -> float:
    """What the layer adds to its sums."""
    return way.window.bias[way.channel].item() if way.window.bias is not None else 0.0


def definitions(way: Traced) -> dict[str, str]:
    """The same in the grammar of boards: tables of torch's numbers, read at the place."""
    window, (first, step, size) = way.window, way.field
    count, high, wide = window.received.shape
    _channels, rows, columns = window.made.shape
    cells = [(i, j) for i in range(window.kernel) for j in range(window.kernel)]
    corner = f"source * {high * wide} + r * {window.stride * wide} + c * {window.stride}"
    bars = range(min(MOST_SHARES, len(shares(window, way.channel))))
    made = {
        "r": f"min(row, {rows - 1})", "c": f"min(column, {columns - 1})",
        "source": f"min(within, {count}) - 1" if window.weight is not None else str(way.channel),
        "top": f"{first} + r * {step}", "left": f"{first} + c * {step}", "size": str(size),
        **{f"p{i}{j}": f"at(received, {corner} + {i * wide + j})" for i, j in cells},
        **{f"s{n}": f"at(shares, {n * rows * columns} + r * {columns} + c)" for n in bars},
        "z": f"at(made, r * {columns} + c)", "bias": repr(bias(way)),
        "rest": " - ".join(["z", "bias", *(f"s{n}" for n in bars)]),
    }  # fmt: skip
    if window.weight is not None:
        per = window.kernel**2
        made |= {f"w{i}{j}": f"at(kernel, source * {per} + {i * window.kernel + j})" for i, j in cells}
        made["share"] = f"at(shares, source * {rows * columns} + r * {columns} + c)"
    return made


def board(now: Now, measured: Mapping[str, float]) -> Board:
    """The layers, the maps before and after one of them, and the sum of one pixel."""
    way = traced(now)
    window, count = way.window, len(way.window.received)
    convolves, alone = window.weight is not None, count == 1 or window.weight is None
    tables = {"received": window.received, "made": window.made[way.channel], "shares": shares(window, way.channel),
              **{f"x{n}": each for n, each in enumerate(way.picture)}}  # fmt: skip
    if window.weight is not None:
        tables["kernel"] = window.weight[way.channel]
    columns: dict[str, list[float]] = {name: each.detach().flatten().tolist() for name, each in tables.items()}
    return Board(
        main=(maps(way),), side=(layers(way), arithmetic(window), *((summands(way),) if convolves else ())),
        knobs=(Slider("row", "", "", 0, 64, 1, hidden=True), Slider("column", "", "", 0, 64, 1, hidden=True),
               Slider("within", "c", _("channel that it receives"), 1, max(2, count), 1, 0, alone)),
        readouts=(Readout("z", _("output at this pixel"), "z"),
                  Readout("size", _("receptive field: pixels of the picture, each way"), "size", 0)),
        columns={**columns, "cells": [float(n) for n in range(window.received[0].numel())]},
        definitions=definitions(way), measured=measured,
    )  # fmt: skip


def layers(way: Traced) -> Code:
    """The layers and their shapes, the one that is looked at lit."""
    shapes = ["×".join(map(str, way.picture.shape)), *("×".join(map(str, each.made.shape)) for each in way.passed)]
    lines = tuple(f"{n}  {each.layer:<14} {shapes[n - 1]:>9} → {shapes[n]}" for n, each in enumerate(way.passed, 1))
    return Code(_("Layer by layer"), lines, way.layer)


def maps(way: Traced) -> Rasters:
    """The picture, what the layer receives, and what it makes."""
    window = way.window
    count, high, wide = window.received.shape
    channels, rows, columns = window.made.shape
    reach = [each.abs().max().item() or 1 for each in (window.received, window.made[way.channel])]
    frame = Frame(f"r * {window.stride}", f"c * {window.stride}", window.kernel, window.kernel)
    picture = Raster(
        _("picture, and what of it this pixel sees"), tuple(f"x{n}" for n in range(len(way.picture))),
        way.picture.shape[1], way.picture.shape[2], windows=(Frame("top", "left", "size", "size"),), width=205,
    )  # fmt: skip
    before = Raster(
        _("received: {shape}", shape=f"{count}×{high}×{wide}"), (f"at(received, source * {high * wide} + cells)",),
        high, wide, 0, reach[0], "signed", (frame,), width=205,
    )  # fmt: skip
    which = _("made: channel {channel} of {count}", channel=way.channel + 1, count=channels)
    after = Raster(
        f"{which}, {rows}×{columns}", ("made",), rows, columns, 0, reach[1], "signed", (Frame("r", "c"),),
        {"row": "py", "column": "px"}, ("r", "c"), width=205,
    )  # fmt: skip
    said = _(
        "Blue is positive, brown negative. This pixel knows nothing of the picture outside the frame on it. The "
        "slider c chooses which of the received channels is shown."
    )
    return Rasters(_("Point at a pixel of what the layer makes"), (picture, before, "→", after), said)


def arithmetic(window: Window) -> Matrices:
    """The patch, and the kernel on it."""
    k = range(window.kernel)
    digits = 2 if window.kernel <= 3 else 1
    patch = Cells(tuple(tuple(f"p{i}{j}" for j in k) for i in k), _("patch"), digits)
    if window.weight is None:
        return Matrices(_("The sum of this pixel"), (patch, "→", Cells((("z",),), _("result"))))
    kernel = Cells(tuple(tuple(f"w{i}{j}" for j in k) for i in k), "K", digits)
    return Matrices(_("The sum of this pixel"), (patch, "⊙", kernel, "=", Cells((("share",),), "Σ")))


def summands(way: Traced) -> Bars:
    """What every channel adds to the pixel."""
    given, made = shares(way.window, way.channel), way.window.made[way.channel]
    reach = max(given.abs().max().item(), made.abs().max().item()) or 1
    bars = [Bar(_("channel {number}", number=n + 1), f"s{n}") for n in range(min(MOST_SHARES, len(given)))]
    others = [Bar(_("other channels"), "rest")] if len(given) > MOST_SHARES else []
    total = (Bar(_("bias"), "bias"), Bar(_("sum"), "z", colours.BEST))
    return Bars(_("All channels and the bias make one number"), (*bars, *others, *total), -reach, reach)


def blocks(now: Now) -> Blocks:
    """The receptive field, layer by layer."""
    way = traced(now)
    fields = [Traced(way.picture, way.passed, n, 0).field[2] for n in range(way.layer + 1)]
    return (Block("latex", r"r_l = r_{l-1} + (k_l - 1)\prod_{i<l} s_i:\quad " + r" \to ".join(map(str, [1, *fields]))),)


def snippet(now: Now) -> str:
    """The same in torch: the network of the lesson, or the patch and kernel of the learner's own."""
    way = traced(now)
    _channels, rows, columns = way.window.made.shape
    r, c = (int(min(now.values[name], most - 1)) for name, most in (("row", rows), ("column", columns)))
    if now.trained is not None:
        return of_patch(way, r, c)
    index = [n for n, layer in enumerate(lenet()) if not isinstance(layer, nn.ReLU)][way.layer]
    return "\n".join([
        *photograph(now.options["picture"]),
        SQUARE if now.options["picture"] in PHOTOGRAPHS else ENLARGED, "", "torch.manual_seed(0)",
        "model = torch.nn.Sequential(",
        "    torch.nn.Conv2d(3, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),",
        "    torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),", ")",
        f"made = model[:{index + 1}](x)  # up to the layer that is looked at",
        f"print(made[0, {way.channel}, {r}, {c}].item())",
    ])  # fmt: skip


def of_patch(way: Traced, r: int, c: int) -> str:
    """The one pixel of a network whose weights are not in the program."""
    window = way.window
    corner = (slice(n * window.stride, n * window.stride + window.kernel) for n in (r, c))
    patch = window.received[(slice(None), *corner)]
    lines = ["import torch", ""]
    if window.weight is None:
        made = "mean" if window.layer.startswith("Avg") else "max"
        return "\n".join([*lines, f"patch = torch.tensor({patch[way.channel].tolist()})", f"made = patch.{made}()",
                          "print(made.item())"])  # fmt: skip
    return "\n".join([*lines, f"patch = torch.tensor({patch.tolist()})  # (channels, rows, columns)",
                      f"kernel = torch.tensor({window.weight[way.channel].tolist()})",
                      f"made = (patch * kernel).sum() + {bias(way)!r}", "print(made.item())"])  # fmt: skip
