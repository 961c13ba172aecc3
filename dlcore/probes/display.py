"""Where and how something about a run is shown: what a probe and an analysis both declare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.layers.base import Step

if TYPE_CHECKING:
    import plotly.graph_objects as go


class Display:
    """Something about a run that has a `name`, that of its arrays (`boundary.values`), and may be shown.

    `tab` is the msgid of the tab in which its charts stand; those of one tab stand in it together, in the order of
    their places. Those with a `choice`, the msgid of their name in it, take turns: one is chosen and shown. `panel`
    says what the browser makes of it: `charts`, or a part of its own that reads the same arrays.
    """

    name: ClassVar[str]
    tab: ClassVar[str] = ""
    choice: ClassVar[str] = ""
    place: ClassVar[int] = 50  # of its charts among those of others
    panel: ClassVar[str] = ""

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        """Whether it has anything to say of a network of these steps on such data."""
        del about, steps
        return True

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
