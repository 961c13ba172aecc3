"""The numbers in the charts of a run are what its network answers: read from the browser, computed by plain torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page
from sklearn.metrics import classification_report, confusion_matrix
from torch import nn

import dlcore
from dlcore.access import OPERATOR
from dlcore.data.base import Part
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.probes.boundary import SIDE
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.expecting import expect, until
from tests.browser.test_live import state, watch

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
MOST_POINTS = 400  # of a part on the map
READ = """picture => picture.data.map(({ meta, name, x, y, z, text, customdata, visible }) =>
    ({ meta, name, visible, x: [...x ?? []], y: [...y ?? []], customdata: [...customdata ?? []],
       z: [...z ?? []].map(row => [...row]), text: [...text ?? []].map(row => [...row]) }))"""


def drawn(page: Page, tab: str, heading: str) -> list[dict[str, Any]]:
    """The traces of a chart below a tab, as plotly keeps them."""
    page.get_by_role("tab", name=tab).click()
    chart = page.locator(f".live-chart:has(h4:has-text('{heading}'))")
    expect(chart.locator(".main-svg").first).to_be_visible()
    found: list[dict[str, Any]] = chart.locator(".live-picture").evaluate(READ)
    return found


def seek(page: Page, epoch: int) -> None:
    """Move the slider of the film to an epoch."""
    page.locator(".live-slider").fill(str(epoch))
    expect(page.locator(".live-epoch")).to_have_text(f"epoch {epoch}")


def numbers(values: Any) -> np.ndarray:
    return np.array(values, float)  # null becomes NaN


class Learned:
    """A run that is over, on the page that shows it, and its network as torch builds it from the downloaded weights."""

    def __init__(self, page: Page, runs: Runs, experiment: Experiment, **changed: Any) -> None:
        plain = experiment.to_dict()
        self.experiment = Experiment.from_dict({**plain, "training": {**plain["training"], **changed}})
        self.run_id = watch(page, runs, self.experiment)
        state(page, "finished")
        self.data = dlcore.load(self.experiment)
        self.best, self.last = self.model(runs, "best"), self.model(runs, "last")
        self.best_epoch = runs.status(self.run_id, OPERATOR).best_epoch or 0

    def model(self, runs: Runs, which: Any) -> torch.nn.Module:
        model = dlcore.build(self.experiment)
        model.load_state_dict(runs.weights(self.run_id, OPERATOR, which))
        return model.eval()


@pytest.fixture
def learned(visitor: Visit, served: Served) -> Callable[..., tuple[Page, Learned]]:
    """Trains an experiment for a new visitor: the page, and what was learned."""

    def train(experiment: Experiment, **changed: Any) -> tuple[Page, Learned]:
        page = visitor(reduced_motion="reduce")  # a quick run would play itself
        with Runs(Settings(home=served.home)) as runs:
            return page, Learned(page, runs, experiment, **changed)

    return train


Train = Callable[..., tuple[Page, Learned]]


def check_map(page: Page, model: nn.Module) -> None:
    """Each pixel of the map has the hue of its class, and is as strong as the answer is sure."""
    pixels = page.locator(".live-pixels:visible")
    expect(pixels).to_have_count(1)
    width, height, flat = pixels.evaluate(PIXELS)
    assert (width, height) == (SIDE, SIDE)
    shown = np.array(flat).reshape(SIDE, SIDE, 4)[::-1]  # the first row is the lowest
    shares = sureness_of(page, model)
    alpha = np.interp(shares.max(axis=2), [0, 0.5, 1], [0.04, 0.14, 0.5]) * 255
    assert np.abs(shown[..., 3] - alpha).max() < 3
    clear, first = np.abs(shares[..., 0] - shares[..., 1]) > 0.05, shares.argmax(axis=2) == 0
    hues = [shown[here & clear, :3].mean(axis=0) for here in (first, ~first)]
    assert np.abs(hues[0] - hues[1]).max() > 60
    near = [np.abs(shown[..., :3] - hue).sum(axis=2) for hue in hues]
    assert ((near[0] < near[1]) == first)[clear].all()


PIXELS = """canvas => [canvas.width, canvas.height,
    Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data)]"""


@torch.no_grad()
def sureness_of(page: Page, model: nn.Module) -> np.ndarray:
    """(SIDE, SIDE, 2): the probabilities at the places that the axes of the chart cover."""
    ranges = page.locator(".live-chart:has(.live-pixels:visible) .live-picture").evaluate(
        "picture => [picture.layout.xaxis.range, picture.layout.yaxis.range]"
    )
    places = []
    for low, high in ranges:  # half a cell beyond the outermost places
        half = (high - low) / SIDE / 2
        places.append(np.linspace(low + half, high - half, SIDE))
    grid = np.stack(np.meshgrid(*places), axis=-1).reshape(-1, 2)
    shares: np.ndarray = model(torch.tensor(grid, dtype=torch.float32)).softmax(dim=1).numpy()
    return shares.reshape(SIDE, SIDE, 2)


def test_the_map_shows_the_answer_of_the_network_at_every_point(learned: Train) -> None:
    page, run = learned(PRESETS["moons"].experiment)
    traces = drawn(page, "Decision boundary", "Decision boundary")
    until(page, lambda: check_map(page, run.last))
    for part, said in ((run.data.train, "training"), (run.data.validation, "validation")):
        rows = np.linspace(0, len(part) - 1, min(MOST_POINTS, len(part))).round().astype(int)
        few, labels = part.x[rows], part.y[rows]
        for number, name in enumerate(run.data.about.classes):
            (dots,) = (trace for trace in traces if trace["name"] == f"{name}, {said}")
            places = numbers([dots["x"], dots["y"]]).T
            assert np.isfinite(places).all(axis=1).tolist() == (labels == number).tolist()
            assert places[labels == number] == pytest.approx(few[labels == number].numpy(), abs=1e-4)


def check_matrix(page: Page, model: nn.Module, part: Part) -> None:
    """Counts of the cells, and what stands class by class, against scikit-learn."""
    with torch.no_grad():
        said = model(part.x).argmax(dim=1)
    counts = confusion_matrix(part.y, said)
    cells = page.locator(".live-matrix .live-cell").all_inner_texts()
    assert [int(each or 0) for each in cells] == counts.ravel().tolist()
    names = ("recall", "precision", "f1-score")
    report = classification_report(part.y, said, output_dict=True, zero_division=0)
    rows = page.locator(".live-classes tbody tr")
    for number, examples in enumerate(counts.sum(axis=1)):
        texts = rows.nth(number).locator("td").all_inner_texts()
        assert int(texts[1]) == examples
        shares = [float(each.rstrip("%").replace("–", "0")) / 100 for each in texts[2:]]
        assert shares == pytest.approx([report[str(number)][name] for name in names], abs=6e-4)


def test_the_matrix_counts_what_the_network_mistakes_at_the_last_and_at_the_best_epoch(learned: Train) -> None:
    page, run = learned(PRESETS["moons"].experiment, epochs=12)
    page.get_by_role("tab", name="Confusion matrix").click()
    for epoch, model in ((12, run.last), (run.best_epoch, run.best)):
        seek(page, epoch)
        until(page, lambda model=model: check_matrix(page, model, run.data.validation))  # type: ignore[misc]


@torch.no_grad()
def test_the_ridges_are_the_weights_and_what_each_layer_gives(learned: Train) -> None:
    page, run = learned(PRESETS["moons"].experiment, epochs=5)
    page.get_by_role("tab", name="Inside the layers").click()
    part = run.data.validation.x
    x, given = part[np.linspace(0, len(part) - 1, min(128, len(part))).round().astype(int)], []
    for layer in run.last:  # type: ignore[attr-defined]
        x = layer(x)
        given.append(x.flatten())
    weights = {n: layer.weight.flatten() for n, layer in enumerate(run.last) if hasattr(layer, "weight")}  # type: ignore[arg-type]
    check_ridges(drawn(page, "Inside the layers", "Weights: which layers"), weights)
    check_ridges(drawn(page, "Inside the layers", "Activations: which layers"), dict(enumerate(given)))


def check_ridges(traces: list[dict[str, Any]], expected: dict[int, torch.Tensor]) -> None:
    """Each ridge is the histogram of these values, from its baseline up to 0.9, the first layer on top."""
    ridges = [trace for trace in traces if trace["meta"]["series"] == "ridge"]
    assert [int(trace["name"].split()[0]) - 1 for trace in ridges] == list(expected)
    for row, (trace, values) in enumerate(zip(ridges, expected.values(), strict=True)):
        counts, edges = np.histogram(values.float().numpy(), 40)
        assert sum(trace["customdata"]) == len(values)
        assert np.abs(numbers(trace["customdata"]) - counts).sum() <= 2  # a value on the edge of its bin may fall over
        assert trace["x"] == pytest.approx((edges[:-1] + edges[1:]) / 2, abs=1e-4)
        peak = max(trace["customdata"])
        assert trace["y"] == pytest.approx(-row + 0.9 * numbers(trace["customdata"]) / peak)


@torch.no_grad()
def test_answers_of_a_regression_stand_beside_the_truth_in_its_own_units(learned: Train) -> None:
    page, run = learned(PRESETS["diabetes-linear"].experiment)
    (diagonal, dots) = drawn(page, "Predicted and true", "Predicted against true")
    y = run.data.scaling["y"]
    scale, offset = y["scale"][0], y["offset"][0]
    part = run.data.validation
    order = np.linspace(0, len(part) - 1, min(600, len(part))).round().astype(int)
    truth, answers = (values[:, 0].double().numpy()[order] * scale + offset for values in (part.y, run.last(part.x)))
    assert dots["x"] == pytest.approx(truth, rel=1e-4)
    assert dots["y"] == pytest.approx(answers, rel=1e-4)
    assert diagonal["x"] == diagonal["y"] == [min(dots["x"] + dots["y"]), max(dots["x"] + dots["y"])]
    (_zero, residuals) = drawn(page, "Predicted and true", "Residuals")
    assert residuals["x"] == pytest.approx(answers, rel=1e-4)
    assert residuals["y"] == pytest.approx(answers - truth, rel=1e-3, abs=1e-2)
