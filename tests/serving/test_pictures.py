"""Pictures as a browser gets them: kept for ever, in the colours of the page, and nothing else by this address."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dlcore.figures import colours
from dlcore.figures.thumbnails import files
from dlcore.presets import PRESETS
from dlcore.registry import DATASETS
from dlcore.serving import thumbnails


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=thumbnails.routes))


def test_every_data_set_and_starting_point_has_an_address_that_answers(client: TestClient) -> None:
    pictures = [files.of_dataset(name) for name in DATASETS] + [files.of_preset(each) for each in PRESETS.values()]
    for kind, name in pictures:
        answer = client.get(thumbnails.address(kind, name, "light"))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_dark_page_gets_other_colours(client: TestClient) -> None:
    light, dark = (client.get(thumbnails.address("dataset", "iris", theme)).text for theme in ("light", "dark"))
    assert colours.hue(0) in light
    assert colours.DARK[colours.hue(0)] in dark
    assert light != dark


def test_a_page_that_does_not_say_its_theme_gets_the_light_one() -> None:
    light = thumbnails.address("dataset", "iris", "light")
    assert thumbnails.address("dataset", "iris", None) == thumbnails.address("dataset", "iris", "sepia") == light


@pytest.mark.parametrize(
    "path", ["dataset/none.light.svg", "dataset/iris.sepia.svg", "dataset/..%2F..%2Fapp.light.svg"]
)
def test_what_is_no_picture_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(f"/thumbnails/{path}").status_code == 404


def test_an_address_without_the_mark_is_asked_for_again(client: TestClient) -> None:
    assert client.get("/thumbnails/dataset/iris.light.svg").headers["cache-control"] == "no-cache"
