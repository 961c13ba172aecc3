"""Clouds of points in many dimensions: a table of numbers without names, as large as one likes."""

from __future__ import annotations

from typing import ClassVar

from numpy.random import Generator

from dlcore.data.generators import Array, Formula
from dlcore.declaration import Shape, setting
from dlcore.i18n import N_


class Clouds(Formula):
    """A table of numbers in which each class is a cloud around a middle of its own, in as many dimensions as columns.

    Shapes: x (N, features), y (N,).
    """

    name = "clouds"
    title = N_("Clouds in many dimensions")
    card = N_("Generated from the seed by a formula; the columns mean nothing.")
    target: ClassVar[str] = N_("class")

    samples: int = setting(2000, ge=100, le=1_000_000, help=N_("How many rows to make."))
    columns: int = setting(100, ge=1, le=1000, help=N_("How many numbers each row has."))
    classes: int = setting(10, ge=2, le=26, help=N_("How many clouds, each a class."))
    noise: float = setting(
        2.5, ge=0, le=100, help=N_("How wide each cloud is (standard deviation); middles differ by about 1 a column.")
    )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: self.classes])

    @property
    def sizes(self) -> Shape:
        return Shape((self.columns,))

    def make(self, random: Generator) -> tuple[Array, Array]:
        middles = random.normal(0, 1, (self.classes, self.columns))
        y = random.permutation(self.samples) % self.classes
        return middles[y] + random.normal(0, self.noise, (self.samples, self.columns)), y
