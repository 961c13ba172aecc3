"""Several shapes in one image: each may be there or not, and every answer counts by itself."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator

from dlcore.data.base import Task
from dlcore.data.catalog.shapes import _inside
from dlcore.data.generators import Array, Formula
from dlcore.declaration import Shape, setting
from dlcore.i18n import N_

SIDE = 24  # pixels


class Scenes(Formula):
    """Images in which none, some or all of four shapes stand about: which are there? Several labels at once.

    Shapes: x (N, 1, 24, 24), ink from 0 to 1; y (N, 4), 1 for each shape that is there.
    """

    name = "scenes"
    title = N_("Scenes of shapes")
    card = N_("Generated from the seed by a formula; nobody drew these scenes. Ink runs from 0 to 1.")
    task: ClassVar[Task] = "multilabel"
    target: ClassVar[str] = N_("shapes that are there")

    samples: int = setting(1500, ge=100, le=50_000, help=N_("How many images to make."))
    noise: float = setting(0.1, ge=0, le=1, help=N_("How much each pixel strays (standard deviation)."))

    @property
    def names(self) -> tuple[str, ...]:
        return N_("disc"), N_("frame"), N_("triangle"), N_("cross")

    @property
    def sizes(self) -> Shape:
        return Shape((1, SIDE, SIDE))

    def make(self, random: Generator) -> tuple[Array, Array]:
        there = random.random((self.samples, 4)) < 0.5
        quarters = random.permuted(np.tile(np.arange(4), (self.samples, 1)), axis=1)  # each shape has one to itself
        radius = random.uniform(3.5, 5, (self.samples, 4, 1, 1))
        middle = 6 + 12 * np.stack([quarters % 2, quarters // 2])[..., None, None]
        middle = middle + random.uniform(-1, 1, middle.shape)  # (2, samples, 4, 1, 1)
        pixel = np.arange(24)
        across, up = (pixel[None, :] - middle[0]) / radius, (middle[1] - pixel[:, None]) / radius
        inside = [_inside(kind, across[:, place], up[:, place]) for place, kind in enumerate([0, 3, 5, 7])]
        ink = (np.stack(inside, axis=1) & there[:, :, None, None]).any(axis=1)  # (samples, 24, 24)
        images = np.clip(ink + random.normal(0, self.noise, ink.shape), 0, 1)
        return images[:, None], there
