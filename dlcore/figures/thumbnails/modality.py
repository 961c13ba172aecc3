"""Which drawing suits which data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dlcore.data.base import About
from dlcore.figures.thumbnails import images, plane, ratings, signals, tables, texts
from dlcore.figures.thumbnails.canvas import document
from dlcore.figures.thumbnails.sample import Sample


@dataclass(frozen=True)
class Modality:
    """A kind of data: which it is, how it is drawn, and what stands there where there is no picture of it."""

    suits: Callable[[About], bool]
    draw: Callable[[Sample], list[str]]
    placeholder: Callable[[], list[str]]


def _tokens(about: About) -> bool:
    return about.shape.vocabulary is not None


# The first that suits a data set draws it; the last suits all.
MODALITIES = {
    "ratings": Modality(
        lambda about: _tokens(about) and len(about.features) == 2 and about.shape == (2,),
        ratings.draw,
        ratings.placeholder,
    ),
    "text": Modality(_tokens, texts.draw, texts.placeholder),
    "plane": Modality(lambda about: about.on_a_plane and bool(about.classes), plane.draw, plane.placeholder),
    "images": Modality(lambda about: len(about.shape) == 3, images.draw, images.placeholder),
    "video": Modality(lambda about: len(about.shape) == 4, images.draw_clips, images.placeholder_of_clips),
    "signals": Modality(lambda about: len(about.shape) == 2, signals.draw, signals.placeholder),
    "table": Modality(lambda _about: True, tables.draw, tables.placeholder),
}


def modality_of(about: About) -> str:
    """The kind of data: a name of `MODALITIES`."""
    return next(name for name, each in MODALITIES.items() if each.suits(about))


def draw(sample: Sample) -> str:
    """The picture of a data set, as SVG for a light page (see `themed`)."""
    return document(MODALITIES[modality_of(sample.about)].draw(sample))


def placeholder(modality: str) -> str:
    """What stands where data of this kind have no picture, as SVG for a light page."""
    return document(MODALITIES[modality].placeholder())
