"""More rows teach."""

from __future__ import annotations

from dlcore.declaration import setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.studies.overfitting.remedy import Remedy, with_settings


class MoreData(Remedy):
    """More rows teach, those of the base among them: what cannot be learned by heart must be understood.

    Raises ExperimentError where all rows teach already.
    """

    title = N_("More data")

    times: float = setting(5.0, gt=1, le=100, main=True, help=N_("How many times as many rows teach, if there are."))

    @property
    def called(self) -> Text:
        return Text(N_("{times} times the data"), times=f"{self.times:g}")

    def applied(self, base: Experiment) -> Experiment:
        limit = base.dataset.limit
        if limit is None:
            raise ExperimentError(
                Text(N_("All rows teach already: set the number of training rows to hold some back."))
            )
        return with_settings(base, {"dataset.limit": round(limit * self.times)})
