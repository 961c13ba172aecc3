"""Targets are a little less than certain."""

from __future__ import annotations

from dlcore.declaration import setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.studies.overfitting.remedy import Remedy, with_settings


class LabelSmoothing(Remedy):
    """The targets give a share of their certainty to all classes, so that no answer need ever be quite certain.

    Its loss is another one, so this twin is judged by the score of the task. Raises ExperimentError for a loss that
    knows no smoothing.
    """

    title = N_("Label smoothing")

    label_smoothing: float = setting(
        0.1, gt=0, lt=1, main=True, help=N_("Share of certainty spread over all classes; curbs overconfidence.")
    )

    @property
    def called(self) -> Text:
        return Text(N_("Label smoothing {value}"), value=f"{self.label_smoothing:g}")

    def applied(self, base: Experiment) -> Experiment:
        loss = base.loss
        if "label_smoothing" not in type(loss).model_fields:
            raise ExperimentError(Text(N_("{name} knows no label smoothing."), name=loss.name))
        return with_settings(base, {"training.loss": {**loss.to_dict(), "label_smoothing": self.label_smoothing}})
