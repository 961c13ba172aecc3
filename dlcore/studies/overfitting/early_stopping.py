"""Training ends when the validation loss no longer falls."""

from __future__ import annotations

from dlcore.declaration import setting
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.studies.overfitting.remedy import Remedy, with_settings


class EarlyStopping(Remedy):
    """Training ends when the validation loss has not fallen for some epochs: what is learned by heart comes last."""

    title = N_("Early stopping")

    patience: int = setting(3, ge=1, le=1000, main=True, help=N_("For how many epochs the loss may fail to fall."))

    @property
    def called(self) -> Text:
        return Text(N_("Early stopping, patience {epochs}"), epochs=self.patience)

    def applied(self, base: Experiment) -> Experiment:
        return with_settings(base, {"training.patience": self.patience})
