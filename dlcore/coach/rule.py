"""What a rule of the coach is, and where all of them are found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from dlcore.coach.finding import Finding
from dlcore.i18n import N_
from dlcore.lookup import Registry

if TYPE_CHECKING:
    from dlcore.coach.course import Course
    from dlcore.coach.scaling import DataSummary
    from dlcore.data.base import About
    from dlcore.experiment import Experiment


class Rule:
    """One kind of mistake: how it is seen before training, and how in what a run did.

    A subclass is in the registry as soon as its file is imported. About training it speaks only of a bad outcome that
    lasted, with this run's own numbers, and with a remedy that can be tried. It may answer at most one finding.
    """

    name: ClassVar[str] = ""
    judged_by: ClassVar[str] = ""  # the score by which a twin with the remedy is judged; empty for the outcome's own
    yields_to: ClassVar[tuple[str, ...]] = ()  # the rules that explain the same more exactly: where they speak, silent

    def __init_subclass__(cls) -> None:
        if "name" in cls.__dict__:
            RULES.register(cls.name, cls)

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        """What is to be said before training; `data` is there where somebody knows it."""
        return iter(())

    def listen(self, course: Course) -> Iterator[Finding]:
        """What is to be said of a run, as far as it has come."""
        return iter(())


RULES: Registry[type[Rule]] = Registry(N_("rule of the coach"), "dlcore.coach.rules")
