"""Layers from plain data, blocks within blocks included, and the bounds on how many and how deep."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.declaration import Declaration, join, parse_declared, shown
from dlcore.errors import ExperimentError
from dlcore.i18n import N_, Text
from dlcore.registry import LAYERS

MAX_LAYERS = 500
MAX_DEPTH = 60  # of lists and mappings in each other: blocks within blocks, about twenty deep


def parse_layers(given: Any, field: str) -> tuple[Declaration, ...]:
    """Layers from a list of plain mappings; `field` is where the list stands, for the message.

    Raises ExperimentError.
    """
    if not isinstance(given, list | tuple):
        raise ExperimentError(Text(N_("must be a list of layers, but {received} came"), received=shown(given)), field)
    _check_extent(given, field)
    return tuple(parse_declared(LAYERS, "layer", each, join(field, str(n))) for n, each in enumerate(given))


def parse_stacks(given: Any, field: str) -> tuple[tuple[Declaration, ...], ...]:
    """Stacks of layers side by side, from a list of lists. Raises ExperimentError that names the field."""
    if not isinstance(given, list | tuple):
        raise ExperimentError(
            Text(N_("must be a list of lists of layers, but {received} came"), received=shown(given)), field
        )
    return tuple(parse_layers(each, join(field, str(n))) for n, each in enumerate(given))


def _check_extent(given: Any, field: str) -> None:
    """Refuse too many layers and blocks in blocks in blocks, before anything follows them inwards."""
    count, depth, level = 0, 0, [given]
    while level:
        inside = [value for each in level for value in (each.values() if isinstance(each, Mapping) else each)]
        count += sum(isinstance(each, Mapping) for each in level)
        depth += 1
        level = [value for value in inside if isinstance(value, list | tuple | Mapping)]
        if depth > MAX_DEPTH:
            raise ExperimentError(Text(N_("holds blocks inside blocks too deep to follow")), field)
    count = max(count, len(given))
    if count > MAX_LAYERS:
        raise ExperimentError(
            Text(N_("must be at most {limit} layers, but {received} came"), limit=MAX_LAYERS, received=count), field
        )
