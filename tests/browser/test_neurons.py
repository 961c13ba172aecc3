"""The diagram of a network and the plane of two columns in a real browser, against torch."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import safetensors.torch
import torch
from playwright.sync_api import Page, Response

import dlcore
from dlcore.access import OPERATOR
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.experiment import Experiment
from dlcore.probes import arrays
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.expecting import expect
from tests.browser.test_live import state, watch
from tests.training.experiments import experiment

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
TANH = [
    {"layer": "Linear", "out_features": 6},
    {"layer": "Tanh"},
    {"layer": "Linear", "out_features": 4},
    {"layer": "ReLU"},
    {"layer": "Output"},
]
MOONS, IRIS = experiment("moons", TANH, epochs=6), experiment("iris", TANH, epochs=3)


@pytest.fixture(scope="module")
def runs(served: Served) -> Iterator[Runs]:
    """The runs that the served app keeps."""
    with Runs(Settings(home=served.home)) as found:
        yield found


def trained(page: Page, runs: Runs, made: Experiment) -> str:
    """A run of this visitor that has come to its end, with its page open on the decision boundary."""
    run_id = watch(page, runs, made)
    state(page, "finished")
    page.get_by_role("tab", name="Decision boundary").click()
    return run_id


def shown(text: str) -> list[float]:
    """The numbers in a text, as the page writes them."""
    return [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", text)]


def at_epoch(page: Page, epoch: int) -> None:
    """Move the slider there, from wherever it is or plays by itself."""
    page.locator(".live-slider").evaluate(
        "(slider, epoch) => { slider.value = epoch; slider.dispatchEvent(new Event('input')) }", epoch
    )
    expect(page.locator(".live-epoch")).to_have_text(f"epoch {epoch}")


def outputs(runs: Runs, run_id: str, made: Experiment, epoch: int, place: int) -> tuple[torch.nn.Module, torch.Tensor]:
    """The network as it was, and what its layer at this place gives over the plane of the training points."""
    model = dlcore.build(made)
    model.load_state_dict(safetensors.torch.load(runs.recorded_weights(run_id, epoch, OPERATOR)))
    x = dlcore.load(made).train.x
    low, high = x.amin(dim=0), x.amax(dim=0)
    axes = [torch.linspace(float(low[n] - 0.15 * (high - low)[n]), float(high[n] + 0.15 * (high - low)[n]), 32)
            for n in (0, 1)]  # fmt: skip
    points = torch.tensor(list(itertools.product(*axes)))
    with torch.no_grad():
        return model, model.eval()[: place + 1](points)


def test_a_neuron_that_is_pointed_at_is_shown_in_large_with_torchs_numbers(visitor: Visit, runs: Runs) -> None:
    page = visitor()
    run_id = trained(page, runs, MOONS)
    detail, cells = page.locator(".live-neuron-detail"), page.locator(".live-neuron")
    expect(cells).to_have_count(2 + 6 + 4 + 2)
    for epoch, cell, (place, unit), end in ((6, 2 + 6 + 1, (2, 1), 3), (2, 2 + 4, (0, 4), 1)):
        at_epoch(page, epoch)
        cells.nth(cell).hover()
        expect(detail.locator("h4")).to_contain_text(f"Neuron {unit + 1} of hidden layer")
        model, made = outputs(runs, run_id, MOONS, epoch, end)
        weights, bias = (model[place].weight[unit].tolist(), model[place].bias[unit].item())
        expect(detail.locator("p").nth(1)).to_contain_text(f"{bias:.3f}")
        written = [shown(each)[-1] for each in detail.locator(".live-weights b").all_inner_texts()]
        assert written == pytest.approx(weights, abs=6e-4)
        ends = [made[:, unit].min().item(), made[:, unit].max().item()]
        assert shown(detail.locator("p").first.inner_text().rstrip("."))[:2] == pytest.approx(ends, abs=6e-3)


def test_the_larger_map_has_the_sign_that_torch_gives_at_each_place(visitor: Visit, runs: Runs) -> None:
    page = visitor()
    run_id = trained(page, runs, MOONS)
    at_epoch(page, 6)
    page.locator(".live-neuron").nth(2).hover()
    expect(page.locator(".live-neuron-detail h4")).to_contain_text("Neuron 1 of hidden layer 1")
    pixels = page.locator(".live-neuron-large").evaluate(
        "map => [...map.getContext('2d').getImageData(0, 0, 32, 32).data]"
    )
    red, _green, blue, _opacity = np.array(pixels).reshape(32, 32, 4)[::-1].transpose(2, 0, 1).astype(int)
    _model, made = outputs(runs, run_id, MOONS, 6, 1)
    values = made[:, 0].reshape(32, 32).T.numpy()  # rows: x₂
    strong = np.abs(values) > 0.25 * np.abs(values).max()
    assert strong.any()
    assert ((blue > red) == (values > 0))[strong].all()


def test_the_keyboard_leads_from_neuron_to_neuron(visitor: Visit, runs: Runs) -> None:
    page = visitor()
    trained(page, runs, MOONS)
    heading = page.locator(".live-neuron-detail h4")
    page.locator(".live-neuron[tabindex='0']").focus()
    for key, called in (
        ("ArrowDown", "Neuron 2 of hidden layer 1"),
        ("ArrowRight", "Neuron 2 of hidden layer 2"),
        ("End", "Neuron 4 of hidden layer 2"),
        ("ArrowRight", "Output B"),
    ):
        page.keyboard.press(key)
        expect(heading).to_contain_text(called)


def test_every_recorded_epoch_is_drawn_while_the_film_plays(visitor: Visit, runs: Runs) -> None:
    page = visitor()
    trained(page, runs, MOONS)
    expect(page.locator(".live-weights b").first).not_to_be_empty()
    page.evaluate(
        """() => {
            window.seen = new Set();
            const bias = document.querySelector('.live-neuron-detail p:nth-of-type(2)');
            new MutationObserver(() => window.seen.add(bias.textContent))
                .observe(bias, {childList: true, subtree: true, characterData: true});
        }"""
    )
    page.get_by_role("button", name="Play the film of this run").click()
    expect(page.get_by_role("button", name="At the end")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("() => window.seen.size >= 6")


def test_two_columns_of_a_table_are_a_plane_and_the_row_that_holds_the_others_is_named(
    visitor: Visit, runs: Runs
) -> None:
    page = visitor()
    answered: list[Response] = []
    page.on("response", lambda each: answered.append(each) if "/slice?" in each.url else None)
    run_id = trained(page, runs, IRIS)
    panel = page.locator(".live-slice")
    expect(panel.locator(".xtitle")).to_have_text("sepal length (cm)")
    panel.get_by_label("Across").select_option("petal length (cm)")
    panel.get_by_label("Upwards").select_option("petal width (cm)")
    panel.get_by_label("All others as in row").select_option(index=3)
    expect(panel.locator(".xtitle")).to_have_text("petal length (cm)")
    expect(panel.locator(".ytitle")).to_have_text("petal width (cm)")
    place = int(panel.get_by_label("All others as in row").input_value())
    data = FilmedRun(IRIS, [3], lambda epoch: runs.recorded_weights(run_id, epoch, OPERATOR)).data
    row = data.validation.x[place] * torch.tensor(data.scaling["x"]["scale"]) + torch.tensor(
        data.scaling["x"]["offset"]
    )
    held = f"sepal length (cm) = {row[0]:.3f}, sepal width (cm) = {row[1]:.3f}"
    expect(panel.locator(".live-caption").last).to_contain_text(held)
    expect(panel.locator(".live-caption").last).to_contain_text(f"row {place + 1} of the validation part")
    question = json.loads(parse_qs(urlsplit(answered[-1].url).query)["asked"][0])
    assert question == {"across": 2, "up": 3, "row": place}
    seen = arrays.read(runs.analyse(run_id, "slice", question, OPERATOR))
    assert (seen["across"], seen["up"], seen["epoch"]) == (2, 3, 3)
