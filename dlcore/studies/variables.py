"""What of an experiment can be varied: its settings with the values that are worth a try, for forms and defaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from dlcore.coach.settings import WIDTHS
from dlcore.declaration import Declaration, Setting
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.dense import Output
from dlcore.layers.stack import card_number, inside
from dlcore.network import about_of
from dlcore.registry import OPTIMIZERS
from dlcore.studies.assignment import OPTIMIZER, Value, assign, current
from dlcore.studies.structure import STRUCTURE, Quantity

RATES = (0.0001, 0.001, 0.01, 0.1)
TELLING = ("weight_decay", "momentum", "batch_size", "epochs", "kernel_size", "p", *WIDTHS)
ROWS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)  # shares of the rows that teach
USUAL = {  # msgids: how the settings that are varied most often are called
    "training.optimizer.lr": N_("Learning rate"),
    "training.batch_size": N_("Batch size"),
    "training.optimizer.weight_decay": N_("Weight decay"),
    "training.epochs": N_("Epochs"),
    "dataset.limit": N_("Training rows"),
    "dataset.label_noise": N_("Share of wrong labels"),
    OPTIMIZER: N_("Optimizer"),
}


@dataclass(frozen=True)
class Variable:
    """One setting that can be varied: its name, what it is now, and what is worth a try.

    `grid` are values for a list; `span` a range for a search, of whole numbers or not, whose steps add or multiply.
    A setting without a span is chosen from its `grid`.
    """

    field: str
    title: Text
    value: Value
    grid: tuple[Value, ...]
    span: tuple[float, float] | None = None
    log: bool = False
    whole: bool = False


def variables(base: Experiment) -> list[Variable]:
    """Everything that can be varied, the usual first."""
    found = [*_training(base), *_structure(base), *_layers(base), *_data(base)]
    usual = [each for each in found if each.field in USUAL or each.field.count(".") == 1]
    return [*usual, *(each for each in found if each not in usual)]


def capacity_field(field: str) -> bool:
    """Whether more of this setting is a network that can hold more."""
    if any(each.field == field and each.capacity for each in STRUCTURE.values()):
        return True
    return field.startswith("network.") and field.rpartition(".")[2] in WIDTHS


def title_of(field: str) -> Text:
    """What a setting is called where it stands alone; its name in the file where nobody calls it otherwise."""
    structural = {each.field: each.title for each in STRUCTURE.values()}
    return Text({**USUAL, **structural}.get(field, field))


def _structure(base: Experiment) -> Iterator[Variable]:
    for each in STRUCTURE.values():
        if each.suits(base):
            yield _quantity(base, each)


def _quantity(base: Experiment, declared: type[Quantity]) -> Variable:
    whole = declared.settings()["value"].type is int
    now = declared.now(base)
    return Variable(declared.field, Text(declared.title), now, tuple(declared.grid), declared.span, declared.log, whole)


def _training(base: Experiment) -> Iterator[Variable]:
    optimizer = base.training.optimizer
    for declared, prefix in ((optimizer, OPTIMIZER), (base.training, "training")):
        yield from (_variable(base, f"{prefix}.{each.name}", each) for each in _numbers(declared))
    kept = tuple(name for name in OPTIMIZERS if name in ("SGD", "Adam", "AdamW", "RMSprop"))
    yield Variable(OPTIMIZER, title_of(OPTIMIZER), optimizer.name, kept)


def _layers(base: Experiment) -> Iterator[Variable]:
    for path, layer in inside(cast("Any", base.network)):
        if isinstance(layer, Output):
            continue
        for each in _numbers(layer):
            field = f"network.{card_number(path)}.{each.name}"
            title = Text(N_("{setting} of layer {number} ({layer})"), setting=each.name, number=card_number(path),
                         layer=layer.name)  # fmt: skip
            yield _variable(base, field, each, title)


def _data(base: Experiment) -> Iterator[Variable]:
    rows = _teaching(base)
    steps = tuple(sorted({max(1, round(rows * share)) for share in ROWS}))
    if len(steps) > 1:
        yield Variable("dataset.limit", title_of("dataset.limit"), base.dataset.limit or rows, steps, whole=True)
    noise, now = "dataset.label_noise", base.dataset.label_noise
    yield Variable(noise, title_of(noise), now, (0.0, 0.1, 0.2, 0.4), (0.0, 0.4))


def _teaching(base: Experiment) -> int:
    """How many rows could teach, about: those that neither judge nor stay sealed."""
    split = base.dataset.split
    about = about_of(base)
    return round(about.rows * (1 - getattr(split, "test", 0.0) - getattr(split, "validation", 0.0)))


def _numbers(declared: Declaration) -> list[Setting]:
    """Its settings that are numbers and say the most."""
    found = type(declared).settings().values()
    return [each for each in found if each.type in (int, float) and (each.main or each.name in TELLING)]


def _variable(base: Experiment, field: str, each: Setting, title: Text | None = None) -> Variable:
    now = current(base, field)
    log = each.log or each.type is int or each.name == "weight_decay"
    grid = tuple(value for value in _around(now, each) if not field.startswith("network.") or _fits(base, field, value))
    known = [float(value) for value in grid if isinstance(value, int | float) and not (log and value <= 0)]
    span = (min(known), max(known)) if len(known) > 1 else None
    return Variable(field, title or title_of(field), now, grid, span, log, each.type is int)


def _around(now: Value, each: Setting) -> Sequence[Value]:
    """Values that are worth a try, around what it is now."""
    if each.name == "lr":
        return RATES
    if each.name == "weight_decay":
        return (0.0, 0.0001, 0.001, 0.01, 0.1)
    if each.name == "momentum":
        return (0.0, 0.5, 0.9, 0.99)
    if each.type is int:
        start = int(now or each.default or 8)
        return sorted({max(1, round(start * factor)) for factor in (0.25, 0.5, 1, 2, 4)})
    if each.ge == 0 and each.lt == 1:
        return (0.0, 0.2, 0.4, 0.6)
    return sorted({float(now or 0) * factor for factor in (0.5, 1, 2)})


def _fits(base: Experiment, field: str, value: Value) -> bool:
    """Whether the layers still fit one another with this value."""
    try:
        assign(base, {field: value})
    except DlcoreError:
        return False
    return True
