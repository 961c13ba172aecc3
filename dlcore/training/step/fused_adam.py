"""torch's Adam and AdamW with a step that spares what a small network waits for most.

With some thousand weights a third of a batch is torch's own step, and nearly all of that prepares the call of one
kernel: every time anew the tensors are gathered, grouped by device and type, and the steps of each parameter counted
one by one. Here they are gathered once, and counted together. The kernel is torch's and its arguments are the same: so
are the weights, to the last bit.

The kernel's name and arguments are torch's own affair, as are the hooks. So `works` tries the step once in a process,
beside torch's; where a name is missing or a bit differs, torch's is taken.

Source: torch.optim.adam, torch 2.13.
"""

from __future__ import annotations

import functools
import inspect
import logging
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

TRIED_STEPS = 3  # the first gathers

log = logging.getLogger(__name__)

ORDINARY_STEP = inspect.unwrap(torch.optim.Adam.step)  # without its hooks


class Gathered(NamedTuple):
    """What the kernel takes beside the gradients, a tensor a parameter, and the memory of all those steps as one."""

    parameters: list[Tensor]  # as autograd does not know them
    first: list[Tensor]
    second: list[Tensor]
    steps: list[Tensor]
    counted: np.ndarray[Any, Any]


class _Lean(torch.optim.Adam):
    """For parameters on the CPU, with `fused=True`. The state is torch's, and either reads what the other wrote."""

    _gathered: Gathered | None = None

    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """As torch's, without a closure; it is torch's where the tensors are not gathered or a gradient is missing."""
        for hook in self._optimizer_step_pre_hooks.values():
            hook(self, (), {})
        gathered, group = self._gathered, self.param_groups[0]
        gradients = [each.grad for each in group["params"] if each.grad is not None]
        if gathered is None or len(gradients) < len(gathered.parameters):
            self._ordinary_step()
            return
        kernel = torch._fused_adamw_ if group["decoupled_weight_decay"] else torch._fused_adam_
        beta1, beta2 = group["betas"]
        np.add(gathered.counted, 1, out=gathered.counted)
        kernel(
            gathered.parameters, gradients, gathered.first, gathered.second, [], gathered.steps,
            lr=group["lr"], beta1=beta1, beta2=beta2, weight_decay=group["weight_decay"], eps=group["eps"],
            amsgrad=False, maximize=False,
        )  # fmt: skip

    # So torch puts no hooks of its own around this step: they would write a record for the profiler every time.
    step.hooked = True  # type: ignore[attr-defined]

    @torch.no_grad()
    def _ordinary_step(self) -> None:
        ORDINARY_STEP(self)
        self._gather()

    def _gather(self) -> None:
        """Gathers nothing while not every parameter has been moved."""
        parameters = self.param_groups[0]["params"]
        states = [self.state[each] for each in parameters if each in self.state]
        self._gathered = None
        if len(states) == len(parameters):
            counted = torch.stack([state["step"] for state in states])
            for state, steps in zip(states, counted, strict=True):
                state["step"] = steps
            first, second, steps = ([state[name] for state in states] for name in ("exp_avg", "exp_avg_sq", "step"))
            self._gathered = Gathered([each.detach() for each in parameters], first, second, steps, counted.numpy())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)  # type: ignore[no-untyped-call]
        self._gathered = None  # those tensors belonged to the state that this one replaces

    def zero_grad(self, set_to_none: bool = True) -> None:
        """As torch's; the gradients are dropped, never filled with zeros."""
        for each in self.param_groups[0]["params"]:
            each.grad = None


class Adam(_Lean):
    """torch.optim.Adam."""


class AdamW(_Lean, torch.optim.AdamW):
    """torch.optim.AdamW."""


@functools.cache
def works() -> bool:
    """Whether these make of a few weights what torch's make of them, in this version of torch."""
    try:
        return all(
            torch.equal(_moved(lean), _moved(torchs))
            for lean, torchs in ((Adam, torch.optim.Adam), (AdamW, torch.optim.AdamW))
        )
    except Exception as error:  # whatever is missing or changed in it: torch's own are at hand
        log.info("torch's own Adam is taken: %s", error)
        return False


def _moved(kind: type[torch.optim.Optimizer]) -> Tensor:
    """Where a step and another and another bring some weights (3, 4)."""
    weights = torch.nn.Parameter(torch.linspace(-1, 1, 12).reshape(3, 4))
    optimizer = kind([weights], lr=0.1, weight_decay=0.01, fused=True)  # type: ignore[call-arg]
    for step in range(1, TRIED_STEPS + 1):
        weights.grad = torch.sin(weights.detach() * step)
        optimizer.step()
        optimizer.zero_grad()
    return weights.detach()
