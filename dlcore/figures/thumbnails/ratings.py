"""Who rated what: tokens in columns of their own, as a table of all pairs that are known."""

from __future__ import annotations

import numpy as np

from dlcore.figures.thumbnails.canvas import HEIGHT, MARGIN, WIDTH, ink, rectangle
from dlcore.figures.thumbnails.sample import Sample, between_0_and_1

ROWS, COLUMNS = 22, 38
FAINTEST = 0.12  # ink of the lowest known value: a pair that nobody knows has none


def draw(sample: Sample) -> list[str]:
    """The known pairs of some of the first tokens (down) with some of the second (across). x (N, 2), y (N,)."""
    first, second = sample.rows.x[:, 0], sample.rows.x[:, 1] - sample.rows.x[:, 1].min()
    known = (first < ROWS) & (second < COLUMNS)
    shades = np.zeros((ROWS, COLUMNS))
    values = between_0_and_1(sample.rows.y.astype(float).reshape(-1))[known]
    shades[first[known], second[known]] = FAINTEST + (1 - FAINTEST) * values
    return [ink(shades, MARGIN, MARGIN, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN)]


def placeholder() -> list[str]:
    """Some pairs, known or not."""
    random = np.random.default_rng(1)
    places = [(10 + 14 * column, 10 + 13 * row) for row in range(6) for column in range(10)]
    shades = random.choice([0.0, 0.08, 0.16, 0.28], len(places))
    return [
        rectangle(x, y, 12, 11, opacity=float(shade)) for (x, y), shade in zip(places, shades, strict=True) if shade
    ]
