"""Data sets: what they are, how they are read, divided, cleaned and scaled."""

from __future__ import annotations

from dlcore.data.base import About, Data, Dataset, Part, Rows
from dlcore.registry import DATASETS

__all__ = ["DATASETS", "About", "Data", "Dataset", "Part", "Rows"]
