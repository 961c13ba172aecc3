"""Measurements over time: a line each, in the colour of its class."""

from __future__ import annotations

import math

import numpy as np

from dlcore.figures.thumbnails.canvas import HEIGHT, MARGIN, WIDTH, hue, line
from dlcore.figures.thumbnails.sample import Sample, between_0_and_1, spread

LINES = 4
POINTS = 150  # of a line, at most


def draw(sample: Sample) -> list[str]:
    """The first channel of four examples, one of each class, each as high as its own range. x (N, channels, L)."""
    chosen = sample.in_turns(LINES)
    band = (HEIGHT - 2 * MARGIN) / len(chosen)
    parts = []
    for place, row in enumerate(chosen):
        signal = np.asarray(sample.rows.x[row], float).reshape(-1, sample.about.shape[-1])[0]
        heights = between_0_and_1(signal[spread(len(signal), POINTS)])
        across = np.linspace(MARGIN, WIDTH - MARGIN, len(heights))
        top = MARGIN + band * place
        parts.append(
            line(zip(across, top + band * (0.88 - 0.76 * heights), strict=True), hue(sample.class_of(row)), 1.3)
        )
    return parts


def placeholder() -> list[str]:
    """Waves without colours."""
    rows = []
    for place, waves in enumerate((2, 3, 5)):
        middle = HEIGHT * (place + 1) / 4
        points = [(x, middle - 8 * math.sin(2 * math.pi * waves * x / WIDTH)) for x in range(MARGIN, WIDTH - 3, 3)]
        rows.append(f'<g opacity="{0.5 - 0.12 * place:g}">{line(points, "ink")}</g>')
    return rows
