"""What a probe is: what it measures after an epoch, and the charts that show it. One declaration, one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.base import Step
from dlcore.lookup import Registry
from dlcore.probes.arrays import Arrays
from dlcore.probes.grid import DENSE
from dlcore.training.model_view import ModelView

if TYPE_CHECKING:
    import plotly.graph_objects as go

PROBES: Registry[type[Probe]] = Registry(N_("probe"), "dlcore.probes.every")


class Probe:
    """A look inside. `name` is that of its arrays (`boundary.values`); it changes nothing of what it looks at.

    `tab` is the msgid of the tab in which its charts stand; probes of one tab stand in it together, in the order of
    their places. Those with a `choice`, the msgid of their name in it, take turns: one is chosen and shown. `panel`
    says what the browser makes of it: `charts`, or a part of its own that reads the same arrays.
    """

    name: ClassVar[str]
    tab: ClassVar[str] = ""
    choice: ClassVar[str] = ""
    place: ClassVar[int] = 50  # of its charts among those of other probes
    panel: ClassVar[str] = "charts"
    dense: ClassVar[int] = DENSE  # how closely it looks: see `grid`
    once: ClassVar[bool] = False  # it looks at epoch 0 alone: what it sees does not change

    def __init_subclass__(cls) -> None:
        if "name" in cls.__dict__:
            PROBES.register(cls.name, cls)

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        """Whether it has anything to say of a network of these steps on such data."""
        del about, steps
        return True

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        """What it sees. The docstring of each probe says the shapes and units."""
        raise NotImplementedError

    @classmethod
    def series(cls, seen: Arrays) -> dict[str, float | None]:
        """Of what it saw, the single numbers that are drawn over the epochs, by name: they travel with the events."""
        del seen
        return {}

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        """The empty charts that its arrays fill, of the run with this id, in the current language."""
        del experiment, about, steps, run
        return []

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        """What a panel that is not `charts` needs to know beside its arrays, as plain JSON."""
        del experiment, about, steps
        return {}


def suitable(about: About, steps: Sequence[Step]) -> dict[str, type[Probe]]:
    """The probes that look at such a network, by name."""
    return {name: PROBES[name] for name in sorted(PROBES) if PROBES[name].suits(about, steps)}
