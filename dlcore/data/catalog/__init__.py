"""The data sets that are there for all: a class each here, and tables with a card.

Importing this package registers each; a new file is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil

FIRST = "scikit_learn"  # what a newcomer finds at the top of a list

for _name in sorted((each.name for each in pkgutil.iter_modules(__path__)), key=lambda name: (name != FIRST, name)):
    importlib.import_module(f"{__name__}.{_name}")
importlib.import_module("dlcore.data.dataset_cards")  # tables that are two files in a folder
