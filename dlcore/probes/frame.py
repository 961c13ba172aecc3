"""A frame of a film, as it travels from the loop to the files: bytes under names, without anything that needs torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

WEIGHTS = "state_dict"  # the part that holds the weights, as a safetensors file


@dataclass(frozen=True)
class Frame:
    """What was seen after an epoch: by the probe's name the bytes of its arrays, and perhaps the weights."""

    epoch: int
    parts: Mapping[str, bytes]
    numbers: Mapping[str, float | None]  # those of them that are drawn over the epochs, by name
