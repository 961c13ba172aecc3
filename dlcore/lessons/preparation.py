"""Tables made ready for a model by scikit-learn, step by step; and what a model scores where something leaked."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.compose import make_column_transformer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler

FOLDER = Path(__file__).parents[2] / "datasets"
SPLITS = 10  # whose scores are averaged: 8 : 2, drawn anew
LEAK_SPLITS = 20
SHOWN = 6  # rows
CHANCE = (80, 2000, 10)  # rows, columns of pure chance, and how many of them are chosen
GAPS, NAMES, SCALES = ("drop", "median"), ("none", "ordinal", "onehot"), ("none", "minmax", "standard")


@dataclass(frozen=True)
class Table:
    """A table of `datasets`: which of its columns are numbers, which are names, and what is to be predicted."""

    name: str
    target: str
    numbers: tuple[str, ...]
    names: tuple[str, ...]
    across: str  # columns that are drawn
    up: str

    @property
    def model(self) -> Any:
        """The five nearest training rows decide; far and near are what the numbers as prepared say."""
        return KNeighborsClassifier() if self.target == "species" else KNeighborsRegressor()


TABLES = {
    "penguins": Table("penguins", "species", ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"),
                      ("island", "sex"), "bill_length_mm", "body_mass_g"),
    "cars": Table("cars", "mpg", ("cylinders", "displacement", "horsepower", "weight", "acceleration", "year"),
                  ("origin",), "acceleration", "weight"),
}  # fmt: skip


@dataclass(frozen=True)
class Steps:
    """What is done with gaps, names and scales: a word of `GAPS`, `NAMES` and `SCALES`."""

    gaps: str
    names: str
    scale: str


@functools.cache
def rows(name: str) -> pd.DataFrame:
    """All rows whose target is known; nobody changes it."""
    return pd.read_csv(FOLDER / f"{name}.csv").dropna(subset=TABLES[name].target)


def used(name: str, gaps: str) -> pd.DataFrame:
    """The rows that stay: all, or those without a gap."""
    table = TABLES[name]
    found = rows(name)
    return found.dropna(subset=[*table.numbers, *table.names]) if gaps == "drop" else found


def columns(table: Table, steps: Steps) -> Any:
    """scikit-learn's transformer from a table to numbers: gaps filled, scaled, names encoded."""
    return _transformer(steps, list(table.numbers), list(table.names))


def _transformer(steps: Steps, numbers: Sequence[Any], names: Sequence[Any]) -> Any:
    """The same, for columns that are called, or counted, so."""
    scaler = {"none": "passthrough", "minmax": MinMaxScaler(), "standard": StandardScaler()}[steps.scale]
    scaled = (make_pipeline(SimpleImputer(strategy="median"), scaler), numbers)
    if steps.names == "none":
        return make_column_transformer(scaled)
    encoder: Any = OneHotEncoder(handle_unknown="ignore")
    if steps.names == "ordinal":
        encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return make_column_transformer(scaled, (make_pipeline(SimpleImputer(strategy="most_frequent"), encoder), names))


@functools.cache
def shown_rows(name: str, steps: Steps) -> tuple[pd.DataFrame, Any, list[str]]:
    """A few training rows, gaps first: as they came, as the model sees them (n, inputs), and what inputs are called.

    Nobody changes them.
    """
    table, (train, _validation) = TABLES[name], training_part(name, steps)
    cells = train[[*table.numbers, *table.names]]
    few = cells.loc[cells.isna().any(axis=1).sort_values(ascending=False, kind="stable").index[:SHOWN]]
    made = columns(table, steps).fit(train)
    dense = np.asarray(pd.DataFrame(made.transform(few)), dtype=float)
    return few, dense, [each.partition("__")[2] for each in made.get_feature_names_out()]


def farness(table: Table, train: pd.DataFrame) -> pd.Series:
    """Of each training row (N,), how many standard deviations its farthest number lies from that column's mean.

    A row without any number is not far.
    """
    numbers = train[list(table.numbers)]
    return ((numbers - numbers.mean()) / numbers.std(ddof=0)).abs().max(axis=1).fillna(0)


def training_part(name: str, steps: Steps, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The training and the validation rows of a split, 8 : 2; nobody changes them."""
    return _divided(name, steps.gaps, seed)


@functools.cache
def _divided(name: str, gaps: str, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    train, validation = train_test_split(used(name, gaps), test_size=0.2, random_state=seed)
    return train, validation


@dataclass(frozen=True)
class _Part:
    """Rows of a split. x: (N, columns), numbers and then names, each name by its place in the alphabet; y: (N,)."""

    x: Any
    y: Any


@functools.cache
def _splits(name: str, gaps: str) -> list[tuple[_Part, _Part, Any]]:
    """(training rows, validation rows, how far out each training row lies (N,)) of every split; nobody changes them."""
    table, parts = TABLES[name], []
    for seed in range(SPLITS):
        train, validation = training_part(name, Steps(gaps, "none", "none"), seed)
        parts.append((_part(table, train), _part(table, validation), farness(table, train).to_numpy()))
    return parts


def _part(table: Table, found: pd.DataFrame) -> _Part:
    """Columns of one type: scikit-learn takes half the time for them that it takes for a table."""
    every = rows(table.name)
    coded = [pd.Categorical(found[each], sorted(every[each].dropna().unique())).codes for each in table.names]
    names = [np.where(codes < 0, np.nan, codes) for codes in coded]  # a gap is a gap
    return _Part(np.column_stack([found[list(table.numbers)].to_numpy(float), *names]), found[table.target].to_numpy())


@functools.lru_cache(maxsize=256)
def prepared(name: str, steps: Steps, limit: float) -> tuple[int, float]:
    """(inputs, score) of a table: how many numbers a row becomes, and the mean accuracy or R² over the splits.

    Training rows that lie farther out than `limit` standard deviations do not teach; all validation rows judge.
    """
    table, scores, inputs = TABLES[name], [], 0
    width = len(table.numbers)
    numbers, names = list(range(width)), list(range(width, width + len(table.names)))
    with config_context(skip_parameter_validation=True, assume_finite=True):  # ours, ten times for every touch
        for train, validation, far in _splits(name, steps.gaps):
            near = far <= limit
            made = make_pipeline(_transformer(steps, numbers, names), table.model).fit(train.x[near], train.y[near])
            scores.append(made.score(validation.x, validation.y))
            inputs = made[-1].n_features_in_
    return inputs, float(np.mean(scores))


def _split(x: Any, y: Any, seed: int) -> tuple[Any, Any, Any, Any]:
    return tuple(train_test_split(x, y, test_size=0.2, random_state=seed))


def _scaler() -> tuple[list[float], list[float]]:
    """Cars: a scaler that saw the training rows, and one that saw all rows."""
    table = TABLES["cars"]
    x, y = rows("cars")[list(table.numbers)].fillna(100), rows("cars")[table.target]
    honest: list[float] = []
    leaky: list[float] = []
    for seed in range(LEAK_SPLITS):
        a, b, c, d = _split(x, y, seed)
        for scores, seen in ((honest, a), (leaky, x)):
            scaler = StandardScaler().fit(seen)
            scores.append(KNeighborsRegressor().fit(scaler.transform(a), c).score(scaler.transform(b), d))
    return honest, leaky


def _copies() -> tuple[list[float], list[float]]:
    """In which year a penguin was measured, by its nearest one: every third row stands twice, or was taken out again.

    Three years that nothing in the measurements tells apart: who is right more often than a third has seen the answer.
    """
    table = TABLES["penguins"]
    data = rows("penguins").dropna()
    doubled = pd.concat([data, data[::3]])
    honest: list[float] = []
    leaky: list[float] = []
    for seed in range(LEAK_SPLITS):
        for scores, found in ((honest, doubled.drop_duplicates()), (leaky, doubled)):
            a, b, c, d = _split(found[list(table.numbers)], found["year"], seed)
            scores.append(KNeighborsClassifier(1).fit(a, c).score(b, d))
    return honest, leaky


def _selection() -> tuple[list[float], list[float]]:
    """Columns of pure chance and the penguins' sex: the best ten chosen on the training rows, or on all rows."""
    count, width, best = CHANCE
    y = rows("penguins").dropna()["sex"].to_numpy()[:count]
    x = np.random.default_rng(0).normal(size=(count, width))
    honest: list[float] = []
    leaky: list[float] = []
    for seed in range(LEAK_SPLITS):
        a, b, c, d = _split(x, y, seed)
        for scores, seen in ((honest, (a, c)), (leaky, (x, y))):
            chosen = SelectKBest(k=best).fit(*seen)
            scores.append(KNeighborsClassifier().fit(chosen.transform(a), c).score(chosen.transform(b), d))
    return honest, leaky


LEAKS: Mapping[str, Callable[[], tuple[list[float], list[float]]]] = {
    "scaler": _scaler,
    "copies": _copies,
    "selection": _selection,
}


@functools.cache
def leak(kind: str) -> tuple[list[float], list[float]]:
    """Scores of `LEAK_SPLITS` splits: honest ones, and those where something of the validation part leaked."""
    return LEAKS[kind]()
