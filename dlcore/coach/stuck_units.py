"""What rules about units that are stuck share: most of a layer, for every example, and over epochs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.measurements import Measurement
from dlcore.coach.rule import Rule
from dlcore.coach.settings import rate_ratio, with_usual_rate
from dlcore.i18n import Text
from dlcore.layers.base import Path
from dlcore.layers.stack import inside, place_of
from dlcore.training.diagnosis import learning_rate

MOST = 0.5  # of a layer
LONG_STEPS = 10.0  # times the optimizer's usual learning rate


class StuckUnits(Rule):
    """A layer of which half or more is stuck, by the `shares` of each layer that a measurement tells."""

    text: ClassVar[str]  # the msgid of the sentence, with {outcome}, {layer}, {share} and {since}
    measured_as: ClassVar[str]  # what the share is called in the finding

    @classmethod
    def shares(cls, measured: Measurement) -> Mapping[Path, float]:
        """Which share of each layer is stuck."""
        raise NotImplementedError

    @classmethod
    def remedy(cls, course: Course) -> Remedy:
        """What would free them."""
        raise NotImplementedError

    def blames(self, course: Course) -> bool:
        """Whether the run went so badly that stuck units may be to blame."""
        return course.outcome.bad

    def listen(self, course: Course) -> Iterator[Finding]:
        if not course.inside.taken or not self.blames(course):
            return
        last = self.shares(course.inside.taken[-1])
        worst = max(last, key=lambda path: last[path], default=())
        lasting = course.lasted(lambda each: self.shares(each).get(worst, 0.0) >= MOST)
        if not lasting:
            return
        layers = dict(inside(course.experiment.network))
        text = Text(
            self.text, outcome=course.outcome.text,
            layer=place_of(layers[worst].name if worst in layers else "", worst),
            share=f"{last[worst]:.0%}".replace("%", " %"), since=lasting[0].epoch,
        )  # fmt: skip
        measured = {**course.outcome.measured, self.measured_as: round(last[worst], 4)}
        epochs = (lasting[0].epoch, lasting[-1].epoch)
        yield Finding(self.name, course.outcome.severity, text, self.remedy(course), worst, measured, epochs)


def shorter_steps(course: Course) -> Remedy | None:
    """The usual learning rate, where one far above it may have driven the units to where they are stuck."""
    optimizer = course.experiment.training.optimizer
    long = rate_ratio(optimizer, learning_rate(course.experiment)) >= LONG_STEPS
    return with_usual_rate(optimizer) if long else None
