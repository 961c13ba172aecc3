"""Short films of moving dots, in which no single picture tells what happens."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator

from dlcore.data.generators import Array, Generated
from dlcore.declaration import Shape, setting
from dlcore.i18n import N_

FRAMES, SIDE = 8, 16  # pictures, pixels


class Clips(Generated):
    """Clips of eight pictures in which dots move: which way? One picture alone cannot tell.

    Dots that leave on one side come back on the other. Shapes: x (N, 1, 8, 16, 16), channel, time, height, width, as
    torch's Conv3d has them, from 0 to 1; y (N,).
    """

    name = "clips"
    title = N_("Moving dots")
    card = N_("Generated from the seed by a formula; nobody filmed these dots. Brightness runs from 0 to 1.")
    shape: ClassVar[tuple[int, ...]] = (1, FRAMES, SIDE, SIDE)
    target: ClassVar[str] = N_("direction")

    samples: int = setting(800, ge=50, le=20_000, help=N_("How many clips to make, shared evenly among the classes."))
    dots: int = setting(2, ge=1, le=6, help=N_("How many dots move together in each clip."))
    noise: float = setting(0.1, ge=0, le=1, help=N_("How much each pixel strays (standard deviation)."))

    @property
    def names(self) -> tuple[str, ...]:
        return N_("leftwards"), N_("rightwards"), N_("upwards"), N_("downwards"), N_("at rest")

    @property
    def sizes(self) -> Shape:
        return Shape(self.shape, axes="CDHW")

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        across, down = [(-1, 0), (1, 0), (0, -1), (0, 1), (0, 0)][kind]
        place = random.uniform(0, 16, (count, 2, self.dots, 1, 1, 1))  # where each dot begins
        moved = random.uniform(0.8, 1.6, (count, 1, 1, 1, 1)) * np.arange(8)[:, None, None]  # pixels by now
        pixel = np.arange(16)
        away = [
            abs((pixel[None, :] - place[:, 0] - across * moved + 8) % 16 - 8),  # (count, dots, 8, 1, 16)
            abs((pixel[:, None] - place[:, 1] - down * moved + 8) % 16 - 8),  # (count, dots, 8, 16, 1)
        ]
        light = np.exp(-(away[0] ** 2 + away[1] ** 2) / 2).max(axis=1)  # (count, 8, 16, 16)
        pictures: Array = np.clip(light + random.normal(0, self.noise, light.shape), 0, 1)
        return pictures[:, None]
