"""Neurons are left out at random while training."""

from __future__ import annotations

from dlcore.declaration import setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.studies.overfitting.remedy import Remedy
from dlcore.training.twins import has_dropout, with_dropout, without_dropout


class Dropout(Remedy):
    """A Dropout after each hidden activation; what the network has of it already gives way to this one."""

    title = N_("Dropout")

    p: float = setting(0.6, gt=0, lt=1, main=True, help=N_("Share of the values set to zero while training."))

    @property
    def called(self) -> Text:
        return Text(N_("Dropout {p}"), p=f"{self.p:g}")

    def applied(self, base: Experiment) -> Experiment:
        bare = without_dropout(base)
        twin = with_dropout(bare, self.p)
        if twin == bare:
            raise ExperimentError(Text(N_("There is no hidden activation after which anything could be dropped.")))
        return twin

    def refusal(self, base: Experiment) -> Text | None:
        if has_dropout(base):
            return Text(N_("The network has Dropout already: compare it with and without."))
        return super().refusal(base)
