"""What was changed while a run trained: part of the experiment, so that whoever trains it again makes it, too.

    training:
      changes: [{step: 640, set: {optimizer.lr: 0.0003}}]

From the batch that follows `step` batches on, the setting has this value; the batch size from the next epoch on. A
setting can be changed so where its declaration says `hot`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from dlcore.declaration import Declaration, Setting, join, setting, shown
from dlcore.errors import ExperimentError, unknown
from dlcore.i18n import N_, Text

MOST_CHANGES = 1_000
MOST_STEPS = 10**12
SET = "{optimizer.lr: 0.0003}"  # an example


class Change(Declaration):
    """Settings by their names, and how many batches were done when they were changed."""

    step: int = setting(ge=0, le=MOST_STEPS, help=N_("How many batches are done before the change."))
    set: dict[str, Any] = setting(help=N_("The settings that are changed, by their names, as in optimizer.lr."))

    def to_dict(self) -> dict[str, Any]:
        return {"step": self.step, "set": dict(self.set)}


@dataclass(frozen=True)
class Knob:
    """A setting that can be changed while a run trains, and whose it is."""

    name: str  # optimizer.lr, network.3.p, loss.label_smoothing, batch_size
    setting: Setting
    owner: Declaration

    @property
    def value(self) -> Any:
        """What it is set to."""
        return getattr(self.owner, self.setting.name)

    def turned(self, value: Any, field: str) -> Knob:
        """The same, set to this. Raises ExperimentError, as the form of its owner would."""
        given = {name: getattr(self.owner, name) for name in type(self.owner).model_fields}
        if isinstance(value, int) and not isinstance(value, bool) and self.setting.type is float:
            value = float(value)  # 1 is as good as 1.0
        try:
            owner = type(self.owner).parse({**given, self.setting.name: value})
        except ExperimentError as error:
            raise ExperimentError(error.text, field) from None
        return replace(self, owner=owner)


def knobs(training: Declaration, network: Sequence[Declaration], loss: Declaration | None) -> dict[str, Knob]:
    """The knobs of an experiment by name, as they are set at its beginning. `loss`: the one that counts."""
    found = [*_of(training, ""), *_of(training.optimizer, "optimizer")]  # type: ignore[attr-defined]
    found += _of(loss, "loss") if loss is not None else []
    for place, layer in enumerate(network):
        found += _of(layer, f"network.{place}")
    return {knob.name: knob for knob in found}


def _of(owner: Declaration, prefix: str) -> Iterator[Knob]:
    for name, each in type(owner).settings().items():
        if each.hot:
            yield Knob(join(prefix, name), each, owner)


def parse_changes(given: Any, field: str = "changes") -> tuple[Change, ...]:
    """A list of changes in the order of their steps. Raises ExperimentError; what they set is checked by `turned`."""
    if not isinstance(given, list | tuple) or len(given) > MOST_CHANGES:
        text = N_("must be a list of at most {most} entries, but {received} came")
        raise ExperimentError(Text(text, most=MOST_CHANGES, received=shown(given)), field)
    found = [_change(each, join(field, str(number))) for number, each in enumerate(given)]
    for number, (before, after) in enumerate(pairwise(found), start=1):
        if after.step < before.step:
            text = N_("must not be before the change above it, which is at {step}")
            raise ExperimentError(Text(text, step=before.step), join(field, str(number), "step"))
    return tuple(found)


def _change(given: Any, field: str) -> Change:
    if isinstance(given, Change):
        return given
    if not isinstance(given, Mapping):
        text, example = (
            N_("must be names with values, as in {example}, but {received} came"),
            f"{{step: 640, set: {SET}}}",
        )
        raise ExperimentError(Text(text, example=example, received=shown(given)), field)
    change = Change.parse(given, field)
    if not change.set:
        raise ExperimentError(Text(N_("must name what is changed, as in {example}"), example=SET),
                              join(field, "set"))  # fmt: skip
    return change


def turned(known: Mapping[str, Knob], changes: Sequence[Change], field: str = "training.changes") -> dict[str, Knob]:
    """The knobs as all these changes leave them. Raises ExperimentError that names the change and the setting."""
    found = dict(known)
    for number, change in enumerate(changes):
        found = changed(found, change.set, join(field, str(number), "set"))
    return found


def changed(known: Mapping[str, Knob], values: Mapping[str, Any], field: str = "") -> dict[str, Knob]:
    """The knobs after one change. Raises ExperimentError that names the setting."""
    found = dict(known)
    for name, value in values.items():
        if name not in found:
            kind = Text(N_("setting that can be changed while training"))
            raise ExperimentError(unknown(kind, name, found, value), join(field, name))
        found[name] = found[name].turned(value, join(field, name))
    return found
