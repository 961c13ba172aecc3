"""Video: which way do the dots move?"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from numpy.random import default_rng
from torch import Tensor, nn

from dlcore.data.catalog.moving_dots import FRAMES, SIDE, Clips
from dlcore.i18n import N_, _, translate
from dlcore.lessons.applications.application import Classification, Facts, Learned, bars
from dlcore.lessons.board.rasters import Raster, Rasters
from dlcore.lessons.board.stages import Bars

SAMPLES = 300


class Video(Classification):
    """Generated clips, by a convolution over time and space."""

    title = N_("Video")
    right_is = N_("share of the direction in which they move")
    preset = "clips"
    goal = ("accuracy", 0.85)
    facts = Facts(
        enters=N_("a clip: channels, pictures, rows, columns"),
        leaves=N_("a share for each of five directions"),
        layers=N_("3-D convolution twice, mean over all places, dense"),
        loss=N_("cross entropy"),
        score=N_("accuracy; guessing gives 0.2, and so does looking at a single picture"),
        fails=N_("movement faster or slower than it has seen; and every clip is many numbers, so real video is costly"),
    )
    rate, tall = 0.02, True

    def examples(self) -> tuple[Tensor, Tensor]:
        x, y = Clips(samples=SAMPLES).make(default_rng(0))
        return torch.tensor(x), torch.tensor(y)

    def network(self) -> nn.Module:
        return nn.Sequential(
            nn.Conv3d(1, 6, 3, 2), nn.ReLU(), nn.Conv3d(6, 12, 3), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten(),
            nn.Linear(12, 5),
        ).double()  # fmt: skip

    def columns(self, learned: Learned, n: int) -> Mapping[str, Tensor]:
        return {"clip": learned.x[n], "cells": torch.arange(SIDE * SIDE)}

    def stages(self, learned: Learned, n: int) -> tuple[tuple[Rasters, Rasters], Bars]:
        names, right = [translate(each) for each in Clips().names], int(learned.y[n])
        size = SIDE * SIDE
        film = Raster(_("the clip"), (f"at(clip, frame * {size} + cells)",), SIDE, SIDE, width=250)
        strip = tuple(Raster(str(f), (f"at(clip, {f * size} + cells)",), SIDE, SIDE, width=34) for f in range(FRAMES))
        said = _("The dots move like this: {name}. What leaves on one side comes back on the other.", name=names[right])
        shown = Rasters(_("Eight pictures go in"), strip), Rasters("", (film,), said)
        return shown, bars(_("A share for each direction comes out"), names, right=right)

    def program(self) -> tuple[list[str], list[str], str]:
        net = "nn.Conv3d(1, 6, 3, 2), nn.ReLU(), nn.Conv3d(6, 12, 3), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten()"
        each, axes = SAMPLES // 5, "[(pixel, across), (pixel[:, None], down)]"
        away = f"abs((axis - place[:, n] - way * moved + 8) % 16 - 8) for n, (axis, way) in enumerate({axes})"
        return (
            ["import numpy as np", "", "random, pixel = np.random.default_rng(0), np.arange(16)",
             "def clips(across, down):", f"    place = random.uniform(0, 16, ({each}, 2, 2, 1, 1, 1))",
             f"    moved = random.uniform(0.8, 1.6, ({each}, 1, 1, 1, 1)) * np.arange(8)[:, None, None]",
             f"    light = np.exp(-sum(side**2 for side in [{away}]) / 2).max(1)",
             "    return np.clip(light + random.normal(0, 0.1, light.shape), 0, 1)[:, None]",
             "x = np.concatenate([clips(*way) for way in [(-1, 0), (1, 0), (0, -1), (0, 1), (0, 0)]])",
             f"x, y = torch.tensor(x), torch.arange(5).repeat_interleave({each})"],
            [f"net = nn.Sequential({net}, nn.Linear(12, 5)).double()"], "cross_entropy(net(x[rows]), y[rows])",
        )  # fmt: skip
