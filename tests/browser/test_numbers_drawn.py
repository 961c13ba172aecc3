"""The numbers in the charts of a run are what its network answers: read from the browser, computed by plain torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from sklearn.metrics import confusion_matrix

import dlcore
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
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

    def model(self, runs: Runs, which: Any) -> torch.nn.Module:
        model = dlcore.build(self.experiment)
        model.load_state_dict(runs.weights(self.run_id, which, owner=None))
        return model.eval()


@pytest.fixture
def learned(visitor: Visit, served: Served) -> Callable[..., tuple[Page, Learned]]:
    """Trains an experiment for a new visitor: the page, and what was learned."""

    def train(experiment: Experiment, **changed: Any) -> tuple[Page, Learned]:
        page = visitor()
        with Runs(Settings(home=served.home)) as runs:
            return page, Learned(page, runs, experiment, **changed)

    return train


Train = Callable[..., tuple[Page, Learned]]


@torch.no_grad()
def test_the_map_shows_the_answer_of_the_network_at_every_point(learned: Train) -> None:
    page, run = learned(PRESETS["moons"].experiment)
    traces = drawn(page, "Decision boundary", "Decision boundary")
    maps = [trace for trace in traces if trace["meta"]["series"] == "map"]
    assert len(maps) == 2
    x, y = numbers(maps[0]["x"]), numbers(maps[0]["y"])
    assert (len(x), len(y)) == (80, 80)
    places = torch.tensor([[[a, b] for a in x] for b in y], dtype=torch.float32)  # (80, 80, 2): a row is one x₂
    shares = run.last(places.reshape(-1, 2)).softmax(dim=1).reshape(80, 80, 2).numpy()
    for number, trace in enumerate(maps):
        z = numbers(trace["z"])
        clear = np.abs(shares[..., 0] - shares[..., 1]) > 1e-3  # elsewhere the last digit decides
        assert (np.isfinite(z) == (shares.argmax(axis=2) == number))[clear].all()
        here = np.isfinite(z) & clear
        assert here.any()
        assert np.abs(z[here] - shares[..., number][here]).max() <= 0.5 / 255 + 1e-4
    for part, said in ((run.data.train, "training"), (run.data.validation, "validation")):
        few, labels = part.x[:MOST_POINTS], part.y[:MOST_POINTS]
        for number, name in enumerate(run.data.about.classes):
            (dots,) = (trace for trace in traces if trace["name"] == f"{name}, {said}")
            assert pytest.approx(few[labels == number].numpy(), abs=1e-4) == numbers([dots["x"], dots["y"]]).T


@torch.no_grad()
def test_the_matrix_counts_what_the_network_mistakes_at_the_newest_and_at_the_best_epoch(learned: Train) -> None:
    page, run = learned(PRESETS["moons"].experiment, epochs=12)
    validation = run.data.validation
    for which, model in (("newest", run.last), ("best", run.best)):
        page.get_by_role("tab", name="Confusion matrix").click()
        page.get_by_label("Epoch shown").select_option(which)
        right, wrong = drawn(page, "Confusion matrix", "Confusion matrix")
        counts = confusion_matrix(validation.y, model(validation.x).argmax(dim=1))
        shares = counts / counts.sum(axis=1, keepdims=True)
        assert right["x"] == right["y"] == list(run.data.about.classes)
        assert np.nansum([numbers(right["z"]), numbers(wrong["z"])], axis=0) == pytest.approx(shares)
        assert np.isfinite(numbers(right["z"])).tolist() == [[True, False], [False, True]]
        texts = [[int(a or 0) + int(b or 0) for a, b in zip(*rows, strict=True)]
                 for rows in zip(right["text"], wrong["text"], strict=True)]  # fmt: skip
        assert texts == counts.tolist()
        cells = page.locator(".live-classes tbody tr td:nth-child(2)").all_inner_texts()
        assert [int(cell.replace(",", "")) for cell in cells] == counts.sum(axis=1).tolist()


@torch.no_grad()
def test_the_ridges_are_the_weights_and_what_each_layer_gives(learned: Train) -> None:
    page, run = learned(PRESETS["moons"].experiment, epochs=5)
    page.get_by_role("tab", name="Inside the layers").click()
    x, given = run.data.validation.x[:256], []
    for layer in run.last:  # type: ignore[attr-defined]
        x = layer(x)
        given.append(x.flatten())
    weights = {n: layer.weight.flatten() for n, layer in enumerate(run.last) if hasattr(layer, "weight")}  # type: ignore[arg-type]
    check_ridges(drawn(page, "Inside the layers", "Weights"), weights)
    check_ridges(drawn(page, "Inside the layers", "Activations"), dict(enumerate(given)))


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
    order = np.linspace(0, len(part) - 1, min(300, len(part))).round().astype(int)
    truth, answers = (values[:, 0].double().numpy()[order] * scale + offset for values in (part.y, run.last(part.x)))
    assert dots["x"] == pytest.approx(truth, rel=1e-4)
    assert dots["y"] == pytest.approx(answers, rel=1e-4)
    assert diagonal["x"] == diagonal["y"] == [min(dots["x"] + dots["y"]), max(dots["x"] + dots["y"])]
