"""Data sets. Importing this package registers every data set declared in it; a new file is found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from dlcore.data.base import About, Data, Dataset, Part, Rows
from dlcore.registry import DATASETS

for _module in pkgutil.iter_modules(__path__):
    if _module.name not in ("load", "split"):  # these wait for scikit-learn and torch, a list of names need not
        importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["DATASETS", "About", "Data", "Dataset", "Part", "Rows"]
