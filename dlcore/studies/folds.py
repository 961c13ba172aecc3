"""k-fold: the same experiment once for every fold, each time judged by another part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dlcore.declaration import setting
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.studies.kind import Arm, StudyKind
from dlcore.training.folds import folds


class Folds(StudyKind):
    """Each run learns from all folds but one, which judges it: mean and standard deviation, and no test.

    Folds share most of their training rows: their scores are no independent draws, as such a test would want them.
    """

    name = "folds"
    title = N_("In folds that take turns at judging")
    paired: ClassVar[bool] = False

    folds: int = setting(5, ge=2, le=20, help=N_("How many, where the experiment is not divided into folds yet."))

    def arms(self, base: Experiment) -> Sequence[Arm]:
        made = folds(base, self.folds)
        return [Arm(Text(N_("Fold {number}"), number=number), each) for number, each in enumerate(made, 1)]
