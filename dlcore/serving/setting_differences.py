"""In which settings runs differ, as a learner reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcore.declaration import Declaration
from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.training.twins import Difference, differences


def what_differs(names: Sequence[str], experiments: Sequence[Experiment]) -> tuple[list[str], list[list[str]]]:
    """(headings, rows) of a table with a column a run: only the settings that are not the same in all."""
    heads = [_("Setting"), *distinct(names)]
    return heads, [[spoken(row), *map(shown, row.values)] for row in differences(experiments)]


def spoken(difference: Difference) -> str:
    """A field as a learner says it: «layer 4» for `network.+4`, the dotted path for the rest."""
    part, _dot, rest = difference.field.partition(".")
    if part != "network":
        return difference.field
    number, _dot, setting = rest.lstrip("+").partition(".")
    layer = _("layer {number}", number=number)
    return f"{layer}, {setting}" if setting else layer


def shown(value: Any) -> str:
    """A setting's value; a dash where a run has no such layer or setting."""
    if value is None:
        return "–"
    if isinstance(value, Declaration):
        settings = ", ".join(f"{name}={each}" for name, each in value.to_dict().items() if name != value.KEY)
        return f"{value.name}({settings})"
    return f"{value:g}" if isinstance(value, float) else str(value)


def distinct(names: Sequence[str]) -> list[str]:
    """The same names, numbered where two are equal: they head columns."""
    return [name if names.count(name) == 1 else f"{name} ({number})" for number, name in enumerate(names, 1)]
