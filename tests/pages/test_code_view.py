"""The code beside the layers: four ways to write it down, with the selected layer's line marked."""

from __future__ import annotations

import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.codegen import Listing, model_code, source_code
from dlcore.experiment import Experiment
from dlcore.layers.stack import inside
from dlcore.presets import PRESETS
from pages.components.studio.code_beside import drawn
from pages.components.studio.code_view import line_in, marked


@pytest.mark.parametrize("name", ["digits-cnn", "little-resnet", "manual-gpt"])
def test_the_line_of_a_layer_is_the_same_in_both_files(name: str) -> None:
    experiment = PRESETS[name].experiment
    listing, script = model_code(experiment), source_code(experiment)
    for place in range(len(experiment.network)):
        line = line_in(script, listing, (place,))
        assert line is not None
        assert script.splitlines()[line - 1] == listing.text.splitlines()[listing.lines[(place,)] - 1]
        assert marked(script, line).splitlines()[line - 1].endswith("◀")


@pytest.mark.parametrize("name", ["digits-cnn", "little-resnet"])
def test_beside_the_layers_the_line_of_the_selected_card_alone_is_lit(name: str) -> None:
    experiment = PRESETS[name].experiment
    listing = model_code(experiment)
    lines = listing.text.rstrip().splitlines()
    for path, _layer in inside(experiment.network):
        shown = re.findall(r"<div([^>]*)>(.*?)</div>", drawn(listing, dict.fromkeys(listing.lines, "#123456"), path))
        lit = [number for number, (look, _text) in enumerate(shown, start=1) if "aria-current" in look]
        assert lit == [listing.lines[path]]
        assert lines[lit[0] - 1].startswith(unescape(shown[lit[0] - 1][1]))


def test_beside_the_layers_no_text_becomes_html() -> None:
    listing = Listing("nn.Linear(<script>alert(1)</script>)", {(0,): 1})
    assert "<script" not in drawn(listing, {(0,): "#123456"}, (0,))


def dialog(experiment: Experiment) -> AppTest:
    def page(yaml: str) -> None:
        from dlcore.experiment import Experiment
        from pages.components.studio.code_view import show

        show(Experiment.from_yaml_text(yaml), (1,))

    found = AppTest.from_function(page, kwargs={"yaml": experiment.to_yaml()}, default_timeout=60).run()
    assert not found.exception
    return found


def test_the_dialog_shows_torch_and_keras_and_the_class_when_asked() -> None:
    page = dialog(PRESETS["digits-mlp"].experiment)
    assert [tab.label for tab in page.tabs] == ["model.py", "train.py", "digits.ipynb", "Keras", "Your own code"]
    model, script, keras = (each.value for each in page.code)
    assert [line for line in model.splitlines() if "◀" in line] == [line for line in script.splitlines() if "◀" in line]
    assert "nn.Linear(64" in next(line for line in model.splitlines() if "◀" in line)
    assert "keras.Model(inputs, x)" in keras
    page.button_group[0].set_value("module").run()
    assert "class Network(nn.Sequential)" in page.code[0].value


def test_what_keras_lacks_is_said_in_its_place() -> None:
    plain = PRESETS["digits-cnn"].experiment.to_dict()
    plain["network"].insert(1, {"layer": "LocalResponseNorm"})
    page = dialog(Experiment.from_dict(plain))
    assert "cannot be written in Keras" in page.info[0].value
    assert len(page.code) == 2


TWO_NETWORKS = """
class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    def forward(self, x):
        return self.net(x)

class Second(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 10)
    def forward(self, x):
        return self.fc(torch.flatten(x, 1) * 2)
"""


def pasted(code: str) -> AppTest:
    """The place for a learner's own code, with this code in it."""

    def page(yaml: str) -> None:
        from dlcore.experiment import Experiment
        from pages.components.studio.code_import import code_back

        code_back(Experiment.from_yaml_text(yaml))

    yaml = PRESETS["digits-mlp"].experiment.to_yaml()
    found = AppTest.from_function(page, kwargs={"yaml": yaml}, default_timeout=60).run()
    found.text_area[0].set_value(code).run()
    assert not found.exception
    return found


def test_of_several_networks_the_learner_says_which_is_read() -> None:
    page = pasted(TWO_NETWORKS)
    (choice,) = page.selectbox
    assert (choice.options, choice.value) == (["First", "Second"], "Second")
    assert page.warning[0].value.startswith("Line 14")
    assert "the code also holds First" in page.info[0].value
    choice.set_value("First").run()
    assert not page.exception
    assert page.success[0].value == "Flatten → Linear → ReLU → Output"
    assert not page.warning


def test_one_network_asks_for_no_choice() -> None:
    page = pasted(TWO_NETWORKS.split("class Second")[0])
    assert len(page.selectbox) == 0
    assert page.success[0].value == "Flatten → Linear → ReLU → Output"
