"""What the cards of the gallery say: plain data for the browser, and the words by which a card is found."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator
from typing import Any

from dlcore.data.base import About
from dlcore.figures.colours import LAYER_KINDS
from dlcore.figures.thumbnails import files
from dlcore.i18n import LANGUAGES, N_, _, language, translate
from dlcore.layers.base import Layer
from dlcore.layers.stack import inside
from dlcore.number_format import memory
from dlcore.presets import DURATIONS, GROUPS, PRESETS, Preset
from dlcore.serving import thumbnails
from pages.components.web.layer_stack.rows import KIND_NAMES

TASKS = {  # as a learner would look for them
    "multiclass": N_("classification"),
    "binary": N_("classification, yes or no"),
    "multilabel": N_("classification, several labels"),
    "regression": N_("regression"),
    "next-token": N_("language model"),
}

FAMILIES = {"convolution": "CNN", "recurrent": "RNN", "attention": "transformer"}  # of networks with such layers

Card = dict[str, Any]


def groups() -> list[Card]:
    """The groups that have cards, in their order: `{"name", "title"}`."""
    used = {preset.group for preset in PRESETS.values()}
    return [{"name": name, "title": translate(title)} for name, title in GROUPS.items() if name in used]


def cards(theme: str | None) -> list[Card]:
    """Every starting point as a card, for a page of this theme."""
    return [_card(preset, theme) for preset in PRESETS.values()]


def _card(preset: Preset, theme: str | None) -> Card:
    layers = [layer for _path, layer in inside(preset.experiment.network)]
    return {
        "name": preset.name,
        "group": preset.group,
        "title": translate(preset.title),
        "summary": translate(preset.summary),
        "teaches": translate(preset.teaches),
        "duration": translate(DURATIONS[preset.duration]),
        "fetch": _fetch(preset),
        "picture": thumbnails.address(*files.of_preset(preset), theme),
        "layers": ", ".join(layer.name for layer in layers),
        "hues": [LAYER_KINDS[layer.kind] for layer in layers],
        "words": words(preset.name),
    }


def _fetch(preset: Preset) -> str:
    """What must be downloaded before it trains; empty for what is here."""
    missing: int = preset.experiment.dataset.source.missing()  # type: ignore[attr-defined]
    return _("download of {size}", size=memory(missing)) if missing else ""


@functools.cache
def words(name: str) -> str:
    """All by which a starting point is found, in every language, in small letters: its texts, its data, its layers."""
    preset = PRESETS[name]
    found = []
    for code in LANGUAGES:
        with language(code):
            found += _said(preset)
    return unicodedata.normalize("NFKC", " ".join(dict.fromkeys(found))).lower()


def _said(preset: Preset) -> Iterator[str]:
    """What is said of it in the current language."""
    source: Any = preset.experiment.dataset.source
    about: About = source.about()
    layers: list[Layer] = [layer for _path, layer in inside(preset.experiment.network)]
    yield from (preset.name, translate(preset.title), translate(preset.summary), translate(preset.teaches))
    yield from (translate(GROUPS[preset.group]), translate(source.title), source.name, _(TASKS[about.task]))
    for layer in layers:
        yield from (layer.name, translate(KIND_NAMES.get(layer.kind, "")), FAMILIES.get(layer.kind, ""))
    yield preset.experiment.training.optimizer.name
    yield preset.experiment.loss.name
