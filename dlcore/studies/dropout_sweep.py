"""Which p? The same network with more and more dropout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dlcore.declaration import setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.studies.kind import Arm, Epoch, StudyKind
from dlcore.studies.overfitting.dropout import Dropout
from dlcore.training.twins import without_dropout

MOST = 20  # shares in one sweep


class DropoutSweep(StudyKind):
    """The network without dropout beside twins that drop more and more: which share p suits it."""

    name = "dropout_sweep"
    title = N_("Which p?")
    epoch: ClassVar[Epoch] = "last"

    p: tuple[float, ...] = setting(
        (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), help=N_("The shares to try, beside none at all.")
    )

    def arms(self, base: Experiment) -> Sequence[Arm]:
        if not 1 <= len(self.p) <= MOST or not all(0 < each < 1 for each in self.p):
            text = N_("must be 1 to {most} numbers above 0 and below 1")
            raise ExperimentError(Text(text, most=MOST), "p")
        bare = without_dropout(base)
        twins = [(each, Dropout(p=each)) for each in sorted({*self.p})]
        dropping = [Arm(remedy.called, remedy.applied(bare), at=p) for p, remedy in twins]
        return [Arm(Text(N_("No dropout")), bare, at=0.0), *dropping]

    def metric(self, base: Experiment) -> str:
        return "loss"
