"""Pictures of data: each data set and starting point has one, which shows its data, in the colours of the page."""

from __future__ import annotations

import base64
import io
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from dlcore.data.base import About, Rows
from dlcore.data.catalog.image_benchmarks import Downloaded
from dlcore.declaration import Shape
from dlcore.experiment import DatasetChoice
from dlcore.figures import colours
from dlcore.figures.thumbnails import MODALITIES, draw, files, modality_of, placeholder, themed
from dlcore.figures.thumbnails.sample import Sample
from dlcore.presets import PRESETS
from dlcore.registry import DATASETS

MOST_BYTES = 10_000  # of one picture
MOST_BYTES_OF_ALL = 300_000
IMAGE = re.compile(r"data:image/\w+;base64,([\w+/=]+)")
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def needs_download(kind: str, name: str) -> bool:
    source = PRESETS[name].experiment.dataset.source if kind == "preset" else DATASETS[name]()
    return isinstance(source, Downloaded)


def pixels(svg: str) -> list[np.ndarray[Any, Any]]:
    """The images inside a picture."""
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(each))), float) for each in IMAGE.findall(svg)]


def strokes(svg: str) -> tuple[str, list[float]]:
    """All but the images: the text, and the numbers in it."""
    rest = IMAGE.sub("", svg)
    return NUMBER.sub("#", rest), [float(each) for each in NUMBER.findall(rest)]


def elements(svg: str, tag: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def dots_of(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"M(\S+) (\S+)h0", path)]


@pytest.mark.parametrize(("kind", "name"), files.wanted(), ids="-".join)
def test_the_picture_that_ships_is_what_the_tool_draws_now(kind: str, name: str) -> None:
    """Other versions of the codecs may write other bytes for the same picture: seen is what counts."""
    path = files.path_of(kind, name)
    if needs_download(kind, name):
        assert (kind, name) in files.shipped() or files.of_dataset(name)[0] == "placeholder"
        return
    assert path.is_file(), "run `python -m tools.thumbnails`"
    now, kept = files.drawn(kind, name), path.read_text("utf-8")
    assert now is not None
    for made, there in zip(pixels(now), pixels(kept), strict=True):
        assert made.shape == there.shape
        assert np.abs(made - there).mean() < 2
    (text_now, numbers_now), (text_kept, numbers_kept) = strokes(now), strokes(kept)
    assert text_now == text_kept
    assert numbers_now == pytest.approx(numbers_kept, abs=0.11)


@pytest.mark.parametrize("key", list(files.shipped()), ids="-".join)
def test_a_picture_is_small_well_formed_and_fetches_nothing(key: tuple[str, str]) -> None:
    svg = files.shipped()[key]
    ElementTree.fromstring(svg)
    assert len(svg) < MOST_BYTES
    for reference in re.findall(r'href="([^"]*)"|url\(([^)]*)\)', svg):
        assert next(filter(None, reference)).startswith(("data:image/", "#"))
    assert "<script" not in svg


def test_all_pictures_together_are_small() -> None:
    assert sum(map(len, files.shipped().values())) < MOST_BYTES_OF_ALL


def test_no_picture_is_left_of_what_is_gone() -> None:
    kept = {files.path_of(kind, name) for kind, name in files.wanted()}
    assert set(files.FOLDER.glob("*/*.svg")) <= kept


def test_starting_points_on_the_same_images_show_different_ones() -> None:
    on_shapes = [each.name for each in PRESETS.values() if each.experiment.dataset.source.name == "shapes"]  # type: ignore[attr-defined]
    shown = {files.shipped()["preset", name] for name in on_shapes}
    assert len(on_shapes) == len(shown) > 5


@pytest.mark.parametrize("name", list(MODALITIES))
def test_on_a_dark_page_nothing_keeps_the_colours_of_a_light_one(name: str) -> None:
    light = placeholder(name)
    dark = themed(light, "dark")
    assert themed(light, "light") == light
    for colour in ("#1b2330", *colours.HUES):
        assert colour in light
        assert colour not in dark
    assert re.sub("<style>.*</style>", "", dark) == re.sub("<style>.*</style>", "", light)


# What is drawn, held against the data


def test_every_point_of_a_small_plane_is_a_dot_in_the_colour_of_its_class() -> None:
    x = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)
    about = About("multiclass", Shape((2,)), 4, ("no", "yes"), ("a", "b"))
    svg = draw(Sample(about, Rows(x, np.array([0, 0, 0, 1]))))
    dots = {str(each.get("class")): dots_of(str(each.get("d"))) for each in elements(svg, "path")}
    assert {name: len(places) for name, places in dots.items()} == {"c0 l": 3, "c1 l": 1}
    (left, bottom), (right, top) = dots["c0 l"][0], dots["c1 l"][0]
    assert right > left, "x grows to the right"
    assert top < bottom, "and y upwards, where SVG counts downwards"
    assert right - left == pytest.approx(bottom - top, abs=0.2), "one scale for both axes"


def test_pixels_of_a_digit_are_ink_where_the_digit_has_it() -> None:
    source = DatasetChoice.parse({"name": "digits"}, "dataset").source
    sample = Sample.of(source)  # type: ignore[arg-type]
    (sheet,) = pixels(draw(sample))
    first = sample.rows.x[np.flatnonzero(sample.rows.y == 0)[0], 0]  # the first zero stands at the upper left
    shown = sheet[:8, :8]
    assert np.corrcoef(shown.ravel(), first.ravel())[0, 1] > 0.99


def test_a_picture_in_colours_keeps_them() -> None:
    red = np.zeros((6, 3, 16, 16), np.float32)
    red[:, 0] = 255
    about = About("multiclass", Shape((3, 16, 16)), 6, ("a", "b"))
    (sheet,) = pixels(draw(Sample(about, Rows(red, np.arange(6) % 2))))
    assert sheet[8, 8] == pytest.approx([254, 0, 0, 255], abs=6)


def table(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def test_a_table_with_gaps_shows_each_gap_and_each_category() -> None:
    frame = table(
        size=[1.0, 2.0, np.nan, 4.0],
        colour=["red", None, "blue", "red"],
        day=pd.to_datetime(["2020-01-01", None, "2020-01-03", "2020-01-04"]),
        whole=pd.array([1, 2, None, 4], dtype="Int64"),
        yes=[True, False, True, False],
    )
    about = About("multiclass", Shape((5,)), 4, ("a", "b"), tuple(frame.columns))
    svg = draw(Sample(about, Rows(frame, np.array([0, 0, 1, 1]))))
    drawn = [each.get("class") for each in elements(svg, "rect")]
    assert drawn.count("gap") == int(frame.isna().sum().sum()) == 4
    categories = [each for each in elements(svg, "rect") if each.get("opacity") == "0.6"]
    assert [each.get("class") for each in categories] == ["c1", "c0", "c1"], "blue and red, in the order of the rows"


def test_a_number_to_predict_is_a_bar_as_long_as_it_is_large() -> None:
    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    about = About("regression", Shape((3,)), 4)
    svg = draw(Sample(about, Rows(x, np.array([30.0, 10.0, 20.0, 40.0], np.float32))))
    widths = [float(each.get("width") or 0) for each in elements(svg, "rect") if each.get("class") == "c0"]
    assert widths == pytest.approx([0.5, 26 / 3, 52 / 3, 26], abs=0.1), "from the lowest to the highest"


def test_columns_of_one_value_and_tables_of_one_row_are_drawn() -> None:
    about = About("regression", Shape((2,)), 1)
    svg = draw(Sample(about, Rows(np.ones((1, 2), np.float32), np.ones(1, np.float32))))
    assert "nan" not in svg


def test_texts_of_people_stay_texts() -> None:
    words = ("", "<b>bold", "&amp", "fine")
    about = About("binary", Shape((2,), vocabulary=4), 2, ("no", "yes"), words=words)
    svg = draw(Sample(about, Rows(np.array([[1, 3], [2, 0]]), np.array([0.0, 1.0], np.float32))))
    assert [each.text for each in elements(svg, "text")] == ["<b>bold fine", "&amp"]


@pytest.mark.parametrize(
    ("about", "modality"),
    [
        (About("multiclass", Shape((1, 8, 8)), 9, ("a", "b")), "images"),
        (About("multiclass", Shape((3, 4, 8, 8)), 9, ("a", "b")), "video"),
        (About("multiclass", Shape((1, 64)), 9, ("a", "b")), "signals"),
        (About("binary", Shape((2,)), 9, ("no", "yes"), ("x", "y")), "plane"),
        (About("regression", Shape((2,)), 9, (), ("x", "y")), "table"),
        (About("multilabel", Shape((7,)), 9, ("a", "b")), "table"),
        (About("next-token", Shape((8,), vocabulary=9), 9), "text"),
        (About("regression", Shape((2,), vocabulary=9), 9, (), ("who", "what")), "ratings"),
    ],
)
def test_data_without_a_picture_are_shown_by_their_kind(about: About, modality: str) -> None:
    assert modality_of(about) == modality
    assert len(elements(placeholder(modality), "svg")) == 1


def test_a_new_data_set_has_a_placeholder_until_the_tool_has_drawn_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "shipped", dict)
    assert files.of_dataset("iris") == ("placeholder", "table")
    assert files.of_preset(PRESETS["waves"]) == ("placeholder", "signals")
