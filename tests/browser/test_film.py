"""The film of a run in a real browser: at any epoch, every panel shows what the network answered then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page
from sklearn.metrics import confusion_matrix, roc_curve
from torch import nn
from torch.nn import functional

import dlcore
from dlcore.access import OPERATOR, student
from dlcore.experiment import Experiment
from dlcore.runs import Runs
from tests.browser.conftest import Served
from tests.browser.expecting import expect, until
from tests.browser.test_live import owner_of, runs, state, watch  # noqa: F401 (a fixture)
from tests.browser.test_numbers_drawn import check_map, check_matrix, check_ridges, drawn, numbers, seek
from tests.runs.living import digits, until_state
from tests.training.experiments import experiment

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
# Which attributes are arrays, in each trace on the page: what plotly found there, and what the same plotly.js finds
# where it is loaded once more and left as it comes.
COMPARED_WITH_UNTOUCHED_PLOTLY = """async () => {
    const src = performance.getEntriesByType("resource").find(({ name }) => name.includes("/plotly-")).name;
    const script = Object.assign(document.createElement("script"), { src });
    const ours = window.Plotly.PlotSchema.findArrayAttributes;
    document.head.append(script);
    await new Promise((done) => { script.onload = done; });
    const look = window.Plotly.PlotSchema.findArrayAttributes;
    if (look === ours) throw new Error("it is the same plotly");
    const traces = [...document.querySelectorAll(".live-picture")].flatMap((each) => each._fullData ?? []);
    return [traces.length, traces.filter((each) => String(each._arrayAttrs) !== String(look(each)))
                                 .map((each) => `${each.name}: ${each._arrayAttrs}, not ${look(each)}`)];
}"""
NETWORK = [
    {"layer": "Linear", "out_features": 8},
    {"layer": "Tanh"},
    {"layer": "Dropout", "p": 0.2},
    {"layer": "Output"},
]
MOONS = experiment({"name": "moons", "samples": 300}, NETWORK, epochs=40)


def model_at(runs: Runs, run_id: str, described: Experiment, epoch: int) -> nn.Module:  # noqa: F811
    """The network of a recorded epoch, as torch builds it from the kept weights."""
    model = dlcore.build(described)
    model.load_state_dict(runs.weights(run_id, OPERATOR, epoch))
    return model.eval()


@torch.no_grad()
def answers(model: nn.Module, x: torch.Tensor) -> np.ndarray:
    found: np.ndarray = model(x).double().softmax(dim=1).numpy()
    return found


def test_at_three_epochs_every_panel_shows_what_the_network_answered_then(
    visitor: Visit, served: Served, runs: Runs  # noqa: F811
) -> None:  # fmt: skip
    page = visitor(reduced_motion="reduce")
    run_id = watch(page, runs, MOONS)
    state(page, "finished")
    data = dlcore.load(MOONS)
    for epoch in (3, 32, 12):
        seek(page, epoch)
        model = model_at(runs, run_id, MOONS, epoch)
        shares, truth = answers(model, data.validation.x), data.validation.y.numpy()
        page.get_by_role("tab", name="Confusion matrix").click()
        until(page, lambda model=model: check_matrix(page, model, data.validation))  # type: ignore[misc]
        page.get_by_role("tab", name="Decision boundary").click()
        until(page, lambda model=model: check_map(page, model))  # type: ignore[misc]
        check_sureness(page, shares, truth)
        check_layers(page, model, data.validation.x)
        check_gradients(page, model, data.train, epoch)
        check_samples(page, shares, truth)
    traces, differing = page.evaluate(COMPARED_WITH_UNTOUCHED_PLOTLY)
    assert traces > 20
    assert differing == []


def trace(page: Page, tab: str, heading: str, series: str) -> dict[str, Any]:
    return next(each for each in drawn(page, tab, heading) if each["meta"]["series"] == series)


def check_sureness(page: Page, shares: np.ndarray, truth: np.ndarray) -> None:
    fpr, tpr, _ = roc_curve(truth, shares[:, 1].astype(np.float32), drop_intermediate=False)
    confidence, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    bins = np.minimum((confidence * 10).astype(int), 9)

    def same() -> None:
        curve = trace(page, "How sure it is", "ROC", "tpr")
        assert curve["x"] == pytest.approx(fpr, abs=1e-5)
        assert curve["y"] == pytest.approx(tpr, abs=1e-5)
        line = trace(page, "How sure it is", "Calibration", "right")
        for number in range(10):
            inside = bins == number
            expected = right[inside].mean() if inside.any() else np.nan
            assert numbers([line["y"][number]])[0] == pytest.approx(expected, abs=1e-5, nan_ok=True)

    until(page, same)


@torch.no_grad()
def check_layers(page: Page, model: nn.Module, x: torch.Tensor) -> None:
    given = []
    for layer in model.children():
        x = layer(x)
        given.append(x.flatten())
    weights = {n: layer.weight.flatten() for n, layer in enumerate(model.children()) if hasattr(layer, "weight")}
    until(page, lambda: check_ridges(drawn(page, "Inside the layers", "Weights: which layers"), weights))
    outputs = dict(enumerate(given))
    until(page, lambda: check_ridges(drawn(page, "Inside the layers", "Activations: which layers"), outputs))


def check_gradients(page: Page, model: nn.Module, train: Any, epoch: int) -> None:
    rows = np.linspace(0, len(train) - 1, min(128, len(train))).round().astype(int)
    for each in model.parameters():
        each.grad = None
    functional.cross_entropy(model(train.x[rows]), train.y[rows]).backward()
    norm = dict(model.named_parameters())["0.weight"].grad.norm().item()  # type: ignore[union-attr]

    def same() -> None:
        line = trace(page, "Gradient and step size", "Gradients, layer by layer", "layer 0")
        assert line["y"][line["x"].index(epoch)] == pytest.approx(norm, rel=1e-3)

    until(page, same)


def check_samples(page: Page, shares: np.ndarray, truth: np.ndarray) -> None:
    page.get_by_role("tab", name="Samples").click()
    page.get_by_label("Which examples are shown").select_option("loss")
    losses = -np.log(shares[np.arange(len(truth)), truth])
    worst = np.argsort(-losses, kind="stable")[:24]

    def same() -> None:
        cards = visible_cards(page)
        assert losses[rows_of(cards)] == pytest.approx(losses[worst], rel=1e-4)
        text = cards.first.locator(".live-share").first.inner_text()
        share = float(text.rpartition(" ")[2].rstrip("%")) / 100
        assert share == pytest.approx(shares[worst[0]].max(), abs=2e-3)  # half precision, and four digits

    until(page, same)


def visible_cards(page: Page) -> Locator:
    return page.locator(".live-sample:visible")


def rows_of(cards: Locator) -> list[int]:
    return [int(each) for each in cards.evaluate_all("all => all.map(each => each.dataset.row)")]


def test_a_cell_of_the_matrix_opens_exactly_its_examples(
    visitor: Visit, served: Served, runs: Runs  # noqa: F811
) -> None:  # fmt: skip
    page = visitor(reduced_motion="reduce")
    described = digits(6)
    run_id = watch(page, runs, described)
    state(page, "finished")
    page.get_by_role("tab", name="Confusion matrix").click()
    part = dlcore.load(described).validation
    for epoch, by_key in ((0, False), (2, True)):
        seek(page, epoch)
        said = answers(model_at(runs, run_id, described, epoch), part.x).argmax(axis=1)
        counts = confusion_matrix(part.y, said, labels=range(10))
        np.fill_diagonal(counts, 0)
        truth, answer = (int(each) for each in np.unravel_index(counts.argmax(), counts.shape))
        cell = page.locator(".live-matrix tbody tr").nth(truth).locator(".live-cell").nth(answer)
        expect(cell).to_have_text(str(counts.max()))
        if by_key:
            cell.focus()
            page.keyboard.press("Enter")
        else:
            cell.click()
        expected = {place for place in range(len(part)) if part.y[place] == truth and said[place] == answer}

        def same(expected: set[int] = expected) -> None:
            more = page.get_by_role("button", name="Show more", include_hidden=True)
            more.evaluate_all("all => all.filter((each) => each.offsetParent).forEach((each) => each.click())")
            assert set(rows_of(visible_cards(page))) == expected

        until(page, same)
        assert visible_cards(page).locator("canvas").count() == len(expected)  # a digit is a picture


def shown(page: Page) -> int:
    return int(page.locator(".live-epoch").inner_text().removeprefix("epoch "))


def test_a_film_plays_and_pauses_and_its_epoch_stands_in_the_address(
    visitor: Visit, served: Served, runs: Runs  # noqa: F811
) -> None:  # fmt: skip
    page = visitor(reduced_motion="reduce")
    run_id = watch(page, runs, MOONS)
    state(page, "finished")
    expect(page.locator(".live-epoch")).to_have_text("epoch 40")
    page.get_by_role("button", name="Play the film of this run").click()
    page.wait_for_function("document.querySelector('.live-epoch').textContent !== 'epoch 40'")
    before = shown(page)
    page.wait_for_function(
        "before => document.querySelector('.live-epoch').textContent !== `epoch ${before}`", arg=before
    )
    page.get_by_role("button", name="Stop here").click()
    paused = shown(page)
    assert before < paused < 40
    page.wait_for_url(lambda url: f"epoch={paused}" in url and f"run={run_id}" in url)
    assert shown(page) == paused
    page.get_by_role("button", name="Play the film of this run").click()
    expect(page.locator(".live-live")).to_have_attribute("aria-pressed", "true")  # it came to its end
    expect(page.locator(".live-epoch")).to_have_text("epoch 40")


def test_a_run_that_was_over_before_anybody_looked_plays_itself_once(
    visitor: Visit, served: Served, runs: Runs  # noqa: F811
) -> None:  # fmt: skip
    page = visitor()
    page.locator(".row").first.wait_for()
    run_id = runs.submit(MOONS, student(owner_of(page)), name="a quick run")
    runs.pause(run_id, OPERATOR)
    until_state(runs, run_id, "paused")
    page.reload()
    state(page, "paused")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".live-live")).to_have_attribute("aria-pressed", "false")
    state(page, "finished")
    expect(page.locator(".live-live")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".live-epoch")).to_have_text("epoch 40")


def test_an_address_leads_to_an_epoch_of_a_run(visitor: Visit, served: Served, runs: Runs) -> None:  # noqa: F811
    page = visitor(reduced_motion="reduce")
    first = watch(page, runs, MOONS, name="the first")
    state(page, "finished")
    watch(page, runs, digits(1), name="the second")
    state(page, "finished")
    other = page.context.new_page()
    other.goto(f"{served.address}/?run={first}&epoch=12")
    expect(other.locator(".live-name")).to_have_text("the first")
    expect(other.locator(".live-epoch")).to_have_text("epoch 12")
    data, model = dlcore.load(MOONS), model_at(runs, first, MOONS, 12)
    other.get_by_role("tab", name="Confusion matrix").click()
    until(other, lambda: check_matrix(other, model, data.validation))
    other.goto(f"{served.address}/?run={first}&epoch=9999")
    expect(other.locator(".live-player .live-caption")).to_have_text(
        "Epoch 9999 was not recorded; the nearest that was is 40."
    )
