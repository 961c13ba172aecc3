"""Coloured shapes on coloured ground: neither place nor size nor colour says which one it is."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator

from dlcore.data.generators import Array, Generated
from dlcore.declaration import setting
from dlcore.i18n import N_

SIDE = 32  # pixels


def _inside(kind: int, across: Array, up: Array) -> Array:
    """Which points lie inside the shape of this number; across and up run from −1 to 1 over its square."""
    far, near = np.maximum(abs(across), abs(up)), np.minimum(abs(across), abs(up))
    radius = np.hypot(across, up)
    masks: list[Array] = [
        radius < 0.95,  # disc
        (radius < 0.95) & (radius > 0.55),  # ring
        far < 0.8,  # square
        (far < 0.85) & (far > 0.45),  # frame
        abs(across) + abs(up) < 1,  # diamond
        (up > -0.8) & (up < 0.8) & (2 * abs(across) < 0.9 - up),  # triangle
        (far < 0.95) & (near < 0.28),  # plus
        (far < 0.85) & (abs(abs(across) - abs(up)) < 0.3),  # cross
        (abs(up) < 0.95) & (abs(across) < 0.3),  # upright bar
        (abs(across) < 0.95) & (abs(up) < 0.3),  # level bar
    ]
    return masks[kind]


class Shapes(Generated):
    """Ten coloured shapes in images of 32 × 32 pixels: place, size and colours vary, the shape alone decides.

    Shapes: x (N, 3, 32, 32), red, green and blue from 0 to 1; y (N,).
    """

    name = "shapes"
    title = N_("Coloured shapes")
    card = N_("Generated from the seed by a formula; nobody photographed these shapes. Colours run from 0 to 1.")
    shape: ClassVar[tuple[int, ...]] = (3, SIDE, SIDE)
    target: ClassVar[str] = N_("shape")

    samples: int = setting(2000, ge=100, le=50_000, help=N_("How many images to make, shared evenly among the shapes."))
    noise: float = setting(
        0.05, ge=0, le=1, help=N_("How much each pixel strays from its colour (standard deviation).")
    )

    @property
    def names(self) -> tuple[str, ...]:
        return (
            N_("disc"), N_("ring"), N_("square"), N_("frame"), N_("diamond"), N_("triangle"), N_("plus"), N_("cross"),
            N_("upright bar"), N_("level bar"),
        )  # fmt: skip

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        radius = random.uniform(5, 10, (count, 1, 1))
        middle = random.uniform(11, 21, (2, count, 1, 1))
        across = (np.arange(32)[None, None, :] - middle[0]) / radius
        up = (middle[1] - np.arange(32)[None, :, None]) / radius
        inside = _inside(kind, across, up)[:, None]  # (count, 1, 32, 32)
        ground = random.uniform(0, 0.45, (count, 3, 1, 1))
        colour = random.uniform(0.55, 1, (count, 3, 1, 1))  # always brighter than the ground
        images = np.where(inside, colour, ground) + random.normal(0, self.noise, (count, 3, 32, 32))
        return np.clip(images, 0, 1)
