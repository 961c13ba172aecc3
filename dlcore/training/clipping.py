"""The length of the gradient: measured, and cut where it is asked for."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer


def gradient_norm(model: nn.Module) -> Tensor:
    """L2 norm over the gradients of all parameters, (), left on the device."""
    return nn.utils.get_total_norm([each.grad for each in model.parameters() if each.grad is not None])


def clip_before_each_step(optimizer: Optimizer, longest: float) -> None:
    """Shorten the gradient of all parameters to this L2 norm, where it is longer, before each step of the optimizer.

    Source: torch.nn.utils.clip_grad_norm_; Pascanu, Mikolov and Bengio, 2013.
    """
    parameters = [each for group in optimizer.param_groups for each in group["params"]]

    def clip(optimizer: Optimizer, arguments: tuple[Any, ...], settings: dict[str, Any]) -> None:
        nn.utils.clip_grad_norm_(parameters, longest)

    optimizer.register_step_pre_hook(clip)
