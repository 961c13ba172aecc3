"""The layers. Importing this package registers every layer declared in it; a new file is found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from dlcore.layers.base import Layer, described
from dlcore.registry import LAYERS

_NO_LAYERS = {
    "advice",
    "cost",
    "initialization",
    "modules",
    "stack",
}  # these declare none, and wait for torch, which a list of names does not need

for _module in pkgutil.iter_modules(__path__):
    if _module.name not in _NO_LAYERS:
        importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["LAYERS", "Layer", "described"]
