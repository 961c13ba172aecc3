"""Points of the plane, in the colours of their classes."""

from __future__ import annotations

import numpy as np

from dlcore.figures.thumbnails.canvas import HEIGHT, WIDTH, dots, hue
from dlcore.figures.thumbnails.sample import Sample, spread

MOST = 220  # points, all classes together
EDGE = 8


def draw(sample: Sample) -> list[str]:
    """One scale for both axes, as on the Studio's map."""
    x = sample.rows.x
    middle, reach = (x.max(axis=0) + x.min(axis=0)) / 2, (x.max(axis=0) - x.min(axis=0)) / 2
    unit = min((WIDTH / 2 - EDGE) / reach[0], (HEIGHT / 2 - EDGE) / reach[1])
    parts = []
    for number in range(len(sample.about.classes)):
        rows = np.flatnonzero(sample.rows.y == number)
        chosen = x[rows[spread(len(rows), MOST // len(sample.about.classes))]] - middle
        parts.append(dots([(WIDTH / 2 + unit * a, HEIGHT / 2 - unit * b) for a, b in chosen], hue(number)))
    return parts


def placeholder() -> list[str]:
    """Two clouds without colours."""
    random = np.random.default_rng(0)
    clouds = [(middle + random.normal(0, 13, (22, 2))) for middle in ((58, 54), (104, 40))]
    return [dots(map(tuple, cloud), "ink", 4, opacity) for cloud, opacity in zip(clouds, (0.45, 0.2), strict=True)]
