"""With and without: twins that differ in one layer, or in one setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from dlcore.coach.finding import Remedy as Change
from dlcore.declaration import setting, shown
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer
from dlcore.layers.dense import Output
from dlcore.layers.stack import card_number, inside
from dlcore.network import check
from dlcore.studies.assignment import Value
from dlcore.studies.kind import Arm, StudyKind, unchanged
from dlcore.training.twins import DROPPED, has_dropout, with_dropout, without_dropout


class WithWithout(StudyKind):
    """The experiment beside a twin that lacks one layer, or has another value for one setting; dropout unless told.

    `layer` is its number as the cards count, `3` or `2.1` inside a block. `field` is named as in an experiment file.
    """

    name = "with_without"
    title = N_("With and without")

    layer: int | str | None = setting(
        None, help=N_("The layer that the twin lacks, as the cards count: 3, or 2.1 in a block.")
    )
    field: str | None = setting(None, help=N_("The setting that is another in the twin, as in training.optimizer.lr."))
    value: Value = setting(None, help=N_("What this setting is in the twin; empty for none."))

    def arms(self, base: Experiment) -> Sequence[Arm]:
        if self.layer is not None:
            return [unchanged(base), self._without_layer(base)]
        if self.field is not None:
            return [unchanged(base), self._with_value(base)]
        if has_dropout(base):
            return [unchanged(base), Arm(Text(N_("Without dropout")), without_dropout(base))]
        twin = with_dropout(base)
        if twin == base:
            raise ExperimentError(Text(N_("There is no hidden activation after which anything could be dropped.")))
        return [unchanged(base), Arm(Text(N_("With dropout {p}"), p=DROPPED), twin)]

    def _without_layer(self, base: Experiment) -> Arm:
        found = inside(cast("Sequence[Layer]", base.network))
        layers = {card_number(path): (path, layer) for path, layer in found if not isinstance(layer, Output)}
        number = str(self.layer)
        if number not in layers:
            text = N_("must be the number of a layer, one of {choices}, but {received} came")
            raise ExperimentError(Text(text, choices=", ".join(layers), received=shown(self.layer)), "layer")
        path, layer = layers[number]
        twin = Change(repairs=((path, "remove"),)).apply(base)
        check(twin)
        return Arm(Text(N_("Without layer {number} ({name})"), number=number, name=layer.name), twin)

    def _with_value(self, base: Experiment) -> Arm:
        field = str(self.field)
        if not field.startswith(("training.", "dataset.")):
            text = N_("must begin with training. or dataset., but {received} came")
            raise ExperimentError(Text(text, received=shown(field)), "field")
        twin = Change({field: self.value}).apply(base)
        if twin == base:
            raise ExperimentError(Text(N_("is {value} already"), value=shown(self.value)), field)
        check(twin)
        return Arm(Text(N_("{field}: {value}"), field=field, value=shown(self.value)), twin)
