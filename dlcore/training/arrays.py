"""The arrays of a run, by the names under which charts ask for them. A browser is sent the same, by the same names.

    epochs.epoch, epochs.train.loss, epochs.validation.accuracy, epochs.learning_rate, …    a value an epoch
    batches.x, batches.y               epoch (2.5 is the middle of the third) and training loss, a value a point
    best.epoch, best.judged.loss, …    single numbers: the best epoch, and what it scored on the part that judges
    chance.accuracy, …                 single numbers: what guessing scores
    confusion.counts                   [true][predicted], of the epoch that is looked at
    boundary.values, weights.3.counts  what a probe saw, by the probe's name: see its docstring; of a layer, its place
    series.epoch, series.gradients.3.norm, …   of what probes saw, the single numbers of every recorded epoch

A name of which nothing is known leads nowhere: `found` answers None.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from dlcore.training.events import EpochEnded, Probed, Recorded
from dlcore.training.history import History, judged
from dlcore.training.scores import METRICS, Scores, value

Arrays = Mapping[str, Any]  # name -> list, numpy array or number, or such a mapping again
Json = dict[str, Any]
Which = Literal["newest", "best"]

EPOCH_NUMBERS = ("learning_rate", "gradient_norm", "seconds", "samples_per_second")  # of an epoch, beside its scores


def arrays_of(history: History, which: Which = "newest", seen: Arrays | None = None) -> Arrays:
    """All arrays of a run. `which`: the epoch that is looked at, where more than the newest is kept; `seen`: by their
    names what its probes saw there, for a run with a film.
    """
    found: Json = {
        "epochs": columns(history.epochs.kept),
        "batches": {"x": history.batches.x, "y": history.batches.y},
        "chance": history.chance(),
        "series": series(list(history.film.values())),
        **{what: unpacked(frame(probed)) for what, probed in history.probes.items()},
    }
    if history.best is not None:
        scores = {name: value(judged(history.best), name) for name in METRICS}
        found["best"] = {"epoch": history.best.epoch, "judged": scores}
    shown = history.best if which == "best" else history.newest
    if shown is not None and judged(shown).confusion is not None:
        found["confusion"] = {"epoch": shown.epoch, "counts": judged(shown).confusion}
    return {**found, **(seen or {})}


def series(film: Sequence[Recorded]) -> Json:
    """`epoch`, and by the names of the numbers that were recorded a column of each; None where it was not."""
    told = sorted((each for each in film if each.numbers), key=lambda each: each.epoch)
    columns_of: Json = {"epoch": [each.epoch for each in told]}
    for name in sorted({name for each in told for name in each.numbers}):
        *groups, last = name.split(".")
        place = columns_of
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = [each.numbers.get(name) for each in told]
    return columns_of


def found(arrays: Arrays, name: str) -> Any:
    """The array of this name, or None."""
    place: Any = arrays
    for key in name.split("."):
        place = place.get(key) if isinstance(place, Mapping) else None
    return place


def columns(epochs: Sequence[EpochEnded]) -> Json:
    """Epochs as columns: what was never measured has none, what was not measured (or not finite) at one is None."""
    return {
        "epoch": [each.epoch for each in epochs],
        "train": _scores([each.train for each in epochs]),
        "validation": _scores([each.validation for each in epochs]),
        **{name: [getattr(each, name) for each in epochs] for name in EPOCH_NUMBERS},
    }


def _scores(parts: Sequence[Scores | None]) -> Json:
    measured = {name for part in parts if part for name, each in vars(part).items() if each is not None}
    table = {name: [value(part, name) for part in parts] for name in METRICS if name in measured}
    return {name: column for name, column in table.items() if column != [None] * len(column)}


def frame(probed: Probed) -> Json:
    """What a probe saw, as its arrays are sent: lists, or `packed` bytes; `unpacked` makes numbers of them.

    Known by their form: a square of `size` places a side, whose texts are a byte a place; `layers`, each with its
    `place`. Anything else is sent as it was told.
    """
    seen = probed.values
    side, layers = seen.get("size"), seen.get("layers")
    if side is not None:
        seen = {name: packed(each, (side, side)) if isinstance(each, str) else each for name, each in seen.items()}
    elif isinstance(layers, list) and all(isinstance(each, Mapping) for each in layers):
        seen = {str(each["place"]): each for each in layers}
    return {"epoch": probed.epoch, **seen}


def packed(data: str, shape: Sequence[int]) -> Json:
    """Bytes in base64 as an array of this shape: a fifth of what their digits would take."""
    return {"dtype": "uint8", "shape": list(shape), "data": data}


def unpacked(sent: Any) -> Any:
    """The same with an array of numbers in place of each `packed` one, however deep."""
    if not isinstance(sent, Mapping):
        return sent
    if sent.keys() == {"dtype", "shape", "data"}:
        return np.frombuffer(base64.b64decode(sent["data"]), sent["dtype"]).reshape(sent["shape"])
    return {name: unpacked(each) for name, each in sent.items()}
