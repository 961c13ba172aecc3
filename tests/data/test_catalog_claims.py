"""What the cards of `datasets/` claim is what stands in the files, counted by pandas, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from dlcore.data.uploads import Table
from dlcore.i18n import LANGUAGES
from dlcore.registry import DATASETS

FOLDER = Path(__file__).parents[2] / "datasets"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def rows(name: str) -> pd.DataFrame:
    """The file as pandas reads it, which takes the word None for a gap, too."""
    return pd.read_csv(FOLDER / f"{name}.csv")


def card(name: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))  # type: ignore[no-any-return]


def penguins() -> set[float]:
    frame = rows("penguins")
    species = frame.species.value_counts()
    measured = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
    (gaps,) = set(frame[measured].isna().sum())
    assert frame[measured].isna().all(axis=1).sum() == gaps == 2
    assert set(frame[frame.species == "Gentoo"].island) == {"Biscoe"}
    assert set(frame[frame.species == "Chinstrap"].island) == {"Dream"}
    assert species.idxmax() == "Adelie"
    return {len(frame), gaps, frame.sex.isna().sum(), *species, round(100 * species.max() / len(frame))}


def cars() -> set[float]:
    frame = rows("cars")
    years, cylinders = frame.year.value_counts(), frame.cylinders.value_counts()
    assert 1981 not in years
    others = years.drop(1982).max()
    for spelling in ("chevroelt", "maxda", "toyouta", "vokswagen"):
        assert frame.name.str.contains(spelling).any()
    return {
        len(frame), frame.year.min(), frame.year.max(), frame.horsepower.isna().sum(), frame.mpg.isna().sum(), 1981,
        1982, years[1982], others, frame.name.nunique(), 3, cylinders[3], 5, cylinders[5],
    }  # fmt: skip


def sunspots() -> set[float]:
    frame = rows("sunspots").set_index("month")
    numbers, gaps = frame.sunspots, frame.isna().sum()
    moved = {"month_before": 1, "year_before": 12, "eleven_years_before": 132}
    for name, by in moved.items():
        pd.testing.assert_series_equal(frame[name], numbers.shift(by), check_names=False)
        assert gaps[name] == by
    assert frame.index.is_monotonic_increasing
    before, filled, after = (numbers[f"1824-0{month}"] for month in (1, 2, 3))
    assert filled == pytest.approx((before + after) / 2, abs=0.051)  # a mean of one digit
    assert numbers.idxmax() == "1957-10"
    assert round(numbers.max() / numbers.mean()) == 5
    first, last = (map(int, moment.split("-")) for moment in (frame.index[0], frame.index[-1]))
    return {
        len(frame), *first, *last, *moved.values(), 1824, 2, filled, before, 0, 2008, 12, numbers.min(),
        (numbers == 0).sum(), numbers.max(), 1957, 10,
    }  # fmt: skip


def bird_strikes() -> set[float]:
    frame, as_written = rows("bird_strikes"), pd.read_csv(FOLDER / "bird_strikes.csv", keep_default_na=False)
    assert set(frame.state) == {"Texas", "South Carolina"}
    again = frame[frame.duplicated(keep=False)].groupby(list(frame), dropna=False).size().sort_values()
    often = dict(zip(again.index.names, again.index[-1], strict=True))
    assert (often["date"], often["aircraft"]) == ("1998-12-04", "C-17A")
    lowest = frame.sort_values("speed").head(2)
    assert list(lowest.phase) == ["Approach", "Taxi"]
    damage = as_written.damage.value_counts()
    assert damage["None"] == frame.damage.isna().sum()
    return {
        len(frame), int(frame.date.min()[:4]), int(frame.date.max()[:4]), frame.duplicated().sum(), 17, 4, 12, 1998,
        again.max(), frame.speed.isna().sum(), *lowest.speed, damage["None"], damage["C"], damage["B"], 0,
        (frame.cost == 0).sum(), frame.cost.max(), frame.cost.sum(), frame.species.str.startswith("Unknown").sum(),
    }  # fmt: skip


FACTS = {"penguins": penguins, "cars": cars, "sunspots": sunspots, "bird_strikes": bird_strikes}


def said(name: str, language: str) -> set[float]:
    """Every number that the card says of its data in a language."""
    written = card(name)
    texts = [written["title"], written["description"], *written["flaws"]]
    texts += [column["description"] for column in written["columns"].values()]
    found = re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", " ".join(each[language] for each in texts))
    return {float(each.replace(",", "")) for each in found}


def test_every_data_set_that_ships_has_its_claims_checked() -> None:
    assert sorted(FACTS) == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_says_no_number_that_is_not_in_its_file(name: str, language: str) -> None:
    spare = {60.0} if name == "cars" else set()  # miles an hour: what acceleration means
    assert said(name, language) - spare <= FACTS[name]()


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_the_same_numbers_in_all_languages(name: str) -> None:
    months = {1.0, 4.0, 6.0, 10.0, 12.0, 2.0}  # are words in English
    english, chinese = said(name, "en"), said(name, "zh_CN")
    assert english ^ chinese <= months
    assert len(english) > 5


@pytest.mark.parametrize("name", NAMES)
def test_a_card_names_every_column_in_its_order_with_its_type(name: str) -> None:
    frame, columns = rows(name), card(name)["columns"]
    assert list(columns) == list(frame)
    for column, about in columns.items():
        values = pd.to_datetime(frame[column]) if about["type"] == "date" else frame[column]
        number = pd.api.types.is_numeric_dtype(values)
        assert number == (about["type"] == "numeric"), column
        assert about["type"] != "date" or values.notna().all()
        assert set(about["description"]) == set(LANGUAGES)
        assert about["type"] != "numeric" or "unit" in about or column == "cylinders", column


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_of_a_file_is_what_pandas_reads(name: str) -> None:
    source: Any = DATASETS[name]()
    found, frame = source.description(), rows(name)
    assert isinstance(found, Table)
    assert found.rows == len(frame)
    for column in found.columns:
        values = frame[column.name]
        assert column.missing == values.isna().sum(), column.name
        if column.kind == "numeric":
            assert (column.low, column.high) == pytest.approx((values.min(), values.max()))
            assert column.mean == pytest.approx(values.mean())
        if column.kind == "categorical":
            assert dict(zip(column.values, column.counts, strict=True)) == values.value_counts().to_dict()


@pytest.mark.parametrize("name", NAMES)
def test_a_data_set_that_ships_is_small_and_has_source_and_licence_in_all_languages(name: str) -> None:
    assert (FOLDER / f"{name}.csv").stat().st_size <= 200_000
    written = card(name)
    for field in ("title", "description", "source"):
        assert set(written[field]) == set(LANGUAGES)
    assert "Taken from the package" in written["source"]["en"]
    assert written["licence"]
    assert all(set(each) == set(LANGUAGES) for each in written["flaws"])
