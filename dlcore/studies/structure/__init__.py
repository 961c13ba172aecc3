"""What of a network's structure can be varied as one number, one kind a file: a file put here is found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from dlcore.studies.structure.quantity import STRUCTURE, Quantity

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["STRUCTURE", "Quantity"]
