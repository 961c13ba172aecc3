"""Who likes which film: tastes that nobody sees, and the stars that follow from them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator

from dlcore.data.base import Task
from dlcore.data.generators import Array, Formula
from dlcore.declaration import Shape, setting
from dlcore.i18n import N_, _


class Films(Formula):
    """Viewers have given stars to some films: how many would they give to one they have not seen?

    Every viewer has tastes and every film has qualities, four numbers each, which nobody tells the network.
    Shapes: x (N, 2), the number of the viewer and that of the film, counted on after the last viewer; y (N,) stars.
    """

    name = "films"
    title = N_("Viewers and films")
    card = N_("Generated from the seed: hidden tastes, hidden qualities, and some chance. Stars run from 1 to 5.")
    task: ClassVar[Task] = "regression"
    features: ClassVar[tuple[str, ...]] = (N_("viewer"), N_("film"))
    target: ClassVar[str] = N_("stars")

    samples: int = setting(8000, ge=500, le=200_000, help=N_("How many ratings are known."))
    viewers: int = setting(150, ge=10, le=2000, help=N_("How many people rate films."))
    films: int = setting(100, ge=10, le=2000, help=N_("How many films there are."))
    noise: float = setting(
        0.3, ge=0, le=2, help=N_("How much a rating depends on the mood of the day (standard deviation, in stars).")
    )

    @property
    def words(self) -> tuple[str, ...]:
        viewers = (_("viewer {number}", number=number + 1) for number in range(self.viewers))
        return (*viewers, *(_("film {number}", number=number + 1) for number in range(self.films)))

    @property
    def sizes(self) -> Shape:
        return Shape((2,), vocabulary=self.viewers + self.films)

    def make(self, random: Generator) -> tuple[Array, Array]:
        tastes = random.normal(0, 0.6, (self.viewers, 4))  # how much each viewer likes action, love, jokes, horror
        qualities = random.normal(0, 0.6, (self.films, 4))  # and how much of them is in each film
        kind, good = random.normal(0, 0.3, self.viewers), random.normal(0, 0.5, self.films)
        viewer, film = random.integers(0, self.viewers, self.samples), random.integers(0, self.films, self.samples)
        stars = 3 + kind[viewer] + good[film] + (tastes[viewer] * qualities[film]).sum(axis=1)
        stars = stars + random.normal(0, self.noise, self.samples)
        return np.stack([viewer, self.viewers + film], axis=1), np.clip(stars, 1, 5)
