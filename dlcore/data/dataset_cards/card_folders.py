"""Where cards lie, and what was found there: a data set for each that is right, a sentence for each that is not."""

from __future__ import annotations

import os
import re
import threading
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dlcore.data.dataset_cards.card import ENDINGS, Card, parse
from dlcore.data.dataset_cards.table import CatalogTable, Entry
from dlcore.data.dataset_cards.texts import joined
from dlcore.errors import DataError, DlcoreError
from dlcore.experiment import plain_yaml
from dlcore.i18n import N_, Text
from dlcore.registry import DATASETS

SHIPPED = Path(__file__).parents[3] / "datasets"
VARIABLE = "DLCORE_DATASETS"  # names a further folder
CARDS = (".yaml", ".yml")
_NAME = re.compile(r"[^\W_][\w-]{0,59}")  # letters of any script

Seen = tuple[tuple[str, int, int], ...]  # what tells one state of the folders from another


@dataclass(frozen=True)
class Problem:
    """A card, or a folder of cards, that nothing could be made of, and why."""

    place: str
    error: DlcoreError

    def __str__(self) -> str:
        """«rivers.yaml: columns, column 2, type: must be one of …», in the language of whoever reads it."""
        return f"{self.place}: {self.error}"


@dataclass(frozen=True)
class _Found:
    seen: Seen = ()
    tables: Mapping[str, type[CatalogTable]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


_lock = threading.Lock()
_found: _Found | None = None
_classes: dict[str, type[CatalogTable]] = {}  # by name; a card that is changed keeps its class, as experiments hold it


def tables() -> Mapping[str, type[CatalogTable]]:
    """The data sets of all cards that are right, by name: those that ship first."""
    return _current().tables


def problems() -> tuple[Problem, ...]:
    """What is wrong with the others."""
    return _current().problems


def folders() -> list[Path]:
    """Where cards may lie: what ships, and the folder that the environment names."""
    further = os.environ.get(VARIABLE)
    return [SHIPPED, *([Path(further).expanduser().absolute()] if further else [])]


def _current() -> _Found:
    """What is in the folders now: read anew only where a card was changed, or a file came or went."""
    global _found
    with _lock:
        seen = tuple(sorted(_states()))
        if _found is None or _found.seen != seen:
            _found = _look(seen)
        return _found


def _states() -> Iterator[tuple[str, int, int]]:
    for folder in map(str, folders()):
        try:
            yield folder, os.stat(folder).st_mtime_ns, 0
            with os.scandir(folder) as entries:
                for each in entries:
                    if each.name.lower().endswith(CARDS):
                        state = each.stat()
                        yield each.path, state.st_mtime_ns, state.st_size
        except OSError:  # said when it is read
            yield folder, 0, -1


def _cards(folder: Path) -> list[Path]:
    """The cards of a folder in the order of their names."""
    with os.scandir(folder) as entries:
        return sorted(Path(each.path) for each in entries if each.name.lower().endswith(CARDS))


def _look(seen: Seen) -> _Found:
    made: dict[str, type[CatalogTable]] = {}
    wrong: list[Problem] = []
    for folder in folders():
        try:
            cards = _cards(folder)
        except OSError as error:
            wrong.append(Problem(VARIABLE, _unreadable(folder, error)))
            continue
        for path in cards:
            try:
                entry = _entry(path, made)
                made[entry.name] = _table(entry)
            except DlcoreError as error:
                wrong.append(Problem(path.name, error))
    return _Found(seen, made, tuple(wrong))


def _entry(path: Path, others: Mapping[str, object]) -> Entry:
    """Raises DlcoreError with what is wrong with the card, its name, or the file beside it."""
    _check_name(path.stem, others)
    try:
        with path.open("rb") as file:
            raw = file.read(plain_yaml.MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from None
    card = parse(raw)
    return Entry(path, _file(path, card), card)


def _check_name(name: str, others: Mapping[str, object]) -> None:
    if not _NAME.fullmatch(name):
        raise DataError(
            Text(N_("a card is named after its data set, with at most {limit} letters, digits, - and _."), limit=60)
        )
    if name in others or name in DATASETS.registered:
        raise DataError(Text(N_("there is another data set called {name}; rename the card and its file."), name=name))


def _file(path: Path, card: Card) -> Path:
    """The data that a card is of: the file that it names, else the one that is called as the card is."""
    names = [path.stem + ending for ending in ENDINGS] if card.file is None else [card.file]
    named = [path.with_name(name) for name in names]
    found = next((each for each in named if each.is_file()), None)
    if found is None:
        raise DataError(Text(N_("there is no file {file} beside it."), file=" / ".join(each.name for each in named)))
    return found


def _unreadable(path: Path, error: OSError) -> DataError:
    return DataError(
        Text(N_("{file}: cannot be read ({reason})."), file=str(path), reason=error.strerror or str(error))
    )


def _table(entry: Entry) -> type[CatalogTable]:
    """The declaration of a card. There is one for each name, whatever becomes of the card."""
    declared = _classes.get(entry.name)
    if declared is None:
        body = {"__module__": CatalogTable.__module__, "REGISTRY": DATASETS, "name": entry.name}
        declared = types.new_class(
            f"CatalogTable[{entry.name}]", (CatalogTable,), exec_body=lambda space: space.update(body)
        )
        _classes[entry.name] = declared
    declared.entry = entry
    declared.title = entry.card.title
    declared.card = joined(entry.card.source, entry.card.licence)
    return declared
