"""The main job from end to end, as a person does it: build, train, watch, stop, compare, take the weights away.

The last step is the proof: the downloaded file, loaded into a network written by hand in plain torch, scores on
data that scikit-learn divided and scaled exactly what the app said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from playwright.sync_api import Locator, Page
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

from tests.browser.conversation import settled
from tests.browser.expecting import PATIENCE_MS, expect
from tests.browser.grid import tick_row

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = 3_000  # epochs: more than anybody waits for, so that there is something to stop
SEED, TEST, VALIDATION = 1, 0.2, 0.1  # of the starting point


def test_build_train_watch_stop_compare_and_take_the_weights_away(visitor: Callable[..., Page], tmp_path: Path) -> None:
    page = visitor()
    build(page)
    shown = train_and_stop(page)
    compare_twins(page)
    paths = download_weights(page, tmp_path)
    for path in paths:
        assert accuracy_in_plain_torch(path) == pytest.approx(shown, abs=5e-4), path.name


def build(page: Page) -> None:
    """From the starting point: a narrower first layer, and dropout behind its activation."""
    rows = page.locator(".row")
    rows.nth(1).locator(".pick").click()
    type_number(page, "out_features", 48)
    expect(rows.nth(1).locator(".shapes")).to_have_text("64 → 48")
    rows.nth(2).locator(".pick").click()
    page.get_by_role("button", name="+ Add layer").click()
    page.get_by_label("Search layers").fill("dropout")
    page.keyboard.press("Enter")
    expect(rows.nth(3).locator(".shapes")).to_have_text("48 → 48")
    type_number(page, "p", 0.2)
    expect(rows.nth(3).locator(".main")).to_have_text("p 0.2")
    type_number(page, "Epochs", LONG)


def type_number(page: Page, name: str, value: float) -> None:
    field = page.get_by_role("spinbutton", name=name, exact=True)
    field.fill(str(value))
    field.press("Enter")
    expect(field).to_have_value(str(value))
    settled(page)


def train(page: Page) -> Locator:
    return page.get_by_role("button", name="Train Shortcut")


def train_and_stop(page: Page) -> float:
    """Train, watch the curve grow, stop. -> the validation accuracy of the best epoch, as the page shows it."""
    train(page).click()
    pill = page.locator(".live-pill")
    expect(pill).to_have_attribute("data-state", "running")
    first = until_epochs(page, 2)
    until_epochs(page, first + 5)
    page.get_by_role("button", name="Stop").click()
    expect(pill).to_have_attribute("data-state", "stopped")
    tile = page.locator(".live-tile", has_text="Validation accuracy")
    found = re.search(r"best epoch \d+: (\d+\.\d+)\s*%", tile.inner_text())
    assert found is not None, tile.inner_text()
    return float(found[1]) / 100


def until_epochs(page: Page, more_than: int) -> int:
    """How many epochs the validation line of the first chart has, once they are more than this."""
    count = page.wait_for_function(
        """(least) => {
            const data = document.querySelector('.live-picture')?.data ?? [];
            const line = data.find(({ meta }) => meta.series === 'validation');
            return line?.x?.length > least ? line.x.length : null;
        }""",
        arg=more_than,
    )
    return int(count.json_value())


def compare_twins(page: Page) -> None:
    """Train the draft with and without dropout: two runs, one difference, both on the same axes."""
    type_number(page, "Epochs", 3)
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("button", name="Train both").click()
    twins = page.locator(".live-comparison tbody tr")
    expect(twins).to_contain_text(["Finished  ·  3 / 3", "Finished  ·  3 / 3"], timeout=3 * PATIENCE_MS)
    expect(page.get_by_role("heading", name="What differs")).to_be_visible()
    expect(page.get_by_test_id("stTableStyledTable").get_by_text("Dropout(p=0.2)")).to_be_visible()
    page.wait_for_function(  # epoch 0 and three more of each twin; the picture is drawn anew once both have ended
        """() => {
            const data = document.querySelector('.live-picture')?.data ?? [];
            const lines = data.filter(({ meta }) => meta.series === 'validation').map(({ y }) => y.length);
            return lines.length === 2 && lines.every((length) => length === 4);
        }"""
    )


def download_weights(page: Page, folder: Path) -> list[Path]:
    """The best epoch of the stopped run, in both formats."""
    page.get_by_role("link", name="Runs", exact=True).click()
    tick_row(page, 2)  # the newest first: the twins, then the run that was stopped
    saved = []
    for ending in (".safetensors", ".pt"):
        link = page.get_by_role("link", name=ending, exact=True).first
        with page.expect_download() as download:
            link.click()
        name = download.value.suggested_filename
        assert re.fullmatch(rf"digits-\d+_best-epoch-\d+_accuracy-[01]\.\d\d\d\{ending}", name)
        saved.append(folder / name)
        download.value.save_as(saved[-1])
    return saved


def accuracy_in_plain_torch(path: Path) -> float:
    """What the weights score on the validation part; nothing of the app is used."""
    weights = torch.load(path, weights_only=True) if path.suffix == ".pt" else safetensors.torch.load_file(path)
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(64, 48), nn.ReLU(), nn.Dropout(0.2), nn.Linear(48, 64), nn.ReLU(), nn.Linear(64, 10)
    )
    network.load_state_dict(weights, strict=True)
    x, y = load_digits(return_X_y=True)
    rest, _ = train_test_split(np.arange(len(y)), test_size=TEST, random_state=SEED, stratify=y)
    train_rows, validation = train_test_split(
        rest, test_size=VALIDATION / (1 - TEST), random_state=SEED, stratify=y[rest]
    )
    scaled = StandardScaler().fit(x[train_rows]).transform(x[validation])
    network.eval()
    with torch.no_grad():
        predicted = network(torch.tensor(scaled, dtype=torch.float32)).argmax(1).numpy()
    return float((predicted == y[validation]).mean())
