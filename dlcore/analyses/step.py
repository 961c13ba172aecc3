"""The step microscope: one batch through forward, loss, backward and update, with every number that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.analyses.base import Analysis, Progress, number
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text
from dlcore.probes.arrays import Arrays
from dlcore.probes.histogram import histogram
from dlcore.training.loop import Trainer

MOST_NUMBERS = 64  # of a tensor, that are shown one by one; of more, a picture and their distribution
PICTURE = (32, 64)  # rows and columns at most
CHECKED = 12  # numbers of each parameter that finite differences are held against
NUDGE = 1e-5  # how far a weight is moved for that, in float64
AGREES = 1e-4  # relative difference up to which both are the same


class Step(Analysis):
    """Asked: `epoch`, whose weights; `batch`, which of the first epoch's (0); `check`: 1 for finite differences.

    In train mode, with the optimizer of the experiment as it begins (its memory is not kept). `layers.N`: `name`,
    `shape` of what layer N (0-based) makes of the batch, and that as a tensor. `input`, `target` likewise. `loss`.
    `parameters.NAME`: `value` before the step, `gradient`, `change` by the step, each a tensor. A tensor is its `shape`
    (k,), its `histogram`, and `numbers` where there are at most 64, else a `picture` (at most 32 × 64, float16) of its
    beginning. With `check`: `parameters.NAME.check` (c,), the gradient of the loss found by finite differences in
    float64, in eval mode, at `checked` (c,), `autograd` (c,) there, and `agree`. `lr`.
    """

    name = "step"

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        epoch = run.nearest(number(asked, "epoch", 0, 10**9, run.epochs[-1]))
        training = run.experiment.training.model_copy(update={"schedule": None, "changes": (), "device": "cpu"})
        trainer = Trainer(run.experiment.model_copy(update={"training": training, "start": None}), run.data)
        trainer.model.load_state_dict(run.weights(epoch))
        x, y = _batch(trainer, number(asked, "batch", 0, 10**6, 0))
        found = {"epoch": epoch, "lr": float(trainer.state.optimizer.param_groups[0]["lr"]), **_step(trainer, x, y)}
        if number(asked, "check", 0, 1, 0):
            _check(found, run.model(epoch), trainer.loss_function, x, y, progress)
        return found


def _batch(trainer: Trainer, wanted: int) -> tuple[Tensor, Tensor]:
    count = len(trainer.state.batches)
    if wanted >= count:
        text = N_("batch must be a whole number from 0 to {last}, but {received} came.")
        raise DlcoreError(Text(text, last=count - 1, received=wanted))
    for place, batch in enumerate(trainer.state.batches.epoch()):
        if place == wanted:
            return batch
    raise AssertionError(wanted)


def _step(trainer: Trainer, x: Tensor, y: Tensor) -> dict[str, Any]:
    """Forward, loss, backward, update; each layer's output, each parameter's gradient and change."""
    model, optimizer = trainer.model, trainer.state.optimizer
    made: list[Tensor] = []
    hooks = [each.register_forward_hook(lambda _m, _x, out: made.append(out.detach())) for each in model.children()]
    trainer.state.dropout.begin()
    try:
        model.train()
        prediction = model(x)
        loss = trainer.loss_function(prediction, y)
        loss.backward()
    finally:
        trainer.state.dropout.leave()
        for hook in hooks:
            hook.remove()
    before = {name: each.detach().clone() for name, each in model.named_parameters()}
    gradients = {name: each.grad.clone() for name, each in model.named_parameters() if each.grad is not None}
    optimizer.step()
    layers = {
        str(place): {"name": type(module).__name__, **told(out)}
        for place, (module, out) in enumerate(zip(model.children(), made, strict=True))
    }
    parameters = {
        name.replace(".", " "): {
            "value": told(before[name]),
            "gradient": told(gradients[name]),
            "change": told(each.detach() - before[name]),
        }
        for name, each in model.named_parameters()
        if name in gradients
    }
    return {"input": told(x), "target": told(y), "loss": loss.item(), "layers": layers, "parameters": parameters}


def told(tensor: Tensor) -> dict[str, Any]:
    """`shape` (k,) int32, `histogram`, and `numbers` or a `picture`: see `Step`. tensor: any shape (*)."""
    values = tensor.detach().float().cpu()
    found: dict[str, Any] = {"shape": np.array(values.shape, np.int32), "histogram": histogram(values)}
    if values.numel() <= MOST_NUMBERS:
        return found | {"numbers": values.numpy().astype(np.float32)}
    rows = values.reshape(len(values), -1) if values.dim() > 1 else values.reshape(1, -1)
    return found | {"picture": rows[: PICTURE[0], : PICTURE[1]].numpy().astype(np.float16)}


def _check(
    found: dict[str, Any], model: nn.Module, loss_function: Any, x: Tensor, y: Tensor, progress: Progress
) -> None:
    """Hold autograd against finite differences: in float64, without what is drawn by chance."""
    model, loss_function = model.double().eval(), loss_function.double()
    x, y = (each.double() if each.is_floating_point() else each for each in (x, y))
    named = dict(model.named_parameters())
    gradients = torch.autograd.grad(loss_function(model(x), y), list(named.values()), allow_unused=True)
    for done, ((name, parameter), gradient) in enumerate(zip(named.items(), gradients, strict=True)):
        told_of = found["parameters"].get(name.replace(".", " "))
        if told_of is not None and gradient is not None:
            places = np.unique(
                np.linspace(0, parameter.numel() - 1, min(CHECKED, parameter.numel())).round().astype(int)
            )
            by_hand = np.array(list(_differences(model, loss_function, x, y, parameter, places)))
            by_torch = gradient.reshape(-1)[places].numpy()
            scale = np.maximum(np.abs(by_hand), np.abs(by_torch)).max(initial=1e-8)
            told_of |= {
                "checked": places.astype(np.int32),
                "check": by_hand.astype(np.float64),
                "autograd": by_torch.astype(np.float64),
                "agree": bool(np.abs(by_hand - by_torch).max(initial=0) <= AGREES * scale),
            }
        progress((done + 1) / len(named))


@torch.no_grad()
def _differences(
    model: nn.Module, loss_function: Any, x: Tensor, y: Tensor, parameter: Tensor, places: np.ndarray[Any, Any]
) -> Iterator[float]:
    """(loss a little beyond − loss a little before) / distance, for some numbers of a parameter."""
    flat = parameter.view(-1)
    for place in places.tolist():
        kept = flat[place].item()
        losses = []
        for nudge in (NUDGE, -NUDGE):
            flat[place] = kept + nudge
            losses.append(loss_function(model(x), y).item())
        flat[place] = kept
        yield (losses[0] - losses[1]) / (2 * NUDGE)
