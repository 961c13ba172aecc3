"""What a probe may see of a run, and what several probes ask of it: found once for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn

from dlcore.data.base import About, Data, Part
from dlcore.training.events import Scores
from dlcore.training.metrics import LossFunction, evaluating

MOST_EXAMPLES = 20_000  # of the part that judges, whose answers are looked at
FEW_EXAMPLES = 128  # whose way through the layers, and whose gradients, are looked at

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class ModelView:
    """A network after an epoch, and the data it learns from. Whoever looks leaves both as they are.

    What is found out here is found in eval mode: without dropout, with the running means of batch norm.
    """

    model: nn.Module  # on the device, as training left it
    data: Data
    device: torch.device
    epoch: int  # completed
    rows: int  # how many examples fit through the network at once, for `split` in eval mode
    loss_function: LossFunction
    scores: Scores | None = None  # of the part that judges, at this epoch
    before: Weights | None = None  # the state_dict one epoch earlier; None at epoch 0
    measured: Tensor | None = None  # (N, *outputs): what the network gave for the part that judges when it was measured

    @property
    def about(self) -> About:
        """What the network receives and is asked."""
        return self.data.about

    @cached_property
    def numbers(self) -> Tensor:
        """(N,) int64: which rows of the part that judges are looked at: evenly spread, all of up to 20,000."""
        return spread(len(self.data.judging), MOST_EXAMPLES)

    @cached_property
    def examples(self) -> Part:
        """These rows, on the device where they lie."""
        part = self.data.judging
        if len(self.numbers) == len(part):
            return part
        return Part(part.x[self.numbers.to(part.x.device)], part.y[self.numbers.to(part.y.device)])

    @cached_property
    def outputs(self) -> Tensor:
        """(N, *outputs) float32 on the CPU: what the network gives for each of `examples`."""
        if self.measured is not None:
            chosen = slice(None) if len(self.numbers) == len(self.measured) else self.numbers.to(self.measured.device)
            return self.measured[chosen].float().cpu()
        with evaluating(self.model):
            parts = torch.split(self.examples.x, self.rows)
            made = [self.model(each.to(self.device)).float().cpu() for each in parts]
        return torch.cat(made)

    @cached_property
    def few(self) -> Part:
        """Up to 128 examples of the part that judges, evenly spread, on the network's device."""
        return self._few(self.data.judging)

    @cached_property
    def layer_outputs(self) -> tuple[Tensor, ...]:
        """What each layer of the stack gives for `few`, on the device: (n, *made) each, in the order of the stack."""
        found: list[Tensor] = []
        hooks = [each.register_forward_hook(lambda _m, _x, made: found.append(made)) for each in self.model.children()]
        try:
            with evaluating(self.model):
                self.model(self.few.x)
        finally:
            for hook in hooks:
                hook.remove()
        return tuple(found)

    @cached_property
    def gradients(self) -> dict[str, Tensor]:
        """By parameter's name: the gradient of the mean loss over up to 128 examples of the training part.

        In eval mode, so that it is the same for whoever computes it again. The `.grad` of the parameters, which
        belongs to the training loop, is not touched.
        """
        part = self._few(self.data.train)
        named = {name: each for name, each in self.model.named_parameters() if each.requires_grad}
        was_training = self.model.training
        self.model.eval()
        try:
            with (
                torch.enable_grad(),
                torch.backends.cudnn.flags(enabled=False),
            ):  # its LSTM has no gradient in eval mode
                loss = self.loss_function(self.model(part.x), part.y)
                found = torch.autograd.grad(loss, list(named.values()), allow_unused=True)
        finally:
            self.model.train(was_training)
        return {
            name: torch.zeros_like(each) if gradient is None else gradient.detach()
            for (name, each), gradient in zip(named.items(), found, strict=True)
        }

    def _few(self, part: Part) -> Part:
        chosen = spread(len(part), min(FEW_EXAMPLES, self.rows))
        x, y = part.x[chosen.to(part.x.device)], part.y[chosen.to(part.y.device)]
        return Part(x.to(self.device), y.to(self.device))


def spread(length: int, most: int) -> Tensor:
    """(n,) int64: up to `most` row numbers of so many, evenly spread; all of them where there are no more."""
    if length <= most:
        return torch.arange(length)
    return torch.linspace(0, length - 1, most, dtype=torch.float64).round().long()
