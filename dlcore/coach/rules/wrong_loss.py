"""A loss that asks another question than the data answer."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy, Severity
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import figure, plain_loss
from dlcore.data.base import About
from dlcore.declaration import Declaration
from dlcore.experiment import Experiment, usual_loss
from dlcore.i18n import N_, Text
from dlcore.training.losses import TASK_NAMES, HuberLoss

FEW_VALUES = 10  # of a number to predict: as many are rather names of classes
MANY_CLASSES = 20  # with numbers for names: rather a number to predict
ONE_SIDED = 50.0  # times that all yes together count, or as little, beside all no
FINE = 0.02  # a Huber loss with a smaller delta only counts which side a prediction is on


class WrongLoss(Rule):
    """The loss cannot judge this task, or the task is another than the target's."""

    name = "wrong-loss"

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        loss = experiment.training.loss
        if loss is not None and about.task not in loss.tasks:  # type: ignore[attr-defined]
            yield self._refused(loss, about)
            return
        odd = None if loss is None else self._odd_settings(loss, "remark", data)
        found = odd or self._of_classes(experiment, about, data) or self._of_numbers(experiment, about)
        if found is not None:
            yield found

    def listen(self, course: Course) -> Iterator[Finding]:
        loss = course.experiment.training.loss
        if loss is None or not (course.outcome.bad or _always_the_same(course)):
            return
        found = self._odd_settings(loss, course.outcome.severity, course.summary)
        if found is not None:
            sentence = Text(N_("{outcome} {cause}"), outcome=course.outcome.text, cause=found.sentence)
            measured = {**course.outcome.measured, **found.measured}
            yield Finding(self.name, found.severity, sentence, found.remedy, None, measured, course.span)

    def _refused(self, loss: Declaration, about: About) -> Finding:
        usual = usual_loss(about.task)
        text = Text(
            N_("{loss} cannot judge a {task} task; {usual} can."),
            loss=loss.name,
            task=Text(TASK_NAMES[about.task]),
            usual=usual.name,
        )
        return Finding(self.name, "error", text, Remedy({"training.loss": usual.name}))

    def _odd_settings(self, loss: Declaration, severity: Severity, data: DataSummary | None) -> Finding | None:
        weight = getattr(loss, "pos_weight", None)
        if weight is not None and not 1 / ONE_SIDED < weight * _yes_for_a_no(data) < ONE_SIDED:
            text = Text(
                N_("A yes counts {weight} times in the loss: answering the same to everything costs least."),
                weight=figure(weight),
            )
            changed = Remedy({"training.loss": plain_loss(loss, pos_weight=None)})
            return Finding(self.name, severity, text, changed, measured={"pos_weight": weight})
        if isinstance(loss, HuberLoss) and loss.delta < FINE:
            text = Text(
                N_("With a delta of {delta} the loss hardly tells a large miss from a small one, and its gradient is "
                   "that small."), delta=figure(loss.delta)
            )  # fmt: skip
            changed = Remedy({"training.loss": plain_loss(loss, delta=1.0)})
            return Finding(self.name, severity, text, changed, measured={"delta": loss.delta})
        return None

    def _of_classes(self, experiment: Experiment, about: About, data: DataSummary | None) -> Finding | None:
        """A number to predict that takes few values: rather a class."""
        if data is None or about.task != "regression":
            return None
        if data.rows < 5 * FEW_VALUES or not 0 < data.values <= FEW_VALUES:
            return None
        text = Text(
            N_("The target takes only {count} values, and {loss} asks for numbers between them: these are classes."),
            count=data.values,
            loss=experiment.loss.name,
        )
        task = "binary" if data.values == 2 else "multiclass"
        if "task" not in type(experiment.dataset.source).model_fields:
            return None
        remedy = Remedy({"dataset.task": task, "training.loss": None})
        severity: Severity = "warning" if data.values == 2 else "remark"
        return Finding(self.name, severity, text, remedy, measured={"values": data.values})

    def _of_numbers(self, experiment: Experiment, about: About) -> Finding | None:
        """Classes that are numbers, and many of them: rather a number to predict."""
        if about.task != "multiclass":
            return None
        if len(about.classes) <= MANY_CLASSES or "task" not in type(experiment.dataset.source).model_fields:
            return None
        if not all(_is_number(name) for name in about.classes):
            return None
        text = Text(
            N_("The {count} classes are numbers, and {loss} does not know which lie close to each other: predict the "
               "number itself."), count=len(about.classes), loss=experiment.loss.name
        )  # fmt: skip
        remedy = Remedy({"dataset.task": "regression", "training.loss": None})
        return Finding(self.name, "remark", text, remedy, measured={"classes": len(about.classes)})


def _yes_for_a_no(data: DataSummary | None) -> float:
    """How many a yes there are for each no: a weight that makes up for it is none too many."""
    share = None if data is None else data.yes
    return share / (1 - share) if share is not None and 0 < share < 1 else 1.0


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _always_the_same(course: Course) -> bool:
    """Whether one class is named for everything."""
    confusion = course.confusion
    return confusion is not None and int((confusion.sum(axis=0) > 0).sum()) == 1
