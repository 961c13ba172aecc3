"""What a network is given after a recipe, known without reading a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dlcore.data.cleaning.steps import CATEGORIES, Encode, FillMissing, SelectKBest, is_code

if TYPE_CHECKING:
    from dlcore.data.cleaning.steps import Step
    from dlcore.data.column import Column


def transform_column(column: Column, recipe: Iterable[Step]) -> Column:
    """The column as the recipe takes it: whole numbers as names where a step says so."""
    encoded = is_code(column) and any(isinstance(step, Encode) and step.applies(column) for step in recipe)
    return replace(column, kind="categorical") if encoded else column


def check(recipe: Sequence[Step], columns: Sequence[Column], task: str) -> None:
    """Raises ExperimentError that names the step by its place where it cannot be carried out."""
    count = sum(1 for _ in _encoded(columns, recipe))
    for number, step in enumerate(recipe):
        step.check(columns, count, task, f"dataset.recipe.{number}")
        count = step.k if isinstance(step, SelectKBest) else count


def names(columns: Iterable[Column], recipe: Sequence[Step] = ()) -> tuple[int, tuple[str, ...]]:
    """(how many numbers an example has, their names in order); no names where which they are must be learned."""
    encoded = tuple(_encoded(columns, recipe))
    selected = [step.k for step in recipe if isinstance(step, SelectKBest)]
    return (min(selected), ()) if selected else (len(encoded), encoded)


def _encoded(columns: Iterable[Column], recipe: Sequence[Step]) -> Iterator[str]:
    for column in columns:
        if column.kind == "categorical" and not is_ordinal(column, recipe):
            yield from (f"{column.name}: {value}" for value in categories_of(column, recipe))
        else:
            yield column.name


def is_ordinal(column: Column, recipe: Iterable[Step]) -> bool:
    """Whether a column of names becomes one number; the last step that speaks of it decides."""
    said = [step.to for step in recipe if isinstance(step, Encode) and step.applies(column)]
    return bool(said) and said[-1] == "ordinal"


def categories_of(column: Column, recipe: Iterable[Step] = ()) -> list[str]:
    """The names that are told apart: all, or the most frequent hundred, in order; and those put into gaps."""
    known = list(column.values)
    if len(known) > CATEGORIES:
        frequent = sorted(zip(column.counts, column.values, strict=True), key=lambda each: -each[0])[:CATEGORIES]
        most = {value for _, value in frequent}
        known = [value for value in column.values if value in most]
    filled = [
        step.value
        for step in recipe
        if isinstance(step, FillMissing) and step.strategy == "constant" and column.missing and step.applies(column)
    ]
    return known + [value for value in dict.fromkeys(filled) if value not in known]
