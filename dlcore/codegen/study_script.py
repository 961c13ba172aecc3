"""`study.py`: a study as one script, which trains every run with torch alone and prints the table of the app.

Each arm is a function: the lines of its `train.py` with the seed as argument. What judges them is the source of the
verdicts themselves.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType

from dlcore import network
from dlcore.codegen import study_table
from dlcore.codegen.data_source import ROWS_FILE
from dlcore.codegen.layout import docstring, joined
from dlcore.codegen.model import is_import
from dlcore.codegen.script import START_FILE, import_lines, parts
from dlcore.experiment import Experiment
from dlcore.i18n import _, on_one_line
from dlcore.network import about_of
from dlcore.studies import Arm, Study, sentences, verdicts
from dlcore.training.diagnosis import GROWTH
from dlcore.training.metrics import evaluation_rows
from dlcore.training.scores import METRICS, metrics_of

OURS = "dlcore"
NOT_NEEDED = ("plain",)  # of the verdicts
SCORES = {  # the score of a task, of its predictions of a whole part
    "multiclass": ["return (prediction.argmax(dim=1) == y).double().mean().item()"],
    "binary": ["return ((prediction > 0) == (y > 0)).double().mean().item()"],
    "multilabel": ["return ((prediction > 0) == (y > 0)).all(dim=1).double().mean().item()"],
    "next-token": ["return nn.functional.cross_entropy(prediction.transpose(1, 2), y).exp().item()"],
    "regression": [
        "y = y.double()",
        "squares, spread = ((prediction - y) ** 2).sum(dim=0), ((y - y.mean(dim=0)) ** 2).sum(dim=0)",
        "return torch.where(spread > 0, 1 - squares / spread, (squares == 0).double()).mean().item()",
    ],
}


def study_code(study: Study, threads: int | None = None) -> str:
    """The script, its table in the current language. `threads` fixes torch's number of threads.

    Raises what writing one of its experiments as a script raises.
    """
    functions = _Functions(threads)
    trained = [functions.of_arm(study, number) for number in range(len(study.arms))]
    imports = [*functions.imports, *_imports(verdicts), *_imports(study_table), *EXTRA]
    does = _("It trains {count} runs, one after the other, and prints how the arms compare.", count=len(study))
    return joined([
        *docstring(f"{_quotable(study.name or _(study.kind.title))}.", "", does, *_beside(functions.lines)),
        "",
        "from __future__ import annotations",
        "",
        *import_lines(imports),
        "",
        *_settings(study, threads),
        "",
        "",
        "# Each arm: how it is trained with a seed",
        *functions.lines,
        "",
        "",
        "# What the differences of paired seeds allow to say",
        *_source(verdicts),
        "",
        "",
        "# The table",
        *_source(study_table),
        "",
        "",
        *_main(study, trained),
    ])  # fmt: skip


def _beside(lines: Sequence[str]) -> list[str]:
    """Which files the script reads that stand for themselves in no line of it."""
    text = "\n".join(lines)
    names = [name for name in (ROWS_FILE, START_FILE) if f'"{name}"' in text]
    said = _("It reads {files}, to lie beside it: the bundle (.zip) of any of its runs has it.", files=", ".join(names))
    return [said] if names else []


EXTRA = ["import torch", "from torch import nn", "from collections import namedtuple"]


class _Functions:
    """A function for each text that an arm's script has, whatever the seed: mostly one an arm."""

    def __init__(self, threads: int | None) -> None:
        self.threads = threads
        self.imports: list[str] = []
        self.lines: list[str] = []
        self._names: dict[str, str] = {}  # by text

    def of_arm(self, study: Study, number: int) -> dict[int, str]:
        """By seed, the name of the function that trains it."""
        arm = study.arms[number]
        return {seed: self._name(arm, number, study.kind.seeded(arm.experiment, seed)) for seed in study.seeds}

    def _name(self, arm: Arm, number: int, experiment: Experiment) -> str:
        lines = list(_training(experiment, self.threads))
        text = "\n".join(lines)
        if text not in self._names:
            beside = sum(name.startswith(f"arm_{number + 1}") for name in self._names.values())
            name = self._names[text] = f"arm_{number + 1}" + (f"_{beside + 1}" if beside else "")
            self.imports += [line for line in lines if is_import(line)]
            body = re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if not is_import(line)).strip("\n"))
            said = docstring(_quotable(str(arm.name)) + ".")
            self.lines += ["", "", f"def {name}(seed):", *indented([*said, *body.split("\n"), "", "return curve"])]
        return self._names[text]


def _quotable(name: str) -> str:
    """A name as part of a docstring: whatever it holds, it does not end the string."""
    return on_one_line(name).replace("\\", "/").replace('"', "'").rstrip(".")


def _training(experiment: Experiment, threads: int | None) -> Iterator[str]:
    """The lines of an experiment's script without its docstring, the seed, and what prints."""
    written = parts(experiment, threads, note=_note(experiment))
    head = written.pop("head")
    text = ast.parse("\n".join(head)).body[0]
    for line in head[text.end_lineno :]:
        if not line.startswith(("seed = ", "torch.set_num_threads(")):
            yield line
    for lines in written.values():
        for line in lines:
            yield line.replace("    global ", "    nonlocal ", 1) if line.startswith("    global ") else line


def _note(experiment: Experiment) -> list[str]:
    """The function that keeps an epoch's losses and score, and the one that finds this score."""
    task = about_of(experiment).task
    part = "validation" if experiment.dataset.split.validation > 0 else "train"
    model = "forward" if experiment.training.precision == "mixed" else "model"
    returned = ", _" if task in ("multiclass", "binary", "next-token") else ""
    judged = "judged = train_loss" if part == "train" else f"judged{returned} = measure(x_validation, y_validation)"
    noun = METRICS[metrics_of(task)[0]].noun
    return [
        "curve = []  # by epoch: training loss, the loss that judges, the score",
        "",
        "",
        "@torch.inference_mode()",
        "def score_of(x, y):",
        f'    """The {noun} over a part."""',
        f"    prediction = torch.cat([{model}(some) for some in x.split({evaluation_rows(network.trace(experiment))})])"
        + (".double()" if task == "regression" else ""),
        *(f"    {line}" for line in SCORES[task]),
        "",
        "",
        "def note(epoch):",
        '    """Measure after an epoch; returns the loss that judges it."""',
        f"    train_loss{returned} = measure(x_train, y_train)",
        f"    {judged}",
        f"    curve.append((train_loss, judged, score_of(x_{part}, y_{part})))",
        "    return judged",
    ]


def indented(lines: Iterable[str]) -> list[str]:
    """Lines four columns further in; what stands within a string of several lines stays where it is."""
    text = "\n".join(lines)
    inside: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING:
            inside.update(range(token.start[0] + 1, token.end[0] + 1))
    return [line if number in inside or not line else f"    {line}" for number, line in enumerate(text.splitlines(), 1)]


def _imports(module: ModuleType) -> list[str]:
    return [
        line for line in inspect.getsource(module).splitlines()
        if is_import(line) and not line.startswith((f"from {OURS}", "from __future__"))
    ]  # fmt: skip


def _source(module: ModuleType) -> Iterator[str]:
    """All that a module defines, as it stands in its file."""
    text = inspect.getsource(module)
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom) or getattr(node, "name", "") in NOT_NEEDED:
            continue
        if isinstance(node, ast.Expr):  # its docstring
            continue
        decorators = getattr(node, "decorator_list", [])
        first = min([node.lineno, *(each.lineno for each in decorators)])
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from ("", "")
        yield from lines[first - 1 : node.end_lineno]


def _settings(study: Study, threads: int | None) -> Iterator[str]:
    """What was declared before anything was trained."""
    names = sorted({study.metric_of(arm) for arm in study.arms} | {study.metric})
    if threads is not None:
        yield f"torch.set_num_threads({threads})"
    yield f"SEEDS = {study.seeds!r}"
    yield f'EPOCH = "{study.epoch}"  # whose scores are compared'
    yield 'Metric = namedtuple("Metric", "lower bounds digits")  # whether less is better, lowest and highest, digits'
    yield "METRICS = {"
    for name in names:
        metric = METRICS[name]
        yield f'    "{name}": Metric({metric.lower}, {metric.bounds!r}, {metric.digits}),'
    yield "}"
    yield f"HOPELESS = {GROWTH!r}  # so many times the first loss: such a run has failed"


def _main(study: Study, trained: Sequence[dict[int, str]]) -> Iterator[str]:
    words: dict[str, str] = {word: _(text) for word, text in sentences.WORDS.items()}
    words |= {"failed": _(sentences.STATES["failed"]), "signs": _("{better} of {n}")}
    yield "ARMS = [  # what it is called, what judges it, how it is trained with each seed"
    for arm, functions in zip(study.arms, trained, strict=True):
        metric = study.metric_of(arm)
        names = {*functions.values()}
        each = f"dict.fromkeys(SEEDS, {names.pop()})" if len(names) == 1 else _by_seed(functions)
        yield f"    (({str(arm.name)!r}, {metric!r}, {_(METRICS[metric].noun)!r}), {each}),"
    yield from (
        "]",
        f"HEADINGS = {sentences.headings(study)!r}",
        f"WORDS = {words!r}",
        "",
        'if __name__ == "__main__":',
        "    curves = [{seed: train(seed) for seed, train in trains.items()} for _arm, trains in ARMS]",
        f"    rows = table([arm for arm, _trains in ARMS], curves, EPOCH, HOPELESS, WORDS, {study.kind.paired})",
        "    printed([HEADINGS, *rows])",
    )


def _by_seed(functions: dict[int, str]) -> str:
    return "{" + ", ".join(f"{seed}: {name}" for seed, name in functions.items()) + "}"
