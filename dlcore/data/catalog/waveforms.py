"""Tones as a microphone would hear them: speech's little sister."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator

from dlcore.data.generators import Array, Generated
from dlcore.declaration import Shape, setting
from dlcore.i18n import N_

LENGTH = 256  # samples of sound


def _tone(kind: int, cycles: Array, time: Array) -> Array:
    """The wave of this number; `cycles` counts turns since the start, `time` runs from 0 to 1."""
    turn = cycles % 1
    waves: list[Array] = [
        np.sin(2 * np.pi * cycles),  # sine
        np.where(turn < 0.5, 1.0, -1.0),  # square
        1 - 4 * abs(turn - 0.5),  # triangle
        2 * turn - 1,  # sawtooth
        np.sin(2 * np.pi * cycles * (0.5 + time)),  # rising: the pitch goes up
        np.sin(2 * np.pi * cycles * (1.5 - time)),  # falling
        np.sin(2 * np.pi * cycles) * np.sin(6 * np.pi * time),  # swelling
        np.where(turn < 0.12, 1.0, 0.0),  # pulses
    ]
    return waves[kind]


class Waves(Generated):
    """Eight kinds of tone, a quarter of a second each: pitch, loudness and start vary, the form of the wave decides.

    Shapes: x (N, 1, 256), the sound pressure from about −1 to 1, 1,024 times a second; y (N,).
    """

    name = "waves"
    title = N_("Waveforms")
    card = N_("Generated from the seed by a formula; nobody recorded these tones. Sound pressure without a unit.")
    shape: ClassVar[tuple[int, ...]] = (1, LENGTH)
    target: ClassVar[str] = N_("kind of tone")

    samples: int = setting(1600, ge=80, le=50_000, help=N_("How many tones to make, shared evenly among the kinds."))
    noise: float = setting(0.15, ge=0, le=2, help=N_("How loud the hiss is beside the tone (standard deviation)."))

    @property
    def names(self) -> tuple[str, ...]:
        return (
            N_("sine"), N_("square wave"), N_("triangle wave"), N_("sawtooth"), N_("rising"), N_("falling"),
            N_("swelling"), N_("pulses"),
        )  # fmt: skip

    @property
    def sizes(self) -> Shape:
        return Shape(self.shape, axes="CL")

    def draw(self, kind: int, count: int, random: Generator) -> Array:
        time = np.linspace(0, 1, 256, endpoint=False)  # (256,)
        pitch, start = random.uniform(6, 20, (count, 1)), random.uniform(0, 1, (count, 1))
        loudness = random.uniform(0.4, 1, (count, 1))
        sound = loudness * _tone(kind, pitch * time + start, time) + random.normal(0, self.noise, (count, 256))
        return sound[:, None, :]  # (count, 1, 256)
