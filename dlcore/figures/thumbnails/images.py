"""Pictures side by side; the pictures of a clip in a row."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.figures.thumbnails.canvas import HEIGHT, MARGIN, WIDTH, ink, photo, rectangle
from dlcore.figures.thumbnails.sample import Sample

ACROSS, DOWN = 5, 3
MOST_SIDE = 40  # pixels of a picture that are kept: more are not seen
GAP = 1  # pixels between two pictures, at least
GROUND = 0.07  # ink of what is empty in a picture: its edge is seen

Array = np.ndarray[Any, Any]


def draw(sample: Sample) -> list[str]:
    """Fifteen pictures, of one class after another."""
    chosen = sample.in_turns(ACROSS * DOWN)
    return sheet(np.asarray(sample.rows.x[chosen], float), ACROSS)


def draw_clips(sample: Sample) -> list[str]:
    """A clip of each class, a row each, as its pictures follow one another."""
    clips = np.asarray(sample.rows.x[sample.in_turns(5)], float)  # (clips, channels, pictures, height, width)
    frames = clips.swapaxes(1, 2).reshape(-1, clips.shape[1], *clips.shape[3:])
    return sheet(frames, clips.shape[2])


def sheet(images: Array, across: int) -> list[str]:
    """Pictures side by side. images (N, channels, height, width) of any range; one channel is drawn as ink."""
    step = -(-max(images.shape[2:]) // MOST_SIDE)
    small = images[:, :, ::step, ::step]
    laid = _laid(small / (float(small.max()) or 1.0) if small.min() >= 0 else _scaled(small), across)
    unit = min((WIDTH - 2 * MARGIN) / laid.shape[1], (HEIGHT - 2 * MARGIN) / laid.shape[0])
    width, height = laid.shape[1] * unit, laid.shape[0] * unit
    place = ((WIDTH - width) / 2, (HEIGHT - height) / 2, width, height)
    return [ink(laid[..., 0], *place) if images.shape[1] < 3 else photo(laid, *place)]


def _scaled(images: Array) -> Array:
    low, high = float(images.min()), float(images.max())
    return (images - low) / ((high - low) or 1.0)


def _laid(images: Array, across: int) -> Array:
    """One picture of all: (height, width, 4), clear between two."""
    count, channels, height, width = images.shape
    gap = max(GAP, round(width / 12))
    rows = -(-count // across)
    laid = np.zeros((rows * (height + gap) - gap, across * (width + gap) - gap, 4))
    for number, image in enumerate(images):
        top, left = number // across * (height + gap), number % across * (width + gap)
        place = laid[top : top + height, left : left + width]
        place[..., :3] = image[:3].transpose(1, 2, 0) if channels >= 3 else GROUND + (1 - GROUND) * image[0][..., None]
        place[..., 3] = 1
    return laid


def placeholder() -> list[str]:
    """Empty frames."""
    side = 26
    left, top = (WIDTH - 5 * side - 16) / 2, (HEIGHT - 3 * side - 8) / 2
    places = [(left + column * (side + 4), top + row * (side + 4)) for row in range(3) for column in range(5)]
    return [rectangle(x, y, side, side, opacity=0.1 + 0.05 * (number % 3)) for number, (x, y) in enumerate(places)]


def placeholder_of_clips() -> list[str]:
    """Empty frames in rows, as on a film."""
    places = [(8 + 18 * column, 14 + 24 * row) for row in range(3) for column in range(8)]
    return [rectangle(x, y, 16, 20, opacity=0.06 + 0.03 * (number % 8)) for number, (x, y) in enumerate(places)]
