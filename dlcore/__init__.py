"""Layer by Layer: networks, training and runs for people who learn deep learning by doing.

    experiment = dlcore.Experiment.from_yaml("digits.yaml")
    for event in dlcore.train(experiment):
        print(event)

In a notebook, a script or a shell, `upload:<id>` is one of this machine's own data sets, and `file:PATH` a file beside
the experiment's, or in the current folder. In Jupyter, `train` shows a bar and its curves.

Names are loaded when they are first used, and declarations when one is first looked up: `import dlcore` is quick, and
a list of layers need not wait for torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from dlcore import runs as runs
    from dlcore.data.load import load as load
    from dlcore.errors import DlcoreError as DlcoreError
    from dlcore.experiment import Experiment as Experiment
    from dlcore.network import build as build
    from dlcore.network import trace as trace
    from dlcore.notebook import train as train

_HOMES = {
    "DlcoreError": "dlcore.errors",
    "Experiment": "dlcore.experiment",
    "build": "dlcore.network",
    "load": "dlcore.data.load",
    "source_code": "dlcore.codegen",
    "trace": "dlcore.network",
    "train": "dlcore.notebook",
}
_MODULES = ("data", "layers", "network", "runs", "training")

__all__ = [*_HOMES, "runs"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(importlib.import_module(_HOMES[name]), name)
        globals()[name] = found
        return found
    if name in _MODULES:
        return importlib.import_module(f"dlcore.{name}")
    raise AttributeError(f"module 'dlcore' has no attribute {name!r}")
