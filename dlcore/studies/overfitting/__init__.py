"""The remedies for overfitting, one a file: a file put here is found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from dlcore.studies.overfitting.remedy import REMEDIES, Remedy

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["REMEDIES", "Remedy"]
