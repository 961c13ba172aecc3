"""The data sets that are there for all: a class each here, and tables with a card.

Importing this package registers each; a new file is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
importlib.import_module("dlcore.data.dataset_cards")  # tables that are two files in a folder
