"""`model.py`: the network as plain torch, as a sequence or as a class, and which line each layer stands on."""

from __future__ import annotations

import functools
import importlib
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dlcore import network
from dlcore.codegen.layout import LONGEST_LINE, wrapped
from dlcore.declaration import Call
from dlcore.experiment import Experiment
from dlcore.layers.base import Path, Step
from dlcore.network import about_of

Style = Literal["sequential", "module"]
OWN_MODULES = "dlcore.layers.modules"  # what torch lacks: pasted into the code that needs it
NOTES_FROM = 40  # column at which a layer's shape is noted, where its line is shorter
MOST_NAMED = 8  # layers in a title
LONGEST_NOTED = 72  # columns of a line beside which the others put their notes


@dataclass(frozen=True)
class Listing:
    """Source code, and the 1-based line of each layer by its path: (3,) in the stack, (3, 0, 1) in a block."""

    text: str
    lines: dict[Path, int]


def model_code(experiment: Experiment, style: Style = "sequential") -> Listing:
    """`model.py`: a file of its own, whose `model` (or `Network`) has the state_dict keys of the app's weights.

    Raises NetworkError where the layers cannot work.
    """
    steps = network.trace(experiment)
    calls = network.call(experiment.network, about_of(experiment)).arguments
    own = pasted(calls)
    imports = merged(["import torch", "from torch import nn", *(line for line in own if is_import(line))])
    head = [*(line for line in imports if line != "import torch" or any("torch." in each for each in own))]
    body = [line for line in own if not is_import(line)]
    written = _Stack(steps, calls, " " * (12 if style == "module" else 4))
    before, after = _module(steps) if style == "module" else (["model = nn.Sequential("], [")"])
    gap = [] if body else [""] if style == "sequential" else ["", ""]
    lines = [*head, *body, *gap, *before]
    first = len(lines) + 1
    text = "\n".join([*lines, *written.noted(), *after]) + "\n"
    return Listing(text, {path: first + number for path, number in written.places.items()})


def _module(steps: Sequence[Step]) -> tuple[list[str], list[str]]:
    """A class around the layers; it numbers them as a Sequential does, so that it takes the same state_dict."""
    calls = [f"        x = self[{number}](x)" for number in range(len(steps))]
    notes = [f"  # {step.layer}: ({', '.join(['N', *map(str, step.made)])})" for step in steps]
    before = [
        "class Network(nn.Sequential):",
        '    """Built in the browser, layer by layer; self[0] is its first layer."""',
        "",
        "    def __init__(self):",
        "        super().__init__(",
    ]
    forward = [f"{call.ljust(26)}{note}" for call, note in zip(calls, notes, strict=True)]
    after = ["        )", "", "    def forward(self, x):", *forward, "        return x"]
    return before, after


def stack(steps: Sequence[Step], calls: Sequence[Call], indent: str = "    ") -> list[str]:
    """One line a layer, with the shape it makes at the end: `nn.Linear(64, 10),    # (N, 10)`."""
    return _Stack(steps, calls, indent).noted()


@dataclass
class _Stack:
    """The lines of a stack of layers, those inside blocks further in, and on which line each layer begins."""

    steps: Sequence[Step]
    calls: Sequence[Call]
    indent: str
    lines: list[tuple[str, str]] = field(default_factory=list)  # code, note
    places: dict[Path, int] = field(default_factory=dict)  # counted from 0

    def __post_init__(self) -> None:
        for step, call in zip(self.steps, self.calls, strict=True):
            self._layer(step, call, self.indent)

    def noted(self) -> list[str]:
        """The lines with their notes one under the other."""
        column = max([NOTES_FROM, *(len(code) for code, note in self.lines if note and len(code) <= LONGEST_NOTED)]) + 2
        return [f"{code.ljust(column - 2)}  {note}" if note else code for code, note in self.lines]

    def _layer(self, step: Step, call: Call, indent: str) -> None:
        self.places[step.path] = len(self.lines)
        note = f"# ({', '.join(['N', *map(str, step.made)])})"
        if not step.children:
            first, *rest = wrapped(f"{indent}{call.source()}", LONGEST_LINE - len(note) - 2, end=",")
            self.lines += [(first, note), *((line, "") for line in rest)]
            return
        self.lines.append((f"{indent}{_opening(call)}", note))
        self._inside(iter(step.children), call, indent + "    ")
        self.lines.append((f"{indent}),", ""))

    def _inside(self, children: Iterator[Step], call: Call, indent: str) -> None:
        """The arguments of a block: its stacks layer by layer, anything else in a line."""
        for argument in call.arguments:
            if isinstance(argument, Call) and argument.name == "Sequential":
                self.lines.append((f"{indent}nn.Sequential(", ""))
                for layer in argument.arguments:
                    self._layer(next(children), layer, indent + "    ")
                self.lines.append((f"{indent}),", ""))
            else:
                written = argument.source() if isinstance(argument, Call) else repr(argument)
                self.lines.append((f"{indent}{written},", ""))
        self.lines += [(f"{indent}{name}={value!r},", "") for name, value in call.settings.items()]


def _opening(call: Call) -> str:
    """`Residual(` of a call written down."""
    return call.source().partition("(")[0] + "("


def pasted(calls: Iterable[Any]) -> list[str]:
    """The source of the modules that torch lacks and these calls use, in the order of their own file.

    Import lines come first; each class has two empty lines before it, and two follow the last.
    """
    names = {call.name for call in _all(tuple(calls)) if call.module == OWN_MODULES}
    if not names:
        return []
    sources = _own_sources()
    wanted = _with_needs(names, sources)
    lines = [
        line.rstrip()
        for name, source in sources.items() if name in wanted
        for line in ["", "", *source.rstrip().splitlines()]
    ]  # fmt: skip
    needed = {"import math": "math.", "import torch": "torch.", "from torch import Tensor": "Tensor"}
    imports = [line for line, word in needed.items() if any(word in each for each in lines)]
    return [*imports, *lines, "", ""]


@functools.cache
def _own_sources() -> dict[str, str]:
    """The source of each module that torch lacks, by its name; to find them takes a tenth of a second."""
    module = importlib.import_module(OWN_MODULES)
    return {
        name: re.sub(r"  # (type: ignore|noqa)\S*(?=  |$)", "", inspect.getsource(each), flags=re.MULTILINE)
        for name, each in vars(module).items() if inspect.isclass(each) and each.__module__ == OWN_MODULES
    }  # fmt: skip


def is_import(line: str) -> bool:
    """Whether a line at the start of a file imports something."""
    return line.startswith(("import ", "from "))


def title(experiment: Experiment) -> str:
    """«digits: Flatten → Linear → ReLU → Output»: an experiment in a line; of many layers the first and the last."""
    names = [layer.name for layer in experiment.network]
    shown = names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 2], "…", names[-1]]
    return f"{experiment.dataset.source.name}: {' → '.join(shown)}"


def merged(lines: Iterable[str]) -> list[str]:
    """Import lines as isort has them: each once, names of one module in one line."""
    modules: dict[str, set[str]] = {}
    for line in lines:
        if line.startswith("from "):
            module, names = line.removeprefix("from ").split(" import ")
            modules.setdefault(module, set()).update(names.split(", "))
    whole = sorted({line for line in lines if line.startswith("import ")}, key=str.lower)
    return whole + [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(modules.items())]


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
