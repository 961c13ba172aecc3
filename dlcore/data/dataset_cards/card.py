"""The card of a data set: what a YAML file beside the data may say, and what each of it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, field_validator, model_validator

from dlcore.data.cleaning.names import Names, listed
from dlcore.data.column import ColumnKind
from dlcore.data.dataset_cards.texts import Words, localized
from dlcore.data.uploads.description import ColumnReading, Reading
from dlcore.declaration import Declaration, setting, shown
from dlcore.errors import ExperimentError
from dlcore.experiment import plain_yaml
from dlcore.experiment.splits import parse_split
from dlcore.i18n import N_, LocalizedText, Text

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet")  # of data that a card can be written for: tables
MOST_FLAWS = 50


class CardColumn(Declaration):
    """What a card says of one column."""

    type: ColumnKind | None = None  # how its cells are read; as they look where it is left out
    unit: Words | None = None
    description: Words | None = None


class CardReading(Declaration):
    """How the file is read, where looking at it does not tell."""

    delimiter: Literal[",", ";", "\t", "|"] | None = None
    encoding: Literal["utf-8", "utf-8-sig", "utf-16", "gbk", "big5", "shift_jis", "cp1252", "latin-1"] | None = None
    decimal: Literal[".", ","] | None = None
    thousands: Literal["", ",", ".", " ", "'"] | None = None
    header: int | None = setting(None, ge=0, le=2, help="")  # how many rows name the columns
    skip: int | None = setting(None, ge=0, le=1_000, help="")  # rows above the names
    sheet: str | None = None  # of a workbook
    missing: tuple[str, ...] = ()  # cells that say that there is nothing, besides the usual ones

    @field_validator("missing", mode="before")
    @classmethod
    def _as_texts(cls, given: Any) -> Any:
        return tuple(given) if isinstance(given, list) else given


class Card(Declaration):
    """Everything that is said of a data set. Only title, description, source and licence must be there."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    title: Words
    description: Words  # one sentence: what a row is, and what is asked
    source: Words  # who measured it, when, where it was published, what it was taken from
    licence: Words
    file: str | None = None  # beside the card; as the card is called where it is left out
    columns: Mapping[str, CardColumn] = {}
    target: Names | None = None  # what is predicted where nobody chooses; the last column that fits without it
    task: Literal["binary", "multiclass", "multilabel", "regression"] | None = None  # with this target
    inputs: Names | None = None  # what it is predicted from where nobody chooses; all numbers and categories without it
    split: Mapping[str, Any] | None = None  # how rows are divided where nobody says how
    flaws: tuple[LocalizedText, ...] = ()  # what is wrong with the data, a sentence each
    reading: CardReading = CardReading()

    @field_validator("columns", mode="before")
    @classmethod
    def _as_columns(cls, given: Any) -> Any:
        given = _mapping(given, "columns", "{length: {type: numeric, unit: mm}}")
        return {str(name): _column(str(name), each) for name, each in given.items()}

    @field_validator("flaws", mode="before")
    @classmethod
    def _as_sentences(cls, given: Any) -> Any:
        return tuple(localized(each, f"flaws.{n}") for n, each in enumerate(_list(given, "flaws", MOST_FLAWS)))

    @field_validator("reading", mode="before")
    @classmethod
    def _as_reading(cls, given: Any) -> Any:
        return CardReading.parse(_mapping(given, "reading", "{delimiter: ';', decimal: ','}"), "reading")

    @field_validator("split", mode="before")
    @classmethod
    def _as_split(cls, given: Any) -> Any:
        if given is not None:
            parse_split(_mapping(given, "split", "{method: time, column: day}"))
        return given

    @field_validator("file", mode="after")
    @classmethod
    def _beside_the_card(cls, given: str | None) -> str | None:
        if given is not None and (Path(given).name != given or not given.lower().endswith(ENDINGS)):
            raise ExperimentError(
                Text(N_("must be the name of a file beside the card, which ends in one of {endings}, but {received} "
                        "came"), endings=", ".join(ENDINGS), received=shown(given)), "file"
            )  # fmt: skip
        return given

    @model_validator(mode="after")
    def _no_input_is_the_target(self) -> Card:
        if overlap := set(self.inputs_named) & set(self.targets_named):
            raise ExperimentError(
                Text(N_("{column} is the target: it cannot be an input, too"), column=sorted(overlap)[0]), "inputs"
            )
        return self

    @property
    def targets_named(self) -> tuple[str, ...]:
        """The columns to predict, as the card has them; none where it leaves that open."""
        return listed(self.target) or ()

    @property
    def inputs_named(self) -> tuple[str, ...]:
        """The columns to predict from, as the card has them; none where it leaves that open."""
        return listed(self.inputs) or ()

    def names(self) -> list[tuple[str, str]]:
        """(field, name) of every column that the card speaks of: to be held against the file."""
        named = [("columns", name) for name in self.columns]
        named += [("target", name) for name in self.targets_named] + [("inputs", name) for name in self.inputs_named]
        by = (self.split or {}).get("column")
        return [*named, *([] if by is None else [("split.column", by)])]

    def as_reading(self) -> Reading:
        """How the file is to be read, as far as the card says."""
        told = self.reading.model_dump()
        return Reading(
            **told, columns={name: ColumnReading(kind=each.type) for name, each in self.columns.items() if each.type}
        )


def parse(raw: bytes) -> Card:
    """The card in a file: plain YAML within the limits of `plain_yaml`. Raises ExperimentError that names the field."""
    return Card.parse(_mapping(plain_yaml.read(raw), "", "{title: …, description: …, source: …, licence: …}"))


def _column(name: str, given: Any) -> CardColumn:
    field = f"columns.{repr(name) if name.isdigit() else name}"  # a number would be taken for a place in a list
    return CardColumn.parse(_mapping(given, field, "{type: numeric, unit: mm}"), field)


def _mapping(given: Any, field: str, example: str) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    raise ExperimentError(
        Text(N_("must be names with values, as in {example}, but {received} came"),
             example=example, received=shown(given)), field
    )  # fmt: skip


def _list(given: Any, field: str, most: int) -> Sequence[Any]:
    if isinstance(given, list | tuple) and len(given) <= most:
        return given
    raise ExperimentError(
        Text(N_("must be a list of at most {most} entries, but {received} came"), most=most, received=shown(given)),
        field,
    )
