"""The layers. Importing this package registers every layer declared in it; a new file is found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from dlcore.layers.base import Layer, described
from dlcore.registry import LAYERS

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["LAYERS", "Layer", "described"]
