"""What a probe is: what it measures after an epoch, and the charts that show it. One declaration, one file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dlcore.data.base import About
from dlcore.i18n import N_
from dlcore.layers.base import Step
from dlcore.lookup import Registry
from dlcore.probes.arrays import Arrays
from dlcore.probes.display import Display
from dlcore.probes.grid import DENSE
from dlcore.training.model_view import ModelView

PROBES: Registry[type[Probe]] = Registry(N_("probe"), "dlcore.probes.every")


class Probe(Display):
    """A look inside, shown as its `Display` says; it changes nothing of what it looks at."""

    panel: ClassVar[str] = "charts"
    dense: ClassVar[int] = DENSE  # how closely it looks: see `grid`
    once: ClassVar[bool] = False  # it looks at epoch 0 alone: what it sees does not change

    def __init_subclass__(cls) -> None:
        if "name" in cls.__dict__:
            PROBES.register(cls.name, cls)

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        """What it sees. The docstring of each probe says the shapes and units."""
        raise NotImplementedError

    @classmethod
    def series(cls, seen: Arrays) -> dict[str, float | None]:
        """Of what it saw, the single numbers that are drawn over the epochs, by name: they travel with the events."""
        del seen
        return {}


def suitable(about: About, steps: Sequence[Step]) -> dict[str, type[Probe]]:
    """The probes that look at such a network, by name."""
    return {name: PROBES[name] for name in sorted(PROBES) if PROBES[name].suits(about, steps)}
