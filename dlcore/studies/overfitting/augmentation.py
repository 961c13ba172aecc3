"""Pictures are changed by chance while training."""

from __future__ import annotations

from dlcore.declaration import setting
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.network import about_of
from dlcore.studies.overfitting.remedy import Remedy, with_settings
from dlcore.training.augmentation import check


class Augmentation(Remedy):
    """Pictures are shifted by chance while training, so that no epoch shows the same ones.

    Raises ExperimentError where the examples are no pictures.
    """

    title = N_("Augmentation")

    translate: float = setting(
        0.1, gt=0, le=1, main=True, help=N_("The largest shift, as a share of width and of height.")
    )

    @property
    def called(self) -> Text:
        return Text(N_("Pictures shifted by up to {share}"), share=f"{self.translate:.0%}")

    def refusal(self, base: Experiment) -> Text | None:
        shape = about_of(base).shape
        if len(shape) != 3 or shape.vocabulary is not None:
            return Text(N_("It changes pictures, but an example here is {shape}."), shape=str(shape))
        return super().refusal(base)

    def applied(self, base: Experiment) -> Experiment:
        shifted = {"name": "RandomTranslate", "translate": self.translate, "p": 1.0}
        others = [each.to_dict() for each in base.training.augmentation]
        twin = with_settings(base, {"training.augmentation": [*others, shifted]})
        check(twin.training.augmentation, about_of(base))  # type: ignore[arg-type]
        return twin
