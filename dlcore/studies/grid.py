"""Grids: one or two settings over lists of values, every pair of them an arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import ClassVar, Self

from dlcore.declaration import setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.studies.assignment import Value, assign, label
from dlcore.studies.kind import Arm, Epoch, StudyKind
from dlcore.studies.variables import variables

WIDTH, ROWS = "network.width", "dataset.limit"  # of the grid that shows overfitting
LEAST_VALUES = 2


class Grid(StudyKind):
    """The experiment with every pair of values of two settings, or with every value of one.

    `x` and `y` are named as in an experiment file, or as in `network.width`. Nothing is judged against the first cell:
    neighbours are compared, by eye and by their spread over seeds. Scores are those at the end of training, where
    overfitting shows.
    """

    name = "grid"
    title = N_("Grid")
    paired: ClassVar[bool] = False
    epoch: ClassVar[Epoch] = "last"

    x: str = setting(WIDTH, help=N_("The setting along the map, as in training.optimizer.lr or network.width."))
    x_values: tuple[Value, ...] = setting((0.25, 0.5, 1, 2, 4), help=N_("Its values."))
    y: str | None = setting(None, help=N_("The setting up the map; empty for a line instead of a map."))
    y_values: tuple[Value, ...] = setting((), help=N_("The values of the setting up the map."))

    @classmethod
    def suited(cls, base: Experiment) -> Self:
        """Capacity × rows where the network has a width and rows can be held back; else the learning rate."""
        known = {each.field: each for each in variables(base)}
        first = next(known[name] for name in (WIDTH, "training.optimizer.lr") if name in known)
        if (second := known.get(ROWS)) is None:
            return cls(x=first.field, x_values=first.grid)
        return cls(x=first.field, x_values=first.grid, y=second.field, y_values=second.grid)

    def arms(self, base: Experiment) -> Sequence[Arm]:
        self._check()
        return [
            Arm(label(values), assign(base, values), at=_number(values[self.x]), values=values)
            for values in self.cells()
        ]

    def cells(self) -> list[Mapping[str, Value]]:
        """The values of each arm: along x first, row by row."""
        if self.y is None:
            return [{self.x: each} for each in self.x_values]
        return [{self.x: x, self.y: y} for y, x in product(self.y_values, self.x_values)]

    def _check(self) -> None:
        if self.x == self.y:
            raise ExperimentError(Text(N_("must be another setting than x, but {received} came"), received=self.y), "y")
        named = {"x_values": self.x_values} | ({} if self.y is None else {"y_values": self.y_values})
        for name, values in named.items():
            if len({*map(repr, values)}) != len(values) or len(values) < LEAST_VALUES:
                text = N_("must be {least} or more values, each once, but {received} came")
                raise ExperimentError(Text(text, least=LEAST_VALUES, received=list(values)), name)


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) else None
