"""What a quantity of a network's structure is: one number that says something of several layers at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dlcore.declaration import Declaration
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.lookup import Registry

STRUCTURE: Registry[type[Quantity]] = Registry(N_("quantity of a network"), "dlcore.studies.structure")


class Quantity(Declaration):
    """One quantity, such as the number of hidden layers. A subclass is in the registry as soon as it is imported.

    `value` is its one setting; `field` is how studies name it beside the fields of an experiment file.
    """

    REGISTRY = STRUCTURE
    abstract: ClassVar[bool] = True
    title: ClassVar[str] = ""  # msgid
    field: ClassVar[str] = ""  # network.width
    order: ClassVar[int] = 0  # those with lower numbers are set first
    capacity: ClassVar[bool] = False  # more of it is a network that can hold more
    log: ClassVar[bool] = False  # its steps multiply
    grid: ClassVar[Sequence[float]] = ()  # values that a grid tries unless told otherwise
    span: ClassVar[tuple[float, float]] = (0, 1)  # between which a search looks unless told otherwise

    value: float

    @classmethod
    def now(cls, base: Experiment) -> float:
        """What it is in an experiment."""
        raise NotImplementedError

    def applied(self, base: Experiment) -> Experiment:
        """The experiment with this much of it. Raises ExperimentError where it has no such thing."""
        raise NotImplementedError

    @classmethod
    def suits(cls, base: Experiment) -> bool:
        """Whether it can be varied in this experiment."""
        try:
            return all(cls.parse({"value": each}).applied(base) is not None for each in cls.grid)
        except DlcoreError:
            return False
