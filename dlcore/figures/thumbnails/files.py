"""The pictures that ship: a file a data set, a file a starting point; what stands there where there is none."""

from __future__ import annotations

import functools
import zlib
from pathlib import Path

from dlcore.data.base import Dataset
from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.errors import DlcoreError
from dlcore.experiment import DatasetChoice
from dlcore.figures.thumbnails.modality import MODALITIES, draw, modality_of, placeholder
from dlcore.figures.thumbnails.sample import Sample
from dlcore.presets import PRESETS, Preset
from dlcore.registry import DATASETS

FOLDER = Path(__file__).parent / "files"
DATASET, PRESET, PLACEHOLDER = "dataset", "preset", "placeholder"
TURNS = 97  # of the same data, so many pictures differ


def path_of(kind: str, name: str) -> Path:
    """Where the picture of a data set or a starting point lies, whether there is one or not."""
    return FOLDER / kind / f"{name}.svg"


def of_dataset(name: str) -> tuple[str, str]:
    """(kind, name) of the picture that stands for a registered data set: its own, or its modality's."""
    if (DATASET, name) in shipped():
        return DATASET, name
    try:
        return PLACEHOLDER, modality_of(DATASETS[name]().about())  # type: ignore[attr-defined]
    except DlcoreError:  # a card whose file was spoiled: cards are of tables
        return PLACEHOLDER, "table"


def of_preset(preset: Preset) -> tuple[str, str]:
    """(kind, name) of the picture that stands for a starting point: its own, or its data's."""
    if (PRESET, preset.name) in shipped():
        return PRESET, preset.name
    source: Dataset = preset.experiment.dataset.source  # type: ignore[assignment]
    return of_dataset(source.name)


@functools.cache
def shipped() -> dict[tuple[str, str], str]:
    """(kind, name) -> SVG of every picture that was there at the first look, what stands for missing ones included."""
    files = {(path.parent.name, path.stem): path.read_text("utf-8") for path in sorted(FOLDER.glob("*/*.svg"))}
    return files | {(PLACEHOLDER, name): placeholder(name) for name in MODALITIES}


def wanted() -> list[tuple[str, str]]:
    """(kind, name) of every picture that should be there."""
    return [*((DATASET, name) for name in DATASETS), *((PRESET, name) for name in PRESETS)]


def drawn(kind: str, name: str) -> str | None:
    """The picture as it is drawn now; None where its data must be fetched first and nothing stands in for them.

    Raises DataError where the data cannot be read.
    """
    source = _source(kind, name)
    if source.missing():
        return None
    seed = PRESETS[name].experiment.seed if kind == PRESET else 0
    return draw(Sample.of(source, zlib.crc32(name.encode()) % TURNS if kind == PRESET else 0, seed))


def _source(kind: str, name: str) -> Dataset:
    """The data of a picture; what stands in for them where they must be fetched first."""
    if kind == PRESET:
        return PRESETS[name].at_hand.dataset.source  # type: ignore[return-value]
    source: Dataset = DatasetChoice.parse({"name": name}, "dataset").source  # type: ignore[assignment]
    if isinstance(source, Downloaded) and source.missing() and source.stand_in:
        return DatasetChoice.parse(dict(source.stand_in), "dataset").source  # type: ignore[return-value]
    return source
