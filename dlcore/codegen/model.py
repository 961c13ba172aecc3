"""`model.py`: the network as plain torch, as a sequence or as a class, and which line each layer stands on."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from dlcore import network
from dlcore.declaration import Call
from dlcore.experiment import Experiment
from dlcore.layers.base import Step
from dlcore.network import about_of

Style = Literal["sequential", "module"]
OWN_MODULES = "dlcore.layers.modules"  # what torch lacks: pasted into the code that needs it
NOTES_FROM = 40  # column at which a layer's shape is noted, where its line is shorter


@dataclass(frozen=True)
class Listing:
    """Source code, and the 1-based line of each layer by its place in the stack."""

    text: str
    lines: dict[int, int]


def model_code(experiment: Experiment, style: Style = "sequential") -> Listing:
    """`model.py`: a file of its own, whose `model` (or `Network`) has the state_dict keys of the app's weights.

    Raises NetworkError where the layers cannot work.
    """
    steps, calls = network.trace(experiment), _calls(experiment)
    head = ["import torch", "from torch import nn", "", *pasted(calls)]
    body = _sequential(steps, calls) if style == "sequential" else _module(steps, calls)
    lines = [*head, *(["", ""] if style == "module" and head[-1] else []), *body]
    first = next(number for number, line in enumerate(lines) if line.strip().endswith("Sequential(")) + 2
    return Listing("\n".join(lines) + "\n", {step.path[0]: first + number for number, step in enumerate(steps)})


def _calls(experiment: Experiment) -> tuple[Call, ...]:
    return network.call(experiment.network, about_of(experiment)).arguments


def _sequential(steps: list[Step], calls: tuple[Call, ...]) -> list[str]:
    return ["model = nn.Sequential(", *stack(steps, calls), ")"]


def _module(steps: list[Step], calls: tuple[Call, ...]) -> list[str]:
    """A class; its layers are numbered as in a Sequential, so that it takes the same state_dict."""
    return [
        "class Network(nn.Sequential):",
        '    """Built in the browser, layer by layer."""',
        "",
        "    def __init__(self):",
        "        super().__init__(*nn.Sequential(",
        *stack(steps, calls, " " * 12),
        "        ))",
        "",
        "    def forward(self, x):",
        "        for layer in self:",
        "            x = layer(x)",
        "        return x",
    ]


def stack(steps: list[Step], calls: tuple[Call, ...], indent: str = "    ") -> list[str]:
    """One line a layer, with the shape it makes at the end: `nn.Linear(64, 10),    # (N, 10)`."""
    written = [f"{indent}{call.source()}," for call in calls]
    column = max([NOTES_FROM, *(len(line) for line in written if len(line) <= 72)]) + 2
    return [
        f"{line.ljust(column)}# ({', '.join(['N', *map(str, step.made)])})"
        for line, step in zip(written, steps, strict=True)
    ]


def pasted(calls: tuple[Call, ...]) -> list[str]:
    """The source of the modules that torch lacks and these calls use, in the order of their own file."""
    names = {call.name for call in _all(calls) if call.module == OWN_MODULES}
    if not names:
        return []
    module = importlib.import_module(OWN_MODULES)
    sources = {
        name: inspect.getsource(each) for name, each in vars(module).items()
        if inspect.isclass(each) and each.__module__ == OWN_MODULES
    }  # fmt: skip
    wanted = _with_needs(names, sources)
    lines: list[str] = []
    for name, source in sources.items():
        if name in wanted:
            lines += ["", *source.rstrip().splitlines(), ""]
    helpers = ["import math"] if any("math." in line for line in lines) else []
    types = ["from torch import Tensor"] if any("Tensor" in line for line in lines) else []
    return [*helpers, *types, *lines, ""]


def _with_needs(names: set[str], sources: dict[str, str]) -> set[str]:
    """These classes and those whose names stand in their source."""
    wanted = set(names)
    while True:
        needed = {
            other for name in wanted for other in sources
            if other not in wanted and re.search(rf"\b{other}\b", sources[name])
        }  # fmt: skip
        if not needed:
            return wanted
        wanted |= needed


def _all(calls: tuple[Any, ...]) -> Iterator[Call]:
    """These calls and those inside their arguments, at any depth."""
    for each in calls:
        if isinstance(each, Call):
            yield each
            yield from _all(each.arguments)
            yield from _all(tuple(each.settings.values()))
        elif isinstance(each, list | tuple):
            yield from _all(tuple(each))
