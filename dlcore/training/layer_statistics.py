"""What is inside a network after an epoch: the weights of each layer, and what each layer gives, counted in bins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.training.events import Probed
from dlcore.training.metrics import evaluating
from dlcore.training.model_view import ModelView

BINS = 40
MOST_VALUES = 20_000  # of a layer: an even sample of more
EXAMPLES = 256  # that are sent through to look at activations
MOST_LAYERS = 40  # a deeper stack is looked at from the input on, this far


def weights(view: ModelView) -> Probed:
    """The weights of every layer that has any, without biases.

    `layers` lists `place` (0-based), `low`, `high`, `counts`.
    """
    found = []
    for place, module in _layers(view):
        values = [p.detach().flatten() for name, p in module.named_parameters() if name.rpartition(".")[2] != "bias"]
        if values:
            found.append({"place": place, **counted(torch.cat(values))})
    return Probed(view.epoch, "weights", {"layers": found})


def activations(view: ModelView) -> Probed:
    """What every layer gives for some examples of the part that judges, in eval mode.

    `layers` lists `place` (0-based), `low`, `high`, `counts`, and `silent`: the share of its outputs that are zero
    for every one of these examples.
    """
    x = view.data.judging.x[: min(EXAMPLES, view.rows)].to(view.device)
    found: list[dict[str, Any]] = []
    with evaluating(view.model), _watched(view, found):
        view.model(x)
    return Probed(view.epoch, "activations", {"layers": found})


@contextmanager
def _watched(view: ModelView, found: list[dict[str, Any]]) -> Iterator[None]:
    """Note what each layer gives, as long as the `with` block lasts."""

    def note(place: int) -> Any:
        return lambda _module, _received, made: found.append({"place": place, "silent": silent(made), **counted(made)})

    hooks = [module.register_forward_hook(note(place)) for place, module in _layers(view)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _layers(view: ModelView) -> list[tuple[int, nn.Module]]:
    return list(enumerate(view.model.children()))[:MOST_LAYERS]


def silent(made: Tensor) -> float:
    """Share of the outputs (of one example) that are zero for every example. made: (N, *)."""
    return float((made == 0).all(dim=0).float().mean())


def counted(values: Tensor) -> dict[str, Any]:
    """`low`, `high` and the counts of the bins between them, of an even sample of the values that are finite.

    values: any shape (*).
    """
    flat = values.detach().flatten()
    sample = flat[:: max(1, len(flat) // MOST_VALUES)].float().cpu().numpy()
    sample = sample[np.isfinite(sample)]
    if not len(sample):
        return {"low": 0.0, "high": 0.0, "counts": [0] * BINS}
    counts, edges = np.histogram(sample, BINS)
    return {"low": float(edges[0]), "high": float(edges[-1]), "counts": counts.tolist()}
