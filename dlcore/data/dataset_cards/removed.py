"""A data set of the catalogue that a stored experiment names, and that cannot be read any more."""

from __future__ import annotations

from typing import BinaryIO

from dlcore.data.dataset_cards.conversion import last
from dlcore.data.dataset_cards.suggestion import Suggested, Suggestion, gone
from dlcore.data.uploads import Description
from dlcore.data.uploads.dataset import Located
from dlcore.i18n import N_
from dlcore.registry import DATASETS, USER_DATASETS


class Removed(Located, Suggested):
    """A data set that was taken away, or spoiled: what was learned from it can be looked at, its rows cannot."""

    REGISTRY = USER_DATASETS
    name = "removed"
    title = N_("A data set that was taken away")

    @property
    def called(self) -> str:
        return self.where

    def description(self) -> Description:
        """As it was read last. Raises DataError where nothing of it is left in this home."""
        found = last(self.where)
        if found is None:
            raise gone(self.where)
        return found.description

    @property
    def suggestion(self) -> Suggestion:
        found = last(self.where)
        return Suggestion() if found is None else found.suggestion

    def check_rows(self) -> None:
        """Raises DataError: what is wrong with its card or file, where they are there; else that they are not."""
        if self.where in DATASETS:
            DATASETS[self.where]().check_rows()  # type: ignore[attr-defined]
        raise gone(self.where)

    def open(self) -> BinaryIO:
        self.check_rows()
        raise gone(self.where)

    @property
    def edition(self) -> str:
        self.check_rows()
        return ""


USER_DATASETS.register(Removed.name, Removed)
