"""Where declarations are found by name.

Each kind of thing has one registry. A module that declares one fills it when it is imported; who looks one
up needs only this file, so that `Experiment` can check a layer's name without importing layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from dlcore.errors import ExperimentError, unknown
from dlcore.i18n import N_, Text

if TYPE_CHECKING:
    from dlcore.declaration import Declaration

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """Name -> declaration, in the order of registration. An unknown name is an `ExperimentError`."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}

    def register(self, name: str, entry: T) -> None:
        """Add an entry. The same name twice is a mistake in the code: ValueError."""
        known = self._entries.get(name)
        if known is not None and getattr(known, "__module__", 0) != getattr(entry, "__module__", 1):
            raise ValueError(f"two declarations of the {self.kind} {name!r}")
        self._entries[name] = entry

    def find(self, name: object, field: str = "") -> T:
        """The entry of this name; otherwise one sentence with the nearest match, naming `field`."""
        if isinstance(name, str) and name in self._entries:
            return self._entries[name]
        raise ExperimentError(unknown(Text(self.kind), name, self._entries), field)

    def __getitem__(self, name: str) -> T:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


LAYERS: Registry[type[Declaration]] = Registry(N_("layer"))
DATASETS: Registry[type[Declaration]] = Registry(N_("data set"))
LOSSES: Registry[type[Declaration]] = Registry(N_("loss"))
OPTIMIZERS: Registry[type[Declaration]] = Registry(N_("optimizer"))
SCHEDULES: Registry[type[Declaration]] = Registry(N_("schedule"))
