"""How the weights are moved. Settings carry torch's own names.

LBFGS is not among them: its step calls forward and backward again, up to 20 times, through a closure. That is another
loop than the textbook's, in every place that shows one: each call would draw other dropout masks and move the running
means of BatchNorm, so that the function it minimizes changes under its line search; a gradient would have to be clipped
inside the closure and not before the step; and a batch would no longer be one loss and one moment at which to stop.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import model_validator

from dlcore.declaration import Call, setting
from dlcore.errors import ExperimentError
from dlcore.i18n import N_, Text
from dlcore.registry import OPTIMIZERS
from dlcore.training.choice import Choice, Expression
from dlcore.training.step import shortcuts

if TYPE_CHECKING:
    from torch import Tensor, device
    from torch.optim import Optimizer as TorchOptimizer

LR = N_(
    "Learning rate: how far each step goes. Too large and the loss jumps or explodes; too small and nothing happens."
)
WEIGHT_DECAY = N_("Pulls every weight a little towards zero at each step (L2); holds overfitting back.")
MOMENTUM = N_("Share of the last step that is carried into this one, like a rolling ball.")


class Optimizer(Choice):
    """An optimizer of torch, by its own name and settings."""

    REGISTRY = OPTIMIZERS
    abstract: ClassVar[bool] = True
    fused_on: ClassVar[tuple[str, ...]] = ()  # devices where torch updates all weights in one kernel

    lr: float = setting(0.001, gt=0, log=True, main=True, hot=True, help=LR)

    def call(self, parameters: Any, device_type: str) -> Call:
        """The torch call: parameters first, then what differs from torch's default, fused where it can be."""
        fused = {"fused": True} if device_type in self.fused_on else {}
        return Call(self.name, parameters, module="torch.optim", **self.arguments(), **fused)

    def source(self, parameters: str, device_type: str) -> str:
        """The line of Python that makes it, for parameters given as an expression: `model.parameters()`."""
        return self.call(Expression(parameters), device_type).source()

    def arguments(self) -> dict[str, Any]:
        """The settings as torch takes them: lr always, the others where they differ from torch's default."""
        return {"lr": self.lr, **self.changed("lr")}

    def keras(self) -> str | None:
        """The call of keras.optimizers that steps the same; None where there is none."""
        return None

    def _in_keras(self, call: str, **settings: Any) -> str | None:
        """The written call; what is off is left out. Keras decays weights apart from the gradient: not L2."""
        if getattr(self, "weight_decay", 0):
            return None
        return Call(
            call, self.lr, module="keras", **{name: value for name, value in settings.items() if value}
        ).source()

    def build(self, parameters: Iterable[Tensor], device: device) -> TorchOptimizer:
        """The optimizer itself, over these parameters, each of its own shape (*)."""
        optimizer: TorchOptimizer = self.call(list(parameters), device.type).build()
        return optimizer


class SGD(Optimizer):
    """Stochastic gradient descent: step against the gradient of this batch, with momentum if you like.

    Source: torch.optim.SGD; Nesterov, 1983.
    """

    fused_on = ("cpu", "cuda", "mps")

    lr: float = setting(0.1, gt=0, log=True, main=True, hot=True, help=LR)
    momentum: float = setting(0.0, ge=0, lt=1, hot=True, help=MOMENTUM)
    nesterov: bool = setting(
        False,
        advanced=True,
        help=N_("Look ahead: take the gradient where the momentum is about to lead (Nesterov). Needs momentum."),
    )
    weight_decay: float = setting(0.0, ge=0, le=10, hot=True, help=WEIGHT_DECAY)

    def keras(self) -> str | None:
        return self._in_keras("SGD", momentum=self.momentum, nesterov=self.nesterov)

    @model_validator(mode="after")
    def _look_ahead_only_when_rolling(self) -> Self:
        if self.nesterov and not self.momentum:
            raise ExperimentError(Text(N_("needs a momentum above 0")), "nesterov")
        return self


class RMSprop(Optimizer):
    """Divides each weight's step by the recent size of its gradient, so that steep and flat directions move alike.

    Source: torch.optim.RMSprop; Hinton's lecture 6e, 2012.
    """

    alpha: float = setting(
        0.99, gt=0, lt=1, advanced=True, help=N_("How slowly the recent size of the gradient is forgotten.")
    )
    momentum: float = setting(0.0, ge=0, lt=1, hot=True, help=MOMENTUM)
    weight_decay: float = setting(0.0, ge=0, le=10, hot=True, help=WEIGHT_DECAY)

    def keras(self) -> str | None:
        return self._in_keras("RMSprop", rho=self.alpha, momentum=self.momentum, epsilon=1e-16)  # under the root


class _Adaptive(Optimizer):
    abstract: ClassVar[bool] = True
    fused_on: ClassVar[tuple[str, ...]] = ("cpu", "cuda", "mps")

    beta1: float = setting(
        0.9, ge=0, lt=1, advanced=True, hot=True, help=N_("How slowly the running mean of the gradient is forgotten.")
    )
    beta2: float = setting(
        0.999, ge=0, lt=1, advanced=True, hot=True, help=N_("How slowly the running size of the gradient is forgotten.")
    )

    def arguments(self) -> dict[str, Any]:
        betas = {} if (self.beta1, self.beta2) == (0.9, 0.999) else {"betas": (self.beta1, self.beta2)}
        return {"lr": self.lr, **betas, **self.changed("lr", "beta1", "beta2")}

    def build(self, parameters: Iterable[Tensor], device: device) -> TorchOptimizer:
        call = self.call(list(parameters), device.type)
        if "fused" in call.settings and device.type == "cpu" and shortcuts.allowed() and _is_lean():
            call.module = "dlcore.training.step.fused_adam"  # the same numbers sooner
        optimizer: TorchOptimizer = call.build()
        return optimizer


def _is_lean() -> bool:
    from dlcore.training.step import fused_adam  # with torch

    return fused_adam.works()


class Adam(_Adaptive):
    """Momentum and a step size for each weight in one; the usual first choice.

    Source: torch.optim.Adam; Kingma and Ba, 2014.
    """

    weight_decay: float = setting(0.0, ge=0, le=10, hot=True, help=WEIGHT_DECAY)

    def keras(self) -> str | None:
        return self._in_keras("Adam", beta_1=self.beta1, beta_2=self.beta2, epsilon=1e-8)


class AdamW(_Adaptive):
    """Adam whose weight decay acts on the weights directly instead of through the gradient.

    Source: torch.optim.AdamW; Loshchilov and Hutter, 2017.
    """

    weight_decay: float = setting(0.01, ge=0, le=10, hot=True, help=WEIGHT_DECAY)

    def keras(self) -> str | None:
        settings = {"weight_decay": self.weight_decay, "beta_1": self.beta1, "beta_2": self.beta2, "epsilon": 1e-8}
        return Call("AdamW", self.lr, module="keras", **settings).source()


class NAdam(_Adaptive):
    """Adam that looks ahead along its momentum, as Nesterov did.

    Source: torch.optim.NAdam; Dozat, 2016.
    """

    fused_on = ()

    lr: float = setting(0.002, gt=0, log=True, main=True, hot=True, help=LR)
    momentum_decay: float = setting(
        0.004, ge=0, le=1, advanced=True, help=N_("How fast the momentum warms up in the first steps.")
    )
    weight_decay: float = setting(0.0, ge=0, le=10, hot=True, help=WEIGHT_DECAY)


class Adagrad(Optimizer):
    """Divides each weight's step by the size of all its gradients so far: weights seldom moved go further.

    Source: torch.optim.Adagrad; Duchi, Hazan and Singer, 2011.
    """

    fused_on = ("cpu",)

    lr: float = setting(0.01, gt=0, log=True, main=True, hot=True, help=LR)
    lr_decay: float = setting(0.0, ge=0, le=1, advanced=True, help=N_("How fast the learning rate itself shrinks."))
    weight_decay: float = setting(0.0, ge=0, le=10, hot=True, help=WEIGHT_DECAY)

    def keras(self) -> str | None:
        if self.lr_decay:
            return None
        return self._in_keras("Adagrad", initial_accumulator_value=1e-30, epsilon=1e-20)  # under the root
