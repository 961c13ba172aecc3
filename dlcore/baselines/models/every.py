"""Importing this module registers every model that is declared in this folder."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

for _module in pkgutil.iter_modules([str(Path(__file__).parent)]):
    if _module.name != "every":
        importlib.import_module(f"dlcore.baselines.models.{_module.name}")
