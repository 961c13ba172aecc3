"""What a network of many inputs answers over the plane of two of them, the others held at a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from dlcore.analyses.base import Analysis, Progress, number
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.data.base import About, Data, Part
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text, translate
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.boundary import MARGIN, SIDE, answers_on_a_grid, plane
from dlcore.probes.points import MOST_POINTS
from dlcore.probes.samples import as_brought, in_target_units
from dlcore.training.metrics import evaluating
from dlcore.training.model_view import ModelView, spread

if TYPE_CHECKING:
    import plotly.graph_objects as go

AROUND_ONE = 0.5  # in scaled units: shown to both sides of a column in which every row is the same
Pair = tuple[int, int]


class Slice(Analysis):
    """Asked: `across` and `up`, two columns by number (0-based) or name; `row`, a place in `samples`; and `epoch`.

    Everything in the data's own units, before scaling. As of the probe `boundary`: `x` and `y`, [low, high] of the two
    columns, `size`, and `classes` and `values`, or `values`, `low`, `high` and perhaps `unfinite`. `points`: as of the
    probe `points`. `held`: `values` (columns,) float32, the row; its `row` within the part that judges; and `x`, `y`
    (1,) float32, where it lies. `epoch`: with kept weights, nearest to the one that was asked for. `across`, `up`.
    """

    name = "slice"
    tab = N_("Decision boundary")
    place = 25
    panel = "slice"

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        flat = len(about.shape) == 1 and about.shape.vocabulary is None and about.shape[0] > 2
        return flat and about.task in ("multiclass", "binary", "regression") and len(about.classes) <= 256

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        del progress  # a single pass: done before anybody could look
        about = run.data.about
        if not cls.suits(about, run.steps):
            raise DlcoreError(
                Text(N_("Two of its columns can be varied only where an example is a row of three numbers or more."))
            )
        epoch = run.nearest(number(asked, "epoch", 0, 10**9, run.epochs[-1]))
        columns = _pair(asked, names_of(about))
        view = run.view(epoch)
        place = number(asked, "row", 0, len(view.numbers) - 1, 0)
        x = view.examples.x[place]
        low, high = _range(run.data.train.x[:, list(columns)])
        made = _answers(view, x, columns, plane(low, high, SIDE, view.device))
        found = answers_on_a_grid(made, about)
        if "low" in found:
            ends = in_target_units(np.array([found["low"], found["high"]]), run.data)
            found |= {"low": float(ends[0]), "high": float(ends[1])}
        corners = x.repeat(2, 1)
        corners[:, list(columns)] = torch.tensor([low, high])
        across, up = (as_brought(corners.numpy(), run.data)[:, column].tolist() for column in columns)
        held = as_brought(x[None].numpy(), run.data)[0]
        return {
            "x": across, "y": up, "size": SIDE, **found,
            "points": {name: _points(part, columns, run.data) for name, part in
                       (("train", run.data.train), ("validation", run.data.validation))},
            "held": {"values": held, "row": int(view.numbers[place]), "x": held[[columns[0]]], "y": held[[columns[1]]]},
            "epoch": epoch, "across": columns[0], "up": columns[1],
        }  # fmt: skip

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import slice as figure  # plotly, which a worker need not load

        del experiment, steps
        if about.task == "regression":
            return [figure.heights(translate(about.target), run)]
        return [figure.regions(about.classes, run)]

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        """`columns`: their names. `classes`: theirs, none where a number is predicted. `part`: that of the rows."""
        del steps
        part = "validation" if experiment.dataset.split.validation else "train"
        return {"columns": names_of(about), "classes": list(about.classes), "part": part}


def names_of(about: About) -> list[str]:
    """What the columns of a flat example are called, x1, x2, … where nobody named them."""
    columns = about.shape[0]
    return list(about.features) if len(about.features) == columns else [f"x{n + 1}" for n in range(columns)]


def _pair(asked: Mapping[str, Any], names: Sequence[str]) -> Pair:
    across, up = _column(asked, "across", names, 0), _column(asked, "up", names, 1)
    if across == up:
        text = N_("across and up must be two columns, but {column} came for both.")
        raise DlcoreError(Text(text, column=names[across]))
    return across, up


def _column(asked: Mapping[str, Any], field: str, names: Sequence[str], default: int) -> int:
    """The number of a column that was asked for. Raises DlcoreError with the field, what is allowed and what came."""
    value = asked.get(field, default)
    if isinstance(value, str) and value in names:
        return names.index(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
        return value
    text = N_("{field} must be the name of a column, or its number from 0 to {last}, but {received} came.")
    raise DlcoreError(Text(text, field=field, last=len(names) - 1, received=repr(value)[:80]))


def _range(x: Tensor) -> tuple[list[float], list[float]]:
    """Lowest and highest of each column, with a margin around them. x: (N, 2), scaled."""
    low, high = x.amin(dim=0), x.amax(dim=0)
    margin = (MARGIN * (high - low)).where(high > low, AROUND_ONE)
    return (low - margin).tolist(), (high + margin).tolist()


def _answers(view: ModelView, x: Tensor, columns: Pair, grid: Tensor) -> Tensor:
    """(side², outputs): of the row x (columns,), with these two columns as on the grid (side², 2)."""
    rows = x.repeat(len(grid), 1)
    rows[:, list(columns)] = grid
    with evaluating(view.model):
        return torch.cat([view.model(each) for each in torch.split(rows, view.rows)])


def _points(part: Part, columns: Pair, data: Data) -> Arrays:
    chosen = spread(len(part), MOST_POINTS)
    x, y = as_brought(part.x[chosen].numpy(), data), part.y[chosen].numpy().reshape(len(chosen))
    target = in_target_units(y.astype(np.float64), data) if data.about.task == "regression" else y
    across, up = (np.ascontiguousarray(x[:, column]) for column in columns)
    return {"x": across, "y": up, "target": target.astype(np.float32)}
