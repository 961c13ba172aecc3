"""The page Data with pictures or arrays on it: what was left out is said, and what may be asked is chosen."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import ME
from dlcore.data.uploads import upload_access
from dlcore.experiment import Experiment, PredefinedSplit, Split
from dlcore.runs import Runs
from pages.components.shared import draft, keys
from pages.components.shared.uploading import Kept, named
from tests.data.test_own_archives import npz, picture, zipped
from tests.pages.test_data import opened, said
from tests.pages.test_division import divide, experiment, offered
from tests.pages.test_division import opened as studio

CASES = Path(__file__).parents[1] / "cases"
EVIL = "<img src=x onerror=alert(1)> **b** $x$"


def read(page: AppTest) -> str:
    """What a page says, as it is read: without the marks that keep Markdown from taking it for its own."""
    return said(page).replace("\\", "")


def test_what_was_left_out_of_a_zip_of_pictures_is_said_where_it_is_opened(store: Runs) -> None:
    good = {f"train/{name}/{n}.png": picture((n, 9, 9)) for name in ("cats", "dogs") for n in range(15)}
    test = {f"test/{name}/{n}.png": picture((n, 9, 9)) for name in ("cats", "dogs") for n in range(5)}
    strays = {"README.txt": b"", f"{EVIL}.txt": b"", "train/cats/torn.jpg": picture(format="JPEG")[:300]}
    upload = store.upload(named("pets.zip", zipped(good | test | strays)), ME)
    page = opened(upload.dataset)
    shown = read(page)
    assert not page.error
    assert "40 images in 2 classes" in shown
    assert "No pictures, and left aside (2): README.txt" in shown
    assert "1 of 41 pictures cannot be read and were left out: train/cats/torn.jpg" in shown
    assert "30 pictures teach, 0 judge, and 10 are the test part" in shown
    assert EVIL not in said(page)
    page.button(key="to_studio").click().run()
    assert not page.exception
    assert experiment(page).dataset.split == PredefinedSplit()


@pytest.mark.parametrize("kind", ["pictures", "arrays"])
def test_what_was_taken_for_parts_is_made_one_data_set_or_parts_again(store: Runs, kind: str) -> None:
    parts = [(f"{part}/{name}/{n}.png", picture((n, 9, 9))) for part in ("train", "test") for name in ("cats", "dogs")
             for n in range(10)]  # fmt: skip
    y = np.arange(40) % 2
    content = zipped(dict(parts)) if kind == "pictures" else npz(x_train=np.eye(40)[:20], y_train=y[:20],
                                                                 x_test=np.eye(40)[20:], y_test=y[20:])  # fmt: skip
    name = "pets.zip" if kind == "pictures" else "pets.npz"
    upload = store.upload(named(name, content), ME)
    for wanted, sizes in (("together", ()), ("apart", (20, 0, 20))):
        page = opened(upload.dataset)
        page.session_state[keys.DATA_SENT] = (upload.id, Kept(name, io.BytesIO(content)))
        page.run()
        field = page.selectbox(key=f"read.{upload.id}.parts")
        assert field.value == ("apart" if wanted == "together" else "together")
        assert len(field.options) == (3 if kind == "pictures" else 2)
        field.select(wanted).run()
        page.button(key=f"read.{upload.id}.go").click().run()
        assert not page.exception
        assert not page.error
        (upload,) = store.uploads(ME)
        assert upload.description.parts == sizes  # type: ignore[union-attr]


def test_whole_numbers_are_read_as_classes_at_a_choice(store: Runs) -> None:
    x = np.random.default_rng(0).integers(0, 255, (400, 4, 4)).astype("uint8")
    upload = store.upload(named("ages.npz", npz(x=x, y=20 + 2 * (np.arange(400) % 40))), ME)
    page = opened(upload.dataset)
    assert not page.error
    assert "40 different whole numbers, 20 to 98: they are read as amounts" in read(page)
    choice = page.selectbox(key=f"choose.{upload.dataset}.task")
    assert len(choice.options) == 3
    choice.select("multiclass").run()
    assert not page.exception
    assert not page.error
    assert store.preference(ME, upload.dataset)["task"] == "multiclass"
    page.button(key="to_studio").click().run()
    assert experiment(page).dataset.source.task == "multiclass"  # type: ignore[attr-defined]


def test_arrays_that_came_divided_open_divided_and_may_be_divided_anew(store: Runs) -> None:
    upload = store.upload(CASES / "keras_layout.npz", ME)
    page = opened(upload.dataset)
    assert not page.error
    assert "30 examples teach, 0 judge, and 10 are the test part" in read(page)
    page.button(key="to_studio").click().run()
    assert not page.exception
    assert experiment(page).dataset.split == PredefinedSplit()
    page = studio(store)
    assert "As the data came, with a test part of its own" in offered(page)
    assert divide(page, "holdout") == Split()
    assert divide(page, "predefined") == PredefinedSplit()
    assert not page.button(key=keys.TRAIN).disabled


def test_the_parts_of_one_data_set_are_not_asked_of_another(store: Runs) -> None:
    upload = store.upload(CASES / "keras_layout.npz", ME)
    page = studio(store)
    begun: Any = draft.draft_of(experiment(page))
    assert "As the data came, with a test part of its own" not in offered(page)
    with upload_access.using(store.upload_access(ME)):
        divided = draft.with_dataset(begun, upload.dataset)
        assert Experiment.from_dict(divided["experiment"]).dataset.split == PredefinedSplit()
        back = draft.with_dataset(divided, "iris")
    assert Experiment.from_dict(back["experiment"]).dataset.split == Split()
