"""Why this answer, and the landscape of the loss, in a real browser: what is drawn is what plain torch finds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from playwright.sync_api import Page

from dlcore.access import OPERATOR, student
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.experiment import Experiment
from dlcore.probes.frame import WEIGHTS
from dlcore.runs import Runs, Settings
from dlcore.serving.identity import COOKIE
from tests.browser.conftest import Served
from tests.browser.expecting import PATIENCE_MS, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IRIS = Experiment.from_dict(
    {
        "dataset": {"name": "iris"},
        "network": [{"layer": "Linear", "out_features": 12}, {"layer": "ReLU"}, {"layer": "Output"}],
        "training": {"optimizer": {"name": "Adam", "lr": 0.02}, "batch_size": 16, "epochs": 12},
    }
)


@pytest.fixture(scope="module")
def runs(served: Served) -> Iterator[Runs]:
    with Runs(Settings(home=served.home)) as found:
        yield found


def opened(page: Page, runs: Runs) -> tuple[str, FilmedRun]:
    """A finished run on the page of its owner; and the same run, read without the app's analyses."""
    page.locator(".row").first.wait_for()
    cookie = next(each for each in page.context.cookies() if each["name"] == COOKIE)
    owner = hashlib.sha256(cookie["value"].encode()).hexdigest()[:32]
    run_id = runs.submit(IRIS, student(owner), name="iris")
    runs.wait(run_id, student(owner), timeout=PATIENCE_MS / 1000)
    page.reload()
    expect(page.locator(".live-name")).to_have_text("iris")
    film = runs.film(run_id, OPERATOR)
    epochs = sorted(epoch for epoch, frame in film.items() if WEIGHTS in frame.parts)
    return run_id, FilmedRun(IRIS, epochs, lambda epoch: runs.recorded_weights(run_id, epoch, OPERATOR))


def counted(page: Page) -> dict[str, float]:
    """The bars of the table: by feature what it counted."""
    rows = page.locator(".live-counts").first.locator("tbody tr").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return {each[0]: float(each[-1].replace("−", "-")) for each in cells}


def gradients(run: FilmedRun, epoch: int, row: int) -> dict[str, float]:
    """Plain autograd: of the answered class's score at the input, by feature."""
    x = run.view(epoch).examples.x[row : row + 1].clone().requires_grad_()
    run.model(epoch)(x)[0].max().backward()
    assert x.grad is not None
    return dict(zip(run.data.about.features, x.grad[0].tolist(), strict=True))


def test_a_map_follows_the_slider_and_is_held_against_random_weights(visitor: Callable[..., Page], runs: Runs) -> None:
    page = visitor(reduced_motion="reduce")
    _run_id, run = opened(page, runs)
    page.get_by_role("tab", name="Why this answer").click()
    panel = page.locator(".live-why")
    panel.get_by_label("How it is measured").select_option("saliency")
    for epoch in (12, 3):
        page.get_by_label("Epoch shown").fill(str(epoch))
        expect(panel.locator("h4")).to_contain_text(f"epoch {epoch}")
        expect(panel.locator(".live-caption").last).to_contain_text("Saliency")
        expected = gradients(run, epoch, 0)
        assert counted(page) == {name: pytest.approx(value, abs=6e-4) for name, value in expected.items()}
    panel.get_by_role("button", name="Randomize the weights").click()
    expect(panel.locator(".live-verdict")).to_contain_text("random weights")
    expect(panel.locator("figure")).to_have_count(2)
    panel.get_by_role("spinbutton", name="Example").fill("5")
    panel.get_by_role("spinbutton", name="Example").press("Enter")
    expect(panel.locator(".live-why-facts")).to_contain_text("Example 5.")


def test_the_landscape_is_computed_when_asked_and_marked_where_the_slider_stands(
    visitor: Callable[..., Page], runs: Runs
) -> None:
    page = visitor(reduced_motion="reduce")
    _run_id, run = opened(page, runs)
    page.get_by_role("tab", name="Loss landscape").click()
    panel = page.locator(".live-landscape")
    expect(panel.locator(".live-empty")).to_be_visible()
    panel.get_by_label("Which directions are shown").select_option("path")
    panel.get_by_role("button", name="Compute the landscape").click()
    expect(panel.locator(".live-empty")).to_be_hidden()
    picture = panel.locator(".live-picture")
    page.wait_for_function("document.querySelector('.live-landscape .live-picture').data?.[0].z?.length === 25")
    losses = np.array(picture.evaluate("each => each.data[0].customdata.map((row) => Array.from(row))"))
    assert losses.shape == (25, 25)
    with torch.no_grad():
        x, y = run.data.train.x, run.data.train.y
        final = float(run.loss_function(run.model(12)(x), y))
    assert losses.min() < 1.5 * final
    mark = "each => each.data.find(({ meta }) => meta.series === 'shown').x[0]"
    assert picture.evaluate(mark) == 0
    page.get_by_label("Epoch shown").fill("0")
    way = picture.evaluate("each => Array.from(each.data.find(({ meta, name }) => meta.series === 'way' && name).x)")
    page.wait_for_function(
        "x => document.querySelector('.live-landscape .live-picture').data.find(({ meta }) => meta.series === 'shown')"
        ".x[0] === x",
        arg=way[0],
    )
