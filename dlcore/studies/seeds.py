"""Seeds: the same experiment again and again, with nothing changed but chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.studies.kind import Arm, StudyKind, unchanged


class Seeds(StudyKind):
    """The same experiment with other seeds: how much of a score is chance."""

    name = "seeds"
    title = N_("The same with other seeds")
    paired: ClassVar[bool] = False

    def arms(self, base: Experiment) -> Sequence[Arm]:
        return [unchanged(base)]
