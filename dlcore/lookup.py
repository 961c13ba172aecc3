"""Finding declarations by name: what a registry is; `dlcore.registry` holds those that there are."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

from dlcore.errors import ExperimentError, unknown
from dlcore.i18n import Text

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """Name -> declaration, in the order of registration. An unknown name is an `ExperimentError`."""

    def __init__(self, kind: str, declared_in: str | None = None) -> None:
        self.kind = kind
        self._declared_in = declared_in  # the module that registers everything when it is imported
        self._entries: dict[str, T] = {}
        self._further: Callable[[], Mapping[str, T]] | None = None

    def register(self, name: str, entry: T) -> None:
        """Add an entry. Raises ValueError for a name that is there: a mistake in the code."""
        known = self._entries.get(name)
        if known is not None and getattr(known, "__module__", 0) != getattr(entry, "__module__", 1):
            raise ValueError(f"two declarations of the {self.kind} {name!r}")
        self._entries[name] = entry

    def follow(self, further: Callable[[], Mapping[str, T]]) -> None:
        """Also hold whatever `further` answers at each look-up, behind what is registered, which keeps its names."""
        self._further = further

    @property
    def registered(self) -> Mapping[str, T]:
        """What is registered by now, without what is followed."""
        return self._entries

    def find(self, name: object, field: str = "") -> T:
        """The entry of this name. Raises ExperimentError with the nearest match, naming `field`."""
        entries = self._filled()
        if isinstance(name, str) and name in entries:
            return entries[name]
        raise ExperimentError(unknown(Text(self.kind), name, entries), field)

    def __getitem__(self, name: str) -> T:
        return self._filled()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._filled())

    def __len__(self) -> int:
        return len(self._filled())

    def _filled(self) -> dict[str, T]:
        if self._declared_in is not None:
            importlib.import_module(self._declared_in)
        if self._further is None:
            return self._entries
        return {**self._entries, **self._further(), **self._entries}
