"""Data sets that are two files: the data, and a card (YAML) that says where they come from and what they hold.

    datasets/penguins.csv     the data, as they came: gaps, duplicates, outliers and all
    datasets/penguins.yaml    the card: what `card.Card` declares

Both lie in `datasets/` of this installation, or in the folder that `DLCORE_DATASETS` names. Whoever puts two files
there has added a data set, whose name is that of the card; whoever takes them away has removed it. The folders are
looked at whenever a data set is looked up, so that no process must be started again. A card that is wrong is told of in
one sentence (`problems`), and all others are there nonetheless.

A table so declared is read, cleaned, divided, shown, asked and taken away as one that a learner brought is.
"""

from __future__ import annotations

from dlcore.data.dataset_cards import removed as removed
from dlcore.data.dataset_cards.card import Card, CardColumn
from dlcore.data.dataset_cards.card_folders import Problem, problems, tables
from dlcore.data.dataset_cards.table import CatalogTable
from dlcore.registry import DATASETS

DATASETS.follow(tables)

__all__ = ["Card", "CardColumn", "CatalogTable", "Problem", "problems"]
