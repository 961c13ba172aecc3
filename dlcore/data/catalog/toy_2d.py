"""Points of the plane in classes that a straight line can or cannot tell apart. Generated, and said to be."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from dlcore.data.generators import Generated
from dlcore.declaration import setting
from dlcore.i18n import N_

Array = np.ndarray[Any, np.dtype[np.float64]]

NOISE = N_("How far points stray from the pattern (standard deviation).")


def _points(across: Array, up: Array) -> Array:
    return np.stack([across, up], axis=1)


class Plane(Generated):
    """Points (x₁, x₂) in classes. Shapes: x (N, 2), y (N,). Points of class 0 come first; splitting shuffles."""

    abstract: ClassVar[bool] = True
    shape: ClassVar[tuple[int, ...]] = (2,)
    features: ClassVar[tuple[str, ...]] = ("x₁", "x₂")
    target: ClassVar[str] = N_("class")
    card = N_("Generated from the seed by a formula; nobody observed these points.")

    samples: int = setting(500, ge=30, le=100_000, help=N_("How many points to make, shared evenly among the classes."))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple("ABCDEFGHIJ"[: self.kinds])

    @property
    def kinds(self) -> int:
        """How many classes there are."""
        return 2


class Moons(Plane):
    """Two half moons that reach into each other: a line cannot part them, a small network can."""

    name = "moons"
    title = N_("Two moons")
    noise: float = setting(0.2, ge=0, le=2, help=NOISE)

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        angle = np.linspace(0, np.pi, count)
        upper, lower = _points(np.cos(angle), np.sin(angle)), _points(1 - np.cos(angle), 0.5 - np.sin(angle))
        return (lower if kind else upper) + random.normal(0, self.noise, (count, 2))


class Circles(Plane):
    """A small circle inside a large one: the classes differ only in their distance from the middle."""

    name = "circles"
    title = N_("Circle in a circle")
    noise: float = setting(0.1, ge=0, le=2, help=NOISE)
    factor: float = setting(0.5, gt=0, lt=1, help=N_("Radius of the inner circle, as a share of the outer one's."))

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
        radius = self.factor if kind else 1.0
        return radius * _points(np.cos(angle), np.sin(angle)) + random.normal(0, self.noise, (count, 2))


class Spirals(Plane):
    """Arms that wind around each other: hard for a small network, easy for one with a hidden layer or two."""

    name = "spirals"
    title = N_("Spirals")
    noise: float = setting(0.08, ge=0, le=2, help=NOISE)
    arms: int = setting(2, ge=2, le=5, help=N_("How many arms, each a class."))
    turns: float = setting(1.25, ge=0.25, le=4, help=N_("How often each arm winds around the middle."))

    @property
    def kinds(self) -> int:
        return self.arms

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        radius = np.sqrt(random.uniform(0.01, 1, count))  # as many points on the long outside as their length asks
        angle = 2 * np.pi * (self.turns * radius + kind / self.arms)
        return radius[:, None] * _points(np.cos(angle), np.sin(angle)) + random.normal(0, self.noise, (count, 2)) / 2


class Xor(Plane):
    """Opposite quarters of a square share a class: the problem that stopped the single neuron in 1969."""

    name = "xor"
    title = N_("Exclusive or")
    noise: float = setting(0.1, ge=0, le=2, help=NOISE)

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        across, up = random.uniform(0, 1, (2, count))
        side = random.choice([-1.0, 1.0], count)  # which of the two opposite quarters
        points = _points(side * across, side * up * (-1 if kind else 1))
        return points + random.normal(0, self.noise, (count, 2))


class Gaussians(Plane):
    """Clouds of points around the corners of a ring: a straight line parts them as well as anything can."""

    name = "gaussians"
    title = N_("Clouds")
    noise: float = setting(0.4, ge=0, le=2, help=NOISE)
    classes: int = setting(2, ge=2, le=10, help=N_("How many clouds, each a class."))

    @property
    def kinds(self) -> int:
        return self.classes

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        angle = 2 * np.pi * kind / self.classes
        return np.array([np.cos(angle), np.sin(angle)]) + random.normal(0, self.noise, (count, 2))
