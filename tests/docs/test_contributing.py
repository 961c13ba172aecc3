"""The recipes of CONTRIBUTING work as they are written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")

IMPORTS = """
from dlcore.declaration import Call, Shape, setting
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.activation import Activation
from dlcore.network import trace
"""
USE = """
experiment = Experiment.from_dict({
    "dataset": {"name": "digits"},
    "network": [{"layer": "Flatten"}, {"layer": "Threshold", "threshold": 0.5}, {"layer": "Output"}],
    "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam"},
})
print(trace(experiment)[1].source)
"""


def test_the_recipe_of_a_layer_makes_a_layer() -> None:
    (recipe,) = re.findall(r"```python\n(.*?)```", CONTRIBUTING, flags=re.DOTALL)
    done = subprocess.run([sys.executable, "-c", IMPORTS + recipe + USE], cwd=ROOT, capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "nn.Threshold(0.5, 0.0)"


def test_every_file_and_goal_it_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for goal in set(re.findall(r"`make ([a-z-]+)`", CONTRIBUTING)):
        assert re.search(rf"^{goal}:", makefile, flags=re.MULTILINE), goal
    for path in set(re.findall(r"`((?:dlcore|pages|docs|tests|tools)/[\w/.]+)`", CONTRIBUTING)):
        assert (ROOT / path.replace("NAME", "neuron")).exists(), path
