"""What the network is asked to make small. Each loss says which tasks it is for: the choice offered follows."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from dlcore.data.base import About, Task
from dlcore.declaration import Call, Declaration, setting
from dlcore.errors import ExperimentError
from dlcore.experiment import usual_loss
from dlcore.i18n import N_, Text
from dlcore.registry import LOSSES
from dlcore.training.choice import Choice, Expression

if TYPE_CHECKING:
    from torch import Tensor

OWN_MODULES = "dlcore.layers.modules"

TASK_NAMES: dict[Task, str] = {
    "multiclass": N_("classification"),
    "binary": N_("yes or no"),
    "multilabel": N_("several labels"),
    "regression": N_("regression"),
    "next-token": N_("next token"),
}


class Loss(Choice):
    """A loss function: torch's own, by its own name."""

    REGISTRY = LOSSES
    abstract: ClassVar[bool] = True
    tasks: ClassVar[tuple[Task, ...]] = ()
    usual_for: ClassVar[tuple[Task, ...]] = ()  # the tasks whose usual loss this is, where none was chosen
    applies: ClassVar[str] = ""  # what it makes of the scores first: a softmax or a sigmoid, which belongs to no layer

    def call(self, about: About, y: Tensor | None = None) -> Call:
        """The torch call that makes it for data like this.

        y: (N, *) as the task asks, the training part's targets, for what counts them.
        """
        return Call(self.name, **self.changed())

    def keras(self) -> str | None:
        """The call of keras.losses that computes the same; None where there is none."""
        return None

    def chance(self, about: About) -> float | None:
        """The loss of guessing without looking at x, where it is known beforehand; None where it is not."""
        return None


class _OfClasses(Loss):
    """A loss over classes; each class can be made to count alike however many examples it has."""

    abstract: ClassVar[bool] = True
    tasks = ("multiclass", "next-token")
    applies = "softmax"

    class_weights: Literal["none", "balanced"] = setting(
        "none", advanced=True, help=N_("Whether rare classes count more, so that all classes count alike together.")
    )

    def call(self, about: About, y: Tensor | None = None) -> Call:
        weights: dict[str, Any] = {} if self.class_weights == "none" else {"weight": BalancedWeights(about.outputs, y)}
        made = self.of_scores(Call(self.name, **self.changed("class_weights"), **weights))
        return Call("EachToken", made, module=OWN_MODULES) if about.task == "next-token" else made

    def of_scores(self, made: Call) -> Call:
        """The loss as a function of raw scores."""
        return made

    def keras(self) -> str | None:
        return None if self.changed() else "SparseCategoricalCrossentropy(from_logits=True)"

    def chance(self, about: About) -> float | None:
        return log(about.outputs)  # every class equally likely


class CrossEntropyLoss(_OfClasses):
    """How surprised the network is by the right class: −log of the probability it gave to it.

    It takes raw scores and applies softmax itself. Shapes: (N, classes), (N,) -> (); one more axis for sequences.
    Source: torch.nn.CrossEntropyLoss.
    """

    usual_for = ("multiclass", "next-token")

    label_smoothing: float = setting(
        0.0,
        ge=0,
        lt=1,
        advanced=True,
        hot=True,
        help=N_("Share of certainty spread over all classes; curbs overconfidence."),
    )


class NLLLoss(_OfClasses):
    """The minus log-probability of the right class, after a log-softmax written out: cross entropy in two steps.

    Shapes: (N, classes), (N,) -> (); one more axis for sequences. Source: torch.nn.LogSoftmax, torch.nn.NLLLoss.
    """

    def of_scores(self, made: Call) -> Call:
        return Call("OfLogProbabilities", made, module=OWN_MODULES)


class BCEWithLogitsLoss(Loss):
    """Cross entropy for yes or no, asked once for each label; a sigmoid turns each score into a probability.

    Shapes: (N, labels), (N, labels) -> (). Source: torch.nn.BCEWithLogitsLoss.
    """

    tasks = ("binary", "multilabel")
    usual_for = ("binary", "multilabel")
    applies = "sigmoid"

    pos_weight: float | None = setting(
        None, gt=0, le=1e6, advanced=True, help=N_("How many times a yes counts; empty for once. Above 1 finds more.")
    )

    def call(self, about: About, y: Tensor | None = None) -> Call:
        if self.pos_weight is None:
            return Call(self.name)
        return Call(self.name, pos_weight=Call("tensor", [self.pos_weight], module="torch"))

    def keras(self) -> str | None:
        return "BinaryCrossentropy(from_logits=True)" if self.pos_weight is None else None

    def chance(self, about: About) -> float | None:
        return log(2) if self.pos_weight is None else None


class MSELoss(Loss):
    """The mean of the squared differences between prediction and target: large misses count most.

    Shapes: (N, 1), (N, 1) -> (). Source: torch.nn.MSELoss.
    """

    tasks = ("regression",)
    usual_for = ("regression",)

    def keras(self) -> str | None:
        return "MeanSquaredError()"


class L1Loss(Loss):
    """The mean of the absolute differences between prediction and target: an outlier counts no more than it is off.

    Shapes: (N, 1), (N, 1) -> (). Source: torch.nn.L1Loss.
    """

    tasks = ("regression",)

    def keras(self) -> str | None:
        return "MeanAbsoluteError()"


class HuberLoss(Loss):
    """Squared for small differences, absolute for large ones: smooth near the target, calm about outliers.

    Shapes: (N, 1), (N, 1) -> (). Source: torch.nn.HuberLoss; Huber, 1964.
    """

    tasks = ("regression",)

    delta: float = setting(
        1.0, gt=0, le=1e6, main=True, help=N_("The difference from which on it counts absolutely instead of squared.")
    )

    def keras(self) -> str | None:
        return f"Huber(delta={self.delta})"


class BalancedWeights(Call):
    """Weights that make all classes count alike: rows / (classes · rows of the class), scikit-learn's `balanced`."""

    def __init__(self, classes: int, y: Tensor | None) -> None:
        counts = f"torch.bincount(y_train.flatten(), minlength={classes}).clamp(min=1)"
        super().__init__("balanced", Expression(f"y_train.numel() / ({classes} * {counts})"))
        self.classes, self.y = classes, y

    def build(self) -> Any:
        if self.y is None:
            raise ValueError("class weights need the targets of the training part")
        counts = self.y.flatten().bincount(minlength=self.classes).clamp(min=1)
        return self.y.numel() / (self.classes * counts)

    def source(self) -> str:
        return str(self.arguments[0])


def check_task(loss: Loss, about: About, source: Declaration | None = None) -> None:
    """Refuse a loss that cannot judge this task, naming those that can. Raises ExperimentError.

    `source` is the data set: of a learner's own, the task may be chosen.
    """
    if about.task in loss.tasks:
        return
    fitting = ", ".join(name for name, each in LOSSES.items() if about.task in each.tasks)  # type: ignore[attr-defined]
    refused = Text(
        N_("{loss} cannot judge a {task} task. Allowed here: {allowed}."),
        loss=loss.name,
        task=Text(TASK_NAMES[about.task]),
        allowed=fitting,
    )
    way = _way_to(loss, about, source)
    text = refused if way is None else Text(N_("{refused} {way}"), refused=refused, way=way)
    raise ExperimentError(text, "training.loss")


def _way_to(loss: Loss, about: About, source: Declaration | None) -> Text | None:
    """How two classes come to be judged by this loss nevertheless: asked as yes or no, or with a score for each."""
    if about.task not in ("binary", "multiclass") or (about.task == "multiclass" and len(about.classes) != 2):
        return None
    other = "binary" if about.task == "multiclass" else "multiclass"
    if other not in loss.tasks:
        return None
    if source is not None and "task" in type(source).model_fields:
        return Text(N_("For {loss}, write task: {other} under dataset."), loss=loss.name, other=other)
    usual = usual_loss(about.task).name
    if about.task == "multiclass":
        return Text(N_("Two classes have a score each here, and {usual} asks the same of them."), usual=usual)
    return Text(N_("Yes or no has a single score here, and {usual} asks the same of it."), usual=usual)
