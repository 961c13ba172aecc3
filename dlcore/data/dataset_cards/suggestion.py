"""What a card suggests to predict, and from what, where nobody chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from dlcore.data.uploads import UserDataset
from dlcore.errors import DataError
from dlcore.i18n import N_, Text


@dataclass(frozen=True)
class Suggestion:
    """Names of columns, and what is asked of the network; empty where the card leaves that open."""

    target: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    task: Any = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Suggestion:
        """The suggestion that `dataclasses.asdict` made plain."""
        return cls(tuple(stored["target"]), tuple(stored["inputs"]), stored["task"])


class Suggested(UserDataset):
    """A table with a suggestion, which holds as far as nobody chooses otherwise."""

    abstract: ClassVar[bool] = True

    @property
    def suggestion(self) -> Suggestion:
        """What its card suggests."""
        raise NotImplementedError

    @property
    def targets(self) -> tuple[str, ...] | None:
        return super().targets if self.target is not None else self.suggestion.target or None

    @property
    def chosen_columns(self) -> tuple[str, ...] | None:
        if self.columns is not None:
            return super().chosen_columns
        return tuple(each for each in self.suggestion.inputs if each not in (self.targets or ())) or None

    @property
    def chosen_task(self) -> Any:
        return self.suggestion.task if self.task is None and self.target is None else self.task


def gone(name: str) -> DataError:
    """There is no card of this name any more, or no file beside it."""
    return DataError(
        Text(N_("There is no data set {name} here any more: its card or its file was taken away. Choose another "
                "one."), name=name[:60])
    )  # fmt: skip
