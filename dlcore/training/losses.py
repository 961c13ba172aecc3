"""What the network is asked to make small. Each loss says which tasks it is for: the choice offered follows."""

from __future__ import annotations

from typing import ClassVar

from dlcore.data.base import About, Task
from dlcore.declaration import Call, Declaration
from dlcore.errors import ExperimentError
from dlcore.i18n import N_, Text
from dlcore.registry import LOSSES


class Loss(Declaration):
    """A loss function: torch's own, by its own name."""

    REGISTRY = LOSSES
    abstract: ClassVar[bool] = True
    tasks: ClassVar[tuple[Task, ...]] = ()

    def call(self, about: About) -> Call:
        """The torch call that makes it, for data like this."""
        return Call(self.name)

    def chance(self, about: About) -> float | None:
        """The loss of guessing without looking at x, where it is known beforehand; None where it is not."""
        return None


class CrossEntropyLoss(Loss):
    """How surprised the network is by the right class: −log of the probability it gave to it.

    It takes raw scores and applies softmax itself. Shapes: (N, classes), (N,) -> (). Source: torch.nn.CrossEntropyLoss.
    """

    tasks = ("multiclass",)

    def chance(self, about: About) -> float | None:
        from math import log

        return log(about.outputs)  # every class equally likely


class MSELoss(Loss):
    """The mean of the squared differences between prediction and target: large misses count most.

    Shapes: (N, 1), (N, 1) -> (). Source: torch.nn.MSELoss.
    """

    tasks = ("regression",)


def check_task(loss: Loss, about: About) -> None:
    """Refuse a loss that cannot judge this task, naming those that can. Raises ExperimentError."""
    if about.task not in loss.tasks:
        fitting = ", ".join(name for name, each in LOSSES.items() if about.task in each.tasks)  # type: ignore[attr-defined]
        raise ExperimentError(
            Text(
                N_("{loss} cannot judge a {task} task. Allowed here: {allowed}."),
                loss=loss.name,
                task=Text(TASK_NAMES[about.task]),
                allowed=fitting,
            ),
            "training.loss",
        )


TASK_NAMES: dict[Task, str] = {"multiclass": N_("classification"), "regression": N_("regression")}
