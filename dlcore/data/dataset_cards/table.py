"""A table of the catalogue as a data set: like one that a learner brought, but named, and with a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from dlcore.data.dataset_cards.card import Card
from dlcore.data.dataset_cards.conversion import Converted, converted
from dlcore.data.dataset_cards.suggestion import Suggested, Suggestion, gone
from dlcore.data.uploads import Description, Table
from dlcore.errors import DataError, spoken, unknown
from dlcore.i18n import N_, Text
from dlcore.registry import DATASETS


@dataclass(frozen=True)
class Entry:
    """A card, where it lies, and the file that it is of."""

    path: Path
    file: Path
    card: Card

    @property
    def name(self) -> str:
        """What an experiment calls the data set."""
        return self.path.stem

    @property
    def suggestion(self) -> Suggestion:
        """What the card suggests to predict, and from what."""
        return Suggestion(self.card.targets_named, self.card.inputs_named, self.card.task)

    def check(self, table: Description) -> None:
        """Raises DataError for a column that the card names and the file does not have."""
        assert isinstance(table, Table)
        known = [each.name for each in table.columns]
        for field, name in self.card.names():
            if name not in known:
                sentence = unknown(Text(N_("column")), name, known[:50])
                raise DataError(
                    Text(N_("{card}: {field}: {problem}"), card=self.path.name, field=spoken(field), problem=sentence)
                )


class CatalogTable(Suggested):
    """A table that is here for all, with its card. A subclass is made for each card (`card_folders`)."""

    REGISTRY = DATASETS
    abstract: ClassVar[bool] = True
    entry: ClassVar[Entry]

    @classmethod
    def summary(cls) -> str:
        return cls.entry.card.description

    def description(self) -> Description:
        return self._converted().description

    def open(self) -> BinaryIO:
        return self._converted().rows.open("rb")

    def check_rows(self) -> None:
        if self.name not in DATASETS:  # taken away since this was made
            raise gone(self.name)
        self._converted()

    @property
    def edition(self) -> str:
        return self._converted().fingerprint

    def usual_split(self) -> Mapping[str, Any] | None:
        return self.entry.card.split

    def part_sizes(self) -> tuple[int, ...] | None:
        return None  # a table comes undivided

    @property
    def suggestion(self) -> Suggestion:
        return self.entry.suggestion

    def _converted(self) -> Converted:
        """Raises DataError where the file cannot be read, or is not what its card speaks of."""
        entry = self.entry
        return converted(entry.name, entry.file, entry.card.as_reading(), entry.suggestion, entry.check)
