"""Looking through the layers in a real browser: what is shown is what a fresh network computes, at the epoch shown."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from playwright.sync_api import Locator, Page, Response
from sklearn.decomposition import PCA

import dlcore
from dlcore.access import OPERATOR, student
from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.probes import arrays
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.expecting import expect
from tests.browser.test_live import owner_of
from tests.runs.living import until_state

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
EPOCHS = 6
ZERO = (244, 246, 249)  # the colour of a 0 on a light page
CNN = Experiment.from_dict(
    {
        "dataset": {"name": "digits"},
        "network": [
            {"layer": "Conv2d", "out_channels": 4},
            {"layer": "ReLU"},
            {"layer": "Flatten"},
            {"layer": "Linear", "out_features": 12},
            {"layer": "Output"},
        ],
        "training": {"optimizer": {"name": "Adam", "lr": 0.01}, "batch_size": 64, "epochs": EPOCHS},
    }
)


@pytest.fixture(scope="module")
def runs(served: Served) -> Iterator[Runs]:
    """The runs that the served app keeps."""
    with Runs(Settings(home=served.home)) as found:
        yield found


@pytest.fixture
def watched(visitor: Visit, served: Served, runs: Runs) -> tuple[Page, str]:
    """A page on which a finished run is looked through, and that run."""
    page = visitor()
    page.locator(".row").first.wait_for()
    run_id = runs.submit(CNN, student(owner_of(page)), name="a film")
    until_state(runs, run_id, "finished")
    page.goto(f"{served.address}/?run={run_id}")
    page.get_by_role("tab", name="Through the layers").click()
    return page, run_id


def answer_of(page: Page, name: str, act: Callable[[], Any]) -> dict[str, Any]:
    """The arrays that an analysis answers to what is done."""

    def is_it(response: Response) -> bool:
        return f"/{name}?" in response.url

    with page.expect_response(is_it) as found:
        act()
    return arrays.read(gzip.compress(found.value.body()))  # the browser has undone the compression


def model_of(runs: Runs, run_id: str, epoch: int) -> torch.nn.Sequential:
    """A fresh network with the weights that were kept of an epoch."""
    model = dlcore.build(CNN)
    model.load_state_dict(safetensors.torch.load(runs.recorded_weights(run_id, epoch, OPERATOR)))
    return model.eval()


def seek(page: Page, panel: Locator, key: str, epoch: int) -> None:
    page.locator(".live-slider").press(key)
    expect(panel).to_have_attribute("data-epoch", str(epoch))


def pixel(canvas: Locator, x: int, y: int) -> list[int]:
    found: list[int] = canvas.evaluate(
        "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3)", [x, y]
    )
    return found


def test_the_hidden_space_is_scikit_learns_and_moves_with_the_slider(watched: tuple[Page, str], runs: Runs) -> None:
    page, run_id = watched
    seen = answer_of(page, "hidden_space", lambda: page.get_by_role("button", name="Hidden space").click())
    panel = page.locator(".live-panel:has(.live-space)")
    expect(panel).to_have_attribute("data-epoch", str(EPOCHS))
    x = dlcore.load(CNN).validation.x[seen["places"].tolist()]
    with torch.no_grad():
        made = {epoch: model_of(runs, run_id, epoch)[:4](x).double().numpy() for epoch in (0, 3, EPOCHS)}
    pca = PCA(2).fit(made[EPOCHS])
    for epoch, outputs in made.items():
        wanted, xy = pca.transform(outputs), seen["xy"][epoch].astype(float)
        for axis in range(2):
            apart = min(np.abs(xy[:, axis] - sign * wanted[:, axis]).max() for sign in (1, -1))
            assert apart < 2e-3 * np.abs(pca.transform(made[EPOCHS])).max()
    share = f"{pca.explained_variance_ratio_[0]:.1%}"
    expect(panel.locator(".live-caption").last).to_contain_text(share)
    picture = "canvas => canvas.toDataURL()"
    last = panel.locator(".live-space").evaluate(picture)
    seek(page, panel, "Home", 0)
    first = panel.locator(".live-space").evaluate(picture)
    assert first != last
    seek(page, panel, "ArrowRight", 1)
    seek(page, panel, "End", EPOCHS)
    assert panel.locator(".live-space").evaluate(picture) == last
    page.get_by_role("button", name="Play the film").click()
    page.evaluate(
        """() => {
            const panel = document.querySelector('.live-panel:has(.live-space)');
            window.shown = new Set();
            new MutationObserver(() => window.shown.add(panel.dataset.epoch)).observe(panel, { attributes: true });
        }"""
    )
    page.wait_for_function("count => window.shown.size >= count", arg=EPOCHS)


def test_another_layer_can_be_chosen_and_an_example_be_looked_at(watched: tuple[Page, str], runs: Runs) -> None:
    page, _run_id = watched
    page.get_by_role("button", name="Hidden space").click()
    panel = page.locator(".live-panel:has(.live-space)")
    expect(panel).to_have_attribute("data-layer", "3")
    seen = answer_of(page, "hidden_space", lambda: panel.get_by_label("Layer", exact=True).select_option("1 Conv2d"))
    expect(panel).to_have_attribute("data-layer", "0")
    panel.locator(".live-space").press("ArrowRight")
    number, truth = dlcore.load(CNN).validation.y[seen["places"][0]].item(), seen["truth"][0]
    assert number == truth
    expect(panel.locator(".live-seen")).to_contain_text(f"true: {truth}")
    expect(panel.locator(".live-seen canvas")).to_be_visible()


def test_feature_maps_of_a_chosen_example_are_those_of_a_fresh_network(watched: tuple[Page, str], runs: Runs) -> None:
    page, run_id = watched
    page.get_by_role("button", name="One example, layer by layer").click()
    panel = page.locator(".live-panel:not(.live-try):has(.live-passage)")
    thumbs = panel.locator(".live-thumbs button")
    expect(thumbs).to_have_count(24)
    expect(panel).to_have_attribute("data-epoch", str(EPOCHS))  # the first example's answer has come
    row = int(thumbs.nth(7).get_attribute("data-place") or "")
    seen = answer_of(page, "passage", lambda: thumbs.nth(7).click())
    expect(panel).to_have_attribute("data-row", str(row))
    expect(thumbs.nth(7)).to_have_attribute("aria-pressed", "true")
    x = dlcore.load(CNN).validation.x[row : row + 1]
    maps = seen["parts"]["0"]["values"]
    limit = float(np.abs(maps.astype(float)).max())
    for key, epoch in (("Home", 0), ("ArrowRight", 1), ("End", EPOCHS)):
        seek(page, panel, key, epoch)
        with torch.no_grad():
            wanted = model_of(runs, run_id, epoch)[0](x)[0].numpy()  # (4, 6, 6)
        assert np.allclose(maps[epoch].astype(float), wanted, rtol=2e-3, atol=1e-4)
        canvases = panel.locator("[data-layer='0'] canvas")
        expect(canvases).to_have_count(4)
        cell = int(canvases.first.evaluate("canvas => canvas.width")) // 6
        for channel in range(4):
            value = float(wanted[channel, 2, 3])
            end = hexadecimal(colours.TRAINING if value >= 0 else colours.VALIDATION)
            shown = [zero + abs(value) / limit * (full - zero) for zero, full in zip(ZERO, end, strict=True)]
            drawn = pixel(canvases.nth(channel), 3 * cell + cell // 2, 2 * cell + cell // 2)
            assert drawn == pytest.approx(shown, abs=2), (epoch, channel)


def hexadecimal(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
